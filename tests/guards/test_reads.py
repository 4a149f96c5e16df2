"""Whoever sees a name is in the list that its owner reads: each name, once for each page."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.matching import services as matching
from diaspora.pairings import services as pairings
from diaspora.pairings.models import ConflictOfInterest
from diaspora.pairings.rules import PairingState
from diaspora.platform.access import Role
from diaspora.platform.audit import AuditEvent
from diaspora.profiles.queries import READ_ACT
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.guards.test_queries import watched
from tests.pairings.people import People, actor_of


def reads() -> dict[UUID | None, int]:
    rows = db.session.execute(
        select(AuditEvent.object_id, func.count())
        .where(AuditEvent.act == READ_ACT)
        .group_by(AuditEvent.object_id)
    )
    return {row[0]: row[1] for row in rows}


PAGES = [
    ("officer", "/en/staff"),
    ("officer", "/en/staff/candidatures"),
    ("officer", "/en/staff/matches"),
    ("officer", "/en/staff/candidatures/several?act=find_eligible&chosen={first}&chosen={second}"),
    ("lead", "/en/institution/placements/{placement}/candidates"),
]


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_list_of_names_is_as_many_reads(app: Flask, client: CheckedClient, who: str, path: str) -> None:
    people = People()
    another = factories.candidate()
    own = db.session.get_one(Account, another.account_id)
    matching.refit(NOW)
    first = people.applied()
    second = pairings.apply(another, people.placement, "Gladly.", actor_of(own), NOW)
    db.session.commit()
    client.sign_in(people.officer if who == "officer" else people.lead)
    address = path.format(first=first.id, second=second.id, placement=people.placement.id)
    with watched(app) as asked:
        page = client.get(address).get_data(as_text=True)
    assert people.candidate.full_name in page
    assert another.full_name in page
    assert reads() == {people.candidate.id: 1, another.id: 1}
    assert sum(statement.startswith("INSERT INTO audit_event") for statement in asked.all) == 1
    client.sign_in(own)
    told = client.get("/en/profile/readers").get_data(as_text=True)
    assert "seeing your name in a list" in told
    role = "case officer" if who == "officer" else "University"
    assert role in told, "in which role, and for whom"


@pytest.mark.parametrize("who", ["officer", "chair"])
def test_where_somebody_declared_a_conflict_nothing_waits_for_them(client: CheckedClient, who: str) -> None:
    people = People()
    state = {"officer": PairingState.APPLIED, "chair": PairingState.IN_REVIEW}[who]
    pairing = factories.pairing(candidate=people.candidate, placement=people.placement, state=state)
    account: Account = getattr(people, who)
    client.sign_in(account)
    assert people.candidate.full_name in client.get("/en/staff").get_data(as_text=True)
    factories.save(ConflictOfInterest(pairing_id=pairing.id, account_id=account.id, declared_at=NOW))
    assert people.candidate.full_name not in client.get("/en/staff").get_data(as_text=True)


def test_no_candidature_at_their_own_institution_waits_for_an_officer(client: CheckedClient) -> None:
    people = People()
    officer = factories.account(Role.OFFICER)
    host = factories.institution(lead=officer)
    pairing = factories.pairing(
        candidate=people.candidate, placement=factories.placement(institution=host, title="Elsewhere")
    )
    client.sign_in(officer)
    assert str(pairing.id) not in client.get("/en/staff").get_data(as_text=True)
