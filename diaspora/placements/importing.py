"""Bringing placements in from a file: every row whole or not at all, again as often as wanted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from pydantic import AfterValidator, EmailStr, Field, ValidationError, model_validator

from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import compact_ror_id
from diaspora.placements import acting, editing, queries, rules
from diaspora.placements.models import Placement
from diaspora.placements.rules import (
    EDITABLE_STATES,
    LONGEST_STAY,
    MOST_FIELDS,
    MOST_SEATS,
    PlacementAct,
    PlacementState,
    Terms,
    Wanted,
)
from diaspora.platform import audit, imports
from diaspora.platform.access import Actor
from diaspora.platform.imports import (
    CefrLevel,
    Day,
    District,
    ImportReport,
    Language,
    Name,
    Refusal,
    ResearchField,
    ShortText,
    Strict,
    Text,
    distinct,
    faults,
    wrong,
)
from diaspora.platform.languages import speaking
from diaspora.platform.refusals import Refused
from diaspora.programmes.models import Call
from diaspora.programmes.rules import Mode

FORMAT = "diaspora-placements/1"
INVENTED_SOURCE = "demonstration"
"""Whatever comes from this source is invented, and its page says so."""

EDITED = "edited by a person"
MOST_LANGUAGES = 8


class LanguageRow(Strict):
    """A language with the least level."""

    code: Language
    level: CefrLevel
    required: bool


class SupervisorRow(Strict):
    """Who answers for the guest's work."""

    name: Name
    position: ShortText
    email: Annotated[EmailStr, Field(max_length=254)]


class CounterpartRow(Strict):
    """Who carries the work on."""

    name: Name
    position: ShortText


class PlacementRow(Strict):
    """One placement, complete in itself."""

    external_id: Name
    institution: Name
    call: Name
    title: Name
    language: Literal["ro", "ru", "en"]
    summary: Text
    tasks: Text
    results: Text
    transfer: Text
    beneficiaries: Text
    required_profile: Text
    desired_profile: Text
    fields: Annotated[
        list[ResearchField], Field(min_length=1, max_length=MOST_FIELDS), AfterValidator(distinct)
    ]
    languages: Annotated[list[LanguageRow], Field(max_length=MOST_LANGUAGES)]
    starts_on: Day
    ends_on: Day
    length_days: Annotated[int, Field(ge=1, le=LONGEST_STAY)]
    mode: Annotated[Mode, Field(strict=False)]
    seats: Annotated[int, Field(ge=1, le=MOST_SEATS)]
    district: District
    supervisor: SupervisorRow
    counterpart: CounterpartRow
    closes_on: Day

    @model_validator(mode="after")
    def each_language_once(self) -> "PlacementRow":
        """A language has one level."""
        codes = [x.code for x in self.languages]
        if len(set(codes)) != len(codes):
            raise wrong("languages: the same language stands there twice")
        return self

    def terms(self, call: Call) -> Terms:
        """The row as terms of reference."""
        same = {name for name in Terms.__dataclass_fields__ if name in PlacementRow.model_fields}
        values = {name: getattr(self, name) for name in same - {"fields", "languages"}}
        return Terms(
            **values,
            fields=tuple(self.fields),
            languages=tuple(Wanted(x.code, x.level, x.required) for x in self.languages),
            call_id=call.id,
            supervisor_name=self.supervisor.name,
            supervisor_position=self.supervisor.position,
            supervisor_email=self.supervisor.email,
            counterpart_name=self.counterpart.name,
            counterpart_position=self.counterpart.position,
        )


@dataclass
class PlacementReport(ImportReport):
    """The report, and what became of publishing: `unpublished` says why not."""

    published: list[str] = field(default_factory=list)
    unpublished: dict[str, str] = field(default_factory=dict)

    def summary(self) -> str:
        """One line with the numbers."""
        return f"{super().summary()}; {len(self.published)} published"


def import_placements(
    data: dict[str, Any],
    actor: Actor,
    now: datetime,
    *,
    publish_as: Actor | None = None,
    after_row: Callable[[int], None] | None = None,
) -> PlacementReport:
    """Store every good row of a file as a draft and report on all. Never commits.

    With `publish_as` an officer sends and publishes the drafts of this file that pass the guards.
    `after_row` gets the number of rows done. Raises UnusableFile where nothing can be imported.
    """
    source, rows = imports.check_head(data, FORMAT, "placements")
    run = _Run(source, actor, now, PlacementReport(), _Known.of(source, rows))
    # the reasons that the site's own rules give come in the language of the report's other words
    with speaking("en"):
        for position, raw in enumerate(rows, start=1):
            run.row(position, raw)
            if after_row is not None:
                after_row(position)
        if publish_as is not None:
            for external_id, placement in run.current.items():
                run.publish(external_id, placement, publish_as)
    return run.report


@dataclass
class _Known:
    """What rows refer to, looked up once for the whole file."""

    placements: dict[str, Placement]
    institutions: dict[str, Institution]
    calls: dict[str, Call]

    @classmethod
    def of(cls, source: str, rows: Sequence[Any]) -> "_Known":
        def texts(key: str) -> set[str]:
            found = (raw.get(key) for raw in rows if isinstance(raw, dict))
            return {value for value in found if isinstance(value, str)}

        named, codes = texts("institution"), texts("call")
        calls = db.session.scalars(sa.select(Call).where(Call.code.in_(codes)))
        ror_ids = {compact_ror_id(name): name for name in named}
        by_ror = db.session.scalars(sa.select(Institution).where(Institution.ror_id.in_(ror_ids)))
        own = db.session.scalars(
            sa.select(Institution).where(Institution.source == source, Institution.external_id.in_(named))
        )
        return cls(
            queries.imported(source, texts("external_id")),
            # the id that the file's own source gave is meant before any other
            {**{ror_ids[str(x.ror_id)]: x for x in by_ror}, **{str(x.external_id): x for x in own}},
            {call.code: call for call in calls},
        )


@dataclass
class _Run:
    """One import under way; `current` are the placements that stand now as the file says."""

    source: str
    actor: Actor
    now: datetime
    report: PlacementReport
    known: _Known
    seen: dict[str, int] = field(default_factory=dict)
    current: dict[str, Placement] = field(default_factory=dict)

    def row(self, position: int, raw: object) -> None:
        """Check and store one row; a bad one leaves nothing behind but a note."""
        name = raw.get("external_id") if isinstance(raw, dict) else None
        known_as = name[:200] if isinstance(name, str) else ""
        try:
            row = PlacementRow.model_validate(raw)
            first = self.seen.setdefault(row.external_id, position)
            if first != position:
                raise Refused(f"external_id: stands already at row {first}")
            with db.session.begin_nested():
                self._store(row)
                db.session.flush()
        except ValidationError as error:
            self._refuse(position, known_as, *faults(error))
        except Refused as refusal:
            self._refuse(position, known_as, str(refusal))
        except (sa.exc.IntegrityError, sa.exc.DataError):
            self._refuse(position, known_as, "the database refused it: it contradicts what is stored")

    def _refuse(self, position: int, external_id: str, *reasons: str) -> None:
        self.report.refused.append(Refusal(position, external_id, reasons))

    def _store(self, row: PlacementRow) -> None:
        institution, call = self.known.institutions.get(row.institution), self.known.calls.get(row.call)
        if institution is None:
            raise Refused(f"institution: none is known as {row.institution!r}")
        if call is None:
            raise Refused(f"call: there is none with the code {row.call!r}")
        terms = row.terms(call)
        faulty = rules.contradictions(terms, queries.bounds_of(call))
        if faulty:
            raise Refused("; ".join(f"{part}: {sentence}" for part, sentence in faulty))
        stored = self.known.placements.get(row.external_id)
        if stored is None:
            self._create(row, institution, terms)
        elif stored.institution_id != institution.id:
            raise Refused("institution: a placement stays with the institution that it was made for")
        else:
            self._update(row, stored, terms)

    def _create(self, row: PlacementRow, institution: Institution, terms: Terms) -> None:
        made = editing.create(
            institution,
            terms,
            self.actor,
            self.now,
            source=self.source,
            external_id=row.external_id,
            invented=self.source == INVENTED_SOURCE,
        )
        audit.record("placement.imported", self.actor, self.now, made, source=self.source)
        self.report.created[row.external_id] = self.report.ids[row.external_id] = made.id
        self.current[row.external_id] = made

    def _update(self, row: PlacementRow, stored: Placement, terms: Terms) -> None:
        report, external_id = self.report, row.external_id
        same = queries.terms_of(stored) == terms
        if same:
            report.unchanged.append(external_id)
        elif stored.edited_at is not None:
            report.kept[external_id] = EDITED
        elif stored.state not in EDITABLE_STATES:
            report.kept[external_id] = f"its state is {stored.state.value}"
        else:
            editing.edit(stored, terms, self.actor, self.now, by_person=False)
            report.updated[external_id] = stored.id
        report.ids[external_id] = stored.id
        if external_id not in report.kept and stored.edited_at is None:
            self.current[external_id] = stored

    def publish(self, external_id: str, placement: Placement, officer: Actor) -> None:
        """Send a draft and publish it, both or neither."""
        if placement.state is not PlacementState.DRAFT:
            return
        gaps = queries.missing_terms(placement)
        if gaps:
            self.report.unpublished[external_id] = f"missing: {', '.join(gaps)}"
            return
        try:
            with db.session.begin_nested():
                acting.act(placement, PlacementAct.SUBMIT, officer, self.now)
                acting.act(placement, PlacementAct.PUBLISH, officer, self.now)
        except Refused as refusal:
            self.report.unpublished[external_id] = str(refusal)
        else:
            self.report.published.append(external_id)
