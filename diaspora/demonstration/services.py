"""Load the demonstration: people, institutions, calls, posts, and a story for every state."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from diaspora.accounts import queries as accounts
from diaspora.accounts.models import Account
from diaspora.accounts.services import grant_role, hash_password
from diaspora.concerns import services as concerns
from diaspora.concerns.rules import ConcernKind
from diaspora.demonstration import calls, stories
from diaspora.demonstration.rules import invented_number
from diaspora.extensions import db
from diaspora.institutions import services as institutions
from diaspora.institutions.models import Institution, Membership
from diaspora.institutions.rules import InstitutionAct, InstitutionKind
from diaspora.matching import services as matching
from diaspora.placements import services as placements
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementAct
from diaspora.platform.access import SYSTEM, VISITOR, Actor, Role
from diaspora.platform.clock import local_day
from diaspora.platform.mail.models import OutboxMail
from diaspora.profiles import services as profiles
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateAct
from diaspora.rights import services as rights
from diaspora.rights.rules import RequestKind

DATA = Path(__file__).parent / "data"
PASSWORD = "demo-diaspora-2026"  # noqa: S105 - it is printed on the screen
SOURCE = "demonstration"

WRITTEN_ON = date(2026, 11, 21)
"""The day that the data were written for; all their days are moved by the time that has passed since."""

STORY = timedelta(days=60)
"""How long ago the first of the invented events happened."""

STAFF = {
    "officer@example.org": Role.OFFICER,
    "second.officer@example.org": Role.OFFICER,
    "reviewer@example.org": Role.REVIEWER,
    "finance@example.org": Role.FINANCE,
    "admin@example.org": Role.ADMIN,
    "data.protection@example.org": Role.DATA_PROTECTION,
}
SCIENTIST, GRADUATE, LEAD = "scientist@example.org", "graduate@example.org", "institution@example.org"
OWN_ADDRESS = {"agr-01": SCIENTIST, "med-05": GRADUATE, "inst-utm": LEAD}
TAKEN_OVER = ("external_id", "name", "ror_id", "district", "city", "description", "invented")
DAYS = {"starts_on", "ends_on", "closes_on", "given_on"}

AFTER_ADMISSION = {
    CandidateAct.PAUSE: "soc-08",
    CandidateAct.REQUEST_ERASURE: "hum-06",
    CandidateAct.EXPIRE: "eng-08",
}
NOT_ADMITTED = {"med-08": None, "agr-08": None, "nat-08": CandidateAct.RETURN}
STILL_REGISTERED = "inst-rural"
REJECTED = "inst-software"
SUSPENDED = "inst-town-hall-2"
PLACEMENT_ENDINGS: dict[str, tuple[PlacementAct, str]] = {
    "pl-metrology-temperature": (PlacementAct.HOLD, "Laboratorul se mută până în primăvară; reluăm apoi."),
    "pl-rural-tourism-prut": (PlacementAct.WITHDRAW, "Finanțarea părții noastre nu a fost aprobată."),
    "pl-translation-studies": (PlacementAct.EXPIRE, ""),
}
UNPUBLISHED: dict[str, tuple[PlacementAct, str] | None] = {
    "pl-thin-films-zno": None,
    "pl-archaeology-iron-age": (
        PlacementAct.REQUEST_CHANGES,
        "Precizați cine din muzeu va învăța metoda și ce rămâne după plecarea cercetătorului.",
    ),
    "pl-biostatistics-laboratory": (
        PlacementAct.REJECT,
        "Sarcinile descriu un post permanent, nu o misiune.",
    ),
}


@dataclass(frozen=True)
class Loaded:
    """How much was loaded."""

    candidates: int
    institutions: int
    placements: int
    pairings: int


def read(name: str, today: date) -> dict[str, Any]:
    """A file of the data, its days moved to today."""
    moved = today - WRITTEN_ON

    def move(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: move(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [move(v) for v in value]
        if key not in DAYS or not value:
            return value
        # consents were given before the demonstration's story begins
        return (date.fromisoformat(value) + moved - (STORY if key == "given_on" else timedelta())).isoformat()

    content: dict[str, Any] = move(json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")))
    return content


def is_loaded() -> bool:
    """Whether the demonstration is in this database already."""
    return accounts.account_by_email("officer@example.org") is not None


def load(now: datetime) -> Loaded:
    """Load everything. Raises where the data contradict a rule of the site: they are tested with it."""
    began = now - STORY
    staff = {email: _account(email, began) for email in STAFF}
    for email, role in STAFF.items():
        grant_role(staff[email], role, SYSTEM, began)
    officer = staff["officer@example.org"]
    team = stories.Team(officer, staff["second.officer@example.org"], staff["reviewer@example.org"])
    acting = stories.actor_of(officer.id)
    hosts = _institutions(acting, began, local_day(now))
    calls.load(began, local_day(now), team.chair.id)
    db.session.flush()
    people = _candidates(acting, began, local_day(now))
    posts = _placements(acting, began, local_day(now))
    _suspend(hosts[SUSPENDED], acting, now)
    matching.refit(now)
    told = stories.tell_all(people[0], people[1], team, now)
    _leave_to_answer(people[0], told[0].placement, now)
    matching.refit(now)
    # nobody waits for the mails of an invented past
    db.session.execute(update(OutboxMail).values(sent_at=OutboxMail.created_at, due_at=None))
    return Loaded(
        candidates=db.session.scalar(select(func.count(Candidate.id))) or 0,
        institutions=len(hosts),
        placements=len(posts),
        pairings=len(told),
    )


def _account(email: str, now: datetime, language: str = "ro") -> Account:
    made = Account(
        email=email, password_hash=_password_hash(), language=language, created_at=now, email_confirmed_at=now
    )
    db.session.add(made)
    db.session.flush()
    return made


@cache
def _password_hash() -> str:
    # one for all of them: they share the password, and each costs half a tenth of a second
    return hash_password(PASSWORD)


def _institutions(officer: Actor, now: datetime, today: date) -> dict[str, Institution]:
    made = {}
    for place, line in enumerate(read("institutions", today)["institutions"]):
        name = line["external_id"]
        lead = _account(OWN_ADDRESS.get(name, line["lead"]["email"]), now)
        institution = Institution(
            source=SOURCE,
            kind=InstitutionKind(line["kind"]),
            registry_number=line["idno"] or invented_number(place),
            website=line["website"] or "",
            created_at=now,
            **{key: line[key] for key in TAKEN_OVER},
        )
        person = {key: line["lead"][key] for key in ("given_name", "family_name", "position")}
        institution.memberships = [Membership(account=lead, role=Role.HOST_LEAD, since=now, **person)]
        db.session.add(institution)
        db.session.flush()
        made[name] = institution
        if name == REJECTED:
            reason = "Numărul de înregistrare nu corespunde cu denumirea; verificați-l și trimiteți din nou."
            institutions.act(institution, InstitutionAct.REJECT, officer, now, reason)
        elif name != STILL_REGISTERED:
            signed = f"{person['given_name']} {person['family_name']}, {person['position']}"
            institutions.record_letter(institution, local_day(now), signed, "Inventată.", officer, now)
            institutions.act(institution, InstitutionAct.VERIFY, officer, now)
    return made


def _leave_to_answer(person: Candidate, placement: Placement, now: datetime) -> None:
    """A report about a post, and a request to the data-protection officer."""
    said = "Cineva care spune că reprezintă instituția mi-a cerut bani pentru «garantarea locului»."
    concerns.report(placement, ConcernKind.ASKS_MONEY, said, "", "ro", VISITOR, now)
    account = db.session.get_one(Account, person.account_id)
    asked = "Vă rog să priviți din nou locul meu în listă: doctoratul în ecofiziologie pare să nu conteze."
    rights.file_request(account, RequestKind.RANKING, asked, stories.actor_of(account.id), now)


def _suspend(institution: Institution, officer: Actor, now: datetime) -> None:
    reason = "Adresa din anunț nu aparține primăriei; așteptăm o scrisoare semnată."
    institutions.act(institution, InstitutionAct.SUSPEND, officer, now, reason)


def _candidates(officer: Actor, now: datetime, today: date) -> tuple[Candidate, Candidate]:
    """Import all, give each an account, and bring some into other states; the two with known addresses."""
    found: dict[str, Candidate] = {}
    for file in sorted(DATA.glob("candidates_*.json")):
        for part in _by_admission(read(file.stem, today)):
            admit_as = None if part["profiles"][0]["external_id"] in NOT_ADMITTED else officer
            report = profiles.import_profiles(part, SYSTEM, now, admit_as=admit_as)
            if report.refused:
                raise ValueError(f"{file.name}: {report.refused[0]}")
            found |= {name: db.session.get_one(Candidate, key) for name, key in report.ids.items()}
    own: dict[str, Actor] = {}
    for name, candidate in found.items():
        candidate.email = OWN_ADDRESS.get(name, candidate.email or "")
        account = _account(candidate.email, now, candidate.text_language or "ro")
        candidate.account_id = account.id
        db.session.flush()
        own[name] = stories.actor_of(account.id)
    for name, act in NOT_ADMITTED.items():
        profiles.act(found[name], CandidateAct.SUBMIT, own[name], now)
        if act is not None:
            profiles.act(found[name], act, officer, now, "Adăugați, vă rog, diploma și anul absolvirii.")
    for act, name in AFTER_ADMISSION.items():
        if act is CandidateAct.REQUEST_ERASURE:
            account = db.session.get_one(Account, found[name].account_id)
            rights.request_erasure(account, PASSWORD, False, own[name], now)
        else:
            profiles.act(found[name], act, SYSTEM if act is CandidateAct.EXPIRE else own[name], now)
    return found["agr-01"], found["med-05"]


def _by_admission(data: dict[str, Any]) -> list[dict[str, Any]]:
    rows = data["profiles"]
    parts = [
        [row for row in rows if row["external_id"] not in NOT_ADMITTED],
        [row for row in rows if row["external_id"] in NOT_ADMITTED],
    ]
    return [{**data, "profiles": part} for part in parts if part]


def _placements(officer: Actor, now: datetime, today: date) -> dict[str, Placement]:
    made: dict[str, Placement] = {}
    for name in ("placements", "placements_second"):
        report = placements.import_placements(read(name, today), officer, now)
        if report.refused:
            raise ValueError(f"{name}: {report.refused[0]}")
        made |= {key: db.session.get_one(Placement, value) for key, value in report.ids.items()}
    for name, placement in made.items():
        placement.invented = True
        if name in UNPUBLISHED or placement.institution.external_id in {STILL_REGISTERED, REJECTED}:
            _leave_unpublished(placement, UNPUBLISHED.get(name), officer, now)
            continue
        placements.act(placement, PlacementAct.SUBMIT, officer, now)
        placements.act(placement, PlacementAct.PUBLISH, officer, now)
        if name in PLACEMENT_ENDINGS:
            act, reason = PLACEMENT_ENDINGS[name]
            placements.act(placement, act, SYSTEM if act is PlacementAct.EXPIRE else officer, now, reason)
    return made


def _leave_unpublished(
    placement: Placement, answer: tuple[PlacementAct, str] | None, officer: Actor, now: datetime
) -> None:
    if placement.institution.external_id in {STILL_REGISTERED, REJECTED}:
        return
    placements.act(placement, PlacementAct.SUBMIT, officer, now)
    if answer is not None:
        placements.act(placement, answer[0], officer, now, answer[1])
