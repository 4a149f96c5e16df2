"""What anybody tells the programme about a post or an invitation that looks wrong."""

from flask import Flask

from diaspora.concerns import labels, personal_data, routes, rules
from diaspora.concerns import models as models
from diaspora.concerns import staff_routes as staff_routes
from diaspora.platform import lifecycle
from diaspora.platform.personal_data import register as hold
from diaspora.platform.retention import register as retain


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    hold(app, personal_data.HOLDINGS)
    retain(app, personal_data.RULES)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    lifecycle.register(app, rules.LIFECYCLE)
