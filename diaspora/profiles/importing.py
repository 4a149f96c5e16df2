"""Bringing profiles in from a file: every row whole or not at all, again as often as wanted."""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from diaspora.accounts.models import OneTimeLink
from diaspora.accounts.rules import LINK_LIFETIME, LinkPurpose
from diaspora.accounts.services import issue_link
from diaspora.extensions import db
from diaspora.platform import audit, clock
from diaspora.platform.access import SYSTEM, Actor
from diaspora.platform.imports import Importer, ImportReport, check_head
from diaspora.platform.mail.services import link, post
from diaspora.platform.refusals import Refused
from diaspora.profiles import queries, rules, standing
from diaspora.profiles.import_format import FORMAT, ProfileRow
from diaspora.profiles.models import Availability, Candidate, Consent, Degree, Publication, SpokenLanguage
from diaspora.profiles.rules import CandidateAct, CandidateState, LeavingReason
from diaspora.profiles.signals import candidate_changed, candidate_left

ERASURE = "the person asked for erasure"


@dataclass
class ProfileReport(ImportReport):
    """The report, who was admitted, and who was mailed a link."""

    admitted: list[str] = field(default_factory=list)
    mailed: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """One line with the numbers."""
        return (
            f"{super().summary()}; {len(self.admitted)} admitted to the roster, "
            f"{len(self.mailed)} claim links mailed"
        )


def import_profiles(
    data: dict[str, Any],
    actor: Actor,
    now: datetime,
    *,
    admit_as: Actor | None = None,
    mail_claims: bool = False,
    after_batch: Callable[[int], None] | None = None,
) -> ProfileReport:
    """Store every good row of a file and report on all. It never commits; `after_batch` may.

    `after_batch` gets the number of rows that are done.

    With `admit_as` an officer admits whoever is complete and has consented; with `mail_claims` people
    without an account get a link to take their profile over, once a month at most. Raises UnusableFile.
    """
    source, rows = check_head(data, FORMAT)
    report = ProfileReport()
    _ProfileImporter(
        row_type=ProfileRow,
        source=source,
        actor=actor,
        now=now,
        report=report,
        admit_as=admit_as,
        mail_claims=mail_claims,
    ).run(rows, after_batch)
    return report


@dataclass(kw_only=True)
class _ProfileImporter(Importer[ProfileRow, Candidate]):
    report: ProfileReport
    admit_as: Actor | None
    mail_claims: bool

    def look_up(self, rows: Sequence[ProfileRow]) -> dict[str, Candidate]:
        """The stored candidates with everything that belongs to them."""
        ids = {x.external_id: x.external_id for x in rows}
        ids |= {rules.erased_id(x.external_id): x.external_id for x in rows}
        found = db.session.scalars(
            sa.select(Candidate)
            .where(Candidate.source == self.source, Candidate.external_id.in_(ids))
            .options(*queries.EVERYTHING)
        )
        return {ids[str(c.external_id)]: c for c in found}

    def create(self, row: ProfileRow) -> Candidate:
        """A draft without an account."""
        # the id is given here, so that one flush stores the profile and its audit event
        candidate = Candidate(
            id=uuid4(), source=self.source, external_id=row.external_id, created_at=self.now
        )
        db.session.add(candidate)
        _write(candidate, row, _differences(candidate, row), self.now)
        audit.record("candidate.imported", self.actor, self.now, candidate, source=self.source)
        return candidate

    def changes(self, row: ProfileRow, stored: Candidate) -> set[str]:
        """Columns, lists and the consent."""
        return _differences(stored, row)

    def kept_because(self, stored: Candidate) -> str:
        """Nobody who asked for erasure is brought back."""
        return ERASURE if stored.state in rules.HIDDEN_STATES else ""

    def update(self, row: ProfileRow, stored: Candidate, changes: Collection[str]) -> None:
        """Nothing that the roster needs is taken away; the matcher hears of what changed."""
        had_consent = queries.roster_consent(stored) is not None
        _write(stored, row, changes, self.now)
        missing = queries.missing_parts(stored)
        if stored.state in rules.COMPLETE_STATES and missing:
            raise Refused(f"somebody on the roster would lose: {', '.join(missing)}")
        audit.record(
            "candidate.import_updated", self.actor, self.now, stored,
            source=self.source, changed=sorted(changes),
        )  # fmt: skip
        if had_consent and queries.roster_consent(stored) is None:
            candidate_left.send(stored, actor=self.actor, now=self.now, why=LeavingReason.CONSENT_WITHDRAWN)
        elif stored.state is CandidateState.ON_ROSTER:
            candidate_changed.send(stored, actor=self.actor, now=self.now)

    def finish(self, current: Sequence[tuple[ProfileRow, Candidate]]) -> None:
        """Admit and mail, as far as whoever called wants it."""
        if self.admit_as is not None:
            for row, candidate in current:
                self.admit(row, candidate, self.admit_as)
        if self.mail_claims:
            self.mail([candidate for _, candidate in current])

    def admit(self, row: ProfileRow, candidate: Candidate, officer: Actor) -> None:
        """Send a complete draft with consent to the officers, and admit it as this one.

        What the life-cycle refuses (an officer's own profile) stays a draft.
        """
        facts = queries.facts(candidate)
        if candidate.state is not CandidateState.DRAFT or facts.missing or not facts.consented:
            return
        with suppress(Refused), db.session.begin_nested():
            standing.act(candidate, CandidateAct.SUBMIT, SYSTEM, self.now)
            standing.act(candidate, CandidateAct.ADMIT, officer, self.now)
            self.report.admitted.append(row.external_id)

    def mail(self, candidates: Iterable[Candidate]) -> None:
        """Mail a link to those without an account, unless one that was mailed before still works."""
        waiting = [c for c in candidates if c.account_id is None and c.email]
        linked = set(
            db.session.scalars(
                sa.select(OneTimeLink.subject_id).where(
                    OneTimeLink.purpose == LinkPurpose.CLAIM_PROFILE,
                    OneTimeLink.subject_id.in_([c.id for c in waiting]),
                    OneTimeLink.expires_at > self.now,
                )
            )
        )
        for candidate in waiting:
            if candidate.id not in linked:
                mail_claim(candidate, self.now)
                self.report.mailed.append(candidate.external_id or "")


def mail_claim(candidate: Candidate, now: datetime) -> None:
    """Mail the address in an imported profile a one-time link to take it over."""
    language = candidate.text_language or "ro"
    token = issue_link(LinkPurpose.CLAIM_PROFILE, now, subject_id=candidate.id)
    post(
        "profile_claim", candidate.email or "", language, now,
        name=candidate.full_name,
        source=candidate.source,
        days=LINK_LIFETIME[LinkPurpose.CLAIM_PROFILE].days,
        url=link("profiles.claim", language, token=token),
    )  # fmt: skip


_SIMPLE = (
    "given_name", "family_name", "birth_year", "country", "career_stage", "position", "employer",
    "employed_abroad", "years_abroad", "orcid", "fields", "text_language", "interests", "experience",
)  # fmt: skip
"""Columns that have the same name and value in a row."""


def _columns(row: ProfileRow) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in _SIMPLE},
        "email": row.email.lower() if row.email else None,
        "links_to_moldova": [x.value for x in row.links_to_moldova],
    }


_KINDS: dict[str, type[Any]] = {
    "degrees": Degree,
    "languages": SpokenLanguage,
    "availability": Availability,
    "publications": Publication,
}
"""Lists whose records have the same columns as a row's entries."""

_ORDERED = {"languages", "publications"}


def _entries(row: ProfileRow, kind: str) -> list[dict[str, Any]]:
    place = kind in _ORDERED
    return [
        {**entry.model_dump(), **({"position": n} if place else {})}
        for n, entry in enumerate(getattr(row, kind))
    ]


def _same(entries: list[dict[str, Any]], records: Iterable[Any]) -> bool:
    wanted = sorted([str(value) for value in entry.values()] for entry in entries)
    names = entries[0] if entries else ()
    return wanted == sorted([str(getattr(record, name)) for name in names] for record in records)


def _differences(candidate: Candidate, row: ProfileRow) -> set[str]:
    """Names of what a row says otherwise than the stored profile."""
    changed = {name for name, value in _columns(row).items() if getattr(candidate, name) != value}
    changed |= {kind for kind in _KINDS if not _same(_entries(row, kind), getattr(candidate, kind))}
    if _consent_differs(candidate, row):
        changed.add("consent")
    return changed


def _consent_differs(candidate: Candidate, row: ProfileRow) -> bool:
    if row.consent is None:
        return queries.roster_consent(candidate) is not None
    wanted = (row.consent.text_version, row.consent.source, row.consent.given_on)
    # one that was withdrawn since is the same consent: a file does not give it again
    return wanted not in {(c.text_version, c.source, clock.local_day(c.given_at)) for c in candidate.consents}


def _write(candidate: Candidate, row: ProfileRow, changed: Collection[str], now: datetime) -> None:
    for name, value in _columns(row).items():
        if name in changed:
            setattr(candidate, name, value)
    for kind, model in _KINDS.items():
        if kind not in changed:
            continue
        if getattr(candidate, kind):
            # the old ones leave first: a language may stand there once only
            setattr(candidate, kind, [])
            db.session.flush()
        setattr(candidate, kind, [model(**entry) for entry in _entries(row, kind)])
    if "consent" in changed:
        _write_consent(candidate, row, now)


def _write_consent(candidate: Candidate, row: ProfileRow, now: datetime) -> None:
    if row.consent is None:
        for consent in candidate.consents:
            consent.withdrawn_at = consent.withdrawn_at or now
        return
    candidate.consents += [
        Consent(
            purpose=purpose,
            text_version=row.consent.text_version,
            given_at=_noon(row.consent.given_on),
            source=row.consent.source,
        )
        for purpose in rules.purposes_of(row.consent.text_version)
    ]


def _noon(day: date) -> datetime:
    """A day without a time is kept as its noon, so that it is that day in every reader's zone."""
    return datetime.combine(day, time(12), clock.LOCAL)
