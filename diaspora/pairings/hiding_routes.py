"""The page on which a candidate hides from institutions: it tells which candidatures that ends."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from diaspora.pairings import policy, queries
from diaspora.pairings.forms import HideForm
from diaspora.pairings.models import Pairing
from diaspora.pairings.routes import blueprint, own_profile
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.collation import in_order
from diaspora.platform.forms import ActForm, choices, refusals, tell_outcome
from diaspora.platform.languages import localised
from diaspora.platform.web import tell
from diaspora.profiles import queries as profiles
from diaspora.profiles import services
from diaspora.profiles.models import Candidate


@blueprint.route("/profile/hidden-from", methods=["GET", "POST"])
@needs(Permission.OWN_PROFILE)
def hidden_from() -> Any:
    """From whom one hides. What an institution has open with the candidate is told before it ends."""
    candidate, form = own_profile(), HideForm()
    hidden = profiles.hidings_of(candidate.id)
    form.institution.choices = choices(_names(besides={one.institution_id for one in hidden}))
    ending: list[Pairing] = []
    if form.validate_on_submit():
        chosen = UUID(form.institution.data)
        ending = _known_between(candidate, chosen)
        if not ending or form.confirmed.data == str(chosen):
            with refusals(form):
                services.hide_from(candidate, chosen, current_actor(), clock.now())
            if not form.errors:
                tell(_("Hidden. Nobody who works there can see or find you any more."))
                return redirect(url_for("pairings.hidden_from"))
    return render_template("pairings/hidden_from.html", form=form, hidden=hidden, ending=ending)


@blueprint.post("/profile/hidden-from/<uuid:institution_id>/remove")
@needs(Permission.OWN_PROFILE)
def show_again(institution_id: UUID) -> Any:
    """Hide from this institution no longer."""
    form = ActForm()
    with refusals(form):
        services.show_to(own_profile(), institution_id, current_actor(), clock.now())
    tell_outcome(
        form, _("You hide from this institution no longer. It sees you without your name, as all do.")
    )
    return redirect(url_for("pairings.hidden_from"))


def _names(besides: set[UUID]) -> dict[str, str]:
    names = {
        str(o.id): localised(o.name) for o in profiles.institutions_to_hide_from() if o.id not in besides
    }
    return {key: names[key] for key in in_order(names, key=names.__getitem__)}


def _known_between(candidate: Candidate, institution_id: UUID) -> list[Pairing]:
    """What would end and the candidate knows of; what the institution only considered ends unsaid."""
    found = queries.with_institution(candidate.id, institution_id, clock.local_day(clock.now()))
    return [pairing for pairing in found if policy.known_to_candidate(pairing)]
