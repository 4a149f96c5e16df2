"""Candidates on the roster: their states, what a profile needs, what it still lacks."""

import enum
import hashlib
import re
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from stdnum import isni
from stdnum.exceptions import ValidationError

from diaspora.platform.access import Role
from diaspora.platform.lifecycle import Lifecycle, row


class CandidateState(enum.StrEnum):
    """Where a candidate stands with the roster."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ON_ROSTER = "on_roster"
    PAUSED = "paused"
    EXPIRED = "expired"
    ERASURE_REQUESTED = "erasure_requested"
    ANONYMISED = "anonymised"


class CandidateAct(enum.StrEnum):
    """What can be done about a profile."""

    SUBMIT = "submit"
    ADMIT = "admit"
    RETURN = "return"
    PAUSE = "pause"
    RESUME = "resume"
    EXPIRE = "expire"
    REQUEST_ERASURE = "request_erasure"
    KEEP = "keep"
    ANONYMISE = "anonymise"


class CareerStage(enum.StrEnum):
    """First stage to leading are R1 to R4 of the European framework for research careers."""

    GRADUATE = "graduate"
    FIRST_STAGE = "first_stage"
    RECOGNISED = "recognised"
    ESTABLISHED = "established"
    LEADING = "leading"
    PROFESSIONAL = "professional"


class DegreeLevel(enum.StrEnum):
    """Levels 6 to 8 of ISCED 2011, in rising order."""

    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTORATE = "doctorate"


class MoldovaLink(enum.StrEnum):
    """What ties somebody to Moldova."""

    CITIZEN = "citizen"
    BORN = "born_in_moldova"
    STUDIED = "studied_in_moldova"
    FAMILY = "family"


class DocumentKind(enum.StrEnum):
    """What a document shows."""

    CV = "cv"
    DIPLOMA = "diploma"
    OTHER = "other"


class ConsentPurpose(enum.StrEnum):
    """What somebody agrees to; each is a separate act."""

    ROSTER = "roster"
    MATCHING = "matching"
    FOLLOW_UP = "follow_up"


class DisclosureReason(enum.StrEnum):
    """Why an institution may see who a candidate is."""

    APPLICATION = "application"
    CONSENT = "consent"


class LeavingReason(enum.StrEnum):
    """Why somebody is no longer to be suggested."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    PAUSED = "paused"
    EXPIRED = "expired"
    ERASURE = "erasure"
    NOT_COMPARED = "not_compared"


STAFF_STATES = frozenset(
    {
        CandidateState.SUBMITTED,
        CandidateState.RETURNED,
        CandidateState.ON_ROSTER,
        CandidateState.PAUSED,
        CandidateState.EXPIRED,
    }
)
"""An officer sees nobody before they sent their profile, and nobody who asked for erasure."""

HIDDEN_STATES = frozenset({CandidateState.ERASURE_REQUESTED, CandidateState.ANONYMISED})
"""From everybody but the person."""

COMPLETE_STATES = frozenset({CandidateState.SUBMITTED, CandidateState.ON_ROSTER, CandidateState.PAUSED})
"""What is required may be changed here, but not emptied."""

MOST_FIELDS = 4
MOST_ITEMS = 60
"""Degrees, languages, windows or publications of one person."""

MOST_DOCUMENTS = 10
"""Documents of one person."""

MOST_HIGHLIGHTED = 5
"""Publications of one person that come first."""

ROSTER_LASTS = timedelta(days=3 * 365)
CONSENT_VERSIONS = {
    ConsentPurpose.ROSTER: "roster-2",
    ConsentPurpose.MATCHING: "matching-1",
    ConsentPurpose.FOLLOW_UP: "follow-up-1",
}
"""The words that people agree to today."""
CONSENT_DATES = {
    "roster-1": date(2026, 11, 21),
    **dict.fromkeys(CONSENT_VERSIONS.values(), date(2026, 11, 22)),
}
"""Since when the words of each version stand."""
FIRST_WORDS = {"roster-1": (ConsentPurpose.ROSTER, ConsentPurpose.MATCHING)}
"""Earlier words that a list from outside may still bring; they named the comparison, too."""

ERASED = "erased-"


def erased_id(external_id: str) -> str:
    """What stays of the number that an erased person had in a list: enough not to bring them in again."""
    if external_id.startswith(ERASED):
        return external_id
    return ERASED + hashlib.sha256(external_id.encode()).hexdigest()


IMPORTED_CONSENTS = {*FIRST_WORDS, CONSENT_VERSIONS[ConsentPurpose.ROSTER]}


def purposes_of(text_version: str) -> tuple[ConsentPurpose, ...]:
    """What the words of a version agree to; nothing where they are not known."""
    today = tuple(purpose for purpose, version in CONSENT_VERSIONS.items() if version == text_version)
    return FIRST_WORDS.get(text_version, today)


MISSING: dict[str, LazyString] = {
    "name": _l("your name"),
    "country": _l("the country you live in"),
    "links": _l("your link to Moldova"),
    "career_stage": _l("your career stage"),
    "degrees": _l("at least one degree"),
    "fields": _l("at least one field of research"),
    "languages": _l("at least one language"),
    "interests": _l("what you would like to do in Moldova"),
    "consent": _l("your consent to the roster"),
}


class ProfilePart(enum.StrEnum):
    """The parts of a profile, in the order in which they are asked for; each is a page of its own."""

    ABOUT = "about"
    CAREER = "career"
    DEGREES = "degrees"
    FIELDS = "fields"
    LANGUAGES = "languages"
    INTERESTS = "interests"
    PUBLICATIONS = "publications"
    AVAILABILITY = "availability"
    CONSENT = "consent"


REQUIRED: dict[ProfilePart, tuple[str, ...]] = {
    ProfilePart.ABOUT: ("name", "country", "links"),
    ProfilePart.CAREER: ("career_stage",),
    ProfilePart.DEGREES: ("degrees",),
    ProfilePart.FIELDS: ("fields",),
    ProfilePart.LANGUAGES: ("languages",),
    ProfilePart.INTERESTS: ("interests",),
    ProfilePart.CONSENT: ("consent",),
}
"""Which keys of MISSING are filled on which page; a part that is not here may stay empty."""

_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[!-~]+")
_DOI_BEFORE = re.compile(r"^(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:)\s*", re.IGNORECASE)


def normal_doi(text: str) -> str | None:
    """A DOI as it is kept, `10.1234/abc` in lower case, however it was pasted; None where it is none."""
    text = text.strip()
    while _DOI_BEFORE.match(text):
        text = _DOI_BEFORE.sub("", text).strip()
    text = text.lower()
    return text if len(text) <= 200 and _DOI.fullmatch(text) else None


def normal_orcid(text: str) -> str | None:
    """An ORCID as `0000-0002-1825-0097`; None where the digits or their check digit are wrong."""
    text = re.sub(r"^(?:https?://)?(?:www\.)?orcid\.org/", "", text.strip(), flags=re.IGNORECASE)
    try:
        return "-".join(re.findall("....", isni.validate(text)))
    except ValidationError:
        return None


@dataclass(frozen=True)
class ProfileFacts:
    """What a guard needs to know: which of the required parts are there."""

    missing: tuple[str, ...] = ()
    consented: bool = True


def missing_parts(
    *, named: bool, country: bool, links: bool, career_stage: bool, degrees: bool, fields: bool,
    languages: bool, interests: bool,
) -> tuple[str, ...]:  # fmt: skip
    """Keys of MISSING for the parts of a profile that are not there yet; consent is apart."""
    there = {
        "name": named,
        "country": country,
        "links": links,
        "career_stage": career_stage,
        "degrees": degrees,
        "fields": fields,
        "languages": languages,
        "interests": interests,
    }
    return tuple(key for key, filled in there.items() if not filled)


def complete(facts: ProfileFacts) -> LazyString | None:
    """A profile is sent only when nothing required is missing."""
    if facts.missing:
        return _l("Some required parts of the profile are missing; they are listed on the page.")
    return None


def consented(facts: ProfileFacts) -> LazyString | None:
    """Nobody comes onto the roster without agreeing to it."""
    return None if facts.consented else _l("Consent to the roster is missing.")


_S = CandidateState
_A = CandidateAct
_ANY = [s for s in _S if s not in {_S.ERASURE_REQUESTED, _S.ANONYMISED}]

LIFECYCLE = Lifecycle(
    "candidate",
    [_S.DRAFT],
    [
        row(
            _A.SUBMIT,
            [_S.DRAFT, _S.RETURNED, _S.EXPIRED],
            _S.SUBMITTED,
            [Role.CANDIDATE, Role.SYSTEM],
            complete,
            consented,
            effect="waits for an officer",
        ),
        row(
            _A.ADMIT,
            [_S.SUBMITTED],
            _S.ON_ROSTER,
            [Role.OFFICER],
            consented,
            effect="matched for three years",
        ),
        row(
            _A.RETURN, [_S.SUBMITTED], _S.RETURNED, [Role.OFFICER], reason=True, effect="told what is missing"
        ),
        row(_A.PAUSE, [_S.ON_ROSTER], _S.PAUSED, [Role.CANDIDATE], effect="no longer suggested"),
        row(_A.RESUME, [_S.PAUSED], _S.ON_ROSTER, [Role.CANDIDATE], consented, effect="suggested again"),
        row(_A.EXPIRE, [_S.ON_ROSTER], _S.EXPIRED, [Role.SYSTEM], effect="asked to renew"),
        row(_A.REQUEST_ERASURE, _ANY, _S.ERASURE_REQUESTED, [Role.CANDIDATE], effect="hidden at once"),
        row(_A.KEEP, [_S.ERASURE_REQUESTED], _S.DRAFT, [Role.CANDIDATE], effect="within the grace period"),
        row(
            _A.ANONYMISE,
            [*_ANY, _S.ERASURE_REQUESTED],
            _S.ANONYMISED,
            [Role.SYSTEM],
            effect="personal data erased, by wish or because nobody came back",
        ),
    ],
)
