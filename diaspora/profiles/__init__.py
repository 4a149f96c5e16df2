"""Candidates: who they are, what they can do, when they could come; the roster."""

from datetime import datetime
from uuid import UUID

from flask import Flask

from diaspora.accounts import queries as accounts
from diaspora.institutions.models import Institution
from diaspora.institutions.signals import institution_suspended
from diaspora.platform import lifecycle
from diaspora.platform.access import Actor, Role, add_role_source
from diaspora.platform.personal_data import register as hold
from diaspora.platform.retention import register as retain
from diaspora.profiles import (
    cli,
    document_routes,
    labels,
    part_routes,
    personal_data,
    queries,
    routes,
    rules,
    services,
    staff_routes,
)
from diaspora.profiles import models as models

PAGES = (document_routes, part_routes, staff_routes)
"""Modules whose views register themselves with the package's one blueprint."""


def _roles(account_id: UUID) -> list[Role]:
    return [Role.CANDIDATE] if queries.owns_profile(account_id) else []


def _names(account_id: UUID) -> list[str]:
    found = queries.of_account(account_id)
    return [found.given_name, found.family_name] if found else []


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
    accounts.add_own_words(app, _names)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    app.cli.add_command(cli.profiles)
    lifecycle.register(app, rules.LIFECYCLE)
    institution_suspended.connect(_follow_suspension)


def _follow_suspension(institution: Institution, actor: Actor, now: datetime) -> None:
    services.end_disclosures_to(institution.id, actor, now)
