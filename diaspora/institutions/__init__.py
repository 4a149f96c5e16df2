"""Hosts in Moldova, the people who act for them, and their verification."""

from uuid import UUID

from flask import Flask

from diaspora.institutions import labels, personal_data, queries, routes, rules
from diaspora.institutions import models as models
from diaspora.institutions import staff_routes as staff_routes
from diaspora.platform import lifecycle
from diaspora.platform.access import Role, add_role_source
from diaspora.platform.personal_data import register as hold
from diaspora.platform.retention import register as retain


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    hold(app, personal_data.HOLDINGS)
    retain(app, personal_data.RULES)
    add_role_source(app, _roles)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    lifecycle.register(app, rules.LIFECYCLE)


def _roles(account_id: UUID) -> list[Role]:
    return [row.role for row in queries.memberships_of(account_id)]
