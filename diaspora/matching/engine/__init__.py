"""Which profile fits which placement, judged by their texts alone.

A library of its own, in the style of scikit-learn: it knows neither the web application nor the database.

    matcher = Matcher().fit(profiles, placements)
    matcher.placements_for(profile_key)
    matcher.explain(profile_key, placement_key)
"""

from diaspora.matching.engine.explanation import Explanation
from diaspora.matching.engine.matcher import Matcher
from diaspora.matching.engine.records import Record, Text
from diaspora.matching.engine.storage import EngineFileError
from diaspora.matching.engine.suggestions import Scored, Suggestions

__all__ = ["EngineFileError", "Explanation", "Matcher", "Record", "Scored", "Suggestions", "Text"]
