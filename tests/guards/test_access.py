"""Default deny, proved: every endpoint carries a permission, and every role is asked at every endpoint."""

import re
from uuid import uuid4

import pytest
from flask import Flask

from diaspora import create_app
from diaspora.extensions import db
from diaspora.platform.access import (
    HOST_ROLES,
    ROLE_PERMISSIONS,
    STAFF_ROLES,
    STATIC_FILES,
    Permission,
    Role,
    needs,
    permission_of,
)
from tests import factories
from tests.client import CheckedClient
from tests.conftest import settings_for
from tests.guards.endpoints import EXPECTED, ONLY_IN_DEMONSTRATION

WITHOUT_ACCOUNT = {Role.ANYONE, Role.SYSTEM, Role.CHAIR}
ASKED = [Role.ANYONE, Role.MEMBER, Role.CANDIDATE, *sorted(HOST_ROLES), *sorted(STAFF_ROLES)]


def endpoints(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, address with arguments filled in) of every view."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {"static", "bootstrap.static"}:
            continue
        values = {
            name: {"lang": "en"}.get(name, uuid4() if type(converter).__name__ == "UUIDConverter" else "x")
            for name, converter in rule._converters.items()
        }
        _, address = rule.build(values) or ("", "")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found.append((rule.endpoint, method, address))
    return found


def sign_in_as(client: CheckedClient, role: Role) -> None:
    if role in STAFF_ROLES:
        client.sign_in(factories.account(role))
    elif role in HOST_ROLES:
        account = factories.account()
        made = factories.institution(lead=account)
        made.memberships[0].role = role
        db.session.commit()
        client.sign_in(account)
    elif role is Role.CANDIDATE:
        account = factories.account()
        factories.candidate(account_id=account.id)
        client.sign_in(account)
    elif role is Role.MEMBER:
        client.sign_in(factories.account())


def test_no_two_endpoints_answer_at_one_address(app: Flask) -> None:
    """The second would never be asked."""
    answered: dict[tuple[str, str], set[str]] = {}
    for rule in app.url_map.iter_rules():
        shape = re.sub(r"<(\w+:)?\w+>", "<>", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answered.setdefault((method, shape), set()).add(rule.endpoint)
    assert {place: who for place, who in answered.items() if len(who) > 1} == {}


def test_every_endpoint_carries_a_permission(app: Flask) -> None:
    assert [endpoint for endpoint in app.view_functions if permission_of(app, endpoint) is None] == []


def test_every_endpoint_stands_in_the_reviewed_list_once(app: Flask) -> None:
    listed = [endpoint for endpoints in EXPECTED.values() for endpoint in endpoints]
    assert len(listed) == len(set(listed))
    marks = {endpoint: permission_of(app, endpoint) for endpoint in app.view_functions}
    found = {
        permission: {e for e, mark in marks.items() if mark is permission} - STATIC_FILES
        for permission in EXPECTED
    }
    expected = {permission: endpoints - ONLY_IN_DEMONSTRATION for permission, endpoints in EXPECTED.items()}
    assert found == expected
    assert set(EXPECTED) == set(Permission)


def test_every_permission_belongs_to_a_role_and_every_role_has_a_row() -> None:
    held = set().union(*ROLE_PERMISSIONS.values())
    assert held == set(Permission)
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_no_administrator_decides_about_people_or_money() -> None:
    assert Permission.DECIDE_PAIRINGS not in ROLE_PERMISSIONS[Role.ADMIN]


@pytest.mark.parametrize("role", ASKED)
def test_each_role_gets_only_what_the_table_gives_it(app: Flask, client: CheckedClient, role: Role) -> None:
    sign_in_as(client, role)
    held = ROLE_PERMISSIONS[role] | ROLE_PERMISSIONS[Role.ANYONE]
    held |= frozenset() if role in WITHOUT_ACCOUNT else ROLE_PERMISSIONS[Role.MEMBER]
    for endpoint, method, address in endpoints(app):
        permission = permission_of(app, endpoint)
        if permission in held or endpoint == "accounts.logout":
            continue
        answer = client.open(address, method=method)
        where = f"{role} at {method} {endpoint}"
        if role is Role.ANYONE:
            assert answer.status_code == 302, where
            assert "/login" in answer.headers["Location"], where
        else:
            assert answer.status_code == 403, where


@pytest.mark.parametrize("role", ASKED)
def test_what_a_role_may_open_never_breaks(app: Flask, client: CheckedClient, role: Role) -> None:
    """Unknown records are "no such page", empty posts come back as pages; nothing is an error of ours."""
    sign_in_as(client, role)
    held = ROLE_PERMISSIONS[role] | ROLE_PERMISSIONS[Role.ANYONE]
    held |= frozenset() if role in WITHOUT_ACCOUNT else ROLE_PERMISSIONS[Role.MEMBER]
    for endpoint, method, address in endpoints(app):
        if permission_of(app, endpoint) in held and endpoint != "accounts.logout":
            answer = client.open(address, method=method)
            assert answer.status_code in {200, 302, 403, 404}, (
                f"{role} at {method} {endpoint}: {answer.status}"
            )


@pytest.mark.own_database
def test_a_view_without_a_mark_is_refused_even_to_an_administrator(tmp_path: object) -> None:
    app = create_app(settings_for(tmp_path, "sqlite://"), testing=True)  # type: ignore[arg-type]
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    app.add_url_rule("/marked", "marked", needs(Permission.READ_PUBLIC_PAGES)(lambda: "open"))
    app.config["SERVER_NAME"] = "localhost"
    with app.app_context():
        db.create_all()
        assert app.test_client().get("/marked").get_data() == b"open"
        assert app.test_client().get("/forgotten").status_code == 403
        db.engine.dispose()
