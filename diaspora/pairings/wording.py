"""Sentences of a pairing: what was done, who has the next move, what a field for a reason asks."""

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from diaspora.pairings.models import Pairing, PairingStep
from diaspora.pairings.rules import PairingAct, PairingState, SystemReason
from diaspora.platform import reference
from diaspora.platform.access import Role
from diaspora.platform.labels import label
from diaspora.platform.languages import day
from diaspora.profiles.queries import AnonymisedCandidate

_A = PairingAct
_S = PairingState

HAPPENED: dict[PairingAct, LazyString] = {
    _A.SHORTLIST: _l("Put on the institution's shortlist"),
    _A.INVITE: _l("The candidate was invited"),
    _A.DISMISS: _l("Taken off the shortlist"),
    _A.RECONSIDER: _l("Put back on the shortlist"),
    _A.APPLY: _l("The candidate applied"),
    _A.SAY_YES: _l("The candidate said yes"),
    _A.DECLINE: _l("The candidate declined the invitation"),
    _A.FIND_ELIGIBLE: _l("Found eligible"),
    _A.FIND_INELIGIBLE: _l("Found not eligible"),
    _A.APPEAL: _l("The candidate appealed"),
    _A.CONFIRM_INELIGIBLE: _l("The appeal was turned down"),
    _A.NOMINATE: _l("Nominated by the institution"),
    _A.HOST_DECLINE: _l("The institution chose not to go on"),
    _A.SEND_TO_COMMISSION: _l("Sent to the commission"),
    _A.ASK_INFORMATION: _l("The commission asked for more information"),
    _A.ANSWER: _l("The candidate answered"),
    _A.APPROVE: _l("Approved"),
    _A.APPROVE_CONDITIONALLY: _l("Approved conditionally"),
    _A.WAITLIST: _l("Put on the waiting list"),
    _A.REJECT: _l("Rejected"),
    _A.OFFER: _l("The offer was made"),
    _A.ACCEPT: _l("The candidate accepted the offer"),
    _A.DECLINE_OFFER: _l("The candidate declined the offer"),
    _A.EXPIRE_OFFER: _l("The offer expired"),
    _A.WITHDRAW: _l("Withdrawn"),
}
"""What a line of the time line says."""

NEXT: dict[PairingState, tuple[LazyString, LazyString]] = {
    _S.SHORTLISTED: (
        _l("Decide whether to invite this candidate."),
        _l("The institution decides whether to invite."),
    ),
    _S.INVITED: (
        _l("Say yes or decline. If you say yes, the institution will see who you are."),
        _l("The candidate says yes or declines. Until then nobody at the institution sees the name."),
    ),
    _S.INTERESTED: (_l("Check the eligibility."), _l("The programme checks the eligibility.")),
    _S.APPLIED: (_l("Check the eligibility."), _l("The programme checks the eligibility.")),
    _S.ELIGIBLE: (
        _l("Nominate this candidate, or say why not."),
        _l("The institution nominates the candidate, or says why not."),
    ),
    _S.INELIGIBLE: (
        _l("You may appeal: say what was overlooked, and another officer will look."),
        _l("The candidate may appeal."),
    ),
    _S.APPEALED: (
        _l("Look at the appeal; the finding was another officer's."),
        _l("Another officer of the programme looks at the appeal."),
    ),
    _S.NOMINATED: (_l("Send it to the commission."), _l("The programme sends it to the commission.")),
    _S.IN_REVIEW: (_l("Decide for the commission."), _l("The commission reads and decides.")),
    _S.MORE_INFORMATION: (
        _l("Answer what the commission asks; its question stands in the time line."),
        _l("The candidate answers the commission's question."),
    ),
    _S.APPROVED: (_l("Make the offer."), _l("The programme makes the offer.")),
    _S.APPROVED_CONDITIONALLY: (
        _l("Check the conditions, then make the offer."),
        _l("The programme checks the conditions, then makes the offer."),
    ),
    _S.WAITLISTED: (
        _l("Approve if a seat gets free, or reject at the end of the call."),
        _l(
            "If somebody falls away, the commission may approve. Otherwise it says no at the end of the call."
        ),
    ),
    _S.OFFERED: (
        _l("Accept or decline the offer. Accepting makes the letter of invitation."),
        _l("The candidate accepts or declines the offer."),
    ),
}
"""What comes next: for whoever has the move, and for the others."""

REASON_LABELS: dict[PairingAct, LazyString] = {
    _A.INVITE: _l("A few words to the candidate (optional)"),
    _A.DISMISS: _l("Why"),
    _A.DECLINE: _l("Why; the institution will read it"),
    _A.FIND_INELIGIBLE: _l("Which condition is not met; the candidate will read it"),
    _A.APPEAL: _l("What was overlooked"),
    _A.CONFIRM_INELIGIBLE: _l("Why the finding stands; the candidate will read it"),
    _A.HOST_DECLINE: _l("Why not; the candidate will read it"),
    _A.ASK_INFORMATION: _l("What the commission wants to know"),
    _A.ANSWER: _l("Your answer"),
    _A.APPROVE: _l("Why; the candidate and the institution will read it"),
    _A.APPROVE_CONDITIONALLY: _l("Under which conditions; the candidate and the institution will read them"),
    _A.WAITLIST: _l("Why; the candidate and the institution will read it"),
    _A.REJECT: _l("Why; the candidate and the institution will read it"),
    _A.DECLINE_OFFER: _l("Why; the institution will read it"),
    _A.WITHDRAW: _l("Why; the others will read it"),
}
"""What the field for the reason asks."""

DONE: dict[PairingAct, LazyString] = {
    _A.SAY_YES: _l(
        "You said yes. The institution now sees your profile; the programme checks the eligibility."
    ),
    _A.DECLINE: _l("You declined. The institution has been told."),
    _A.APPEAL: _l("Your appeal was sent. Another officer will look at it."),
    _A.NOMINATE: _l("Nominated. The programme sends it to the commission next."),
    _A.FIND_ELIGIBLE: _l("Found eligible. The institution was asked to nominate."),
    _A.ACCEPT: _l("You accepted. Your stay is being prepared, and the letter of invitation has been issued."),
    _A.OFFER: _l("The offer was made. The candidate has been told until when it holds."),
    _A.WITHDRAW: _l("Withdrawn. The others have been told."),
}
"""What is said after an act; of the rest, that it is done."""


def reason_of(step: PairingStep) -> str:
    """The reason of a step in the reader's language, where the site itself gave it."""
    if step.role is Role.SYSTEM and step.reason in set(SystemReason):
        return label(SystemReason(step.reason))
    return step.reason


def anonymised(person: AnonymisedCandidate) -> list[str]:
    """What may be said of somebody before a disclosure, in short sentences."""
    said = []
    if person.career_stage is not None:
        said.append(label(person.career_stage))
    if person.country:
        said.append(_("lives in %(country)s", country=reference.country_name(person.country)))
    if person.degree_level is not None:
        said.append(_("highest degree: %(degree)s", degree=label(person.degree_level)))
    if person.fields:
        fields = format_list([reference.field_name(code) for code in person.fields], locale=get_locale())
        said.append(_("fields of research: %(fields)s", fields=fields))
    if person.languages:
        spoken = [_spoken(code, level) for code, level in person.languages]
        said.append(_("languages: %(languages)s", languages=format_list(spoken, locale=get_locale())))
    said += [
        _("could come from %(first)s to %(last)s", first=day(first), last=day(last))
        for first, last in person.availability
    ]
    return said


def _spoken(code: str, level: str) -> str:
    name = reference.language_name(code)
    if level == "native":
        return _("%(language)s (native)", language=name)
    return _("%(language)s (%(level)s)", language=name, level=level)


def places(pairing: Pairing) -> str:
    """Where the pair stood in the matcher's lists, for staff; "" where nobody looked."""
    if pairing.ranked_at is None:
        return ""
    own, theirs = pairing.rank_for_candidate, pairing.rank_for_placement
    if own and theirs:
        return _(
            "Place %(own)s among the candidate’s placements, %(theirs)s among the placement’s candidates.",
            own=own,
            theirs=theirs,
        )
    if own:
        return _("Place %(own)s among the candidate’s placements; not in the placement’s list.", own=own)
    if theirs:
        return _(
            "Place %(theirs)s among the placement’s candidates; not in the candidate’s list.", theirs=theirs
        )
    return _("The pair stood in neither list of the matcher.")
