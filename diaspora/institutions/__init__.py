"""Hosts in Moldova, the people who act for them, and their verification."""

from uuid import UUID

from flask import Flask
from flask_babel import lazy_gettext as _l

from diaspora.accounts import queries as accounts
from diaspora.institutions import labels, queries, routes, rules
from diaspora.institutions import models as models
from diaspora.institutions import staff_routes as staff_routes
from diaspora.platform import lifecycle
from diaspora.platform.access import Role, add_role_source, require_second_factor


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    add_role_source(app, _roles)
    require_second_factor(app, {Role.HOST_LEAD}, _l("You lead an institution, which sees who applies."))
    accounts.add_own_words(app, _names)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    lifecycle.register(app, rules.LIFECYCLE)


def _roles(account_id: UUID) -> list[Role]:
    return [row.role for row in queries.memberships_of(account_id)]


def _names(account_id: UUID) -> list[str]:
    return [name for row in queries.memberships_of(account_id) for name in (row.given_name, row.family_name)]
