"""A person whose every text is a word that stands nowhere else."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask

from diaspora.accounts import services as accounts
from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.institutions.models import Membership
from diaspora.matching import services as matching
from diaspora.matching.models import MatcherRun
from diaspora.pairings import services as pairings
from diaspora.pairings.models import Pairing
from diaspora.placements.models import Placement
from diaspora.platform import audit, personal_data
from diaspora.platform.access import Role
from diaspora.platform.mail.services import post
from diaspora.profiles import services as profiles
from diaspora.profiles.rules import DisclosureReason
from diaspora.rights import queries, services
from diaspora.rights.rules import RequestKind
from tests import factories
from tests.factories import NOW
from tests.pairings.people import TO_ACCEPTED, A, People, actor_of

WORD = "sentinelnik"
CODES = {
    "language", "text_language", "country", "currency", "file_key", "key", "sha256", "source", "number",
    "text_version", "state", "role", "code", "level", "act", "object_kind", "fields",
}  # fmt: skip
"""Columns whose values the site itself makes or reads; the rest are texts that somebody wrote."""


def whole_person() -> tuple[Account, Pairing]:
    """A candidate who is also an editor somewhere, with everything that can be about them."""
    people = People()
    account, candidate = people.candidate_account, people.candidate
    me = actor_of(account)
    accepted = people.walked(*TO_ACCEPTED)
    second = People(candidate=candidate, officer=people.officer)
    pairings.apply(candidate, second.placement, "Because.", me, NOW)
    third = People(candidate=candidate, officer=people.officer)
    third.walked(A.FIND_INELIGIBLE)
    pairings.declare_conflict(accepted, actor_of(people.officer), NOW, "we studied together")
    hosting = factories.institution()
    db.session.add(
        Membership(
            institution_id=hosting.id, account_id=account.id, role=Role.HOST_EDITOR, since=NOW,
            given_name="Ana", family_name="Munteanu",
        )
    )  # fmt: skip
    factories.placement(institution=hosting, supervisor_email=account.email.upper())
    accounts.open_session(account, "a browser", NOW)
    accounts.mail_confirmation(account, NOW)
    accounts.keep_draft(account.id, "profile.about", "x", {"given_name": ["Ana"]}, NOW)
    profiles.disclose(candidate, hosting.id, DisclosureReason.CONSENT, me, NOW)
    profiles.log_identified_read(candidate, actor_of(people.officer), NOW, "officer")
    factories.document(candidate, content=f"%PDF {WORD}".encode())
    services.file_request(account, RequestKind.OTHER, "Please.", me, NOW)
    services.ask_for_copy(account, me, NOW)
    db.session.commit()
    return account, accepted


def plant(account: Account) -> None:
    """Put the word into every text of every row about this person."""
    person = personal_data.complete(queries.whole_person(account))
    for one in personal_data.registered():
        columns = [c for c in one.model.__table__.columns if _written_by_people(c)]
        if one.key == "placement":
            # the rest of a post is about the institution's work
            columns = [c for c in columns if c.name in one.blank]
        rows: list[Any] = list(db.session.scalars(sa.select(one.model).where(one.of(person))))
        for row in rows:
            for column in columns:
                setattr(row, column.name, _sown(column, getattr(row, column.name)))
    db.session.flush()
    theirs = sa.select(Placement).where(Placement.supervisor_name.contains(WORD))
    for supervised in db.session.scalars(theirs):
        supervised.supervisor_email = account.email
    db.session.commit()


def _written_by_people(column: sa.Column[Any]) -> bool:
    text = isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum)
    return column.name not in CODES and (text or isinstance(column.type, sa.JSON))


def _sown(column: sa.Column[Any], value: Any) -> Any:
    if isinstance(column.type, sa.JSON):
        return [f"{WORD} in a list"] if isinstance(value, list) else {**value, "supervisor_name": WORD}
    return f"{WORD}{uuid4().hex[:8]}@example.org" if "email" in column.name else f"{WORD} {uuid4().hex[:8]}"


def tell_others(account: Account, pairing: Pairing) -> None:
    """What stands with others: a mail that names the person, a run that learned, a line of the log."""
    name, lead = pairing.candidate.full_name, factories.account()
    post(
        "erasure_asked", lead.email, "en", NOW, lead.id, until=NOW, url="x"
    ).text = f"Dear lead, {name} came."
    audit.record("pairing.note", actor_of(lead), NOW, pairing, reason=f"{WORD} told")
    run = matching.refit(NOW)
    run.lacking = [{"word": WORD, "language": "ro", "candidates": 3, "placements": 0}]
    db.session.add(MatcherRun(
        started_at=NOW - timedelta(days=9), finished_at=NOW, engine="e", settings={}, corpus_hash="",
        profiles=1, placements=1, suggestions=0, lacking=run.lacking,
    ))  # fmt: skip
    db.session.commit()


def rows_with(word: str) -> list[str]:
    """table.column of every place in the whole database where this word stands."""
    found = []
    inspector = sa.inspect(db.session.connection())
    for table in inspector.get_table_names():
        for column in inspector.get_columns(table):
            text = sa.func.lower(sa.cast(sa.column(column["name"]), sa.Text))
            query = sa.select(sa.func.count()).select_from(sa.table(table)).where(text.contains(word.lower()))
            if db.session.scalar(query):
                found.append(f"{table}.{column['name']}")
    return found


def files_with(app: Flask, word: str) -> list[Path]:
    """Files of the site, but for the database, that hold this word, or are documents of somebody."""
    folder = app.extensions["settings"].data_folder
    files = [f for part in ("files", "matcher") for f in (folder / part).rglob("*") if f.is_file()]
    return [f for f in files if word.encode() in f.read_bytes()]
