"""What an institution proves before it is verified, and what happens when that is two years ago."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from diaspora.extensions import db
from diaspora.institutions import queries, services
from diaspora.institutions.models import Institution, SeenLetter
from diaspora.institutions.rules import Evidence, InstitutionAct, InstitutionState, RenewalStage
from diaspora.platform.access import Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.refusals import Refused
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW, TODAY
from tests.institutions.test_services import PROVED, lead_of, mails, officer


def waiting(**values: object) -> Institution:
    defaults = {"state": InstitutionState.REGISTERED, "verified_until": None, **PROVED}
    return factories.institution(**{**defaults, **values})


def letter(record: Institution, dated_on: date = TODAY) -> SeenLetter:
    return services.record_letter(record, dated_on, "Ion Rusu, rector", "", officer(), NOW)


@pytest.mark.parametrize("number", [None, "", "1008600038414", "123"])
def test_without_a_right_registry_number_nobody_is_verified(number: str | None) -> None:
    record = waiting(registry_number=number)
    with pytest.raises(Refused, match="registry number"):
        services.act(record, InstitutionAct.VERIFY, officer(), NOW)
    assert record.state is InstitutionState.REGISTERED


def test_without_an_address_in_the_domain_or_a_letter_nobody_is_verified() -> None:
    record = waiting(website="https://usm.md")
    with pytest.raises(Refused, match="Nothing shows yet"):
        services.act(record, InstitutionAct.VERIFY, officer(), NOW)
    letter(record)
    services.act(record, InstitutionAct.VERIFY, officer(), NOW)
    assert (record.state, record.evidence) == (InstitutionState.VERIFIED, Evidence.LETTER)


def test_an_address_in_the_domain_is_kept_as_the_evidence() -> None:
    record = waiting()
    services.act(record, InstitutionAct.VERIFY, officer(), NOW)
    assert record.evidence is Evidence.DOMAIN


def test_an_address_that_nobody_confirmed_proves_nothing() -> None:
    record = waiting(lead=factories.account(email_confirmed_at=None))
    assert queries.facts_of(record, TODAY).evidence is None


def test_an_editors_address_and_that_of_somebody_who_left_prove_nothing() -> None:
    record = waiting()
    record.memberships[0].role = Role.HOST_EDITOR
    db.session.commit()
    assert queries.facts_of(record, TODAY).evidence is None
    record.memberships[0].role, record.memberships[0].ended_at = Role.HOST_LEAD, NOW
    db.session.commit()
    assert queries.facts_of(record, TODAY).evidence is None


def test_a_letter_counts_for_a_year_and_is_not_of_tomorrow() -> None:
    record = waiting(website="")
    for wrong in (TODAY + timedelta(days=1), TODAY - timedelta(days=366)):
        with pytest.raises(Refused) as refusal:
            letter(record, wrong)
        assert refusal.value.field == "dated_on"
    letter(record, TODAY - timedelta(days=365))
    assert queries.facts_of(record, TODAY).evidence is Evidence.LETTER
    assert queries.facts_of(record, TODAY + timedelta(days=1)).evidence is None


def test_only_an_officer_of_no_part_in_it_records_a_letter() -> None:
    record = waiting(website="")
    with pytest.raises(Refused):
        services.record_letter(record, TODAY, "Ion", "", lead_of(record), NOW)
    assert db.session.scalars(sa.select(SeenLetter)).all() == []


def test_a_renewal_asks_for_the_evidence_again() -> None:
    record = factories.institution(website="https://usm.md", registry_number="1008600038413")
    with pytest.raises(Refused):
        services.act(record, InstitutionAct.RENEW, officer(), NOW)


def test_the_officer_reads_what_is_missing_and_records_the_letter(client: CheckedClient) -> None:
    record = waiting(website="", registry_number=None)
    client.sign_in(factories.account(Role.OFFICER))
    address = f"/en/staff/institutions/{record.id}"
    page = client.get(address).get_data(as_text=True)
    assert "The state registry number is missing or wrong." in page
    assert "No signed letter was seen." in page
    page = client.post(f"{address}/letter", data={"dated_on": "x", "signed_by": ""}).get_data(as_text=True)
    assert 'id="dated_on-error"' in page
    assert 'id="signed_by-error"' in page
    refused = client.post(f"{address}/verify").get_data(as_text=True)
    assert "It is needed before verification" in refused
    day = date.today().isoformat()
    sent = client.post(f"{address}/letter", data={"dated_on": day, "signed_by": "Ion Rusu, rector"})
    assert sent.status_code == 302
    assert "signed by Ion Rusu, rector, was seen" in client.get(address).get_data(as_text=True)
    assert "institutions.letter_seen" in db.session.scalars(sa.select(AuditEvent.act)).all()


def test_leads_are_told_once_before_the_end_and_once_after_it() -> None:
    until = TODAY + timedelta(days=60)
    record = factories.institution(verified_until=until, **PROVED)
    factories.institution(verified_until=until + timedelta(days=1))
    factories.institution(verified_until=until, state=InstitutionState.SUSPENDED)
    assert [services.remind_of_renewals(NOW), services.remind_of_renewals(NOW)] == [1, 0]
    assert record.renewal_told is RenewalStage.DUE
    after = NOW + timedelta(days=61)
    told = services.remind_of_renewals(after)
    assert (record.renewal_told, told) == (RenewalStage.PASSED, 2)
    assert services.remind_of_renewals(after) == 0
    to_lead = record.memberships[0].account.email
    assert [address for message, address in mails() if message == "institution_renewal"].count(to_lead) == 2
    subjects = db.session.scalars(sa.select(OutboxMail.subject)).all()
    assert sum("has ended" in subject for subject in subjects) == 1
    services.act(record, InstitutionAct.RENEW, officer(), after)
    assert record.renewal_told is None


def test_the_daily_command_reminds(app: Flask) -> None:
    factories.institution(verified_until=date(2020, 1, 1))
    answer = app.test_cli_runner().invoke(args=["institutions", "remind"])
    assert answer.output == "1 reminded\n"


def test_an_ended_verification_shows_as_one_to_renew(client: CheckedClient) -> None:
    record = factories.institution(verified_until=date(2020, 1, 1))
    client.sign_in(record.memberships[0].account)
    page = client.get("/en/institution").get_data(as_text=True)
    assert "verification to be renewed" in page
    assert "nothing new can be sent" in page
