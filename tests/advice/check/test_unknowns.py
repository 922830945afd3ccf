"""What is not known in words, and what would settle it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from costplan.advice.check.unknowns import unsettled_text
from costplan.model.billing import Meter, UnknownUsage
from costplan.model.scenario import ConfigItems
from costplan.model.verdicts import Outcome
from costplan.model.volumes import Volumes
from tests.advice.check.scenes import checked, report
from tests.build import IRELAND, PROD, TEST, VIRGINIA, make_coverage, make_row, make_scenario, make_trail, on_objects

UNMEASURED = UnknownUsage(Meter.DATA, "objects", (), (), "data events", "nobody counted them", "count them")


@pytest.mark.parametrize(
    ("accounts", "regions", "text"),
    [
        ((), (), "data events of objects"),
        ((PROD,), (), f"data events of objects in {PROD}"),
        ((PROD, TEST), (IRELAND, VIRGINIA), f"data events of objects in {IRELAND}, {VIRGINIA} and {PROD}, {TEST}"),
    ],
)
def test_what_nobody_measured_is_told_with_its_places(
    accounts: tuple[str, ...], regions: tuple[str, ...], text: str
) -> None:
    assert unsettled_text(replace(UNMEASURED, accounts=accounts, regions=regions)) == text


def test_what_is_not_known_is_told_with_what_would_settle_it() -> None:
    # Data events that nobody measured, and configuration items of an account, whose price is not listed.
    scene = make_scenario(
        make_trail("objects", selectors=(on_objects(),)),
        volumes=(Volumes((make_row(1),), coverage=(make_coverage(),)),),
        config_items=(ConfigItems(PROD, IRELAND, Decimal(5)),),
    )
    measured, priced = report(checked(scene)).verdicts
    assert measured.outcome is priced.outcome is Outcome.COULD_NOT_TELL
    where = f"in {IRELAND} and {PROD}"
    assert measured.message == f"not known: AWS::S3::Object data events of objects {where}: they were not measured"
    assert (measured.subject, measured.hint) == ("objects", "costplan volumes metrics or access-logs")
    said = f"not known: the price of config-item-continuous of AWS Config in {IRELAND}: "
    assert priced.message.startswith(said)
    assert (priced.subject, priced.hint) == ("AWS Config", "add its price, or write unknown: warn")
