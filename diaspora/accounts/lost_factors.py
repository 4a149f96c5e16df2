"""Somebody lost every second factor: asked for, proved by mail, checked by one, approved by another, done."""

from datetime import datetime

from diaspora.accounts import lost_factors_queries as queries
from diaspora.accounts import lost_factors_rules as rules
from diaspora.accounts.links import issue_link, use_link
from diaspora.accounts.lost_factors_rules import LIFECYCLE, LossAct, LossFacts
from diaspora.accounts.models import Account
from diaspora.accounts.rules import LinkPurpose
from diaspora.accounts.second_factor_models import LostFactors, SecondStep
from diaspora.accounts.second_factors import remove_every_factor
from diaspora.accounts.second_steps import member
from diaspora.accounts.session_services import end_sessions
from diaspora.extensions import db
from diaspora.platform import audit
from diaspora.platform.access import Actor
from diaspora.platform.mail.services import link, post, posted_lately


def ask_for_removal(step: SecondStep, now: datetime) -> None:
    """Mail a link that proves the address to somebody who has passed the password alone."""
    account = step.account
    if posted_lately("lost_factors_asked", account.email, now):
        return
    token = issue_link(LinkPurpose.REPORT_LOSS, now, account_id=account.id)
    post(
        "lost_factors_asked", account.email, account.language, now, account.id,
        url=link("accounts.report_loss", account.language, token=token),
    )  # fmt: skip
    audit.record("account.loss_asked", member(account), now, account)


def report_loss(token: str, now: datetime) -> LostFactors:
    """The address is proved: the request waits for staff, and can be stopped by a mailed link.

    Raises Refused where the link was used or is too old.
    """
    used = use_link(LinkPurpose.REPORT_LOSS, token, now)
    account = db.session.get_one(Account, used.account_id)
    known = queries.open_loss(account.id)
    if known is not None and now - known.requested_at < rules.REQUEST_LASTS:
        return known
    if known is not None:
        known.state, known.decided_at = rules.LossState.STOPPED, now
    made = LostFactors(account_id=account.id, requested_at=now, state=LIFECYCLE.initial[0])
    db.session.add(made)
    db.session.flush()
    audit.record("account.loss_reported", member(account), now, made)
    stop = issue_link(LinkPurpose.STOP_REMOVAL, now, account_id=account.id, subject_id=made.id)
    post(
        "lost_factors_reported", account.email, account.language, now, account.id,
        url=link("accounts.stop_removal", account.language, token=stop),
    )  # fmt: skip
    return made


def stop_removal(token: str, now: datetime) -> LostFactors:
    """The person says that nothing shall be removed."""
    used = use_link(LinkPurpose.STOP_REMOVAL, token, now)
    found = db.session.get_one(LostFactors, used.subject_id)
    _decide(found, LossAct.STOP, member(found.account), now)
    return found


def decide_loss(found: LostFactors, act: LossAct, actor: Actor, now: datetime, reason: str = "") -> None:
    """Propose after a check of identity, approve, or refuse; the person is mailed what was decided."""
    _decide(found, act, actor, now, reason.strip())
    account = found.account
    if act is LossAct.PROPOSE:
        found.proposed_by_id, found.proposed_at, found.proposal = actor.account_id, now, reason.strip()
    if act is LossAct.APPROVE:
        remove_every_factor(account)
        end_sessions(account.id, now)
        post(
            "lost_factors_removed", account.email, account.language, now, account.id,
            url=link("accounts.login", account.language),
        )  # fmt: skip
    if act is LossAct.REFUSE:
        post("lost_factors_refused", account.email, account.language, now, account.id, reason=reason.strip())


def _decide(found: LostFactors, act: LossAct, actor: Actor, now: datetime, reason: str = "") -> None:
    waited = now - found.requested_at
    facts = LossFacts(
        own=found.account_id == actor.account_id,
        proposed_by_actor=found.proposed_by_id == actor.account_id,
        waited=waited >= rules.WAITING,
        fresh=waited < rules.REQUEST_LASTS,
        signed_in_since=queries.signed_in_since(found.account_id, found.requested_at),
    )
    row = LIFECYCLE.decide(found.state, act, actor.roles, facts, reason)
    found.state = row.target
    if row.target not in rules.OPEN:
        found.decided_at, found.decided_by_id = now, actor.account_id
    db.session.flush()
    audit.record(f"account.loss_{act.value}", actor, now, found, reason=reason)
