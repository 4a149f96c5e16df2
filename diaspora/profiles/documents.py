"""What changes about a candidate's documents. The file comes before its row and goes after it."""

from datetime import datetime, timedelta
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from diaspora.extensions import db
from diaspora.platform import audit, clock, files
from diaspora.platform.access import Actor
from diaspora.platform.files.uploads import ENDINGS, Upload
from diaspora.platform.jobs import enqueue, every_night, job
from diaspora.platform.refusals import Refused
from diaspora.profiles import queries, rules
from diaspora.profiles.models import Candidate, Document
from diaspora.profiles.policy import owns
from diaspora.profiles.rules import DocumentKind

FOLDER = "documents"
ORPHAN_AFTER = timedelta(days=1)
"""Longer than any request takes: a file whose row is still being written is no orphan."""


def add_document(
    candidate: Candidate, kind: DocumentKind, upload: Upload, actor: Actor, now: datetime
) -> Document:
    """Keep a document under a random name. Raises Refused where there are too many or it cannot be kept."""
    _hold(candidate, actor)
    if candidate.state in rules.HIDDEN_STATES:
        raise Refused(_l("You asked us to erase your profile. Take that back first."))
    if len(queries.documents_of(candidate.id)) >= rules.MOST_DOCUMENTS:
        raise Refused(
            _l("You have %(most)s documents; remove one before you add another.", most=rules.MOST_DOCUMENTS),
            "file",
        )
    key = f"{FOLDER}/{uuid4()}{ENDINGS[upload.type]}"
    try:
        files.put(key, upload.content)
    except OSError as error:
        raise Refused(
            _l("The file could not be kept; the fault is ours. Try again in a few minutes."), "file"
        ) from error
    document = Document(
        candidate_id=candidate.id, kind=kind, name=upload.name, key=key, type=upload.type,
        size=len(upload.content), uploaded_at=now,
    )  # fmt: skip
    db.session.add(document)
    candidate.edited_at = now
    db.session.flush()
    audit.record("candidate.document_added", actor, now, document, candidate=str(candidate.id))
    return document


def remove_document(document: Document, actor: Actor, now: datetime) -> None:
    """The document goes; its file, as soon as that is certain. Raises Refused."""
    _hold(document.candidate, actor)
    audit.record("candidate.document_removed", actor, now, document, candidate=str(document.candidate_id))
    document.candidate.edited_at = now
    db.session.delete(document)
    db.session.flush()
    enqueue(forget_file, document.key)


def _hold(candidate: Candidate, actor: Actor) -> None:
    """Let nobody else change this profile meanwhile: two at once would both be the tenth."""
    if not owns(actor, candidate):
        raise Refused(_l("Another person has to do this."))
    db.session.refresh(candidate, with_for_update=True)


@job
def forget_file(key: str) -> None:
    """Remove the file of a document that is gone."""
    files.delete(key)


@every_night
@job
def remove_orphans() -> None:
    """Remove the files that no row knows: what was kept just before something failed."""
    old = files.older_than(clock.now() - ORPHAN_AFTER, FOLDER)
    known = set(db.session.scalars(select(Document.key)))
    for key in old:
        if key not in known:
            files.delete(key)
