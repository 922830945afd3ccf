"""Counts of access logs kept in a folder: a reading goes on after a break."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from costplan.inputs.volumes.access_logs import count_access_logs, find_access_logs, listing
from costplan.inputs.volumes.access_logs import counting as counting_module
from costplan.inputs.volumes.logs import LogCount
from costplan.inputs.volumes.logs.gunzip import DamagedFileError
from costplan.inputs.volumes.logs.sources import Folder, Source
from costplan.model.problems import BadInputError
from costplan.model.volumes import EVERYTHING, CountPlan
from tests.inputs.volumes.access_logs.building import FOLDER, line, write

FILES = 12


class Watched:
    """A source that remembers what is read from it, and breaks off after so many files."""

    def __init__(self, source: Source, most: int | None = None) -> None:
        self.source, self.most = source, most
        self.read_names: list[str] = []

    def __str__(self) -> str:
        return "watched"

    def folders(self) -> Iterator[Folder]:
        return iter(self.source.folders())

    def read(self, names: Sequence[str]) -> Iterator[bytes | DamagedFileError]:
        for name, data in zip(names, self.source.read(names), strict=True):
            if self.most is not None and len(self.read_names) >= self.most:
                raise BadInputError([])
            self.read_names.append(name)
            yield data


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Logs in twelve files, of which three make a batch; one line is there twice, in two batches."""
    monkeypatch.setattr(listing, "BATCH_OBJECTS", 3)
    monkeypatch.setattr(counting_module, "ALONE_BYTES", 0)
    repeated = line(key="raw/again").replace("3E57427F3EXAMPLE", "R000000000000000")
    for number in range(FILES):
        lines = [line(key=f"raw/{number}-{n}") for n in range(5)]
        write(tmp_path / "logs", [*lines, *([repeated] if number in (1, 10) else [])], name_of(number))
    return tmp_path / "logs"


def name_of(number: int) -> str:
    return f"{FOLDER}/2026-10-05-01-10-22-{number:016X}"


def counted(
    logs: Path, state: Path | None, most: int | None = None, plan: CountPlan = EVERYTHING, workers: int = 1
) -> tuple[LogCount, list[str]]:
    watched = Watched(find_access_logs([logs]).sources[0], most)
    found = find_access_logs([watched])
    return count_access_logs(found, plan, workers=workers, state_folder=state), watched.read_names


def test_a_reading_goes_on_where_it_broke_off(logs: Path, tmp_path: Path) -> None:
    expected, every = counted(logs, None)
    assert expected.volumes.read is not None
    assert (expected.volumes.read.counted, expected.volumes.read.duplicates) == (61, 1)
    # Those with the repeated line are read once more, batch by batch.
    assert len(every) == FILES + 3
    with pytest.raises(BadInputError):
        counted(logs, tmp_path / "state", most=7)
    assert len(list((tmp_path / "state").iterdir())) == 2

    found, names = counted(logs, tmp_path / "state")
    assert (found.volumes, len(names)) == (expected.volumes, FILES + 3 - 6)
    # The next time nothing is read but what has the repeated line.
    found, names = counted(logs, tmp_path / "state")
    assert (found.volumes, len(names)) == (expected.volumes, 3)


def test_several_processes_take_up_what_one_kept(logs: Path, tmp_path: Path) -> None:
    expected, _ = counted(logs, tmp_path / "state")
    next((tmp_path / "state").iterdir()).unlink()

    found, _ = counted(logs, tmp_path / "state", workers=2)
    assert found.volumes == expected.volumes
    assert len(list((tmp_path / "state").iterdir())) == 4


def test_another_plan_or_a_changed_file_is_counted_anew(logs: Path, tmp_path: Path) -> None:
    counted(logs, tmp_path / "state")
    _, names = counted(logs, tmp_path / "state", plan=CountPlan(frozenset({"event_name"})))
    assert len(names) == FILES + 3

    write(logs, [line()] * 9, name_of(0))
    found, names = counted(logs, tmp_path / "state")
    assert len(names) == 3 + 3
    assert found.volumes.read is not None
    assert found.volumes.read.counted == 61 - 5 + 9


def test_nothing_of_a_key_or_a_session_is_kept(logs: Path, tmp_path: Path) -> None:
    counted(logs, tmp_path / "state")
    everything = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
    assert b"assumed-role/etl" in everything
    assert b"raw/" not in everything
    assert b"session-1" not in everything
