"""Diffs built by hand, each small enough to be added up in the head.

Data events cost $0.10 per 100,000, copies of management events $2.00 per 100,000, as in ``tests.reports.build``.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from costplan.model.billing import Meter, UnknownUsage, UnpricedUsage, Usage
from costplan.model.changes import (
    Change,
    ChangeKind,
    ChargeChange,
    CostDifference,
    Diff,
    EventsMoved,
    PricedChange,
    Renamed,
    Side,
)
from costplan.model.estimate import Estimate
from costplan.model.problems import Location
from costplan.model.quantity import Quantity
from costplan.model.recorders import Trail
from costplan.model.scenario import Settings
from costplan.model.selectors import FieldSelector
from costplan.model.volumes import Volumes
from tests.reports.build import PROD, REGION, UNKNOWN_LAMBDA, charge, estimate, quantity, scenario

VIRGINIA = "us-east-1"
S3_OBJECT = "AWS::S3::Object"
HOSTILE = "@acme/team of acme/infra#12 #7 !9 gh-4 @_x @.y &#64;z a|b<script>\"'%0A::error::`x`</details>\n**y** $z$ https://example.com/?a&b"
"""A name that means something to every format."""


def difference(point: str, low: str | None = None, high: str | None = None, half_width: str = "0") -> CostDifference:
    return CostDifference(Decimal(point), Decimal(low or point), Decimal(high or point), Decimal(half_width))


def change(
    attribute: str,
    before: Side,
    after: Side,
    *,
    recorder: str | None = "main",
    kind: ChangeKind = ChangeKind.CHANGED,
    selector: str = "",
    line: int | None = 7,
    **rest: Any,
) -> Change:
    fields = {"recorder_kind": "trail", "where": Location("trails.yaml", line)} | rest
    return Change(kind, recorder, fields["recorder_kind"], attribute, before, after, selector, fields["where"])


def moved(amount: int | Quantity, container: str | None = None, **rest: Any) -> EventsMoved:
    """Data events of a bucket, unless said otherwise."""
    fields: Mapping[str, Any] = {
        "recorder": "main",
        "category": "Data",
        "event_source": "s3.amazonaws.com",
        "resource_type": S3_OBJECT,
        "container": container and f"arn:aws:s3:::{container}",
        "quantity": quantity(amount),
        **rest,
    }
    return EventsMoved(**fields)


def management(amount: int | Quantity, source: str, recorder: str = "main") -> EventsMoved:
    return EventsMoved(recorder, "Management", source, None, None, quantity(amount))


def charge_change(
    meter: Meter,
    counts: tuple[int | None, int | None],
    cost: CostDifference,
    dollars: tuple[str | None, str | None],
    *,
    recorder: str = "main",
    region: str = REGION,
) -> ChargeChange:
    usage = Usage(meter, PROD, region, recorder, Quantity.exact(0), "events")
    kind = ChangeKind.ADDED if counts[0] is None else ChangeKind.REMOVED if counts[1] is None else ChangeKind.CHANGED
    amounts = (None if amount is None else quantity(amount) for amount in (*counts, *dollars))
    return ChargeChange(usage.id, kind, meter, PROD, region, recorder, "events", *amounts, cost)


def prod(*charges: Any, name: str = "prod", day: date | None = None, discounts: Any = None, **rest: Any) -> Estimate:
    """One month of the scenario prod."""
    of = scenario(
        name,
        settings=Settings(months=1, as_of=day),
        discounts=discounts,
        volumes=(Volumes((), kind="typed"),),
        insights=(),
    )
    return estimate(name, charges, of=of, **rest)


def widened() -> Diff:
    """A selector takes all buckets, then the trail all Regions: 100M data events a month become 112.3M.

    In order: 10M events of the home Region for $10.00, then 2.3M of the other for $2.30.  Alone, the second change
    brings 1.8M events of the one bucket, $1.80; so $12.30 - $10.00 - $1.80 = $0.50 is what both do together.
    """
    first = PricedChange(
        change(
            "selectors",
            FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",)),
            None,
            selector="S3 writes",
            line=12,
        ),
        difference("10.00"),
        difference("10.00"),
        (moved(8_000_000, "photos"), moved(2_000_000, "logs")),
    )
    second = PricedChange(
        change("is_multi_region", "false", "true"),
        difference("2.30"),
        difference("1.80"),
        (moved(1_800_000, "lake"), moved(500_000, "photos")),
    )
    charges = (
        charge_change(Meter.DATA, (100_000_000, 110_000_000), difference("10.00"), ("100.00", "110.00")),
        charge_change(Meter.DATA, (None, 2_300_000), difference("2.30"), (None, "2.30"), region=VIRGINIA),
    )
    return Diff(
        prod(charge(Meter.DATA, 100_000_000)),
        prod(charge(Meter.DATA, 110_000_000), charge(Meter.DATA, 2_300_000, region=VIRGINIA)),
        difference("12.30"),
        difference("12.30"),
        (first, second),
        difference("0.50"),
        charges=charges,
        renamed=(Renamed("old-audit", "audit"),),
    )


UNPRICED_NETWORK = UnpricedUsage(
    Usage(Meter.NETWORK_ACTIVITY, PROD, REGION, "main", Quantity.exact(12_000), "events"), "no book lists it"
)
UNKNOWN_STORES = UnknownUsage(Meter.DATA, "main", (PROD,), (REGION,), "DynamoDB data events", "nobody measured", "")


def uncertain() -> Diff:
    """A second trail whose copies may be paid ($0 to $8), Lambda events nobody measured, new prices and a discount.

    List prices: 10M data events were $11.00, are $10.00 at today's price: -$1.00.  The trail adds 0 to 400,000 copies,
    $0.00 to $8.00.  A sampled share of data events is dropped: -$2.00 ± $0.30.  Alone, it is the same.
    Before: $11.00; after: $10.00 + ($0.00 to $8.00) - $2.00 = $8.00 to $16.00.  7 % off: $10.23 and $7.44 to $14.88.
    """
    copies = Quantity.between(Decimal(0), Decimal(400_000))
    off = "0.07"
    before = prod(
        replace(charge(Meter.DATA, 11_000_000, discount=off)),
        day=date(2026, 1, 1),
        discounts={"cloudtrail": Decimal(off)},
        unpriced=(UNPRICED_NETWORK,),
        unknown=(UNKNOWN_STORES,),
    )
    after = prod(
        charge(Meter.DATA, 8_000_000, discount=off),
        charge(Meter.MANAGEMENT_ADDITIONAL_COPY, copies, recorder="second", discount=off),
        discounts={"cloudtrail": Decimal(off)},
        unknown=(UNKNOWN_LAMBDA, UNKNOWN_STORES),
    )
    added = PricedChange(
        change("", None, Trail("second", PROD, REGION), recorder="second", kind=ChangeKind.ADDED),
        difference("8.00", "0.00", "8.00"),
        difference("8.00", "0.00", "8.00"),
        (management(Quantity.between(Decimal(0), Decimal(400_000)), "ec2.amazonaws.com", "second"),),
        unknown=(UNKNOWN_LAMBDA,),
    )
    dropped = PricedChange(
        change("is_logging", "true", "false", recorder="third"),
        difference("-2.00", half_width="0.30"),
        difference("-2.00", half_width="0.30"),
        dropped=(moved(2_000_000, "lake", recorder="third"), management(7, "kms.amazonaws.com", "main")),
        settled=(UNPRICED_NETWORK,),
    )
    return Diff(
        before,
        after,
        difference("5.00", "-3.00", "5.00", "0.30"),
        difference("4.65", "-2.79", "4.65", "0.279"),
        (added, dropped),
        prices=difference("-1.00"),
        charges=(
            ChargeChange(
                "AWSCloudTrail/management-additional-copy/111122223333/eu-west-1/second",
                ChangeKind.ADDED,
                Meter.MANAGEMENT_ADDITIONAL_COPY,
                PROD,
                REGION,
                "second",
                "events",
                None,
                copies,
                None,
                Quantity.between(Decimal(0), Decimal(8)),
                difference("8.00", "0.00", "8.00"),
            ),
            charge_change(Meter.DATA, (10_000_000, 8_000_000), difference("-3.00"), ("11.00", "8.00")),
        ),
    )


def nothing() -> Diff:
    """A diff of two scenarios that are the same, but for a name."""
    same = prod(charge(Meter.DATA, 100_000_000))
    zero = difference("0")
    return Diff(same, same, zero, zero, renamed=(Renamed("old-audit", "audit"),))


def hostile() -> Diff:
    """A diff in which every name that comes from a file means something to some format."""
    cause = PricedChange(
        change(HOSTILE, HOSTILE, f"{HOSTILE}2", recorder=HOSTILE, selector=HOSTILE),
        difference("1"),
        difference("1"),
        (moved(5, HOSTILE, recorder=HOSTILE),),
        unknown=(replace(UNKNOWN_LAMBDA, what=HOSTILE),),
    )
    return Diff(
        prod(charge(Meter.DATA, 1_000_000), name=HOSTILE),
        prod(charge(Meter.DATA, 2_000_000), name=f"{HOSTILE}2", unknown=(replace(UNKNOWN_LAMBDA, because=HOSTILE),)),
        difference("1"),
        difference("1"),
        (cause,),
        charges=(charge_change(Meter.DATA, (1_000_000, 2_000_000), difference("1"), ("1", "2"), recorder=HOSTILE),),
        renamed=(Renamed(HOSTILE, f"{HOSTILE}2"),),
    )
