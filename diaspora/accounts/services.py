"""What changes about accounts."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from diaspora.accounts import attempts, queries, rules, secrets
from diaspora.accounts.attempts import Origin
from diaspora.accounts.attempts import current_password_fits as current_password_fits
from diaspora.accounts.drafts import Kept as Kept
from diaspora.accounts.drafts import discard_draft as discard_draft
from diaspora.accounts.drafts import keep_draft as keep_draft
from diaspora.accounts.drafts import restored as restored
from diaspora.accounts.links import issue_link as issue_link
from diaspora.accounts.links import use_link as use_link
from diaspora.accounts.lost_factors import ask_for_removal as ask_for_removal
from diaspora.accounts.lost_factors import decide_loss as decide_loss
from diaspora.accounts.lost_factors import report_loss as report_loss
from diaspora.accounts.lost_factors import stop_removal as stop_removal
from diaspora.accounts.models import Account, StaffGrant
from diaspora.accounts.passkeys import add_passkey as add_passkey
from diaspora.accounts.passkeys import ask_for_passkey as ask_for_passkey
from diaspora.accounts.passkeys import begin_passkey as begin_passkey
from diaspora.accounts.passkeys import pass_with_passkey as pass_with_passkey
from diaspora.accounts.passkeys import remove_passkey as remove_passkey
from diaspora.accounts.passkeys import rename_passkey as rename_passkey
from diaspora.accounts.passwords import password_refusal
from diaspora.accounts.rules import Counted, LinkPurpose
from diaspora.accounts.second_factors import begin_app as begin_app
from diaspora.accounts.second_factors import confirm_app as confirm_app
from diaspora.accounts.second_factors import make_recovery_codes as make_recovery_codes
from diaspora.accounts.second_factors import remove_app as remove_app
from diaspora.accounts.second_factors import remove_every_factor as remove_every_factor
from diaspora.accounts.second_factors import secret_of as secret_of
from diaspora.accounts.second_steps import begin_second_step as begin_second_step
from diaspora.accounts.second_steps import pass_with_code as pass_with_code
from diaspora.accounts.secrets import hash_password as hash_password
from diaspora.accounts.session_services import device as device
from diaspora.accounts.session_services import end_one_session as end_one_session
from diaspora.accounts.session_services import end_other_sessions as end_other_sessions
from diaspora.accounts.session_services import end_session as end_session
from diaspora.accounts.session_services import end_sessions as end_sessions
from diaspora.accounts.session_services import note_seen as note_seen
from diaspora.accounts.session_services import open_session as open_session
from diaspora.accounts.session_services import prove as prove
from diaspora.accounts.session_services import proved_lately as proved_lately
from diaspora.accounts.session_services import renew_session as renew_session
from diaspora.extensions import db
from diaspora.platform import audit, clock, jobs
from diaspora.platform.access import VISITOR, Actor, Role
from diaspora.platform.languages import speaking
from diaspora.platform.mail.services import link, post, posted_lately
from diaspora.platform.refusals import Refused


def sign_up(
    email: str,
    password: str,
    language: str,
    actor: Actor,
    now: datetime,
    then: str | None = None,
    origin: Origin | None = None,
) -> None:
    """Open an account and mail its link; a known address gets a mail that says so.

    The visitor sees the same answer either way, and each way asks the database as often, so that nobody
    learns who is here. The link leads on to `then`, a path of this site.
    """
    email = email.strip().lower()
    if origin is not None:
        attempts.count_once(Counted.SIGN_UP, origin.network, now)
    refusal = password_refusal(password, email)
    if refusal:
        raise Refused(refusal, "password")
    password_hash = secrets.hash_password(password)
    known = queries.holder_of(email, now)
    if known is None:
        known = Account(email=email, password_hash=password_hash, language=language, created_at=now)
        db.session.add(known)
        db.session.flush()
        audit.record("account.opened", actor, now, known)
    elif known.email_confirmed_at is None:
        # nobody has proved this address yet: the newest attempt counts; the link asks for its password
        known.password_hash = password_hash
        audit.record("account.sign_up_again", actor, now, known)
    else:
        # the payload is the second row that a new account writes, too
        audit.record("account.sign_up_again", actor, now, known, language=language)
        mail_known(email, known, now)
        return
    mail_confirmation(known, now, then)


def mail_known(email: str, known: Account, now: datetime) -> None:
    """Tell the owner of this address that there is an account already, unless that was told a moment ago."""
    if posted_lately("address_known", email, now):
        return
    token = issue_link(LinkPurpose.RESET_PASSWORD, now, account_id=known.id)
    post(
        "address_known", email, known.language, now, known.id,
        url=link("accounts.login", known.language),
        reset_url=link("accounts.reset", known.language, token=token),
    )  # fmt: skip


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


def sign_in(
    email: str, password: str, actor: Actor, now: datetime, origin: Origin | None = None
) -> Account | None:
    """The account, if the password fits and the address was proved; a failure is recorded and counted.

    Raises Refused where there were too many failures, whether or not there is such an account.
    """
    account = queries.account_by_email(email)
    counters = attempts.of_sign_in(email, account, origin or Origin(), now)
    fits = secrets.password_fits(account.password_hash if account else None, password)
    if account is None or not fits or account.closed_at:
        attempts.count(counters, now)
        if any(one.kind is Counted.ADDRESS and one.number == rules.TELL_AT for one in counters):
            jobs.enqueue(tell_of_guessing, email)
        audit.record("account.sign_in_failed", actor, now, account)
        return None
    counters[0].number = 0
    if account.email_confirmed_at is None:
        mail_confirmation(account, now)
        raise Refused(_l("Confirm your address first: we have just mailed you the link again."))
    if secrets.hash_outdated(account.password_hash):
        _hash_again(account, password)
    audit.record("account.signed_in", Actor(account.id, frozenset({Role.MEMBER})), now, account)
    return account


def _hash_again(account: Account, password: str) -> None:
    # a statement of its own: two sign-ins at once would be two edits of one version
    db.session.execute(
        update(Account)
        .where(Account.id == account.id, Account.password_hash == account.password_hash)
        .values(password_hash=secrets.hash_password(password))
    )


@jobs.job
def tell_of_guessing(email: str) -> None:
    """Mail whoever has this address that somebody tries passwords."""
    account = queries.account_by_email(email)
    if account is not None and account.closed_at is None:
        post(
            "sign_in_failures", account.email, account.language, clock.now(), account.id,
            number=rules.TELL_AT, url=link("accounts.forgotten", account.language),
        )  # fmt: skip


def ask_for_reset(email: str, now: datetime, origin: Origin | None = None) -> None:
    """Mail a link for a new password, if there is such an account; the visitor is told nothing.

    The worker looks: how long the answer takes must not tell who is here either. Raises Refused where too
    many links were asked for from one network.
    """
    if origin is not None:
        attempts.count_once(Counted.RESET, origin.network, now)
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
        refusal = password_refusal(password, *queries.own_words(account))
        if refusal:
            raise Refused(refusal, "password")
    used = use_link(LinkPurpose.RESET_PASSWORD, token, now)
    account = db.session.get_one(Account, used.account_id)
    account.password_hash = secrets.hash_password(password)
    account.email_confirmed_at = account.email_confirmed_at or now
    end_sessions(account.id, now)
    attempts.forgive(account)
    audit.record("account.password_reset", Actor(account.id, frozenset({Role.MEMBER})), now, account)
    with speaking(account.language):
        post("password_changed", account.email, account.language, now, account.id)
    return account


def choose_language(account: Account, language: str, actor: Actor, now: datetime) -> None:
    """Mails and letters come in this language from now on."""
    account.language = language
    audit.record("account.language_chosen", actor, now, account, language=language)


def grant_role(
    account: Account, role: Role, actor: Actor, now: datetime, ends_on: date | None = None
) -> StaffGrant:
    """Give a staff role; without a last day only from the command line.

    The person signs in anew, with a second factor and another session.
    """
    refusal = rules.role_refusal(role, queries.granted_roles(account.id, clock.local_day(now)))
    if refusal:
        raise Refused(refusal, "role")
    grant = StaffGrant(
        account_id=account.id, role=role, granted_at=now, granted_by_id=actor.account_id, ends_on=ends_on
    )
    db.session.add(grant)
    db.session.flush()
    end_sessions(account.id, now)
    audit.record("account.role_granted", actor, now, account, role=role.value)
    return grant
