"""People who sign in: sign-up, confirmed address, sessions, staff roles."""

from flask import Flask

from diaspora.accounts import (
    cli,
    credential_routes,
    labels,
    mail_routes,
    personal_data,
    routes,
    sessions,
    staff_routes,
)
from diaspora.accounts import lost_factors_routes as lost_factors_routes
from diaspora.accounts import lost_factors_staff_routes as lost_factors_staff_routes
from diaspora.accounts import passkey_routes as passkey_routes
from diaspora.accounts import second_factor_routes as second_factor_routes
from diaspora.accounts import second_step_routes as second_step_routes
from diaspora.accounts import session_routes as session_routes
from diaspora.accounts.lost_factors_rules import LIFECYCLE
from diaspora.platform import lifecycle
from diaspora.platform.personal_data import register as hold
from diaspora.platform.retention import register as retain


def init_app(app: Flask) -> None:
    """Register the pages, the commands, the words and who is signed in."""
    labels.register()
    lifecycle.register(app, LIFECYCLE)
    hold(app, personal_data.HOLDINGS)
    retain(app, personal_data.RULES)
    sessions.init_app(app)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    app.register_blueprint(credential_routes.blueprint, url_prefix="/<lang:lang>")
    app.register_blueprint(staff_routes.blueprint, url_prefix="/<lang:lang>")
    app.register_blueprint(mail_routes.blueprint, url_prefix="/<lang:lang>")
    app.register_blueprint(routes.outside, url_prefix="/")
    app.cli.add_command(cli.accounts)
