"""Decisions about accounts: how long things last, which passwords are refused."""

import enum
import re
from collections.abc import Mapping
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class LinkPurpose(enum.StrEnum):
    """What a mailed link does."""

    CONFIRM_ADDRESS = "confirm_address"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a name
    CLAIM_PROFILE = "claim_profile"
    REPORT_LOSS = "report_loss"
    STOP_REMOVAL = "stop_removal"
    JOIN_INSTITUTION = "join_institution"


LINK_LIFETIME = {
    LinkPurpose.CONFIRM_ADDRESS: timedelta(days=3),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
    LinkPurpose.CLAIM_PROFILE: timedelta(days=30),
    LinkPurpose.REPORT_LOSS: timedelta(hours=1),
    LinkPurpose.STOP_REMOVAL: timedelta(days=15),
    LinkPurpose.JOIN_INSTITUTION: timedelta(days=7),
}

SEEN_EVERY = timedelta(minutes=1)

DRAFTS_LAST = timedelta(days=30)
MOST_DRAFTS = 60
"""Of one person; the oldest goes when there is one more."""
MOST_DRAFT_BYTES = 64 * 1024

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


_UNSTORED = re.compile(r"csrf_token|version|_.*|.*password.*", re.IGNORECASE)
_DRAFT_KEY = re.compile(r"[a-z0-9._-]{1,100}")


def draft_key_fits(key: str) -> bool:
    """Whether a form may be called so: `profile.about`, or with the id of what it edits."""
    return _DRAFT_KEY.fullmatch(key) is not None


def worth_keeping(typed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What of a form goes into a draft: nothing that the site itself put there, and never a password."""
    return {name: values for name, values in typed.items() if not _UNSTORED.fullmatch(name)}


def password_refusal(password: str, email: str) -> LazyString | None:
    """Why this password cannot be used, or None. Length counts, not composition (NIST SP 800-63B)."""
    if len(password) < SHORTEST_PASSWORD:
        return _l(
            "Use at least %(least)s characters; a few words are easy to remember.", least=SHORTEST_PASSWORD
        )
    if len(password) > LONGEST_PASSWORD:
        return _l("Use at most %(most)s characters.", most=LONGEST_PASSWORD)
    own_name = email.split("@")[0].lower()
    if len(set(password.lower())) < 4 or (own_name and own_name in password.lower()):
        return _l("This password is easy to guess: it repeats itself or holds your address.")
    return None
