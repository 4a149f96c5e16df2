"""The pages that gather from many rooms."""

from flask import Flask

from diaspora.home import machine_routes, routes, staff_routes

PAGES = (staff_routes,)
"""Modules whose views register themselves with the package's one blueprint."""


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    app.register_blueprint(machine_routes.machines, url_prefix="/")
