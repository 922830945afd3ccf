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


@pytest.mark.parametrize(
    ("service", "row"),
    [
        ("cloudwatch", r"cloudwatch-logs-ingestion +DataProcessing-Bytes +\$0\.57 +GB"),
        ("config", r"config-rule-evaluations +– +\$0\.001 +evaluations +100,000"),
        ("kms", r"kms-key +– +\$1\.00 +key-months"),
        ("sns", r"sns-delivery-http +– +\$0\.60 +1,000,000 notifications"),
    ],
)
def test_every_service_has_prices_to_show(service: str, row: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "show", "--service", service, "--region", "eu-west-1"]) == 0
    assert re.search(f"^{row}$", capsys.readouterr().out, re.MULTILINE)
