from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from diaspora.extensions import db

Row = TypeVar("Row")

PER_PAGE = 20


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a longer list; `number` counts from 1."""

    rows: Sequence[Row]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))


def paged(query: sa.Select[Row], number: int, per_page: int = PER_PAGE) -> Page[Row]:
    """Run a query for one page; a number outside the list gives the nearest page."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(max(1, number), max(1, -(-total // per_page)))
    rows: Sequence[Any] = db.session.scalars(query.limit(per_page).offset((number - 1) * per_page)).all()
    return Page(rows, number, total, per_page)
