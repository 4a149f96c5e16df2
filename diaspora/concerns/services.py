"""What changes about concerns."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from diaspora.concerns import policy, queries, rules
from diaspora.concerns.models import Concern
from diaspora.concerns.rules import LIFECYCLE, ConcernAct, ConcernKind
from diaspora.extensions import db
from diaspora.placements.models import Placement
from diaspora.platform import audit
from diaspora.platform.access import Actor, Role
from diaspora.platform.mail.services import post
from diaspora.platform.refusals import Refused


def report(
    placement: Placement,
    kind: ConcernKind,
    text: str,
    address: str,
    language: str,
    actor: Actor,
    now: datetime,
    invitation: bool = False,
) -> Concern | None:
    """Somebody says what is wrong. None where officers have had enough about this post within the hour.

    Who it was is not kept, signed in or not: only the address, if an answer is wished.
    """
    if queries.count_since(placement.id, now - rules.COUNTED) >= rules.MOST_ABOUT_ONE_POST:
        return None
    made = Concern(
        placement=placement, terms_version=placement.terms_version, invitation=invitation,
        kind=kind, text=text, address=address.strip().lower(), language=language,
        state=LIFECYCLE.initial[0], created_at=now, changed_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("concern.reported", Actor(None, frozenset({Role.ANYONE})), now, made, kind=kind.value)
    return made


def act(concern: Concern, act: ConcernAct, actor: Actor, now: datetime, reason: str = "") -> None:
    """Do one act of the life-cycle; nobody is mailed by it. Raises Refused."""
    row = LIFECYCLE.decide(concern.state, act, policy.roles_towards(actor, concern), None, reason)
    before, concern.state = concern.state, row.target
    concern.state_reason, concern.changed_at = reason.strip(), now
    concern.handled_by_id = actor.account_id
    db.session.flush()
    audit.record(
        f"concern.{act.value}", actor, now, concern,
        before=before.value, after=row.target.value, reason=reason.strip(),
    )  # fmt: skip


def answer(concern: Concern, text: str, actor: Actor, now: datetime) -> None:
    """Mail an answer to whoever asked for one. Raises Refused."""
    if Role.OFFICER not in policy.roles_towards(actor, concern):
        raise Refused(_l("Another person has to do this."))
    if not concern.address:
        raise Refused(_l("Nobody asked for an answer."))
    if not text.strip():
        raise Refused(_l("Write the answer."), "reason")
    post("concern_answered", concern.address, concern.language, now, reason=text.strip())
    concern.answered_at = now
    db.session.flush()
    audit.record("concern.answered", actor, now, concern)
