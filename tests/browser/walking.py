"""`python3 dev.py walk`: every page of every role, language and theme; pictures and findings are kept."""

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from html import escape
from itertools import combinations, product
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser

from diaspora.platform.languages import LANGUAGES
from tests.browser.conftest import INSTALL, browsing, chromium, serving
from tests.browser.crawling import ROLES, Found, Page, crawl, prepare, unreached
from tests.browser.looking import PICTURED, THEMES, Eye, Finding
from tests.conftest import database_for

KEPT = Path(__file__).resolve().parents[2] / "walk"
SPECIAL = ("home.front", "accounts.login", "placements.show")
"""Pages of which a picture with forced colours and one of the print is kept, too."""


class Visit(NamedTuple):
    """One page as one role in one language and theme."""

    endpoint: str
    role: str
    language: str
    theme: str

    def pairs(self) -> set[tuple[str, str]]:
        """The pairs that this visit meets."""
        return set(combinations(self[1:], 2))


def sample(seen_by: Mapping[str, Sequence[str]]) -> list[Visit]:
    """A visit for every page, chosen so that together they meet each pair of role, language and theme."""
    chosen: list[Visit] = []
    met: set[tuple[str, str]] = set()
    used: Counter[str] = Counter()

    def best(endpoints: Iterable[str]) -> Visit:
        possible = [
            Visit(*one) for e in endpoints for one in product([e], sorted(seen_by[e]), LANGUAGES, THEMES)
        ]
        return min(possible, key=lambda v: (-len(v.pairs() - met), sum(used[part] for part in v[1:])))

    def take(visit: Visit) -> None:
        chosen.append(visit)
        met.update(visit.pairs())
        used.update(visit[1:])

    # pages that few see come first: they leave least to choose
    for endpoint in sorted(seen_by, key=lambda e: (len(seen_by[e]), e)):
        take(best([endpoint]))
    while (visit := best(seen_by)).pairs() - met:
        take(visit)
    return chosen


def walk(
    browser: Browser, address: str, found: Mapping[str, Found], visits: Sequence[Visit]
) -> list[Finding]:
    """Make these visits: first look at everything, then send what is refused."""
    eyes = {role: Eye(browser, address, role, found[role].cookie) for role in {v.role for v in visits}}
    for visit in visits:
        page = found[visit.role].pages[visit.endpoint][0]
        eyes[visit.role].look(page, visit.language, [visit.theme])
    for visit in visits:
        page = found[visit.role].pages[visit.endpoint][0]
        eyes[visit.role].look_at_errors(page, visit.language, visit.theme)
    for eye in eyes.values():
        eye.close()
    return sorted(finding for eye in eyes.values() for finding in eye.findings)


_running = ExitStack()
_browser: Browser


def _start(executable: str) -> None:
    """A browser for each of the processes that share the full walk."""
    global _browser
    _browser = _running.enter_context(browsing(executable))


def _walk_one(
    address: str, role: str, cookie: str, pages: Sequence[Page], news: set[str], language: str
) -> list[Finding]:
    """All pages of one role in one language, in both themes."""
    eye = Eye(_browser, address, role, cookie, KEPT)
    for page in pages:
        # a page that an earlier role has shown at every width differs little
        first = page.number == 1 and page.endpoint in news
        eye.look(page, language, THEMES, PICTURED if first else PICTURED[:1])
        if page.endpoint in SPECIAL and page.number == 1:
            eye.look_specially(page, language)
    for page in pages:
        for theme in THEMES:
            eye.look_at_errors(page, language, theme)
    eye.close()
    return eye.findings


def walk_all(
    executable: str, languages: Sequence[str], roles: Sequence[str], only: Sequence[str]
) -> list[Finding]:
    """The full walk; what goes wrong is collected, not stopped at."""
    findings: list[Finding] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), database_for("walk", Path(folder))) as site,
    ):
        prepare(site.app)
        print("Following links ...", flush=True)
        found = crawl(site.app, roles)
        for endpoint in sorted(unreached(site.app, found)) if len(roles) == len(ROLES) else ():
            findings.append(Finding(endpoint, "", "", "", "page-is-reached", "no role could open it"))
        for role, one in found.items():
            findings += [Finding("", role, "en", "", "link-leads-somewhere", link) for link in one.broken]
        with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _start, (executable,)) as pool:
            parts = {}
            for role, language in product(roles, languages):
                pages = [p for of in found[role].pages.values() for p in of if not only or p.endpoint in only]
                earlier = roles[: roles.index(role)]
                news = set(found[role].pages).difference(*(found[one].pages for one in earlier))
                part = pool.submit(_walk_one, site.address, role, found[role].cookie, pages, news, language)
                parts[part] = f"{role} in {language}: {len(pages)} pages"
            for done, part in enumerate(as_completed(parts), 1):
                findings += part.result()
                print(f"{done}/{len(parts)}  {parts[part]}, {len(part.result())} findings", flush=True)
    return sorted(findings)


def write_index(folder: Path) -> None:
    """A page of all pictures, ordered by page, then role."""
    pictures = sorted((folder / "pictures").rglob("*.png"), key=lambda p: (p.stem.split("-", 3)[-1], str(p)))
    shown = []
    heading = ""
    for picture in pictures:
        page = picture.stem.split("-", 3)[-1]
        if page != heading:
            heading = page
            shown.append(f"<h2>{escape(page)}</h2>")
        source, text = picture.relative_to(folder), f"{picture.parent.name} {picture.stem[: -len(page) - 1]}"
        image = f'<img loading="lazy" src="{source}" width="220" alt="">'
        shown.append(f'<a href="{source}">{image} {escape(text)}</a>')
    style = "a{display:inline-block;width:230px;vertical-align:top} img{border:1px solid}"
    (folder / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>The walk</title><style>{style}</style>'
        f"<h1>The walk</h1>{''.join(shown)}",
        "utf-8",
    )


def main() -> int:
    """Walk, write down what was found, and end with 1 where something was."""
    parser = argparse.ArgumentParser(prog="dev.py walk", description=__doc__)
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="only this language")
    parser.add_argument("--role", action="append", choices=ROLES, help="only this role")
    parser.add_argument("--only", action="append", metavar="ENDPOINT", help="only this page")
    options = parser.parse_args()
    executable = chromium()
    if executable is None:
        sys.exit(INSTALL)
    if not (options.language or options.role or options.only):
        shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(exist_ok=True)
    findings = walk_all(
        executable, options.language or LANGUAGES, options.role or list(ROLES), options.only or []
    )
    (KEPT / "findings.txt").write_text("".join(f"{finding}\n" for finding in findings), "utf-8")
    write_index(KEPT)
    for rule, times in Counter(finding.rule for finding in findings).most_common():
        print(f"{times:6} {rule}")
    print(f"{len(findings)} findings in {KEPT / 'findings.txt'}; pictures in {KEPT / 'index.html'}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
