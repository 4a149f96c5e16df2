"""Suggestions into the database in one go: COPY on PostgreSQL, one bulk insert elsewhere."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast
from uuid import UUID, uuid4

import sqlalchemy as sa

from diaspora.extensions import db
from diaspora.matching.judging import Judged, Pair, Ranks
from diaspora.matching.models import Suggestion

_COLUMNS = (
    "id",
    "run_id",
    "candidate_id",
    "placement_id",
    "score",
    "rank_for_candidate",
    "rank_for_placement",
    "reasons",
)
Stored = dict[Pair, tuple[UUID, Ranks]]
"""For every stored pair the id of its suggestion and its places in both lists."""

_TABLE = cast(sa.Table, Suggestion.__table__)
_ONE_SWAP = 0x53574150
"""The name of the lock that lets one run after the other swap its suggestions in."""


def one_at_a_time() -> None:
    """Until the transaction ends, no other run swaps: two at once would store the same pair twice."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_SWAP)))


def store(run_id: UUID, judged: Sequence[Judged], known: Stored | None = None) -> None:
    """Write suggestions, in the session's transaction. Known pairs keep their ids: pages link to them."""
    known = known or {}
    rows = [
        (
            known[pair][0] if (pair := (one.candidate_id, one.placement_id)) in known else uuid4(),
            run_id,
            one.candidate_id,
            one.placement_id,
            one.score,
            one.rank_for_candidate,
            one.rank_for_placement,
            one.reasons.as_json(),
        )
        for one in judged
    ]
    if not rows:
        return
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        _copy(connection.connection.driver_connection, rows)
    else:
        db.session.execute(sa.insert(Suggestion), [dict(zip(_COLUMNS, row, strict=True)) for row in rows])


def stored_pairs() -> Stored:
    """Every pair that is suggested now."""
    rows = db.session.execute(
        sa.select(
            Suggestion.candidate_id,
            Suggestion.placement_id,
            Suggestion.id,
            Suggestion.rank_for_candidate,
            Suggestion.rank_for_placement,
        )
    )
    return {(candidate, placement): (id_, (one, other)) for candidate, placement, id_, one, other in rows}


def remove(ids: Collection[UUID]) -> None:
    """Take these suggestions out."""
    if ids:
        statement = sa.delete(_TABLE).where(_TABLE.c.id == sa.bindparam("which"))
        db.session.connection().execute(statement, [{"which": id_} for id_ in ids])


def move(ranks: Mapping[UUID, Ranks]) -> None:
    """Give these suggestions other places in the two lists."""
    if ranks:
        statement = sa.update(_TABLE).where(_TABLE.c.id == sa.bindparam("which"))
        rows = [
            {"which": id_, "rank_for_candidate": one, "rank_for_placement": other}
            for id_, (one, other) in ranks.items()
        ]
        db.session.connection().execute(statement, rows)


def _copy(driver: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    # row by row, the database would take much longer than the matcher
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY suggestion ({', '.join(_COLUMNS)}) FROM STDIN") as copy,
    ):
        for *plain, reasons in rows:
            copy.write_row((*plain, json.dumps(reasons, ensure_ascii=False)))
