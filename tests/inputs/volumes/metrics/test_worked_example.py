"""The worked example of the README, "all buckets, or these four, or writes only", by hand and to the cent.

Nothing of the program is used but the command itself: counts of requests are those that the generated logs cause.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from costplan.cli.app import run
from tests.generator import write_logs
from tests.inputs.volumes.metrics.caused import request_metrics
from tests.shipped_volumes import BEFORE_RECORDING, KEYS_PER_DELETE, PROJECT, TIMES, WITHOUT_METRICS

D = Decimal
FOUR = ("amzn-s3-demo-lake-0-0", "amzn-s3-demo-exports-0-3", "amzn-s3-demo-lake-1-0", "amzn-s3-demo-exports-1-3")
READS, WRITES = ("GetRequests", "HeadRequests", "ListRequests"), ("PutRequests",)
SLOTS = 730 * 12 * 2
"""Five-minute slots of a month, in two Regions."""


@cache
def requests() -> Mapping[str, Counter[str]]:
    with TemporaryDirectory() as folder:
        found = request_metrics(write_logs(BEFORE_RECORDING, Path(folder)))
    return {thing.name: metrics for thing, metrics in found.items() if thing.name != WITHOUT_METRICS}


def reads(bucket: Counter[str], beyond: int) -> tuple[int, int]:
    # There are more PUTs than GETs of any bucket, so all of its GETs may be halves of copies; lists may be of uploads.
    assert bucket["GetRequests"] <= sum(one["PutRequests"] for one in requests().values())
    low = bucket["HeadRequests"] - bucket["4xxErrors"]
    return max(0, low), sum(bucket[name] for name in READS) + beyond


def writes(bucket: Counter[str], beyond: int) -> tuple[int, int]:
    errors = bucket["4xxErrors"]
    puts, deletes = bucket["PutRequests"], bucket["DeleteRequests"]
    return max(0, puts - errors) + max(0, deletes - errors), puts + beyond + deletes * (1 + KEYS_PER_DELETE)


Part = Callable[[Counter[str], int], tuple[int, int]]


def counted(names: Iterator[str] | tuple[str, ...], *parts: Part) -> tuple[int, int]:
    """Return the fewest and the most events of some buckets in the two weeks."""
    low = high = 0
    for name in names:
        bucket = requests()[name]
        beyond = bucket["AllRequests"] - sum(bucket[kind] for kind in (*READS, *WRITES, "DeleteRequests"))
        for part in parts:
            fewest, most = part(bucket, beyond)
            low, high = low + fewest * TIMES, high + most * TIMES
    return low, high


def dollars(events: int, files_in_a_slot: int) -> Decimal:
    """Return what the twelfth month costs.

    Events are $0.10 for 100,000, log files $0.005 for 1,000 and $0.023 a GiB.  Two weeks have 336 hours.
    A file has 680 bytes, and 150 more for each event; eleven and a half months lie there.
    """
    a_month = D(events) * 730 / 336
    files = D(SLOTS * files_in_a_slot)
    stored = (680 * files + 150 * a_month) * D("11.5") / 2**30
    return a_month / 1_000_000 + files * 5 / 1_000_000 + stored * D("0.023")


CHOICES: Mapping[str, tuple[tuple[str, ...] | None, tuple[Part, ...]]] = {
    "all buckets": (None, (reads, writes)),
    "four buckets": (FOUR, (reads, writes)),
    "four buckets, writes": (FOUR, (writes,)),
}


def test_every_choice_costs_what_it_does_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    scenario = PROJECT / "scenarios" / "metrics" / "before-recording.yaml"
    assert run(["estimate", str(scenario), "--by", "recorder"]) == 0
    printed = dict(re.findall(r"^(\S.*?) {2,}(\$\S+)$", capsys.readouterr().out, re.MULTILINE))

    for choice, (names, parts) in CHOICES.items():
        low, high = counted(names if names is not None else tuple(requests()), *parts)
        # One file in each slot at least, eight at most.
        ends = dollars(low, 1), dollars(high, 8)
        assert printed[choice] == "–".join(f"${end:.2f}" for end in ends), choice


def test_the_writes_of_four_buckets_with_pencil_and_paper() -> None:
    # 4,658,000 PUTs and 721,000 DELETEs, of which nothing failed; 213,000 requests of no kind may be writes, and a
    # DELETE may name ten keys: 4,658,000 + 213,000 + 721,000 × 11.
    assert counted(FOUR, writes) == (5_379_000, 12_802_000)
    # 5,379,000 × 730 / 336 = 11,686,517.86 events: $11.69, and 17,520 files: $0.09.
    # (17,520 × 680 + 11,686,517.86 × 150) B × 11.5 = 18.90 GiB: $0.43.
    assert round(dollars(5_379_000, 1), 2) == D("12.21")
    # 12,802,000 × 730 / 336 = 27,813,869.05 events: $27.81, and 140,160 files: $0.70.
    # (140,160 × 680 + 27,813,869.05 × 150) B × 11.5 = 45.70 GiB: $1.05.
    assert round(dollars(12_802_000, 8), 2) == D("29.57")
