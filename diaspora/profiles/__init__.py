"""Candidates: who they are, what they can do, when they could come; the roster."""

from uuid import UUID

from flask import Flask

from diaspora.platform import lifecycle
from diaspora.platform.access import Role, add_role_source
from diaspora.platform.personal_data import register as hold
from diaspora.platform.retention import register as retain
from diaspora.profiles import cli, labels, part_routes, personal_data, queries, routes, rules, staff_routes
from diaspora.profiles import models as models

PAGES = (part_routes, staff_routes)
"""Modules whose views register themselves with the package's one blueprint."""


def _roles(account_id: UUID) -> list[Role]:
    return [Role.CANDIDATE] if queries.owns_profile(account_id) else []


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    hold(app, personal_data.HOLDINGS)
    retain(app, personal_data.RULES)
    app.jinja_env.filters.update(
        moldova_links=labels.moldova_links,
        consent_source=labels.consent_source,
        consent_text=labels.consent_text,
    )
    add_role_source(app, _roles)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    app.cli.add_command(cli.profiles)
    lifecycle.register(app, rules.LIFECYCLE)
