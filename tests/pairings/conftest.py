from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from diaspora.platform.languages import speaking


@pytest.fixture(autouse=True)
def english(transaction: None) -> Iterator[None]:
    """Refusals are read in English here, whichever translations there are."""
    with speaking("en"):
        yield


class Counted:
    """How many statements were sent."""

    count = 0


@pytest.fixture
def query_counter() -> Callable[[], object]:
    @contextmanager
    def counting() -> Iterator[Counted]:
        counted = Counted()

        def count(*_arguments: object) -> None:
            counted.count += 1

        sa.event.listen(sa.Engine, "before_cursor_execute", count)
        try:
            yield counted
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", count)

    return counting
