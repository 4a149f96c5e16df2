from collections.abc import Iterator

import pytest

from diaspora.platform.languages import speaking


@pytest.fixture(autouse=True)
def english(transaction: None) -> Iterator[None]:
    """Refusals are read in English here, whichever translations there are."""
    with speaking("en"):
        yield
