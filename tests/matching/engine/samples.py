"""Small random corpora for the property tests."""

from hypothesis import strategies as st

from diaspora.matching.engine import Matcher, Record, Text

# Few words, so that records share many: one word in three spellings, three languages, stop words, noise.
WORDS = [
    "învăţare",
    "Învățare",
    "invatare",
    "water",
    "Water",
    "quality",
    "river",
    "neural",
    "сеть",
    "Сети",
    "молекула",
]
WORDS += ["the", "și", "и", "CO2", "x", "42", "\x00", "—"]

texts = st.builds(
    Text,
    body=st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
    weight=st.sampled_from([0.0, 0.3, 1.0, 2.0]),
    field=st.sampled_from(["publication", "interests"]),
)


def records(prefix: str, max_size: int = 7) -> st.SearchStrategy[list[Record]]:
    bodies = st.lists(st.lists(texts, max_size=4), max_size=max_size)
    return bodies.map(lambda all_texts: [Record(f"{prefix}{n:02}", t) for n, t in enumerate(all_texts)])


profiles = records("p")
placements = records("q")


def record(key: object, *bodies: str) -> Record:
    return Record(key, [Text(body, field="publication") for body in bodies])


def all_pairs(profiles: list[Record], placements: list[Record]) -> list[tuple[object, object]]:
    return [(profile.key, placement.key) for profile in profiles for placement in placements]


def rivers() -> Matcher:
    """A readable corpus, for the tests of single rules."""
    return Matcher().fit(
        [
            record("ana", "Water quality of rivers", "Rivers and lakes", "Învățare automată"),
            record("boris", "Нейронные сети", "Сети и данные"),
            record("clara", "River water, river ecology", "invatare"),
        ],
        [
            record("chemistry", "River water quality monitoring"),
            record("computing", "învăţare automată, нейронные сети"),
            record("history", "Medieval archives"),
        ],
    )
