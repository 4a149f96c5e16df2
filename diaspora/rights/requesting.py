"""Requests that the data-protection officer answers."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.platform import audit
from diaspora.platform.access import Actor
from diaspora.platform.clock import local_day
from diaspora.platform.mail.services import link, post
from diaspora.platform.refusals import Refused
from diaspora.rights import policy, queries, rules
from diaspora.rights.models import RightsRequest
from diaspora.rights.rules import RequestAct, RequestKind


def file_request(
    account: Account, kind: RequestKind, text: str, actor: Actor, now: datetime
) -> RightsRequest:
    """Ask something about one's data; it has to be answered within a month. Raises Refused."""
    if queries.count_open(account.id) >= rules.MOST_OPEN:
        raise Refused(_l("Several of your requests are waiting already. Wait for their answers first."))
    today = local_day(now)
    made = RightsRequest(
        account_id=account.id, kind=kind, text=text, created_at=now, due_on=rules.a_month_after(today)
    )
    db.session.add(made)
    db.session.flush()
    audit.record("rights.requested", actor, now, made, kind=kind.value)
    return made


def act(request: RightsRequest, act: RequestAct, actor: Actor, now: datetime, answer: str = "") -> None:
    """Take a request up, answer or refuse it; the person is mailed a notice. Raises Refused."""
    row = rules.LIFECYCLE.decide(request.state, act, policy.roles_towards(actor, request), reason=answer)
    request.state, request.handled_by_id = row.target, actor.account_id
    if row.target not in rules.OPEN_STATES:
        request.answer, request.closed_at = answer.strip(), now
    db.session.flush()
    audit.record(f"rights.request_{act.value}", actor, now, request)
    if request.closed_at is not None:
        account = db.session.get_one(Account, request.account_id)
        post(
            "request_answered", account.email, account.language, now, account.id,
            url=link("rights.requests", account.language),
        )  # fmt: skip
