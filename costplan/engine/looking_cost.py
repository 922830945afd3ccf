"""What looking costs: the requests of one reading, and the events that they cause on the account's own trails.

Reading a log bucket is itself recorded.  S3 decrypts each object of an SSE-KMS bucket by a call of KMS, which is a
management event in the bucket's Region: the first copy is free, any further trail makes it a paid one (R81, R107).
Where a trail logs the bucket's data events, every request is one, paid from the first copy on (R86).  Which trails
there are is not known here, so these are told for each copy, and are in no total.

What the events add to log files, and copies of them in CloudWatch Logs or event data stores, is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from costplan.model.billing import Meter, Service
from costplan.model.looking import Encryption, Look
from costplan.model.numbers import ZERO, exact_arithmetic
from costplan.model.prices import Price, PriceList
from costplan.model.quantity import Quantity, total
from costplan.model.truth import Truth

FREE_KMS_REQUESTS = 20_000
"""A month, for all Regions of an account together; how many are left is not known."""

SERVICES = (Service.CLOUDTRAIL, Service.S3, Service.KMS)
"""Whose price books of the bucket's Region are needed."""

_LIST, _GET, _DECRYPT = Meter.S3_PUT.value, "s3-get-standard", "kms-requests-symmetric"
_BYTES_PER_GB = 2**30
# A bucket key saves up to 99 of 100 requests.
_OBJECTS_PER_BUCKET_KEY_REQUEST = 100


@dataclass(frozen=True, slots=True)
class LookingLine:
    """One thing that reading asks for, or causes.

    what, unit: in words.
    price: ``None`` where no book lists one; the cost is then ``None`` too, and never zero.
    cost: quantity × list unit price, unrounded.
    rules: the R-numbers by which it is paid.
    because: of what is paid anyway, what explains its quantity or the missing price; of what a copy costs, what a trail
    does that pays it.
    """

    what: str
    quantity: Quantity
    unit: str
    price: Price | None
    cost: Quantity | None
    rules: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class LookingCost:
    """The price of a reading.

    lines: paid whatever else there is.
    per_copy: each paid once for every trail that makes such a copy; of how many there are nothing is known.
    total: of the priced lines.
    is_lower_bound: whether something unpriced, or some copy, comes on top or may.
    """

    look: Look
    lines: tuple[LookingLine, ...]
    per_copy: tuple[LookingLine, ...]
    total: Quantity
    is_lower_bound: bool


@exact_arithmetic()
def looking_cost(look: Look, prices: PriceList) -> LookingCost:
    """Return what reading from a bucket costs at list prices, and what each copy of the events it causes costs."""
    decrypts = _decrypts(look)
    lines = _present([*_requests(look, prices), _kms_requests(look, decrypts, prices), *_unpriced(look)])
    per_copy = _present(_events(look, decrypts, prices))
    costs = [line.cost for line in lines if line.cost is not None]
    return LookingCost(look, lines, per_copy, total(costs), bool(per_copy) or len(costs) < len(lines))


def _present(lines: Iterable[LookingLine]) -> tuple[LookingLine, ...]:
    return tuple(line for line in lines if line.quantity)


def _decrypts(look: Look) -> Quantity:
    """Return how many calls of KMS the objects need: one each, fewer with a bucket key, perhaps none."""
    objects = Decimal(look.objects)
    if look.encryption is Encryption.WITHOUT_KMS:
        return Quantity.exact(0)
    if look.encryption is Encryption.KMS:
        return Quantity.exact(objects)
    if look.encryption is Encryption.KMS_BUCKET_KEY:
        return Quantity.between(Decimal(-(-look.objects // _OBJECTS_PER_BUCKET_KEY_REQUEST)), objects)
    return Quantity.between(ZERO, objects)


# ---- what is paid whatever else there is ----


def _requests(look: Look, prices: PriceList) -> list[LookingLine]:
    others = _in_other_classes(look)
    # Head requests are priced as GET requests are.
    gets = Quantity.between(
        look.objects - others.high + look.head_requests, look.objects - others.low + look.head_requests
    )
    return [
        _priced("LIST requests", Quantity.exact(look.list_requests), Service.S3, _LIST, look, prices),
        _priced("GET requests", gets, Service.S3, _GET, look, prices),
    ]


def _kms_requests(look: Look, decrypts: Quantity, prices: PriceList) -> LookingLine:
    paid = Quantity.between(max(ZERO, decrypts.low - FREE_KMS_REQUESTS), decrypts.high)
    told = {
        Encryption.UNKNOWN: "how the objects are encrypted is not known; ",
        Encryption.KMS_BUCKET_KEY: "a bucket key saves up to 99 % of the requests; ",
    }.get(look.encryption, "")
    because = f"{told}{FREE_KMS_REQUESTS:,} requests a month are free, if nothing else has used them up"
    return _priced("KMS Decrypt requests", paid, Service.KMS, _DECRYPT, look, prices, ("R107",), because)


def _unpriced(look: Look) -> list[LookingLine]:
    lines = []
    if look.is_outside != Truth.NO:
        size = Decimal(look.stored_bytes) / _BYTES_PER_GB
        quantity = Quantity.exact(size) if look.is_outside == Truth.YES else Quantity.between(ZERO, size)
        because = "no book lists the price of transfer; reading from within the Region transfers nothing"
        lines.append(
            LookingLine(f"Transfer out of {look.region or 'the Region'}", quantity, "GB", None, None, (), because)
        )
    if look.other_classes:
        names = ", ".join(share.storage_class for share in look.other_classes)
        because = "no book lists what reading from these storage classes costs; archived objects cannot be read at all"
        quantity = _in_other_classes(look)
        lines.append(LookingLine(f"GET requests, retrieval: {names}", quantity, "objects", None, None, (), because))
    return lines


def _in_other_classes(look: Look) -> Quantity:
    """Return how many of the objects are not stored as Standard; of a part of the listing that is not known."""
    others = sum(share.objects for share in look.other_classes)
    if look.objects == look.listed_objects:
        return Quantity.exact(others)
    low = max(0, others - (look.listed_objects - look.objects))
    return Quantity.between(Decimal(low), Decimal(min(others, look.objects)))


# ---- what each copy costs ----


def _events(look: Look, decrypts: Quantity, prices: PriceList) -> list[LookingLine]:
    requests = Quantity.exact(look.objects + look.list_requests + look.head_requests)
    copied, analysed = ("R49", "R80", "R81", "R107"), ("R88",)
    rows = [
        (
            "Decrypt events",
            decrypts,
            Meter.MANAGEMENT_ADDITIONAL_COPY,
            copied,
            "records the Decrypt events beside another trail",
        ),
        (
            "Decrypt events",
            decrypts,
            Meter.INSIGHTS_MANAGEMENT,
            analysed,
            "has error rate Insights on the Decrypt events",
        ),
        ("S3 data events", requests, Meter.DATA, ("R86", "R87"), "logs data events of this bucket"),
        ("S3 data events", requests, Meter.INSIGHTS_DATA, analysed, "has Insights on those, for each type"),
    ]
    return [
        _priced(what, quantity, Service.CLOUDTRAIL, meter, look, prices, rules, because, unit="events")
        for what, quantity, meter, rules, because in rows
    ]


def _priced(
    what: str,
    quantity: Quantity,
    service: Service,
    meter: str,
    look: Look,
    prices: PriceList,
    rules: tuple[str, ...] = (),
    because: str = "",
    unit: str = "requests",
) -> LookingLine:
    price = prices.find(service, look.region, meter) if look.region else None
    if price is None:
        return LookingLine(what, quantity, unit, None, None, rules, because or f"no price in {_region(look)}")
    # None of these meters has a second tier.
    cost = quantity * price.unit_price(price.tiers[0])
    return LookingLine(what, quantity, unit, price, cost, rules, because)


def _region(look: Look) -> str:
    return look.region or "a Region that is not known"
