"""A copy of everything about somebody, as one archive."""

import io
import json
import zipfile
from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

from flask import render_template
from flask_babel import lazy_gettext as _l

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.platform import audit, clock, files, jobs, personal_data
from diaspora.platform.access import Actor
from diaspora.platform.languages import speaking
from diaspora.platform.mail.services import link, post
from diaspora.platform.refusals import Refused
from diaspora.rights import queries, rules
from diaspora.rights.models import DataCopy


def waits(copy: DataCopy | None, now: datetime) -> bool:
    """Whether a copy is being made."""
    return copy is not None and copy.ready_at is None and now - copy.asked_at < rules.COPY_GIVEN_UP


def is_ready(copy: DataCopy | None, now: datetime) -> bool:
    """Whether a copy can be downloaded."""
    return copy is not None and copy.expires_at is not None and copy.expires_at > now


def ask_for_copy(account: Account, actor: Actor, now: datetime) -> DataCopy:
    """Have a copy made; an earlier one goes. Raises Refused while one is being made."""
    if waits(queries.newest_copy(account.id), now):
        raise Refused(_l("Your copy is being made. You get a mail when it is ready."))
    for old in queries.copies_of(account.id):
        forget(old)
    asked = DataCopy(account_id=account.id, asked_at=now)
    db.session.add(asked)
    db.session.flush()
    audit.record("rights.copy_asked", actor, now, asked)
    jobs.enqueue(make_copy, str(asked.id))
    return asked


def forget(copy: DataCopy) -> None:
    """Remove a copy with its file."""
    if copy.file_key:
        files.delete(copy.file_key)
    db.session.delete(copy)
    db.session.flush()


def archive(account: Account, now: datetime) -> bytes:
    """The zip: data.json for machines, data.html in the person's language, and the documents."""
    person = queries.whole_person(account)
    parts = personal_data.export(person)
    data = {
        part.holding.key: [
            {name: personal_data.plain(value) for name, value in row.items()} for row in part.rows
        ]
        for part in parts
    }
    with speaking(account.language):
        page = render_template(
            "rights/data.html", parts=parts, text=personal_data.text, now=now, language=account.language
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
        made.writestr("data.html", page)
        for name, content in personal_data.documents(person):
            made.writestr(f"documents/{name}", content)
    return packed.getvalue()


@jobs.job
def make_copy(copy_id: str) -> None:
    """The job behind `ask_for_copy`; the mail tells that it is there and holds nothing of it."""
    copy, now = db.session.get(DataCopy, UUID(copy_id)), clock.now()
    if copy is None or copy.ready_at is not None:
        return
    account = db.session.get_one(Account, copy.account_id)
    copy.file_key = f"copies/{token_urlsafe(32)}.zip"
    files.put(copy.file_key, archive(account, now))
    copy.ready_at, copy.expires_at = now, now + rules.COPY_LASTS
    post(
        "data_copy_ready", account.email, account.language, now, account.id,
        until=copy.expires_at, url=link("rights.my_data", account.language),
    )  # fmt: skip
