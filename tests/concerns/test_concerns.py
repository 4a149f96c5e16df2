"""Anybody reports a post or an invitation, and officers look into it."""

import pytest
import sqlalchemy as sa

from diaspora.concerns import rules, services
from diaspora.concerns.models import Concern
from diaspora.concerns.rules import ConcernAct, ConcernKind, ConcernState
from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.platform.access import VISITOR, Actor, Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.refusals import Refused
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.institutions.test_services import lead_of, officer

TYPED = {"kind": "asks_money", "text": "Ask for 200 euro by zymbruvescu.", "email": "vera@example.org"}


def path(placement_id: object) -> str:
    return f"/en/placements/{placement_id}/report"


def reported(**values: object) -> Concern:
    made = services.report(
        factories.placement(), ConcernKind.FAKE_HOST, "No such town hall.", "vera@example.org", "ru",
        VISITOR, NOW,
    )  # fmt: skip
    assert made is not None
    return made


def stored() -> list[Concern]:
    return list(db.session.scalars(sa.select(Concern)))


def test_a_visitor_reports_a_post_from_its_public_page(client: CheckedClient) -> None:
    placement = factories.placement()
    shown = client.get(f"/en/placements/{placement.id}").get_data(as_text=True)
    assert path(placement.id) in shown
    assert "The institution is verified until" in shown
    assert placement.title in client.get(path(placement.id)).get_data(as_text=True)
    assert client.post(path(placement.id), data=TYPED).headers["Location"] == "/en/report/received"
    assert client.get("/en/report/received").status_code == 200
    made = stored()[0]
    assert (made.kind, made.state) == (ConcernKind.ASKS_MONEY, ConcernState.NEW)
    assert (made.address, made.terms_version, made.invitation) == ("vera@example.org", 1, False)


def test_the_address_may_be_left_out_and_the_rest_may_not(client: CheckedClient) -> None:
    placement = factories.placement()
    page = client.post(path(placement.id), data={"email": "x", "text": " "}).get_data(as_text=True)
    for field in ("kind", "text", "email"):
        assert f'id="{field}-error"' in page, field
    assert stored() == []
    client.post(path(placement.id), data=TYPED | {"email": ""})
    assert [made.address for made in stored()] == [""]


def test_a_program_that_fills_every_field_is_thanked_and_not_believed(client: CheckedClient) -> None:
    placement = factories.placement()
    sent = client.post(path(placement.id), data=TYPED | {"website": "https://x.example"})
    assert sent.headers["Location"] == "/en/report/received"
    assert stored() == []


def test_many_reports_about_one_post_do_not_bury_the_others(client: CheckedClient) -> None:
    placement, other = factories.placement(), factories.placement()
    for about, number in ((placement, rules.MOST_ABOUT_ONE_POST + 5), (other, 1)):
        for _ in range(number):
            services.report(about, ConcernKind.OTHER, "Text.", "", "en", VISITOR, NOW)
    assert len(stored()) == rules.MOST_ABOUT_ONE_POST + 1
    services.report(placement, ConcernKind.OTHER, "Text.", "", "en", VISITOR, NOW + rules.COUNTED)
    assert len(stored()) == rules.MOST_ABOUT_ONE_POST + 2


def test_a_post_that_was_never_public_cannot_be_reported_and_a_hidden_one_shows_nothing(
    client: CheckedClient,
) -> None:
    draft = factories.placement(terms_version=0)
    assert client.get(path(draft.id)).status_code == 404
    assert client.post(path(draft.id), data=TYPED).status_code == 404
    host = factories.institution(state=InstitutionState.SUSPENDED)
    hidden = factories.placement(institution=host)
    page = client.get(path(hidden.id)).get_data(as_text=True)
    assert hidden.title not in page
    assert host.name["en"] not in page
    client.post(path(hidden.id), data=TYPED)
    assert len(stored()) == 1


def test_who_wrote_is_not_kept_even_when_signed_in(client: CheckedClient) -> None:
    account = factories.account()
    client.sign_in(account)
    client.post(path(factories.placement().id), data=TYPED)
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.act == "concern.reported")).one()
    assert event.actor_id is None


def test_an_invitation_says_where_to_report_it(client: CheckedClient) -> None:
    placement = factories.placement()
    client.post(f"{path(placement.id)}?about=invitation", data=TYPED | {"about": "invitation"})
    assert stored()[0].invitation
    page = client.get(f"{path(placement.id)}?about=invitation").get_data(as_text=True)
    assert 'value="invitation"' in page


def test_members_of_the_institution_see_nothing_of_it_officers_among_them(client: CheckedClient) -> None:
    made = reported()
    member = made.placement.institution.memberships[0]
    own_officer = factories.account(Role.OFFICER)
    member.account_id = own_officer.id
    db.session.commit()
    client.sign_in(own_officer)
    for address in ("/en/staff/reports", "/en/staff", "/en/staff/reports?state=new"):
        assert str(made.id) not in client.get(address).get_data(as_text=True)
    assert client.get(f"/en/staff/reports/{made.id}").status_code == 404
    assert client.post(f"/en/staff/reports/{made.id}/find_unfounded", data={"reason": "x"}).status_code == 404
    host = factories.institution()
    client.sign_in(host.memberships[0].account)
    assert client.get("/en/staff/reports").status_code == 403
    for page in ("/en/", "/en/institution", f"/en/institution/{host.id}/placements"):
        assert "No such town hall" not in client.get(page).get_data(as_text=True)


def test_an_officer_finds_it_on_the_work_list_and_decides_with_a_reason(client: CheckedClient) -> None:
    made = reported()
    db.session.commit()
    client.sign_in(factories.account(Role.OFFICER))
    address = f"/en/staff/reports/{made.id}"
    assert address in client.get("/en/staff").get_data(as_text=True)
    assert "No such town hall." in client.get(address).get_data(as_text=True)
    client.post(f"{address}/take_up", data={"version": made.version})
    client.post(f"{address}/find_founded", data={"reason": " "})
    assert stored()[0].state is ConcernState.LOOKED_AT
    client.post(f"{address}/find_founded", data={"reason": "The number is of another town hall."})
    assert stored()[0].state is ConcernState.FOUNDED
    assert address not in client.get("/en/staff").get_data(as_text=True)
    assert address in client.get("/en/staff/reports?state=founded&kind=fake_host").get_data(as_text=True)
    assert client.get("/en/staff/reports?state=x").status_code == 404
    assert client.post(f"{address}/explode").status_code == 404


def test_only_officers_act_on_it() -> None:
    made = reported()
    for actor in (VISITOR, lead_of(made.placement.institution), Actor(None, frozenset({Role.ADMIN}))):
        with pytest.raises(Refused):
            services.act(made, ConcernAct.TAKE_UP, actor, NOW)
        with pytest.raises(Refused):
            services.answer(made, "Thank you.", actor, NOW)


def test_an_answer_is_mailed_in_the_language_of_the_report_and_only_if_asked_for() -> None:
    made = reported()
    with pytest.raises(Refused):
        services.answer(made, " ", officer(), NOW)
    services.answer(made, "Thank you.", officer(), NOW)
    mail = db.session.scalars(sa.select(OutboxMail)).one()
    assert (mail.address, mail.language, made.answered_at) == ("vera@example.org", "ru", NOW)
    assert "Thank you." in mail.text
    made.address = ""
    with pytest.raises(Refused):
        services.answer(made, "Thank you.", officer(), NOW)
