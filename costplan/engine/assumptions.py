"""What an estimate takes for true, each with the dollars that hang on it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from costplan.engine.allowances import of_allowances
from costplan.engine.event_bytes import DEFAULT_EVENT_BYTES
from costplan.engine.file_uses import unsaved_share
from costplan.engine.lake_notes import store_notes
from costplan.engine.log_files import Inflow
from costplan.engine.log_group_notes import log_group_notes
from costplan.engine.metering import Meters
from costplan.engine.own_events import Echo, Measured, OwnEvents
from costplan.engine.rating import first_tier_cost
from costplan.engine.routing import Router
from costplan.engine.rule_costs import rules_that_cost
from costplan.engine.rule_notes import Evidence, rule_notes
from costplan.engine.scope import some_of
from costplan.engine.storage import Storage, bucket_place
from costplan.engine.undecided import left_open_of
from costplan.model.billing import LOG_INGESTION_METERS, Charge, Meter, Service
from costplan.model.estimate import Assumption, MonthEstimate
from costplan.model.events import EventCategory
from costplan.model.numbers import ZERO
from costplan.model.prices import Confidence, Price, PriceList
from costplan.model.quantity import total
from costplan.model.recorders import Trail
from costplan.model.scenario import FirstNetworkCopy, Gigabyte, Scenario
from costplan.model.truth import Truth
from costplan.model.volumes import Basis

_DOUBTFUL = (Confidence.ASSUMED_UNIFORM, Confidence.LOW, Confidence.MEDIUM)
_BY_SIZE = (
    Meter.LAKE_INGESTION_ONE_YEAR,
    Meter.LAKE_INGESTION_SEVEN_YEAR,
    Meter.DIRECT_DELIVERY,
    *LOG_INGESTION_METERS,
    Meter.CLOUDWATCH_LOGS_STORAGE,
    Meter.OPENSEARCH_LOADING,
)


@dataclass(frozen=True, slots=True)
class EstimateBasis:
    """What an estimate was made from.

    meters: of the measured events, in month 1 before growth; caused: of the trails' own events, in the last month.
    flows: what each trail adds to its bucket in the last month.
    growth: between month 1 and the last.
    """

    scenario: Scenario
    router: Router
    meters: Meters
    measured: Measured
    own: OwnEvents
    caused: Meters
    flows: Mapping[int, Inflow]
    growth: Decimal
    prices: PriceList


def assumptions_of(
    basis: EstimateBasis, stored: Storage, last: MonthEstimate, changes: Iterable[Assumption] = ()
) -> tuple[Assumption, ...]:
    """Return what an estimate assumes, and what lifecycle rules do that nobody wants; most dollars first.

    changes: what is not the same in all months.
    """
    scenario, router, meters = basis.scenario, basis.router, basis.meters
    files_measured = all(flow.is_measured for flow in basis.flows.values())
    found = [
        *_of_selectors(basis),
        *_of_places(scenario, router),
        *left_open_of(scenario, router, meters, basis.growth, basis.prices),
        *_of_copies(router, last),
        *_of_own_events(basis),
        *_of_network(scenario, meters, last, basis.prices),
        *_of_storage(router, last, files_measured=files_measured),
        *_of_keys(basis),
        *of_allowances(last, basis.prices, scenario.settings, scenario.billing_groups),
        *rules_that_cost(stored, basis.prices),
        *_of_size(meters, last),
        *store_notes(router),
        *log_group_notes(router, last, basis.prices),
        *_of_prices(last.charges),
        *_of_the_day(last.charges, scenario.settings.as_of or scenario.settings.start),
        *_of_recorders(router, last),
        *_of_volumes(scenario),
        *rule_notes(_evidence(basis, last)),
        *_of_settings(scenario, last),
        *changes,
        *(Assumption("scenario", note, ZERO) for note in scenario.notes),
    ]
    return tuple(sorted(found, key=lambda a: -(ZERO if a.moves is None else a.moves)))


def _evidence(basis: EstimateBasis, last: MonthEstimate) -> Evidence:
    return Evidence(
        basis.scenario,
        basis.router,
        basis.measured.volumes,
        tuple(basis.own.echoes),
        basis.flows,
        basis.growth,
        basis.prices,
        last,
    )


def _sum(charges: Iterable[Charge]) -> Decimal:
    return sum((charge.list_cost.point for charge in charges), ZERO)


def _of_selectors(basis: EstimateBasis) -> Iterator[Assumption]:
    # The trails' own events have bands of another kind: how many files there will be.  So have bytes for log groups.
    events = (u for u in basis.meters.usages() if u.quantity.has_band and u.meter is not Meter.DIRECT_DELIVERY)
    bands = ((u, u.quantity.high - u.quantity.low) for u in events)
    moves = sum((first_tier_cost(band * basis.growth, u.meter, u.region, basis.prices) for u, band in bands), ZERO)
    if not moves:
        return
    if any(row.per_month.has_band for volumes in basis.scenario.volumes for row in volumes.rows):
        text = (
            "some volumes are known between two bounds only, or may or may not match a selector; they are counted as "
            "measured, and as recorded"
        )
        yield Assumption("R110", text, moves)
    else:
        text = (
            "some events may or may not match a selector (a field or value is unknown, or one of several resources "
            "is deselected); they are counted as recorded"
        )
        yield Assumption("R31", text, moves)


def _of_places(scenario: Scenario, router: Router) -> Iterator[Assumption]:
    unsure = {account for places in router.places for (account, _), truth in places.items() if truth is Truth.MAYBE}
    if unsure:
        text = "nobody said whether the opt-in home Region of an organization recorder is enabled in "
        yield Assumption("R70", f"{text}{', '.join(sorted(unsure))} (accounts: regions:); taken to be enabled", None)
    listed = {account for account, details in scenario.accounts.items() if details.regions is not None}
    everywhere = (p for r, p in zip(router.recorders, router.places, strict=True) if r.is_multi_region)
    unlisted = sorted({account for places in everywhere for account, _ in places} - listed)
    if unlisted:
        text = f"the enabled Regions of {', '.join(unlisted)} are taken to be those that the volumes cover"
        yield Assumption("accounts", text)


def _of_copies(router: Router, last: MonthEstimate) -> Iterator[Assumption]:
    if any(charge.usage.meter is Meter.MANAGEMENT_ADDITIONAL_COPY for charge in last.charges):
        text = "AWS does not say which trail's copy is the free one; copies are numbered by start of logging, "
        yield Assumption("R82", text + "else organization trails first, then file order (the total does not change)")
    if any(recorder.is_organization for recorder in router.recorders):
        text = "every copy of an organization recorder is charged to the account that receives the event"
        yield Assumption("R84", text + " (the total does not change)")


def _of_own_events(basis: EstimateBasis) -> Iterator[Assumption]:
    """Say what was put in the place of CloudTrail's own events, and where nothing could be."""
    happened, _, _ = basis.caused.events()
    caused = total(happened.values())
    if caused or basis.measured.own:
        text = f"CloudTrail's own calls are those that these trails will cause, {caused.point:,.0f} in the last month"
        if basis.measured.own:
            text += f"; the {basis.measured.own.point:,.0f} a month that were measured belong to the trails of the logs"
        usages = basis.caused.usages()
        moves = sum((first_tier_cost(u.quantity.point, u.meter, u.region, basis.prices) for u in usages), ZERO)
        yield Assumption("R107", text, moves)
    unnamed = sorted({basis.router.labels[echo.ordinal] for echo in basis.own.left_out})
    if unnamed:
        moves = sum((_cost_left_out(echo, basis) for echo in basis.own.left_out), ZERO)
        text = f"the bucket of {', '.join(unnamed)} is not named, so the events of its own deliveries are left out"
        yield Assumption("own-deliveries", text, moves)


def _cost_left_out(echo: Echo, basis: EstimateBasis) -> Decimal:
    """Return the most that one kind of event of a trail's own deliveries could cost, its loop left aside."""
    trails = [d for d in echo.deliveries if isinstance(basis.router.recorders[d.ordinal], Trail)]
    is_management = echo.key.category is EventCategory.MANAGEMENT
    paid = max(0, len(trails) - 1) if is_management else len(trails)
    meter = Meter.MANAGEMENT_ADDITIONAL_COPY if is_management else Meter.DATA
    flow = basis.flows.get(echo.ordinal)
    events = flow.objects.point * echo.per_file.point * paid if flow else ZERO
    return first_tier_cost(events, meter, echo.key.region, basis.prices)


def _of_network(scenario: Scenario, meters: Meters, last: MonthEstimate, prices: PriceList) -> Iterator[Assumption]:
    charged = [c for c in last.charges if c.usage.meter is Meter.NETWORK_ACTIVITY]
    if not charged:
        return
    if scenario.settings.network_activity_first_copy is FirstNetworkCopy.FREE:
        yield Assumption("R86", "the first copy of network activity events is free, as AWS's calculator has it", None)
        return
    copies = meters.first_copies(EventCategory.NETWORK_ACTIVITY).items()
    costs = (first_tier_cost(q.point, Meter.NETWORK_ACTIVITY, region, prices) for (_, region), q in copies)
    moves = sum(costs, ZERO) * charged[0].usage.scale
    text = "the first copy of network activity events is paid, as AWS's documents say; its calculator takes it as free"
    yield Assumption("R86", text, moves)


def _of_keys(basis: EstimateBasis) -> Iterator[Assumption]:
    """Yield that CloudTrail uses the keys of log buckets for free (R90), which AWS's documents contradict."""
    if basis.scenario.settings.price_trail_kms_requests:
        return
    encrypted: dict[str, Decimal] = {}
    for ordinal, (label, one) in enumerate(zip(basis.router.labels, basis.router.recorders, strict=True)):
        if isinstance(one, Trail) and one.bucket.has_kms_key and ordinal in basis.flows:
            requests = basis.flows[ordinal].objects.high * unsaved_share(one.bucket, basis.scenario.settings)
            encrypted[label] = first_tier_cost(requests, Meter.KMS_REQUESTS, bucket_place(one)[1], basis.prices)
    if encrypted:
        text = f"CloudTrail uses the keys of log files ({some_of(list(encrypted))}) for free, not for a request each"
        yield Assumption("R90", text, sum(encrypted.values(), ZERO))


def _of_storage(router: Router, last: MonthEstimate, *, files_measured: bool) -> Iterator[Assumption]:
    stored = [c for c in last.charges if c.usage.meter.service is Service.S3]
    if stored and not files_measured:
        moves = sum((c.list_cost.high - c.list_cost.low for c in stored), ZERO)
        text = "log files were not measured everywhere: 3 of them (1 to 8) in each five-minute slot with events, "
        yield Assumption("R103", text + "680 bytes each and 150 for each event", moves)
    pairs = zip(router.labels, router.recorders, strict=True)
    trails = {label: recorder for label, recorder in pairs if isinstance(recorder, Trail) and recorder.is_logging}
    for label, trail in trails.items():
        if trail.bucket.small_objects is None:
            of_bucket = [c for c in stored if c.usage.recorder == label]
            text = f"files under 128 KB in {label}'s bucket stay in their storage class, which nobody said"
            yield Assumption("R108", text, sum((c.list_cost.high - c.list_cost.low for c in of_bucket), ZERO))
        if trail.bucket.existing_gib is not None or trail.bucket.existing_objects is not None:
            text = f"what {label}'s bucket holds already arrived evenly, in a year where nothing ever leaves it"
            yield Assumption("backlog", text)
    unsaid = sorted(name for name, t in trails.items() if t.bucket.region is None or t.bucket.account is None)
    if unsaid and stored:
        text = f"the log bucket of {', '.join(unsaid)} is taken to be in the trail's own account and home Region"
        yield Assumption("log-bucket", text)


def _of_size(meters: Meters, last: MonthEstimate) -> Iterator[Assumption]:
    sized = [c for c in last.charges if c.usage.meter in _BY_SIZE]
    if sized and meters.assumed_event_bytes:
        text = f"an event is taken to have {DEFAULT_EVENT_BYTES:,} bytes before compression where nobody measured it"
        yield Assumption("event-size", text, _sum(sized))


def _of_prices(charges: tuple[Charge, ...]) -> Iterator[Assumption]:
    by_confidence: dict[Confidence, list[Charge]] = {}
    for charge in charges:
        if charge.price.confidence in _DOUBTFUL and charge.list_cost:
            by_confidence.setdefault(charge.price.confidence, []).append(charge)
    for confidence, doubtful in sorted(by_confidence.items()):
        names = ", ".join(sorted({charge.usage.meter.value for charge in doubtful}))
        if confidence is Confidence.ASSUMED_UNIFORM:
            text = f"the price of {names} was seen in one Region and is taken to be the same in all"
        else:
            text = f"the price of {names} is of {confidence.value} confidence"
        yield Assumption("price", text, _sum(doubtful))


def _of_the_day(charges: tuple[Charge, ...], as_of: date | None) -> Iterator[Assumption]:
    """Yield what is charged at prices that were published after the day they are used for."""
    if as_of is None:
        return
    later = [c for c in charges if c.list_cost and not c.price.is_override and not _is_known_on(c.price, as_of)]
    if later:
        names = ", ".join(sorted({charge.usage.meter.value for charge in later}))
        dates = sorted({charge.price.published for charge in later if charge.price.published})
        found = f" on {dates[0]} or later" if dates else ""
        text = f"what {names} cost on {as_of} is not known; prices published{found} are taken to have held then"
        yield Assumption("price", text, None)


def _is_known_on(price: Price, day: date) -> bool:
    """Whether somebody knows that the price held on a day from which it is used."""
    return price.effective_from is not None or (price.published is not None and price.published <= day)


def _of_recorders(router: Router, last: MonthEstimate) -> Iterator[Assumption]:
    for label, recorder in zip(router.labels, router.recorders, strict=True):
        for text in recorder.assumed:
            # Whether it logs at all decides the whole of its cost; what the other defaults move, nobody can say here.
            is_whole = text.startswith("logging is")
            moves = _sum(c for c in last.charges if c.usage.recorder == label) if is_whole else ZERO
            yield Assumption("configuration", f"{label}: {text}", moves)


def _of_volumes(scenario: Scenario) -> Iterator[Assumption]:
    parts = [part for volumes in scenario.volumes for part in volumes.coverage]
    if any(part.basis is Basis.INFERRED for part in parts):
        text = "log files do not name their trail: only what was seen counts as covered (--recorded-by CONFIG tells)"
        yield Assumption("R102", text, None)
    inferred = sum(v.read.inferred_category for v in scenario.volumes if v.read)
    if inferred:
        yield Assumption("R47", f"the category of {inferred:,} old records is inferred from source and name", None)
    inferred = sum(v.read.inferred_read_only for v in scenario.volumes if v.read)
    if inferred:
        yield Assumption("R48", f"whether {inferred:,} records read or wrote is inferred from their names", None)
    hours = [part.observed.hours for part in parts if part.observed]
    if hours and min(hours) < 168:
        shortest = min(hours).quantize(Decimal("0.1")).normalize()
        text = f"a month is extrapolated from {shortest:f} hour{'' if shortest == 1 else 's'} of events"
        yield Assumption("period", text, None)


def _of_settings(scenario: Scenario, last: MonthEstimate) -> Iterator[Assumption]:
    settings = scenario.settings
    if settings.gb is Gigabyte.DECIMAL:
        in_gb = _sum(c for c in last.charges if c.usage.unit.startswith("GB"))
        moves = in_gb * (1 - settings.gb.bytes / Gigabyte.BINARY.bytes)
        yield Assumption("gb", "a GB has 1,000,000,000 bytes; AWS's price lists count 1,073,741,824", moves)
