"""``costplan volumes access-logs``, as its users meet it."""

import json
from pathlib import Path

import pytest

from costplan.cli.app import run
from tests.inputs.volumes.access_logs.building import FOLDER, NAME, line, write

SCENARIO = """
scenario: writes
volumes: objects.json
recorders:
  - trail: writes
    account: "111122223333"
    home_region: eu-west-1
    advanced_event_selectors:
      - name: claims
        fields:
          eventCategory: {equals: [Data]}
          resources.type: {equals: ["AWS::S3::Object"]}
          resources.ARN: {starts_with: ["arn:aws:s3:::amzn-s3-demo-lake/claims/"]}
"""


def test_what_was_read_is_shown_kept_and_priced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ends = [line("REST.GET.ACL", "-", time=f"05/Oct/2026:{time}") for time in ("00:00:00", "09:59:00")]
    write(tmp_path / "logs", [*ends, *[line(key="claims/1")] * 30, *[line(key="raw/1")] * 20, line("S3.EXPIRE.OBJECT")])
    (tmp_path / "s.yaml").write_text(SCENARIO)

    assert run(["volumes", "access-logs", "logs", "--for", "s.yaml", "--no-lifecycle", "-o", "objects.json"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("1 file, 50 records = 50 counted + 0 duplicates + 0 unreadable\n")
    assert "1 by lifecycle rules, left out as asked" in " ".join(out.split())
    assert err == ""
    kept = json.loads((tmp_path / "objects.json").read_text())
    assert kept["source"]["kind"] == "access-logs"
    (coverage,) = kept["coverage"]
    assert (coverage["basis"], coverage["container"]) == ("measured", "arn:aws:s3:::amzn-s3-demo-lake")
    assert "claims/1" not in (tmp_path / "objects.json").read_text()

    assert run(["estimate", "s.yaml"]) == 0
    out = capsys.readouterr().out
    assert "10 hours of access logs, 1 of 1 file" in out
    # 30 of the 50 in ten hours: × 73
    assert " 2,190\n" in out
    assert run(["volumes", "show", "objects.json"]) == 0


def test_a_sample_says_how_much_was_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for hour in range(20):
        lines = [line(time=f"05/Oct/2026:{hour:02}:07:00")] * (10 + hour % 3)
        write(tmp_path, lines, f"{FOLDER}/2026-10-05-{hour:02}-30-00-{hour:016X}")

    assert run(["volumes", "access-logs", str(tmp_path), "--sample", "--max-bytes", "40kB"]) == 0
    assert "of 20 clusters; seed 1, 64 replicates; ± is the 95 %" in " ".join(capsys.readouterr().out.split())
    assert run(["volumes", "access-logs", str(tmp_path), "--seed", "2"]) == 2
    assert "--seed is about a sample: give --sample too" in capsys.readouterr().err


def test_little_damage_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, [line()] * 300 + ["x\n"])

    assert run(["volumes", "access-logs", str(tmp_path)]) == 0
    assert f"{tmp_path}/{FOLDER}/{NAME}:301: the line cannot be read" in capsys.readouterr().err


def test_much_damage_forbids_relying_on_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, [line()] * 30 + ["x\n"])

    assert run(["volumes", "access-logs", str(tmp_path), "-o", str(tmp_path / "o.json")]) == 3
    assert "could not tell: too much of the logs could not be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nothing-here"], 3, "nothing-here: no such file or folder — check the path"),
        (["."], 3, "no file that could be a server access log"),
        ([".", "--account", "1"], 2, "--account 1 is no account id"),
        ([".", "--region", "europe"], 2, "--region europe is no Region code"),
        ([".", "--kms-key", "x"], 2, "--kms-key is about --print-policy: give both"),
        ([".", "--keep", "colour"], 2, "--keep knows no field colour"),
    ],
)
def test_bad_input_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["volumes", "access-logs", *arguments]) == code
    assert said in capsys.readouterr().err


def test_a_file_that_was_named_and_is_bad_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, [line()] * 500)
    (tmp_path / "notes.txt").write_text("hello\n")

    assert run(["volumes", "access-logs", str(tmp_path), str(tmp_path / "notes.txt")]) == 3
    assert "notes.txt: no server access log" in capsys.readouterr().err


def test_names_that_do_not_tell_whose_logs_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, [line()], NAME)

    assert run(["volumes", "access-logs", str(tmp_path)]) == 3
    assert "give --account and --region, of the account that owns the buckets" in capsys.readouterr().err
    assert run(["volumes", "access-logs", str(tmp_path), "--account", "111122223333", "--region", "eu-west-1"]) == 0
