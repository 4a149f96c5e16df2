"""A sample of the walk: every page once, each pair of role, language and theme; nothing may be found."""

from collections import defaultdict
from itertools import product

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site
from tests.browser.crawling import ROLES, crawl, prepare, unreached
from tests.browser.looking import THEMES
from tests.browser.walking import LANGUAGES, sample, walk

pytestmark = [pytest.mark.browser, pytest.mark.own_database]


def test_the_sample_meets_every_page_and_every_pair() -> None:
    seen_by = {"open": ["a", "b", "c"], "only-a": ["a"], **{f"page-{n}": ["b", "c"] for n in range(9)}}
    visits = sample(seen_by)
    assert {v.endpoint for v in visits} == set(seen_by)
    assert all(v.role in seen_by[v.endpoint] for v in visits)
    assert {(v.role, v.language) for v in visits} == set(product("abc", LANGUAGES))
    assert {(v.role, v.theme) for v in visits} == set(product("abc", THEMES))
    assert {(v.language, v.theme) for v in visits} == set(product(LANGUAGES, THEMES))
    assert len(visits) <= len(seen_by) + 4


def test_the_walk_reaches_every_page_and_finds_nothing(browser: Browser, site: Site) -> None:
    prepare(site.app)
    found = crawl(site.app, ROLES, examples=3, kept=1)
    assert unreached(site.app, found) == set(), "pages that no role could open"
    assert [link for one in found.values() for link in one.broken] == [], "links that lead nowhere"
    seen_by: dict[str, list[str]] = defaultdict(list)
    for role, one in found.items():
        for endpoint in one.pages:
            seen_by[endpoint].append(role)
    findings = walk(browser, site.address, found, sample(seen_by))
    assert not findings, "\n".join(map(str, findings))
