"""From generated logs with known truth: the event history of those events, read whole and sampled, tells them again."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from costplan import lookup_events
from costplan.engine.uncertainty import interval
from costplan.inputs.account import Access
from costplan.model.quantity import Quantity, total
from costplan.workflows.lookup import LookupSize
from tests.generator import iter_files
from tests.inputs.account import conftest as live
from tests.inputs.account.front import Scene
from tests.inputs.account.history import History
from tests.inputs.volumes.metrics.test_truth import POPULATION
from tests.readme import section_of
from tests.workflows.test_lookup import Unhurried

access, aws_environment = live.access, live.aws_environment
front, moto_server, scene = live.front, live.moto_server, live.scene

D = Decimal
ACCOUNT, OF = "111122223333", "recipientAccountId"
# Old records do not say that they are management events; who else would know?
KNOWN = replace(POPULATION, old_versions=0)
END = KNOWN.start + timedelta(days=14)
CALLS = 60
ME = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult>"
    f"<Arn>arn:aws:iam::{ACCOUNT}:user/app</Arn><UserId>app</UserId><Account>{ACCOUNT}</Account>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


class Logged(NamedTuple):
    """An event of a log file, as the history has it."""

    kept: dict[str, Any]

    @property
    def when(self) -> datetime:
        return datetime.fromisoformat(self.kept["eventTime"]).astimezone(UTC)

    @property
    def name(self) -> str:
        return str(self.kept["eventName"])

    @property
    def region(self) -> str:
        return str(self.kept["awsRegion"])

    @property
    def read_only(self) -> bool:
        return bool(self.kept.get("readOnly"))

    def record(self, _: int) -> dict[str, Any]:
        return self.kept


@cache
def happened() -> tuple[Logged, ...]:
    return tuple({one.kept["eventID"]: one for one in _logged()}.values())


def _logged() -> Iterator[Logged]:
    for file in iter_files(KNOWN):
        for record in json.loads(gzip.decompress(file.body)).get("Records", ()):
            if record[OF] == ACCOUNT and record["eventCategory"] == "Management":
                yield Logged(record)


def look(scene: Scene, access: Access, calls: int) -> dict[tuple[str, str], Quantity]:
    """Return what the history says of each Region and event name."""
    scene.plays |= {"LookupEvents": History(happened()).play, "GetCallerIdentity": lambda _: ME}
    result = lookup_events(
        regions=[region for region, _ in KNOWN.regions],
        size=LookupSize(days=14, calls=calls, seed=1),
        access=access,
        now=END + timedelta(hours=1),
        pace=Unhurried,
    )
    assert result.problems == ()
    found: dict[tuple[str, str], list[Quantity]] = {}
    for row in result.volumes.rows:
        found.setdefault((row.key.region, str(row.key.event_name)), []).append(row.per_month)
    return {key: total(some) for key, some in found.items()}


def error_of(found: dict[tuple[str, str], Quantity]) -> str:
    """Return how far the point is off in all, in percent of the truth."""
    truth = D(len(happened())) * 730 / 336
    # Zero has no sign.
    return f"{round((total(found.values()).point / truth - 1) * 100, 1) + 0:+} %"


def test_a_history_that_is_read_whole_is_the_truth(scene: Scene, access: Access) -> None:
    found = look(scene, access, 600)

    truth = Counter((one.region, one.name) for one in happened())
    assert len(truth) >= 30
    assert found.keys() == truth.keys()
    for key, count in truth.items():
        # Rows are rounded to six decimals, one by one.
        assert abs(found[key].point - D(count) * 730 / 336) < D("0.001")
    assert not any(quantity.is_sampled for quantity in found.values())
    assert f"- read whole: {error_of(found)}\n" in section_of("From the event history")


def test_a_sample_of_it_holds_the_truth_in_its_interval(scene: Scene, access: Access) -> None:
    found = look(scene, access, CALLS)

    truth = Counter(one.region for one in happened())
    assert len(truth) == len(KNOWN.regions)
    sampled = 0
    for region, count in truth.items():
        of_region = total(quantity for (where, _), quantity in found.items() if where == region)
        low, high = interval(of_region)
        sampled += of_region.is_sampled
        assert low - D("0.001") <= D(count) * 730 / 336 <= high + D("0.001")
    # The quietest is read whole all the same.
    assert sampled >= 1
    asked = len(scene.asked_for("LookupEvents"))
    assert asked <= len(truth) * (CALLS * 1.5 + 13)
    assert f"- sampled, {CALLS} calls for each Region: {error_of(found)}\n" in section_of("From the event history")
