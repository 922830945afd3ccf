"""``costplan volumes metrics``, as its users meet it: over HTTP, with metrics that are known."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from costplan.cli import volumes_metrics
from costplan.cli.app import run
from costplan.cli.volumes_metrics import ServiceName
from costplan.workflows.metrics import MetricService
from tests.inputs.account import conftest as live
from tests.inputs.account.front import Scene
from tests.inputs.volumes.metrics.measured import make_bucket, put

aws_environment, front, moto_server, scene = live.aws_environment, live.front, live.moto_server, live.scene

INVOKED = ("AWS/Lambda", "Invocations", {"FunctionName": "etl"})


def hours_ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def test_what_was_measured_is_shown_and_kept(
    scene: Scene,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_bucket("amzn-s3-demo-a")
    put(*INVOKED, 1, when=hours_ago(30))
    output = tmp_path / "data.json"
    assert scene.asked
    arguments = ["--service", "lambda", "--service", "s3", "--region", "eu-west-1", "-o", str(output)]

    assert run(["volumes", "metrics", *arguments]) == 0

    shown = capsys.readouterr()
    assert shown.out.startswith("14 days of CloudWatch metrics\n")
    assert "(R110); taken as they are they make 730 a month" in shown.out
    assert f"wrote {output}" in shown.out
    assert "metrics to read: 1, for about $0.01 ($0.01 for 1,000 metrics requested by GetMetricData" in shown.err
    assert "nothing is known of bucket amzn-s3-demo-a in eu-west-1" in shown.err
    assert "aws s3api put-bucket-metrics-configuration --bucket amzn-s3-demo-a" in shown.err
    kept = json.loads(output.read_text())
    assert kept["source"] == {"kind": "metrics"}
    (row,) = kept["events"]
    assert (row["count"], row["per_month"], row["per_month_high"]) == (336, "730", "730")
    assert row["per_month_low"] == "243.333333"

    assert run(["volumes", "show", str(output)]) == 0
    assert "14 days of CloudWatch metrics" in capsys.readouterr().out


def test_much_is_read_only_when_that_is_all_right(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(*INVOKED, 1, when=hours_ago(30))
    monkeypatch.setattr(volumes_metrics, "ASK_FROM_DOLLARS", 0)
    arguments = ["volumes", "metrics", "--service", "lambda", "--region", "eu-west-1"]

    assert run(arguments) == 2
    assert "nothing was read: nobody can be asked here" in capsys.readouterr().err
    assert not scene.asked_for("GetMetricData")
    assert run([*arguments, "--yes"]) == 0
    assert "nothing written: -o FILE keeps the volumes" in capsys.readouterr().out


def test_the_policy_is_printed_without_asking_anything(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["volumes", "metrics", "--service", "lambda", "--print-policy"]) == 0
    _, listing, reading = json.loads(capsys.readouterr().out)["Statement"]
    assert listing["Action"] == ["lambda:ListFunctions"]
    assert reading["Action"] == ["cloudwatch:ListMetrics", "cloudwatch:GetMetricData"]


def test_a_wrong_option_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["volumes", "metrics", "--days", "500"]) == 2
    assert "--days must be 1 to 455" in capsys.readouterr().err
    assert run(["volumes", "metrics", "--service", "rds"]) == 2


def test_a_refused_region_is_told(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.fail("AccessDenied", "ListMetrics")
    assert run(["volumes", "metrics", "--service", "sns", "--region", "eu-west-1"]) == 3
    error = capsys.readouterr().err
    assert "nothing is known of AWS::SNS::Topic data events in eu-west-1 (ListMetrics: AccessDenied)" in error
    assert "somebody" not in error


def test_every_service_has_a_name() -> None:
    assert [one.value for one in ServiceName] == [one.value for one in MetricService]
