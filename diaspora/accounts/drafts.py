"""What somebody typed and did not send: kept while they type, offered when they open the form again."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import request
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from wtforms import Field, FileField, HiddenField, PasswordField

from diaspora.accounts import queries, rules
from diaspora.accounts.models import Draft
from diaspora.extensions import db
from diaspora.platform.forms import Form, clean


@dataclass(frozen=True)
class Kept:
    """What a page needs to keep a form: how it is called, what it began from, and since when something waits.

    `saved_at` is None where the form shows what is stored.
    """

    key: str
    base: str
    saved_at: datetime | None = None


def restored(form: Form, account_id: UUID | None, key: str, base: object = None) -> Kept:
    """Fill a form that is being opened with what its reader typed before and had not sent.

    Works for any form: call it after the form was made, give the result to the macros
    `autosave_attributes` and `kept_notice`, and call `discard_draft` once the form went through. A draft
    that began from other stored values than today's is not offered: somebody saved meanwhile. What a form
    began from is read from its fields; one with lists in it passes its record's version as `base`.
    """
    began = str(base) if base is not None else _began_from(form)
    draft = queries.draft_of(account_id, key) if account_id and request.method == "GET" else None
    if draft is None or draft.base != began:
        return Kept(key, began)
    typed = MultiDict(draft.data)
    for field in _typed_into(form):
        field.process(typed, field.object_data)
    return Kept(key, began, draft.saved_at)


def _typed_into(form: Form) -> list[Field]:
    return [field for field in form if not isinstance(field, HiddenField | PasswordField | FileField)]


def _began_from(form: Form) -> str:
    stored = {field.name: field.object_data for field in _typed_into(form)}
    return hashlib.sha256(json.dumps(stored, sort_keys=True, default=str).encode()).hexdigest()[:16]


def keep_draft(account_id: UUID, key: str, base: str, typed: Mapping[str, list[str]], now: datetime) -> None:
    """Keep what stands in a form; the newest wins, and the oldest goes where somebody has too many."""
    # two tabs that begin at the same moment: one of them is kept, the other with its next change
    with suppress(IntegrityError), db.session.begin_nested():
        draft = queries.draft_of(account_id, key)
        if draft is None:
            _make_room(account_id)
            draft = Draft(account_id=account_id, key=key)
            db.session.add(draft)
        draft.base, draft.saved_at = (clean(base) or "")[:100], now
        draft.data = rules.worth_keeping(typed)
        db.session.flush()


def _make_room(account_id: UUID) -> None:
    newest_first = select(Draft.id).where(Draft.account_id == account_id).order_by(Draft.saved_at.desc())
    too_many = db.session.scalars(newest_first.offset(rules.MOST_DRAFTS - 1)).all()
    db.session.execute(delete(Draft).where(Draft.id.in_(too_many)))


def discard_draft(account_id: UUID | None, key: str) -> None:
    """Forget what was kept of a form: it was sent, or is not wanted."""
    db.session.execute(delete(Draft).where(Draft.account_id == account_id, Draft.key == key))
