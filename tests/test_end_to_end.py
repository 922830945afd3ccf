"""From delivered log files to dollars: the estimate against hand arithmetic on what the generator wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.workflows.estimate import estimate
from costplan.workflows.measure import measure_logs, write_volumes
from tests.generator import LOG_BUCKET, EventKey, Population, Truth, account_ids, write_logs

OWNER, MEMBER = account_ids(2)
CLOUDTRAIL = "cloudtrail.amazonaws.com"

# Ten hours, so that a month of 730 hours is exactly 73 such periods and nothing has to be rounded.
POPULATION = Population(
    seed=17,
    accounts=(OWNER, MEMBER),
    regions=(("us-east-1", 3.0), ("eu-west-1", 1.0)),
    days=0,
    hours=10,
    events_per_day=60_000,
    organization="o-exampleorgid",
    management_trails=2,
    data_trails=2,
    old_versions=0.3,
    own_deliveries=True,
)
MONTHS = 73
PER_100K = Decimal(100_000)

# The organization's trail records management events, tables, every object outside of the new log buckets, and calls
# to one service through VPC endpoints.  The member's trail records the member's writes once more, and its functions.
SCENARIO = f"""# An organization trail beside one of a member.
scenario: both
volumes: volumes.json
organization: {{id: o-exampleorgid, management_account: "{OWNER}", members: all}}
recorders:
  - trail: organization
    account: "{OWNER}"
    home_region: us-east-1
    is_multi_region: true
    is_organization: true
    advanced_event_selectors:
      - fields: {{eventCategory: {{equals: [Management]}}}}
      - fields:
          eventCategory: {{equals: [Data]}}
          resources.type: {{equals: ["AWS::DynamoDB::Table"]}}
      - fields:
          eventCategory: {{equals: [Data]}}
          resources.type: {{equals: ["AWS::S3::Object"]}}
          resources.ARN: {{not_starts_with: ["arn:aws:s3:::new-audit-logs/", "arn:aws:s3:::new-member-logs/"]}}
      - fields:
          eventCategory: {{equals: [NetworkActivity]}}
          eventSource: {{equals: [kms.amazonaws.com]}}
    s3: {{bucket: new-audit-logs, region: us-east-1, account: "{OWNER}"}}
  - trail: member
    account: "{MEMBER}"
    home_region: us-east-1
    is_multi_region: true
    advanced_event_selectors:
      - fields: {{eventCategory: {{equals: [Management]}}, readOnly: {{equals: ["false"]}}}}
      - fields:
          eventCategory: {{equals: [Data]}}
          resources.type: {{equals: ["AWS::Lambda::Function"]}}
      - fields:
          eventCategory: {{equals: [Data]}}
          resources.type: {{equals: ["AWS::S3::Object"]}}
          readOnly: {{equals: ["false"]}}
          resources.ARN: {{starts_with: ["arn:aws:s3:::amzn-s3-demo-lake"]}}
          userIdentity.arn: {{not_starts_with: ["arn:aws:sts::{MEMBER}:assumed-role/etl-0/"]}}
    s3: {{bucket: new-member-logs, region: us-east-1, account: "{MEMBER}"}}
"""


@dataclass(frozen=True)
class World:
    """What was written, and what the program makes of it."""

    truth: Truth
    estimates: tuple[Estimate, ...]

    def count(self, holds: Callable[[EventKey], bool]) -> int:
        """Events of the ten hours; the calls of the trails that wrote the logs are not theirs (R107)."""
        return sum(n for key, n in self.truth.counts.items() if key.invoked_by != CLOUDTRAIL and holds(key))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    truth = write_logs(POPULATION, folder / "logs")
    # Every slot of every account and Region has a file, and no late copy comes after the last: ten hours were observed.
    observed = {s.slots_occupied for (_, _, kind), s in truth.files.items() if kind == "CloudTrail"}
    assert observed == {truth.slots_observed} == {120}
    scenario = folder / "both.yaml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    measured = measure_logs([folder / "logs"], scenarios=[scenario])
    assert measured.exit_code == 0
    assert measured.problems == ()
    write_volumes(measured.volumes, folder / "volumes.json")
    by_file = estimate([scenario], months=1)
    in_one_pass = estimate([scenario], logs=[folder / "logs"], months=1)
    return World(truth, (*by_file.estimates, *in_one_pass.estimates))


def has_type(key: EventKey, name: str) -> bool:
    return any(resource.type == name for resource in key.resources)


def is_management_write(key: EventKey) -> bool:
    return key.category == "Management" and key.read_only is False


def is_lake_write(key: EventKey) -> bool:
    """Of the member's trail: writes to its lakes, but not by the role etl-0; callers without an ARN stay in (R26)."""
    in_lake = any(resource.container.startswith("arn:aws:s3:::amzn-s3-demo-lake") for resource in key.resources)
    is_left_out = key.principal == f"arn:aws:sts::{MEMBER}:assumed-role/etl-0"
    return has_type(key, "AWS::S3::Object") and in_lake and key.read_only is False and not is_left_out


EXPECTED: dict[tuple[str, Meter], tuple[Decimal, Callable[[EventKey], bool]]] = {
    # R80: every management event has a first copy, and it is free.
    ("organization", Meter.MANAGEMENT_FIRST_COPY): (Decimal(0), lambda key: key.category == "Management"),
    # R81, R84: the member's writes are recorded twice.
    ("member", Meter.MANAGEMENT_ADDITIONAL_COPY): (
        Decimal("2.00"),
        lambda key: key.account == MEMBER and is_management_write(key),
    ),
    # R86: every copy of a data event is paid; R30: a stream's event names its table too.
    ("organization", Meter.DATA): (
        Decimal("0.10"),
        lambda key: has_type(key, "AWS::S3::Object") or has_type(key, "AWS::DynamoDB::Table"),
    ),
    ("member", Meter.DATA): (
        Decimal("0.10"),
        lambda key: key.account == MEMBER and (has_type(key, "AWS::Lambda::Function") or is_lake_write(key)),
    ),
    ("organization", Meter.NETWORK_ACTIVITY): (
        Decimal("0.10"),
        lambda key: key.category == "NetworkActivity" and key.event_source == "kms.amazonaws.com",
    ),
}


@pytest.mark.parametrize("way", [0, 1], ids=["through a volumes file", "from the logs in one pass"])
def test_the_dollars_are_those_of_the_events_that_were_written(world: World, way: int) -> None:
    (month,) = world.estimates[way].months
    charges = [charge for charge in month.charges if charge.usage.meter.service.value == "cloudtrail"]
    found: dict[tuple[str, Meter], Decimal] = {}
    for charge in charges:
        where = (charge.usage.recorder, charge.usage.meter)
        found[where] = found.get(where, Decimal(0)) + charge.list_cost.point
        assert not charge.list_cost.has_band
    expected = {where: world.count(holds) * MONTHS * price / PER_100K for where, (price, holds) in EXPECTED.items()}
    assert found == expected
    assert min(world.count(holds) for _, holds in EXPECTED.values()) > 0


@pytest.mark.parametrize("way", [0, 1], ids=["through a volumes file", "from the logs in one pass"])
def test_each_account_and_region_pays_for_its_own_copies(world: World, way: int) -> None:
    (month,) = world.estimates[way].months
    seen = 0
    for charge in month.charges:
        usage = charge.usage
        if (usage.recorder, usage.meter) not in EXPECTED or usage.meter is Meter.MANAGEMENT_FIRST_COPY:
            continue
        _, holds = EXPECTED[usage.recorder, usage.meter]
        count = world.count(lambda key: (key.account, key.region) == (usage.account, usage.region) and holds(key))  # noqa: B023
        assert charge.quantity.point == count * MONTHS
        seen += 1
    # The member's two meters in two Regions, the organization's two in two Regions of two accounts.
    assert seen == 2 * 2 + 2 * 2 * 2


def test_the_written_logs_hold_what_must_not_be_paid(world: World) -> None:
    """The traps of this comparison are there: copies, old records, deliveries to the old log bucket, streams."""
    truth = world.truth
    assert truth.multiplicity[2] > 10_000
    assert truth.without_category > 1_000
    own = [key for key in truth.counts if key.invoked_by == CLOUDTRAIL]
    assert {key.event_name for key in own} == {"PutObject", "GetBucketAcl", "GenerateDataKey"}
    assert any(resource.container == f"arn:aws:s3:::{LOG_BUCKET}" for key in own for resource in key.resources)
    assert world.count(lambda key: has_type(key, "AWS::DynamoDB::Stream")) > 0
    assert world.count(lambda key: key.account == MEMBER and key.principal is None and is_lake_write(key)) > 0
    left_out = world.count(
        lambda key: key.principal == f"arn:aws:sts::{MEMBER}:assumed-role/etl-0" and has_type(key, "AWS::S3::Object")
    )
    assert left_out > 0
