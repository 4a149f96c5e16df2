"""What changes about a profile as a whole: its state, the consent, who may know the person."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from diaspora.accounts.rules import LinkPurpose
from diaspora.accounts.services import use_link
from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.platform import audit, clock
from diaspora.platform.access import HOST_ROLES, STAFF_ROLES, SYSTEM, Actor, Role
from diaspora.platform.refusals import Refused
from diaspora.profiles import queries, rules
from diaspora.profiles.documents import add_document, remove_document
from diaspora.profiles.hiding import hide_from, show_to
from diaspora.profiles.importing import import_profiles
from diaspora.profiles.models import Candidate, Consent, Disclosure
from diaspora.profiles.policy import roles_towards
from diaspora.profiles.progress import completeness_of
from diaspora.profiles.rules import (
    CandidateAct,
    CandidateState,
    ConsentPurpose,
    DisclosureReason,
    LeavingReason,
)
from diaspora.profiles.signals import candidate_changed, candidate_left
from diaspora.profiles.standing import act, end_disclosures, end_disclosures_to

__all__ = [
    "act", "add_document", "claim", "completeness_of", "disclose", "end_disclosures_to", "expire_due",
    "give_consent", "give_consents", "hide_from", "import_profiles", "log_identified_read",
    "log_identified_reads", "open_profile", "remove_document", "show_to", "withdraw_consent",
]  # fmt: skip


def open_profile(actor: Actor, now: datetime) -> Candidate:
    """Begin an empty profile; somebody who has one keeps it."""
    known = queries.of_account(actor.account_id)
    if known is not None:
        return known
    if actor.account_id is None:
        raise Refused(_l("Sign in first."))
    made = Candidate(account_id=actor.account_id, created_at=now, edited_at=now)
    db.session.add(made)
    db.session.flush()
    audit.record("candidate.opened", actor, now, made)
    return made


def give_consent(
    candidate: Candidate, text_version: str, source: str, actor: Actor, now: datetime
) -> Consent:
    """Agree to what the words of this version say; only today's words count. Raises Refused."""
    if text_version not in rules.CONSENT_VERSIONS.values():
        raise Refused(_l("The text has changed meanwhile. Read the new one, then decide."))
    if candidate.state in rules.HIDDEN_STATES:
        raise Refused(_l("You asked us to erase your profile. Take that back first."))
    (purpose,) = rules.purposes_of(text_version)
    held = queries.consent_to(candidate, purpose)
    if held is not None and held.text_version == text_version and held.source == source:
        return held
    given = Consent(purpose=purpose, text_version=text_version, given_at=now, source=source)
    candidate.consents.append(given)
    candidate.edited_at = now
    db.session.flush()
    audit.record("candidate.consent_given", actor, now, candidate, text_version=text_version, source=source)
    if candidate.state is CandidateState.ON_ROSTER:
        candidate_changed.send(candidate, actor=actor, now=now)
    return given


def give_consents(
    candidate: Candidate, text_versions: Iterable[str], source: str, actor: Actor, now: datetime
) -> None:
    """Agree to several purposes at once, each on its own words."""
    for version in text_versions:
        give_consent(candidate, version, source, actor, now)


def withdraw_consent(
    candidate: Candidate, actor: Actor, now: datetime, purpose: ConsentPurpose = ConsentPurpose.ROSTER
) -> None:
    """One act, at once, for one purpose. Without the roster nothing is compared either. Raises Refused."""
    ending = {purpose, ConsentPurpose.MATCHING} if purpose is ConsentPurpose.ROSTER else {purpose}
    if queries.consent_to(candidate, purpose) is None:
        raise Refused(_l("You have not agreed to this, so there is nothing to withdraw."))
    for consent in candidate.consents:
        if consent.purpose in ending:
            consent.withdrawn_at = consent.withdrawn_at or now
    candidate.edited_at = now
    db.session.flush()
    audit.record("candidate.consent_withdrawn", actor, now, candidate, purpose=purpose.value)
    if purpose is ConsentPurpose.ROSTER:
        _leave_roster(candidate, actor, now)
    elif purpose is ConsentPurpose.MATCHING:
        candidate_left.send(candidate, actor=actor, now=now, why=LeavingReason.NOT_COMPARED)


def _leave_roster(candidate: Candidate, actor: Actor, now: datetime) -> None:
    """No longer known to institutions, and paused."""
    end_disclosures(candidate, now)
    db.session.flush()
    if candidate.state is CandidateState.ON_ROSTER:
        row = rules.LIFECYCLE.decide(candidate.state, CandidateAct.PAUSE, roles_towards(actor, candidate))
        candidate.state = row.target
        db.session.flush()
        audit.record("candidate.pause", actor, now, candidate, reason="consent withdrawn")
    candidate_left.send(candidate, actor=actor, now=now, why=LeavingReason.CONSENT_WITHDRAWN)


def disclose(
    candidate: Candidate, institution_id: UUID, reason: DisclosureReason, actor: Actor, now: datetime
) -> Disclosure:
    """Let an institution know who this candidate is. Again is the same as once."""
    if candidate.state in rules.HIDDEN_STATES:
        raise Refused(_l("This profile is no longer shown to anybody."))
    found = db.session.scalar(
        select(Disclosure).where(
            Disclosure.candidate_id == candidate.id, Disclosure.institution_id == institution_id
        )
    )
    if found is not None and found.ended_at is None:
        return found
    if found is None:
        found = Disclosure(candidate_id=candidate.id, institution_id=institution_id)
        db.session.add(found)
    found.reason, found.since, found.ended_at = reason, now, None
    db.session.flush()
    audit.record(
        "candidate.disclosed", actor, now, candidate,
        institution_id=str(institution_id), reason=reason.value,
    )  # fmt: skip
    return found


def log_identified_read(
    candidate: Candidate, actor: Actor, now: datetime, why: str, institution: Institution | None = None
) -> None:
    """Record that somebody saw who this is, and for which institution, if for one. Works in a GET."""
    log_identified_reads([candidate.id], actor, now, why, institution)


def log_identified_reads(
    candidate_ids: Collection[UUID],
    actor: Actor,
    now: datetime,
    why: str,
    institution: Institution | None = None,
) -> None:
    """The same for a page with several names: each person is told. One's own reads are not news."""
    own = queries.id_of_account(actor.account_id)
    ids = [one for one in dict.fromkeys(candidate_ids) if one != own]
    audit.record_each(
        queries.READ_ACT, actor, now, Candidate.__tablename__, ids,
        why=why, role=_role_of_reader(actor, institution).value,
        institution=str(institution.id) if institution else "",
    )  # fmt: skip


def _role_of_reader(actor: Actor, institution: Institution | None) -> Role:
    """In which of their roles somebody reads: for an institution as its member, else as staff."""
    ranks = HOST_ROLES if institution else STAFF_ROLES
    return next((role for role in Role if role in actor.roles & ranks), Role.MEMBER)


def claim(token: str, actor: Actor, now: datetime) -> Candidate:
    """Take an imported profile over with the mailed link. Raises Refused; the link stays usable then."""
    if actor.account_id is None:
        raise Refused(_l("Sign in first."))
    if queries.owns_profile(actor.account_id):
        raise Refused(_l("You have a profile of your own already, and one person has one profile."))
    used = use_link(LinkPurpose.CLAIM_PROFILE, token, now)
    candidate = queries.candidate(used.subject_id) if used.subject_id else None
    if candidate is None or candidate.account_id is not None or candidate.state in rules.HIDDEN_STATES:
        raise Refused(_l("This link has been used or is too old. Ask for a new one."))
    candidate.account_id = actor.account_id
    candidate.edited_at = now
    db.session.flush()
    audit.record("candidate.claimed", actor, now, candidate, source=candidate.source or "")
    return candidate


def expire_due(now: datetime) -> int:
    """Let those whose three years are over leave the roster; how many did."""
    due = queries.expired(clock.local_day(now))
    for candidate in due:
        act(candidate, CandidateAct.EXPIRE, SYSTEM, now)
    return len(due)
