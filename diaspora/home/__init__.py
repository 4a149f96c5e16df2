"""The pages that gather from many rooms."""

from flask import Flask

from diaspora.home import routes


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
