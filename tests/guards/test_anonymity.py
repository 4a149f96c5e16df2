"""Before consent nobody learns who a candidate is: rare words in every text of a profile are found nowhere.

The words are planted in every text column that the tables of profiles have, so that a new column is covered;
then everybody who must not know the person asks for every page, act, feed and file of the site.
"""

import re
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select

from diaspora.accounts.models import Account
from diaspora.assignments.models import Assignment
from diaspora.extensions import Model, db
from diaspora.matching import queries as matching
from diaspora.matching import services as matcher
from diaspora.pairings import services as pairings
from diaspora.pairings.models import Pairing
from diaspora.platform.access import HOST_ROLES, Role
from diaspora.platform.mail.models import OutboxMail
from diaspora.profiles.models import Candidate
from tests import factories
from tests.factories import NOW
from tests.guards.crawling import address, browser_of, ids_in, methods_of, rules_of, undone
from tests.guards.world import Ids, Whose, World, world_of
from tests.pairings.people import TO_ACCEPTED, People, actor_of

CODES = {
    "candidate.country", "candidate.links_to_moldova", "candidate.fields", "candidate.text_language",
    "degree.country", "spoken_language.code", "spoken_language.level", "publication.language",
    "consent.text_version", "consent.source",
}  # fmt: skip
"""Columns of few values, which point at nobody. Whoever adds one here says that it is such a column."""

STRANGERS = [
    Role.ANYONE, Role.MEMBER, Role.CANDIDATE, Role.HOST_EDITOR, Role.HOST_LEAD, Role.REVIEWER,
    Role.CHAIR, Role.FINANCE, Role.CONTENT_EDITOR, Role.DATA_PROTECTION, Role.ADMIN,
]  # fmt: skip


def text_columns() -> list[sa.Column[Any]]:
    """Every column of the tables of profiles that can hold words."""
    tables = [
        mapper.local_table
        for mapper in Model.registry.mappers
        if mapper.class_.__module__ == Candidate.__module__
    ]
    kinds = (sa.String, sa.JSON)
    found = [c for t in tables for c in t.columns if isinstance(c.type, kinds)]  # type: ignore[attr-defined]
    return [c for c in found if not isinstance(c.type, sa.Enum) and f"{c.table}.{c.name}" not in CODES]


def sentinel(column: sa.Column[Any]) -> str:
    """A word that nobody else writes, the same for the same column."""
    letters = re.sub("[^a-z]", "", f"{column.table}{column.name}")
    return f"zvrk{letters}olit"


SENTINELS = [*(sentinel(column) for column in text_columns()), "zvrkmotivatolit", "zvrkaddressolit"]


@dataclass
class Planted:
    """A candidate full of such words, in every stand to one institution, and known to another one."""

    world: World

    def __post_init__(self) -> None:
        self.account = factories.account(email="zvrkaddressolit@example.org")
        self.person = factories.candidate(account_id=self.account.id)
        for record in (self.person, *self._parts()):
            for column in record.__table__.columns:
                if column in text_columns():
                    before = getattr(record, column.name) or ""
                    setattr(record, column.name, f"{before} {sentinel(column)}".strip())
        home = self.world.home
        posts = [factories.placement(institution=home) for _ in range(3)]
        matcher.refit(NOW)
        lead = actor_of(home.memberships[0].account)
        if Role.HOST_LEAD not in lead.roles:
            lead = actor_of(factories.account(Role.OFFICER))
        invited = pairings.invite(self.person, posts[0], lead, NOW, "Come.")
        kept = pairings.shortlist(self.person, posts[1], lead, NOW)
        self.elsewhere = People(candidate=self.person)
        stay = self.elsewhere.walked(*TO_ACCEPTED)
        stay.motivation = "zvrkmotivatolit"
        db.session.commit()
        self.ids = [
            self._ids(posts[0], invited, stay),
            self._ids(posts[1], kept, stay),
            self._ids(posts[2], stay, stay),
            self._ids(self.elsewhere.placement, stay, stay),
            self.world.ids[Whose.OWN],
        ]

    def _parts(self) -> list[Any]:
        one = self.person
        document = factories.document(one)
        self.document_id = document.id
        return [document, *one.degrees, *one.languages, *one.availability, *one.publications, *one.consents]

    def _ids(self, post: Any, pairing: Pairing, stay: Pairing) -> Ids:
        assignment = db.session.scalars(select(Assignment).where(Assignment.pairing_id == stay.id)).one()
        found = matching.suggestion(self.person.id, post.id)
        own = self.world.ids[Whose.OWN]
        publication = self.person.publications[0].id
        return {
            **own,
            "institution_id": post.institution_id,
            "placement_id": post.id,
            "candidate_id": self.person.id,
            "pairing_id": pairing.id,
            "assignment_id": assignment.id,
            "letter_id": assignment.letters[0].id,
            "document_id": self.document_id,
            "publication_id": publication,
            "item_id": publication,
            "suggestion_id": found.id if found else own["suggestion_id"],
        }


def crawled(app: Flask, viewer: Account | None, planted: Planted, reading: bool = False) -> dict[str, str]:
    """Every answer that the viewer gets, lower case, by where it came from; `reading`: without any act."""
    client = browser_of(app, viewer)
    answers = {}
    for rule in rules_of(app):
        if rule.endpoint == "accounts.logout":
            continue
        for number, ids in enumerate(planted.ids if ids_in(rule) else planted.ids[:1]):
            for method in {"GET"}.intersection(methods_of(rule)) if reading else methods_of(rule):
                data = {"reason": "x"} if method == "POST" else None
                with undone():
                    answer = client.open(address(rule, ids), method=method, data=data)
                told = f"{answer.headers}{answer.get_data().decode('utf-8', 'replace')}"
                answers[f"{rule.endpoint} {method} {number}"] = told.lower()
    return answers


def found_in(answers: dict[str, str]) -> dict[str, list[str]]:
    found = {where: [word for word in SENTINELS if word in told] for where, told in answers.items()}
    return {where: words for where, words in found.items() if words}


@pytest.mark.parametrize("role", STRANGERS)
def test_no_rare_word_of_a_profile_comes_to_a_stranger(app: Flask, role: Role) -> None:
    world = world_of(role)
    planted = Planted(world)
    assert found_in(crawled(app, world.viewer, planted)) == {}


def test_the_words_were_planted_and_the_crawl_reads_them(app: Flask) -> None:
    """Whoever may know the person finds the words that their pages show: else the rest proves nothing."""
    planted = Planted(world_of(Role.OFFICER))
    found = found_in(crawled(app, planted.world.viewer, planted, reading=True))
    seen = {word for words in found.values() for word in words}
    shown = ("given_name", "family_name", "employer", "orcid", "interests", "experience")
    for name in shown:
        assert sentinel(Candidate.__table__.columns[name]) in seen, name  # type: ignore[index]
    assert "zvrkmotivatolit" in seen
    assert len(seen) >= 12


def test_an_institution_that_knows_the_name_learns_no_address(app: Flask) -> None:
    planted = Planted(world_of(Role.MEMBER))
    found = found_in(crawled(app, planted.elsewhere.lead, planted, reading=True))
    seen = {word for words in found.values() for word in words}
    columns = Candidate.__table__.columns  # type: ignore[attr-defined]
    assert sentinel(columns["family_name"]) in seen
    assert not seen & {"zvrkaddressolit", sentinel(columns["email"])}


def test_no_mail_to_anybody_else_holds_one(app: Flask) -> None:
    planted = Planted(world_of(Role.HOST_LEAD))
    mails = db.session.scalars(select(OutboxMail)).all()
    others = [mail for mail in mails if mail.account_id != planted.account.id]
    assert others
    for mail in others:
        told = f"{mail.address} {mail.subject} {mail.text} {mail.html}".lower()
        assert not [word for word in SENTINELS if word in told], mail.message


@pytest.mark.parametrize("role", sorted(HOST_ROLES | {Role.ADMIN, Role.FINANCE, Role.CANDIDATE}))
def test_a_search_for_a_rare_word_answers_as_one_for_nonsense(app: Flask, role: Role) -> None:
    world = world_of(role)
    Planted(world)
    client = browser_of(app, world.viewer)
    for rule in rules_of(app):
        if ids_in(rule) or "GET" not in methods_of(rule) or rule.endpoint == "accounts.logout":
            continue
        answers = []
        for word in (SENTINELS[0], "q" * len(SENTINELS[0])):
            with undone():
                answer = client.get(address(rule, {}), query_string={"q": word})
                page = answer.get_data(as_text=True)
                if answer.status_code == 302:  # its notice is for the page it leads to, not for the next one
                    client.get("/en/", follow_redirects=True)
            answers.append(re.sub(r'name="csrf_token" value="[^"]*"', "", page).replace(word, ""))
        assert answers[0] == answers[1], rule.endpoint
