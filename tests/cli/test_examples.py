import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from costplan.cli.app import app, run
from tests.cli.test_app import COMMANDS

GROUPS = ((), ("volumes",), ("trails",), ("prices",))


def epilogs(command: object) -> Iterator[str]:
    below = getattr(command, "commands", {})
    if not below:
        yield getattr(command, "epilog", "") or ""
    for one in below.values():
        yield from epilogs(one)


def examples() -> list[list[str]]:
    lines = [line for text in epilogs(typer.main.get_command(app)) for line in text.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith("  costplan ")]


def test_every_command_has_an_example() -> None:
    texts = list(epilogs(typer.main.get_command(app)))

    assert len(texts) == len(COMMANDS) - len(GROUPS)
    assert all("\n  costplan " in text for text in texts)


@pytest.mark.usefixtures("work_folder")
def test_every_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    found = examples()

    # In the order of the help: what one writes, a later one reads.
    codes = {" ".join(example): run(example[1:]) for example in found}
    assert codes == dict.fromkeys(codes, 0), capsys.readouterr().err
    assert len(codes) >= 10


def test_an_example_that_cannot_be_run_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert any(run(example[1:]) for example in examples())
