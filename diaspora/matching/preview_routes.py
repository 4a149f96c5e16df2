"""The preview beside forms of a profile and of terms of reference.

With JavaScript the page asks for it while somebody writes. Without, a button sends the form to its own
address: the form comes back as it was typed, not sent, with the preview beside it.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, render_template, request
from limits import parse, parse_many

from diaspora.extensions import limiter
from diaspora.institutions import policy as institution_policy
from diaspora.institutions import queries as institutions
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionState
from diaspora.matching import engine_file, preview
from diaspora.matching.preview import Answer, PlacementPreview, ProfilePreview, Written
from diaspora.matching.records import PLACEMENT_TEXTS
from diaspora.placements import queries as placements
from diaspora.platform import audit, clock
from diaspora.platform.access import HOST_ROLES, Permission, current_actor, needs
from diaspora.platform.forms import show_again
from diaspora.profiles import queries as profiles
from diaspora.profiles.rules import ProfilePart

blueprint = Blueprint("preview", __name__)

LOOK = "look"
"""The name of the button; what it sends is looked at and not stored."""

MOST_BYTES = 400_000
PROFILE_LIMIT = "40/minute;400/hour"
ROSTER_LIMIT = "60/hour;200/day"

PARTS = (ProfilePart.CAREER, ProfilePart.INTERESTS, ProfilePart.PUBLICATIONS)
_FORMS_OF_PROFILES = {
    "profiles.career": ProfilePart.CAREER,
    "profiles.interests": ProfilePart.INTERESTS,
    "profiles.publications": ProfilePart.PUBLICATIONS,
    "profiles.publication": ProfilePart.PUBLICATIONS,
}
_FORMS_OF_PLACEMENTS = {"placements.new", "placements.edit"}


@blueprint.post("/profile/preview/<part>")
@needs(Permission.OWN_PROFILE)
def of_profile(part: str) -> Any:
    """What fits the profile with this part as it is being written."""
    chosen = next((one for one in PARTS if one.value == part), None) or abort(404)
    _check_size()
    return _panel(_profile_preview(chosen, request.args.get("item", "")))


@blueprint.post("/institution/<uuid:institution_id>/preview")
@needs(Permission.OWN_INSTITUTION)
def of_placement(institution_id: UUID) -> Any:
    """How many candidates fit terms of reference that are being written."""
    institution = _own_institution(institution_id) or abort(404)
    _check_size()
    return _panel(_placement_preview(institution))


@blueprint.before_app_request
def beside_the_form() -> None:
    """Read the engine when somebody opens a form; look instead of sending where the button asks for it."""
    endpoint = request.endpoint or ""
    if endpoint not in _FORMS_OF_PLACEMENTS and endpoint not in _FORMS_OF_PROFILES:
        return
    if request.method != "POST":
        engine_file.at_hand()
    elif LOOK in request.form:
        show_again()
        g.preview = _preview_for(endpoint, request.view_args or {})


def _preview_for(endpoint: str, place: dict[str, Any]) -> ProfilePreview | PlacementPreview | None:
    if endpoint in _FORMS_OF_PROFILES:
        return _profile_preview(_FORMS_OF_PROFILES[endpoint], str(place.get("publication_id", "")))
    institution_id = place.get("institution_id")
    if institution_id is None:
        placement = placements.placement(place["placement_id"])
        institution_id = placement and placement.institution_id
    institution = _own_institution(institution_id) if institution_id else None
    return _placement_preview(institution) if institution else None


def _profile_preview(part: ProfilePart, publication_id: str) -> ProfilePreview | None:
    candidate = profiles.of_account(current_actor().account_id)
    if candidate is None:
        return None
    if not _counted(PROFILE_LIMIT):
        return ProfilePreview(Answer.LIMIT)
    return preview.of_profile(candidate, _written(part, publication_id), clock.local_day(clock.now()))


def _written(part: ProfilePart, publication_id: str) -> Written:
    typed = request.form
    if part is ProfilePart.PUBLICATIONS:
        body = f"{typed.get('title', '')}\n{typed.get('abstract', '')}"
        return Written(publication=body, publication_id=publication_id, language=typed.get("language", ""))
    name = "experience" if part is ProfilePart.CAREER else "interests"
    return Written(**{name: typed.get(name, "")}, language=typed.get("text_language", ""))


def _placement_preview(institution: Institution) -> PlacementPreview:
    if not _counted(ROSTER_LIMIT):
        return PlacementPreview(Answer.LIMIT)
    return preview.of_placement(
        {name: request.form.get(name, "") for name in PLACEMENT_TEXTS},
        request.form.get("language", ""),
        institution.state is InstitutionState.VERIFIED,
        current_actor(),
    )


def _own_institution(institution_id: UUID) -> Institution | None:
    """The institution, for its members."""
    if not institution_policy.roles_towards(current_actor(), institution_id) & HOST_ROLES:
        return None
    return institutions.institution(institution_id)


def _counted(limits: str) -> bool:
    """Count this question of this account; whether it is within the limits. Reaching one is told once a day.

    Not the decorator of other routes: the answer of the form must come back with all that was typed.
    """
    if not limiter.enabled:
        return True
    account = str(current_actor().account_id)
    within = [limiter.limiter.hit(limit, "preview", limits, account) for limit in parse_many(limits)]
    if not all(within) and limiter.limiter.hit(parse("1/day"), "preview-told", limits, account):
        audit.record("matching.preview_limit", current_actor(), clock.now(), limit=limits)
    return all(within)


def _check_size() -> None:
    # a body sent in chunks does not say how long it is
    if "Transfer-Encoding" in request.headers or (request.content_length or 0) > MOST_BYTES:
        abort(413)


def _panel(found: ProfilePreview | PlacementPreview | None) -> Any:
    if found is None:
        abort(404)
    # JSON, and a page that holds a piece of a page is none: no browser shows it by mistake
    return {"panel": render_template("matching/_preview_panel.html", preview=found)}
