from flask_babel import lazy_gettext as _l

from diaspora.pairings.rules import BoardGroup, Origin, PairingAct, PairingState, SystemReason
from diaspora.platform import labels


def register() -> None:
    """Words for states, acts (as buttons say them), origins and the groups of the board."""
    labels.register(
        {
            PairingState.SHORTLISTED: _l("on the institution's shortlist"),
            PairingState.DISMISSED: _l("taken off the shortlist"),
            PairingState.INVITED: _l("invited"),
            PairingState.DECLINED: _l("invitation declined"),
            PairingState.INTERESTED: _l("invitation accepted, eligibility being checked"),
            PairingState.APPLIED: _l("application received, eligibility being checked"),
            PairingState.ELIGIBLE: _l("eligible, waiting for the institution"),
            PairingState.INELIGIBLE: _l("not eligible"),
            PairingState.APPEALED: _l("appeal being looked at"),
            PairingState.INELIGIBLE_FINAL: _l("not eligible, final"),
            PairingState.HOST_DECLINED: _l("not chosen by the institution"),
            PairingState.NOMINATED: _l("nominated by the institution"),
            PairingState.IN_REVIEW: _l("with the commission"),
            PairingState.MORE_INFORMATION: _l("the commission asks for more information"),
            PairingState.APPROVED: _l("approved"),
            PairingState.APPROVED_CONDITIONALLY: _l("approved conditionally"),
            PairingState.WAITLISTED: _l("on the waiting list"),
            PairingState.REJECTED: _l("rejected"),
            PairingState.OFFERED: _l("offered"),
            PairingState.ACCEPTED: _l("accepted"),
            PairingState.OFFER_DECLINED: _l("offer declined"),
            PairingState.OFFER_EXPIRED: _l("offer expired"),
            PairingState.WITHDRAWN: _l("withdrawn"),
        }
    )
    _acts()
    labels.register(
        {
            Origin.MATCHER: _l("application after a suggestion of this site"),
            Origin.CANDIDATE: _l("application"),
            Origin.INSTITUTION: _l("invitation by the institution"),
            Origin.STAFF: _l("invitation by the programme"),
        }
    )
    labels.register(
        {
            BoardGroup.PROGRAMME: _l("Waiting for an officer"),
            BoardGroup.COMMISSION: _l("With the commission"),
            BoardGroup.INSTITUTION: _l("With the institution"),
            BoardGroup.CANDIDATE: _l("With the candidate"),
            BoardGroup.ACCEPTED: _l("Accepted"),
            BoardGroup.OVER: _l("Over"),
        }
    )
    labels.register(
        {
            SystemReason.CANDIDATE_LEFT: _l("The candidate does not take part any more."),
            SystemReason.CANDIDATE_HID: _l("The candidate hides from the institution since then."),
            SystemReason.PLACEMENT_WITHDRAWN: _l("The placement was withdrawn."),
            SystemReason.HOST_SUSPENDED: _l("The programme has suspended the institution."),
            SystemReason.OFFER_EXPIRED: _l("The last day of the offer passed without an answer."),
        }
    )


def _acts() -> None:
    labels.register(
        {
            PairingAct.SHORTLIST: _l("Keep on the shortlist"),
            PairingAct.INVITE: _l("Invite"),
            PairingAct.DISMISS: _l("Take off the shortlist"),
            PairingAct.RECONSIDER: _l("Put back on the shortlist"),
            PairingAct.APPLY: _l("Apply"),
            PairingAct.SAY_YES: _l("Say yes to the invitation"),
            PairingAct.DECLINE: _l("Decline the invitation"),
            PairingAct.FIND_ELIGIBLE: _l("Find eligible"),
            PairingAct.FIND_INELIGIBLE: _l("Find not eligible"),
            PairingAct.APPEAL: _l("Appeal"),
            PairingAct.CONFIRM_INELIGIBLE: _l("Turn the appeal down"),
            PairingAct.NOMINATE: _l("Nominate"),
            PairingAct.HOST_DECLINE: _l("Do not choose this candidate"),
            PairingAct.SEND_TO_COMMISSION: _l("Send to the commission"),
            PairingAct.ASK_INFORMATION: _l("Ask for more information"),
            PairingAct.ANSWER: _l("Answer the commission"),
            PairingAct.APPROVE: _l("Approve"),
            PairingAct.APPROVE_CONDITIONALLY: _l("Approve conditionally"),
            PairingAct.WAITLIST: _l("Put on the waiting list"),
            PairingAct.REJECT: _l("Reject"),
            PairingAct.OFFER: _l("Make the offer"),
            PairingAct.ACCEPT: _l("Accept the offer"),
            PairingAct.DECLINE_OFFER: _l("Decline the offer"),
            PairingAct.EXPIRE_OFFER: _l("End the offer"),
            PairingAct.WITHDRAW: _l("Withdraw"),
        }
    )
