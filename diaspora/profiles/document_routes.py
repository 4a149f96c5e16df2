"""A candidate's documents: sending and removing them, and how those who may read them fetch them."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _

from diaspora.extensions import limiter
from diaspora.platform import clock, files
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.files import serving, uploads
from diaspora.platform.forms import ActForm, refusals, tell_outcome
from diaspora.platform.web import takes_a_file, tell
from diaspora.profiles import policy, queries, services
from diaspora.profiles.forms import DocumentForm
from diaspora.profiles.models import Document
from diaspora.profiles.routes import blueprint, own_profile
from diaspora.profiles.rules import MOST_DOCUMENTS, DocumentKind


def _by_account() -> str:
    return str(current_actor().account_id)


@blueprint.route("/profile/documents", methods=["GET", "POST"])
@limiter.limit("30/hour", methods=["POST"], key_func=_by_account)
@needs(Permission.OWN_PROFILE)
@takes_a_file
def documents() -> Any:
    """The documents, and adding one."""
    candidate, form = own_profile(), DocumentForm()
    if form.validate_on_submit():
        with refusals(form):
            upload = uploads.accept(form.file.data.stream, form.file.data.filename)
            services.add_document(
                candidate, DocumentKind(form.kind.data), upload, current_actor(), clock.now()
            )
        if not form.errors:
            tell(_("Added: %(what)s.", what=upload.name))
            return redirect(url_for("profiles.documents"))
    return render_template(
        "profiles/documents.html",
        form=form,
        documents=queries.documents_of(candidate.id),
        most=MOST_DOCUMENTS,
    )


@blueprint.post("/profile/documents/<uuid:document_id>/remove")
@needs(Permission.OWN_PROFILE)
def remove_document(document_id: UUID) -> Any:
    """Take one away for good."""
    found, form = _readable(document_id), ActForm()
    if not policy.owns(current_actor(), found.candidate):
        abort(404)
    name = found.name
    with refusals(form):
        services.remove_document(found, current_actor(), clock.now())
    tell_outcome(form, _("Removed: %(what)s.", what=name))
    return redirect(url_for("profiles.documents"))


@blueprint.get("/documents/<uuid:document_id>")
@needs(Permission.READ_DOCUMENTS)
def document(document_id: UUID) -> Any:
    """Whoever may read it is sent to an address that is theirs for five minutes; its owner is told."""
    found, actor = _readable(document_id), current_actor()
    as_staff = policy.may_see_as_staff(actor, found.candidate)
    host = None if as_staff else policy.knowing_institution(actor, found.candidate)
    services.log_identified_read(found.candidate, actor, clock.now(), "document", host)
    return redirect(url_for("profiles.document_file", token=serving.token(found.id, actor.account_id)))


@blueprint.get("/documents/file/<token>")
@needs(Permission.READ_DOCUMENTS)
def document_file(token: str) -> Any:
    """The file, to be saved; an address that is too old leads back to where a new one is made."""
    try:
        found = _readable(serving.record_of(token, current_actor().account_id) or abort(404))
        content = files.get(found.key)
    except serving.Expired as late:
        return render_template("profiles/document_late.html", document_id=late.record_id), 410
    except FileNotFoundError:
        return render_template("profiles/document_missing.html"), 410
    return serving.attachment(content, found.type.value, found.name)


def _readable(document_id: UUID) -> Document:
    found = queries.seen_document(document_id, current_actor())
    if found is None or not policy.may_read_documents(current_actor(), found.candidate):
        abort(404)
    return found
