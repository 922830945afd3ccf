from pathlib import Path

import pytest

from costplan.cli.app import run


def test_what_is_written_runs_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "trails"

    assert run(["init", str(folder)]) == 0
    out = capsys.readouterr().out
    written = [Path(line.removeprefix("wrote ")) for line in out.splitlines() if line.startswith("wrote ")]
    assert written
    assert all(path.is_file() for path in written)
    assert out.endswith(f"next: costplan estimate {folder}\n")

    assert run(["estimate", str(folder)]) == 0
    assert "Total, month 12" in capsys.readouterr().out


def test_files_in_the_way_are_left_alone_unless_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path)]) == 0
    changed = tmp_path / "scenario.yaml"
    changed.write_text("mine")
    capsys.readouterr()

    assert run(["init", str(tmp_path)]) == 3
    assert "is already there" in capsys.readouterr().err
    assert changed.read_text() == "mine"

    assert run(["init", str(tmp_path), "--force"]) == 0
    assert changed.read_text() != "mine"
