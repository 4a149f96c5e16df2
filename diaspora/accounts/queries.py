from collections.abc import Callable, Iterable
from datetime import date, datetime
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from diaspora.accounts.lost_factors_queries import losses_waiting_for as losses_waiting_for
from diaspora.accounts.models import Account, AddressChange, Draft, OneTimeLink, SignInSession, StaffGrant
from diaspora.accounts.rules import LINK_LIFETIME, WARN_AHEAD, LinkPurpose
from diaspora.accounts.secrets import digest
from diaspora.extensions import db
from diaspora.platform.access import Role

OwnWords = Callable[[UUID], Iterable[str]]


def add_own_words(app: Flask, source: OwnWords) -> None:
    """Let a room say which words are no secret about an account's person: names."""
    app.extensions.setdefault("own_words", []).append(source)


def own_words(account: Account) -> list[str]:
    """What a stranger knows about this person and tries first: the address and the names."""
    sources: list[OwnWords] = current_app.extensions.get("own_words", [])
    return [account.email, *(word for source in sources for word in source(account.id))]


def account_by_email(email: str) -> Account | None:
    """The account with this address, however it is written."""
    return db.session.scalar(select(Account).where(Account.email == email.strip().lower()))


def holder_of(email: str, now: datetime) -> Account | None:
    """The account that has this address, or had it until so lately that it can still take it back."""
    changed = select(AddressChange.account_id).where(
        AddressChange.old_email == email,
        AddressChange.stopped_at.is_(None),
        AddressChange.confirmed_at > now - LINK_LIFETIME[LinkPurpose.STOP_NEW_ADDRESS],
    )
    return db.session.scalar(
        select(Account).where(or_(Account.email == email, Account.id.in_(changed))).limit(1)
    )


def address_change(change_id: UUID | None) -> AddressChange | None:
    """What somebody asked for, by its id."""
    return db.session.get(AddressChange, change_id) if change_id else None


def change_of_link(purpose: LinkPurpose, token: str, now: datetime) -> AddressChange | None:
    """What this link is about, while it may still be used."""
    link = usable_link(purpose, token, now)
    return address_change(link.subject_id) if link else None


def addresses_asked_for(account_id: UUID, since: datetime) -> int:
    """To how many new addresses this account wanted to change after a moment."""
    asked = select(func.count(AddressChange.id)).where(
        AddressChange.account_id == account_id, AddressChange.asked_at > since
    )
    return db.session.scalar(asked) or 0


def account(account_id: UUID) -> Account | None:
    """An account by its id."""
    return db.session.get(Account, account_id)


def accounts_by_id(ids: Iterable[UUID]) -> dict[UUID, Account]:
    """These accounts, in one query."""
    rows = db.session.scalars(select(Account).where(Account.id.in_(set(ids))))
    return {row.id: row for row in rows}


def session_by_token(token: str) -> SignInSession | None:
    """The session that this cookie belongs to, with its account."""
    return db.session.scalar(
        select(SignInSession)
        .where(SignInSession.token_hash == digest(token))
        .options(joinedload(SignInSession.account))
    )


def new_session(token: str) -> SignInSession:
    """The session that was begun or renewed in this request."""
    return db.session.scalars(select(SignInSession).where(SignInSession.token_hash == digest(token))).one()


def _valid(today: date) -> list[object]:
    return [StaffGrant.revoked_at.is_(None), or_(StaffGrant.ends_on.is_(None), StaffGrant.ends_on >= today)]


def granted_roles(account_id: UUID, today: date) -> list[Role]:
    """Staff roles that this account holds today."""
    return list(
        db.session.scalars(
            select(StaffGrant.role).where(StaffGrant.account_id == account_id, *_valid(today))  # type: ignore[arg-type]
        )
    )


def valid_grants(today: date) -> list[tuple[StaffGrant, Account]]:
    """Every staff role that somebody holds today, by address."""
    rows = db.session.execute(
        select(StaffGrant, Account)
        .join(Account, StaffGrant.account_id == Account.id)
        .where(Account.closed_at.is_(None), *_valid(today))  # type: ignore[arg-type]
        .order_by(Account.email, StaffGrant.granted_at)
    )
    return [(grant, holder) for grant, holder in rows]


def valid_grant(grant_id: UUID, today: date) -> StaffGrant | None:
    """A staff role that somebody holds today."""
    return db.session.scalar(
        select(StaffGrant).where(StaffGrant.id == grant_id, *_valid(today))  # type: ignore[arg-type]
    )


def ending_grants(today: date) -> list[tuple[StaffGrant, Account]]:
    """Staff roles that end soon and whose holders were not told yet."""
    return [
        (grant, holder)
        for grant, holder in valid_grants(today)
        if grant.warned_at is None and grant.ends_on and grant.ends_on <= today + WARN_AHEAD
    ]


def staff_with(role: Role, today: date) -> list[Account]:
    """Everybody who holds this staff role today."""
    return list(
        db.session.scalars(
            select(Account)
            .join(StaffGrant, StaffGrant.account_id == Account.id)
            .where(StaffGrant.role == role, Account.closed_at.is_(None), *_valid(today))  # type: ignore[arg-type]
            .order_by(Account.email)
        )
    )


def usable_link(purpose: LinkPurpose, token: str, now: datetime) -> OneTimeLink | None:
    """The link with this token if it may still be used; none of an account that is closed."""
    return db.session.scalar(
        select(OneTimeLink)
        .outerjoin(Account, Account.id == OneTimeLink.account_id)
        .where(
            OneTimeLink.token_hash == digest(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
            Account.closed_at.is_(None),
        )
    )


def address_of_link(purpose: LinkPurpose, token: str, now: datetime) -> str | None:
    """The e-mail address of the account whose link this is, while the link may still be used."""
    link = usable_link(purpose, token, now)
    found = account(link.account_id) if link and link.account_id else None
    return found.email if found else None


def draft_of(account_id: UUID, key: str) -> Draft | None:
    """What this account typed into this form and has not sent."""
    return db.session.scalar(select(Draft).where(Draft.account_id == account_id, Draft.key == key))
