"""The parts of a profile, each a page of its own; what is incomplete is kept all the same."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from diaspora.accounts import services as accounts
from diaspora.platform import clock, reference
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import ActForm, EditForm, Form, refusals, tell_outcome
from diaspora.platform.labels import label
from diaspora.platform.languages import day
from diaspora.platform.web import tell
from diaspora.profiles import editing, forms, progress
from diaspora.profiles.models import Availability, Candidate, Degree, Publication, SpokenLanguage
from diaspora.profiles.routes import blueprint, own_profile
from diaspora.profiles.rules import CareerStage, DegreeLevel, ProfilePart

OWN = Permission.OWN_PROFILE
LISTS = (ProfilePart.DEGREES, ProfilePart.LANGUAGES, ProfilePart.AVAILABILITY, ProfilePart.PUBLICATIONS)
"""Parts that are lists of things which can be taken off one by one."""


def _draft_key(part: ProfilePart, item: UUID | None = None) -> str:
    return f"profile.{part.value}.{item}" if item else f"profile.{part.value}"


def _finished(candidate: Candidate, form: Form, key: str, save: Callable[[], None]) -> bool:
    """Save once and forget the draft; whether it went through."""
    with refusals(form):
        save()
        accounts.discard_draft(candidate.account_id, key)
    return not form.errors


def _edit(part: ProfilePart, candidate: Candidate, form: EditForm, save: Callable[[], None]) -> Any:
    """What every page with one form does: the same check, one call, on to the next part or back."""
    key, step = _draft_key(part), progress.step(part)
    kept = accounts.restored(form, candidate.account_id, key)
    if form.validate_on_submit() and form.matches(candidate) and _finished(candidate, form, key, save):
        tell(_("Saved."))
        onward = step.after if request.form.get("then") == "next" else None
        return redirect(url_for(f"profiles.{onward.value}" if onward else "profiles.overview"))
    return render_template(
        "profiles/part.html", part=part, step=step, form=form, candidate=candidate, kept=kept
    )


def _add(part: ProfilePart, candidate: Candidate, form: Form, add: Callable[[], str], **more: Any) -> Any:
    """What every list does: show, add one, stay on the page."""
    key, added = _draft_key(part), ""
    kept = accounts.restored(form, candidate.account_id, key)

    def save() -> None:
        nonlocal added
        added = add()

    if form.validate_on_submit() and _finished(candidate, form, key, save):
        tell(_("Added: %(what)s.", what=added))
        return redirect(url_for(f"profiles.{part.value}"))
    return render_template(
        f"profiles/{part.value}.html",
        part=part,
        step=progress.step(part),
        form=form,
        candidate=candidate,
        kept=kept,
        **more,
    )


def _named(item: editing.Item) -> str:
    """What a thing on a list is called in a notice."""
    match item:
        case Degree():
            return f"{label(item.level)}, {item.subject}"
        case SpokenLanguage():
            return f"{reference.language_name(item.code)}, {reference.level_name(item.level)}"
        case Availability():
            return _("%(first)s to %(last)s", first=day(item.starts_on), last=day(item.ends_on))
        case Publication():
            return item.title


@blueprint.route("/profile/about", methods=["GET", "POST"])
@needs(OWN)
def about() -> Any:
    """Names, country, links to Moldova."""
    candidate = own_profile()
    form = forms.AboutForm(obj=candidate)
    return _edit(
        ProfilePart.ABOUT, candidate, form,
        lambda: editing.save_about(
            candidate,
            given_name=form.given_name.data or "",
            family_name=form.family_name.data or "",
            birth_year=form.birth_year.data,
            country=form.country.data or "",
            links_to_moldova=form.links_to_moldova.data or [],
            orcid=form.orcid.data or "",
            actor=current_actor(),
            now=clock.now(),
        ),
    )  # fmt: skip


@blueprint.route("/profile/career", methods=["GET", "POST"])
@needs(OWN)
def career() -> Any:
    """Stage, post, years abroad, experience."""
    candidate = own_profile()
    form = forms.CareerForm(obj=candidate)
    return _edit(
        ProfilePart.CAREER, candidate, form,
        lambda: editing.save_career(
            candidate,
            career_stage=CareerStage(form.career_stage.data) if form.career_stage.data else None,
            position=form.position.data or "",
            employer=form.employer.data or "",
            employed_abroad=form.employed_abroad.data,
            years_abroad=form.years_abroad.data,
            experience=form.experience.data or "",
            text_language=form.text_language.data or "",
            actor=current_actor(),
            now=clock.now(),
        ),
    )  # fmt: skip


@blueprint.route("/profile/interests", methods=["GET", "POST"])
@needs(OWN)
def interests() -> Any:
    """What somebody would like to do."""
    candidate = own_profile()
    form = forms.InterestsForm(obj=candidate)
    return _edit(
        ProfilePart.INTERESTS, candidate, form,
        lambda: editing.save_interests(
            candidate,
            interests=form.interests.data or "",
            text_language=form.text_language.data or "",
            actor=current_actor(),
            now=clock.now(),
        ),
    )  # fmt: skip


@blueprint.route("/profile/fields", methods=["GET", "POST"])
@needs(OWN)
def fields() -> Any:
    """One to four fields of research."""
    candidate = own_profile()
    form = forms.FieldsForm.of(candidate)
    return _edit(
        ProfilePart.FIELDS, candidate, form,
        lambda: editing.save_fields(candidate, form.codes, current_actor(), clock.now()),
    )  # fmt: skip


@blueprint.route("/profile/degrees", methods=["GET", "POST"])
@needs(OWN)
def degrees() -> Any:
    """The degrees, and adding one."""
    candidate, form = own_profile(), forms.DegreeForm()

    def add() -> str:
        made = editing.add_degree(
            candidate,
            level=DegreeLevel(form.level.data),
            subject=form.subject.data or "",
            institution=form.institution.data or "",
            country=form.country.data or "",
            year=form.year.data,
            actor=current_actor(),
            now=clock.now(),
        )
        return _named(made)

    return _add(ProfilePart.DEGREES, candidate, form, add, universities=reference.universities())


@blueprint.route("/profile/languages", methods=["GET", "POST"])
@needs(OWN)
def languages() -> Any:
    """The languages, and adding one."""
    candidate, form = own_profile(), forms.LanguageForm()
    return _add(
        ProfilePart.LANGUAGES, candidate, form,
        lambda: _named(
            editing.add_language(candidate, form.code.data, form.level.data, current_actor(), clock.now())
        ),
    )  # fmt: skip


@blueprint.route("/profile/availability", methods=["GET", "POST"])
@needs(OWN)
def availability() -> Any:
    """The windows, and adding one."""
    candidate, form = own_profile(), forms.WindowForm()
    return _add(
        ProfilePart.AVAILABILITY, candidate, form,
        lambda: _named(
            editing.add_window(
                candidate, form.starts_on.data, form.ends_on.data, current_actor(), clock.now()
            )
        ),
    )  # fmt: skip


def _save_publication(
    candidate: Candidate, publication: Publication | None, form: forms.PublicationForm
) -> Publication:
    return editing.save_publication(
        candidate,
        publication,
        title=form.title.data or "",
        abstract=form.abstract.data or "",
        year=form.year.data,
        doi=form.doi.data or "",
        language=form.language.data or "",
        highlighted=form.highlighted.data,
        actor=current_actor(),
        now=clock.now(),
    )


@blueprint.route("/profile/publications", methods=["GET", "POST"])
@needs(OWN)
def publications() -> Any:
    """The publications, and adding one."""
    candidate, form = own_profile(), forms.PublicationForm()
    return _add(
        ProfilePart.PUBLICATIONS, candidate, form,
        lambda: _named(_save_publication(candidate, None, form)),
    )  # fmt: skip


def _item(candidate: Candidate, part: ProfilePart, item_id: UUID) -> Any:
    return next((x for x in getattr(candidate, part.value) if x.id == item_id), None) or abort(404)


@blueprint.route("/profile/publications/<uuid:publication_id>", methods=["GET", "POST"])
@needs(OWN)
def publication(publication_id: UUID) -> Any:
    """Change one publication."""
    candidate = own_profile()
    found = _item(candidate, ProfilePart.PUBLICATIONS, publication_id)
    form = forms.PublicationForm(obj=found, version=candidate.version)
    key = _draft_key(ProfilePart.PUBLICATIONS, publication_id)
    kept = accounts.restored(form, candidate.account_id, key)

    def save() -> None:
        _save_publication(candidate, found, form)

    if (
        form.validate_on_submit()
        and form.matches_within(candidate, found)
        and _finished(candidate, form, key, save)
    ):
        tell(_("Saved."))
        return redirect(url_for("profiles.publications"))
    return render_template("profiles/publication.html", form=form, kept=kept)


@blueprint.post("/profile/publications/<uuid:publication_id>/move/<direction>")
@needs(OWN)
def move(publication_id: UUID, direction: str) -> Any:
    """Move a publication up or down."""
    candidate, form = own_profile(), ActForm()
    found = _item(candidate, ProfilePart.PUBLICATIONS, publication_id)
    by = {"up": -1, "down": 1}.get(direction) or abort(404)
    with refusals(form):
        editing.move_publication(candidate, found, by, current_actor(), clock.now())
    tell_outcome(form)
    # the page gives the focus back to the button that was pressed
    return redirect(url_for("profiles.publications", moved=found.id, direction=direction))


@blueprint.post("/profile/<part>/<uuid:item_id>/remove")
@needs(OWN)
def remove(part: str, item_id: UUID) -> Any:
    """Take one thing off a list; the notice says which, so that it can be added again."""
    candidate, form = own_profile(), ActForm()
    kind = next((one for one in LISTS if one.value == part), None) or abort(404)
    item = _item(candidate, kind, item_id)
    name = _named(item)
    with refusals(form):
        editing.remove(candidate, kind, item, current_actor(), clock.now())
    tell_outcome(form, _("Removed: %(what)s.", what=name))
    return redirect(url_for(f"profiles.{part}"))
