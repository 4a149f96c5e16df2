"""Programmes, their calls, eligibility rules, allowance rates and budgets."""

from flask import Flask

from diaspora.platform import lifecycle
from diaspora.platform.personal_data import register as hold
from diaspora.programmes import labels, personal_data, routes, rules, wording
from diaspora.programmes import models as models


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    hold(app, personal_data.HOLDINGS)
    wording.init_app(app)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    lifecycle.register(app, rules.LIFECYCLE)
