"""The page of the glossary: what it lacks, what was added to it."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from diaspora.matching import glossary_queries, glossary_services
from diaspora.matching.forms import TermForm
from diaspora.matching.staff_routes import blueprint
from diaspora.platform import clock, reference
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import LINE, clean, refusals
from diaspora.platform.web import tell

LACKING_SHOWN = 25


@blueprint.route("/staff/glossary", methods=["GET", "POST"])
@needs(Permission.SEE_ALL_MATCHES)
def glossary() -> Any:
    """What the glossary lacks, with a form beside each word; what was added."""
    form = TermForm()
    words = clean(request.args.get("q", "")[:LINE]) or ""
    if form.validate_on_submit():
        with refusals(form):
            term = (form.en.data or "", form.ro.data or "", form.ru.data or "")
            glossary_services.add(term, current_actor(), clock.now())
        if not form.errors:
            tell(_("The term is in the glossary. The suggestions follow in a minute."))
            return redirect(url_for("matching.glossary", q=words or None))
    wanted = glossary_services.lacking_now(words)
    return render_template(
        "matching/glossary.html",
        form=form,
        words=words,
        lacking=wanted[:LACKING_SHOWN],
        further=len(wanted[LACKING_SHOWN:]),
        added=glossary_queries.added(words, request.args.get("page", 1, type=int)),
        own=glossary_services.own_size(),
        areas=reference.research_areas(),
    )


@blueprint.post("/staff/glossary/<uuid:entry_id>/remove")
@needs(Permission.SEE_ALL_MATCHES)
def remove_term(entry_id: UUID) -> Any:
    """Take an added term out again."""
    entry = glossary_services.entry(entry_id)
    if entry is None:
        abort(404)
    glossary_services.remove(entry, current_actor(), clock.now())
    tell(_("The term is no longer in the glossary."))
    return redirect(url_for("matching.glossary"))
