from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from blinker import Signal
from sqlalchemy import select

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM, Actor, Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.refusals import Refused
from diaspora.profiles import editing, policy, queries, services
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import (
    ROSTER_LASTS,
    CandidateAct,
    CandidateState,
    DisclosureReason,
    LeavingReason,
)
from diaspora.profiles.signals import candidate_changed, candidate_left
from tests import factories

NOW = factories.NOW


def owner(candidate: Candidate) -> Actor:
    return Actor(candidate.account_id, frozenset({Role.MEMBER, Role.CANDIDATE}), "en")


def officer() -> Actor:
    return Actor(factories.account(Role.OFFICER).id, frozenset({Role.OFFICER}), "en")


@contextmanager
def heard(signal: Signal) -> Iterator[list[dict[str, Any]]]:
    news: list[dict[str, Any]] = []

    def listen(sender: Candidate, **more: Any) -> None:
        news.append({"sender": sender, **more})

    signal.connect(listen)
    yield news
    signal.disconnect(listen)


def mails() -> list[OutboxMail]:
    return list(db.session.scalars(select(OutboxMail)))


def test_admitting_sets_three_years_mails_the_person_and_tells_the_matcher() -> None:
    candidate = factories.candidate(state=CandidateState.SUBMITTED, on_roster_until=None)
    with heard(candidate_changed) as news:
        services.act(candidate, CandidateAct.ADMIT, officer(), NOW)
    assert candidate.state is CandidateState.ON_ROSTER
    assert candidate.on_roster_until == clock.local_day(NOW) + ROSTER_LASTS
    assert [n["sender"] for n in news] == [candidate]
    assert [m.message for m in mails()] == ["profile_admitted"]


def test_sending_back_needs_a_reason_which_the_person_reads() -> None:
    candidate = factories.candidate(state=CandidateState.SUBMITTED)
    with pytest.raises(Refused) as refused:
        services.act(candidate, CandidateAct.RETURN, officer(), NOW, "  ")
    assert refused.value.field == "reason"
    services.act(candidate, CandidateAct.RETURN, officer(), NOW, "The year of the doctorate is missing.")
    assert candidate.state_reason in mails()[0].text


def test_mails_are_in_the_language_of_the_account() -> None:
    account = factories.account(language="ru")
    candidate = factories.candidate(state=CandidateState.SUBMITTED, account_id=account.id)
    services.act(candidate, CandidateAct.ADMIT, officer(), NOW)
    assert (mails()[0].language, mails()[0].address) == ("ru", account.email)


@pytest.mark.parametrize("lacking", ["interests", "country", "degrees", "consent"])
def test_an_incomplete_profile_is_not_sent(lacking: str) -> None:
    candidate = factories.candidate(state=CandidateState.DRAFT, consented=lacking != "consent")
    if lacking == "degrees":
        candidate.degrees = []
    elif lacking != "consent":
        setattr(candidate, lacking, "")
    with pytest.raises(Refused):
        services.act(candidate, CandidateAct.SUBMIT, owner(candidate), NOW)
    assert candidate.state is CandidateState.DRAFT


def test_nobody_is_admitted_after_withdrawing_the_consent() -> None:
    candidate = factories.candidate(state=CandidateState.SUBMITTED)
    services.withdraw_consent(candidate, owner(candidate), NOW)
    assert candidate.state is CandidateState.SUBMITTED
    with pytest.raises(Refused):
        services.act(candidate, CandidateAct.ADMIT, officer(), NOW)


def test_withdrawing_consent_takes_effect_at_once_and_everywhere() -> None:
    candidate, institution = factories.candidate(), factories.institution()
    services.disclose(candidate, institution.id, DisclosureReason.CONSENT, SYSTEM, NOW)
    with heard(candidate_left) as news:
        services.withdraw_consent(candidate, owner(candidate), NOW + timedelta(days=1))
    assert candidate.state is CandidateState.PAUSED
    assert candidate.consents[0].withdrawn_at == NOW + timedelta(days=1)
    assert not queries.for_matching()
    assert not queries.disclosed(candidate.id, [institution.id])
    assert [(n["sender"], n["why"]) for n in news] == [(candidate, LeavingReason.CONSENT_WITHDRAWN)]
    with pytest.raises(Refused):
        services.act(candidate, CandidateAct.RESUME, owner(candidate), NOW)
    given = NOW + timedelta(days=2)
    services.give_consents(candidate, ["roster-2", "matching-1"], "site", owner(candidate), given)
    services.act(candidate, CandidateAct.RESUME, owner(candidate), NOW + timedelta(days=2))
    assert [c.id for c in queries.for_matching()] == [candidate.id]
    assert len(candidate.consents) == 4, "the withdrawn one stays on record"


def test_an_outdated_text_is_not_agreed_to() -> None:
    candidate = factories.candidate(consented=False)
    with pytest.raises(Refused):
        services.give_consent(candidate, "roster-0", "site", owner(candidate), NOW)
    assert candidate.consents == []


def test_agreeing_twice_is_one_consent() -> None:
    candidate = factories.candidate(consented=False)
    services.give_consent(candidate, "roster-2", "site", owner(candidate), NOW)
    services.give_consent(candidate, "roster-2", "site", owner(candidate), NOW + timedelta(minutes=1))
    assert [c.given_at for c in candidate.consents] == [NOW]


def test_pausing_and_asking_for_erasure_say_why_somebody_left() -> None:
    candidate = factories.candidate()
    with heard(candidate_left) as news:
        services.act(candidate, CandidateAct.PAUSE, owner(candidate), NOW)
        services.act(candidate, CandidateAct.RESUME, owner(candidate), NOW)
        services.act(candidate, CandidateAct.REQUEST_ERASURE, owner(candidate), NOW)
    assert [n["why"] for n in news] == [LeavingReason.PAUSED, LeavingReason.ERASURE]


def test_after_three_years_people_are_asked_to_renew() -> None:
    over = factories.candidate(on_roster_until=clock.local_day(NOW) - timedelta(days=1))
    factories.candidate(on_roster_until=clock.local_day(NOW))
    assert services.expire_due(NOW) == 1
    assert over.state is CandidateState.EXPIRED
    assert [m.message for m in mails()] == ["profile_expired"]


def test_disclosing_again_is_the_same_as_once_and_revives_what_ended() -> None:
    candidate, institution = factories.candidate(), factories.institution()
    first = services.disclose(candidate, institution.id, DisclosureReason.CONSENT, SYSTEM, NOW)
    again = services.disclose(
        candidate, institution.id, DisclosureReason.APPLICATION, SYSTEM, NOW + timedelta(days=1)
    )
    assert again is first
    assert again.since == NOW
    services.withdraw_consent(candidate, owner(candidate), NOW + timedelta(days=2))
    revived = services.disclose(
        candidate, institution.id, DisclosureReason.APPLICATION, SYSTEM, NOW + timedelta(days=3)
    )
    assert revived is first
    assert revived.ended_at is None


def test_only_the_reads_of_others_are_recorded() -> None:
    candidate = factories.candidate()
    services.log_identified_read(candidate, owner(candidate), NOW, "own")
    services.log_identified_read(candidate, officer(), NOW, "officer")
    page = queries.identified_reads(candidate.id, 1)
    (reader,) = queries.readers_of(page.rows).values()
    assert (reader.why, reader.role, reader.institution) == ("officer", Role.OFFICER, None)


def test_every_act_of_a_person_is_in_the_audit_without_their_words() -> None:
    candidate = factories.candidate(state=CandidateState.DRAFT)
    services.act(candidate, CandidateAct.SUBMIT, owner(candidate), NOW)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "candidate.submit")).one()
    assert (event.object_id, event.actor_id) == (candidate.id, candidate.account_id)


def test_an_edit_on_the_roster_tells_the_matcher_and_a_draft_s_does_not() -> None:
    listed, draft = factories.candidate(), factories.candidate(state=CandidateState.DRAFT)
    with heard(candidate_changed) as news:
        for candidate in (listed, draft):
            editing.save_interests(
                candidate, interests="Lakes.", text_language="en", actor=owner(candidate), now=NOW
            )
    assert [n["sender"] for n in news] == [listed]


def test_what_is_required_may_be_changed_on_the_roster_but_not_emptied() -> None:
    candidate = factories.candidate()
    with pytest.raises(Refused):
        editing.save_fields(candidate, [], owner(candidate), NOW)
    db.session.rollback()
    draft = factories.candidate(state=CandidateState.DRAFT)
    editing.save_fields(draft, [], owner(draft), NOW)
    assert draft.fields == []


def test_nothing_is_edited_after_asking_for_erasure() -> None:
    candidate = factories.candidate(state=CandidateState.ERASURE_REQUESTED)
    with pytest.raises(Refused):
        editing.save_fields(candidate, ["1.1"], owner(candidate), NOW)


def test_one_account_opens_one_profile() -> None:
    account: Account = factories.account()
    actor = Actor(account.id, frozenset({Role.MEMBER}), "en")
    first = services.open_profile(actor, NOW)
    assert services.open_profile(actor, NOW).id == first.id
    assert policy.owns(actor, first)


def test_an_unknown_claim_link_is_refused() -> None:
    with pytest.raises(Refused):
        services.claim("no such token", Actor(uuid4(), frozenset({Role.MEMBER}), "en"), NOW)
