"""Accepted pairings being lived: dates, letters."""

from datetime import datetime

from flask import Flask

from diaspora.assignments import labels, personal_data, routes, rules, services
from diaspora.assignments import models as models
from diaspora.pairings.models import Pairing
from diaspora.pairings.signals import pairing_accepted
from diaspora.platform import lifecycle
from diaspora.platform.access import Actor
from diaspora.platform.personal_data import register as hold
from diaspora.platform.retention import register as retain


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    hold(app, personal_data.HOLDINGS)
    retain(app, personal_data.RULES)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    lifecycle.register(app, rules.LIFECYCLE)
    pairing_accepted.connect(_follow_acceptance)


def _follow_acceptance(pairing: Pairing, actor: Actor, now: datetime) -> None:
    services.make(pairing, actor, now)
