"""The numbers of the recipe, in one place. Measured in docs/decisions/0014-matching-recipe.md."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """What the matcher does with texts. The defaults are the product's; others are for measuring a step.

    translate: use the glossary's table. cognates: let unknown words meet by their letters.
    context_share: how much of a score the context may be in a large corpus; 0 = none.
    context_size: dimensions of the context. half_texts: at so many texts in the corpus the context and the
        hubness correction have half their effect; they come in continuously.
    hubness: exponent of the correction for records that resemble everything; 0 = none.
    length_share: exponent of a record's own length in its vector: 1 = cosine, 0 = plain mean of its texts.
    short_text: a text of so many different terms has half the weight of a long one.
    long_text: from so many different terms on, a text loses weight.
    repeated_window: so many words in a row that stood in the text before do not count again.
    standardise: level lists between the languages of their candidates.
    """

    translate: bool = True
    cognates: bool = True
    context_share: float = 0.3
    context_size: int = 40
    half_texts: int = 1000
    hubness: float = 0.5
    length_share: float = 0.5
    short_text: float = 10.0
    long_text: int = 300
    repeated_window: int = 6
    standardise: bool = True

    def effect(self, texts: int) -> float:
        """How much of the corpus-learned steps a corpus of so many texts allows, 0 to 1."""
        return texts / (texts + self.half_texts)
