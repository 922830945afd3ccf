"""Estimates built by hand, so that reports are tested without an engine.  Account ids are AWS's documentation ids."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from costplan.model.billing import Charge, Detail, Meter, UnknownUsage, UnpricedUsage, Usage
from costplan.model.estimate import Assumption, Estimate, EventsSummary, MonthEstimate, RecorderEvents
from costplan.model.events import EventCategory, EventKey, Principal, Resource
from costplan.model.prices import Confidence, Price, PriceBook, PriceTier
from costplan.model.problems import Location
from costplan.model.quantity import Quantity
from costplan.model.recorders import Trail
from costplan.model.scenario import Account, Scenario, Settings
from costplan.model.selectors import InsightSelector, InsightType
from costplan.model.volumes import Basis, Coverage, Period, ReadSummary, VolumeRow, Volumes

PROD = "111122223333"
TEST = "444455556666"
REGION = "eu-west-1"

LAKE = "arn:aws:s3:::lake"
CLAIMS = "arn:aws:s3:::claims"
ETL = "arn:aws:sts::111122223333:assumed-role/etl"

PUBLISHED = date(2026, 5, 1)
CONFIRMED = date(2026, 7, 16)

# Invented, but of the right size: dollars, and the units they buy.
LISTED: Mapping[Meter, tuple[str, str | None, int, tuple[tuple[str, str | None], ...]]] = {
    Meter.MANAGEMENT_FIRST_COPY: ("events", "FreeEventsRecorded", 100_000, (("0.00", None),)),
    Meter.MANAGEMENT_ADDITIONAL_COPY: ("events", "PaidEventsRecorded", 100_000, (("2.00", None),)),
    Meter.DATA: ("events", "DataEventsRecorded", 100_000, (("0.10", None),)),
    Meter.NETWORK_ACTIVITY: ("events", "NetworkEventsRecorded", 100_000, (("0.10", None),)),
    Meter.INSIGHTS_MANAGEMENT: ("events", "InsightsEvents", 100_000, (("0.35", None),)),
    Meter.INSIGHTS_DATA: ("events", "DataInsightsEvents", 100_000, (("0.03", None),)),
    Meter.LAKE_INGESTION_ONE_YEAR: ("GB", None, 1, (("0.75", None),)),
    Meter.S3_STORAGE_STANDARD: ("GB-month", "TimedStorage-ByteHrs", 1, (("0.03", "100"), ("0.02", None))),
    Meter.S3_PUT: ("requests", "Requests-Tier1", 1_000, (("0.005", None),)),
}


def price(meter: Meter) -> Price:
    unit, usage_type, per, tiers = LISTED[meter]
    return Price(
        meter.value,
        usage_type,
        unit,
        Decimal(per),
        tuple(PriceTier(Decimal(amount), None if bound is None else Decimal(bound)) for amount, bound in tiers),
        Confidence.HIGH,
        f"AWS pricing feed, {meter.service.value}",
        PUBLISHED,
        CONFIRMED,
        note="Every copy after the free one." if meter is Meter.MANAGEMENT_ADDITIONAL_COPY else "",
    )


def own_price(meter: Meter, amount: str, line: int = 3, note: str = "") -> Price:
    """A price of mine.yaml in place of the list price."""
    listed = price(meter)
    tiers, where = (PriceTier(Decimal(amount)),), Location("mine.yaml", line)
    return replace(listed, tiers=tiers, note=note, source=str(where), where=where, in_place_of=listed)


def quantity(value: int | str | Quantity) -> Quantity:
    return value if isinstance(value, Quantity) else Quantity.exact(Decimal(value))


def between(low: int | str, high: int | str) -> Quantity:
    return Quantity.between(Decimal(low), Decimal(high))


def charge(
    meter: Meter,
    amount: int | str | Quantity,
    *,
    account: str = PROD,
    region: str = REGION,
    recorder: str = "audit",
    month: int = 1,
    tier: int = 1,
    details: tuple[Detail, ...] = (),
    scale: str = "1",
    discount: str = "0",
    of_price: Price | None = None,
) -> Charge:
    """The charge of *amount* units in one tier; details add up to it."""
    listed, of = of_price or price(meter), quantity(amount)
    unit_price = listed.unit_price(listed.tiers[tier - 1])
    usage = Usage(
        meter,
        account,
        region,
        recorder,
        of,
        listed.unit,
        ("R86",) if meter is Meter.DATA else ("R80", "R81"),
        "data events recorded; every copy is paid, the first too" if meter is Meter.DATA else "copies of each event",
        details,
        Decimal(scale),
    )
    cost = of * unit_price
    usage_type = listed.usage_type and f"EU-{listed.usage_type}"
    off = Decimal(discount)
    return Charge(usage, listed, usage_type, month, tier, of, unit_price, cost, cost * (1 - off), off)


def detail(
    amount: int | str, of_type: str | None, container: str | None = None, principal: str | None = None
) -> Detail:
    return Detail(of_type, container, principal, quantity(amount))


def book(service: str, region: str = REGION, confirmed: date | None = CONFIRMED) -> PriceBook:
    prices = {meter.value: price(meter) for meter in LISTED if meter.service.value == service}
    return PriceBook(
        service,
        region,
        "USD",
        f"AWS pricing feed, {service}",
        prices,
        PUBLISHED,
        confirmed,
        path=f"pricing/{service}/{region}.yaml",
    )


def logs(days: int = 31) -> Volumes:
    """Two accounts' logs: inferred coverage, one bad file, records that were met twice."""
    period = Period(
        datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), Decimal(days * 24), Decimal(0)
    )
    keys = (
        EventKey(PROD, REGION, EventCategory.MANAGEMENT, "iam.amazonaws.com", "CreateRole", read_only=False),
        EventKey(PROD, REGION, EventCategory.MANAGEMENT, "ec2.amazonaws.com", "DescribeInstances", read_only=True),
        EventKey(
            PROD,
            REGION,
            EventCategory.DATA,
            "s3.amazonaws.com",
            "PutObject",
            read_only=False,
            resources=(Resource("AWS::S3::Object", LAKE),),
            principal=Principal(ETL, type="AssumedRole"),
        ),
        EventKey(TEST, "us-east-1", EventCategory.NETWORK_ACTIVITY, "kms.amazonaws.com", read_only=None),
    )
    counts = (574, 2326, 1_234_567, 12)
    rows = tuple(
        VolumeRow(key, Quantity.exact(Decimal(count) * 730 / (days * 24)), count, count * 1500)
        for key, count in zip(keys, counts, strict=True)
    )
    coverage = tuple(
        Coverage(key.account, key.region, key.category, Basis.INFERRED, observed=period) for key in keys[:2]
    )
    read = ReadSummary(2960, 1, 1_244_663, 1_237_479, 7184, 0, 1, {"digest": 1488})
    return Volumes(rows, coverage, kind="cloudtrail-logs", read=read, multiplicity={1: 1_230_295, 2: 7184})


def scenario(
    name: str,
    *,
    accounts: Mapping[str, Account] | None = None,
    volumes: tuple[Volumes, ...] | None = None,
    insights: tuple[InsightType, ...] = (InsightType.API_CALL_RATE,),
    settings: Settings | None = None,
    discounts: Mapping[str, Decimal] | None = None,
) -> Scenario:
    trail = Trail("audit", PROD, REGION, insights=tuple(InsightSelector(of_type) for of_type in insights))
    return Scenario(
        name,
        (trail,),
        (logs(),) if volumes is None else volumes,
        {PROD: Account("prod")} if accounts is None else accounts,
        settings=settings or Settings(),
        discounts=discounts or {},
    )


def events(
    recorded: Mapping[str, int], none: Mapping[str, int] | None = None, saved: Mapping[str, str] | None = None
) -> EventsSummary:
    missed = none or {}
    return EventsSummary(
        {name: quantity(recorded.get(name, 0) + missed.get(name, 0)) for name in {**recorded, **missed}},
        {name: quantity(count) for name, count in recorded.items()},
        {name: quantity(count) for name, count in missed.items()},
        tuple(
            RecorderEvents(recorder, {name: quantity(count) for name, count in recorded.items()}, quantity(amount))
            for recorder, amount in (saved or {}).items()
        ),
    )


def estimate(
    name: str,
    *months: tuple[Charge, ...],
    recorded: EventsSummary | None = None,
    unknown: tuple[UnknownUsage, ...] = (),
    unpriced: tuple[UnpricedUsage, ...] = (),
    assumptions: tuple[Assumption, ...] = (),
    of: Scenario | None = None,
    books: tuple[PriceBook, ...] | None = None,
) -> Estimate:
    return Estimate(
        of or scenario(name),
        tuple(MonthEstimate(number, charges) for number, charges in enumerate(months or ((),), 1)),
        recorded or events({"Management": 7_250_000, "Data": 18_420_000}),
        unknown,
        unpriced,
        assumptions,
        (book("cloudtrail"), book("s3")) if books is None else books,
    )


UNKNOWN_LAMBDA = UnknownUsage(
    Meter.DATA,
    "audit",
    (PROD,),
    (REGION,),
    "Lambda data events",
    "no source covers them",
    "costplan volumes logs, of a trail that records them",
    Decimal("0.000001"),
)


def layouts() -> tuple[Estimate, ...]:
    """Three layouts of two months: one trail, more Regions, and a second trail that pays for every management event."""
    s3_writes = (detail(18_420_000, "AWS::S3::Object", LAKE, ETL),)

    def months(*, put: int, copies: int) -> tuple[tuple[Charge, ...], ...]:
        def month(number: int, stored: str) -> tuple[Charge, ...]:
            first = charge(Meter.MANAGEMENT_FIRST_COPY, 7_250_000, month=number)
            second = (
                (charge(Meter.MANAGEMENT_ADDITIONAL_COPY, copies, recorder="second", month=number),) if copies else ()
            )
            return (
                first,
                *second,
                charge(Meter.DATA, 18_420_000, month=number, details=s3_writes),
                charge(Meter.INSIGHTS_MANAGEMENT, 1_400_000, month=number),
                charge(Meter.S3_PUT, put, month=number),
                charge(Meter.S3_STORAGE_STANDARD, stored, month=number),
            )

        return (month(1, "1.5"), month(2, "4.5"))

    unknown = (UNKNOWN_LAMBDA,)
    copies = Assumption("R82", "AWS does not say which trail's copy is the free one", Decimal(0))
    size = Assumption("R103", "3 log files in each five-minute slot", Decimal("0.90"))
    inferred = Assumption("R102", "log files do not name their trail: only what was seen counts as covered", None)
    return (
        estimate(
            "home-only",
            *months(put=200_000, copies=0),
            recorded=events({"Management": 5_150_000, "Data": 18_420_000}, {"Management": 2_100_000}),
            unknown=unknown,
            assumptions=(size, inferred),
        ),
        estimate(
            "all-regions",
            *months(put=250_000, copies=0),
            recorded=events({"Management": 7_250_000, "Data": 18_420_000}, {"Management": 0}),
            unknown=unknown,
            assumptions=(size, inferred),
        ),
        estimate(
            "both trails",
            *months(put=500_000, copies=7_250_000),
            recorded=events(
                {"Management": 7_250_000, "Data": 18_420_000},
                {"Management": 0},
                {"audit": "163.42", "second": "145.00"},
            ),
            unknown=unknown,
            assumptions=(copies, size, inferred),
        ),
    )
