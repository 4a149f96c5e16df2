from flask_babel import lazy_gettext as _l

from diaspora.platform import labels
from diaspora.platform.languages import day
from diaspora.profiles.rules import (
    CONSENT_DATES,
    CandidateAct,
    CandidateState,
    CareerStage,
    ConsentPurpose,
    DegreeLevel,
    DisclosureReason,
    DocumentKind,
    MoldovaLink,
    ProfilePart,
)


def register() -> None:
    """Words for states, acts, parts and what people choose from."""
    labels.register(
        {
            CandidateState.DRAFT: _l("being filled in"),
            CandidateState.SUBMITTED: _l("waiting for an officer"),
            CandidateState.RETURNED: _l("sent back to be completed"),
            CandidateState.ON_ROSTER: _l("on the roster"),
            CandidateState.PAUSED: _l("paused"),
            CandidateState.EXPIRED: _l("to be renewed"),
            CandidateState.ERASURE_REQUESTED: _l("to be erased"),
            CandidateState.ANONYMISED: _l("erased"),
            CandidateAct.SUBMIT: _l("Send to the programme"),
            CandidateAct.ADMIT: _l("Admit to the roster"),
            CandidateAct.RETURN: _l("Send back to be completed"),
            CandidateAct.PAUSE: _l("Pause: suggest me to nobody"),
            CandidateAct.RESUME: _l("Suggest me again"),
            CandidateAct.EXPIRE: _l("End the three years"),
            CandidateAct.REQUEST_ERASURE: _l("Erase my profile"),
            CandidateAct.KEEP: _l("Keep my profile after all"),
            CandidateAct.ANONYMISE: _l("Erase the personal data"),
            CareerStage.GRADUATE: _l("recent graduate"),
            CareerStage.FIRST_STAGE: _l("first stage: doctoral candidate or equal (R1)"),
            CareerStage.RECOGNISED: _l("recognised: doctorate, not yet independent (R2)"),
            CareerStage.ESTABLISHED: _l("established: independent researcher (R3)"),
            CareerStage.LEADING: _l("leading: leads the field (R4)"),
            CareerStage.PROFESSIONAL: _l("professional outside research"),
            DegreeLevel.BACHELOR: _l("bachelor"),
            DegreeLevel.MASTER: _l("master"),
            DegreeLevel.DOCTORATE: _l("doctorate"),
            DocumentKind.CV: _l("curriculum vitae"),
            DocumentKind.DIPLOMA: _l("diploma or certificate"),
            DocumentKind.OTHER: _l("other document"),
            MoldovaLink.CITIZEN: _l("citizen of Moldova"),
            MoldovaLink.BORN: _l("born in Moldova"),
            MoldovaLink.STUDIED: _l("studied in Moldova"),
            MoldovaLink.FAMILY: _l("family from Moldova"),
            DisclosureReason.APPLICATION: _l("you applied there"),
            DisclosureReason.CONSENT: _l("you agreed to it"),
        }
    )
    labels.register(
        {
            ConsentPurpose.ROSTER: _l("Consent to the roster"),
            ConsentPurpose.MATCHING: _l("Being compared by a program"),
            ConsentPurpose.FOLLOW_UP: _l("Questions after a stay"),
        }
    )
    # apart: members that share a value (a part and a reason are both "consent") would be one key above
    labels.register(
        {
            ProfilePart.ABOUT: _l("About you"),
            ProfilePart.CAREER: _l("Career"),
            ProfilePart.DEGREES: _l("Degrees"),
            ProfilePart.FIELDS: _l("Fields of research"),
            ProfilePart.LANGUAGES: _l("Languages"),
            ProfilePart.INTERESTS: _l("What you would like to do in Moldova"),
            ProfilePart.PUBLICATIONS: _l("Publications, theses, projects"),
            ProfilePart.AVAILABILITY: _l("When you could come"),
            ProfilePart.CONSENT: _l("Consent to the roster"),
        }
    )


def moldova_links(codes: list[str]) -> list[str]:
    """Words for stored links to Moldova."""
    return [labels.label(MoldovaLink(code)) for code in codes]


_CONSENT_SOURCES = {
    "site": _l("this site"),
    "demonstration": _l("the invented data of the demonstration"),
}


def consent_source(source: str) -> str:
    """Where a consent was given, in words; a list from outside is called by its own name."""
    return str(_CONSENT_SOURCES.get(source, source))


def consent_text(version: str) -> str:
    """Which words somebody agreed to: since when they stand; a version that is not known by its code."""
    since = CONSENT_DATES.get(version)
    return day(since) if since else version
