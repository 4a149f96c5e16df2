from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from diaspora.extensions import db
from diaspora.matching import queries, rules, services
from diaspora.matching.models import MatcherRun, Suggestion
from diaspora.matching.reasons import Reasons
from diaspora.platform import clock
from diaspora.platform.access import Role
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW


def stored() -> dict[Any, Any]:
    return {
        (x.candidate_id, x.placement_id): (x.score, x.rank_for_candidate, x.rank_for_placement, x.reasons)
        for x in db.session.scalars(select(Suggestion))
    }


def runs() -> int:
    return db.session.scalar(select(func.count()).select_from(MatcherRun)) or 0


def half_way(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let every run end with this error after it has told how far it is."""

    def judge(_corpus: object, progress: Any, *_more: object) -> None:
        progress(1, 2)
        raise error

    monkeypatch.setattr(services.judging, "judge", judge)


def test_what_is_written_is_what_was_judged() -> None:
    people, wanted = [factories.candidate() for _ in range(3)], factories.placement()
    run = services.refit(NOW)
    db.session.commit()
    judged = services.judging.judge(services.gather())
    assert {(x.candidate_id, x.placement_id) for x in judged} == {(p.id, wanted.id) for p in people}
    assert stored() == {
        (x.candidate_id, x.placement_id): (
            x.score,
            x.rank_for_candidate,
            x.rank_for_placement,
            x.reasons.as_json(),
        )
        for x in judged
    }
    kept = db.session.scalars(select(Suggestion)).first()
    assert kept is not None
    assert kept.run_id == run.id
    assert Reasons.from_json(kept.reasons).terms


def test_writing_uses_the_fast_way_of_each_database() -> None:
    [factories.candidate() for _ in range(5)], factories.placement()
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    services.refit(NOW)
    event.remove(Engine, "before_cursor_execute", note)
    inserts = [x for x in statements if x.startswith("INSERT INTO suggestion")]
    on_postgresql = db.session.connection().dialect.name == "postgresql"
    assert len(inserts) == (0 if on_postgresql else 1), "COPY passes by SQLAlchemy, one bulk insert does not"
    assert len(stored()) == 5


def test_a_run_is_stored_with_engine_and_settings() -> None:
    run = services.refit(NOW)
    assert run.engine == services.ENGINE
    assert run.settings_hash == services.settings_hash()
    assert len(run.settings_hash) == 64


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError()])
def test_an_interrupted_run_leaves_everything_as_it_was(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    factories.candidate(), factories.placement()
    services.refit_openly()
    before = stored()
    factories.candidate()
    with monkeypatch.context() as patched:
        half_way(patched, error)
        with pytest.raises(type(error)):
            services.refit_openly()
    assert stored() == before
    assert runs() == 1
    services.refit_openly()
    assert len(stored()) == 2


def test_progress_is_told_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    [factories.candidate() for _ in range(4)], factories.placement()
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(services, "TOLD_EVERY", 0.0)

    def look(done: int, total: int) -> None:
        going = queries.run_under_way()
        assert going is not None
        db.session.refresh(going)
        seen.append((going.done, going.total))

    run = services.refit_openly(look)
    # each look comes before that step is told
    assert seen == [(0, 0), (1, 4), (2, 4), (3, 4)]
    assert run.finished_at is not None
    assert queries.run_under_way() is None


def test_progress_is_not_told_at_every_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "TOLD_EVERY", 3600.0)
    [factories.candidate() for _ in range(4)], factories.placement()
    run = services.refit_openly()
    assert (run.done, run.total) == (0, 0)


def unfinished(minutes_ago: int) -> MatcherRun:
    run = services.begin(services.gather(), clock.now() - timedelta(minutes=minutes_ago))
    run.done, run.total = 3, 8
    db.session.commit()
    return run


def test_staff_see_how_far_a_run_is(client: CheckedClient) -> None:
    factories.candidate(), factories.placement()
    services.refit(NOW)
    unfinished(minutes_ago=1)
    client.sign_in(factories.account(Role.OFFICER))
    page = client.get("/en/staff/matches").get_data(as_text=True)
    assert "3 of 8 pairs" in page
    assert '<progress aria-labelledby="run-progress" max="8" value="3"' in page
    assert "Last run" in page, "the last one that came to its end is still there"


def test_staff_see_that_a_run_was_interrupted(client: CheckedClient) -> None:
    unfinished(minutes_ago=11)
    client.sign_in(factories.account(Role.OFFICER))
    page = client.get("/en/staff/matches").get_data(as_text=True)
    assert "seems to have been interrupted" in page
    assert "<progress" not in page
    services.refit_openly()
    assert "interrupted" not in client.get("/en/staff/matches").get_data(as_text=True)
    assert runs() == 1, "its work was done by the new one"


def test_a_run_is_interrupted_when_it_has_been_silent_for_ten_minutes() -> None:
    assert not rules.is_interrupted(NOW, NOW + timedelta(minutes=10))
    assert rules.is_interrupted(NOW, NOW + timedelta(minutes=10, seconds=1))
