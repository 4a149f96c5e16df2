"""Reads of the added terms."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import select

from diaspora.extensions import db
from diaspora.matching.models import GlossaryEntry
from diaspora.matching.records import Term
from diaspora.platform.paging import Page, paged


def added_terms(source: str | None = None) -> list[Term]:
    """Every term that staff or operators added; `source` limits them to one file."""
    query = select(GlossaryEntry.en, GlossaryEntry.ro, GlossaryEntry.ru)
    rows = db.session.execute(query if source is None else query.where(GlossaryEntry.source == source))
    return [(en, ro, ru) for en, ro, ru in rows]


def added(words: str, page: int) -> Page[GlossaryEntry]:
    """One page of the added terms that hold these words, the newest first."""
    query = select(GlossaryEntry).order_by(GlossaryEntry.added_at.desc(), GlossaryEntry.id)
    for word in words.split():
        # SQLite folds only Latin letters by itself: the word is also looked for as it is mostly written
        forms = {word, word.lower(), word.capitalize()}
        query = query.where(sa.or_(*(_holds(form) for form in sorted(forms))))
    return paged(query, page)


def sources() -> Collection[str]:
    """The files from which terms came."""
    return db.session.scalars(
        select(GlossaryEntry.source)
        .where(GlossaryEntry.source != "")
        .distinct()
        .order_by(GlossaryEntry.source)
    ).all()


def _holds(form: str) -> sa.ColumnElement[bool]:
    columns = (GlossaryEntry.en, GlossaryEntry.ro, GlossaryEntry.ru, GlossaryEntry.source)
    return sa.or_(*(column.contains(form, autoescape=True) for column in columns))
