"""People who sign in: sign-up, confirmed address, sessions, staff roles."""

from flask import Flask

from diaspora.accounts import cli, credential_routes, labels, mail_routes, routes, sessions, staff_routes


def init_app(app: Flask) -> None:
    """Register the pages, the commands, the words and who is signed in."""
    labels.register()
    sessions.init_app(app)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    app.register_blueprint(credential_routes.blueprint, url_prefix="/<lang:lang>")
    app.register_blueprint(staff_routes.blueprint, url_prefix="/<lang:lang>")
    app.register_blueprint(mail_routes.blueprint, url_prefix="/<lang:lang>")
    app.register_blueprint(routes.outside, url_prefix="/")
    app.cli.add_command(cli.accounts)
