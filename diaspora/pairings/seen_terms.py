"""The terms of reference as the candidate of a pairing read them, whatever became of the post since."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from diaspora.institutions.models import Institution
from diaspora.pairings.models import Pairing
from diaspora.placements import queries as placements
from diaspora.placements.models import Placement
from diaspora.placements.rules import Terms, Wanted
from diaspora.programmes.models import Call
from diaspora.programmes.rules import Mode

_DAYS = ("starts_on", "ends_on", "closes_on")


@dataclass(frozen=True, kw_only=True)
class PublicTerms(Terms):
    """One version, with the institution and the call whose names stand beside it on a page."""

    institution: Institution
    call: Call | None


@dataclass(frozen=True)
class SeenTerms:
    """The version that the candidate saw; `newer_since` is when the newest one came, if there is one."""

    terms: PublicTerms
    since: datetime
    newer_since: datetime | None


def of(pairing: Pairing) -> SeenTerms | None:
    """The terms that this candidature is about; None where that version was never public."""
    found = placements.terms_version(pairing.placement_id, pairing.terms_version)
    if found is None:
        return None
    newest = placements.newest_terms(pairing.placement_id)
    return SeenTerms(
        terms=_read(found.content, pairing.placement),
        since=found.since,
        newer_since=newest.since if newest is not None and newest.number > found.number else None,
    )


def _read(content: dict[str, Any], placement: Placement) -> PublicTerms:
    """From the plain values of `Terms.public`; a part that a version does not hold stays empty."""
    values = {name: content[name] for name in Terms.__dataclass_fields__ if content.get(name) is not None}
    values |= {name: date.fromisoformat(values[name]) for name in _DAYS if name in values}
    values["fields"] = tuple(values.get("fields", ()))
    values["languages"] = tuple(Wanted(**wanted) for wanted in values.get("languages", ()))
    if "mode" in values:
        values["mode"] = Mode(values["mode"])
    if "call_id" in values:
        values["call_id"] = UUID(values["call_id"])
    return PublicTerms(institution=placement.institution, call=placement.call, **values)
