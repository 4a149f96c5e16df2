"""What people may ask of their own data: a copy, a correction, another look, erasure."""

from flask import Flask

from diaspora.platform import lifecycle
from diaspora.platform.backup import on_restore
from diaspora.platform.personal_data import register as hold
from diaspora.platform.retention import register as retain
from diaspora.rights import labels, personal_data, routes, rules, services
from diaspora.rights import models as models
from diaspora.rights import staff_routes as staff_routes


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    hold(app, personal_data.HOLDINGS)
    retain(app, personal_data.RULES)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    lifecycle.register(app, rules.LIFECYCLE)
    on_restore(app, services.erase_again)
