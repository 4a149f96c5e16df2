"""Bringing placements in from a file: every row whole or not at all, again as often as wanted."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from pydantic import AfterValidator, EmailStr, Field

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
from diaspora.platform import audit
from diaspora.platform.access import Actor
from diaspora.platform.imports import (
    CefrLevel,
    Day,
    District,
    FileFormat,
    Importer,
    ImportReport,
    ImportRow,
    Language,
    Name,
    ResearchField,
    ShortText,
    Strict,
    Text,
    check_head,
    distinct,
    one_level_each,
)
from diaspora.platform.refusals import Refused
from diaspora.programmes.models import Call
from diaspora.programmes.rules import Mode

FORMAT = FileFormat("diaspora-placements/1", "placements")
INVENTED_SOURCE = "demonstration"
"""Whatever comes from this source is invented, and its page says so."""

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


class PlacementRow(ImportRow):
    """One placement, complete in itself."""

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
    languages: Annotated[list[LanguageRow], Field(max_length=MOST_LANGUAGES), AfterValidator(one_level_each)]
    starts_on: Day
    ends_on: Day
    length_days: Annotated[int, Field(ge=1, le=LONGEST_STAY)]
    mode: Annotated[Mode, Field(strict=False)]
    seats: Annotated[int, Field(ge=1, le=MOST_SEATS)]
    district: District
    supervisor: SupervisorRow
    counterpart: CounterpartRow
    closes_on: Day

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

    def remarks(self) -> list[str]:
        """A line for every row that was refused, kept as it was, or not published."""
        unpublished = [f"{name}: not published: {why}" for name, why in self.unpublished.items()]
        return [*super().remarks(), *unpublished]


def import_placements(
    data: dict[str, Any],
    actor: Actor,
    now: datetime,
    *,
    publish_as: Actor | None = None,
    after_batch: Callable[[int], None] | None = None,
) -> PlacementReport:
    """Store every good row of a file as a draft and report on all. It never commits; `after_batch` may.

    `after_batch` gets the number of rows that are done.

    With `publish_as` an officer sends and publishes the drafts of this file that pass the guards.
    Raises UnusableFile where nothing can be imported.
    """
    source, rows = check_head(data, FORMAT)
    report = PlacementReport()
    _PlacementImporter(
        row_type=PlacementRow, source=source, actor=actor, now=now, report=report, publish_as=publish_as
    ).run(rows, after_batch)
    return report


@dataclass(kw_only=True)
class _PlacementImporter(Importer[PlacementRow, Placement]):
    report: PlacementReport
    publish_as: Actor | None
    institutions: dict[str, Institution] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)

    def look_up(self, rows: Sequence[PlacementRow]) -> dict[str, Placement]:
        """The stored placements, and the institutions and calls that the rows refer to."""
        named, codes = {row.institution for row in rows}, {row.call for row in rows}
        self.calls = {x.code: x for x in db.session.scalars(sa.select(Call).where(Call.code.in_(codes)))}
        ror_ids = {compact_ror_id(name): name for name in named}
        by_ror = db.session.scalars(sa.select(Institution).where(Institution.ror_id.in_(ror_ids)))
        own = db.session.scalars(
            sa.select(Institution).where(
                Institution.source == self.source, Institution.external_id.in_(named)
            )
        )
        # the id that the file's own source gave is meant before any other
        self.institutions = {
            **{ror_ids[str(x.ror_id)]: x for x in by_ror},
            **{str(x.external_id): x for x in own},
        }
        return queries.imported(self.source, {row.external_id for row in rows})

    def _host_and_terms(self, row: PlacementRow) -> tuple[Institution, Terms]:
        institution, call = self.institutions.get(row.institution), self.calls.get(row.call)
        if institution is None:
            raise Refused(f"institution: none is known as {row.institution!r}")
        if call is None:
            raise Refused(f"call: there is none with the code {row.call!r}")
        terms = row.terms(call)
        faulty = rules.contradictions(terms, queries.bounds_of(call))
        if faulty:
            raise Refused("; ".join(f"{part}: {sentence}" for part, sentence in faulty))
        return institution, terms

    def create(self, row: PlacementRow) -> Placement:
        """A draft."""
        institution, terms = self._host_and_terms(row)
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
        return made

    def changes(self, row: PlacementRow, stored: Placement) -> list[str]:
        """Parts of the terms."""
        institution, terms = self._host_and_terms(row)
        if stored.institution_id != institution.id:
            raise Refused("institution: a placement stays with the institution that it was made for")
        held = queries.terms_of(stored)
        return [name for name in Terms.__dataclass_fields__ if getattr(held, name) != getattr(terms, name)]

    def kept_because(self, stored: Placement) -> str:
        """A state that allows no edit allows none to a file."""
        return "" if stored.state in EDITABLE_STATES else f"its state is {stored.state.value}"

    def update(self, row: PlacementRow, stored: Placement, changes: Collection[str]) -> None:
        """Replace what is written."""
        _institution, terms = self._host_and_terms(row)
        editing.edit(stored, terms, self.actor, self.now, by_person=False)

    def finish(self, current: Sequence[tuple[PlacementRow, Placement]]) -> None:
        """Publish drafts, if whoever called wants it."""
        if self.publish_as is not None:
            for row, placement in current:
                self.publish(row.external_id, placement, self.publish_as)

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
