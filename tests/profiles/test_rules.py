from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaspora.profiles import rules
from diaspora.profiles.rules import MISSING, REQUIRED, ProfileFacts

NAMES = [key for key in MISSING if key != "consent"]
ARGUMENTS = {"name": "named"}


@given(st.fixed_dictionaries({ARGUMENTS.get(n, n): st.booleans() for n in NAMES}))
def test_exactly_the_empty_parts_are_missing(there: dict[str, bool]) -> None:
    missing = rules.missing_parts(**there)
    assert set(missing) == {n for n in NAMES if not there[ARGUMENTS.get(n, n)]}
    assert (rules.complete(ProfileFacts(missing)) is None) == all(there.values())


def test_every_required_part_is_asked_on_exactly_one_page() -> None:
    keys = [key for page in REQUIRED.values() for key in page]
    assert sorted(keys) == sorted(MISSING)


@given(
    st.from_regex(r"10\.[0-9]{4,9}/[!-~]{1,40}", fullmatch=True),
    st.sampled_from(["", "doi:", "DOI: ", "https://doi.org/", "http://dx.doi.org/", "doi.org/", " "]),
)
def test_a_doi_is_kept_in_one_form_however_it_was_pasted(doi: str, before: str) -> None:
    normal = rules.normal_doi(before + doi)
    assert normal == doi.lower()
    assert rules.normal_doi(normal) == normal


@given(st.text())
def test_whatever_passes_as_a_doi_is_in_its_form_already(text: str) -> None:
    normal = rules.normal_doi(text)
    assert normal is None or rules.normal_doi(normal) == normal


@pytest.mark.parametrize(
    "wrong", ["", "10.1/x", "11.1000/182", "10.1000/", "https://example.org/10.1000/1", "10.1000/a b"]
)
def test_what_is_no_doi_is_refused(wrong: str) -> None:
    assert rules.normal_doi(wrong) is None


@given(st.integers(min_value=0, max_value=10**15 - 1), st.integers(min_value=0, max_value=10))
def test_of_eleven_check_digits_exactly_one_makes_an_orcid(number: int, wrong: int) -> None:
    base = f"{number:015d}"
    total = 0
    for digit in base:
        total = (total + int(digit)) * 2
    right = (12 - total % 11) % 11
    text = base + "0123456789X"[wrong]
    dashed = "-".join(text[i : i + 4] for i in range(0, 16, 4))
    expected = dashed if wrong == right else None
    assert rules.normal_orcid(dashed) == expected
    assert rules.normal_orcid(f"https://orcid.org/{dashed}") == expected


def test_the_roster_lasts_three_years() -> None:
    assert abs((date(2026, 1, 1) + rules.ROSTER_LASTS - date(2029, 1, 1)).days) <= 1
