from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from diaspora.accounts.models import Account
from diaspora.assignments import queries as assignments
from diaspora.extensions import db
from diaspora.institutions import queries as institutions
from diaspora.institutions.models import Membership
from diaspora.platform.access import Role
from diaspora.platform.paging import Page, paged
from diaspora.platform.personal_data import Person
from diaspora.platform.staff_lists import Asked
from diaspora.profiles import queries as profiles
from diaspora.profiles.models import Candidate
from diaspora.rights.models import DataCopy, Erasure, RightsRequest
from diaspora.rights.rules import OPEN_STATES, erasure_due


def person_of(account: Account | None, candidate: Candidate | None, whole: bool = True) -> Person:
    """Somebody as the registry of personal data knows them; not `whole`: the profile alone."""
    full_names, addresses = set(), set()
    if candidate is not None:
        full_names.add(candidate.full_name)
        addresses.add((candidate.email or "").lower())
    if account is not None and whole:
        full_names |= {f"{m.given_name} {m.family_name}" for m in memberships(account.id)}
        addresses.add(account.email)
    return Person(
        accounts=frozenset({account.id} if account is not None and whole else ()),
        candidates=frozenset({candidate.id} if candidate else ()),
        addresses=frozenset(addresses - {""}),
        # a name of one word could be anybody's
        names=frozenset(name for name in full_names if " " in name.strip()),
    )


def whole_person(account: Account) -> Person:
    """Everything about whoever this account belongs to."""
    return person_of(account, profiles.of_account(account.id))


def open_erasure(account_id: UUID | None) -> Erasure | None:
    """The wish to be erased that is neither done nor taken back."""
    return db.session.scalar(
        select(Erasure).where(
            Erasure.account_id == account_id, Erasure.taken_back_at.is_(None), Erasure.done_at.is_(None)
        )
    )


def erasure(erasure_id: UUID) -> Erasure | None:
    """A wish to be erased that is still open, held until the transaction ends."""
    return db.session.scalar(
        select(Erasure)
        .where(Erasure.id == erasure_id, Erasure.taken_back_at.is_(None), Erasure.done_at.is_(None))
        .with_for_update()
    )


def erasures_due(day: date, unreminded: bool = False) -> Sequence[Erasure]:
    """Open wishes whose day has come by this one; `unreminded`, those whose person was not mailed yet."""
    query = select(Erasure).where(
        Erasure.due_on <= day, Erasure.taken_back_at.is_(None), Erasure.done_at.is_(None)
    )
    if unreminded:
        query = query.where(Erasure.reminded_at.is_(None))
    return db.session.scalars(query.order_by(Erasure.due_on, Erasure.id)).all()


def leads_alone(account_id: UUID) -> bool:
    """Whether some institution would be left without a lead who stays."""
    led = [m.institution_id for m in institutions.memberships_of(account_id) if m.role is Role.HOST_LEAD]
    return not all(
        any(lead.id != account_id and _stays(lead.id) for lead in institutions.lead_accounts(one))
        for one in led
    )


def _stays(account_id: UUID) -> bool:
    wish = open_erasure(account_id)
    return wish is None or not wish.whole


def last_day_of_stay(candidate_id: UUID | None, today: date) -> date | None:
    """The last day of the stay that is agreed and not over, if there is one."""
    return assignments.last_open_day(candidate_id, today) if candidate_id else None


def due_if_asked(candidate: Candidate | None, today: date) -> date:
    """When somebody would be erased who asked today."""
    return erasure_due(today, last_day_of_stay(candidate.id if candidate else None, today))


def memberships(account_id: UUID) -> Sequence[Membership]:
    """Every membership of an account, ended ones, too."""
    return db.session.scalars(select(Membership).where(Membership.account_id == account_id)).all()


def copies_of(account_id: UUID) -> Sequence[DataCopy]:
    """Every copy of somebody's data that is still kept or was never made."""
    return db.session.scalars(select(DataCopy).where(DataCopy.account_id == account_id)).all()


def newest_copy(account_id: UUID) -> DataCopy | None:
    """The copy of somebody's data that was asked for last."""
    return db.session.scalar(
        select(DataCopy).where(DataCopy.account_id == account_id).order_by(DataCopy.asked_at.desc()).limit(1)
    )


def ready_copy(copy_id: UUID, account_id: UUID | None, now: datetime) -> DataCopy | None:
    """A copy that this account may download now."""
    return db.session.scalar(
        select(DataCopy).where(
            DataCopy.id == copy_id, DataCopy.account_id == account_id, DataCopy.expires_at > now
        )
    )


def requests_of(account_id: UUID) -> Sequence[RightsRequest]:
    """What somebody has asked, newest first."""
    return db.session.scalars(
        select(RightsRequest)
        .where(RightsRequest.account_id == account_id)
        .order_by(RightsRequest.created_at.desc(), RightsRequest.id)
    ).all()


def request(request_id: UUID) -> RightsRequest | None:
    """A request by its id."""
    return db.session.get(RightsRequest, request_id)


def account_of(request: RightsRequest) -> Account:
    """Who asks."""
    return db.session.get_one(Account, request.account_id)


def count_open(account_id: UUID | None = None) -> int:
    """How many requests wait: of somebody, or of all."""
    query = select(func.count()).select_from(RightsRequest).where(RightsRequest.state.in_(OPEN_STATES))
    if account_id is not None:
        query = query.where(RightsRequest.account_id == account_id)
    return db.session.scalar(query) or 0


STAFF_ORDERS: dict[str, Any] = {"due": RightsRequest.due_on, "since": RightsRequest.created_at}
"""What the list can be sorted by."""


def staff_page(asked: Asked) -> Page[RightsRequest]:
    """One page of the requests that the address asks for."""
    query = select(RightsRequest).order_by(asked.order(STAFF_ORDERS), RightsRequest.id)
    for name in ("state", "kind"):
        if asked.chosen[name]:
            query = query.where(getattr(RightsRequest, name) == asked.chosen[name])
    return paged(query, asked.page)
