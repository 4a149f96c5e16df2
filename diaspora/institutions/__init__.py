"""Hosts in Moldova, the people who act for them, and their verification."""

from uuid import UUID

from flask import Flask
from flask_babel import lazy_gettext as _l

from diaspora.accounts import queries as accounts
from diaspora.institutions import cli, labels, personal_data, queries, routes, rules
from diaspora.institutions import member_routes as member_routes
from diaspora.institutions import models as models
from diaspora.institutions import staff_routes as staff_routes
from diaspora.platform import clock, lifecycle
from diaspora.platform.access import Role, add_role_source, require_second_factor
from diaspora.platform.personal_data import register as hold
from diaspora.platform.retention import register as retain


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    hold(app, personal_data.HOLDINGS)
    retain(app, personal_data.RULES)
    add_role_source(app, _roles)
    require_second_factor(app, {Role.HOST_LEAD}, _l("You lead an institution, which sees who applies."))
    accounts.add_own_words(app, _names)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    app.jinja_env.filters["renewal"] = _renewal
    app.cli.add_command(cli.institutions)
    lifecycle.register(app, rules.LIFECYCLE)


def _roles(account_id: UUID) -> list[Role]:
    return [row.role for row in queries.memberships_of(account_id)]


def _names(account_id: UUID) -> list[str]:
    return [name for row in queries.memberships_of(account_id) for name in (row.given_name, row.family_name)]


def _renewal(institution: models.Institution) -> rules.RenewalStage | None:
    today = clock.local_day(clock.now())
    return rules.renewal_stage(institution.state, institution.verified_until, today)
