"""What changes about accounts."""

from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from diaspora.accounts import queries, rules, secrets
from diaspora.accounts.drafts import Kept as Kept
from diaspora.accounts.drafts import discard_draft as discard_draft
from diaspora.accounts.drafts import keep_draft as keep_draft
from diaspora.accounts.drafts import restored as restored
from diaspora.accounts.models import Account, OneTimeLink, SignInSession, StaffGrant
from diaspora.accounts.rules import LinkPurpose
from diaspora.accounts.secrets import hash_password as hash_password
from diaspora.extensions import db
from diaspora.platform import audit, clock, jobs
from diaspora.platform.access import STAFF_ROLES, VISITOR, Actor, Role
from diaspora.platform.languages import speaking
from diaspora.platform.mail.services import link, post, posted_lately
from diaspora.platform.refusals import Refused


def sign_up(
    email: str, password: str, language: str, actor: Actor, now: datetime, then: str | None = None
) -> None:
    """Open an account and mail its link; a known address gets a mail that says so.

    The visitor sees the same answer either way, so that nobody learns who is here. The link leads on to
    `then`, a path of this site.
    """
    email = email.strip().lower()
    refusal = rules.password_refusal(password, email)
    if refusal:
        raise Refused(refusal, "password")
    password_hash = secrets.hash_password(password)
    known = queries.account_by_email(email)
    if known is not None and known.email_confirmed_at is not None:
        if posted_lately("address_known", email, now):
            return
        post(
            "address_known", email, known.language, now, known.id,
            url=link("accounts.login", known.language),
            reset_url=link("accounts.forgotten", known.language),
        )  # fmt: skip
        return
    if known is None:
        known = Account(email=email, password_hash=password_hash, language=language, created_at=now)
        db.session.add(known)
        db.session.flush()
        audit.record("account.opened", actor, now, known)
    else:
        # nobody has proved this address yet: the newest attempt counts; the link asks for its password
        known.password_hash = password_hash
    mail_confirmation(known, now, then)


def mail_confirmation(account: Account, now: datetime, then: str | None = None) -> None:
    """Mail the link that proves the address, unless one was mailed a moment ago: that one still works."""
    if posted_lately("confirm_address", account.email, now):
        return
    token = issue_link(LinkPurpose.CONFIRM_ADDRESS, now, account_id=account.id)
    post(
        "confirm_address", account.email, account.language, now, account.id,
        url=link("accounts.confirm", account.language, token=token, next=then),
        days=rules.LINK_LIFETIME[LinkPurpose.CONFIRM_ADDRESS].days,
    )  # fmt: skip


def create_account(
    email: str, password: str, language: str, actor: Actor, now: datetime, confirmed: bool = True
) -> Account:
    """Open an account from the command line or the demonstration, already confirmed."""
    account = Account(
        email=email.strip().lower(),
        password_hash=secrets.hash_password(password),
        language=language,
        created_at=now,
        email_confirmed_at=now if confirmed else None,
    )
    db.session.add(account)
    db.session.flush()
    audit.record("account.opened", actor, now, account)
    return account


def issue_link(
    purpose: LinkPurpose, now: datetime, account_id: UUID | None = None, subject_id: UUID | None = None
) -> str:
    """Make a one-time link's token; earlier unused links for the same thing stop working."""
    db.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.purpose == purpose,
            OneTimeLink.account_id == account_id,
            OneTimeLink.subject_id == subject_id,
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=now)
    )
    token = secrets.new_token()
    db.session.add(
        OneTimeLink(
            purpose=purpose,
            account_id=account_id,
            subject_id=subject_id,
            token_hash=secrets.digest(token),
            created_at=now,
            expires_at=now + rules.LINK_LIFETIME[purpose],
        )
    )
    db.session.flush()
    return token


def use_link(purpose: LinkPurpose, token: str, now: datetime) -> OneTimeLink:
    """Use a link up. Raises Refused where it is unknown, used or too old; two at once: one wins."""
    link = queries.usable_link(purpose, token, now)
    # two clicks at once: the row that this statement finds unused belongs to one of them
    taken = link is not None and db.session.scalar(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
        .returning(OneTimeLink.id)
        .execution_options(synchronize_session=False)
    )
    if link is None or not taken:
        raise Refused(_l("This link has been used or is too old. Ask for a new one."))
    return link


def confirm_address(token: str, password: str, now: datetime) -> Account:
    """The address is proved by the link that was mailed to it, and the password by whoever chose it.

    Without the password, somebody who signs up with another person's address would have their own
    password confirmed by that person's click. Raises Refused; the link stays usable then.
    """
    link = use_link(LinkPurpose.CONFIRM_ADDRESS, token, now)
    account = db.session.get_one(Account, link.account_id)
    if not secrets.password_fits(account.password_hash, password):
        raise Refused(
            _l(
                "This is not the password of the last sign-up with your address. If you did not choose it, "
                "set a new password; that confirms your address, too."
            ),
            "password",
        )
    account.email_confirmed_at = account.email_confirmed_at or now
    audit.record("account.address_confirmed", Actor(account.id, frozenset({Role.MEMBER})), now, account)
    return account


def sign_in(email: str, password: str, actor: Actor, now: datetime) -> Account | None:
    """The account, if the password fits and the address was proved; a failure is recorded."""
    account = queries.account_by_email(email)
    fits = secrets.password_fits(account.password_hash if account else None, password)
    if account is None or not fits or account.closed_at:
        audit.record("account.sign_in_failed", actor, now, account)
        return None
    if account.email_confirmed_at is None:
        mail_confirmation(account, now)
        raise Refused(_l("Confirm your address first: we have just mailed you the link again."))
    audit.record("account.signed_in", Actor(account.id, frozenset({Role.MEMBER})), now, account)
    return account


def password_is_right(account: Account, password: str) -> bool:
    """Whether this is the account's password, asked again before something that matters."""
    return secrets.password_fits(account.password_hash, password)


def ask_for_reset(email: str) -> None:
    """Mail a link for a new password, if there is such an account; the visitor is told nothing.

    The worker looks: how long the answer takes must not tell who is here either.
    """
    jobs.enqueue(mail_reset, email)


@jobs.job
def mail_reset(email: str) -> None:
    """The job behind `ask_for_reset`."""
    account, now = queries.account_by_email(email), clock.now()
    if account is None or account.closed_at or posted_lately("reset_password", account.email, now):
        return
    token = issue_link(LinkPurpose.RESET_PASSWORD, now, account_id=account.id)
    post(
        "reset_password", account.email, account.language, now, account.id,
        url=link("accounts.reset", account.language, token=token),
    )  # fmt: skip
    audit.record("account.reset_asked", VISITOR, now, account)


def reset_password(token: str, password: str, now: datetime) -> Account:
    """Set a new password by a mailed link; every session of the account ends."""
    link = queries.usable_link(LinkPurpose.RESET_PASSWORD, token, now)
    account = queries.account(link.account_id) if link and link.account_id else None
    if account is not None:
        refusal = rules.password_refusal(password, account.email)
        if refusal:
            raise Refused(refusal, "password")
    used = use_link(LinkPurpose.RESET_PASSWORD, token, now)
    account = db.session.get_one(Account, used.account_id)
    account.password_hash = secrets.hash_password(password)
    account.email_confirmed_at = account.email_confirmed_at or now
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.account_id == account.id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    audit.record("account.password_reset", Actor(account.id, frozenset({Role.MEMBER})), now, account)
    with speaking(account.language):
        post("password_changed", account.email, account.language, now, account.id)
    return account


def open_session(account: Account, device: str, now: datetime) -> str:
    """Begin a session; its token goes into the cookie."""
    token = secrets.new_token()
    db.session.add(
        SignInSession(
            account_id=account.id,
            token_hash=secrets.digest(token),
            started_at=now,
            last_seen_at=now,
            device=device[:200],
        )
    )
    db.session.flush()
    return token


def end_session(token: str, now: datetime) -> None:
    """End the session of this cookie."""
    found = queries.session_by_token(token)
    if found is not None and found.ended_at is None:
        found.ended_at = now
        audit.record("account.signed_out", Actor(found.account_id, frozenset({Role.MEMBER})), now, found)


def note_seen(found: SignInSession, now: datetime) -> None:
    """Remember that a session is in use, at most once a minute."""
    if now - found.last_seen_at < rules.SEEN_EVERY:
        return
    # a page is shown all the same where SQLite is being written to by somebody else
    with suppress(OperationalError), db.session.begin_nested():
        found.last_seen_at = now


def choose_language(account: Account, language: str, actor: Actor, now: datetime) -> None:
    """Mails and letters come in this language from now on."""
    account.language = language
    audit.record("account.language_chosen", actor, now, account, language=language)


def grant_role(
    account: Account, role: Role, actor: Actor, now: datetime, ends_on: date | None = None
) -> StaffGrant:
    """Give a staff role."""
    if role not in STAFF_ROLES:
        raise Refused(_l("This is not a staff role."), "role")
    grant = StaffGrant(
        account_id=account.id, role=role, granted_at=now, granted_by_id=actor.account_id, ends_on=ends_on
    )
    db.session.add(grant)
    db.session.flush()
    audit.record("account.role_granted", actor, now, account, role=role.value)
    return grant
