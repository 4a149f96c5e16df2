"""What changes about institutions."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from diaspora.extensions import db
from diaspora.institutions import policy, queries
from diaspora.institutions.models import Institution, Membership
from diaspora.institutions.rules import (
    CHECKED_STATES,
    LIFECYCLE,
    VERIFICATION_LASTS,
    InstitutionAct,
    InstitutionKind,
)
from diaspora.institutions.signals import institution_changed
from diaspora.platform import audit, clock
from diaspora.platform.access import Actor, Role
from diaspora.platform.mail.services import link, post
from diaspora.platform.refusals import Refused


@dataclass(frozen=True)
class Entry:
    """What is known of an institution; names, town and description by language."""

    name: dict[str, str]
    kind: InstitutionKind
    registry_number: str | None
    ror_id: str | None
    district: str
    city: dict[str, str]
    website: str
    description: dict[str, str]


CHECKED = ("name", "kind", "registry_number", "ror_id", "website")
"""Parts of an entry that an officer compares with the registration."""


@dataclass(frozen=True)
class Lead:
    """Who acts for an institution, as they are named on letters."""

    given_name: str
    family_name: str
    position: str


MAILS = {
    InstitutionAct.VERIFY: "institution_verified",
    InstitutionAct.REJECT: "institution_rejected",
    InstitutionAct.SUSPEND: "institution_suspended",
    InstitutionAct.REINSTATE: "institution_reinstated",
    InstitutionAct.RENEW: "institution_verified",
}


def register(entry: Entry, lead: Lead, actor: Actor, now: datetime) -> Institution:
    """A new institution, with the person who registers it as its lead; it waits for an officer."""
    made = Institution(**vars(entry), created_at=now, state=LIFECYCLE.initial[0])
    made.memberships = [Membership(account_id=actor.account_id, role=Role.HOST_LEAD, since=now, **vars(lead))]
    db.session.add(made)
    db.session.flush()
    audit.record("institutions.register", actor, now, made)
    institution_changed.send(made)
    return made


def edit(institution: Institution, entry: Entry, actor: Actor, now: datetime) -> None:
    """Change what is known of an institution; what an officer has checked, only an officer changes."""
    changed = sorted(part for part, value in vars(entry).items() if getattr(institution, part) != value)
    by_officer = Role.OFFICER in policy.roles_towards(actor, institution.id)
    if institution.state in CHECKED_STATES and not by_officer and set(changed) & set(CHECKED):
        raise Refused(_l("An officer has checked this part. Write to the programme to have it changed."))
    if not changed:
        return
    for part in changed:
        setattr(institution, part, getattr(entry, part))
    db.session.flush()
    audit.record("institutions.edit", actor, now, institution, changed=changed)
    institution_changed.send(institution)


def act(institution: Institution, act: InstitutionAct, actor: Actor, now: datetime, reason: str = "") -> None:
    """Do one act of the life-cycle; leads are mailed what it means for them."""
    before = institution.state
    roles = policy.roles_towards(actor, institution.id)
    row = LIFECYCLE.decide(before, act, roles, reason=reason)
    institution.state = row.target
    institution.state_reason = reason.strip()
    if act in {InstitutionAct.VERIFY, InstitutionAct.RENEW}:
        institution.verified_until = clock.local_day(now) + VERIFICATION_LASTS
    db.session.flush()
    payload = {"before": before.value, "after": row.target.value, "reason": reason.strip()}
    audit.record(f"institutions.{act.value}", actor, now, institution, **payload)
    institution_changed.send(institution)
    if act in MAILS:
        _tell_leads(institution, MAILS[act], now)


def _tell_leads(institution: Institution, message: str, now: datetime) -> None:
    for lead in queries.lead_accounts(institution.id):
        post(
            message, lead.email, lead.language, now, lead.id,
            name=institution.name, reason=institution.state_reason, until=institution.verified_until,
            url=link("institutions.mine", lead.language),
        )  # fmt: skip
