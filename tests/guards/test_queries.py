"""Pages ask the database a fixed number of times, however long their lists are, and never from a template."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, before_render_template, template_rendered

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.matching import services as matching
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import Role
from diaspora.platform.clock import now
from diaspora.profiles.rules import CandidateState
from tests import factories
from tests.client import CheckedClient


class Asked:
    """The statements of a block, and those that a template caused."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.in_templates: list[str] = []
        self.rendering = False


@contextmanager
def watched(app: Flask) -> Iterator[Asked]:
    asked = Asked()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
            asked.all.append(statement)
            if asked.rendering:
                asked.in_templates.append(statement)

    def begin(*_arguments: Any, **_values: Any) -> None:
        asked.rendering = True

    def end(*_arguments: Any, **_values: Any) -> None:
        asked.rendering = False

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    before_render_template.connect(begin, app)
    template_rendered.connect(end, app)
    try:
        yield asked
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
        before_render_template.disconnect(begin, app)
        template_rendered.disconnect(end, app)


def more(host: Any, call: Any, candidate: Any) -> None:
    """One more of everything that lists show."""
    factories.placement(institution=host, call=call)
    factories.placement(institution=host, call=call, state=PlacementState.SUBMITTED)
    factories.pairing(candidate=candidate, placement=factories.placement(institution=host, call=call))
    factories.pairing(placement=factories.placement(institution=host, call=call))
    factories.candidate(state=CandidateState.SUBMITTED)
    factories.institution(state=InstitutionState.REGISTERED)
    matching.refit(now())
    db.session.commit()


PAGES: list[tuple[str, str]] = [
    ("visitor", "/en/"),
    ("visitor", "/en/placements"),
    ("visitor", "/en/placements?q=soil&field=4&order=newest"),
    ("visitor", "/en/placements/feed.atom"),
    ("visitor", "/en/placements/deadlines.ics"),
    ("candidate", "/en/"),
    ("lead", "/en/"),
    ("lead", "/en/institution/{institution}/placements"),
    ("lead", "/en/institution/{institution}/members"),
    ("lead", "/en/institution/placements/{placement}"),
    ("lead", "/en/institution/placements/{placement}/edit"),
    ("lead", "/en/placements/{placement}/preview"),
    ("lead", "/en/institution/placements/{placement}/candidates"),
    ("officer", "/en/staff"),
    ("officer", "/en/staff/candidates?state=submitted"),
    ("officer", "/en/staff/institutions"),
    ("officer", "/en/staff/placements"),
    ("officer", "/en/staff/matches"),
    ("officer", "/en/staff/glossary"),
    ("officer", "/en/staff/matching"),
    ("officer", "/en/staff/candidatures"),
    ("officer", "/en/staff/calls"),
]


@pytest.mark.parametrize(("who", "path"), PAGES, ids=[f"{who} {path}" for who, path in PAGES])
def test_a_longer_list_asks_no_more_often(app: Flask, client: CheckedClient, who: str, path: str) -> None:
    host, call = factories.institution(), factories.call()
    candidate = factories.candidate()
    post = factories.placement(institution=host, call=call)
    people: dict[str, Callable[[], Account | None]] = {
        "visitor": lambda: None,
        "candidate": lambda: db.session.get(Account, candidate.account_id),
        "lead": lambda: host.memberships[0].account,
        "officer": lambda: factories.account(Role.OFFICER),
    }
    more(host, call, candidate)
    account = people[who]()
    if account is not None:
        client.sign_in(account)
    address = path.format(institution=host.id, placement=post.id)
    client.get(address)
    with watched(app) as few:
        assert client.get(address).status_code == 200
    for _ in range(4):
        more(host, call, candidate)
    with watched(app) as many:
        assert client.get(address).status_code == 200
    assert len(many.all) <= len(few.all), "\n".join(many.all)
    assert many.in_templates == []
    assert len(many.all) <= 30


def test_the_watch_sees_a_query(app: Flask) -> None:
    with watched(app) as asked:
        db.session.execute(sa.select(1))
    assert len(asked.all) == 1
