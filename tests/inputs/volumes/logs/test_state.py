"""Counts kept in a folder: a reading goes on after a break, and nothing in the folder can run a command."""

import hashlib
import os
import pickle
from pathlib import Path

import pytest

from costplan.inputs.volumes.logs.catalog import Catalog
from costplan.inputs.volumes.logs.counting import count_found, find_logs
from costplan.inputs.volumes.logs.sources import Folder, Stored
from costplan.inputs.volumes.logs.state import State
from costplan.inputs.volumes.logs.unit_count import UnitCount
from costplan.model.events import EventCategory
from costplan.model.problems import BadInputError
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import EVERYTHING, CountPlan
from tests.generator import Population, write_logs

POPULATION = Population(seed=8, days=1, events_per_day=1500, management_trails=2)


@pytest.fixture(scope="module")
def logs(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("logs")
    write_logs(POPULATION, folder)
    return folder


class Watched:
    """A source that counts what is read from it."""

    def __init__(self, source, most: int | None = None) -> None:
        self.source, self.most = source, most
        self.read_names: list[str] = []

    def folders(self):
        return self.source.folders()

    def read(self, names):
        for name, data in zip(names, self.source.read(names), strict=True):
            if self.most is not None and len(self.read_names) >= self.most:
                raise BadInputError([])
            self.read_names.append(name)
            yield data


def counted(logs: Path, state: Path, most: int | None = None, plan: CountPlan = EVERYTHING, workers: int = 1):
    found = find_logs([logs])
    watched = Watched(found.sources[0], most)
    found = find_logs([watched])
    return count_found(found, plan, state_folder=state, unit_bytes=1, workers=workers), watched


def test_a_reading_goes_on_where_it_broke_off(logs, tmp_path):
    expected = count_found(find_logs([logs]), EVERYTHING)
    state = tmp_path / "state"
    with pytest.raises(BadInputError):
        counted(logs, state, most=100)
    kept = len(list(state.iterdir()))
    assert kept > 0

    found, watched = counted(logs, state)
    assert found.volumes == expected.volumes
    assert 0 < len(watched.read_names) < found.volumes.read.files

    found, watched = counted(logs, state)
    assert (found.volumes, watched.read_names) == (expected.volumes, [])


@pytest.mark.parametrize("member", [*EventCategory, UNKNOWN])
def test_members_are_kept_by_their_value_whatever_python_does_with_them(member):
    # Its version decides how members are pickled by themselves; this is read without any function.
    assert b"getattr" not in pickle.dumps(member, protocol=5)
    assert member.__reduce_ex__(5) == (type(member), (member.value,))
    assert pickle.loads(pickle.dumps(member, protocol=5)) is member


def test_several_processes_share_what_was_kept(logs, tmp_path):
    expected, _ = counted(logs, tmp_path)
    some = sorted(tmp_path.iterdir())[::2]
    for path in some:
        path.unlink()
    found, _ = counted(logs, tmp_path, workers=2)
    assert found.volumes == expected.volumes
    assert all(path.exists() for path in some)


def test_another_plan_or_a_changed_file_is_counted_anew(logs, tmp_path):
    counted(logs, tmp_path)
    _, watched = counted(logs, tmp_path, plan=CountPlan(frozenset({"resources"})))
    assert watched.read_names


def test_nothing_of_a_key_or_a_session_is_kept(logs, tmp_path):
    counted(logs, tmp_path)
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"assumed-role/" in everything
    assert b"raw/" not in everything
    assert (tmp_path.stat().st_mode & 0o777) in (0o700, 0o755)


def unit_of():
    catalog = Catalog()
    catalog.add(0, Folder("x/", [Stored("a.json", 1)]))
    return next(catalog.units())


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda _: b"", lambda data: data[:40] + b"x" + data[41:]])
def test_a_damaged_count_is_made_again(tmp_path, damage):
    state, unit = State(tmp_path, EVERYTHING), unit_of()
    state.keep(unit, UnitCount())
    assert state.find(unit) == UnitCount()
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert state.find(unit) is None


class Evil:
    def __reduce__(self):
        return os.mkdir, ("never-made",)


class EvilHelper:
    def __reduce__(self):
        from costplan.inputs.volumes.logs.folders import find_files

        return find_files, (["."],)


@pytest.mark.parametrize("evil", [Evil(), EvilHelper(), UnitCount])
def test_a_count_that_somebody_planted_runs_nothing(tmp_path, monkeypatch, evil):
    monkeypatch.chdir(tmp_path)
    state, unit = State(tmp_path / "state", EVERYTHING), unit_of()
    state.keep(unit, UnitCount())
    (path,) = (tmp_path / "state").iterdir()
    body = pickle.dumps(evil)
    path.write_bytes(hashlib.sha256(body).digest() + body)
    assert state.find(unit) is None
    assert not (tmp_path / "never-made").exists()


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError, match=r"cannot be written: .* — name another folder with --state"):
        State(tmp_path / "file" / "state", EVERYTHING).keep(unit_of(), UnitCount())
