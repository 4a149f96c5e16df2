"""One act on several records: a page that says what would happen to each, then each on its own.

A record that changed after the preview, or that the rules refuse, is left alone and named; the others go
through. The rules are those of the single act: a room gives the function that looks and the one that does.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from diaspora.platform import clock
from diaspora.platform.access import Actor, Role, current_actor
from diaspora.platform.forms import ActForm, refusals, version_agrees
from diaspora.platform.labels import label
from diaspora.platform.lifecycle import Lifecycle
from diaspora.platform.paging import PER_PAGE
from diaspora.platform.refusals import Refused
from diaspora.platform.web import tell

Record = TypeVar("Record")
Text: TypeAlias = LazyString | str

MOST = 2 * PER_PAGE
"""Records at a time; a page of a list has fewer."""


@dataclass(frozen=True)
class BulkAct:
    """An act that may be done to several: its value in the address, what its button says, what follows."""

    value: str
    text: Text
    effect: Text


@dataclass(frozen=True)
class Outlook:
    """One record before the act: who is told by mail, or why it cannot be done."""

    name: str
    url: str
    told: Sequence[Text] = ()
    refusal: Text | None = None
    language: str = ""
    id: UUID | None = None
    version: int = 0


@dataclass(frozen=True)
class Bulk(Generic[Record]):
    """What a room says about its acts on several records."""

    acts: Sequence[BulkAct]
    back: str
    find: Callable[[Collection[UUID]], Sequence[Record]]
    look: Callable[[Record, str, Actor, datetime], Outlook]
    do: Callable[[Record, str, Actor, datetime], object]

    def offered(self) -> list[tuple[str, Text]]:
        """The acts as options of a list."""
        return [(act.value, act.text) for act in self.acts]


def why_not(
    lifecycle: Lifecycle[Any, Any], state: StrEnum, act: StrEnum, roles: Iterable[Role], facts: object = None
) -> Text | None:
    """What the table says against an act that needs no reason; nothing, where it is possible."""
    if not any(row.act is act and state in row.sources for row in lifecycle.rows):
        return _("Where it stands now, this is not possible: %(state)s.", state=label(state))
    try:
        lifecycle.decide(state, act, roles, facts)
    except Refused as refused:
        return refused.message
    return None


def page(bulk: Bulk[Any]) -> Any:
    """The preview (GET), or the act on each record of it (POST)."""
    act = next((act for act in bulk.acts if act.value == request.values.get("act")), None) or abort(404)
    actor, now, form = current_actor(), clock.now(), ActForm()
    versions = _chosen(request.values.getlist("chosen"))
    found = bulk.find(list(versions))
    if not found:
        tell(_("Choose at least one row first."), "waiting")
        return redirect(url_for(bulk.back))
    if not form.validate_on_submit():
        lines = [_outlook(bulk, record, act.value, actor, now) for record in found]
        return render_template("layouts/bulk.html", bulk=bulk, act=act, lines=lines, form=form)
    done, refused = _do_each(bulk, found, versions, act.value, actor, now)
    return render_template("layouts/bulk_done.html", bulk=bulk, act=act, done=done, refused=refused)


def _outlook(bulk: Bulk[Any], record: Any, act: str, actor: Actor, now: datetime) -> Outlook:
    return replace(bulk.look(record, act, actor, now), id=record.id, version=record.version)


def _do_each(
    bulk: Bulk[Any], found: Sequence[Any], versions: Mapping[UUID, str], act: str, actor: Actor, now: datetime
) -> tuple[list[Outlook], list[Outlook]]:
    done, refused = [], []
    for record in found:
        # before the act: afterwards its own state would be the reason why it is not possible
        before, form = _outlook(bulk, record, act, actor, now), ActForm(formdata=None)
        with refusals(form):
            version_agrees(record, versions[record.id] or "none")
            if before.refusal:
                raise Refused(before.refusal)
            bulk.do(record, act, actor, now)
        problems = [*form.form_errors, *form.reason.errors]
        if problems:
            refused.append(replace(before, refusal=problems[0]))
        else:
            done.append(before)
    return done, refused


def _chosen(sent: Sequence[str]) -> dict[UUID, str]:
    """Ids with the version that was seen, from `id` or `id.version`; what is neither is left out."""
    found: dict[UUID, str] = {}
    for value in sent[:MOST]:
        identity, _dot, version = value.partition(".")
        try:
            found[UUID(identity)] = version
        except ValueError:
            continue
    return found
