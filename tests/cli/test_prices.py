import re

import pytest

from costplan.cli.app import run


def test_every_region_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "show"]) == 0

    lines = [line for line in capsys.readouterr().out.splitlines() if re.match(r"[a-z]+-[a-z-]+-\d ", line)]
    assert len(lines) == 36


def test_a_region_shows_every_price_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "show", "--service", "cloudtrail", "--region", "us-east-1"]) == 0

    out = capsys.readouterr().out
    assert re.search(r"^management-additional-copy +PaidEventsRecorded +\$2\.00 +100,000 events$", out, re.MULTILINE)
    assert "AWS pricing feed, cloudtrail" in out
    assert "file: " in out
    assert "s3-put" not in out


@pytest.mark.parametrize("arguments", [["--region", "nowhere"], ["--service", "ec2"]], ids=" ".join)
def test_what_has_no_book_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "show", *arguments]) == 2
    assert arguments[1] in capsys.readouterr().err
