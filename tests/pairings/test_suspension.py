"""A suspension withdraws everything at once, and tells those who were in contact."""

import sqlalchemy as sa

from diaspora.assignments import queries as assignments
from diaspora.extensions import db
from diaspora.institutions import services as institutions
from diaspora.institutions.rules import InstitutionAct, InstitutionState
from diaspora.pairings import services
from diaspora.pairings.rules import PairingAct, PairingState, SystemReason
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from diaspora.profiles import queries as profiles
from diaspora.programmes import queries as programmes
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.pairings.people import People, actor_of
from tests.pairings.test_services import TO_OFFER

A, S = PairingAct, PairingState


def suspend(people: People) -> None:
    db.session.commit()
    host = people.placement.institution
    institutions.act(host, InstitutionAct.SUSPEND, actor_of(people.officer), NOW, "It asked for money.")
    db.session.commit()


def reinstate(people: People) -> None:
    host = people.placement.institution
    institutions.act(host, InstitutionAct.REINSTATE, actor_of(people.officer), NOW, "It was a mistake.")
    db.session.commit()


def told(address: str) -> list[OutboxMail]:
    return list(
        db.session.scalars(
            sa.select(OutboxMail).where(
                OutboxMail.address == address, OutboxMail.message == "pairing_host_suspended"
            )
        )
    )


def test_shortlists_invitations_and_applications_end_at_once() -> None:
    people = People()
    lead = actor_of(people.lead)
    kept = services.shortlist(factories.candidate(), people.placement, lead, NOW)
    asked = services.invite(factories.candidate(), people.placement, lead, NOW)
    applied = people.applied()
    suspend(people)
    for pairing in (kept, asked, applied):
        assert pairing.state is S.WITHDRAWN
        assert pairing.closed_at == NOW
        assert pairing.steps[-1].reason == SystemReason.HOST_SUSPENDED


def test_seat_and_money_of_an_offer_are_free_again() -> None:
    people = People()
    pairing = people.walked(*TO_OFFER)
    suspend(people)
    assert pairing.state is S.WITHDRAWN
    commitment = programmes.commitment_of(pairing.id)
    assert commitment is not None
    assert commitment.released_at == NOW


def test_the_institution_knows_nobody_by_name_any_more_and_another_one_still_does() -> None:
    people, other = People(), People()
    people.applied()
    elsewhere = People(candidate=people.candidate, placement=other.placement)
    elsewhere.applied()
    suspend(people)
    host, unhurt = people.placement.institution_id, other.placement.institution_id
    assert not profiles.disclosed(people.candidate.id, [host])
    assert profiles.disclosed(people.candidate.id, [unhurt])
    assert "candidate.disclosure_ended" in set(db.session.scalars(sa.select(AuditEvent.act)))


def test_whoever_was_in_contact_is_told_once_and_without_the_reason() -> None:
    people = People()
    people.applied()
    second = factories.placement(institution=people.placement.institution)
    People(candidate=people.candidate, placement=second).applied()
    suspend(people)
    mail = told(people.candidate_account.email)
    assert len(mail) == 1
    assert "has ended" in mail[0].text
    assert "asked for money" not in mail[0].text
    withdrawn = sa.select(OutboxMail).where(OutboxMail.message == "pairing_withdrawn")
    assert db.session.scalars(withdrawn).all() == [], "one mail tells of all of it"


def test_whoever_declined_long_ago_is_told_and_whoever_never_heard_of_it_is_not() -> None:
    people, unaware = People(), factories.candidate()
    declined = services.invite(people.candidate, people.placement, actor_of(people.lead), NOW)
    people.do(declined, A.DECLINE)
    services.shortlist(unaware, people.placement, actor_of(people.lead), NOW)
    suspend(people)
    assert len(told(people.candidate_account.email)) == 1
    assert (
        db.session.scalar(sa.select(sa.func.count()).where(OutboxMail.account_id == unaware.account_id)) == 0
    )


def test_a_running_stay_goes_to_the_officers_and_its_candidate_is_told_what_to_do(
    client: CheckedClient,
) -> None:
    people = People()
    pairing = people.walked(*TO_OFFER, A.ACCEPT)
    suspend(people)
    assert pairing.state is S.ACCEPTED
    assert "Do not travel" in told(people.candidate_account.email)[0].text
    stay = assignments.of_pairing(pairing.id)
    assert stay is not None
    page = client.sign_in(people.officer).get("/en/staff").get_data(as_text=True)
    assert "Stays at suspended institutions" in page
    assert f"/en/assignments/{stay.id}" in page
    assert people.candidate.full_name in page


def test_its_posts_are_gone_from_every_public_page_at_once(client: CheckedClient) -> None:
    people = People()
    shown = f"/en/placements/{people.placement.id}"
    pages = [
        "/en/",
        "/en/placements",
        "/en/placements/feed.atom",
        "/en/placements/deadlines.ics",
        "/sitemap.xml",
    ]
    headers = {"Accept-Language": "en"}
    title, name = people.placement.title, str(people.placement.id)
    before = {page: client.get(page, headers=headers) for page in [*pages, shown]}
    for page, answer in before.items():
        assert title in answer.get_data(as_text=True) or name in answer.get_data(as_text=True), page
        assert answer.headers["Cache-Control"] == "public, no-cache", page
    suspend(people)
    for page in pages:
        answer = client.get(page, headers={**headers, "If-None-Match": before[page].headers["ETag"]})
        assert answer.status_code == 200, page
        assert title not in answer.get_data(as_text=True), page
        assert name not in answer.get_data(as_text=True), page
    assert client.get(shown, headers=headers).status_code == 404
    assert client.get(f"{shown}/deadline.ics").status_code == 404


def test_reinstating_brings_back_posts_but_neither_invitations_nor_names(client: CheckedClient) -> None:
    people = People()
    asked = services.invite(factories.candidate(), people.placement, actor_of(people.lead), NOW)
    applied = people.applied()
    suspend(people)
    reinstate(people)
    assert people.placement.institution.state is InstitutionState.VERIFIED
    assert client.get(f"/en/placements/{people.placement.id}").status_code == 200
    assert {asked.state, applied.state} == {S.WITHDRAWN}
    assert not profiles.disclosed(people.candidate.id, [people.placement.institution_id])
    page = client.sign_in(people.lead).get(f"/en/candidatures/{applied.id}").get_data(as_text=True)
    assert people.candidate.full_name not in page
    assert people.applied().state is S.APPLIED, "the candidate may decide anew"


def test_members_read_no_candidature_while_it_lasts(client: CheckedClient) -> None:
    people = People()
    pairing = people.applied()
    suspend(people)
    client.sign_in(people.lead)
    assert client.get(f"/en/candidatures/{pairing.id}").status_code == 404
