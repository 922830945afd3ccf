"""AWS's Insights examples, T47 to T50: events analysed exactly, and what they cost to the cent."""

from decimal import Decimal

from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.events import EventCategory
from costplan.model.recorders import Recorder
from costplan.model.selectors import InsightSelector, InsightType
from tests.engine import scenes
from tests.engine.raw_records import EC2, HOME, YOU, Raw, advanced, on_objects, record, s3, store, trail
from tests.oracle import Context

HERE = Context(enabled={YOU: (HOME,)})
READ = record(EC2, "DescribeInstances", read=True)
WRITE = record(EC2, "RunInstances", read=False)
DATA_READ = s3("GetObject", "amzn-s3-demo-bucket/a")
DATA_WRITE = s3("PutObject", "amzn-s3-demo-bucket/a")

CALL_RATE = (InsightSelector(InsightType.API_CALL_RATE),)
ERROR_RATE = (InsightSelector(InsightType.API_ERROR_RATE),)
BOTH = CALL_RATE + ERROR_RATE
BOTH_CATEGORIES = (EventCategory.MANAGEMENT, EventCategory.DATA)
BOTH_OF_BOTH = tuple(InsightSelector(kind, BOTH_CATEGORIES) for kind in InsightType)


def estimate(recorders: tuple[Recorder, ...], *events: tuple[Raw, int]) -> Estimate:
    return scenes.estimate(scenes.scenario_of(recorders, events, HERE))


def analysed(estimate: Estimate, meter: Meter, recorder: str) -> tuple[Decimal, Decimal]:
    """Events analysed for one recorder, and what they cost."""
    charges = [
        charge
        for charge in scenes.cloudtrail_charges(estimate)
        if charge.usage.meter is meter and charge.usage.recorder == recorder
    ]
    return sum((charge.quantity.point for charge in charges), Decimal(0)), scenes.cost(charges)


def test_t47_both_types_analyse_writes_twice_and_reads_once() -> None:
    result = estimate((trail("one", insights=BOTH),), (READ, 270_000), (WRITE, 30_000))
    # call rate 30,000 + error rate 300,000 = 330,000; × 0.35 / 100,000 = 1.155
    assert analysed(result, Meter.INSIGHTS_MANAGEMENT, "one") == (330_000, Decimal("1.155"))
    assert scenes.cost(scenes.cloudtrail_charges(result)) == Decimal("1.155")


def test_t48_call_rate_analyses_writes_and_error_rate_reads_and_writes() -> None:
    trails = (trail("A", insights=CALL_RATE), trail("B", insights=ERROR_RATE))
    result = estimate(trails, (READ, 710_000), (WRITE, 90_000))
    # A: 90,000 × 0.35 / 100,000 = 0.315
    assert analysed(result, Meter.INSIGHTS_MANAGEMENT, "A") == (90_000, Decimal("0.315"))
    # B: 90,000 + 710,000 = 800,000; × 0.35 / 100,000 = 2.80
    assert analysed(result, Meter.INSIGHTS_MANAGEMENT, "B") == (800_000, Decimal("2.80"))


def test_t49_a_trail_and_a_store_are_charged_separately() -> None:
    both = (trail("trail", insights=BOTH), store("store", insights=BOTH))
    result = estimate(both, (READ, 380_000), (WRITE, 120_000))
    # each: 2 × 120,000 + 380,000 = 620,000; × 0.35 / 100,000 = 2.17; together 1,240,000 and 4.34
    assert analysed(result, Meter.INSIGHTS_MANAGEMENT, "trail") == (620_000, Decimal("2.17"))
    assert analysed(result, Meter.INSIGHTS_MANAGEMENT, "store") == (620_000, Decimal("2.17"))
    assert scenes.counted(result, Meter.INSIGHTS_MANAGEMENT) == 1_240_000


FOUR_KINDS = ((READ, 270_000), (WRITE, 30_000), (DATA_READ, 340_000), (DATA_WRITE, 60_000))


def test_t50_on_data_events_both_types_analyse_everything() -> None:
    one = trail("one", advanced("Management"), on_objects(), insights=BOTH_OF_BOTH)
    result = estimate((one,), *FOUR_KINDS)
    management = analysed(result, Meter.INSIGHTS_MANAGEMENT, "one")
    data = analysed(result, Meter.INSIGHTS_DATA, "one")
    # management: 2 × 30,000 + 270,000 = 330,000; × 0.35 / 100,000 = 1.155
    assert management == (330_000, Decimal("1.155"))
    # data: 2 × (340,000 + 60,000) = 800,000; × 0.03 / 100,000 = 0.24
    assert data == (800_000, Decimal("0.24"))
    # 330,000 + 800,000 = 1,130,000; 1.155 + 0.24 = 1.395
    assert (management[0] + data[0], management[1] + data[1]) == (1_130_000, Decimal("1.395"))


def test_insights_analyse_only_what_their_trail_records() -> None:
    one = trail("one", advanced("Management", readOnly="false"), insights=BOTH_OF_BOTH)
    result = estimate((one,), *FOUR_KINDS)
    # Writes only: call rate 30,000 + error rate 30,000; no data events.
    assert analysed(result, Meter.INSIGHTS_MANAGEMENT, "one")[0] == 60_000
    assert scenes.counted(result, Meter.INSIGHTS_DATA) == 0


def test_insights_without_categories_analyse_management_events_only() -> None:
    one = trail("one", advanced("Management"), on_objects(), insights=BOTH)
    result = estimate((one,), *FOUR_KINDS)
    assert analysed(result, Meter.INSIGHTS_MANAGEMENT, "one")[0] == 330_000
    assert scenes.counted(result, Meter.INSIGHTS_DATA) == 0
