"""The table of what becomes of configurations, on a folder of three; and that a fault would be seen."""

import json
from pathlib import Path

import pytest

from tests import corpus
from tests.cli.conftest import TRAIL
from tests.inputs.configs.test_templates import PARAMETRIZED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "trails.json").write_text(json.dumps(TRAIL))
    (tmp_path / "template.yaml").write_text(PARAMETRIZED)
    (tmp_path / "broken.json").write_text("{")
    return tmp_path


def test_every_file_has_a_row_and_every_refusal_a_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert corpus.main([str(folder)]) == 0
    table, _, reasons = capsys.readouterr().out.partition("\n\n")
    rows = {line.split()[0]: line.split()[1:] for line in table.splitlines()[2:]}
    assert rows["broken.json"] == ["–", "1"]
    # One trail; what no answer tells of it: logging, and recursive logging.
    assert rows["one/trails.json"] == ["aws-api", "1", "2"]
    # One trail with one selector; its bucket is a parameter that nobody gave.
    assert rows["template.yaml"] == ["cloudformation", "1", "1", "1"]
    assert "broken.json\n  line 1: not valid JSON: it ends too early — the file may be cut off\n" in reasons
    assert reasons.endswith("3 files: 1 refused, 2 read\n")


def test_a_fault_of_the_program_is_seen(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(path: Path) -> None:
        raise KeyError(path.name)

    monkeypatch.setattr(corpus, "read_configuration", fails)
    assert corpus.main([str(folder)]) == 1
    assert "FAULT: KeyError: 'template.yaml'" in capsys.readouterr().out


def test_it_needs_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert corpus.main([]) == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.real_data
def test_no_real_configuration_ends_in_a_fault(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert corpus.main([str(real_data / "configs")]) == 0
    assert "213 files" in capsys.readouterr().out
