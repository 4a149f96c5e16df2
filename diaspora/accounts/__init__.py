"""People who sign in: sign-up, confirmed address, sessions, staff roles."""

from flask import Flask

from diaspora.accounts import cli, labels, personal_data, routes, sessions
from diaspora.platform.personal_data import register as hold
from diaspora.platform.retention import register as retain


def init_app(app: Flask) -> None:
    """Register the pages, the commands, the words and who is signed in."""
    labels.register()
    hold(app, personal_data.HOLDINGS)
    retain(app, personal_data.RULES)
    sessions.init_app(app)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    app.register_blueprint(routes.outside, url_prefix="/")
    app.cli.add_command(cli.accounts)
