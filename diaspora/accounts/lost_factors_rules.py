"""The path of somebody who lost every second factor: two members of staff, a day to stop it."""

import enum
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from diaspora.platform.access import Role
from diaspora.platform.lifecycle import Lifecycle, row

WAITING = timedelta(hours=24)
"""So long, at least, the person can stop a request that somebody else made in their name."""

REQUEST_LASTS = timedelta(days=14)
"""An older request is answered by a new one."""


class LossState(enum.StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    PROPOSED = "proposed"
    REMOVED = "removed"
    REFUSED = "refused"
    STOPPED = "stopped"


class LossAct(enum.StrEnum):
    """What can be done about it."""

    PROPOSE = "propose"
    APPROVE = "approve"
    REFUSE = "refuse"
    STOP = "stop"


@dataclass(frozen=True)
class LossFacts:
    """What the guards look at; the defaults let everything through."""

    own: bool = False
    proposed_by_actor: bool = False
    waited: bool = True
    fresh: bool = True
    signed_in_since: bool = False


def not_own(facts: LossFacts) -> LazyString | None:
    """Nobody decides about their own account."""
    return _l("This is your own account: other members of staff decide.") if facts.own else None


def two_people(facts: LossFacts) -> LazyString | None:
    """Who checked the identity does not approve."""
    return (
        _l("You have proposed this: another member of staff approves.") if facts.proposed_by_actor else None
    )


def waited(facts: LossFacts) -> LazyString | None:
    """The person has had a day to stop it."""
    return None if facts.waited else _l("The person can stop this for 24 hours; approve it afterwards.")


def still_fresh(facts: LossFacts) -> LazyString | None:
    """An old request may have been forgotten by the person."""
    return None if facts.fresh else _l("This request is older than two weeks. The person has to ask again.")


def not_found_again(facts: LossFacts) -> LazyString | None:
    """Whoever signed in with a second factor has one."""
    found = _l("The person has signed in with a second factor since: nothing is lost.")
    return found if facts.signed_in_since else None


_S = LossState
_A = LossAct
_STAFF = [Role.OFFICER, Role.ADMIN]
OPEN = frozenset({_S.REQUESTED, _S.PROPOSED})

LIFECYCLE = Lifecycle(
    "lost second factors",
    [_S.REQUESTED],
    [
        row(_A.PROPOSE, [_S.REQUESTED], _S.PROPOSED, _STAFF, not_own, still_fresh, reason=True),
        row(
            _A.APPROVE,
            [_S.PROPOSED],
            _S.REMOVED,
            _STAFF,
            not_own,
            two_people,
            waited,
            still_fresh,
            not_found_again,
            effect="every factor is removed, sessions end, the person is mailed",
        ),
        row(_A.REFUSE, OPEN, _S.REFUSED, _STAFF, not_own, reason=True, effect="the person is mailed"),
        row(_A.STOP, OPEN, _S.STOPPED, [Role.MEMBER], effect="by the link in the mail"),
    ],
)
