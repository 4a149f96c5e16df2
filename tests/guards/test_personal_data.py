"""No table with data about a person is forgotten by the copy, by erasure, or by review."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from diaspora.extensions import db
from diaspora.placements.models import Placement
from diaspora.platform import retention
from diaspora.platform.commands import PRIVACY, privacy_page
from diaspora.platform.personal_data import Fate, Holding, registered
from diaspora.settings import ROOT

NOT_PERSONAL = {
    "audit_seal": "hashes of the log's rows, salted where somebody's details are in them",
    "attempt": "counters under a keyed hash of an address or the beginning of a network's address",
    "seen_letter": "of an institution's file: who signed for it, until its rule of retention empties it",
    "commitment": "money of a pairing: amounts and the pairing's random number",
}
"""Tables that lead to a person, or seem to, and hold nothing about them; reviewed."""

LIKE_A_PERSON = {"account_id", "actor_id", "candidate_id", "pairing_id", "object_id", "subject_id", "address"}
"""Columns that point at a person without a foreign key."""

NOT_SHOWN = {
    "account": {"password_hash", "version"},
    "sign_in_session": {"token_hash", "challenge"},
    "totp_factor": {"sealed_secret", "last_step"},
    "passkey": {"credential_id", "public_key", "sign_count"},
    "recovery_code": {"code_hash"},
    "second_step": {"token_hash", "stay", "challenge"},
    "lost_factors": {"version", "proposed_by_id", "decided_by_id"},
    "one_time_link": {"token_hash", "subject_id"},
    "draft": {"base"},
    "candidate": {"version"},
    "membership": {"institution_id"},
    "member_invitation": {"institution_id", "language", "invited_by_id", "times_sent", "accepted_by_id"},
    "concern": {
        "placement_id",
        "terms_version",
        "invitation",
        "language",
        "state_reason",
        "changed_at",
        "handled_by_id",
        "version",
    },
    "audit_event": {"actor_id", "object_id"},
    "audit_payload": {"salt"},
    "outbox_mail": {
        "html",
        "message",
        "language",
        "due_at",
        "sent_at",
        "attempts",
        "last_error",
        "problem",
        "problem_at",
        "settled_at",
    },
    "suggestion": {"run_id", "rank_for_placement"},
    "glossary_entry": {"source", "added_by_id"},
    "pairing": {"version", "eligible_by_id"},
    "pairing_step": {"actor_id"},
    "assignment": {"version"},
    "staff_grant": {"granted_by_id", "revoked_by_id", "reviewed_by_id", "warned_at"},
    "terms_version": {"placement_id"},
    "data_copy": {"file_key"},
    "rights_request": {"version", "handled_by_id"},
    # of a placement only its supervisor is a person
    "placement": {c.name for c in Placement.__table__.columns},
}
"""What the copy leaves out: secrets, other people, and what only the machine reads."""

STAYS = {
    "account": {"id", "language"},
    "candidate": {"id", "account_id", "source", "state"},
    "membership": {"id", "role"},
    "staff_grant": {"id", "role"},
    "lost_factors": {"id", "state"},
    "concern": {"id", "kind", "language", "state"},
    "pairing": {"id", "origin", "state"},
    "pairing_step": {"id", "act", "state", "role"},
    "conflict_of_interest": {"id"},
    "assignment": {"id", "state", "currency"},
    "letter": {"id", "kind", "number", "language", "sha256"},
    "terms_version": {"id"},
    "rights_request": {"id", "kind", "state"},
    "audit_payload": {"id"},
}
"""Texts of an anonymised row that stay: codes, numbers of documents, fingerprints; reviewed."""


def leading_to_people() -> set[str]:
    """Tables from which foreign keys lead to an account or a candidate, and those with a telling column."""
    tables = db.metadata.tables
    found = {"account", "candidate"}
    found |= {name for name, table in tables.items() if LIKE_A_PERSON & set(table.columns.keys())}
    while True:
        more = {
            name
            for name, table in tables.items()
            if any(key.column.table.name in found for key in table.foreign_keys)
        } - found
        if not more:
            return found
        found |= more


def is_text(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.String | sa.JSON)


@pytest.fixture
def holdings(app: Flask) -> list[Holding]:
    return registered()


def test_every_table_about_people_is_declared_or_reviewed(holdings: list[Holding]) -> None:
    declared = [one.key for one in holdings]
    assert len(declared) == len(set(declared))
    assert leading_to_people() - set(declared) - set(NOT_PERSONAL) == set(), (
        "declare the table in the room's personal_data.py, or give the reason in NOT_PERSONAL"
    )
    assert not set(NOT_PERSONAL) & set(declared)


def test_the_copy_shows_every_column_but_the_reviewed_ones(holdings: list[Holding]) -> None:
    for one in holdings:
        columns = {c.name for c in one.model.__table__.columns}
        columns -= {"id", "account_id", "candidate_id", "assignment_id"}
        left_out = columns - set(one.shown) - NOT_SHOWN.get(one.key, set())
        assert not left_out, f"{one.key}: {left_out} are not in the copy of somebody's data"
        assert set(one.shown) <= {c.name for c in one.model.__table__.columns}


def test_no_text_outlives_erasure_unless_reviewed(holdings: list[Holding]) -> None:
    for one in holdings:
        if one.fate is Fate.ANONYMISED and one.key != "placement":
            texts = {c.name for c in one.model.__table__.columns if is_text(c)}
            staying = texts - set(one.blank) - STAYS[one.key]
            assert not staying, f"{one.key}: {staying} would stay as they were"
        if one.fate is Fate.KEPT:
            assert one.key in {"audit_event", "erasure", "commission_member", "glossary_entry"}


def test_whatever_is_erased_or_kept_says_why(holdings: list[Holding]) -> None:
    assert all(str(one.why) and str(one.title) for one in holdings)


def test_the_tables_of_the_documentation_are_drawn_from_the_code(app: Flask) -> None:
    page = PRIVACY.read_text(encoding="utf-8")
    assert page == privacy_page(page), "flask --app wsgi docs privacy"


def test_tests_that_the_documentation_names_exist() -> None:
    named = re.findall(r"`(tests/[^`]+)`", PRIVACY.read_text(encoding="utf-8"))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_rule_of_retention_has_a_name_of_its_own_and_a_ground(app: Flask) -> None:
    rules = retention.registered()
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(rule.why and rule.since and rule.what for rule in rules)
