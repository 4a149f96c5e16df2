"""Writing placements: drafts, edits, and the versions that the public has been able to read."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.attributes import flag_modified

from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.placements import queries, rules, search
from diaspora.placements.models import Placement, TermsVersion, WantedLanguage
from diaspora.placements.rules import EDITABLE_STATES, PUBLIC_STATES, PlacementState, Terms, Wanted
from diaspora.placements.signals import placement_changed, terms_changed
from diaspora.platform import audit
from diaspora.platform.access import Actor
from diaspora.platform.forms import version_agrees
from diaspora.platform.refusals import Refused
from diaspora.programmes import queries as programmes


def create(
    institution: Institution,
    terms: Terms,
    actor: Actor,
    now: datetime,
    source: str | None = None,
    external_id: str | None = None,
    invented: bool = False,
) -> Placement:
    """Begin a draft; gaps are allowed."""
    placement = Placement(
        institution=institution,
        created_at=now,
        state=PlacementState.DRAFT,
        source=source,
        external_id=external_id,
        invented=invented,
        fields=[],
    )
    db.session.add(placement)
    write(placement, terms)
    db.session.flush()
    audit.record("placement.created", actor, now, placement)
    return placement


def edit(
    placement: Placement,
    terms: Terms,
    actor: Actor,
    now: datetime,
    version: str | None = None,
    by_person: bool = True,
) -> Placement:
    """Replace what is written. A published post stays complete, and gets a new version of its terms."""
    version_agrees(placement, version)
    if placement.state not in EDITABLE_STATES:
        raise Refused(_l("This post cannot be edited now. Look at its page to see what can be done."))
    if placement.terms_version and terms.call_id != placement.call_id:
        raise Refused(
            _l("People may have applied under its call, so the call stays. Copy the post for another call."),
            field="call_id",
        )
    if placement.state in PUBLIC_STATES:
        _refuse_gaps(terms, placement)
    before = queries.terms_of(placement)
    if before == terms:
        return placement
    write(placement, terms)
    if by_person:
        placement.edited_at = now
    db.session.flush()
    audit.record("placement.edited", actor, now, placement, parts=_changed_parts(before, terms))
    if placement.state in PUBLIC_STATES:
        if before.public() != terms.public():
            add_version(placement, now)
        placement_changed.send(placement)
    return placement


def _changed_parts(before: Terms, after: Terms) -> list[str]:
    return [name for name in Terms.__dataclass_fields__ if getattr(before, name) != getattr(after, name)]


def _refuse_gaps(terms: Terms, placement: Placement) -> None:
    gaps = rules.missing(terms)
    if gaps:
        raise Refused(
            _l("A published post stays complete. Fill this in, or put the post on hold first."), field=gaps[0]
        )
    wrong = rules.contradictions(terms, queries.bounds_of(placement.call))
    if wrong:
        raise Refused(wrong[0][1], field=wrong[0][0])


def write(placement: Placement, terms: Terms) -> None:
    """Put the terms onto the record, and refresh what visitors' words are looked for in."""
    for name in Terms.__dataclass_fields__:
        if name == "languages":
            continue
        value = getattr(terms, name)
        if name == "fields":
            value = list(value)
        if getattr(placement, name) != value:
            setattr(placement, name, value)
    if placement.call_id != (placement.call.id if placement.call else None):
        placement.call = programmes.call(placement.call_id) if placement.call_id else None
    _write_languages(placement, terms.languages)
    refresh_search_text(placement)


def _write_languages(placement: Placement, wanted: Iterable[Wanted]) -> None:
    held = {row.code: row for row in placement.languages}
    rows = []
    for position, (code, level, required) in enumerate(wanted):
        # a row is reused: an insert would come before the delete and meet the unique constraint
        row = held.get(code) or WantedLanguage(code=code)
        if (row.level, row.required, row.position) != (level, required, position):
            row.level, row.required, row.position = level, required, position
            flag_modified(placement, "title")  # so that the placement's version counts this change
        rows.append(row)
    if len(rows) != len(held):
        flag_modified(placement, "title")
    placement.languages = rows


def refresh_search_text(placement: Placement) -> None:
    """Keep the folded words that it is found by; called wherever one of them may have changed."""
    texts = [getattr(placement, part) for part in search.TEXTS]
    names = placement.institution.name.values()
    text = search.searchable([*texts, *names], placement.fields, placement.district)
    if placement.search_text != text:
        placement.search_text = text


def copy(placement: Placement, actor: Actor, now: datetime) -> Placement:
    """A new draft with the texts and people of an earlier post; its days and call are chosen anew."""
    terms = queries.terms_of(placement).for_a_new_post()
    made = create(placement.institution, terms, actor, now, invented=placement.invented)
    audit.record("placement.copied", actor, now, made, original=str(placement.id))
    return made


def add_version_if_new(placement: Placement, now: datetime) -> None:
    """Keep what becomes public now, unless the last version says the same."""
    newest = queries.newest_terms(placement.id)
    if newest is None or newest.content != queries.terms_of(placement).public():
        add_version(placement, now)


def add_version(placement: Placement, now: datetime) -> None:
    """Keep the terms as the public reads them from now on."""
    placement.terms_version += 1
    content = queries.terms_of(placement).public()
    db.session.add(
        TermsVersion(placement_id=placement.id, number=placement.terms_version, content=content, since=now)
    )
    db.session.flush()
    if placement.terms_version > 1:
        terms_changed.send(placement, now=now)


def follow_institution(institution: Institution) -> None:
    """Its name or standing changed: keep the words up to date, and pass the news on."""
    for placement in queries.of_institutions([institution.id]):
        refresh_search_text(placement)
        placement_changed.send(placement)
    db.session.flush()
