"""Edits: what a full run with the statistics of the last fit would give."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora.matching.engine import Matcher
from diaspora.matching.engine.collection import Collection
from diaspora.matching.engine.pooling import pool
from tests.matching.engine.samples import all_pairs, placements, profiles, record, records, rivers


def full_run(learned, some, others):
    """A matcher of these records with statistics that were learned elsewhere."""
    matcher = Matcher()
    matcher.space_, matcher.standard_ = learned.space_, learned.standard_
    for kind, side_records, side in (("profile", some, 0), ("placement", others, 1)):
        vectors = learned.standard_.apply(pool(learned.space_, side_records), side)
        setattr(matcher, f"{kind}s_", Collection(kind, side_records, vectors))
    return matcher


edits = st.lists(
    st.tuples(st.booleans(), records("", max_size=12).filter(bool).map(lambda r: r[-1])), max_size=8
)


@settings(max_examples=25, deadline=None)
@given(profiles, placements, edits, edits, st.booleans())
def test_edits_give_what_a_full_run_with_frozen_statistics_gives(
    some, others, of_profiles, of_placements, read_between
):
    matcher = Matcher().fit(some, others)
    expected = [{one.key: one for one in some}, {other.key: other for other in others}]
    acts = [
        (matcher.upsert_profile, matcher.remove_profile, of_profiles, "p"),
        (matcher.upsert_placement, matcher.remove_placement, of_placements, "q"),
    ]
    for records_by_key, (upsert, remove, edits, prefix) in zip(expected, acts, strict=True):
        for put, edited in edits:
            edited = type(edited)(prefix + edited.key, edited.texts)
            if put:
                upsert(edited)
                records_by_key[edited.key] = edited
            elif edited.key in records_by_key:
                remove(edited.key)
                del records_by_key[edited.key]
            if read_between:
                matcher.suggest()
    some, others = (list(side.values()) for side in expected)
    full = full_run(matcher, some, others)
    pairs = all_pairs(some, others)
    assert matcher.profile_keys_ == full.profile_keys_
    assert matcher.placement_keys_ == full.placement_keys_
    assert np.array_equal(matcher.score_pairs(pairs), full.score_pairs(pairs))
    assert dict(matcher.suggest(3).placements_for) == dict(full.suggest(3).placements_for)
    assert dict(matcher.suggest(3).profiles_for) == dict(full.suggest(3).profiles_for)
    assert all(matcher.explain(*pair) == full.explain(*pair) for pair in pairs[:4])


def test_words_unknown_at_fit_are_ignored_until_the_next_fit():
    matcher = rivers()
    matcher.upsert_profile(record("dan", "σεισμός"))
    matcher.upsert_placement(record("institute", "σεισμός"))
    assert matcher.score_pairs([("dan", "institute")]).tolist() == [0.0]
    matcher.upsert_profile(record("dan", "σεισμός water"))
    matcher.upsert_placement(record("institute", "water σεισμός archives"))
    before = matcher.score_pairs([("dan", "institute")])[0]
    assert [term.in_profile for term in matcher.explain("dan", "institute").terms] == ["water"]
    matcher.fit(matcher.profiles_.records.values(), matcher.placements_.records.values())
    assert matcher.score_pairs([("dan", "institute")])[0] > before


def test_words_of_the_glossary_count_though_no_text_had_them_at_fit():
    matcher = rivers()
    matcher.upsert_profile(record("dan", "ciment"))
    matcher.upsert_placement(record("works", "цемент"))
    assert matcher.score_pairs([("dan", "works")])[0] > 0.9


def test_masks_follow_the_order_of_keys_after_edits():
    matcher = rivers()
    matcher.remove_profile("ana")
    matcher.upsert_profile(record("clara", "water"))
    matcher.upsert_profile(record("ana", "water"))
    assert matcher.profile_keys_ == ("boris", "clara", "ana")
    mask = np.array([[False] * 3, [False] * 3, [True] * 3])
    assert [key for key, _ in matcher.profiles_for("chemistry", allowed=mask)] == ["ana"]
