"""In which language a text is written, from its alphabet, its small words and its letters."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from diaspora.matching.engine import stop_words
from diaspora.matching.engine.glossary import Glossary
from diaspora.matching.engine.spelling import is_cyrillic, typed_in_latin
from diaspora.matching.engine.tokens import fold, words

LANGUAGES = ("en", "ro", "ru", "fr", "it", "de")
TYPED_RUSSIAN = "ru-Latn"
LOOKED_AT = 500
"""Characters of a text from which its language is told."""
WHOLE_WORD = 3.0
"""What a word that the glossary has in a language says for it, in units of ln."""
SMALL_WORD = 4.0
"""What a word such as "und" says for its language, and a word with one of its own letters."""
_UNHEARD, _UNHEARD_IN_SAMPLES = 3e-5, 1.5e-4
"""The probability of a piece that was not seen: higher where less was learned."""
_EXPECTED = {"en": 1.0, "fr": -4.0, "it": -4.0, "de": -4.0, TYPED_RUSSIAN: -1.0}
"""ln of how much likelier than Romanian a language is before a word is read."""
_OWN_LETTERS = {"ro": "șțăşţ", "de": "äöüß", "fr": "éêëèœçù", "it": "òìù"}
_SMALL_WORDS = {
    language: frozenset(fold(word) for word in text.split())
    for language, text in (
        ("en", stop_words.ENGLISH), ("ro", stop_words.ROMANIAN), ("fr", stop_words.FRENCH),
        ("it", stop_words.ITALIAN), ("de", stop_words.GERMAN),
    )
}  # fmt: skip
_SMALL_RUSSIAN = frozenset(typed_in_latin(fold(word)) for word in stop_words.RUSSIAN.split())

# Enough of the learned vocabulary of languages that the glossary does not hold to know their letters by.
_SAMPLES = {
    "fr": """
analyse apprentissage architecture bâtiment bibliothèque chercheur chimie climatique connaissance construction
culture développement données droit durable eau économie écologie éducation élevage énergie enseignement
entreprise environnement étude évaluation expérience fonction formation gestion histoire industrie
informatique
ingénieur jeunesse langue logement maladie marché matériaux mathématiques médecine méthode milieu modélisation
mouvement musique niveau nouvelle océan ouvrier patrimoine pays pêche peinture pensée philosophie physique
politique population pouvoir professeur programme projet protection psychologie qualité recherche réseau
santé science sécurité sociale société sol statistique système théorie traitement travail université
vieillesse
ville voyage élève réduction mécanique prévention femmes enfants hommes internationale nationale scientifique
""",
    "it": """
acqua agricoltura ambiente analisi apprendimento architettura attività biblioteca chimica città conoscenza
costruzione cultura dati diritto economia edificio educazione energia esperienza filosofia fisica formazione
gestione giovani impresa industria informatica ingegneria insegnamento inquinamento lavoro lingua malattia
materiali matematica medicina mercato metodo misura modello musica natura nazionale paese pensiero pesca
politica popolazione processo produzione progetto protezione psicologia qualità ricerca ricercatore rete
salute scienza scuola sicurezza sistema sociale società stato storia studio sviluppo suolo teoria territorio
trattamento università valutazione viaggio vita gruppo risultati funzione sostanze organismi movimento
""",
    "de": """
Abfall Analyse Arbeit Ausbildung Bau Behandlung Bevölkerung Bewertung Bibliothek Bildung Boden Chemie Daten
Energie Entwicklung Erfahrung Ergebnisse Erziehung Fischerei Forschung Frauen Gebäude Geschichte Gesellschaft
Gesundheit Gewässer Grundlagen Informatik Ingenieur Jugend Kenntnisse Klima Krankheit Kultur Landwirtschaft
Lehre Lernen Luft Maschinenbau Mathematik Medizin Messung Methode Modellierung Musik Netzwerk Philosophie
Physik Politik Prozess Prüfung Qualität Recht Schule Schutz Sicherheit Sprache Stadt Steuerung Stoffe Straße
System Theorie Umwelt Universität Untersuchung Unternehmen Verfahren Verschmutzung Verwaltung Wasser
Werkstoffe
Wirtschaft Wissen Wissenschaft wissenschaftlich Zusammenarbeit gesellschaftlich natürlich nachhaltig
""",
}


class Detector:
    """Naive Bayes over folded three-letter pieces of words, with small words and own letters as
    further signs.

    English, Romanian and Russian (also as typed in Latin letters) are learned from the glossary; Romanian is
    learned without its marks, as many write it.
    """

    def __init__(self, glossary: Glossary) -> None:
        """glossary: where to learn from; an empty one leaves small words and own letters to decide."""
        samples = {language: glossary.phrases(language) for language in ("en", "ro")}
        samples[TYPED_RUSSIAN] = [typed_in_latin(fold(phrase)) for phrase in glossary.phrases("ru")]
        samples |= {language: [text] for language, text in _SAMPLES.items()}
        self._words = {
            language: frozenset(fold(word) for text in texts for word in words(text))
            for language, texts in samples.items()
        }
        self._chances = {
            language: _chances(texts, _UNHEARD_IN_SAMPLES if language in _SAMPLES else _UNHEARD)
            for language, texts in samples.items()
        }
        self.detect = lru_cache(maxsize=2**12)(self._detect)

    def _detect(self, body: str) -> str:
        """One of LANGUAGES or TYPED_RUSSIAN; English where nothing tells."""
        found = words(body[:LOOKED_AT])
        if 2 * sum(map(is_cyrillic, found)) > len(found):
            return "ru"
        latin = [word for word in found if not is_cyrillic(word)]
        scores: dict[str, float] = dict.fromkeys(self._chances, 0.0)
        for word in latin:
            folded = fold(word)
            lowered = word.lower()
            for language, score in scores.items():
                known = self._chances[language]
                small = _SMALL_RUSSIAN if language == TYPED_RUSSIAN else _SMALL_WORDS[language]
                score += sum(known.get(piece, known[""]) for piece in _pieces(folded))
                score += SMALL_WORD * (folded in small) + WHOLE_WORD * (folded in self._words[language])
                score += SMALL_WORD * any(letter in lowered for letter in _OWN_LETTERS.get(language, ""))
                scores[language] = score
        return max(scores, key=lambda language: scores[language] + _EXPECTED.get(language, 0.0))


def _pieces(folded: str) -> list[str]:
    marked = f" {folded} "
    return [marked[at : at + 3] for at in range(len(marked) - 2)]


def _chances(texts: Iterable[str], unheard: float) -> dict[str, float]:
    """ln of each piece's probability; under "" that of one that the texts do not hold."""
    counts: Counter[str] = Counter()
    for text in texts:
        for word in words(text):
            counts.update(_pieces(fold(word)))
    whole = counts.total()
    return {"": math.log(unheard)} | {
        piece: math.log(count / whole + unheard) for piece, count in counts.items()
    }


def shares(languages: Sequence[str], weights: Sequence[float]) -> str:
    """The language of most weight; of equals, the first in LANGUAGES, then by name; "en" for none."""
    totals: dict[str, float] = {}
    for language, weight in zip(languages, weights, strict=True):
        totals[language] = totals.get(language, 0.0) + weight
    order = {language: place for place, language in enumerate(LANGUAGES)}
    return min(
        totals, key=lambda language: (-totals[language], order.get(language, 99), language), default="en"
    )
