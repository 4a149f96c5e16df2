"""Files: what comes back is what was saved, and nothing else is accepted."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora.matching.engine import EngineFileError, Matcher, Record, Text
from tests.matching.engine.samples import all_pairs, placements, profiles, record, rivers


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "engine"
    rivers().save(path)
    return path


def rewrite(path, name, change):
    """Put another content in the place of one member, with a checksum that fits."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes()[32:])) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    members[name] = change(members[name])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member, body in members.items():
            archive.writestr(member, body)
    path.write_bytes(hashlib.sha256(content.getvalue()).digest() + content.getvalue())


def rewrite_arrays(path, **changes):
    def change(body):
        with np.load(io.BytesIO(body)) as arrays:
            changed = dict(arrays) | changes
        content = io.BytesIO()
        np.savez(content, **changed)
        return content.getvalue()

    rewrite(path, "arrays.npz", change)


@settings(max_examples=25, deadline=None)
@given(profiles, placements)
def test_a_loaded_matcher_answers_like_the_saved_one(tmp_path_factory, some, others):
    path = tmp_path_factory.mktemp("engine") / "engine"
    matcher = Matcher(thin_texts=5, thin_words=7, block_cells=9).fit(some, others)
    matcher.upsert_profile(record("added", "water river"))
    matcher.save(path)
    loaded = Matcher.load(path)
    pairs = all_pairs([*some, record("added")], others)
    assert loaded.get_params() == matcher.get_params()
    assert loaded.profile_keys_ == matcher.profile_keys_
    assert loaded.placement_keys_ == matcher.placement_keys_
    assert np.array_equal(loaded.score_pairs(pairs), matcher.score_pairs(pairs))
    assert dict(loaded.suggest(3).profiles_for) == dict(matcher.suggest(3).profiles_for)
    assert [loaded.explain(*pair) for pair in pairs[:4]] == [matcher.explain(*pair) for pair in pairs[:4]]
    for each in (loaded, matcher):
        each.upsert_placement(record("later", "învățare water"))
    assert loaded.profiles_for("later") == matcher.profiles_for("later")


@pytest.mark.parametrize("key", ["ключ", "\ud800", "", 7, -(10**30), UUID(int=3)])
def test_keys_come_back_as_they_were(tmp_path, key):
    matcher = Matcher().fit([Record(key, [Text("water", "ro", 0.1, "tasks")])], [record(key, "water")])
    matcher.save(tmp_path / "engine")
    loaded = Matcher.load(tmp_path / "engine")
    assert loaded.profile_keys_ == loaded.placement_keys_ == (key,)
    assert type(loaded.profile_keys_[0]) is type(key)
    assert loaded.profiles_.records == matcher.profiles_.records


@pytest.mark.parametrize("key", [(1, 2), True, None, 1.5, b"key"])
def test_other_keys_are_refused_and_nothing_is_written(tmp_path, key):
    matcher = Matcher().fit([record(key, "water")], [])
    with pytest.raises(TypeError, match=str(type(key).__name__)):
        matcher.save(tmp_path / "engine")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_nothing_behind(tmp_path):
    (tmp_path / "engine").mkdir()  # a folder cannot be replaced by a file
    with pytest.raises(OSError, match="engine"):
        rivers().save(tmp_path / "engine")
    assert [path.name for path in tmp_path.iterdir()] == ["engine"]


def test_saving_replaces_the_former_file_and_leaves_nothing_beside_it(saved):
    Matcher().fit([record("p", "water")], []).save(saved)
    assert Matcher.load(saved).profile_keys_ == ("p",)
    assert [path.name for path in saved.parent.iterdir()] == ["engine"]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_a_flipped_bit_is_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("engine") / "engine"
    rivers().save(path)
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    with pytest.raises(EngineFileError, match="checksum"):
        Matcher.load(path)


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 500, -1])
def test_a_truncated_file_is_refused(saved, length):
    saved.write_bytes(saved.read_bytes()[:length])
    with pytest.raises(EngineFileError, match="checksum"):
        Matcher.load(saved)


@pytest.mark.parametrize("version", [0, 2, 4, "3", None])
def test_an_unknown_version_is_refused(saved, version):
    rewrite(saved, "manifest.json", lambda body: json.dumps(json.loads(body) | {"version": version}))
    with pytest.raises(EngineFileError, match="version"):
        Matcher.load(saved)


def test_unknown_parameters_are_refused(saved):
    rewrite(saved, "manifest.json", lambda body: json.dumps(json.loads(body) | {"parameters": {"magic": 1}}))
    with pytest.raises(EngineFileError, match="magic"):
        Matcher.load(saved)


@pytest.mark.parametrize(
    "name", ["manifest.json", "terms.json", "numbers.json", "profiles.json", "placements.json", "arrays.npz"]
)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"[[[1]]]", b"[" * 100_000, b'["a", "a"]', b"null"])
def test_a_member_of_another_content_is_refused(saved, name, body):
    rewrite(saved, name, lambda _: body)
    with pytest.raises(EngineFileError):
        Matcher.load(saved)


def test_pickled_arrays_are_refused_and_run_no_code(saved, tmp_path):
    class Bomb:
        def __reduce__(self):
            return Path.touch, (tmp_path / "exploded",)

    rewrite_arrays(saved, idf=np.array([Bomb()], dtype=object))
    with pytest.raises(EngineFileError, match="allow_pickle=False"):
        Matcher.load(saved)
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("change", [lambda names: names[:-1], lambda names: [*names[:-1], names[0]]])
def test_terms_that_do_not_fit_the_numbers_are_refused(saved, change):
    rewrite(saved, "terms.json", lambda body: json.dumps([change(json.loads(body)[0]), json.loads(body)[1]]))
    with pytest.raises(EngineFileError, match="idf"):
        Matcher.load(saved)


def test_numbers_that_are_not_finite_are_refused(saved):
    with np.load(
        io.BytesIO(zipfile.ZipFile(io.BytesIO(saved.read_bytes()[32:])).read("arrays.npz"))
    ) as arrays:
        data = arrays["profiles_data"]
    for other in (np.full_like(data, np.nan), data.astype(np.float32)):
        rewrite_arrays(saved, profiles_data=other)
        with pytest.raises(EngineFileError, match="finite"):
            Matcher.load(saved)


def test_indices_outside_the_matrix_are_refused(saved):
    with np.load(
        io.BytesIO(zipfile.ZipFile(io.BytesIO(saved.read_bytes()[32:])).read("arrays.npz"))
    ) as arrays:
        indices = arrays["profiles_indices"]
    for outside in (10**6, -1):
        rewrite_arrays(saved, profiles_indices=np.full_like(indices, outside))
        with pytest.raises(EngineFileError):
            Matcher.load(saved)


def test_a_missing_file_is_no_engine_file_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Matcher.load(tmp_path / "nowhere")


def test_a_foreign_file_is_refused(tmp_path):
    (tmp_path / "foreign").write_bytes(b"PK\x03\x04 anything at all, longer than a checksum")
    with pytest.raises(EngineFileError):
        Matcher.load(tmp_path / "foreign")
