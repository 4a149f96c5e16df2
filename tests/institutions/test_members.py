"""Who acts for an institution: invited, joined, made lead, ended."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.institutions import policy, queries, rules, services
from diaspora.institutions.models import Institution, MemberInvitation, Membership
from diaspora.institutions.rules import InstitutionAct, InstitutionState, Person
from diaspora.platform.access import Actor, Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.refusals import Refused
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.institutions.test_services import mails, officer

ANA = Person("Ana", "Lupu", "secretary")
ADDRESS = "ana.lupu@example.org"


def member(host: Institution, role: Role = Role.HOST_EDITOR, account: Account | None = None) -> Membership:
    account = account or factories.account()
    return factories.save(
        Membership(
            institution_id=host.id, account_id=account.id, role=role,
            given_name="Ana", family_name="Lupu", since=NOW,
        )
    )  # fmt: skip


def lead(host: Institution) -> Membership:
    return next(row for row in queries.members_of([host.id]) if row.given_name == "Ion")


def lead_of(host: Institution) -> Actor:
    return acting(lead(host))


def acting(row: Membership) -> Actor:
    return Actor(row.account_id, frozenset({Role.MEMBER, row.role}))


def invite(host: Institution, role: Role = Role.HOST_EDITOR, email: str = ADDRESS) -> MemberInvitation:
    return services.invite_member(host, email, role, lead_of(host), NOW)


def token() -> str:
    """What the last mail to Ana links to."""
    texts = db.session.scalars(
        sa.select(OutboxMail.text).where(
            OutboxMail.message == "member_invited", OutboxMail.address == ADDRESS
        )
    ).all()
    found = re.findall(r"/institution/join/(\S+)", "\n".join(texts))
    return str(found[-1])


def ana(**values: object) -> Account:
    return factories.account(email=ADDRESS, **values)


def test_somebody_without_an_account_is_invited_and_joins_after_opening_one() -> None:
    host = factories.institution()
    invite(host, Role.HOST_LEAD, f" {ADDRESS.upper()} ")
    joined = services.accept_invitation(token(), ANA, ana(), NOW)
    assert (joined.role, joined.given_name, joined.position) == (Role.HOST_LEAD, "Ana", "secretary")
    assert policy.roles_towards(acting(joined), host.id) == {Role.HOST_LEAD}
    assert ("member_changed", lead(host).account.email) in mails()
    acts = set(db.session.scalars(sa.select(AuditEvent.act)))
    assert {"institutions.member_invited", "institutions.member_joined"} <= acts


def test_a_link_works_once_for_seven_days_and_for_its_address_alone() -> None:
    host, person = factories.institution(), ana()
    invite(host)
    person.email_confirmed_at = None
    for account in (factories.account(), person):
        with pytest.raises(Refused, match="another address"), db.session.begin_nested():
            services.accept_invitation(token(), ANA, account, NOW)
    person.email_confirmed_at = NOW
    db.session.commit()
    with pytest.raises(Refused), db.session.begin_nested():
        services.accept_invitation(token(), ANA, person, NOW + timedelta(days=7))
    services.accept_invitation(token(), ANA, person, NOW + timedelta(days=6))
    with pytest.raises(Refused):
        services.accept_invitation(token(), ANA, person, NOW)


def test_only_a_lead_of_this_institution_invites() -> None:
    host, editor = factories.institution(), member(factories.institution())
    for actor in (lead_of(factories.institution()), acting(editor), acting(member(host)), officer()):
        with pytest.raises(Refused):
            services.invite_member(host, ADDRESS, Role.HOST_EDITOR, actor, NOW)
    with pytest.raises(Refused):
        services.invite_member(host, ADDRESS, Role.OFFICER, lead_of(host), NOW)
    assert mails() == []


def test_nobody_is_invited_twice_or_who_is_there_already() -> None:
    host = factories.institution()
    invite(host)
    for email in (ADDRESS, host.memberships[0].account.email):
        with pytest.raises(Refused) as refusal:
            invite(host, email=email)
        assert refusal.value.field == "email"


def test_an_invitation_that_is_too_old_makes_room_for_a_new_one() -> None:
    host = factories.institution()
    old = invite(host)
    again = services.invite_member(host, ADDRESS, Role.HOST_EDITOR, lead_of(host), NOW + timedelta(days=8))
    assert (old.closed_at is not None, again.closed_at) == (True, None)


@pytest.mark.parametrize("state", list(rules.MOST_INVITATIONS))
def test_an_institution_mails_only_so_many_people_in_seven_days(state: InstitutionState) -> None:
    host = factories.institution(state=state)
    for number in range(rules.MOST_INVITATIONS[state]):
        made = invite(host, email=f"p{number}@example.org")
    services.withdraw_invitation(made, lead_of(host), NOW)
    with pytest.raises(Refused, match="enough for now"):
        invite(host)
    services.invite_member(host, ADDRESS, Role.HOST_EDITOR, lead_of(host), NOW + timedelta(days=7))


def test_sending_again_ends_the_earlier_link_and_is_limited() -> None:
    host = factories.institution()
    made = invite(host)
    first = token()
    for _ in range(rules.MOST_SENDINGS - 1):
        services.send_again(made, lead_of(host), NOW + timedelta(days=1))
    with pytest.raises(Refused, match="often enough"):
        services.send_again(made, lead_of(host), NOW)
    with pytest.raises(Refused):
        services.accept_invitation(first, ANA, ana(), NOW)
    assert made.expires_at == NOW + timedelta(days=8)


@pytest.mark.parametrize("end", ["withdrawn", "suspended"])
def test_a_link_that_was_taken_back_or_of_a_suspended_institution_is_dead(end: str) -> None:
    host, person = factories.institution(), ana()
    made = invite(host)
    if end == "withdrawn":
        services.withdraw_invitation(made, lead_of(host), NOW)
    else:
        services.act(host, InstitutionAct.SUSPEND, officer(), NOW, "Fake.")
        services.act(host, InstitutionAct.REINSTATE, officer(), NOW, "Mended.")
    assert queries.invitation_by_token(token(), NOW) is None
    with pytest.raises(Refused):
        services.accept_invitation(token(), ANA, person, NOW)
    with pytest.raises(Refused):
        services.send_again(made, lead_of(host), NOW)


def test_a_lead_makes_another_one_and_may_then_step_down() -> None:
    host = factories.institution()
    first, second = host.memberships[0], member(host)
    for act in (
        lambda: services.change_role(first, Role.HOST_EDITOR, acting(first), NOW),
        lambda: services.end_membership(first, acting(first), NOW),
    ):
        with pytest.raises(Refused, match="needs a lead"):
            act()
    services.change_role(second, Role.HOST_LEAD, acting(first), NOW)
    services.change_role(first, Role.HOST_EDITOR, acting(first), NOW)
    assert [row.role for row in (first, second)] == [Role.HOST_EDITOR, Role.HOST_LEAD]
    assert ("member_changed", second.account.email) in mails()
    services.end_membership(first, acting(second), NOW)
    with pytest.raises(Refused, match="needs a lead"):
        services.end_membership(second, acting(second), NOW)


def test_a_lead_whose_account_is_closed_is_no_lead_who_stays() -> None:
    host = factories.institution()
    closed = member(host, Role.HOST_LEAD, factories.account(closed_at=NOW))
    assert closed.role is Role.HOST_LEAD
    with pytest.raises(Refused, match="needs a lead"):
        services.end_membership(lead(host), lead_of(host), NOW)


def test_an_editor_leaves_but_ends_and_raises_nobody() -> None:
    host = factories.institution()
    editor, other = member(host), member(host)
    for act in (
        lambda: services.end_membership(other, acting(editor), NOW),
        lambda: services.change_role(editor, Role.HOST_LEAD, acting(editor), NOW),
        lambda: services.end_membership(other, lead_of(factories.institution()), NOW),
    ):
        with pytest.raises(Refused):
            act()
    services.end_membership(editor, acting(editor), NOW)
    assert editor.ended_at == NOW


def test_who_was_ended_loses_access_at_once_and_may_be_invited_again(client: CheckedClient) -> None:
    host, person = factories.institution(), ana()
    editor = member(host, account=person)
    placement = factories.placement(institution=host)
    pairing = factories.pairing(placement=placement)
    pages = [
        f"/en/institution/{host.id}/members",
        f"/en/institution/{host.id}/placements/new",
        f"/en/institution/placements/{placement.id}",
        f"/en/institution/placements/{placement.id}/edit",
        f"/en/institution/placements/{placement.id}/candidates",
        f"/en/candidatures/{pairing.id}",
    ]
    client.sign_in(person)
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    services.end_membership(editor, lead_of(host), NOW)
    db.session.commit()
    assert {client.get(page).status_code for page in pages} <= {403, 404}
    assert ("member_changed", ADDRESS) in mails()
    invite(host, Role.HOST_LEAD)
    assert services.accept_invitation(token(), ANA, person, NOW).id == editor.id
    assert (editor.ended_at, editor.role) == (None, Role.HOST_LEAD)


def test_an_officer_ends_memberships_only_where_it_is_suspended_or_nobody_leads() -> None:
    host = factories.institution()
    first, editor = host.memberships[0], member(host)
    with pytest.raises(Refused, match="Only where"):
        services.end_membership(editor, officer(), NOW, "Asked by mail.")
    host.state = InstitutionState.SUSPENDED
    db.session.commit()
    with pytest.raises(Refused) as refusal:
        services.end_membership(first, officer(), NOW, " ")
    assert refusal.value.field == "reason"
    services.end_membership(first, officer(), NOW, "Nobody of the town hall.")
    host.state = InstitutionState.VERIFIED
    db.session.commit()
    services.end_membership(editor, officer(), NOW, "Abandoned.")
    assert queries.members_of([host.id]) == []


def test_an_officer_names_a_lead_with_a_reason() -> None:
    host = factories.institution()
    editor = member(host)
    with pytest.raises(Refused):
        services.install_lead(host, editor.account.email, officer(), NOW, " ")
    with pytest.raises(Refused):
        services.install_lead(host, editor.account.email, lead_of(host), NOW, "Mine.")
    services.install_lead(host, editor.account.email, officer(), NOW, "The lead has died.")
    assert editor.role is Role.HOST_LEAD
    services.install_lead(host, ADDRESS, officer(), NOW, "The rector asked.")
    assert services.accept_invitation(token(), ANA, ana(), NOW).role is Role.HOST_LEAD


def test_the_whole_way_in_the_browser(client: CheckedClient) -> None:
    host, person = factories.institution(), ana()
    first = lead(host)
    client.sign_in(first.account)
    members = f"/en/institution/{host.id}/members"
    wrong = client.post(f"{members}/invite", data={"email": "x", "role": ""}).get_data(as_text=True)
    assert 'id="email-error"' in wrong
    assert 'id="role-error"' in wrong
    sent = client.post(f"{members}/invite", data={"email": ADDRESS, "role": "host_editor"})
    assert sent.headers["Location"] == members
    made = db.session.scalars(sa.select(MemberInvitation)).one()
    assert ADDRESS in client.get(members).get_data(as_text=True)
    assert client.post(f"{members}/invitations/{made.id}/again").status_code == 302
    join = f"/en/institution/join/{token()}"
    assert "sent to another address" in client.get(join).get_data(as_text=True)
    client.sign_in(person)
    assert "Act for this institution" in client.get(join).get_data(as_text=True)
    assert 'id="given_name-error"' in client.post(join, data={}).get_data(as_text=True)
    typed = {"given_name": "Ana", "family_name": "Lupu", "position": "secretary"}
    assert client.post(join, data=typed).headers["Location"] == "/en/institution"
    assert "has been used" in client.get(join).get_data(as_text=True)
    page = client.get(members).get_data(as_text=True)
    assert "Invite somebody" not in page
    assert client.post(f"{members}/{first.id}/end").status_code == 302
    assert db.session.get_one(Membership, first.id).ended_at is None
    client.sign_in(first.account)
    joined = queries.member_with_address(host.id, ADDRESS)
    assert joined is not None
    assert client.post(f"{members}/{joined.id}/lead").status_code == 302
    assert client.post(f"{members}/{first.id}/end").headers["Location"] == "/en/"
    assert client.get(members).status_code == 403


def test_a_visitor_with_the_link_is_led_to_an_account_and_back(client: CheckedClient) -> None:
    host = factories.institution(name={"en": "Institute of Vines"})
    services.invite_member(host, ADDRESS, Role.HOST_EDITOR, lead_of(host), datetime.now(NOW.tzinfo))
    db.session.commit()
    page = client.get(f"/en/institution/join/{token()}").get_data(as_text=True)
    assert "Institute of Vines" in page
    assert f"next=/en/institution/join/{token()}" in page
    assert ADDRESS not in page, "who has only the link learns nobody's address"


def test_invitations_and_members_of_another_institution_are_no_such_page(client: CheckedClient) -> None:
    host, other = factories.institution(), factories.institution()
    made, row = invite(other), other.memberships[0]
    db.session.commit()
    client.sign_in(host.memberships[0].account)
    for address in (
        f"/en/institution/{host.id}/members/invitations/{made.id}/withdraw",
        f"/en/institution/{other.id}/members/invitations/{made.id}/withdraw",
        f"/en/institution/{host.id}/members/{row.id}/end",
        f"/en/institution/{other.id}/members/{row.id}/end",
        f"/en/institution/{host.id}/members/{host.memberships[0].id}/explode",
    ):
        assert client.post(address).status_code == 404, address
    assert made.closed_at is None


def test_officers_act_on_their_own_page(client: CheckedClient) -> None:
    host = factories.institution(state=InstitutionState.SUSPENDED)
    editor = member(host)
    client.sign_in(factories.account(Role.OFFICER))
    page = f"/en/staff/institutions/{host.id}"
    assert "End the membership" in client.get(page).get_data(as_text=True)
    client.post(f"{page}/members/{editor.id}/end", data={"reason": "Unknown there."})
    assert db.session.get_one(Membership, editor.id).ended_at is not None
    wrong = client.post(f"{page}/lead", data={"email": "x", "reason": ""}).get_data(as_text=True)
    assert 'id="lead-reason-error"' in wrong
    host.state = InstitutionState.VERIFIED
    db.session.commit()
    assert "End the membership" not in client.get(page).get_data(as_text=True)
    sent = client.post(f"{page}/lead", data={"email": ADDRESS, "reason": "The rector asked."})
    assert sent.status_code == 302
    assert ("member_invited", ADDRESS) in mails()
