"""Decisions about accounts: how long things last, which passwords are refused."""

import enum
import re
from collections.abc import Mapping
from datetime import datetime, timedelta


class LinkPurpose(enum.StrEnum):
    """What a mailed link does."""

    CONFIRM_ADDRESS = "confirm_address"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a name
    CLAIM_PROFILE = "claim_profile"


LINK_LIFETIME = {
    LinkPurpose.CONFIRM_ADDRESS: timedelta(days=3),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
    LinkPurpose.CLAIM_PROFILE: timedelta(days=30),
}

SESSION_IDLE = timedelta(days=7)
SESSION_LIFETIME = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=1)

DRAFTS_LAST = timedelta(days=30)
MOST_DRAFTS = 60
"""Of one person; the oldest goes when there is one more."""
MOST_DRAFT_BYTES = 64 * 1024


def session_alive(started_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """A session ends by idleness or by age, whichever comes first."""
    return now - last_seen_at < SESSION_IDLE and now - started_at < SESSION_LIFETIME


_UNSTORED = re.compile(r"csrf_token|version|_.*|.*password.*", re.IGNORECASE)
_DRAFT_KEY = re.compile(r"[a-z0-9._-]{1,100}")


def draft_key_fits(key: str) -> bool:
    """Whether a form may be called so: `profile.about`, or with the id of what it edits."""
    return _DRAFT_KEY.fullmatch(key) is not None


def worth_keeping(typed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What of a form goes into a draft: nothing that the site itself put there, and never a password."""
    return {name: values for name, values in typed.items() if not _UNSTORED.fullmatch(name)}
