"""Management events by the event history of an account, over HTTP: whole where it is quiet, sampled where it is not."""

import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import jsonschema
import pytest

from costplan import lookup_events
from costplan.engine.uncertainty import interval
from costplan.inputs.account import Access
from costplan.inputs.account.event_history import Pace
from costplan.inputs.account.policy import event_history_policy
from costplan.inputs.documents import parse_document
from costplan.inputs.schemas import schema
from costplan.inputs.volumes.volumes_file import format_volumes, parse_volumes
from costplan.model.events import EventCategory
from costplan.model.problems import BadInputError, UsageError
from costplan.model.quantity import total
from costplan.model.volumes import Basis, Volumes
from costplan.workflows.lookup import LookupSize
from costplan.workflows.measure import MeasureResult
from tests.inputs.account import conftest as live
from tests.inputs.account.front import Failure, Scene
from tests.inputs.account.history import Happened, History
from tests.inputs.account.made import ACCOUNT

access, aws_environment = live.access, live.aws_environment
front, moto_server, scene = live.front, live.moto_server, live.scene

D = Decimal
NOW = datetime(2026, 11, 16, 12, 30, tzinfo=UTC)
# A Monday; the history is read up to 11:00.
END = datetime(2026, 11, 16, 11, tzinfo=UTC)


class Unhurried(Pace):
    """Counts what it would wait for."""

    waited = 0.0

    def __init__(self) -> None:
        super().__init__(clock=lambda: 0.0, sleep=self._note)

    def _note(self, seconds: float) -> None:
        type(self).waited += seconds


def look(access: Access, *regions: str, **rest: Any) -> MeasureResult:
    rest.setdefault("size", LookupSize(days=1, calls=60))
    return lookup_events(regions=regions, access=access, now=NOW, pace=Unhurried, **rest)


def steady(per_hour: int, hours: int, name: str = "DescribeInstances", **rest: Any) -> list[Happened]:
    step = timedelta(seconds=3600 / per_hour)
    return [
        Happened((END - timedelta(hours=hours) + n * step).replace(microsecond=0), name, **rest)
        for n in range(per_hour * hours)
    ]


def events(volumes: Volumes) -> Decimal:
    return total(row.per_month for row in volumes.rows).point


def test_a_quiet_region_is_read_whole(scene: Scene, access: Access) -> None:
    history = History([*steady(4, 24), *steady(1, 24, "RunInstances", read_only=False)])
    scene.plays["LookupEvents"] = history.play
    result = look(access, "eu-west-1")
    volumes = result.volumes
    # 24 hours to 730: 96 × 730 / 24 and 24 × 730 / 24.
    assert {(row.key.event_name, row.per_month.point) for row in volumes.rows} == {
        ("DescribeInstances", D("2920")),
        ("RunInstances", D("730")),
    }
    assert not volumes.is_sampled
    (covered,) = volumes.coverage
    assert (covered.account, covered.region, covered.category) == (ACCOUNT, "eu-west-1", EventCategory.MANAGEMENT)
    assert covered.basis is Basis.MEASURED
    assert covered.observed is not None
    assert (covered.observed.start, covered.observed.end, covered.observed.hours) == (END - timedelta(days=1), END, 24)
    assert volumes.read is not None
    assert (volumes.read.records, volumes.read.counted, volumes.read.unreadable) == (120, 120, 0)
    assert sum(row.count or 0 for row in volumes.rows) == 120


def test_the_ends_of_the_period_belong_to_it_once(scene: Scene, access: Access) -> None:
    start = END - timedelta(days=1)
    scene.plays["LookupEvents"] = History(
        [Happened(moment, "A") for moment in (start - timedelta(seconds=1), start, END - timedelta(seconds=1), END)]
    ).play
    assert sum(row.count or 0 for row in look(access, "eu-west-1").volumes.rows) == 2


def test_a_busy_region_is_sampled_and_its_interval_holds_the_truth(scene: Scene, access: Access) -> None:
    generator = random.Random(3)
    start = END - timedelta(days=1)
    busy = [
        Happened(start + timedelta(seconds=generator.randrange(86_400)), "A" if generator.random() < 0.8 else "B")
        for _ in range(20_000)
    ]
    history = History(busy)
    scene.plays["LookupEvents"] = history.play
    hits = 0
    for seed in range(6):
        history.calls = 0
        volumes = look(access, "eu-west-1", size=LookupSize(days=1, calls=120, seed=seed)).volumes
        # One look at the whole, twelve of the pilot, then about as many calls as were allowed.
        assert history.calls <= 13 + 120 * 1.5
        figure = total(row.per_month for row in volumes.rows)
        low, high = interval(figure)
        truth = D(20_000) * 730 / 24
        hits += low <= truth <= high
        assert abs(figure.point / truth - 1) < D("0.15")
        assert high - low < truth / 2
    assert hits >= 5


def test_the_same_seed_draws_the_same_and_another_one_does_not(scene: Scene, access: Access) -> None:
    scene.plays["LookupEvents"] = History(steady(2000, 24)).play
    first, again, other = (
        format_volumes(look(access, "eu-west-1", size=LookupSize(1, 60, seed)).volumes) for seed in (1, 1, 2)
    )
    assert first == again != other


def test_a_sample_is_written_and_read_back(scene: Scene, access: Access) -> None:
    scene.plays["LookupEvents"] = History([*steady(2000, 24), *steady(3, 24, "C", region="us-east-1")]).play
    volumes = look(access, "eu-west-1", "us-east-1").volumes
    text = format_volumes(volumes)
    jsonschema.Draft202012Validator(schema("volumes")).validate(json.loads(text))
    problems: list[Any] = []
    read = parse_volumes(parse_document("v.json", text), (), parse_document("v.json", text).value, problems)
    assert read is not None
    assert problems == []
    assert (events(read), read.kind, read.coverage) == (events(volumes), "lookup", volumes.coverage)
    by_region = {row.key.region: row.per_month for row in read.rows}
    # The quiet Region was read whole: 72 × 730 / 24, and no interval; the other is a sample.
    assert (by_region["us-east-1"].point, by_region["us-east-1"].replicates) == (D(2190), ())
    assert by_region["eu-west-1"].is_sampled


def test_two_weeks_weigh_every_weekday_alike(scene: Scene, access: Access) -> None:
    start = END - timedelta(days=15)
    # From Sunday the 1st at 11:00 to Monday the 16th: three Sundays of 13, 24 and 24 hours, an event on each of them.
    sundays = [Happened(start + timedelta(days=day, hours=2), "A") for day in (0, 7, 14)]
    scene.plays["LookupEvents"] = History(sundays).play
    (row,) = look(access, "eu-west-1", size=LookupSize(days=15, calls=60)).volumes.rows
    # A seventh of the month is Sundays: 3 × 730 / 7 / 61, and not 3 × 730 / 360.
    assert row.per_month.point == (D(3) * 730 / 7 / 61).quantize(D("0.000001"))


def test_throttling_is_waited_out_and_the_pace_is_kept(scene: Scene, access: Access) -> None:
    scene.plays["LookupEvents"] = History(steady(10, 24)).play
    scene.fail("ThrottlingException", "LookupEvents", times=2)
    Unhurried.waited = 0.0
    assert events(look(access, "eu-west-1").volumes) == D(240) * 730 / 24
    # Two calls a second: with a clock that stands still every further call waits half a second longer.
    calls = len(scene.asked_for("LookupEvents")) - 2
    assert calls > 5
    assert Unhurried.waited == pytest.approx(sum(n / 2 for n in range(1, calls)))


def test_a_region_that_does_not_answer_is_unknown_and_said(scene: Scene, access: Access) -> None:
    scene.plays["LookupEvents"] = History(steady(4, 24)).play
    scene.fail("AccessDeniedException", "LookupEvents", region="us-east-1")
    result = look(access, "eu-west-1", "us-east-1")
    assert [part.region for part in result.volumes.coverage] == ["eu-west-1"]
    (problem,) = result.problems
    assert "nothing is known of us-east-1: it is not allowed" in problem.what
    assert problem.hint.startswith("allow cloudtrail:LookupEvents there")
    assert "somebody" not in str(problem)


def test_what_is_not_denied_is_worth_another_run(scene: Scene, access: Access) -> None:
    scene.plays["LookupEvents"] = History(steady(4, 24)).play
    scene.fail("ThrottlingException", "LookupEvents", region="us-east-1")
    (problem,) = look(access, "eu-west-1", "us-east-1").problems
    assert problem.hint == "run it again later"


def test_where_nobody_answers_there_are_no_volumes(scene: Scene, access: Access) -> None:
    scene.fail("AccessDeniedException", "LookupEvents")
    with pytest.raises(BadInputError, match="nothing is known of eu-west-1"):
        look(access, "eu-west-1")


def test_an_expired_token_ends_it(scene: Scene, access: Access) -> None:
    scene.plays["LookupEvents"] = lambda _: Failure("ExpiredTokenException")
    with pytest.raises(BadInputError, match="expired"):
        look(access, "eu-west-1")


def test_a_record_that_cannot_be_read_is_counted_as_such(scene: Scene, access: Access) -> None:
    scene.plays["LookupEvents"] = History(steady(2, 24), broken=frozenset({0, 7})).play
    read = look(access, "eu-west-1").volumes.read
    assert read is not None
    assert (read.records, read.counted, read.unreadable) == (48, 46, 2)


def test_far_more_than_foretold_is_not_read_for_ever(scene: Scene, access: Access) -> None:
    """A quarter of an hour holds nearly everything, and the pilot's minutes miss it: the sample does not."""
    start = END - timedelta(days=1)
    burst = [Happened(start + timedelta(hours=3, seconds=n % 900), "A") for n in range(40_000)]
    quiet = [Happened(start + timedelta(minutes=n), "B") for n in range(0, 1440, 6)]
    scene.plays["LookupEvents"] = History([*burst, *quiet]).play
    with pytest.raises(BadInputError, match="far more happens in eu-west-1"):
        look(access, "eu-west-1", size=LookupSize(days=1, calls=48))


def test_the_policy_allows_what_is_asked(scene: Scene, access: Access) -> None:
    scene.plays["LookupEvents"] = History(steady(1, 2)).play
    look(access)
    scene.fail("AccessDeniedException", "ListRegions")
    look(access)
    asked = {f"{one.service}:{one.operation}" for one in scene.asked}
    assert asked == set(_actions(event_history_policy()))


def _actions(policy: str) -> list[str]:
    return [action for statement in json.loads(policy)["Statement"] for action in statement["Action"]]


@pytest.mark.parametrize(
    ("size", "words"), [({"days": 0}, "1 to 90"), ({"days": 91}, "1 to 90"), ({"calls": 5}, "48 or more")]
)
def test_a_size_that_makes_no_sense_is_refused(size: dict[str, int], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        LookupSize(**size)


def test_a_region_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(UsageError, match="no Region code"):
        lookup_events(regions=["ireland"])
