"""What changes in the parts of a profile, one function per thing that the person does.

Every edit marks the profile as edited by its person: an import keeps its hands off from then on.
"""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from diaspora.extensions import db
from diaspora.platform import audit, clock
from diaspora.platform.access import Actor
from diaspora.platform.refusals import Refused
from diaspora.profiles import queries, rules
from diaspora.profiles.models import Availability, Candidate, Degree, Publication, SpokenLanguage
from diaspora.profiles.rules import CandidateState, CareerStage, DegreeLevel, ProfilePart
from diaspora.profiles.signals import candidate_changed

_FIELDS_OF_KEYS = {
    "name": "given_name",
    "links": "links_to_moldova",
    "fields": "main_field",
}
"""Keys of rules.MISSING whose form field has another name."""


def finish_edit(candidate: Candidate, part: ProfilePart, actor: Actor, now: datetime) -> None:
    """Check, store and tell: what every edit of a part ends with.

    Raises Refused where somebody who was sent to the officers would lose a part that is required.
    """
    if candidate.state in rules.HIDDEN_STATES:
        raise Refused(_l("You asked us to erase your profile. Take that back first."))
    missing = queries.missing_parts(candidate)
    if candidate.state in rules.COMPLETE_STATES and missing:
        raise Refused(
            _l(
                "This is still needed while your profile is with the programme: %(what)s. "
                "Add the new one before you remove the old one.",
                what=rules.MISSING[missing[0]],
            ),
            _FIELDS_OF_KEYS.get(missing[0], missing[0]),
        )
    candidate.edited_at = now
    db.session.flush()
    audit.record("candidate.edited", actor, now, candidate, part=part.value)
    if candidate.state is CandidateState.ON_ROSTER:
        candidate_changed.send(candidate, actor=actor, now=now)


def save_about(
    candidate: Candidate, *, given_name: str, family_name: str, birth_year: int | None, country: str,
    links_to_moldova: list[str], orcid: str, actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Who somebody is. An ORCID whose check digit is wrong is refused."""
    normal = rules.normal_orcid(orcid) if orcid else None
    if orcid and normal is None:
        raise Refused(
            _l(
                "This is not an ORCID: it has 16 digits, such as 0000-0002-1825-0097. Copy it from orcid.org."
            ),
            "orcid",
        )
    candidate.given_name, candidate.family_name = given_name, family_name
    candidate.birth_year, candidate.country, candidate.orcid = birth_year, country, normal
    candidate.links_to_moldova = list(links_to_moldova)
    finish_edit(candidate, ProfilePart.ABOUT, actor, now)


def save_career(
    candidate: Candidate, *, career_stage: CareerStage | None, position: str, employer: str,
    employed_abroad: bool, years_abroad: int | None, experience: str, text_language: str,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """What somebody does and has done; `years_abroad` are those of the last five."""
    _require_language(experience, text_language)
    candidate.career_stage, candidate.position, candidate.employer = career_stage, position, employer
    candidate.employed_abroad, candidate.years_abroad = employed_abroad, years_abroad
    candidate.experience, candidate.text_language = experience, text_language
    finish_edit(candidate, ProfilePart.CAREER, actor, now)


def save_interests(
    candidate: Candidate, *, interests: str, text_language: str, actor: Actor, now: datetime
) -> None:
    """What somebody would like to do in Moldova."""
    _require_language(interests, text_language)
    candidate.interests, candidate.text_language = interests, text_language
    finish_edit(candidate, ProfilePart.INTERESTS, actor, now)


def _require_language(text: str, language: str) -> None:
    if text and not language:
        raise Refused(_l("Choose the language in which you wrote the text."), "text_language")


def save_fields(candidate: Candidate, codes: list[str], actor: Actor, now: datetime) -> None:
    """One to four fields of research, the main one first."""
    if len(set(codes)) != len(codes):
        raise Refused(_l("You chose the same field twice."), "main_field")
    candidate.fields = codes[: rules.MOST_FIELDS]
    finish_edit(candidate, ProfilePart.FIELDS, actor, now)


def _room_for(items: list[object]) -> None:
    if len(items) >= rules.MOST_ITEMS:
        raise Refused(_l("The list is full: %(most)s is the most. Remove one first.", most=rules.MOST_ITEMS))


def add_degree(
    candidate: Candidate, *, level: DegreeLevel, subject: str, institution: str, country: str,
    year: int | None, actor: Actor, now: datetime,
) -> Degree:  # fmt: skip
    """Add a degree."""
    _room_for([*candidate.degrees])
    made = Degree(level=level, subject=subject, institution=institution, country=country, year=year)
    candidate.degrees.append(made)
    finish_edit(candidate, ProfilePart.DEGREES, actor, now)
    return made


def add_language(candidate: Candidate, code: str, level: str, actor: Actor, now: datetime) -> SpokenLanguage:
    """Add a language; one that is there already takes the new level."""
    _room_for([*candidate.languages])
    found = next((x for x in candidate.languages if x.code == code), None)
    if found is None:
        last = max((x.position for x in candidate.languages), default=-1)
        found = SpokenLanguage(code=code, position=last + 1)
        candidate.languages.append(found)
    found.level = level
    finish_edit(candidate, ProfilePart.LANGUAGES, actor, now)
    return found


def add_window(
    candidate: Candidate, starts_on: date, ends_on: date, actor: Actor, now: datetime
) -> Availability:
    """Add a window in which somebody could come: in order, and not over yet."""
    _room_for([*candidate.availability])
    if ends_on < starts_on:
        raise Refused(_l("The last day is before the first day."), "ends_on")
    if ends_on < clock.local_day(now):
        raise Refused(_l("These days are over. Enter days to come."), "ends_on")
    if any(x.starts_on == starts_on and x.ends_on == ends_on for x in candidate.availability):
        raise Refused(_l("These days are on your list already."), "starts_on")
    made = Availability(starts_on=starts_on, ends_on=ends_on)
    candidate.availability.append(made)
    finish_edit(candidate, ProfilePart.AVAILABILITY, actor, now)
    return made


def save_publication(
    candidate: Candidate, publication: Publication | None, *, title: str, abstract: str, year: int | None,
    doi: str, language: str, highlighted: bool, actor: Actor, now: datetime,
) -> Publication:  # fmt: skip
    """Add a publication (None), or change one. The DOI is kept in one form; the same twice is refused."""
    others = [x for x in candidate.publications if x is not publication and x.highlighted]
    if highlighted and len(others) >= rules.MOST_HIGHLIGHTED:
        raise Refused(
            _l(
                "You have highlighted %(most)s already, which is the most. "
                "Take the mark off another one first.",
                most=rules.MOST_HIGHLIGHTED,
            ),
            "highlighted",
        )
    normal = rules.normal_doi(doi) if doi else None
    if doi and normal is None:
        raise Refused(_l("This is not a DOI: it begins with 10, such as 10.1000/182."), "doi")
    if normal and any(x.doi == normal and x is not publication for x in candidate.publications):
        raise Refused(_l("A publication with this DOI is on your list already."), "doi")
    if publication is None:
        _room_for([*candidate.publications])
        last = max((x.position for x in candidate.publications), default=-1)
        publication = Publication(position=last + 1)
        candidate.publications.append(publication)
    publication.title, publication.abstract, publication.year = title, abstract, year
    publication.doi, publication.language = normal, language
    publication.highlighted = highlighted
    finish_edit(candidate, ProfilePart.PUBLICATIONS, actor, now)
    return publication


def move_publication(
    candidate: Candidate, publication: Publication, by: int, actor: Actor, now: datetime
) -> None:
    """Move a publication up (-1) or down (1) among its like: highlighted ones stay above the others."""
    order = list(candidate.publications)
    here = order.index(publication)
    there = here + by
    if not 0 <= there < len(order) or order[there].highlighted != publication.highlighted:
        return
    order[here], order[there] = order[there], order[here]
    for position, item in enumerate(order):
        item.position = position
    finish_edit(candidate, ProfilePart.PUBLICATIONS, actor, now)


Item = Degree | SpokenLanguage | Availability | Publication


def remove(candidate: Candidate, part: ProfilePart, item: Item, actor: Actor, now: datetime) -> None:
    """Take one thing off a list of the profile."""
    items: list[Item] = getattr(candidate, part.value)
    items.remove(item)
    finish_edit(candidate, part, actor, now)
