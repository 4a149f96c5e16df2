"""What is read about candidates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from diaspora.extensions import db
from diaspora.institutions.models import Institution, Membership
from diaspora.institutions.rules import InstitutionState
from diaspora.platform.access import Actor, Role
from diaspora.platform.audit import AuditEvent, AuditPayload
from diaspora.platform.paging import Page, paged
from diaspora.platform.reference import level_rank
from diaspora.platform.staff_lists import Asked
from diaspora.platform.words import having_words
from diaspora.profiles import rules
from diaspora.profiles.models import Candidate, Consent, Disclosure, Document, HiddenFrom
from diaspora.profiles.policy import disclosed as disclosed
from diaspora.profiles.policy import disclosed_among as disclosed_among
from diaspora.profiles.policy import hides_from as hides_from
from diaspora.profiles.policy import may_read_documents
from diaspora.profiles.policy import visible_to as visible_to
from diaspora.profiles.rules import (
    CandidateState,
    CareerStage,
    ConsentPurpose,
    DegreeLevel,
    ProfileFacts,
)

EVERYTHING = (
    selectinload(Candidate.degrees),
    selectinload(Candidate.languages),
    selectinload(Candidate.availability),
    selectinload(Candidate.publications),
    selectinload(Candidate.consents),
)
"""All that belongs to a profile, in one query a kind."""

READ_ACT = "candidate.identified_read"


@dataclass(frozen=True)
class AnonymisedCandidate:
    """All that an institution may know of somebody before a disclosure. Nothing may be added lightly."""

    id: UUID
    career_stage: CareerStage | None
    country: str
    degree_level: DegreeLevel | None
    fields: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]
    availability: tuple[tuple[date, date], ...]


def candidate(candidate_id: UUID) -> Candidate | None:
    """A candidate with everything that belongs to the profile."""
    return db.session.scalar(select(Candidate).where(Candidate.id == candidate_id).options(*EVERYTHING))


def seen_candidate(candidate_id: UUID, actor: Actor) -> Candidate | None:
    """The same, but for somebody who hides from an institution for which this reader works."""
    return db.session.scalar(
        select(Candidate).where(Candidate.id == candidate_id, visible_to(actor)).options(*EVERYTHING)
    )


def of_account(account_id: UUID | None) -> Candidate | None:
    """The profile that this account owns, with everything that belongs to it."""
    if account_id is None:
        return None
    return db.session.scalar(select(Candidate).where(Candidate.account_id == account_id).options(*EVERYTHING))


def owns_profile(account_id: UUID) -> bool:
    """Whether this account owns a profile; one small query, asked at every request."""
    return id_of_account(account_id) is not None


def id_of_account(account_id: UUID | None) -> UUID | None:
    """The id of the profile that this account owns, if it owns one."""
    if account_id is None:
        return None
    return db.session.scalar(select(Candidate.id).where(Candidate.account_id == account_id))


def documents_of(candidate_id: UUID) -> Sequence[Document]:
    """What this person sent, the newest first."""
    return db.session.scalars(
        select(Document)
        .where(Document.candidate_id == candidate_id)
        .order_by(Document.uploaded_at.desc(), Document.id)
    ).all()


def readable_documents(candidate: Candidate, actor: Actor) -> Sequence[Document]:
    """The same for whoever may read them; for others none."""
    return documents_of(candidate.id) if may_read_documents(actor, candidate) else []


def seen_document(document_id: UUID, actor: Actor) -> Document | None:
    """A document with its owner, but for owners who hide from an institution for which this reader works."""
    return db.session.scalar(
        select(Document)
        .join(Document.candidate)
        .where(Document.id == document_id, visible_to(actor))
        .options(contains_eager(Document.candidate))
    )


def may_be_compared() -> ColumnElement[bool]:
    """On the roster, with a consent to it and another one to being compared by a program."""

    def consent(purpose: ConsentPurpose) -> ColumnElement[bool]:
        held = select(Consent.id).where(
            Consent.candidate_id == Candidate.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
        )
        return held.exists()

    return and_(
        Candidate.state == CandidateState.ON_ROSTER,
        consent(ConsentPurpose.ROSTER),
        consent(ConsentPurpose.MATCHING),
    )


def for_matching() -> Sequence[Candidate]:
    """Everybody who may be compared, with everything that belongs to the profile."""
    return db.session.scalars(
        select(Candidate).where(may_be_compared()).order_by(Candidate.id).options(*EVERYTHING)
    ).all()


def roster_consent(candidate: Candidate) -> Consent | None:
    """The consent to the roster that holds now, the newest of them."""
    return consent_to(candidate, ConsentPurpose.ROSTER)


def consent_to(candidate: Candidate, purpose: ConsentPurpose) -> Consent | None:
    """The consent to this purpose that holds now, the newest of them."""
    held = [c for c in candidate.consents if c.purpose is purpose and c.withdrawn_at is None]
    return held[-1] if held else None


@dataclass(frozen=True)
class Purpose:
    """One purpose on the page of consents: what holds now, the words of today, what was withdrawn."""

    purpose: ConsentPurpose
    held: Consent | None
    text_version: str
    withdrawn: Sequence[Consent]


def purposes(candidate: Candidate) -> list[Purpose]:
    """Every purpose with this person's decision about it."""
    return [
        Purpose(
            purpose,
            consent_to(candidate, purpose),
            version,
            [c for c in candidate.consents if c.purpose is purpose and c.withdrawn_at is not None],
        )
        for purpose, version in rules.CONSENT_VERSIONS.items()
    ]


def missing_parts(candidate: Candidate) -> tuple[str, ...]:
    """Keys of rules.MISSING for what the profile lacks; consent is apart."""
    return rules.missing_parts(
        named=bool(candidate.given_name and candidate.family_name),
        country=bool(candidate.country),
        links=bool(candidate.links_to_moldova),
        career_stage=candidate.career_stage is not None,
        degrees=bool(candidate.degrees),
        fields=bool(candidate.fields),
        languages=bool(candidate.languages),
        interests=bool(candidate.interests),
    )


def facts(candidate: Candidate) -> ProfileFacts:
    """What the guards of the life-cycle ask about."""
    return ProfileFacts(missing_parts(candidate), roster_consent(candidate) is not None)


def disclosures_to(institution_id: UUID) -> Sequence[Disclosure]:
    """Whom an institution knows by name at present."""
    return db.session.scalars(
        select(Disclosure).where(Disclosure.institution_id == institution_id, Disclosure.ended_at.is_(None))
    ).all()


def disclosures_of(candidate_id: UUID) -> Sequence[Disclosure]:
    """Which institutions may know who this is, now."""
    return db.session.scalars(
        select(Disclosure)
        .where(Disclosure.candidate_id == candidate_id, Disclosure.ended_at.is_(None))
        .order_by(Disclosure.since)
    ).all()


def hiding(candidate_id: UUID, institution_id: UUID) -> HiddenFrom | None:
    """That this candidate hides from this institution, if so."""
    return db.session.scalar(
        select(HiddenFrom).where(
            HiddenFrom.candidate_id == candidate_id, HiddenFrom.institution_id == institution_id
        )
    )


def hidings_of(candidate_id: UUID) -> Sequence[HiddenFrom]:
    """The institutions from which this candidate hides, the first chosen first."""
    return db.session.scalars(
        select(HiddenFrom)
        .where(HiddenFrom.candidate_id == candidate_id)
        .options(joinedload(HiddenFrom.institution))
        .order_by(HiddenFrom.since, HiddenFrom.id)
    ).all()


def institutions_to_hide_from() -> Sequence[Institution]:
    """Every institution that is or may come to be on this site: one can hide before it is verified."""
    return db.session.scalars(
        select(Institution).where(Institution.state != InstitutionState.REJECTED).order_by(Institution.id)
    ).all()


def accounts_hidden_from(candidate_id: UUID) -> frozenset[UUID]:
    """The accounts of everybody who works for an institution from which this candidate hides."""
    return frozenset(
        db.session.scalars(
            select(Membership.account_id)
            .join(HiddenFrom, HiddenFrom.institution_id == Membership.institution_id)
            .where(HiddenFrom.candidate_id == candidate_id, Membership.ended_at.is_(None))
        )
    )


def highest_degree(candidate: Candidate) -> DegreeLevel | None:
    """The highest level among the degrees."""
    order = list(DegreeLevel)
    return max((d.level for d in candidate.degrees), key=order.index, default=None)


def anonymised(candidate: Candidate) -> AnonymisedCandidate:
    """What may be shown to institutions before a disclosure: these facts and nothing else."""
    return AnonymisedCandidate(
        id=candidate.id,
        career_stage=candidate.career_stage,
        country=candidate.country,
        degree_level=highest_degree(candidate),
        fields=tuple(candidate.fields),
        languages=tuple(
            sorted(((x.code, x.level) for x in candidate.languages), key=lambda x: -level_rank(x[1]))
        ),
        availability=tuple((x.starts_on, x.ends_on) for x in candidate.availability),
    )


STAFF_ORDERS: dict[str, Any] = {
    "changed": func.coalesce(Candidate.edited_at, Candidate.created_at),
    "until": Candidate.on_roster_until,
}
"""What the list of officers can be sorted by; never by a name, which it does not show."""


def staff_page(asked: Asked, actor: Actor) -> Page[Candidate]:
    """One page of those whom officers may see, as the address asks.

    Words are looked for in what people wrote about their work, not in names: the list shows none.
    """
    states = [asked.chosen["state"]] if asked.chosen["state"] else list(rules.STAFF_STATES)
    query = select(Candidate).where(Candidate.state.in_(states), visible_to(actor))
    if asked.words:
        texts = select(Candidate.id, Candidate.interests, Candidate.experience)
        rows = db.session.execute(texts.where(Candidate.state.in_(states)))
        found = ((row.id, f"{str(row.id)[:8]} {row.interests} {row.experience}") for row in rows)
        query = query.where(Candidate.id.in_(having_words(asked.words, found)))
    if asked.chosen["country"]:
        query = query.where(Candidate.country == asked.chosen["country"])
    if asked.chosen["area"]:
        # the codes stand in a JSON list: "1.6" belongs to area 1
        query = query.where(cast(Candidate.fields, Text).contains(f'"{asked.chosen["area"]}.'))
    return paged(
        query.order_by(asked.order(STAFF_ORDERS), Candidate.id).options(
            selectinload(Candidate.degrees),
            selectinload(Candidate.languages),
            selectinload(Candidate.availability),
            selectinload(Candidate.consents),
        ),
        asked.page,
    )


def staff_chosen(ids: Collection[UUID]) -> Sequence[Candidate]:
    """These candidates with everything that belongs to their profiles, in the order of the list."""
    return db.session.scalars(
        select(Candidate)
        .where(Candidate.id.in_(ids))
        .order_by(STAFF_ORDERS["changed"], Candidate.id)
        .options(*EVERYTHING)
    ).all()


def countries(actor: Actor) -> dict[str, int]:
    """In how many profiles that officers see each country stands."""
    rows = db.session.execute(
        select(Candidate.country, func.count())
        .where(Candidate.state.in_(rules.STAFF_STATES), Candidate.country != "", visible_to(actor))
        .group_by(Candidate.country)
    )
    return {row[0]: row[1] for row in rows}


def counts(actor: Actor) -> dict[CandidateState, int]:
    """How many there are in each state."""
    rows = db.session.execute(
        select(Candidate.state, func.count()).where(visible_to(actor)).group_by(Candidate.state)
    )
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in CandidateState}


def expired(today: date) -> Sequence[Candidate]:
    """Those on the roster whose three years are over."""
    return db.session.scalars(
        select(Candidate)
        .where(Candidate.state == CandidateState.ON_ROSTER, Candidate.on_roster_until < today)
        .options(*EVERYTHING)
    ).all()


def identified_reads(candidate_id: UUID, number: int) -> Page[AuditEvent]:
    """When somebody looked at this profile with its name, newest first."""
    return paged(
        select(AuditEvent)
        .where(AuditEvent.act == READ_ACT, AuditEvent.object_id == candidate_id)
        .order_by(AuditEvent.number.desc()),
        number,
    )


@dataclass(frozen=True)
class Reader:
    """Who read a profile with its name: why, in which role, for which institution if for one."""

    why: str
    role: Role | None
    institution: Institution | None


def readers_of(events: Collection[AuditEvent]) -> dict[int, Reader]:
    """Who took these reads, by the number of the event."""
    numbers = [event.number for event in events]
    payloads = select(AuditPayload).where(AuditPayload.event_number.in_(numbers))
    content = {row.event_number: row.content for row in db.session.scalars(payloads)}
    ids = {UUID(told["institution"]) for told in content.values() if told.get("institution")}
    rows = db.session.scalars(select(Institution).where(Institution.id.in_(ids)))
    institutions = {str(row.id): row for row in rows}
    return {
        number: Reader(
            why=str(told.get("why", "")),
            role=Role(told["role"]) if told.get("role") else None,
            institution=institutions.get(told.get("institution", "")),
        )
        for number, told in content.items()
    }
