"""Who fits where, and why.

Nothing is imported here before the site asks: `engine` must work without Flask and without a database.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register what this package adds."""
    import_module("diaspora.matching.wiring").init_app(app)
