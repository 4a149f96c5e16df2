"""Bringing profiles in from a file: every row whole or not at all, again as often as wanted."""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import ValidationError

from diaspora.accounts.models import OneTimeLink
from diaspora.accounts.rules import LINK_LIFETIME, LinkPurpose
from diaspora.accounts.services import issue_link
from diaspora.extensions import db
from diaspora.platform import audit, clock
from diaspora.platform.access import SYSTEM, Actor
from diaspora.platform.mail.services import link, post
from diaspora.platform.refusals import Refused
from diaspora.profiles import queries, rules, standing
from diaspora.profiles.import_format import FORMAT, ProfileRow, faults
from diaspora.profiles.models import Availability, Candidate, Consent, Degree, Publication, SpokenLanguage
from diaspora.profiles.rules import CandidateAct, CandidateState, ConsentPurpose, LeavingReason
from diaspora.profiles.signals import candidate_changed, candidate_left

BATCH = 200
EDITED = "edited by a person"
ERASURE = "the person asked for erasure"


class UnusableFile(Exception):
    """The file as a whole cannot be imported; the message is one line for whoever called."""


@dataclass(frozen=True)
class Refusal:
    """A row that was not imported. `position` counts from 1."""

    position: int
    external_id: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        name = f" ({self.external_id})" if self.external_id else ""
        return f"profile {self.position}{name}: {'; '.join(self.reasons)}"


@dataclass
class ImportReport:
    """What became of every row, by external_id; `ids` has all rows that are stored now."""

    ids: dict[str, UUID] = field(default_factory=dict)
    created: dict[str, UUID] = field(default_factory=dict)
    updated: dict[str, UUID] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    admitted: list[str] = field(default_factory=list)
    mailed: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """One line with the numbers."""
        return (
            f"{len(self.created)} created, {len(self.updated)} updated, {len(self.unchanged)} unchanged, "
            f"{len(self.kept)} kept, {len(self.refused)} refused; "
            f"{len(self.admitted)} admitted to the roster, {len(self.mailed)} claim links mailed"
        )


def read_file(path: Path) -> dict[str, Any]:
    """The file's content. Raises UnusableFile."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UnusableFile(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UnusableFile(f"{path}: is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise UnusableFile(f"{path}: is not JSON ({error})") from error
    check_head(content)
    return dict(content)


def check_head(content: object) -> None:
    """Format, source and list of profiles. Raises UnusableFile."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise UnusableFile(f'not the format "{FORMAT}": the file must be an object whose "format" says so')
    unknown = sorted(set(content) - {"format", "source", "profiles"})
    if unknown:
        raise UnusableFile(f"unknown keys at the top: {', '.join(map(str, unknown))}")
    source = content.get("source")
    if not isinstance(source, str) or not source.strip() or len(source) > 100:
        raise UnusableFile('"source" must be a name of 1 to 100 characters')
    if not isinstance(content.get("profiles"), list):
        raise UnusableFile('"profiles" must be a list')


def import_profiles(
    data: dict[str, Any],
    actor: Actor,
    now: datetime,
    *,
    admit_as: Actor | None = None,
    mail_claims: bool = False,
    after_batch: Callable[[int], None] | None = None,
) -> ImportReport:
    """Store every good row of a file and report on all. It never commits; `after_batch` may.

    `after_batch` gets the number of rows that are done.

    With `admit_as` an officer admits whoever is complete and has consented; with `mail_claims` people
    without an account get a link to take their profile over, once a month at most. Raises UnusableFile.
    """
    check_head(data)
    run = _Run(data["source"].strip(), actor, now, admit_as, mail_claims, ImportReport())
    done = 0
    rows = enumerate(data["profiles"], start=1)
    while batch := list(islice(rows, BATCH)):
        run.batch(batch)
        done += len(batch)
        if after_batch is not None:
            after_batch(done)
    return run.report


@dataclass
class _Run:
    """One import under way."""

    source: str
    actor: Actor
    now: datetime
    admit_as: Actor | None
    mail_claims: bool
    report: ImportReport
    seen: dict[str, int] = field(default_factory=dict)

    def batch(self, numbered: Sequence[tuple[int, Any]]) -> None:
        """Validate, look all keys up in one query, store each row in a savepoint of its own."""
        good = [(n, row) for n, raw in numbered if (row := self.validated(n, raw)) is not None]
        stored = _stored(self.source, [row.external_id for _, row in good])
        current: list[tuple[ProfileRow, Candidate]] = []
        for position, row in good:
            candidate = self.store(position, row, stored.get(row.external_id))
            if candidate is not None:
                current.append((row, candidate))
        if self.admit_as is not None:
            for row, candidate in current:
                self.admit(row, candidate, self.admit_as)
        if self.mail_claims:
            self.mail([candidate for _, candidate in current])

    def refuse(self, position: int, external_id: str, *reasons: str) -> None:
        """Note a bad row."""
        self.report.refused.append(Refusal(position, external_id, reasons))

    def validated(self, position: int, raw: object) -> ProfileRow | None:
        """The row if nothing is wrong with it; a name that stood there before is wrong."""
        name = raw.get("external_id") if isinstance(raw, dict) else None
        known_as = name[:200] if isinstance(name, str) else ""
        try:
            row = ProfileRow.model_validate(raw, context={"today": clock.local_day(self.now)})
        except ValidationError as error:
            self.refuse(position, known_as, *faults(error))
            return None
        first = self.seen.setdefault(row.external_id, position)
        if first != position:
            self.refuse(position, row.external_id, f"external_id: stands already at profile {first}")
            return None
        return row

    def store(self, position: int, row: ProfileRow, candidate: Candidate | None) -> Candidate | None:
        """Create, update or leave; None where the row was refused or the person's own word counts."""
        try:
            with db.session.begin_nested():
                return self._store(row, candidate)
        except Refused as refusal:
            self.refuse(position, row.external_id, str(refusal))
        except (sa.exc.IntegrityError, sa.exc.DataError):
            self.refuse(position, row.external_id, "the database refused it: it contradicts what is stored")
        return None

    def _store(self, row: ProfileRow, candidate: Candidate | None) -> Candidate | None:
        report = self.report
        if candidate is None:
            candidate = Candidate(source=self.source, external_id=row.external_id, created_at=self.now)
            db.session.add(candidate)
            _write(candidate, row, _differences(candidate, row), self.now)
            db.session.flush()
            audit.record("candidate.imported", self.actor, self.now, candidate, source=self.source)
            report.created[row.external_id] = report.ids[row.external_id] = candidate.id
            return candidate
        report.ids[row.external_id] = candidate.id
        changed = _differences(candidate, row)
        if not changed:
            report.unchanged.append(row.external_id)
            return candidate if candidate.edited_at is None else None
        if candidate.edited_at is not None or candidate.state in rules.HIDDEN_STATES:
            report.kept[row.external_id] = ERASURE if candidate.state in rules.HIDDEN_STATES else EDITED
            return None
        self._update(candidate, row, changed)
        report.updated[row.external_id] = candidate.id
        return candidate

    def _update(self, candidate: Candidate, row: ProfileRow, changed: set[str]) -> None:
        had_consent = queries.roster_consent(candidate) is not None
        _write(candidate, row, changed, self.now)
        missing = queries.missing_parts(candidate)
        if candidate.state in rules.COMPLETE_STATES and missing:
            raise Refused(f"somebody on the roster would lose: {', '.join(missing)}")
        db.session.flush()
        audit.record(
            "candidate.import_updated", self.actor, self.now, candidate,
            source=self.source, changed=sorted(changed),
        )  # fmt: skip
        if had_consent and queries.roster_consent(candidate) is None:
            candidate_left.send(
                candidate, actor=self.actor, now=self.now, why=LeavingReason.CONSENT_WITHDRAWN
            )
        elif candidate.state is CandidateState.ON_ROSTER:
            candidate_changed.send(candidate, actor=self.actor, now=self.now)

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


def _stored(source: str, external_ids: list[str]) -> dict[str, Candidate]:
    found = db.session.scalars(
        sa.select(Candidate)
        .where(Candidate.source == source, Candidate.external_id.in_(external_ids))
        .options(*queries.EVERYTHING)
    )
    return {str(c.external_id): c for c in found}


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


def _lists(row: ProfileRow) -> dict[str, list[Any]]:
    """The lists of a row as new records."""
    return {
        "degrees": [
            Degree(
                level=x.level, subject=x.subject, institution=x.institution, country=x.country, year=x.year
            )
            for x in row.degrees
        ],
        "languages": [
            SpokenLanguage(code=x.code, level=x.level, position=n) for n, x in enumerate(row.languages)
        ],
        "availability": [Availability(starts_on=x.starts_on, ends_on=x.ends_on) for x in row.availability],
        "publications": [
            Publication(
                title=x.title, abstract=x.abstract, year=x.year, doi=x.doi, language=x.language, position=n
            )
            for n, x in enumerate(row.publications)
        ],
    }


_IDENTITY = {
    "degrees": ("level", "subject", "institution", "country", "year"),
    "languages": ("code", "level", "position"),
    "availability": ("starts_on", "ends_on"),
    "publications": ("title", "abstract", "year", "doi", "language", "position"),
}


def _values(items: Iterable[Any], kind: str) -> list[tuple[str, ...]]:
    return sorted(tuple(str(getattr(x, name)) for name in _IDENTITY[kind]) for x in items)


def _differences(candidate: Candidate, row: ProfileRow) -> set[str]:
    """Names of what a row says otherwise than the stored profile."""
    changed = {name for name, value in _columns(row).items() if getattr(candidate, name) != value}
    for kind, items in _lists(row).items():
        if _values(items, kind) != _values(getattr(candidate, kind), kind):
            changed.add(kind)
    if _consent_differs(candidate, row):
        changed.add("consent")
    return changed


def _consent_differs(candidate: Candidate, row: ProfileRow) -> bool:
    if row.consent is None:
        return queries.roster_consent(candidate) is not None
    wanted = (row.consent.text_version, row.consent.source, row.consent.given_on)
    # one that was withdrawn since is the same consent: a file does not give it again
    return wanted not in {(c.text_version, c.source, clock.local_day(c.given_at)) for c in candidate.consents}


def _write(candidate: Candidate, row: ProfileRow, changed: set[str], now: datetime) -> None:
    for name, value in _columns(row).items():
        if name in changed:
            setattr(candidate, name, value)
    for kind, items in _lists(row).items():
        if kind not in changed:
            continue
        if getattr(candidate, kind):
            # the old ones leave first: a language may stand there once only
            setattr(candidate, kind, [])
            db.session.flush()
        setattr(candidate, kind, items)
    if "consent" in changed:
        _write_consent(candidate, row, now)


def _write_consent(candidate: Candidate, row: ProfileRow, now: datetime) -> None:
    if row.consent is None:
        for consent in candidate.consents:
            consent.withdrawn_at = consent.withdrawn_at or now
        return
    candidate.consents.append(
        Consent(
            purpose=ConsentPurpose.ROSTER,
            text_version=row.consent.text_version,
            given_at=_noon(row.consent.given_on),
            source=row.consent.source,
        )
    )


def _noon(day: date) -> datetime:
    """A day without a time is kept as its noon, so that it is that day in every reader's zone."""
    return datetime.combine(day, time(12), clock.LOCAL)
