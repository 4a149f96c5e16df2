"""The site. `create_app` makes it; the packages below it can be used for themselves.

Nothing is imported here: the matching engine must work without Flask and without a database.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from diaspora.settings import Settings

SITE_NAME = "Punte"
"""Romanian for a small bridge; a name, so it stays the same in every language."""

PACKAGES = (
    "accounts",
    "institutions",
    "profiles",
    "programmes",
    "placements",
    "matching",
    "pairings",
    "assignments",
    "concerns",
    "rights",
    "information",
    "home",
    "demonstration",
)
"""In the order of the story; a package imports only earlier ones, which a test holds."""


def create_app(settings: "Settings | None" = None, testing: bool = False) -> "Flask":
    """The application for these settings; without any, for those of the environment."""
    app: Flask = import_module("diaspora.application").create_app(settings, testing)
    return app
