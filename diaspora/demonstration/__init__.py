"""The invented data that the first command loads, and a page that lists their mails."""

from flask import Flask

from diaspora.demonstration import cli, routes
from diaspora.settings import Settings


def init_app(app: Flask) -> None:
    """Register the command, and the page of mails where this is a demonstration."""
    app.cli.add_command(cli.demonstration)
    settings: Settings = app.extensions["settings"]
    if settings.demonstration:
        app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
