"""How long the preview beside a form takes, beside a plain page of the same form, in one run.

    python -m benchmarks.preview [--profiles 8000] [--placements 2000] [--rounds 20]

fills a database of its own with invented candidates and placements, lets the engine learn them, and sends
drafts to both previews through the whole site (sign-in, checks, templates). A ratio tells more than a time:
both are measured on the same machine, one after the other.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_migrate import upgrade

from diaspora import create_app
from diaspora.accounts.models import Account
from diaspora.accounts.services import create_account, open_session
from diaspora.demonstration import calls
from diaspora.extensions import db
from diaspora.institutions.models import Institution, Membership
from diaspora.institutions.rules import InstitutionKind, InstitutionState
from diaspora.matching import engine_file, judging, services
from diaspora.placements.models import Placement, WantedLanguage
from diaspora.placements.rules import PlacementState
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM, Role
from diaspora.profiles.models import Candidate, Consent, Publication, SpokenLanguage
from diaspora.profiles.rules import CandidateState, ConsentPurpose
from diaspora.programmes.models import Call
from diaspora.settings import Settings

WORDS = 40_000
Taken = tuple[float, float]
"""Seconds by the clock, which other programs of the machine lengthen, and of the processor."""

LETTERS = "abcdefghijklmnoprstuvz"


class Writer:
    """Invented texts whose words are as unevenly frequent as those of a language."""

    def __init__(self) -> None:
        made = random.Random(1)
        self.words = ["".join(made.choices(LETTERS, k=made.randint(4, 10))) for _ in range(WORDS)]
        self.chosen = np.random.default_rng(1)
        frequency = 1 / np.arange(1, WORDS + 1)
        self.frequency = frequency / frequency.sum()

    def text(self, words: int = 100) -> str:
        """A text of so many words."""
        return " ".join(self.words[n] for n in self.chosen.choice(WORDS, words, p=self.frequency))


def fill(writer: Writer, profiles: int, placements: int) -> tuple[Candidate, Institution]:
    """Candidates on the roster, public placements; one of each kind of writer."""
    now = clock.now()
    people = [
        create_account(f"{n}@example.org", "a password for a benchmark", "en", SYSTEM, now) for n in "abc"
    ]
    calls.load(now, clock.local_day(now), people[2].id)
    host = Institution(
        name={"en": "Host"}, kind=InstitutionKind.UNIVERSITY, district="MD-CU", city={"en": "Chișinău"},
        description={"en": ""}, state=InstitutionState.VERIFIED, created_at=now,
        memberships=[
            Membership(
                account_id=people[1].id, role=Role.HOST_LEAD, given_name="A", family_name="B", since=now
            )
        ],
    )  # fmt: skip
    db.session.add(host)
    first = _candidate(writer, people[0].id)
    db.session.add_all([first, *(_candidate(writer, None) for _ in range(profiles - 1))])
    call = db.session.scalars(sa.select(Call)).first()
    db.session.add_all(_placement(writer, host, call) for _ in range(placements))
    db.session.commit()
    return first, host


def _candidate(writer: Writer, account_id: Any) -> Candidate:
    now = clock.now()
    return Candidate(
        id=uuid4(), account_id=account_id, state=CandidateState.ON_ROSTER, created_at=now, given_name="Q",
        family_name="Q", country="FR", links_to_moldova=["citizen"], fields=["1.2"], text_language="en",
        interests=writer.text(), experience=writer.text(),
        languages=[SpokenLanguage(code="en", level="C1", position=0)],
        publications=[
            Publication(title=writer.text(10), abstract=writer.text(), language="en", position=n)
            for n in range(3)
        ],
        consents=[
            Consent(purpose=purpose, text_version="roster-1", given_at=now, source="b")
            for purpose in (ConsentPurpose.ROSTER, ConsentPurpose.MATCHING)
        ],
    )  # fmt: skip


def _placement(writer: Writer, host: Institution, call: Call | None) -> Placement:
    return Placement(
        id=uuid4(), institution=host, call=call, state=PlacementState.PUBLISHED, created_at=clock.now(),
        terms_version=1, language="en", title=writer.text(6), summary=writer.text(), tasks=writer.text(),
        results=writer.text(40), transfer=writer.text(40), required_profile=writer.text(40), fields=["1.2"],
        languages=[WantedLanguage(code="en", level="B2", required=True)], closes_on=date(2099, 1, 1),
    )  # fmt: skip


def timed(rounds: int, ask: Callable[[], int]) -> Taken:
    """Median times of a request; the first, which fills caches, does not count."""
    taken = []
    for _ in range(rounds + 1):
        begun, begun_cpu = time.perf_counter(), time.process_time()
        status = ask()
        taken.append((time.perf_counter() - begun, time.process_time() - begun_cpu))
        if status != 200:
            raise SystemExit(f"answered {status}")
    clock_times, cpu_times = zip(*taken[1:], strict=True)
    return statistics.median(clock_times), statistics.median(cpu_times)


def _client(app: Any, account_id: Any) -> FlaskClient:
    client: FlaskClient = app.test_client()
    token = open_session(db.session.get_one(Account, account_id), "benchmark", clock.now(), second_step=True)
    db.session.commit()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


def run(folder: Path, profiles: int, placements: int, rounds: int) -> list[tuple[str, Taken]]:
    """The times of each kind of request."""
    settings = Settings(data_folder=folder, database_url="", rate_limits=False)
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    writer = Writer()
    with app.app_context():
        upgrade()
        candidate, host = fill(writer, profiles, placements)
        account_id, host_id = candidate.account_id, host.id
        lead_id = host.memberships[0].account_id
        corpus = services.gather()
        standing = engine_file.Standing(uuid4(), "", corpus.marks)
        engine_file.keep(judging.learn(corpus), corpus.profiles, standing)
        engine_file.at_hand(wait=True)
        person, lead = _client(app, account_id), _client(app, lead_id)
        db.session.remove()
    new = f"/en/institution/{host_id}/placements/new"

    def terms() -> dict[str, str]:
        return {
            "language": "en",
            "title": writer.text(6),
            "summary": writer.text(60),
            "tasks": writer.text(150),
        }

    def profile() -> dict[str, str]:
        return {"interests": writer.text(150), "text_language": "en"}

    def asking(client: FlaskClient, address: str, draft: Callable[[], dict[str, str]]) -> Callable[[], int]:
        return lambda: client.post(address, data=draft()).status_code

    looks = asking(person, "/en/profile/preview/interests", profile)
    host_looks = asking(lead, f"/en/institution/{host_id}/preview", terms)
    return [
        ("profile: the form", timed(rounds, lambda: person.get("/en/profile/interests").status_code)),
        ("profile: the preview", timed(rounds, looks)),
        ("terms of reference: the form", timed(rounds, lambda: lead.get(new).status_code)),
        ("terms of reference: the preview", timed(rounds, host_looks)),
    ]


def _shown(taken: Taken) -> str:
    return f"{1000 * taken[0]:8.1f} ms by the clock {1000 * taken[1]:8.1f} ms of the processor"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--profiles", type=int, default=8000)
    parser.add_argument("--placements", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), options.profiles, options.placements, options.rounds)
    print(f"{options.profiles} profiles, {options.placements} placements; median of {options.rounds}")
    for (name, plain), (of_it, asked) in zip(found[::2], found[1::2], strict=True):
        print(f"{name:34}{_shown(plain)}")
        print(f"{of_it:34}{_shown(asked)}  {asked[1] / plain[1]:6.2f} x the form")


if __name__ == "__main__":
    main()
