"""One candidate and one placement, from first interest to the decision."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask

from diaspora.institutions.models import Institution
from diaspora.institutions.signals import institution_suspended
from diaspora.pairings import cli, labels, personal_data, routes, rules, services
from diaspora.pairings import hiding_routes as hiding_routes
from diaspora.pairings import models as models
from diaspora.pairings import staff_routes as staff_routes
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.placements.signals import placement_changed, terms_changed
from diaspora.platform import clock, lifecycle
from diaspora.platform.personal_data import register as hold
from diaspora.platform.retention import register as retain
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import LeavingReason
from diaspora.profiles.signals import candidate_hid, candidate_left


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    hold(app, personal_data.HOLDINGS)
    retain(app, personal_data.RULES)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    app.cli.add_command(cli.pairings)
    # the matcher is judged by what was decided about its pairs, and decisions live here
    app.cli.commands["matching"].add_command(cli.evaluate)  # type: ignore[attr-defined] # a group
    lifecycle.register(app, rules.LIFECYCLE)
    candidate_left.connect(_follow_candidate)
    candidate_hid.connect(_follow_hiding)
    placement_changed.connect(_follow_placement)
    terms_changed.connect(_follow_terms)
    institution_suspended.connect(_follow_suspension)


_ENDING = {LeavingReason.CONSENT_WITHDRAWN, LeavingReason.ERASURE}


def _follow_candidate(candidate: Candidate, why: LeavingReason, **news: Any) -> None:
    # whoever pauses, or whose years on the roster are over, is still in play where they are already
    if why in _ENDING:
        services.withdraw_candidate(candidate, news.get("now") or clock.now())


def _follow_hiding(candidate: Candidate, institution_id: UUID, now: datetime, **_news: Any) -> None:
    services.withdraw_from(candidate, institution_id, now)


def _follow_placement(placement: Placement, **news: Any) -> None:
    if placement.state is PlacementState.WITHDRAWN:
        services.withdraw_placement(placement, news.get("now") or clock.now())


def _follow_suspension(institution: Institution, now: datetime, **_news: Any) -> None:
    services.withdraw_host(institution, now)


def _follow_terms(placement: Placement, now: datetime) -> None:
    services.tell_of_new_terms(placement, now)
