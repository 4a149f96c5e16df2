"""Every address of the site with arguments filled in, and asking one without leaving a trace."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from diaspora.accounts.models import Account
from diaspora.extensions import db
from tests.client import CheckedClient
from tests.guards.world import Whose, World

LIBRARIES = {"static", "bootstrap.static"}
TEXTS = {
    "accounts.loss_act": {"act": "refuse"},
    "accounts.report_loss": {"token": "x"},
    "accounts.stop_removal": {"token": "x"},
    "accounts.confirm": {"token": "x"},
    "accounts.discard_draft": {"key": "profile.about"},
    "accounts.keep_draft": {"key": "profile.about"},
    "accounts.reset": {"token": "x"},
    "concerns.staff_act": {"act": "take_up"},
    "credentials.confirm_address": {"token": "x"},
    "credentials.stop_address": {"token": "x"},
    "information.guide": {"name": "candidates"},
    "institutions.invitation_act": {"act": "withdraw"},
    "institutions.join": {"token": "x"},
    "institutions.member_act": {"act": "editor"},
    "institutions.staff_act": {"act": "suspend"},
    "mails.act": {"act": "settle"},
    "pairings.act": {"act": "withdraw"},
    "placements.act": {"act": "hold"},
    "preview.of_profile": {"part": "career"},
    "profiles.act": {"name": "pause"},
    "profiles.claim": {"token": "x"},
    "profiles.give_consent": {"text_version": "follow-up-1"},
    "profiles.document_file": {"token": "x"},
    "profiles.move": {"direction": "up"},
    "profiles.remove": {"part": "publications"},
    "profiles.staff_act": {"name": "return"},
    "profiles.withdraw_consent": {"name": "follow_up"},
    "programmes.act": {"act": "close"},
    "rights.staff_act": {"name": "take"},
    "roles.act": {"act": "review"},
}
"""What the parts of addresses hold that are no ids, so that the answer hangs on the record alone."""


def ids_in(rule: Rule) -> set[str]:
    """The names of the records that an address names."""
    return {name for name, kind in rule._converters.items() if type(kind).__name__ == "UUIDConverter"}


def rules_of(app: Flask) -> list[Rule]:
    """Every rule but those of libraries, in a fixed order."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in LIBRARIES]
    return sorted(rules, key=lambda rule: (rule.endpoint, rule.rule))


def methods_of(rule: Rule) -> list[str]:
    """GET before POST."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def address(rule: Rule, ids: Mapping[str, object]) -> str:
    """The address of a rule with these ids."""
    texts = TEXTS.get(rule.endpoint, {})
    values = {name: {"lang": "en", **texts, **ids}[name] for name in rule._converters}
    _domain, path = rule.build(values) or ("", "")
    return path


def asked(app: Flask, world: World, whose: Whose) -> Iterator[tuple[Rule, str, str]]:
    """(rule, method, address) of everything that names a record of this kind."""
    for rule in rules_of(app):
        if ids_in(rule):
            for method in methods_of(rule):
                yield rule, method, address(rule, world.ids[whose])


@contextmanager
def undone() -> Iterator[None]:
    """Whatever the block changes in the database is taken back."""
    connection = db.engine
    with connection.begin_nested() as savepoint:  # type: ignore[attr-defined] # in a test, it is a connection
        yield
        savepoint.rollback()
    db.session.expire_all()


class PlainClient(CheckedClient):
    """A client that does not look at the pages: those who crawl ask for thousands of them."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        with self.application.app_context():
            response = FlaskClient.open(self, *arguments, **options)
        db.session.expire_all()
        return response


def browser_of(app: Flask, viewer: Account | None) -> PlainClient:
    """Somebody's browser; a visitor's where there is nobody."""
    client = PlainClient(app, app.response_class)
    if viewer is not None:
        client.sign_in(viewer)
    return client
