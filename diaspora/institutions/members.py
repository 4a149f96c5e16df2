"""Who acts for an institution: invited by mail, made lead or editor, ended. Everybody concerned is told."""

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l

from diaspora.accounts import queries as accounts
from diaspora.accounts.models import Account
from diaspora.accounts.rules import LINK_LIFETIME, LinkPurpose
from diaspora.accounts.services import issue_link, use_link
from diaspora.extensions import db
from diaspora.institutions import policy, queries, rules
from diaspora.institutions.models import Institution, MemberInvitation, Membership
from diaspora.institutions.rules import InstitutionState, Person
from diaspora.platform import audit
from diaspora.platform.access import HOST_ROLES, Actor, Role
from diaspora.platform.mail.services import link, post
from diaspora.platform.refusals import Refused

_ANOTHER = _l("Another person has to do this.")
_LAST_LEAD = _l("An institution needs a lead. Make somebody else lead first.")


def invite_member(
    institution: Institution, email: str, role: Role, actor: Actor, now: datetime
) -> MemberInvitation:
    """A lead asks somebody by mail to act for the institution, too. Raises Refused."""
    if Role.HOST_LEAD not in policy.roles_towards(actor, institution.id):
        raise Refused(_ANOTHER)
    return _invite(institution, email, role, actor, now)


def install_lead(institution: Institution, email: str, actor: Actor, now: datetime, reason: str) -> None:
    """An officer names a lead: a member at once, anybody else by invitation. Raises Refused."""
    if Role.OFFICER not in policy.roles_towards(actor, institution.id):
        raise Refused(_ANOTHER)
    if not reason.strip():
        raise Refused(_l("Give a reason: the people concerned will read it."), "reason")
    audit.record("institutions.lead_installed", actor, now, institution, reason=reason.strip())
    member = queries.member_with_address(institution.id, email)
    if member is None:
        _invite(institution, email, Role.HOST_LEAD, actor, now)
    elif member.role is Role.HOST_LEAD:
        raise Refused(_l("This person is a lead already."), "email")
    else:
        _set_role(member, Role.HOST_LEAD, actor, now, reason)


def _invite(
    institution: Institution, email: str, role: Role, actor: Actor, now: datetime
) -> MemberInvitation:
    email = email.strip().lower()
    if role not in HOST_ROLES:
        raise Refused(_l("This is not a role in an institution."), "role")
    if institution.state in {InstitutionState.SUSPENDED, InstitutionState.REJECTED}:
        raise Refused(_l("The institution is not verified at present."))
    queries.lock(institution.id)
    if queries.member_with_address(institution.id, email) is not None:
        raise Refused(_l("This person acts for the institution already."), "email")
    since = now - LINK_LIFETIME[LinkPurpose.JOIN_INSTITUTION]
    if queries.invited_since(institution.id, since) >= rules.MOST_INVITATIONS[institution.state]:
        raise Refused(_l("That is enough for now: in seven days an institution can invite no more people."))
    for open_one in queries.open_invitations(institution.id):
        if open_one.email == email and open_one.expires_at > now:
            raise Refused(_l("This person has been invited already; you can send it again below."), "email")
        if open_one.email == email:
            open_one.closed_at = now
            db.session.flush()
    made = MemberInvitation(
        institution_id=institution.id, email=email, role=role, language=actor.language,
        invited_by_id=actor.account_id, invited_at=now, times_sent=0, expires_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("institutions.member_invited", actor, now, made, role=role.value)
    _send(made, institution, now)
    return made


def _send(invitation: MemberInvitation, institution: Institution, now: datetime) -> None:
    lifetime = LINK_LIFETIME[LinkPurpose.JOIN_INSTITUTION]
    invitation.times_sent, invitation.expires_at = invitation.times_sent + 1, now + lifetime
    token = issue_link(LinkPurpose.JOIN_INSTITUTION, now, subject_id=invitation.id)
    known = accounts.account_by_email(invitation.email)
    language = known.language if known else invitation.language
    post(
        "member_invited", invitation.email, language, now, known.id if known else None,
        institution=institution.name,
        state=invitation.role.value,
        days=lifetime // timedelta(days=1),
        url=link("institutions.join", language, token=token),
    )  # fmt: skip


def send_again(invitation: MemberInvitation, actor: Actor, now: datetime) -> None:
    """Mail an open invitation anew; the earlier link stops working. Raises Refused."""
    institution = _locked(invitation, actor)
    if institution.state in {InstitutionState.SUSPENDED, InstitutionState.REJECTED}:
        raise Refused(_l("The institution is not verified at present."))
    if invitation.times_sent >= rules.MOST_SENDINGS:
        raise Refused(_l("It has been sent often enough. Ask the person to look for it among unwanted mail."))
    _send(invitation, institution, now)
    audit.record("institutions.invitation_sent_again", actor, now, invitation)


def withdraw_invitation(invitation: MemberInvitation, actor: Actor, now: datetime) -> None:
    """Take an open invitation back; its link stops working. Raises Refused."""
    _locked(invitation, actor)
    invitation.closed_at = now
    db.session.flush()
    audit.record("institutions.invitation_withdrawn", actor, now, invitation)


def _locked(invitation: MemberInvitation, actor: Actor) -> Institution:
    """The institution of an invitation that is still open, for its leads and for officers."""
    if not {Role.HOST_LEAD, Role.OFFICER} & policy.roles_towards(actor, invitation.institution_id):
        raise Refused(_ANOTHER)
    queries.lock(invitation.institution_id)
    db.session.refresh(invitation)
    if invitation.closed_at is not None:
        raise Refused(_l("This invitation is not open any more."))
    return db.session.get_one(Institution, invitation.institution_id)


def close_invitations(institution_id: UUID, now: datetime) -> None:
    """No link to this institution works any more."""
    for invitation in queries.open_invitations(institution_id):
        invitation.closed_at = now
    db.session.flush()


def accept_invitation(token: str, person: Person, account: Account, now: datetime) -> Membership:
    """The invited person joins, signed in with the invited address. Raises Refused; the link then stays."""
    actor = Actor(account.id, frozenset({Role.MEMBER}), account.language)
    used = use_link(LinkPurpose.JOIN_INSTITUTION, token, now)
    invitation = queries.usable_invitation(used.subject_id)
    if invitation is None:
        raise Refused(_l("This link has been used or is too old. Ask for a new one."))
    queries.lock(invitation.institution_id)
    db.session.refresh(invitation)
    if invitation.closed_at is not None:
        raise Refused(_l("This link has been used or is too old. Ask for a new one."))
    if account.email != invitation.email or account.email_confirmed_at is None:
        raise Refused(_l("The invitation was sent to another address. Sign in with that one."))
    member = queries.membership_of(invitation.institution_id, account.id)
    if member is None:
        member = Membership(institution_id=invitation.institution_id, account_id=account.id)
        db.session.add(member)
    elif member.ended_at is None:
        raise Refused(_l("You act for this institution already."))
    member.role, member.since, member.ended_at = invitation.role, now, None
    member.given_name, member.family_name = person.given_name, person.family_name
    member.position = person.position
    invitation.closed_at, invitation.accepted_by_id = now, account.id
    db.session.flush()
    audit.record("institutions.member_joined", actor, now, member, role=member.role.value)
    _tell(member, "joined", actor, now)
    return member


def change_role(membership: Membership, role: Role, actor: Actor, now: datetime) -> None:
    """A lead makes somebody lead or editor; the last lead stays lead. Raises Refused."""
    if Role.HOST_LEAD not in policy.roles_towards(actor, membership.institution_id) or membership.ended_at:
        raise Refused(_ANOTHER)
    if role not in HOST_ROLES:
        raise Refused(_l("This is not a role in an institution."), "role")
    if membership.role is not role:
        _refuse_last_lead(membership)
        _set_role(membership, role, actor, now)


def _set_role(membership: Membership, role: Role, actor: Actor, now: datetime, reason: str = "") -> None:
    before, membership.role = membership.role, role
    db.session.flush()
    audit.record(
        "institutions.member_role", actor, now, membership,
        before=before.value, after=role.value, reason=reason.strip(),
    )  # fmt: skip
    _tell(membership, role.value, actor, now)


def end_membership(membership: Membership, actor: Actor, now: datetime, reason: str = "") -> None:
    """A lead ends it, or somebody leaves; the last lead stays. Raises Refused.

    An officer ends it, with a reason, where the institution is suspended or has no lead left.
    """
    roles = policy.roles_towards(actor, membership.institution_id)
    own = membership.account_id == actor.account_id
    if membership.ended_at is not None:
        raise Refused(_l("This has ended already."))
    if Role.OFFICER in roles:
        if not policy.may_step_in(membership.institution):
            raise Refused(_l("Only where the institution is suspended, or has no lead left."))
        if not reason.strip():
            raise Refused(_l("Give a reason: the people concerned will read it."), "reason")
    elif Role.HOST_LEAD in roles or own:
        _refuse_last_lead(membership)
    else:
        raise Refused(_ANOTHER)
    membership.ended_at = now
    db.session.flush()
    audit.record("institutions.member_ended", actor, now, membership, reason=reason.strip())
    _tell(membership, "ended", actor, now)


def _refuse_last_lead(membership: Membership) -> None:
    queries.lock(membership.institution_id)
    db.session.refresh(membership)
    if membership.role is Role.HOST_LEAD and not queries.other_leads(membership):
        raise Refused(_LAST_LEAD)


def _tell(membership: Membership, change: str, actor: Actor, now: datetime) -> None:
    """Mail the person and the leads what has changed, except who did it."""
    institution = db.session.get_one(Institution, membership.institution_id)
    person = db.session.get_one(Account, membership.account_id)
    readers = {account.id: account for account in [person, *queries.lead_accounts(institution.id)]}
    for reader in readers.values():
        if reader.id == actor.account_id or reader.closed_at is not None:
            continue
        post(
            "member_changed", reader.email, reader.language, now, reader.id,
            name=f"{membership.given_name} {membership.family_name}",
            institution=institution.name,
            state=change,
            to_member=reader.id == person.id,
            url=link("home.front", reader.language),
        )  # fmt: skip
