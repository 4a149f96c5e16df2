"""One link, one reset, one last administrator: two requests at the same moment, on real connections."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from diaspora import create_app
from diaspora.accounts import grants, queries, services
from diaspora.accounts.models import StaffGrant
from diaspora.accounts.rules import LinkPurpose
from diaspora.extensions import db
from diaspora.platform.access import Actor, Role
from diaspora.platform.refusals import Refused
from tests import factories
from tests.conftest import database_for, settings_for
from tests.factories import NOW, TODAY

pytestmark = [pytest.mark.own_database, pytest.mark.usefixtures("cheap_hashes")]


@pytest.fixture
def site(tmp_path: Path, worker: str) -> Iterator[Flask]:
    app = create_app(settings_for(tmp_path, database_for(f"{worker}_links", tmp_path)), testing=True)
    # the queue would open connections of its own
    app.extensions["run_job"] = lambda _name, _arguments: None
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def at_once(site: Flask, *acts: Callable[[], object]) -> list[bool]:
    """Which of these went through."""
    together = Barrier(len(acts))

    def one(act: Callable[[], object]) -> bool:
        with site.app_context():
            together.wait()
            try:
                act()
            except Refused:
                db.session.rollback()
                return False
            db.session.commit()
            return True

    db.session.remove()
    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(one, acts))


def test_a_link_for_a_new_password_works_once_even_when_it_is_used_twice_at_once(site: Flask) -> None:
    account_id = factories.account().id
    token = services.issue_link(LinkPurpose.RESET_PASSWORD, NOW, account_id=account_id)
    db.session.commit()
    done = at_once(
        site,
        lambda: services.reset_password(token, "seven green boats", NOW),
        lambda: services.reset_password(token, "nine yellow lanterns", NOW),
    )
    assert sorted(done) == [False, True]


def test_two_administrators_do_not_end_each_other_s_role(site: Flask) -> None:
    first, second = (factories.account(Role.ADMIN).id for _ in range(2))

    def end(whose: object, by: object) -> Callable[[], object]:
        def act() -> None:
            grant = db.session.scalars(select(StaffGrant).where(StaffGrant.account_id == whose)).one()
            grants.revoke(grant, "no more", Actor(by, frozenset({Role.ADMIN})), NOW)  # type: ignore[arg-type]

        return act

    assert sorted(at_once(site, end(first, second), end(second, first))) == [False, True]
    assert len(queries.staff_with(Role.ADMIN, TODAY)) == 1


def test_two_administrators_do_not_give_two_roles_that_nobody_may_hold_together(site: Flask) -> None:
    admin, other = factories.account(Role.ADMIN).id, factories.account().email
    actor, until = Actor(admin, frozenset({Role.ADMIN})), TODAY + timedelta(days=100)
    done = at_once(
        site,
        lambda: grants.give(other, Role.ADMIN, until, actor, NOW),
        lambda: grants.give(other, Role.FINANCE, until, actor, NOW),
    )
    assert sorted(done) == [False, True]
