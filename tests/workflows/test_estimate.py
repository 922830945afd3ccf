"""What the library's estimate refuses, and what it must not count twice or miss."""

import gzip
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costplan import BadInputError, estimate
from costplan.model.billing import Meter
from costplan.model.numbers import exact_arithmetic
from costplan.model.problems import UsageError
from costplan.workflows.measure import measure_logs, write_volumes
from tests.generator import Population, account_ids, write_logs
from tests.generator.population import Mix

ACCOUNT = account_ids(1)[0]
TRAIL = """
  - trail: {name}
    account: "{account}"
    home_region: us-east-1
    is_multi_region: true
    s3: {{bucket: {name}-logs, region: us-east-1, account: "{account}"}}
"""


def scenario(folder: Path, name: str, *, volumes: str = "", trails: tuple[str, ...] = ("audit",)) -> Path:
    recorders = "".join(TRAIL.format(name=trail, account=ACCOUNT) for trail in trails)
    path = folder / f"{name}.yaml"
    path.write_text(f"scenario: {name}\n{volumes}recorders:{recorders}")
    return path


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("logs")
    write_logs(
        Population(
            seed=3,
            accounts=(ACCOUNT,),
            days=0,
            hours=6,
            events_per_day=8_000,
            mix=Mix(100, 0, 0, 0, 0),
            own_deliveries=True,
        ),
        folder,
    )
    return folder


def second_copies(*arguments: Path, **options: Any) -> Decimal:
    (result,) = estimate(arguments, **options).estimates
    return sum(
        (c.quantity.point for c in result.last.charges if c.usage.meter is Meter.MANAGEMENT_ADDITIONAL_COPY), Decimal(0)
    )


def test_bucket_checks_are_the_same_however_the_logs_were_counted(logs: Path, tmp_path: Path) -> None:
    # A plan made for selectors that never ask for event names must still tell GetBucketAcl from a delivery.
    both = scenario(tmp_path, "both", trails=("audit", "second"))
    write_volumes(measure_logs([logs]).volumes, tmp_path / "everything.json")
    write_volumes(measure_logs([logs], scenarios=[both]).volumes, tmp_path / "asked.json")
    of_everything = scenario(tmp_path, "a", volumes="volumes: everything.json\n", trails=("audit", "second"))
    of_asked = scenario(tmp_path, "b", volumes="volumes: asked.json\n", trails=("audit", "second"))

    paid = [second_copies(both, logs=[logs]), second_copies(of_everything), second_copies(of_asked)]
    # Rows are rounded once, to a millionth of an event; the three sources have different rows.
    assert max(paid) - min(paid) < Decimal("0.001")
    assert min(paid) > 1_000


def test_two_sources_of_the_same_events_are_refused(logs: Path, tmp_path: Path) -> None:
    write_volumes(measure_logs([logs]).volumes, tmp_path / "once.json")
    twice = scenario(tmp_path, "twice", volumes="volumes: [once.json, once.json]\n")
    with pytest.raises(BadInputError, match="two of its volumes hold Management events"):
        estimate([twice])


def test_sources_of_different_accounts_stand_beside_each_other(tmp_path: Path) -> None:
    rows = (
        'format: costplan.volumes/1\ncovers_all: true\naccount: "{}"\nregion: us-east-1\n'
        "events: [{{category: management, events: 5M/month}}]\n"
    )
    for name, account in zip("ab", account_ids(2), strict=True):
        (tmp_path / f"{name}.yaml").write_text(rows.format(account))
    (result,) = estimate([scenario(tmp_path, "two", volumes="volumes: [a.yaml, b.yaml]\n")]).estimates

    assert result.events.happened["Management"].point == 10_000_000


def test_logs_that_are_mostly_unreadable_are_no_basis_for_an_estimate(logs: Path, tmp_path: Path) -> None:
    shutil.copytree(logs, tmp_path / "logs")
    for number, path in enumerate(sorted((tmp_path / "logs").rglob("*.gz"))):
        if number % 2:
            path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadInputError, match="too much could not be read"):
        estimate([scenario(tmp_path, "x")], logs=[tmp_path / "logs"])


def test_a_record_that_is_not_text_does_not_stop_match(tmp_path: Path) -> None:
    from costplan import match

    good = {"eventVersion": "1.08", "eventTime": "2026-10-05T10:00:00Z", "eventSource": "ec2.amazonaws.com",
            "eventName": "RunInstances", "awsRegion": "us-east-1", "eventID": "1", "readOnly": False,
            "eventCategory": "Management", "recipientAccountId": ACCOUNT}  # fmt: skip
    text = json.dumps({"Records": [good, good | {"eventID": "2", "eventName": "BAD"}]}).encode()
    (tmp_path / "log.json.gz").write_bytes(gzip.compress(text.replace(b"BAD", b"\xff\xfe")))
    result = match([scenario(tmp_path, "x")], logs=[tmp_path / "log.json.gz"])

    assert len(result.warnings) == 1
    assert result.exit_code == 3


def test_totals_are_exact_for_library_users_too(logs: Path, tmp_path: Path) -> None:
    (result,) = estimate([scenario(tmp_path, "x")], logs=[logs]).estimates
    with exact_arithmetic():
        exact = sum((charge.list_cost.point for charge in result.last.charges), Decimal(0))

    assert result.last.list_cost.point == exact
    assert len(exact.as_tuple().digits) > 28


@pytest.mark.parametrize(
    ("options", "message"),
    [({"months": 0}, "at least one month"), ({"breakdown": frozenset({"ressource"})}, "ressource")],
)
def test_arguments_that_mean_nothing_are_refused(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        estimate([scenario(tmp_path, "x")], **options)


def test_paths_may_be_texts(logs: Path, tmp_path: Path) -> None:
    (result,) = estimate([str(scenario(tmp_path, "x"))], logs=[str(logs)]).estimates  # type: ignore[list-item]

    assert result.last.charges
