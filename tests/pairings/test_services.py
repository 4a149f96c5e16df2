from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from diaspora.assignments import queries as assignments
from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.matching.models import MatcherRun, Suggestion
from diaspora.pairings import queries, services
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import LIFECYCLE, OPEN_STATES, Origin, PairingAct, PairingState, SystemReason
from diaspora.placements import queries as placement_queries
from diaspora.placements import services as placements
from diaspora.placements.rules import PlacementAct, PlacementState
from diaspora.platform.access import SYSTEM, Actor, Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.refusals import Refused
from diaspora.profiles import queries as profiles
from diaspora.profiles import services as profile_services
from diaspora.profiles.models import Availability, Candidate
from diaspora.profiles.rules import CandidateAct, CandidateState
from diaspora.programmes import queries as programmes
from diaspora.programmes.rules import CallState
from tests import factories
from tests.factories import NOW, TODAY
from tests.pairings.people import TO_ACCEPTED, TO_OFFER, TO_REVIEW, A, People, actor_of, mails_to, messages_to

S = PairingState


def suggest(candidate: Candidate, placement: Any, score: float = 0.5) -> Suggestion:
    run = factories.save(
        MatcherRun(
            started_at=NOW,
            engine="test",
            settings={},
            corpus_hash="",
            profiles=1,
            placements=1,
            suggestions=1,
        )
    )
    return factories.save(
        Suggestion(
            run_id=run.id,
            candidate=candidate,
            placement=placement,
            score=score,
            rank_for_candidate=1,
            rank_for_placement=1,
            reasons=REASONS,
        )
    )


REASONS: dict[str, Any] = {"kept": "as it was"}


def test_from_application_to_acceptance() -> None:
    people = People()
    pairing = people.walked(*TO_ACCEPTED)
    assert pairing.state is S.ACCEPTED
    assert pairing.closed_at is not None
    assert pairing.eligible_by_id == people.officer.id
    assert [step.number for step in pairing.steps] == list(range(1, 8))
    assert [step.role for step in pairing.steps] == [
        Role.CANDIDATE, Role.OFFICER, Role.HOST_LEAD, Role.OFFICER, Role.CHAIR, Role.OFFICER, Role.CANDIDATE,
    ]  # fmt: skip
    assert people.placement.state is PlacementState.FILLED
    assert assignments.of_pairing(pairing.id) is not None
    logged = set(db.session.scalars(select(AuditEvent.act).where(AuditEvent.object_id == pairing.id)))
    assert {"pairing.apply", "pairing.approve", "pairing.accept"} <= logged


def test_an_application_discloses_the_candidate_to_that_institution_only() -> None:
    people, other = People(), factories.institution()
    people.applied()
    assert profiles.disclosed(people.candidate.id, [people.placement.institution_id])
    assert not profiles.disclosed(people.candidate.id, [other.id])


def test_an_invitation_discloses_nothing_before_the_yes() -> None:
    people = People()
    pairing = services.invite(people.candidate, people.placement, actor_of(people.lead), NOW, "Come!")
    assert pairing.state is S.INVITED
    assert [step.act for step in pairing.steps] == [A.SHORTLIST, A.INVITE]
    assert pairing.steps[-1].reason == "Come!"
    assert not profiles.disclosed(people.candidate.id, [people.placement.institution_id])
    people.do(pairing, A.SAY_YES)
    assert profiles.disclosed(people.candidate.id, [people.placement.institution_id])


def test_an_application_keeps_score_reasons_and_the_terms_that_were_seen() -> None:
    people = People()
    people.placement.terms_version = 3
    suggest(people.candidate, people.placement, 0.61)
    pairing = people.applied()
    assert (pairing.origin, pairing.score, pairing.card) == (Origin.MATCHER, 0.61, REASONS)
    assert pairing.terms_version == 3


def test_the_card_is_frozen_with_the_approval() -> None:
    people = People()
    suggestion = suggest(people.candidate, people.placement, 0.4)
    pairing = people.walked(*TO_REVIEW)
    suggestion.score = 0.7
    db.session.flush()
    people.do(pairing, A.APPROVE)
    assert pairing.score == 0.7
    suggestion.score = 0.1
    db.session.flush()
    people.do(pairing, A.OFFER)
    assert pairing.score == 0.7


def reserved(people: People) -> Decimal:
    assert people.placement.call_id is not None
    return programmes.committed(people.placement.call_id)


def change(record: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(record, name, value)
    db.session.flush()


@pytest.mark.parametrize(
    ("what", "values", "sentence"),
    [
        ("candidate", {"state": CandidateState.PAUSED}, "not on the roster"),
        ("candidate", {"on_roster_until": date(2026, 11, 1)}, "not on the roster"),
        ("placement", {"state": PlacementState.ON_HOLD}, "does not take applications"),
        ("placement", {"closes_on": date(2026, 11, 1)}, "does not take applications"),
        ("institution", {"state": InstitutionState.SUSPENDED}, "does not take applications"),
        ("call", {"deadline": date(2026, 11, 1)}, "deadline has passed"),
        ("call", {"opens_on": date(2026, 11, 3)}, "not opened yet"),
        ("call", {"state": CallState.UNDER_REVIEW}, "call does not take"),
    ],
)
def test_an_application_is_refused_with_the_reason(what: str, values: dict[str, Any], sentence: str) -> None:
    people = People()
    place = people.placement
    records = {"candidate": people.candidate, "institution": place.institution, "call": place.call}
    change(records.get(what, place), **values)
    with pytest.raises(Refused, match=sentence):
        people.applied()
    assert db.session.scalars(select(Pairing)).all() == []


def test_nobody_applies_twice() -> None:
    people = People()
    people.applied()
    with pytest.raises(Refused, match="applied here already"):
        people.applied()


def test_after_a_withdrawal_one_may_apply_again() -> None:
    people = People()
    people.walked(A.WITHDRAW)
    assert people.applied().state is S.APPLIED


def test_whoever_is_invited_answers_the_invitation_instead_of_applying() -> None:
    people = People()
    services.invite(people.candidate, people.placement, actor_of(people.lead), NOW)
    with pytest.raises(Refused, match="invited you already"):
        people.applied()


def test_an_application_takes_up_a_shortlist_that_the_candidate_knows_nothing_of() -> None:
    people = People()
    kept = services.shortlist(people.candidate, people.placement, actor_of(people.lead), NOW)
    pairing = people.applied()
    assert pairing is kept
    assert pairing.state is S.APPLIED


def test_nobody_applies_for_somebody_else() -> None:
    people = People()
    with pytest.raises(Refused):
        services.apply(people.candidate, people.placement, "", actor_of(factories.account()), NOW)


def test_only_the_host_and_officers_keep_a_shortlist() -> None:
    people, stranger = People(), factories.institution()
    for account in (
        stranger.memberships[0].account,
        factories.account(Role.REVIEWER),
        people.candidate_account,
    ):
        with pytest.raises(Refused, match="Another person"):
            services.shortlist(people.candidate, people.placement, actor_of(account), NOW)
    assert (
        services.shortlist(people.candidate, people.placement, actor_of(people.officer), NOW).origin
        == "staff"
    )


def test_a_dismissed_candidate_is_not_put_back_beside_their_own_application() -> None:
    people = People()
    kept = services.shortlist(people.candidate, people.placement, actor_of(people.lead), NOW)
    people.do(kept, A.DISMISS)
    people.applied()
    with pytest.raises(Refused, match="already being considered"):
        people.do(kept, A.RECONSIDER)


def test_who_found_eligible_does_not_approve_even_as_chair() -> None:
    officer = factories.account(Role.OFFICER)
    people = People(placement=factories.placement(call=factories.call(chair=officer)), officer=officer)
    pairing = people.walked(*TO_REVIEW)
    for act in (A.APPROVE, A.APPROVE_CONDITIONALLY, A.WAITLIST, A.REJECT):
        with pytest.raises(Refused, match="another person"):
            people.do(pairing, act)


def test_only_the_chair_of_this_call_approves() -> None:
    people = People()
    pairing = people.walked(*TO_REVIEW)
    other_chair = People().chair
    for account in (other_chair, people.officer, people.lead, factories.account(Role.FINANCE)):
        with pytest.raises(Refused, match="Another person"):
            services.act(pairing, A.APPROVE, actor_of(account), NOW, "because")


def test_a_chair_who_is_no_longer_staff_decides_nothing() -> None:
    people = People(placement=factories.placement(call=factories.call(chair=factories.account())))
    pairing = people.walked(*TO_REVIEW)
    with pytest.raises(Refused, match="Another person"):
        people.do(pairing, A.APPROVE)


def test_nobody_decides_where_they_declared_a_conflict() -> None:
    people = People()
    pairing = people.walked(*TO_REVIEW)
    services.declare_conflict(pairing, actor_of(people.chair), NOW, "My former student.")
    with pytest.raises(Refused, match="conflict of interest"):
        people.do(pairing, A.APPROVE)


def test_an_officer_of_the_host_institution_does_not_check_its_candidates() -> None:
    officer = factories.account(Role.OFFICER)
    people = People(placement=factories.placement(institution=factories.institution(lead=officer)))
    people.officer = officer
    with pytest.raises(Refused, match="Another person has to do this"):
        people.walked(A.FIND_ELIGIBLE)


def test_an_officer_has_no_power_over_their_own_application() -> None:
    officer = factories.account(Role.OFFICER)
    people = People(candidate=factories.candidate(account_id=officer.id), officer=officer)
    with pytest.raises(Refused, match="Another person"):
        people.walked(A.FIND_ELIGIBLE)


def test_an_appeal_is_turned_down_only_by_another_officer() -> None:
    people = People()
    pairing = people.walked(A.FIND_INELIGIBLE, A.APPEAL)
    with pytest.raises(Refused, match="another officer"):
        people.do(pairing, A.CONFIRM_INELIGIBLE)
    people.officer = factories.account(Role.OFFICER)
    assert people.do(pairing, A.CONFIRM_INELIGIBLE).state is S.INELIGIBLE_FINAL


def test_the_last_seat_is_promised_once() -> None:
    first = People()
    second = People(placement=first.placement)
    first.walked(*TO_REVIEW, A.APPROVE)
    pairing = second.walked(*TO_REVIEW)
    with pytest.raises(Refused, match="No seats are left"):
        second.do(pairing, A.APPROVE)
    assert second.do(pairing, A.WAITLIST).rank == 1


def test_the_call_has_no_more_seats_than_it_says() -> None:
    call = factories.call(seats=1)
    first = People(placement=factories.placement(call=call))
    second = People(placement=factories.placement(call=call))
    first.walked(*TO_REVIEW, A.APPROVE)
    pairing = second.walked(*TO_REVIEW)
    with pytest.raises(Refused, match="No seats are left"):
        second.do(pairing, A.APPROVE)


def test_nothing_is_promised_beyond_the_budget() -> None:
    # fourteen days at 900 a day
    people = People(placement=factories.placement(call=factories.call(budget=Decimal("12599.99"))))
    pairing = people.walked(*TO_REVIEW)
    with pytest.raises(Refused, match="budget"):
        people.do(pairing, A.APPROVE)
    assert pairing.state is S.IN_REVIEW


def test_an_approval_reserves_what_the_stay_can_cost() -> None:
    people = People()
    people.walked(*TO_REVIEW, A.APPROVE)
    assert reserved(people) == Decimal("12600.00")


@pytest.mark.parametrize("ending", [A.DECLINE_OFFER, A.WITHDRAW])
def test_who_falls_away_frees_seat_and_money(ending: PairingAct) -> None:
    first = People()
    pairing = first.walked(*TO_OFFER)
    first.do(pairing, ending)
    assert reserved(first) == 0
    assert People(placement=first.placement).walked(*TO_REVIEW, A.APPROVE).state is S.APPROVED


def test_a_filled_placement_opens_again_when_somebody_falls_away() -> None:
    placement = factories.placement(seats=2)
    first, second = People(placement=placement), People(placement=placement)
    waiting = second.walked(*TO_OFFER)
    first.walked(*TO_ACCEPTED)
    states = [placement.state]
    second.do(waiting, A.DECLINE_OFFER)
    assert [*states, placement.state] == [PlacementState.FILLED, PlacementState.PUBLISHED]


def test_a_placement_that_an_officer_filled_stays_so_when_an_applicant_goes() -> None:
    people = People()
    waiting = people.applied()
    placements.act(people.placement, PlacementAct.FILL, actor_of(people.officer), NOW)
    people.do(waiting, A.WITHDRAW)
    assert people.placement.state is PlacementState.FILLED


def test_an_offer_begins_where_the_candidate_is_free() -> None:
    free = [Availability(starts_on=date(2099, 6, 10), ends_on=date(2099, 7, 10))]
    pairing = People(candidate=factories.candidate(availability=free)).walked(*TO_OFFER)
    assert (pairing.starts_on, pairing.ends_on) == (date(2099, 6, 10), date(2099, 6, 23))
    assert pairing.offered_until == NOW.date() + timedelta(days=14)


def test_an_offer_begins_on_the_day_that_the_officer_chose() -> None:
    people = People()
    pairing = people.walked(*TO_REVIEW, A.APPROVE)
    people.do(pairing, A.OFFER, starts_on=date(2099, 7, 1))
    assert (pairing.starts_on, pairing.ends_on) == (date(2099, 7, 1), date(2099, 7, 14))


@pytest.mark.parametrize("day", [date(2099, 4, 30), date(2099, 9, 20), date(2026, 11, 2)])
def test_a_stay_lies_within_the_days_of_the_placement(day: date) -> None:
    people = People()
    pairing = people.walked(*TO_REVIEW, A.APPROVE)
    with pytest.raises(Refused) as refused, db.session.begin_nested():
        people.do(pairing, A.OFFER, starts_on=day)
    assert refused.value.field == "starts_on"
    db.session.refresh(pairing)
    assert pairing.state is S.APPROVED


def test_a_conditional_approval_is_offered_when_its_conditions_are_met() -> None:
    people = People()
    pairing = people.walked(*TO_REVIEW, A.APPROVE_CONDITIONALLY)
    assert pairing.conditions == "because"
    with pytest.raises(Refused, match="conditions"):
        people.do(pairing, A.OFFER)
    people.do(pairing, A.OFFER, conditions_met=True)
    assert (pairing.state, pairing.conditions_met_at) == (S.OFFERED, NOW)


def test_nobody_is_in_two_places() -> None:
    candidate = factories.candidate()
    tight = {"starts_on": date(2099, 5, 1), "ends_on": date(2099, 5, 20)}
    first = People(candidate=candidate, placement=factories.placement(**tight))
    second = People(candidate=candidate, placement=factories.placement(**tight))
    third = People(candidate=candidate, placement=factories.placement())
    waiting = second.walked(*TO_REVIEW)
    other = third.walked(*TO_OFFER)
    first.walked(*TO_ACCEPTED)
    with pytest.raises(Refused, match="another stay"):
        second.do(waiting, A.APPROVE)
    with pytest.raises(Refused, match="another stay"):
        third.do(other, A.ACCEPT)


def test_an_offer_avoids_a_stay_that_was_accepted() -> None:
    candidate = factories.candidate(availability=[])
    People(candidate=candidate, placement=factories.placement()).walked(*TO_ACCEPTED)
    later = People(candidate=candidate, placement=factories.placement()).walked(*TO_OFFER)
    assert later.starts_on == date(2099, 5, 15)


def test_an_offer_ends_with_its_last_day() -> None:
    people = People()
    pairing = people.walked(*TO_OFFER)
    assert services.expire_offers(NOW + timedelta(days=14)) == 0
    with pytest.raises(Refused, match="last day has passed"):
        people.do(pairing, A.ACCEPT, days=15)
    assert services.expire_offers(NOW + timedelta(days=15)) == 1
    assert pairing.state is S.OFFER_EXPIRED
    assert reserved(people) == 0
    assert pairing.steps[-1].reason == SystemReason.OFFER_EXPIRED


def test_the_closing_day_ends_applications_but_not_the_choice() -> None:
    people = People()
    pairing = people.walked(A.FIND_ELIGIBLE)
    change(people.placement, closes_on=date(2026, 11, 1))
    placements.expire_passed(NOW)
    assert people.placement.state is PlacementState.EXPIRED
    assert people.do(pairing, A.NOMINATE).state is S.NOMINATED


def leave(candidate: Candidate, how: str, me: Actor) -> None:
    if how == "withdraw_consent":
        profile_services.withdraw_consent(candidate, me, NOW)
    elif how == "expire":
        candidate.on_roster_until = NOW.date() - timedelta(days=1)
        db.session.flush()
        assert profile_services.expire_due(NOW) == 1
    else:
        profile_services.act(candidate, CandidateAct(how), me, NOW)


@pytest.mark.parametrize("how", ["withdraw_consent", "request_erasure"])
def test_who_withdraws_consent_is_out_of_everything_open_but_not_of_a_stay(how: str) -> None:
    candidate = factories.candidate()
    accepted = People(candidate=candidate).walked(*TO_ACCEPTED)
    open_one = People(candidate=candidate)
    pairing = open_one.walked(*TO_REVIEW, A.APPROVE)
    leave(candidate, how, actor_of(open_one.candidate_account))
    assert pairing.state is S.WITHDRAWN
    assert pairing.steps[-1].role is Role.SYSTEM
    assert reserved(open_one) == 0
    assert accepted.state is S.ACCEPTED


@pytest.mark.parametrize("how", ["pause", "expire"])
def test_who_pauses_or_expires_stays_in_play_but_is_not_newly_invited(how: str) -> None:
    candidate = factories.candidate()
    in_play, asked, kept = (People(candidate=candidate) for _number in range(3))
    applied = in_play.applied()
    invited = services.invite(candidate, asked.placement, actor_of(asked.lead), NOW)
    shortlisted = services.shortlist(candidate, kept.placement, actor_of(kept.lead), NOW)
    leave(candidate, how, actor_of(in_play.candidate_account))
    assert [applied.state, invited.state, shortlisted.state] == [S.APPLIED, S.INVITED, S.SHORTLISTED]
    assert profiles.disclosed(candidate.id, [in_play.placement.institution_id])
    for act, people, pairing in ((A.INVITE, kept, shortlisted), (A.SAY_YES, asked, invited)):
        with pytest.raises(Refused, match="not on the roster"):
            people.do(pairing, act)
    in_play.do(applied, *TO_ACCEPTED)
    assert applied.state is S.ACCEPTED


def test_who_withdraws_consent_while_paused_is_out_too() -> None:
    people = People()
    pairing, me = people.applied(), actor_of(people.candidate_account)
    leave(people.candidate, "pause", me)
    leave(people.candidate, "withdraw_consent", me)
    assert pairing.state is S.WITHDRAWN


UNREACHABLE: list[dict[str, Any]] = [{"email_confirmed_at": None}, {"closed_at": NOW}]


@pytest.mark.parametrize("values", [None, *UNREACHABLE], ids=["no account", "not confirmed", "closed"])
def test_who_could_not_answer_is_not_invited(values: dict[str, Any] | None) -> None:
    account_id = None if values is None else factories.account(**values).id
    people = People(candidate=factories.candidate(account_id=account_id))
    with pytest.raises(Refused, match="programme will ask"), db.session.begin_nested():
        services.invite(people.candidate, people.placement, actor_of(people.lead), NOW)
    assert db.session.scalars(select(Pairing)).all() == []
    kept = services.shortlist(people.candidate, people.placement, actor_of(people.lead), NOW)
    with pytest.raises(Refused, match="take over their profile"):
        services.act(kept, A.INVITE, actor_of(people.officer), NOW)
    people.candidate.account_id = factories.account().id
    db.session.flush()
    assert people.do(kept, A.INVITE).state is S.INVITED


def test_an_invitation_is_about_the_terms_of_its_day() -> None:
    people = People()
    kept = services.shortlist(people.candidate, people.placement, actor_of(people.lead), NOW)
    change(people.placement, terms_version=4)
    assert people.do(kept, A.INVITE).terms_version == 4
    change(people.placement, terms_version=5)
    assert people.do(kept, A.SAY_YES).terms_version == 4


def test_a_withdrawn_placement_ends_what_was_open_for_it() -> None:
    people = People()
    pairing = people.applied()
    placements.act(
        people.placement, PlacementAct.WITHDRAW, actor_of(people.officer), NOW, "No longer needed."
    )
    assert pairing.state is S.WITHDRAWN
    assert "pairing_withdrawn" in messages_to(people.candidate_account)


def test_an_old_page_decides_nothing() -> None:
    people = People()
    pairing = people.applied()
    seen = pairing.version
    people.do(pairing, A.FIND_ELIGIBLE)
    with pytest.raises(Refused, match="changed this meanwhile"):
        services.act(pairing, A.NOMINATE, actor_of(people.lead), NOW, version=seen)


def test_mails_go_to_whom_it_concerns_in_their_language() -> None:
    people = People()
    change(people.candidate_account, language="ru")
    change(people.lead, language="ro")
    people.walked(*TO_ACCEPTED)
    assert messages_to(people.candidate_account) == [
        "pairing_eligible", "pairing_nominated", "pairing_decided", "pairing_offered", "assignment_made",
    ]  # fmt: skip
    assert messages_to(people.lead) == [
        "pairing_applied", "pairing_eligible", "pairing_decided", "assignment_made",
    ]  # fmt: skip
    assert {mail.language for mail in mails_to(people.candidate_account)} == {"ru"}
    assert {mail.language for mail in mails_to(people.lead)} == {"ro"}
    assert messages_to(people.officer) == messages_to(people.chair) == []


def test_no_mail_to_a_host_names_the_candidate() -> None:
    people = People()
    people.walked(*TO_ACCEPTED)
    for mail in mails_to(people.lead):
        assert people.candidate.family_name not in mail.subject + mail.text + mail.html


def test_a_candidate_hears_nothing_of_a_silent_shortlist() -> None:
    people = People()
    pairing = services.shortlist(people.candidate, people.placement, actor_of(people.lead), NOW)
    services.act(pairing, A.WITHDRAW, SYSTEM, NOW, SystemReason.PLACEMENT_WITHDRAWN)
    assert messages_to(people.candidate_account) == []
    assert queries.of_candidate(people.candidate.id) == []


def test_a_command_ends_stale_offers() -> None:
    people = People()
    pairing = people.walked(*TO_OFFER)
    change(pairing, offered_until=date(2026, 11, 3))
    result = current_app.test_cli_runner().invoke(args=["pairings", "expire-offers"])
    assert result.output == "1 offers ended\n"


ROLES = [Role.CANDIDATE, Role.HOST_LEAD, Role.OFFICER, Role.CHAIR, Role.SYSTEM, Role.FINANCE]
STEPS = st.lists(
    st.tuples(st.sampled_from(list(PairingAct)), st.sampled_from(ROLES)), min_size=5, max_size=25
)


@given(STEPS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
def test_no_sequence_of_acts_leaves_the_table(steps: list[tuple[PairingAct, Role]]) -> None:
    people = People()
    who: dict[Role, Actor] = {
        Role.CANDIDATE: actor_of(people.candidate_account),
        Role.HOST_LEAD: actor_of(people.lead),
        Role.OFFICER: actor_of(people.officer),
        Role.CHAIR: actor_of(people.chair),
        Role.SYSTEM: SYSTEM,
        Role.FINANCE: actor_of(factories.account(Role.FINANCE)),
    }
    pairing = people.applied()
    allowed = {(source, r.act): r for r in LIFECYCLE.rows for source in r.sources}
    for act, role in steps:
        before, number = pairing.state, len(pairing.steps)
        try:
            services.act(pairing, act, who[role], NOW, "because")
        except Refused:
            assert pairing.state is before
            continue
        row = allowed[before, act]
        assert pairing.state is row.target
        assert role in row.by
        assert len(pairing.steps) == number + 1
        assert (pairing.closed_at is None) == (pairing.state in OPEN_STATES)
        held = programmes.commitment_of(pairing.id)
        reserved = held is not None and held.released_at is None
        assert reserved == (pairing.state in {S.APPROVED, S.APPROVED_CONDITIONALLY, S.OFFERED, S.ACCEPTED})


def test_an_officer_of_the_host_institution_neither_sends_on_nor_offers() -> None:
    officer = factories.account(Role.OFFICER)
    host = factories.institution(lead=officer)
    for way, act in ((TO_REVIEW[:-1], A.SEND_TO_COMMISSION), (TO_OFFER[:-1], A.OFFER)):
        people = People(placement=factories.placement(institution=host))
        pairing = people.walked(*way)
        people.officer = officer
        with pytest.raises(Refused, match="Another person has to do this"):
            people.do(pairing, act)


@pytest.mark.parametrize(
    ("way", "act"),
    [
        (TO_REVIEW, A.APPROVE),
        (TO_REVIEW, A.APPROVE_CONDITIONALLY),
        (TO_OFFER[:-1], A.OFFER),
        (TO_OFFER, A.ACCEPT),
    ],
)
def test_nobody_is_promised_or_sent_to_a_suspended_institution(
    way: tuple[PairingAct, ...], act: PairingAct
) -> None:
    people = People()
    pairing = people.walked(*way)
    people.placement.institution.state = InstitutionState.SUSPENDED
    db.session.commit()
    with pytest.raises(Refused, match="institution is not verified"):
        people.do(pairing, act)


def test_a_suspended_institution_is_told_nothing_of_its_shortlists() -> None:
    people = People()
    pairing = people.applied()
    people.placement.institution.state = InstitutionState.SUSPENDED
    db.session.commit()
    before = messages_to(people.lead)
    people.do(pairing, A.WITHDRAW)
    assert messages_to(people.lead) == before


def test_where_the_verification_ran_out_nobody_is_invited_and_who_is_in_play_goes_on() -> None:
    people, other = People(), factories.candidate()
    people.placement.institution.verified_until = TODAY - timedelta(days=1)
    db.session.commit()
    with pytest.raises(Refused, match="has to be renewed"):
        services.invite(other, people.placement, actor_of(people.lead), NOW)
    pairing = people.applied()
    people.do(pairing, A.FIND_ELIGIBLE, A.NOMINATE)
    assert pairing.state is S.NOMINATED


def test_an_edited_post_keeps_the_version_that_was_read_and_its_candidates_are_told() -> None:
    people, unaware = People(), factories.candidate()
    pairing = people.applied()
    services.shortlist(unaware, people.placement, actor_of(people.lead), NOW)
    db.session.commit()
    terms = replace(placement_queries.terms_of(people.placement), tasks="Other tasks.")
    placements.edit(people.placement, terms, actor_of(people.lead), NOW)
    assert (pairing.terms_version, people.placement.terms_version) == (1, 2)
    told = select(OutboxMail.account_id).where(OutboxMail.message == "pairing_terms_changed")
    assert db.session.scalars(told).all() == [people.candidate.account_id]
    placements.edit(people.placement, terms, actor_of(people.lead), NOW)
    same = replace(terms, supervisor_email="other@example.org")
    placements.edit(people.placement, same, actor_of(people.lead), NOW)
    assert len(db.session.scalars(told).all()) == 1, "what the public cannot read is no news"
