"""Edits are matched anew on both sides, with what the last run learned."""

import random
import stat
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from diaspora.extensions import db
from diaspora.matching import edits, engine_file, judging, queries, rules, services
from diaspora.matching.engine import Matcher
from diaspora.matching.engine.collection import Collection
from diaspora.matching.engine.pooling import pool
from diaspora.matching.models import GlossaryEntry, MatcherRun, Suggestion
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.placements.signals import placement_changed
from diaspora.platform import jobs as platform_jobs
from diaspora.platform.access import SYSTEM
from diaspora.platform.audit import AuditEvent, AuditPayload
from diaspora.profiles.models import Candidate, Publication, SpokenLanguage
from diaspora.profiles.rules import CandidateState, LeavingReason
from diaspora.profiles.signals import candidate_changed, candidate_left
from tests import factories
from tests.conftest import Jobs
from tests.factories import NOW

WORDS = {
    "en": "soil erosion vineyard slope water river bridge concrete nurse hospital vaccine film laser zinc",
    "ro": "sol eroziune podgorie pantă apă râu pod beton asistentă spital vaccin peliculă senzor laser zinc",
    "ru": "почва эрозия виноградник склон вода река мост бетон медсестра больница вакцина лазер цинк",
}
FIELDS = ("1.3", "2.1", "3.3", "4.1")


class World:
    """A roster and placements of mixed words and languages, always the same."""

    def __init__(self) -> None:
        self.random = random.Random(7)
        self.people = [self.person() for _ in range(14)]
        self.posts = [self.post() for _ in range(7)]

    def text(self, language: str) -> str:
        return " ".join(self.random.choices(WORDS[language].split(), k=8))

    def person(self) -> Candidate:
        language = self.random.choice(sorted(WORDS))
        return factories.candidate(
            fields=[self.random.choice(FIELDS)],
            text_language=language,
            interests=self.text(language),
            experience=self.text(language),
            publications=[Publication(title=self.text("en"), abstract=self.text("en"), language="en")],
        )

    def post(self) -> Placement:
        language = self.random.choice(sorted(WORDS))
        names = ("title", "summary", "tasks", "results", "transfer", "required_profile", "desired_profile")
        texts = {name: self.text(language) for name in names}
        return factories.placement(fields=[self.random.choice(FIELDS)], language=language, **texts)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    # few enough that lists are full, and edits push others out of them
    monkeypatch.setattr(rules, "BEST_PER_SIDE", 3)
    monkeypatch.setattr(rules, "MUCH_AT_ONCE", 0.3)
    made = World()
    services.refit(NOW)
    db.session.commit()
    return made


def edit_profile(world: World) -> None:
    world.people[0].interests = world.text("ro")
    world.people[0].text_language = "ro"


def edit_placement(world: World) -> None:
    world.posts[0].tasks, world.posts[0].fields = world.text("en"), ["2.1"]


def edit_what_stands_beside_the_text(world: World) -> None:
    world.people[1].languages = [SpokenLanguage(code="ru", level="native", position=0)]
    world.posts[1].length_days = 60


def new_profile(world: World) -> None:
    world.people.append(world.person())


def new_placement(world: World) -> None:
    world.posts.append(world.post())


def leave(world: World) -> None:
    person = world.people[2]
    person.state = CandidateState.PAUSED
    candidate_left.send(person, actor=SYSTEM, now=NOW, why=LeavingReason.PAUSED)


def withdraw(world: World) -> None:
    world.posts[2].state = PlacementState.ON_HOLD
    placement_changed.send(world.posts[2])


def leave_and_come_back(world: World) -> None:
    candidate_left.send(world.people[3], actor=SYSTEM, now=NOW, why=LeavingReason.PAUSED)


def everything_at_once(world: World) -> None:
    for act in (edit_profile, edit_placement, leave, new_profile):
        act(world)


ACTS = (
    edit_profile, edit_placement, edit_what_stands_beside_the_text, new_profile, new_placement,
    leave, withdraw, leave_and_come_back, everything_at_once,
)  # fmt: skip


def _comparable(reasons: dict[str, Any]) -> dict[str, Any]:
    """The reasons, of how many hold a word only whether they are enough."""
    terms = [[*words, share, count >= rules.SHARED_BY] for *words, share, count in reasons["terms"]]
    return {**reasons, "terms": terms}


def stored() -> dict[Any, Any]:
    db.session.expire_all()
    return {
        (x.candidate_id, x.placement_id): (
            x.score, x.rank_for_candidate, x.rank_for_placement, _comparable(x.reasons)
        )
        for x in db.session.scalars(select(Suggestion))
    }  # fmt: skip


def whole_run() -> dict[Any, Any]:
    """What a whole run over what is there now would store, with what was learned last."""
    learned, corpus = engine_file.whole(), services.gather()
    assert learned is not None
    matcher = Matcher()
    matcher.space_, matcher.standard_ = learned.space_, learned.standard_
    for kind, side, records in (("profile", 0, corpus.profiles), ("placement", 1, corpus.posts)):
        plain = [one.record for one in records.values()]
        vectors = learned.standard_.apply(pool(learned.space_, plain), side)
        setattr(matcher, f"{kind}s_", Collection(kind, plain, vectors))
    return {
        (x.candidate_id, x.placement_id): (
            x.score, x.rank_for_candidate, x.rank_for_placement, _comparable(x.reasons.as_json())
        )
        for x in judging.with_reasons(corpus, matcher, judging.ranks(corpus, matcher))
    }  # fmt: skip


def ids() -> dict[tuple[UUID, UUID], UUID]:
    return {(x.candidate_id, x.placement_id): x.id for x in db.session.scalars(select(Suggestion))}


def runs() -> int:
    return len(db.session.scalars(select(MatcherRun.id)).all())


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_edits_give_the_lists_of_a_whole_run_with_the_same_learning(world: World, act: Any) -> None:
    before = stored()
    act(world)
    db.session.commit()
    edits.take_in(NOW)
    assert stored() == whole_run()
    assert (stored() != before) == (act is not leave_and_come_back)
    run = queries.newest_run()
    assert run is not None
    assert (run.suggestions, run.corpus_hash) == (len(stored()), services.corpus_hash(services.gather()))
    assert runs() == 1, "nothing was learned anew"


def test_one_edit_after_the_other_gives_what_all_together_give(world: World) -> None:
    for act in (edit_profile, new_placement, leave, edit_what_stands_beside_the_text):
        act(world)
        db.session.commit()
        edits.take_in(NOW)
    assert stored() == whole_run()
    kept = engine_file.standing()
    assert kept is not None
    assert kept.edited == {x.id for x in (*world.people[:3], world.posts[1], world.posts[-1])}


def test_what_an_edit_does_not_touch_is_not_written_again(world: World) -> None:
    before = ids()
    edit_profile(world)
    db.session.commit()
    edits.take_in(NOW)
    edited = world.people[0].id
    told = db.session.scalars(select(AuditPayload.content).order_by(AuditPayload.event_number.desc())).first()
    assert told is not None
    assert told["edited"] == 1
    assert len([pair for pair in ids() if edited in pair]) <= told["written"] < len(ids()) / 2
    assert all(before[pair] == ids()[pair] for pair in before.keys() & ids().keys()), "addresses stay"


def test_a_word_that_three_share_is_named_until_one_of_them_has_left(world: World) -> None:
    holders = [
        factories.candidate(fields=["4.1"], interests=f"Viticulture {world.text('en')}") for _ in range(3)
    ]
    post = factories.placement(fields=["4.1"], title="Viticulture", summary="Viticultural slopes and soil")
    services.refit(NOW + timedelta(hours=1))
    db.session.commit()

    def enough() -> set[bool]:
        found = [
            x.reasons["terms"] for x in db.session.scalars(select(Suggestion)) if x.placement_id == post.id
        ]
        return {term[3] >= rules.SHARED_BY for terms in found for term in terms if "iticultur" in term[0]}

    assert enough() == {True}
    holders[0].interests = world.text("en")
    db.session.commit()
    edits.take_in(NOW)
    db.session.expire_all()
    assert enough() == {False}


def test_an_edit_is_taken_in_by_the_worker_and_counted(world: World, jobs: Jobs, monkeypatch: Any) -> None:
    monkeypatch.setattr(rules, "MUCH_SINCE", 0.1)
    edit_profile(world)
    candidate_changed.send(world.people[0], actor=SYSTEM, now=NOW)
    edit_placement(world)
    placement_changed.send(world.posts[0])
    db.session.commit()
    assert len(jobs.waiting) == 1, "two edits ask for one job"
    jobs.run()
    assert stored() == whole_run()
    assert runs() == 1
    assert db.session.scalars(select(AuditEvent.act).where(AuditEvent.act == "matching.refresh")).all()
    new_profile(world)
    candidate_changed.send(world.people[-1], actor=SYSTEM, now=NOW)
    db.session.commit()
    jobs.run()
    assert runs() == 2, "more than a tenth of the records is new: time to learn"
    kept = engine_file.standing()
    assert kept is not None
    assert not kept.edited


def test_a_second_job_after_two_edits_at_once_finds_nothing_to_do(world: World) -> None:
    everything_at_once(world)
    db.session.commit()
    edits.take_in(NOW)
    first = ids()
    edits.take_in(NOW)
    assert ids() == first
    assert len(db.session.scalars(select(AuditEvent).where(AuditEvent.act == "matching.refresh")).all()) == 1


def test_an_edit_during_a_whole_run_is_taken_in_after_it(
    world: World, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = judging.judge

    def meanwhile(*arguments: Any) -> Any:
        edit_profile(world)
        leave(world)
        db.session.commit()
        edits.take_in(NOW)
        assert stored() == whole_run(), "the edit does not wait for the run"
        return judge(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(judging, "judge", meanwhile)
        services.refit_again()
    db.session.commit()
    assert ("diaspora.matching.services.refresh", []) in jobs.waiting
    assert world.people[2].id not in {pair[0] for pair in stored()}
    jobs.waiting = [("diaspora.matching.services.refresh", [])]
    monkeypatch.setattr(rules, "MUCH_SINCE", 1.0)
    jobs.run()
    assert stored() == whole_run()
    assert runs() == 2


def test_one_whole_run_at_a_time(world: World, jobs: Jobs) -> None:
    with engine_file.alone("learning"):
        services.refit_again()
    assert runs() == 1
    services.refit_again()
    assert runs() == 2


def test_a_lock_is_held_by_one_and_given_back() -> None:
    with engine_file.alone("changing") as mine, engine_file.alone("changing", wait=False) as other:
        assert (mine, other) == (True, False)
    with engine_file.alone("changing", wait=False) as again:
        assert again


@pytest.mark.parametrize("where", [(judging, "with_reasons"), (engine_file, "keep"), (engine_file, "_write")])
def test_a_worker_that_stops_in_the_middle_leaves_work_that_can_be_done_again(
    world: World, where: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored()
    everything_at_once(world)
    db.session.commit()
    without_leaver = {pair: row for pair, row in before.items() if pair[0] != world.people[2].id}

    def stop(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(*where, stop)
        with pytest.raises(KeyboardInterrupt):
            edits.take_in(NOW)
    db.session.rollback()
    assert stored() in (without_leaver, whole_run()), "whole or not at all"
    edits.take_in(NOW)
    assert stored() == whole_run()


@pytest.mark.parametrize("name", ["whole", "standing"])
@pytest.mark.parametrize("fault", ["missing", "damaged", "another version"])
def test_without_a_usable_file_an_edit_asks_for_a_whole_run(
    world: World, jobs: Jobs, name: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = engine_file._folder() / name
    if fault == "missing":
        path.unlink()
    elif fault == "damaged":
        path.write_bytes(path.read_bytes()[:-9] + b"otherwise")
    else:
        monkeypatch.setattr("diaspora.matching.engine_file.VERSION", 99)
        monkeypatch.setattr("diaspora.matching.engine.storage.VERSION", 99)
    edit_profile(world)
    candidate_changed.send(world.people[0], actor=SYSTEM, now=NOW)
    db.session.commit()
    jobs.run()
    assert runs() == 2
    assert stored() == whole_run()
    assert engine_file.standing() is not None


def test_another_glossary_asks_for_a_whole_run(world: World) -> None:
    assert edits.take_in(NOW)
    db.session.add(GlossaryEntry(en="quokka", ro="quokka", ru="квокка", added_at=NOW))
    db.session.commit()
    assert not edits.take_in(NOW)


def test_files_are_for_nobody_else_and_who_left_is_in_none_of_them(world: World) -> None:
    folder = engine_file._folder()
    (folder / "people.half").write_text("what a stopped process left")
    leave(world)
    db.session.commit()
    edits.take_in(NOW)
    assert {path.name for path in folder.iterdir()} == {*engine_file.FILES, *engine_file.LOCKS}
    for name in engine_file.FILES:
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
        if name in ("whole", "posts", "people"):
            assert world.people[2].id not in Matcher.load(folder / name).profile_keys_
        else:
            assert str(world.people[2].id).encode() not in (folder / name).read_bytes().split(b'"edited"')[0]


def test_at_night_a_run_learns_anew_only_if_something_was_edited(world: World, jobs: Jobs) -> None:
    services.refit_nightly()
    assert runs() == 1
    edit_profile(world)
    db.session.commit()
    edits.take_in(NOW)
    services.refit_nightly()
    assert runs() == 2


def test_the_worker_learns_anew_at_one_o_clock_each_night(app: Flask) -> None:
    tasks = app.extensions["queue"].huey._registry.periodic_tasks
    [night] = [task for task in tasks if task.name == "diaspora-night"]
    assert [hour for hour in range(24) if night.validate_datetime(datetime(2026, 11, 22, hour, 0))] == [1]
    assert not night.validate_datetime(datetime(2026, 11, 22, 1, 1))
    assert "diaspora.matching.services.refit_nightly" in platform_jobs._EVERY_NIGHT
