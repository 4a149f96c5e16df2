"""What anybody tells the programme about a post or an invitation that looks wrong."""

from flask import Flask

from diaspora.concerns import labels, routes, rules
from diaspora.concerns import models as models
from diaspora.concerns import staff_routes as staff_routes
from diaspora.platform import lifecycle


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    lifecycle.register(app, rules.LIFECYCLE)
