"""The life of a placement, and what its terms of reference need."""

import enum
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from diaspora.platform.access import Role
from diaspora.platform.languages import day
from diaspora.platform.lifecycle import Lifecycle, row
from diaspora.programmes.rules import Mode


class PlacementState(enum.StrEnum):
    """Where a placement stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    PUBLISHED = "published"
    ON_HOLD = "on_hold"
    FILLED = "filled"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class PlacementAct(enum.StrEnum):
    """What can be done about a placement."""

    SUBMIT = "submit"
    REQUEST_CHANGES = "request_changes"
    PUBLISH = "publish"
    REJECT = "reject"
    HOLD = "hold"
    RELEASE = "release"
    FILL = "fill"
    REOPEN = "reopen"
    EXPIRE = "expire"
    RENEW = "renew"
    CLOSE = "close"
    WITHDRAW = "withdraw"


TERMS = (
    "title",
    "summary",
    "tasks",
    "results",
    "transfer",
    "beneficiaries",
    "required_profile",
    "desired_profile",
)
"""The written parts of the terms of reference, in the order in which people read them."""

CHAPTERS = {
    "work": ("language", "title", "summary", "tasks", "results", "transfer", "beneficiaries"),
    "person": ("required_profile", "desired_profile", "fields", "languages"),
    "time": ("starts_on", "ends_on", "length_days", "mode", "district"),
    "host": (
        "seats",
        "supervisor_name",
        "supervisor_position",
        "supervisor_email",
        "counterpart_name",
        "counterpart_position",
    ),
    "handling": ("call_id", "closes_on"),
}
"""The chapters of the form and the parts of each, in the order in which people write them."""

_MAY_STAY_EMPTY = frozenset({"desired_profile"})

NEEDED = tuple(part for parts in CHAPTERS.values() for part in parts if part not in _MAY_STAY_EMPTY)
"""What has to be there before a placement is sent."""

LENGTHS = {
    "summary": (40, 80),
    "tasks": (60, 120),
    "results": (40, 80),
    "transfer": (30, 60),
    "beneficiaries": (10, 30),
    "required_profile": (30, 60),
    "desired_profile": (20, 50),
}
"""From how many words to how many each text is at its best: advice on the form, refused to nobody."""

MOST_FIELDS = 4
MOST_SEATS = 50
LONGEST_STAY = 366

# an address for the programme's officers; the public never reads it, so a change of it changes no terms
_NOT_PUBLIC = frozenset({"supervisor_email"})


class Wanted(NamedTuple):
    """A language with the least CEFR level, and whether the work needs it."""

    code: str
    level: str
    required: bool = True


@dataclass(frozen=True)
class Terms:
    """Everything that an institution writes about a placement; a draft has gaps. Names as in the model."""

    language: str = ""
    title: str = ""
    summary: str = ""
    tasks: str = ""
    results: str = ""
    transfer: str = ""
    beneficiaries: str = ""
    required_profile: str = ""
    desired_profile: str = ""
    fields: tuple[str, ...] = ()
    languages: tuple[Wanted, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    length_days: int | None = None
    mode: Mode | None = None
    seats: int = 1
    district: str = ""
    call_id: UUID | None = None
    supervisor_name: str = ""
    supervisor_position: str = ""
    supervisor_email: str = ""
    counterpart_name: str = ""
    counterpart_position: str = ""
    closes_on: date | None = None

    def public(self) -> dict[str, Any]:
        """What the public reads of it, as plain JSON values; two equal ones are the same version."""
        plain: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "languages":
                value = [wanted._asdict() for wanted in value]
            elif isinstance(value, tuple):
                value = list(value)
            elif isinstance(value, date):
                value = value.isoformat()
            elif isinstance(value, Mode | UUID):
                value = str(value)
            if field.name not in _NOT_PUBLIC:
                plain[field.name] = value
        return plain

    def for_a_new_post(self) -> "Terms":
        """The texts and people of an earlier post, without its days and its call."""
        return replace(self, starts_on=None, ends_on=None, closes_on=None, call_id=None)


def missing(terms: Terms) -> tuple[str, ...]:
    """The parts that still have to be written before it can be sent, in the order of the form."""
    return tuple(name for name in NEEDED if not getattr(terms, name))


@dataclass(frozen=True)
class CallBounds:
    """What a call allows its placements."""

    least_days: int
    most_days: int
    deadline: date
    modes: Collection[str]


def contradictions(terms: Terms, call: CallBounds | None) -> list[tuple[str, LazyString]]:
    """What does not fit together, as (part, sentence); only about parts that are filled in."""
    return [*_wrong_days(terms), *(_against_call(terms, call) if call else [])]


def _wrong_days(terms: Terms) -> list[tuple[str, LazyString]]:
    wrong: list[tuple[str, LazyString]] = []
    starts, ends, closes, length = terms.starts_on, terms.ends_on, terms.closes_on, terms.length_days
    if starts and ends and ends < starts:
        wrong.append(("ends_on", _l("The last possible day comes before the first one.")))
    elif starts and ends and length and length > (ends - starts).days + 1:
        window = (ends - starts).days + 1
        wrong.append(
            (
                "length_days",
                _l("The stay is longer than the %(days)s days between its first and last day.", days=window),
            )
        )
    if starts and closes and closes >= starts:
        wrong.append(("closes_on", _l("Applications have to close before the first possible day.")))
    return wrong


def _against_call(terms: Terms, call: CallBounds) -> list[tuple[str, LazyString]]:
    wrong: list[tuple[str, LazyString]] = []
    if terms.length_days and not call.least_days <= terms.length_days <= call.most_days:
        wrong.append(
            (
                "length_days",
                _l(
                    "This call pays for stays of %(least)s to %(most)s days.",
                    least=call.least_days,
                    most=call.most_days,
                ),
            )
        )
    if terms.closes_on and terms.closes_on > call.deadline:
        deadline = LazyString(day, call.deadline)  # written out in the language of whoever reads it
        wrong.append(
            ("closes_on", _l("The call closes on %(day)s; this post cannot close later.", day=deadline))
        )
    if terms.mode and terms.mode not in call.modes:
        wrong.append(("mode", _l("This call does not allow this way of working.")))
    return wrong


@dataclass(frozen=True)
class PlacementFacts:
    """What a placement's guards look at."""

    institution_verified: bool = True
    verification_current: bool = True
    call_open: bool = True
    missing: tuple[str, ...] = ()
    consistent: bool = True
    closing_day_ahead: bool = True


def verified_host(facts: PlacementFacts) -> LazyString | None:
    """Only verified institutions post."""
    if facts.institution_verified:
        return None
    return _l("Your institution has to be verified first. You can keep preparing the draft meanwhile.")


def current_verification(facts: PlacementFacts) -> LazyString | None:
    """Where the verification has run out, nothing new begins; what is public stays."""
    if facts.verification_current:
        return None
    return _l("The institution’s verification has to be renewed first. What is public stays public.")


def complete_terms(facts: PlacementFacts) -> LazyString | None:
    """Terms of reference are sent only whole."""
    if facts.missing:
        return _l("Some parts of the terms of reference are missing; they are listed on the page.")
    return None


def fitting(facts: PlacementFacts) -> LazyString | None:
    """Days, length and mode agree with each other and with the call."""
    if facts.consistent:
        return None
    return _l("Its days, length or way of working do not fit each other or the call; the page says which.")


def open_call(facts: PlacementFacts) -> LazyString | None:
    """A placement belongs to a call that takes applications."""
    return None if facts.call_open else _l("Its call is not open. Choose an open call.")


def still_ahead(facts: PlacementFacts) -> LazyString | None:
    """A closing day in the past would end the post at once."""
    return (
        None
        if facts.closing_day_ahead
        else _l("Its last day for applications has passed. Choose a later one.")
    )


_S = PlacementState
_A = PlacementAct
_HOST = [Role.HOST_LEAD, Role.OFFICER]
_BEFORE_CLOSED = [s for s in _S if s not in {_S.CLOSED, _S.REJECTED, _S.WITHDRAWN}]

LIFECYCLE = Lifecycle(
    "placement",
    [_S.DRAFT],
    [
        row(
            _A.SUBMIT,
            [_S.DRAFT, _S.CHANGES_REQUESTED],
            _S.SUBMITTED,
            _HOST,
            verified_host,
            current_verification,
            complete_terms,
            fitting,
            open_call,
            still_ahead,
            effect="waits for an officer",
        ),
        row(
            _A.REQUEST_CHANGES,
            [_S.SUBMITTED],
            _S.CHANGES_REQUESTED,
            [Role.OFFICER],
            reason=True,
            effect="lead is told what to mend",
        ),
        row(
            _A.PUBLISH,
            [_S.SUBMITTED],
            _S.PUBLISHED,
            [Role.OFFICER],
            verified_host,
            current_verification,
            complete_terms,
            fitting,
            open_call,
            still_ahead,
            effect="public, and matched",
        ),
        row(_A.REJECT, [_S.SUBMITTED], _S.REJECTED, [Role.OFFICER], reason=True, effect="lead is told why"),
        row(_A.HOLD, [_S.PUBLISHED], _S.ON_HOLD, _HOST, reason=True, effect="hidden for a while"),
        row(_A.RELEASE, [_S.ON_HOLD], _S.PUBLISHED, _HOST, verified_host, still_ahead, effect="public again"),
        row(_A.FILL, [_S.PUBLISHED], _S.FILLED, [Role.OFFICER, Role.SYSTEM], effect="its seats are taken"),
        row(_A.REOPEN, [_S.FILLED], _S.PUBLISHED, [Role.OFFICER, Role.SYSTEM], effect="somebody fell away"),
        row(_A.EXPIRE, [_S.PUBLISHED], _S.EXPIRED, [Role.SYSTEM], effect="its closing day passed"),
        row(
            _A.RENEW,
            [_S.EXPIRED],
            _S.PUBLISHED,
            _HOST,
            verified_host,
            current_verification,
            fitting,
            open_call,
            still_ahead,
            effect="a new closing day",
        ),
        row(_A.CLOSE, [_S.FILLED], _S.CLOSED, [Role.OFFICER, Role.SYSTEM], effect="its stays are over"),
        row(
            _A.WITHDRAW,
            _BEFORE_CLOSED,
            _S.WITHDRAWN,
            _HOST,
            reason=True,
            effect="candidates in play are told",
        ),
    ],
)

PUBLIC_STATES = frozenset({_S.PUBLISHED})
ENDED_STATES = frozenset({_S.FILLED, _S.CLOSED, _S.EXPIRED})
EDITABLE_STATES = frozenset({_S.DRAFT, _S.CHANGES_REQUESTED, _S.PUBLISHED, _S.ON_HOLD, _S.EXPIRED})
