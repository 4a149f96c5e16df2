"""The life of a concern about a post or an invitation."""

import enum
from datetime import timedelta

from diaspora.platform.access import Role
from diaspora.platform.lifecycle import Lifecycle, row


class ConcernKind(enum.StrEnum):
    """What seems wrong."""

    FAKE_HOST = "fake_host"
    ASKS_MONEY = "asks_money"
    ASKS_DOCUMENTS = "asks_documents"
    DISCRIMINATION = "discrimination"
    WRONG_FACTS = "wrong_facts"
    OTHER = "other"


class ConcernState(enum.StrEnum):
    """Where it stands."""

    NEW = "new"
    LOOKED_AT = "looked_at"
    FOUNDED = "founded"
    UNFOUNDED = "unfounded"


class ConcernAct(enum.StrEnum):
    """What an officer can do about it."""

    TAKE_UP = "take_up"
    FIND_FOUNDED = "find_founded"
    FIND_UNFOUNDED = "find_unfounded"
    REOPEN = "reopen"


OPEN_STATES = (ConcernState.NEW, ConcernState.LOOKED_AT)
MOST_ABOUT_ONE_POST = 20
"""In an hour. Officers have read of it by then; the rest would only fill the list."""
COUNTED = timedelta(hours=1)

_S = ConcernState
_A = ConcernAct

LIFECYCLE = Lifecycle(
    "concern",
    [_S.NEW],
    [
        row(_A.TAKE_UP, [_S.NEW], _S.LOOKED_AT, [Role.OFFICER], effect="an officer looks into it"),
        row(
            _A.FIND_FOUNDED,
            OPEN_STATES,
            _S.FOUNDED,
            [Role.OFFICER],
            reason=True,
            effect="the officer suspends the institution or takes the post down, apart",
        ),
        row(_A.FIND_UNFOUNDED, OPEN_STATES, _S.UNFOUNDED, [Role.OFFICER], reason=True, effect="closed"),
        row(
            _A.REOPEN,
            [_S.FOUNDED, _S.UNFOUNDED],
            _S.LOOKED_AT,
            [Role.OFFICER],
            reason=True,
            effect="looked into again",
        ),
    ],
)
