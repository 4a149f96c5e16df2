"""Texts and records as vectors of term weights (TF-IDF), with statistics frozen at the time of learning."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from diaspora.matching.engine.records import Record, Text
from diaspora.matching.engine.tokens import terms

Floats = NDArray[np.float64]


class TermSpace:
    """The known terms and how rare each is.

    A text's vector holds (1 + ln tf) * idf for each of its known terms and has length 1, where
    idf = 1 + ln((1 + n) / (1 + df)) (scikit-learn's smooth idf; n texts learned from, df with the term).
    A record's vector is the weighted mean of its texts' vectors, brought back to length 1.
    A text or record without known terms is the zero vector. Terms unknown at learning time are ignored.
    """

    def __init__(self, known: Sequence[str], idf: Floats) -> None:
        """known: the terms, in column order; idf: one positive number a term."""
        self.terms = tuple(known)
        self.idf = idf
        self.column_of = {term: column for column, term in enumerate(self.terms)}
        self._vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True, vocabulary=self.column_of)
        if self.terms:  # scikit-learn refuses an empty vocabulary; see text_vectors
            self._vectorizer.idf_ = idf

    @classmethod
    def learn(cls, texts: Sequence[Text]) -> "TermSpace":
        """The space of these texts' terms; empty when they have none."""
        bodies = [text.body for text in texts]
        if not any(map(terms, bodies)):
            return cls((), np.empty(0))
        learned = TfidfVectorizer(analyzer=terms, sublinear_tf=True).fit(bodies)
        return cls(learned.get_feature_names_out().tolist(), learned.idf_)

    def text_vectors(self, texts: Sequence[Text]) -> csr_array:
        """One row of length 1 (or 0) a text: [texts, terms]."""
        if not (self.terms and texts):
            return csr_array((len(texts), len(self.terms)))
        return csr_array(self._vectorizer.transform([text.body for text in texts]))

    def record_vectors(self, records: Iterable[Record]) -> csr_array:
        """One row of length 1 (or 0) a record: [records, terms]. A row depends on its own record only."""
        records = list(records)
        if not (self.terms and records):  # scikit-learn refuses matrices without rows or columns
            return csr_array((len(records), len(self.terms)))
        texts = [text for record in records for text in record.texts]
        weights = np.concatenate([_relative_weights(record) for record in records])
        starts = np.cumsum([0, *(len(record.texts) for record in records)])
        averaging = csr_array((weights, np.arange(len(texts)), starts), shape=(len(records), len(texts)))
        vectors = csr_array(normalize(averaging @ self.text_vectors(texts)))
        vectors.sort_indices()  # sums run in one order, so equal pairs get equal scores bit by bit
        return vectors

    def text_parts(self, record: Record) -> csr_array:
        """What each text gives to the record's vector: [texts, terms]; the rows add up to that vector."""
        weighted = self.text_vectors(record.texts).multiply(_relative_weights(record)[:, np.newaxis]).tocsr()
        # Not np.linalg.norm: its sums may depend on the number of threads.
        length = float(np.sqrt(np.square(weighted.sum(axis=0)).sum()))
        return weighted / length if length else weighted


def _relative_weights(record: Record) -> Floats:
    """The texts' weights, the largest as 1: only proportions matter, and huge weights must not overflow."""
    weights = np.array([text.weight for text in record.texts], dtype=np.float64)
    return weights / weights.max() if weights.any() else weights
