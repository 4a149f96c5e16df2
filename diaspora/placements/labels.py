from flask_babel import lazy_gettext as _l

from diaspora.placements.rules import PlacementAct, PlacementState
from diaspora.placements.search import Facet, Length, Order
from diaspora.platform import labels


def register() -> None:
    """Words for where a placement stands and what can be done about it."""
    labels.register(
        {
            PlacementState.DRAFT: _l("draft"),
            PlacementState.SUBMITTED: _l("with an officer"),
            PlacementState.CHANGES_REQUESTED: _l("to be corrected"),
            PlacementState.PUBLISHED: _l("open for applications"),
            PlacementState.ON_HOLD: _l("on hold"),
            PlacementState.FILLED: _l("filled"),
            PlacementState.CLOSED: _l("over"),
            PlacementState.REJECTED: _l("not accepted"),
            PlacementState.WITHDRAWN: _l("withdrawn"),
            PlacementState.EXPIRED: _l("past its closing day"),
        }
    )
    labels.register(
        {
            PlacementAct.SUBMIT: _l("Send for checking"),
            PlacementAct.REQUEST_CHANGES: _l("Ask for changes"),
            PlacementAct.PUBLISH: _l("Publish"),
            PlacementAct.REJECT: _l("Reject"),
            PlacementAct.HOLD: _l("Put on hold"),
            PlacementAct.RELEASE: _l("Show it again"),
            PlacementAct.FILL: _l("Mark as filled"),
            PlacementAct.REOPEN: _l("Open it again"),
            PlacementAct.EXPIRE: _l("Let it expire"),
            PlacementAct.RENEW: _l("Open it again until a new day"),
            PlacementAct.CLOSE: _l("Close"),
            PlacementAct.WITHDRAW: _l("Withdraw"),
        }
    )
    labels.register(
        {
            Length.TWO_WEEKS: _l("up to two weeks"),
            Length.MONTH: _l("more than two weeks, up to a month"),
            Length.THREE_MONTHS: _l("one to three months"),
            Length.LONGER: _l("more than three months"),
        }
    )
    labels.register(
        {
            Order.CLOSING: _l("closing soonest"),
            Order.NEWEST: _l("newest"),
            Order.SHORTEST: _l("shortest stay"),
            Order.WORDS: _l("best for the words"),
        }
    )


FACETS = {
    Facet.FIELD: _l("Field of research"),
    Facet.DISTRICT: _l("District"),
    Facet.LANGUAGE: _l("Language of the work"),
    Facet.MODE: _l("Way of working"),
    Facet.LENGTH: _l("Length of the stay"),
    Facet.CALL: _l("Call"),
    Facet.INSTITUTION: _l("Institution"),
}
"""What the filters of the list of open posts are called."""

PART_NAMES = {
    "call_id": _l("Call"),
    "language": _l("Language of the texts"),
    "title": _l("Title"),
    "summary": _l("In short"),
    "tasks": _l("What the guest will do"),
    "results": _l("Expected results"),
    "transfer": _l("Knowledge that stays"),
    "beneficiaries": _l("Who will learn"),
    "required_profile": _l("Who we look for"),
    "desired_profile": _l("What would be a plus"),
    "fields": _l("Fields of research"),
    "languages": _l("Languages of the work"),
    "starts_on": _l("First possible day"),
    "ends_on": _l("Last possible day"),
    "length_days": _l("Length of the stay in days"),
    "mode": _l("Way of working"),
    "seats": _l("Seats"),
    "district": _l("District"),
    "supervisor_name": _l("Supervisor's name"),
    "supervisor_position": _l("Supervisor's position"),
    "supervisor_email": _l("Supervisor's e-mail address"),
    "counterpart_name": _l("Counterpart's name"),
    "counterpart_position": _l("Counterpart's position"),
    "closes_on": _l("Last day for applications"),
}
"""What each part of the terms of reference is called, on forms, in headings and in lists."""

CHAPTER_NAMES = {
    "work": _l("What is to be done"),
    "person": _l("What the person brings"),
    "time": _l("When and where"),
    "host": _l("What the institution gives"),
    "handling": _l("How it is handled"),
}
"""What each chapter of the form is called."""

HEADINGS = {**PART_NAMES, "tasks": _l("What you will do"), "desired_profile": _l("What would be a plus")}
"""The same for those who read a post in order to apply."""

NEXT_STEPS = {
    PlacementState.DRAFT: _l(
        "Only your institution sees this. When nothing is missing, a lead sends it for checking."
    ),
    PlacementState.SUBMITTED: _l(
        "An officer is reading it now. You will get a mail when it is published or needs to be corrected."
    ),
    PlacementState.CHANGES_REQUESTED: _l(
        "An officer asks you to correct something. Edit it, then a lead sends it again."
    ),
    PlacementState.PUBLISHED: _l(
        "Everybody can read it, and candidates can apply until its last day. "
        "What you change shows at once; those who applied keep the version that they read."
    ),
    PlacementState.ON_HOLD: _l(
        "Hidden for a while: nobody can find it or apply. Show it again when you are ready."
    ),
    PlacementState.FILLED: _l(
        "Its seats are taken, so it is no longer listed. It opens again if somebody falls away."
    ),
    PlacementState.CLOSED: _l("Its stays are over. You can copy it for a new post."),
    PlacementState.REJECTED: _l("The programme did not accept it. You can copy it and begin again."),
    PlacementState.WITHDRAWN: _l("It was taken back. You can copy it for a new post."),
    PlacementState.EXPIRED: _l(
        "Its last day for applications has passed. Choose a new day to open it again."
    ),
}
"""What a state means for the institution, and what comes next."""
