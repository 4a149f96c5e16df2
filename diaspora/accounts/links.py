"""One-time links: made for a mail, used once."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from diaspora.accounts import queries, rules, secrets
from diaspora.accounts.models import OneTimeLink
from diaspora.accounts.rules import LinkPurpose
from diaspora.extensions import db
from diaspora.platform.refusals import Refused


def issue_link(
    purpose: LinkPurpose, now: datetime, account_id: UUID | None = None, subject_id: UUID | None = None
) -> str:
    """Make a one-time link's token; earlier unused links for the same thing stop working."""
    db.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.purpose == purpose,
            OneTimeLink.account_id == account_id,
            OneTimeLink.subject_id == subject_id,
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=now)
    )
    token = secrets.new_token()
    db.session.add(
        OneTimeLink(
            purpose=purpose,
            account_id=account_id,
            subject_id=subject_id,
            token_hash=secrets.digest(token),
            created_at=now,
            expires_at=now + rules.LINK_LIFETIME[purpose],
        )
    )
    db.session.flush()
    return token


def use_link(purpose: LinkPurpose, token: str, now: datetime) -> OneTimeLink:
    """Use a link up. Raises Refused where it is unknown, used or too old; two at once: one wins."""
    link = queries.usable_link(purpose, token, now)
    # two clicks at once: the row that this statement finds unused belongs to one of them
    taken = link is not None and db.session.scalar(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
        .returning(OneTimeLink.id)
        .execution_options(synchronize_session=False)
    )
    if link is None or not taken:
        raise Refused(_l("This link has been used or is too old. Ask for a new one."))
    return link
