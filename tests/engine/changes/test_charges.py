"""Which charges differ, dearest change first, whether it adds or saves."""

from costplan.engine.changes.pricing import diff_scenarios
from costplan.model.billing import Meter
from costplan.model.scenario import PricedScenario
from tests.build import make_price, make_prices, make_row, make_scenario, make_trail, object_row, on_objects

PRICES = make_prices(*(make_price(meter, 1_000, ("0", None)) for meter in (Meter.S3_PUT, Meter.S3_STORAGE_STANDARD)))
AUDIT, SECOND = make_trail("audit"), make_trail("second")
OBJECTS = make_trail("objects", selectors=(on_objects(),))


def test_the_dearest_change_comes_first_whether_it_adds_or_saves() -> None:
    # 5M second copies are 100 dollars less; 30M data events are 30 dollars more.
    rows = (make_row(5_000_000, event_name="DescribeInstances"), object_row(30_000_000))
    before, after = (
        PricedScenario(make_scenario(*trails, rows=rows), PRICES) for trails in ((AUDIT, SECOND), (AUDIT, OBJECTS))
    )
    for sides, signs in (((before, after), (-1, 1)), ((after, before), (1, -1))):
        costs = [charge.cost.point for charge in diff_scenarios(*sides).charges if charge.cost.point]
        assert costs == [100 * signs[0], 30 * signs[1]]
