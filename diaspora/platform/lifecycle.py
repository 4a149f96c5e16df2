"""Life-cycles as tables: the only way in which a state changes.

A package's `rules.py` holds one table; tests enumerate it, services ask it, `flask docs states` draws it.
"""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from diaspora.platform.access import Role
from diaspora.platform.refusals import Refused

State = TypeVar("State", bound=enum.StrEnum)
Act = TypeVar("Act", bound=enum.StrEnum)

Guard = Callable[[Any], LazyString | None]
"""Looks at the facts of a life-cycle and gives the sentence that refuses, or None."""


@dataclass(frozen=True)
class Transition(Generic[State, Act]):
    """One row: who may do which act from where to where, what must hold, and what follows from it."""

    act: Act
    sources: frozenset[State]
    target: State
    by: frozenset[Role]
    guards: tuple[Guard, ...] = ()
    reason: bool = False
    effect: str = ""


def row(
    act: Act,
    sources: Iterable[State],
    target: State,
    by: Iterable[Role],
    *guards: Guard,
    reason: bool = False,
    effect: str = "",
) -> Transition[State, Act]:
    """Write a row of a table without ceremony."""
    return Transition(act, frozenset(sources), target, frozenset(by), guards, reason, effect)


class Lifecycle(Generic[State, Act]):
    """A named table of transitions. No act leads to two places from one state."""

    def __init__(self, name: str, initial: Iterable[State], rows: Iterable[Transition[State, Act]]) -> None:
        self.name = name
        self.initial = tuple(initial)
        self.rows = tuple(rows)
        self._by_key = {(source, r.act): r for r in self.rows for source in r.sources}
        if len(self._by_key) != sum(len(r.sources) for r in self.rows):
            raise ValueError(f"{name}: an act leads to two places from one state")

    def decide(
        self, state: State, act: Act, roles: Iterable[Role], facts: object = None, reason: str = ""
    ) -> Transition[State, Act]:
        """The row that applies. Raises Refused where the table, the role, a guard or the reason says no."""
        found = self._by_key.get((state, act))
        if found is None:
            raise Refused(
                _l("This is not possible now: somebody may have changed it meanwhile. Look at it again.")
            )
        if not found.by & frozenset(roles):
            raise Refused(_l("Another person has to do this."))
        for guard in found.guards:
            refusal = guard(facts)
            if refusal is not None:
                raise Refused(refusal)
        if found.reason and not reason.strip():
            raise Refused(_l("Give a reason: the people concerned will read it."), field="reason")
        return found

    def offered(self, state: State, roles: Iterable[Role]) -> list[Transition[State, Act]]:
        """The rows that somebody with these roles can be shown as buttons."""
        held = frozenset(roles)
        return [r for r in self.rows if state in r.sources and r.by & held]

    def diagram(self) -> str:
        """A Mermaid state diagram of the table."""
        lines = ["stateDiagram-v2"]
        lines += [f"    [*] --> {state.value}" for state in self.initial]
        lines += [
            f"    {source.value} --> {r.target.value}: {r.act.value}"
            for r in self.rows
            for source in sorted(r.sources)
        ]
        return "\n".join(lines)


def register(app: Flask, table: Lifecycle[Any, Any]) -> None:
    """Make a table known, so that tests enumerate it and the documentation draws it."""
    app.extensions.setdefault("lifecycles", []).append(table)
