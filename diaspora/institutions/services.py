"""What changes about institutions."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from diaspora.extensions import db
from diaspora.institutions import policy, queries
from diaspora.institutions.members import accept_invitation as accept_invitation
from diaspora.institutions.members import change_role as change_role
from diaspora.institutions.members import close_invitations as close_invitations
from diaspora.institutions.members import end_membership as end_membership
from diaspora.institutions.members import install_lead as install_lead
from diaspora.institutions.members import invite_member as invite_member
from diaspora.institutions.members import send_again as send_again
from diaspora.institutions.members import withdraw_invitation as withdraw_invitation
from diaspora.institutions.models import Institution, Membership, SeenLetter
from diaspora.institutions.rules import (
    CHECKED_STATES,
    LETTER_HOLDS,
    LIFECYCLE,
    RENEWAL_NOTICE,
    VERIFICATION_LASTS,
    InstitutionAct,
    InstitutionKind,
    Person,
    renewal_stage,
)
from diaspora.institutions.signals import institution_changed, institution_suspended
from diaspora.platform import audit, clock
from diaspora.platform.access import SYSTEM, Actor, Role
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


MAILS = {
    InstitutionAct.VERIFY: "institution_verified",
    InstitutionAct.REJECT: "institution_rejected",
    InstitutionAct.SUSPEND: "institution_suspended",
    InstitutionAct.REINSTATE: "institution_reinstated",
    InstitutionAct.RENEW: "institution_verified",
}


def register(entry: Entry, lead: Person, actor: Actor, now: datetime) -> Institution:
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
    facts = queries.facts_of(institution, clock.local_day(now))
    row = LIFECYCLE.decide(before, act, roles, facts, reason)
    institution.state = row.target
    institution.state_reason, institution.changed_at = reason.strip(), now
    payload = {"before": before.value, "after": row.target.value, "reason": reason.strip()}
    if act in {InstitutionAct.VERIFY, InstitutionAct.RENEW}:
        institution.verified_until = clock.local_day(now) + VERIFICATION_LASTS
        institution.evidence, institution.renewal_told = facts.evidence, None
        payload["evidence"] = str(facts.evidence)
    db.session.flush()
    audit.record(f"institutions.{act.value}", actor, now, institution, **payload)
    institution_changed.send(institution)
    if act is InstitutionAct.SUSPEND:
        close_invitations(institution.id, now)
        institution_suspended.send(institution, actor=actor, now=now)
    if act in MAILS:
        _tell_leads(institution, MAILS[act], now)


def record_letter(
    institution: Institution, dated_on: date, signed_by: str, note: str, actor: Actor, now: datetime
) -> SeenLetter:
    """An officer has seen a signed letter; it counts as evidence for a year from its date. Raises Refused."""
    if Role.OFFICER not in policy.roles_towards(actor, institution.id):
        raise Refused(_l("Another person has to do this."))
    today = clock.local_day(now)
    if dated_on > today:
        raise Refused(_l("This day is still to come."), "dated_on")
    if dated_on < today - LETTER_HOLDS:
        raise Refused(_l("The letter is older than a year. Ask for a new one."), "dated_on")
    seen = SeenLetter(
        institution_id=institution.id, dated_on=dated_on, signed_by=signed_by, note=note,
        seen_at=now, seen_by_id=actor.account_id,
    )  # fmt: skip
    db.session.add(seen)
    db.session.flush()
    audit.record(
        "institutions.letter_seen", actor, now, institution,
        dated_on=dated_on.isoformat(), signed_by=signed_by, note=note,
    )  # fmt: skip
    return seen


def remind_of_renewals(now: datetime) -> int:
    """Tell leads once that their verification ends soon, and once that it has ended; how many were told."""
    today, told = clock.local_day(now), 0
    for institution in queries.ending(today + RENEWAL_NOTICE):
        stage = renewal_stage(institution.state, institution.verified_until, today)
        if stage is None or stage is institution.renewal_told:
            continue
        institution.renewal_told = stage
        db.session.flush()
        audit.record(f"institutions.renewal_{stage.value}", SYSTEM, now, institution)
        _tell_leads(institution, "institution_renewal", now, stage.value)
        told += 1
    return told


def _tell_leads(institution: Institution, message: str, now: datetime, state: str = "") -> None:
    for lead in queries.lead_accounts(institution.id):
        post(
            message, lead.email, lead.language, now, lead.id,
            name=institution.name, reason=institution.state_reason, until=institution.verified_until,
            state=state, url=link("institutions.mine", lead.language),
        )  # fmt: skip
