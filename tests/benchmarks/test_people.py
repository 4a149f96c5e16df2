"""The import of real comparisons, where the set is beside the checkout."""

from pathlib import Path

import pytest

from benchmarks import people
from diaspora.settings import ROOT

COMPARISONS = ROOT.parent / "shared" / "matching-dev" / "people.json"

pytestmark = pytest.mark.own_database


@pytest.mark.skipif(not COMPARISONS.exists(), reason=f"{COMPARISONS.name} is not beside this checkout")
def test_all_comparisons_are_imported_and_get_suggestions(tmp_path: Path) -> None:
    counts = people.run(COMPARISONS, tmp_path)
    assert counts["candidates"] == counts["candidates_with_suggestions"] == 424
    assert counts["placements"] == counts["placements_with_suggestions"] == 212
    assert counts["refused"] == 0
