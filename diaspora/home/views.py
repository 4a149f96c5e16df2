"""What somebody's home shows, gathered before the template sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from diaspora.home.hosting import Hosting, hosting_of
from diaspora.home.seeking import Seeking, seeking_of
from diaspora.institutions import queries as institutions
from diaspora.platform import clock
from diaspora.platform.access import Actor
from diaspora.profiles import queries as profiles
from diaspora.rights import queries as rights


@dataclass(frozen=True)
class Home:
    """The parts of a home page; those that somebody is not stay empty."""

    seeking: Seeking | None = None
    hosting: Sequence[Hosting] = field(default_factory=list)
    erased_on: date | None = None


def home_of(actor: Actor, now: datetime) -> Home:
    """Everything that this person's home page shows."""
    account_id = actor.account_id
    if account_id is None:
        return Home()
    candidate = profiles.of_account(account_id)
    memberships = institutions.memberships_of(account_id)
    wish = rights.open_erasure(account_id)
    today = clock.local_day(now)
    return Home(
        seeking=seeking_of(candidate, today) if candidate else None,
        hosting=hosting_of(memberships, actor, today) if memberships else [],
        erased_on=wish.due_on if wish else None,
    )
