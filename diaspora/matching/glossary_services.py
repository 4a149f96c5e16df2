"""The terms that staff and operators add to the product's own glossary."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from diaspora.extensions import db
from diaspora.matching import glossary_queries, lacking, queries, services
from diaspora.matching.engine.glossary import HEAD as LANGUAGES
from diaspora.matching.engine.glossary import own
from diaspora.matching.glossary_files import Row, UnusableTerms
from diaspora.matching.models import GlossaryEntry
from diaspora.matching.records import Term
from diaspora.platform import audit
from diaspora.platform.access import Actor
from diaspora.platform.forms import CONSTRAINT_MESSAGES, LINE, clean, one_line
from diaspora.platform.refusals import Refused

BATCH = 1000

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_KNOWN = _l("This term stands in the glossary already.")
# PostgreSQL names the constraint, SQLite the columns
CONSTRAINT_MESSAGES["uq_glossary_entry_en_ro_ru"] = ("en", _KNOWN)
CONSTRAINT_MESSAGES["glossary_entry.en, glossary_entry.ro, glossary_entry.ru"] = ("en", _KNOWN)


@dataclass(frozen=True)
class Imported:
    """What became of the terms of a file. `left_out` says of each line that is of no use why."""

    added: int
    known: int
    left_out: tuple[str, ...] = ()


def checked(term: Iterable[str]) -> Term:
    """The term without superfluous space. Raises Refused for what cannot be one."""
    en, ro, ru = (" ".join((one_line(clean(text)) or "").split()) for text in term)
    for language, text in zip(LANGUAGES, (en, ro, ru), strict=True):
        if len(text) > LINE:
            raise Refused(_l("This is too long for a term."), language)
        if language != "ru" and _CYRILLIC.search(text):
            raise Refused(
                _l("This is written in Cyrillic letters: it belongs into the Russian field."), language
            )
    if sum(map(bool, (en, ro, ru))) < 2:
        raise Refused(_l("Give the term in at least two of the three languages."), "en" if ro or ru else "ro")
    return en, ro, ru


def with_english(term: Term, known: Mapping[str, str]) -> Term:
    """The term with the English word that is known for its Romanian or Russian one, if it has none itself.

    Raises Refused where none is known: the matcher meets both languages through English.
    """
    en, ro, ru = term
    en = en or known.get(ro.casefold(), "") or known.get(ru.casefold(), "")
    if not en:
        raise Refused(_l("Give the English word, too: the matcher meets other languages through it."), "en")
    return en, ro, ru


def _english_words(terms: Iterable[Term]) -> dict[str, str]:
    """The English word for each Romanian and Russian one; of several, the first by the alphabet."""
    rows = [*own().rows, *terms]
    return {
        text.casefold(): en for en, *others in sorted(rows, reverse=True) for text in others if en and text
    }


def add(term: Term, actor: Actor, now: datetime) -> GlossaryEntry:
    """Somebody of the staff adds a term. Raises Refused."""
    en, ro, ru = with_english(checked(term), _english_words(glossary_queries.added_terms()))
    if (en, ro, ru) in own().rows or (en, ro, ru) in glossary_queries.added_terms():
        raise Refused(_KNOWN, "en")
    entry = GlossaryEntry(en=en, ro=ro, ru=ru, added_by_id=actor.account_id, added_at=now)
    db.session.add(entry)
    db.session.flush()
    audit.record("glossary.add", actor, now, entry, en=en, ro=ro, ru=ru)
    services.ask_for_refresh()
    return entry


def remove(entry: GlossaryEntry, actor: Actor, now: datetime) -> None:
    """Take an added term out again."""
    audit.record("glossary.remove", actor, now, entry, en=entry.en, ro=entry.ro, ru=entry.ru)
    db.session.delete(entry)
    db.session.flush()
    services.ask_for_refresh()


def import_rows(
    rows: Sequence[Row],
    source: str,
    actor: Actor,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """Store the terms of a file: all of them or none; what is there already is left as it is.

    A term without English gets the English word that this file or the glossary has for it, or is left out.
    Raises UnusableTerms with a line for every term that cannot be one.
    """
    found, faults = list[tuple[int, Term]](), []
    for row in rows:
        try:
            found.append((row.line, checked(row.term)))
        except Refused as refusal:
            faults.append(f"line {row.line}: {'; '.join(filter(None, (refusal.field, str(refusal))))}")
    if faults:
        raise UnusableTerms(*faults)
    added = glossary_queries.added_terms()
    known = _english_words([*added, *(term for _line, term in found)])
    terms, left_out = dict[Term, None](), []
    for line, term in found:
        try:
            terms[with_english(term, known)] = None
        except Refused as refusal:
            left_out.append(f"line {line}: {refusal}")
    there = {*own().rows, *added}
    new = [term for term in terms if term not in there]
    shared = {"source": source, "added_by_id": actor.account_id, "added_at": now}
    for begin in range(0, len(new), BATCH):
        batch = new[begin : begin + BATCH]
        db.session.execute(
            sa.insert(GlossaryEntry),
            [{"id": uuid4(), "en": en, "ro": ro, "ru": ru, **shared} for en, ro, ru in batch],
        )
        if progress:
            progress(begin + len(batch), len(new))
    if new:
        audit.record("glossary.import", actor, now, file=source, added=len(new))
        services.ask_for_refresh()
    return Imported(len(new), len(terms) - len(new), tuple(left_out))


def remove_file(source: str, actor: Actor, now: datetime) -> int:
    """Take out all terms that came from this file; how many."""
    removed = len(glossary_queries.added_terms(source)) if source else 0
    if removed:
        db.session.execute(delete(GlossaryEntry).where(GlossaryEntry.source == source))
        audit.record("glossary.remove_file", actor, now, file=source, removed=removed)
        services.ask_for_refresh()
    return removed


def entry(entry_id: UUID) -> GlossaryEntry | None:
    """An added term."""
    return db.session.get(GlossaryEntry, entry_id)


def lacking_now(words: str = "") -> list[lacking.Lacking]:
    """What the last run found lacking and nobody has added since, most wanted first; `words` narrows it."""
    run = queries.newest_run()
    if run is None:
        return []
    added = lacking.known(glossary_queries.added_terms())
    sought = words.casefold().split()
    found = (lacking.Lacking(**one) for one in run.lacking)
    return [
        one
        for one in found
        if all(word in one.word.casefold() for word in sought) and lacking.key_of(one) not in added
    ]


def own_size() -> int:
    """How many terms the product brings along."""
    return len(own().rows)
