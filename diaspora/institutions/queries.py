from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from diaspora.accounts import queries as accounts
from diaspora.accounts.models import Account
from diaspora.accounts.rules import LinkPurpose
from diaspora.extensions import db
from diaspora.institutions import rules
from diaspora.institutions.models import Institution, MemberInvitation, Membership, SeenLetter
from diaspora.institutions.rules import Evidence, InstitutionFacts, InstitutionState
from diaspora.platform.access import Role
from diaspora.platform.paging import Page, paged
from diaspora.platform.staff_lists import Asked
from diaspora.platform.words import having_words


def institution(institution_id: UUID) -> Institution | None:
    """An institution by its id."""
    return db.session.get(Institution, institution_id)


def memberships_of(account_id: UUID) -> list[Membership]:
    """Where this person works for an institution now, the institution loaded, oldest first."""
    return list(
        db.session.scalars(
            select(Membership)
            .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
            .options(joinedload(Membership.institution))
            .order_by(Membership.since, Membership.id)
        )
    )


def members_of(institution_ids: Sequence[UUID]) -> list[Membership]:
    """Who works for these institutions now, accounts loaded, leads first."""
    return list(
        db.session.scalars(
            select(Membership)
            .where(Membership.institution_id.in_(institution_ids), Membership.ended_at.is_(None))
            .options(joinedload(Membership.account))
            .order_by(Membership.role.desc(), Membership.since, Membership.id)
        )
    )


def member_accounts(institution_id: UUID) -> list[Account]:
    """The accounts of everybody who works for this institution now."""
    return [row.account for row in members_of([institution_id]) if row.account.closed_at is None]


def lead_accounts(institution_id: UUID) -> list[Account]:
    """The accounts of its leads."""
    return [
        row.account
        for row in members_of([institution_id])
        if row.role == Role.HOST_LEAD and row.account.closed_at is None
    ]


def lock(institution_id: UUID) -> None:
    """Let two changes of who acts for an institution come one after the other (SQLite has one writer)."""
    db.session.execute(select(Institution.id).where(Institution.id == institution_id).with_for_update())


def membership_of(institution_id: UUID, account_id: UUID) -> Membership | None:
    """Somebody's membership of this institution, ended or not."""
    return db.session.scalar(
        select(Membership).where(
            Membership.institution_id == institution_id, Membership.account_id == account_id
        )
    )


def member_with_address(institution_id: UUID, email: str) -> Membership | None:
    """Who acts for this institution now and has this address."""
    rows = members_of([institution_id])
    return next((row for row in rows if row.account.email == email.strip().lower()), None)


def other_leads(membership: Membership) -> int:
    """How many other leads its institution has whose accounts are open."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Membership)
            .join(Membership.account)
            .where(
                Membership.institution_id == membership.institution_id,
                Membership.id != membership.id,
                Membership.role == Role.HOST_LEAD,
                Membership.ended_at.is_(None),
                Account.closed_at.is_(None),
            )
        )
        or 0
    )


def invitation(invitation_id: UUID) -> MemberInvitation | None:
    """An invitation by its id."""
    return db.session.get(MemberInvitation, invitation_id)


def open_invitations(institution_id: UUID) -> Sequence[MemberInvitation]:
    """Who was asked to act for this institution and has not answered, oldest first."""
    return db.session.scalars(
        select(MemberInvitation)
        .where(MemberInvitation.institution_id == institution_id, MemberInvitation.closed_at.is_(None))
        .order_by(MemberInvitation.invited_at, MemberInvitation.id)
    ).all()


def invited_since(institution_id: UUID, since: datetime) -> int:
    """How many people were invited after this moment, whatever became of it."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(MemberInvitation)
            .where(MemberInvitation.institution_id == institution_id, MemberInvitation.invited_at > since)
        )
        or 0
    )


def usable_invitation(invitation_id: UUID | None) -> MemberInvitation | None:
    """An open invitation of an institution that may have new members."""
    return db.session.scalar(
        select(MemberInvitation)
        .join(Institution, Institution.id == MemberInvitation.institution_id)
        .where(
            MemberInvitation.id == invitation_id,
            MemberInvitation.closed_at.is_(None),
            Institution.state.in_(rules.MOST_INVITATIONS),
        )
    )


def invitation_by_token(token: str, now: datetime) -> MemberInvitation | None:
    """What this mailed link invites to, while it can be used."""
    found = accounts.usable_link(LinkPurpose.JOIN_INSTITUTION, token, now)
    return usable_invitation(found.subject_id) if found else None


def newest_letter(institution_id: UUID) -> SeenLetter | None:
    """The letter with the latest date among those that officers have seen."""
    return db.session.scalar(
        select(SeenLetter)
        .where(SeenLetter.institution_id == institution_id)
        .order_by(SeenLetter.dated_on.desc(), SeenLetter.seen_at.desc())
        .limit(1)
    )


def facts_of(institution: Institution, today: date) -> InstitutionFacts:
    """What the guards look at. Of leads' addresses only those count that their owners have confirmed."""
    letter = newest_letter(institution.id)
    found = None
    if any(a.email_confirmed_at and rules.same_domain(a.email, institution.website)
           for a in lead_accounts(institution.id)):  # fmt: skip
        found = Evidence.DOMAIN
    elif letter is not None and letter.dated_on >= today - rules.LETTER_HOLDS:
        found = Evidence.LETTER
    return InstitutionFacts(rules.is_registry_number(institution.registry_number), found)


def ending(by: date) -> Sequence[Institution]:
    """Verified institutions whose verification ends by this day, or has ended."""
    return db.session.scalars(
        select(Institution)
        .where(
            Institution.state == InstitutionState.VERIFIED,
            or_(Institution.verified_until.is_(None), Institution.verified_until <= by),
        )
        .order_by(Institution.verified_until, Institution.id)
    ).all()


STAFF_ORDERS: dict[str, Any] = {
    "registered": Institution.created_at,
    "until": Institution.verified_until,
}
"""What the list of officers can be sorted by."""


def page_for_staff(asked: Asked) -> Page[Institution]:
    """One page of the institutions that the address asks for."""
    query = (
        select(Institution)
        .options(selectinload(Institution.memberships).joinedload(Membership.account))
        .order_by(asked.order(STAFF_ORDERS), Institution.id)
    )
    if asked.words:
        rows = db.session.execute(select(Institution.id, Institution.name, Institution.registry_number))
        texts = ((row.id, " ".join([*row.name.values(), row.registry_number or ""])) for row in rows)
        query = query.where(Institution.id.in_(having_words(asked.words, texts)))
    for name in ("state", "kind", "district"):
        if asked.chosen[name]:
            query = query.where(getattr(Institution, name) == asked.chosen[name])
    return paged(query, asked.page)


def count_by_state() -> dict[InstitutionState, int]:
    """How many institutions stand in each state; every state is named."""
    found = db.session.execute(select(Institution.state, func.count()).group_by(Institution.state))
    counts = dict(found.all())
    return {state: counts.get(state, 0) for state in InstitutionState}
