from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from diaspora.extensions import db
from diaspora.institutions import policy, queries, services
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionAct, InstitutionKind, InstitutionState, Person
from diaspora.institutions.signals import institution_changed
from diaspora.platform.access import Actor, Role, roles_of
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.refusals import Refused
from tests import factories
from tests.factories import NOW

ENTRY = services.Entry(
    name={"ro": "Institutul Solului"},
    kind=InstitutionKind.INSTITUTE,
    registry_number="1008600038413",
    ror_id=None,
    district="MD-CU",
    city={"ro": "Chișinău"},
    website="https://sol.example.md",
    description={},
)

PROVED = {"registry_number": "1008600038413", "website": "https://www.example.org"}
"""The addresses of invented people are in this domain."""


def officer() -> Actor:
    return Actor(factories.account(Role.OFFICER).id, frozenset({Role.MEMBER, Role.OFFICER}))


def lead_of(institution: Institution) -> Actor:
    return Actor(institution.memberships[0].account_id, frozenset({Role.MEMBER, Role.HOST_LEAD}))


def mails() -> list[tuple[str, str]]:
    return [(mail.message, mail.address) for mail in db.session.scalars(sa.select(OutboxMail))]


def test_who_registers_becomes_lead_and_the_institution_waits() -> None:
    account = factories.account()
    made = services.register(
        ENTRY, Person("Ion", "Rusu", "director"), Actor(account.id, frozenset({Role.MEMBER})), NOW
    )
    assert made.state == InstitutionState.REGISTERED
    assert [row.role for row in queries.memberships_of(account.id)] == [Role.HOST_LEAD]
    assert Role.HOST_LEAD in roles_of(account.id)
    assert queries.lead_accounts(made.id) == [account]


def test_verification_lasts_two_years_and_the_lead_is_told() -> None:
    record = factories.institution(state=InstitutionState.REGISTERED, verified_until=None, **PROVED)
    services.act(record, InstitutionAct.VERIFY, officer(), NOW)
    assert record.verified_until == date(2028, 11, 1)
    assert mails() == [("institution_verified", record.memberships[0].account.email)]


def test_renewal_counts_from_today() -> None:
    record = factories.institution(verified_until=date(2026, 12, 1), **PROVED)
    services.act(record, InstitutionAct.RENEW, officer(), NOW)
    assert (record.state, record.verified_until) == (InstitutionState.VERIFIED, date(2028, 11, 1))


@pytest.mark.parametrize(
    ("state", "act", "after", "message"),
    [
        (
            InstitutionState.REGISTERED,
            InstitutionAct.REJECT,
            InstitutionState.REJECTED,
            "institution_rejected",
        ),
        (
            InstitutionState.VERIFIED,
            InstitutionAct.SUSPEND,
            InstitutionState.SUSPENDED,
            "institution_suspended",
        ),
        (
            InstitutionState.SUSPENDED,
            InstitutionAct.REINSTATE,
            InstitutionState.VERIFIED,
            "institution_reinstated",
        ),
    ],
)
def test_an_act_with_a_reason_needs_it_and_the_lead_reads_it(
    state: InstitutionState, act: InstitutionAct, after: InstitutionState, message: str
) -> None:
    record = factories.institution(state=state)
    with pytest.raises(Refused):
        services.act(record, act, officer(), NOW, reason="  ")
    assert mails() == []
    services.act(record, act, officer(), NOW, reason="The letter is not signed.")
    assert (record.state, record.state_reason) == (after, "The letter is not signed.")
    mail = db.session.scalars(sa.select(OutboxMail)).one()
    assert mail.message == message
    assert "The letter is not signed." in mail.text
    assert "The letter is not signed." in mail.html


def test_every_change_is_signalled_and_recorded() -> None:
    record = factories.institution(state=InstitutionState.REJECTED, state_reason="No such number.")
    seen: list[Institution] = []

    def receive(sender: Institution) -> None:
        seen.append(sender)

    with institution_changed.connected_to(receive):
        services.act(record, InstitutionAct.MEND, lead_of(record), NOW)
        services.edit(record, ENTRY, lead_of(record), NOW)
    assert seen == [record, record]
    assert record.state_reason == ""
    acts = set(db.session.scalars(sa.select(AuditEvent.act)))
    assert acts == {"institutions.mend", "institutions.edit"}


def test_only_its_own_lead_sends_it_again() -> None:
    record = factories.institution(state=InstitutionState.REJECTED)
    other = factories.institution()
    with pytest.raises(Refused):
        services.act(record, InstitutionAct.MEND, lead_of(other), NOW)


def test_a_membership_elsewhere_or_ended_says_nothing() -> None:
    record, other = factories.institution(), factories.institution()
    actor = lead_of(record)
    assert policy.roles_towards(actor, record.id) == {Role.HOST_LEAD}
    assert policy.roles_towards(actor, other.id) == frozenset()
    record.memberships[0].ended_at = NOW
    db.session.commit()
    assert policy.roles_towards(actor, record.id) == frozenset()
    assert queries.member_accounts(record.id) == []
    assert Role.HOST_LEAD not in roles_of(record.memberships[0].account_id)


def test_what_an_officer_checked_only_an_officer_changes() -> None:
    record = factories.institution()
    with pytest.raises(Refused):
        services.edit(record, ENTRY, lead_of(record), NOW)
    unchanged = {part: getattr(record, part) for part in services.CHECKED}
    services.edit(record, replace(ENTRY, **unchanged, district="MD-BA"), lead_of(record), NOW)
    assert record.district == "MD-BA"
    services.edit(record, ENTRY, officer(), NOW)
    assert record.website == "https://sol.example.md"


def test_an_officer_does_not_verify_the_institution_where_they_work() -> None:
    account = factories.account(Role.OFFICER)
    made = factories.institution(lead=account, state=InstitutionState.REGISTERED, **PROVED)
    with pytest.raises(Refused, match="Another person"):
        services.act(made, InstitutionAct.VERIFY, Actor(account.id, roles_of(account.id)), NOW)
    services.act(made, InstitutionAct.VERIFY, officer(), NOW)
    with pytest.raises(Refused, match="An officer has checked"):
        services.edit(made, ENTRY, Actor(account.id, roles_of(account.id)), NOW)
