"""What there is to match at this moment, and the hashes by which it is known again."""

from diaspora.matching import glossary_queries, judging, queries, records
from diaspora.matching.records import Corpus
from diaspora.placements import queries as placements
from diaspora.profiles import queries as profiles

ENGINE = "diaspora.matching.engine 3"
"""Which engine made a run. One more whenever the same corpus would get other scores from it."""


def gather() -> Corpus:
    """Everybody on the roster, every public placement and the added terms, as plain values."""
    return records.corpus_of(
        profiles.for_matching(), placements.for_matching(), glossary_queries.added_terms(), queries.apart()
    )


def settings_hash() -> str:
    """The hash of all that decides the outcome beside the corpus."""
    return records.digest({"engine": ENGINE, "settings": judging.settings()})


def basis_hash(corpus: Corpus) -> str:
    """The hash of all that decides the outcome beside the records: settings and added terms."""
    return records.digest([settings_hash(), corpus.added_terms])


def corpus_hash(corpus: Corpus) -> str:
    """The hash of a corpus together with the engine and its settings: the same hash, the same suggestions."""
    return records.digest([basis_hash(corpus), sorted(corpus.marks.values())])
