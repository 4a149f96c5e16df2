from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.institutions.signals import institution_changed
from diaspora.placements import queries, services
from diaspora.placements.models import Placement, TermsVersion
from diaspora.placements.policy import may_view, takes_applications
from diaspora.placements.rules import PlacementAct, PlacementState, Terms, Wanted
from diaspora.placements.search import Facet, Filters
from diaspora.placements.signals import placement_changed
from diaspora.platform.access import SYSTEM, VISITOR, Actor, Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.refusals import Refused
from diaspora.programmes.rules import CallState
from tests import factories
from tests.factories import NOW, TODAY

A, S = PlacementAct, PlacementState


def officer() -> Actor:
    return Actor(factories.account(Role.OFFICER).id, frozenset({Role.MEMBER, Role.OFFICER}))


def acting_as(account: Account) -> Actor:
    return Actor(account.id, frozenset({Role.MEMBER}))


def lead(placement: Placement) -> Actor:
    return acting_as(placement.institution.memberships[0].account)


def terms(placement: Placement, **values: Any) -> Terms:
    return replace(queries.terms_of(placement), **values)


def listed(words: str = "", **values: Any) -> list[Placement]:
    chosen = {Facet(name): wanted for name, wanted in values.items()}
    return list(queries.published(Filters(words, chosen), TODAY).rows)


def mails(message: str) -> list[OutboxMail]:
    return list(db.session.scalars(select(OutboxMail).where(OutboxMail.message == message)))


def versions(placement: Placement) -> list[int]:
    rows = select(TermsVersion.number).where(TermsVersion.placement_id == placement.id)
    return sorted(db.session.scalars(rows))


def fresh_draft(**values: Any) -> Placement:
    return factories.placement(state=S.DRAFT, published_at=None, terms_version=0, **values)


def test_publishing_writes_the_first_version_and_tells_the_leads_in_their_language() -> None:
    placement = fresh_draft(institution=factories.institution(lead=factories.account(language="ru")))
    services.act(placement, A.SUBMIT, lead(placement), NOW)
    services.act(placement, A.PUBLISH, officer(), NOW)
    assert placement.state is S.PUBLISHED
    assert (placement.terms_version, versions(placement)) == (1, [1])
    mail = mails("placement_published")
    assert [m.language for m in mail] == ["ru"]
    assert f"/ru/placements/{placement.id}" in mail[0].text
    acts = db.session.scalars(select(AuditEvent.act).where(AuditEvent.object_id == placement.id)).all()
    assert acts == ["placement.submit", "placement.publish"]


@pytest.mark.parametrize(
    ("act", "target", "message"),
    [
        (A.REQUEST_CHANGES, S.CHANGES_REQUESTED, "placement_changes_requested"),
        (A.REJECT, S.REJECTED, "placement_rejected"),
    ],
)
def test_a_refusal_needs_a_reason_and_the_leads_read_it(
    act: PlacementAct, target: PlacementState, message: str
) -> None:
    placement = factories.placement(state=S.SUBMITTED)
    with pytest.raises(Refused):
        services.act(placement, act, officer(), NOW, reason="  ")
    services.act(placement, act, officer(), NOW, reason="Say what the guest will measure.")
    assert placement.state is target
    assert "Say what the guest will measure." in mails(message)[0].text


def test_an_editor_prepares_and_a_lead_sends() -> None:
    placement = fresh_draft()
    membership = placement.institution.memberships[0]
    membership.role = Role.HOST_EDITOR
    db.session.commit()
    with pytest.raises(Refused):
        services.act(placement, A.SUBMIT, lead(placement), NOW)
    membership.role = Role.HOST_LEAD
    db.session.commit()
    services.act(placement, A.SUBMIT, lead(placement), NOW)
    assert placement.state is S.SUBMITTED


def test_a_lead_of_another_institution_can_do_nothing() -> None:
    placement = fresh_draft()
    stranger = factories.institution().memberships[0].account
    with pytest.raises(Refused):
        services.act(placement, A.SUBMIT, acting_as(stranger), NOW)


def test_only_whole_consistent_posts_of_verified_hosts_in_open_calls_are_sent() -> None:
    for placement in (
        fresh_draft(institution=factories.institution(state=InstitutionState.REGISTERED)),
        fresh_draft(counterpart_name=""),
        fresh_draft(call=factories.call(state=CallState.CLOSED)),
        fresh_draft(call=factories.call(deadline=TODAY - timedelta(days=1))),
        fresh_draft(call=None),
        fresh_draft(closes_on=TODAY - timedelta(days=1)),
        fresh_draft(length_days=200),
    ):
        with pytest.raises(Refused):
            services.act(placement, A.SUBMIT, lead(placement), NOW)
        assert placement.state is S.DRAFT


def test_an_edit_of_a_published_post_makes_a_version_and_is_news() -> None:
    placement = factories.placement()
    heard: list[Placement] = []

    def listener(sender: Placement) -> None:
        heard.append(sender)

    with placement_changed.connected_to(listener):
        services.edit(placement, terms(placement, results="Two maps."), lead(placement), NOW)
    assert (placement.terms_version, versions(placement)) == (2, [2])
    assert heard == [placement]
    assert placement.edited_at == NOW
    found = queries.terms_version(placement.id, 2)
    assert found is not None
    assert found.content["results"] == "Two maps."


def test_what_changes_nothing_public_makes_no_version() -> None:
    placement = factories.placement()
    services.edit(placement, terms(placement), lead(placement), NOW)
    assert placement.edited_at is None
    services.edit(placement, terms(placement, supervisor_email="new@example.org"), lead(placement), NOW)
    assert (placement.terms_version, versions(placement)) == (1, [])


def test_a_draft_keeps_gaps_and_a_published_post_does_not() -> None:
    draft, published = fresh_draft(), factories.placement()
    services.edit(draft, terms(draft, tasks=""), lead(draft), NOW)
    assert draft.tasks == ""
    with pytest.raises(Refused) as refused:
        services.edit(published, terms(published, tasks=""), lead(published), NOW)
    assert refused.value.field == "tasks"


def test_the_call_stays_once_candidates_could_apply() -> None:
    placement = factories.placement()
    with pytest.raises(Refused) as refused:
        services.edit(placement, terms(placement, call_id=factories.call().id), lead(placement), NOW)
    assert refused.value.field == "call_id"


def test_a_submitted_post_is_not_edited_under_the_officers_eyes() -> None:
    placement = factories.placement(state=S.SUBMITTED)
    with pytest.raises(Refused):
        services.edit(placement, terms(placement, title="Other"), lead(placement), NOW)


def test_languages_are_replaced_without_meeting_the_constraint() -> None:
    placement = fresh_draft()
    before = placement.version
    wanted = (Wanted("en", "C1"), Wanted("ro", "A2", False))
    services.edit(placement, terms(placement, languages=wanted), lead(placement), NOW)
    db.session.expire_all()
    assert [(x.code, x.level, x.required) for x in placement.languages] == [
        ("en", "C1", True),
        ("ro", "A2", False),
    ]
    assert placement.version > before


def test_renewing_needs_a_new_day_and_opens_the_post() -> None:
    placement = factories.placement(state=S.EXPIRED, closes_on=TODAY - timedelta(days=3))
    for day in (None, TODAY - timedelta(days=1), placement.starts_on):
        with pytest.raises(Refused):
            services.act(placement, A.RENEW, lead(placement), NOW, closes_on=day)
        assert placement.state is S.EXPIRED
    services.act(placement, A.RENEW, lead(placement), NOW, closes_on=TODAY + timedelta(days=30))
    assert placement.state is S.PUBLISHED
    assert placement.closes_on == TODAY + timedelta(days=30)
    assert versions(placement) == [2]


def test_holding_and_releasing_an_unchanged_post_makes_no_version() -> None:
    placement = fresh_draft()
    services.act(placement, A.SUBMIT, lead(placement), NOW)
    services.act(placement, A.PUBLISH, officer(), NOW)
    services.act(placement, A.HOLD, lead(placement), NOW, reason="The laboratory moves.")
    assert listed() == []
    services.act(placement, A.RELEASE, lead(placement), NOW)
    assert versions(placement) == [1]
    assert listed() == [placement]


def test_posts_expire_the_day_after_their_last_day() -> None:
    today = factories.placement(closes_on=TODAY)
    yesterday = factories.placement(closes_on=TODAY - timedelta(days=1))
    assert listed() == [today], "the list does not wait for the job"
    assert services.expire_passed(NOW) == 1
    assert (today.state, yesterday.state) == (S.PUBLISHED, S.EXPIRED)


def test_a_suspended_institutions_posts_vanish_at_once() -> None:
    placement = factories.placement()
    heard: list[Placement] = []

    def listener(sender: Placement) -> None:
        heard.append(sender)

    placement.institution.state = InstitutionState.SUSPENDED
    db.session.commit()
    with placement_changed.connected_to(listener):
        institution_changed.send(placement.institution)
    assert heard == [placement]
    assert listed() == []
    assert list(queries.for_matching()) == []
    assert not may_view(VISITOR, placement)
    assert may_view(lead(placement), placement)


def test_words_are_found_whatever_their_case_and_diacritics() -> None:
    host = factories.institution(
        name={"ro": "Universitatea din Bălți", "ru": "Бельцкий университет", "en": "University of Bălți"}
    )
    draft = fresh_draft(institution=host, title="Școală de vară", language="ro")
    services.edit(draft, terms(draft, summary="Apă şi ţărână"), lead(draft), NOW)
    draft.state = S.PUBLISHED
    other = factories.placement()
    db.session.commit()
    for words in ("scoala", "ȘCOALĂ vara", "apa țărâna", "BALTI", "бельцкий"):
        assert listed(words) == [draft], words
    assert listed("scoala nowhere") == listed("%") == []
    assert set(listed()) == {draft, other}


def test_the_list_is_narrowed_by_area_district_and_call() -> None:
    health = factories.placement(fields=["3.2", "1.6"], district="MD-CA", closes_on=date(2099, 2, 1))
    soil = factories.placement(fields=["4.1"])
    assert listed() == [health, soil], "what closes first stands first"
    assert listed(field=["1"]) == listed(field=["3"]) == listed(district=["MD-CA"]) == [health]
    assert listed(call=[str(soil.call_id)]) == [soil]


def test_a_renamed_institution_is_found_by_its_new_name() -> None:
    placement = factories.placement()
    placement.institution.name = {"ro": "Institutul Nou"}
    institution_changed.send(placement.institution)
    db.session.commit()
    assert listed("institutul nou") == [placement]


def test_a_copy_is_a_draft_with_the_texts_and_without_the_days() -> None:
    placement = factories.placement(state=S.WITHDRAWN)
    made = services.copy(placement, lead(placement), NOW)
    assert (made.state, made.tasks, made.counterpart_name) == (S.DRAFT, placement.tasks, "Petru Lungu")
    assert (made.call_id, made.starts_on, made.closes_on, made.terms_version) == (None, None, None, 0)
    assert [x.code for x in made.languages] == ["ro"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "placement.copied")).one()
    assert event.object_id == made.id


def test_the_system_alone_lets_posts_expire() -> None:
    placement = factories.placement(closes_on=TODAY - timedelta(days=1))
    with pytest.raises(Refused):
        services.act(placement, A.EXPIRE, lead(placement), NOW)
    services.act(placement, A.EXPIRE, SYSTEM, NOW)
    assert placement.state is S.EXPIRED


def test_the_leads_are_told_what_an_officer_takes_down_and_not_what_they_did_themselves() -> None:
    placement = factories.placement()
    services.act(placement, A.HOLD, lead(placement), NOW, reason="We move.")
    assert mails("placement_taken_down") == []
    services.act(placement, A.WITHDRAW, officer(), NOW, reason="The address was false.")
    assert "The address was false." in mails("placement_taken_down")[0].text
    assert "withdrawn" in mails("placement_taken_down")[0].text


def test_an_officer_does_not_publish_posts_of_the_institution_where_they_work() -> None:
    account = factories.account(Role.OFFICER)
    placement = factories.placement(institution=factories.institution(lead=account), state=S.SUBMITTED)
    with pytest.raises(Refused, match="Another person"):
        services.act(placement, A.PUBLISH, Actor(account.id, frozenset({Role.OFFICER})), NOW)
    services.act(placement, A.PUBLISH, officer(), NOW)
    assert placement.state is S.PUBLISHED


def test_where_the_verification_ran_out_nothing_new_is_sent_or_published_and_the_rest_goes_on() -> None:
    host = factories.institution(verified_until=TODAY - timedelta(days=1))
    draft, sent = fresh_draft(institution=host), fresh_draft(institution=host)
    sent.state = S.SUBMITTED
    running = factories.placement(institution=host)
    db.session.commit()
    for placement, act, actor in ((draft, A.SUBMIT, lead(draft)), (sent, A.PUBLISH, officer())):
        with pytest.raises(Refused, match="has to be renewed"):
            services.act(placement, act, actor, NOW)
    assert takes_applications(running, TODAY)
    services.act(running, A.HOLD, lead(running), NOW, "A pause.")
    services.act(running, A.RELEASE, lead(running), NOW)
    assert running.state is S.PUBLISHED
