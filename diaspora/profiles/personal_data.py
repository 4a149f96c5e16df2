"""What this room holds about a person."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from diaspora.platform.access import SYSTEM
from diaspora.platform.clock import local_day
from diaspora.platform.personal_data import Fate, Holding, Person, erase
from diaspora.platform.retention import YEAR, Rule
from diaspora.profiles import rules, standing
from diaspora.profiles.models import (
    Availability,
    Candidate,
    Consent,
    Degree,
    Disclosure,
    Document,
    HiddenFrom,
    Publication,
    SpokenLanguage,
)
from diaspora.profiles.rules import CandidateAct, CandidateState

_PART = _l("It is part of the profile.")


def _of(model: Any) -> Any:
    def rows(person: Person) -> sa.ColumnElement[bool]:
        found: sa.ColumnElement[bool] = model.candidate_id.in_(person.candidates)
        return found

    return rows


HOLDINGS = [
    Holding(
        model=Candidate,
        title=_l("Profile"),
        of=lambda person: Candidate.id.in_(person.candidates),
        fate=Fate.ANONYMISED,
        why=_l("Everything that you wrote goes; a random number stays, to which decisions refer."),
        shown={
            "given_name": _l("Given name"),
            "family_name": _l("Family name"),
            "email": _l("E-mail address"),
            "state": _l("State"),
            "state_reason": _l("Reason"),
            "created_at": _l("Opened"),
            "edited_at": _l("Last change"),
            "on_roster_until": _l("On the roster until"),
            "birth_year": _l("Year of birth"),
            "country": _l("Country of residence"),
            "links_to_moldova": _l("Link to Moldova"),
            "career_stage": _l("Career stage"),
            "position": _l("Present post"),
            "employer": _l("Employer or university"),
            "employed_abroad": _l("Employed outside Moldova"),
            "years_abroad": _l("Years abroad in the last five"),
            "orcid": _l("ORCID"),
            "fields": _l("Fields of research"),
            "text_language": _l("Language"),
            "interests": _l("What you would like to do in Moldova"),
            "experience": _l("Experience"),
            "source": _l("Brought from"),
            "external_id": _l("Number there"),
        },
        # of the number in a list from outside a fingerprint stays: so the list does not bring them again
        blank={
            "email": None,
            "state_reason": "",
            "on_roster_until": None,
            "given_name": "",
            "family_name": "",
            "birth_year": None,
            "country": "",
            "links_to_moldova": [],
            "career_stage": None,
            "position": "",
            "employer": "",
            "employed_abroad": False,
            "years_abroad": None,
            "orcid": None,
            "fields": [],
            "text_language": "",
            "interests": "",
            "experience": "",
            "external_id": lambda row: rules.erased_id(row.external_id) if row.external_id else None,
        },
        counted={
            "career_stage": lambda row: row.career_stage.value if row.career_stage else "",
            "country": lambda row: row.country,
            "fields": lambda row: row.fields[0] if row.fields else "",
        },
    ),
    Holding(
        model=HiddenFrom,
        title=_l("Institutions you hide from"),
        of=_of(HiddenFrom),
        fate=Fate.DELETED,
        why=_l("It serves only you."),
        shown={"institution_id": _l("Institution"), "since": _l("Since")},
    ),
    Holding(
        model=Degree,
        title=_l("Degrees"),
        of=_of(Degree),
        fate=Fate.DELETED,
        why=_PART,
        shown={
            "level": _l("Level"),
            "subject": _l("Subject"),
            "institution": _l("University or institute"),
            "country": _l("Country"),
            "year": _l("Year"),
        },
    ),
    Holding(
        model=SpokenLanguage,
        title=_l("Languages"),
        of=_of(SpokenLanguage),
        fate=Fate.DELETED,
        why=_PART,
        shown={"code": _l("Language"), "level": _l("Level"), "position": _l("Place")},
    ),
    Holding(
        model=Availability,
        title=_l("When you could come"),
        of=_of(Availability),
        fate=Fate.DELETED,
        why=_PART,
        shown={"starts_on": _l("First day"), "ends_on": _l("Last day")},
    ),
    Holding(
        model=Publication,
        title=_l("Publications, theses, projects"),
        of=_of(Publication),
        fate=Fate.DELETED,
        why=_PART,
        shown={
            "title": _l("Title"),
            "abstract": _l("Abstract"),
            "year": _l("Year"),
            "doi": _l("DOI"),
            "language": _l("Language"),
            "position": _l("Place"),
            "highlighted": _l("highlighted"),
        },
    ),
    Holding(
        model=Document,
        title=_l("Documents"),
        of=_of(Document),
        fate=Fate.DELETED,
        why=_PART,
        shown={
            "kind": _l("What it is"),
            "name": _l("Name"),
            "type": _l("Format"),
            "size": _l("Bytes"),
            "uploaded_at": _l("Sent"),
            "key": _l("File"),
        },
        file="key",
    ),
    Holding(
        model=Consent,
        title=_l("Consents"),
        of=_of(Consent),
        fate=Fate.DELETED,
        why=_l("Without the data, there is nothing left to agree to."),
        shown={
            "purpose": _l("Purpose"),
            "text_version": _l("Text"),
            "given_at": _l("Given"),
            "source": _l("Given to"),
            "withdrawn_at": _l("Withdrawn"),
        },
    ),
    Holding(
        model=Disclosure,
        title=_l("Institutions that could see your name"),
        of=_of(Disclosure),
        fate=Fate.DELETED,
        why=_l("There is no name left to see."),
        shown={
            "institution_id": _l("Number of the institution"),
            "reason": _l("Reason"),
            "since": _l("Since"),
            "ended_at": _l("Ended"),
        },
    ),
]


def _erase_profile(candidate: Candidate, now: datetime) -> None:
    name = candidate.full_name
    person = Person(
        candidates=frozenset({candidate.id}),
        addresses=frozenset({candidate.email.lower()} if candidate.email else ()),
        names=frozenset({name} if " " in name else ()),
    )
    standing.act(candidate, CandidateAct.ANONYMISE, SYSTEM, now)
    erase(person, now)


_last_change = sa.func.coalesce(Candidate.edited_at, Candidate.created_at)

RULES = [
    Rule(
        name="imported profiles that nobody took over",
        model=Candidate,
        after=YEAR,
        since="the last change",
        what="erased, as if the person had asked for it",
        why="the person has not spoken; the mailed link works for a month",
        over=lambda moment: sa.and_(
            Candidate.state == CandidateState.DRAFT,
            Candidate.account_id.is_(None),
            Candidate.source.is_not(None),
            _last_change < moment,
        ),
        do=_erase_profile,
    ),
    Rule(
        name="profiles that were never sent",
        model=Candidate,
        after=2 * YEAR,
        since="the last change",
        what="erased, as if the person had asked for it",
        why="the person can take up the draft for two years",
        over=lambda moment: sa.and_(
            Candidate.state == CandidateState.DRAFT, Candidate.account_id.is_not(None), _last_change < moment
        ),
        do=_erase_profile,
    ),
    Rule(
        name="profiles whose years on the roster are over",
        model=Candidate,
        after=2 * YEAR,
        since="the last day on the roster",
        what="erased, as if the person had asked for it",
        why="the person was asked to renew and did not answer",
        over=lambda moment: sa.and_(
            Candidate.state == CandidateState.EXPIRED, Candidate.on_roster_until < local_day(moment)
        ),
        do=_erase_profile,
    ),
    Rule(
        name="withdrawn consents",
        model=Consent,
        after=3 * YEAR,
        since="the withdrawal",
        what="deleted",
        why="to prove that what was done before was agreed to",
        over=lambda moment: Consent.withdrawn_at < moment,
    ),
    Rule(
        name="to whom a name was disclosed",
        model=Disclosure,
        after=3 * YEAR,
        since="its end",
        what="deleted",
        why="to tell the person who could see their name",
        over=lambda moment: Disclosure.ended_at < moment,
    ),
]
