"""What reports call things: meters, accounts, what was measured; the notes that stand under a table."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costplan.model.billing import Meter, UnknownUsage, UnpricedUsage
from costplan.model.estimate import Assumption, Estimate
from costplan.model.events import EventCategory
from costplan.model.numbers import ZERO
from costplan.model.prices import PriceBook
from costplan.model.problems import Location
from costplan.model.scenario import Account
from costplan.model.selectors import InsightType
from costplan.model.volumes import Sampling, Volumes
from costplan.reports.amounts import (
    count_of,
    duration,
    money,
    number_of,
    plain_money,
    plural,
    price_of_events,
    share_of,
)

METER_NAMES: Mapping[Meter, str] = {
    Meter.MANAGEMENT_FIRST_COPY: "Management events, first copy",
    Meter.MANAGEMENT_ADDITIONAL_COPY: "Management events, additional copies",
    Meter.DATA: "Data events",
    Meter.DATA_AGGREGATION: "Aggregation of data events",
    Meter.NETWORK_ACTIVITY: "Network activity events",
    Meter.INSIGHTS_MANAGEMENT: "Insights",
    Meter.INSIGHTS_DATA: "Insights on data events",
    Meter.LAKE_INGESTION_ONE_YEAR: "Lake ingestion, one-year option",
    Meter.LAKE_INGESTION_SEVEN_YEAR: "Lake ingestion, seven-year option",
    Meter.LAKE_INGESTION_OTHER: "Lake ingestion, other records",
    Meter.LAKE_EXTENDED_RETENTION: "Lake retention beyond what is included",
    Meter.LAKE_QUERY_SCANNED: "Lake queries",
    Meter.LAKE_TRIAL_INGESTION: "Lake ingestion, free trial",
    Meter.LAKE_TRIAL_QUERY_SCANNED: "Lake queries, free trial",
    Meter.DIRECT_DELIVERY: "Direct delivery to CloudWatch Logs",
    Meter.S3_STORAGE_STANDARD: "S3 storage",
    Meter.S3_STORAGE_STANDARD_IA: "S3 storage, Standard-IA",
    Meter.S3_STORAGE_ONE_ZONE_IA: "S3 storage, One Zone-IA",
    Meter.S3_STORAGE_GLACIER_INSTANT: "S3 storage, Glacier Instant Retrieval",
    Meter.S3_STORAGE_GLACIER_FLEXIBLE: "S3 storage, Glacier Flexible Retrieval",
    Meter.S3_STORAGE_DEEP_ARCHIVE: "S3 storage, Glacier Deep Archive",
    Meter.S3_STORAGE_TIERING_FREQUENT: "S3 storage, Intelligent-Tiering, frequent access",
    Meter.S3_STORAGE_TIERING_INFREQUENT: "S3 storage, Intelligent-Tiering, infrequent access",
    Meter.S3_STORAGE_TIERING_ARCHIVE_INSTANT: "S3 storage, Intelligent-Tiering, archive instant access",
    Meter.S3_STORAGE_TIERING_ARCHIVE: "S3 storage, Intelligent-Tiering, archive access",
    Meter.S3_STORAGE_TIERING_DEEP_ARCHIVE: "S3 storage, Intelligent-Tiering, deep archive access",
    Meter.S3_TIERING_MONITORING: "S3 Intelligent-Tiering, monitoring",
    Meter.S3_PUT: "S3 requests",
    Meter.S3_PUT_STANDARD_IA: "S3 requests into Standard-IA",
    Meter.S3_PUT_GLACIER_INSTANT: "S3 requests into Glacier Instant Retrieval",
    Meter.S3_PUT_GLACIER_FLEXIBLE: "S3 requests into Glacier Flexible Retrieval",
    Meter.S3_GET: "S3 requests, reading",
    Meter.S3_TRANSITION_STANDARD_IA: "S3 transitions to Standard-IA",
    Meter.S3_TRANSITION_ONE_ZONE_IA: "S3 transitions to One Zone-IA",
    Meter.S3_TRANSITION_INTELLIGENT: "S3 transitions to Intelligent-Tiering",
    Meter.S3_TRANSITION_GLACIER_INSTANT: "S3 transitions to Glacier Instant Retrieval",
    Meter.S3_TRANSITION_GLACIER_FLEXIBLE: "S3 transitions to Glacier Flexible Retrieval",
    Meter.S3_TRANSITION_DEEP_ARCHIVE: "S3 transitions to Glacier Deep Archive",
    Meter.CLOUDWATCH_LOGS_INGESTION: "CloudWatch Logs ingestion",
    Meter.CLOUDWATCH_LOGS_INGESTION_INFREQUENT: "CloudWatch Logs ingestion, Infrequent Access",
    Meter.CLOUDWATCH_LOGS_INGESTION_VENDED: "CloudWatch Logs ingestion, vended logs",
    Meter.CLOUDWATCH_LOGS_STORAGE: "CloudWatch Logs storage",
    Meter.CLOUDWATCH_LOGS_QUERY_SCANNED: "CloudWatch Logs queries",
    Meter.KMS_KEY: "KMS keys",
    Meter.KMS_REQUESTS: "KMS requests",
    Meter.SNS_REQUESTS: "SNS requests",
    Meter.SNS_DELIVERY_HTTP: "SNS deliveries, HTTP",
    Meter.SNS_DELIVERY_EMAIL: "SNS deliveries, email",
    Meter.SNS_DELIVERY_SQS: "SNS deliveries, SQS",
    Meter.SNS_DELIVERY_LAMBDA: "SNS deliveries, Lambda",
    Meter.CONFIG_ITEM_CONTINUOUS: "Config items, continuous recording",
    Meter.CONFIG_ITEM_DAILY: "Config items, daily recording",
    Meter.CONFIG_RULE_EVALUATIONS: "Config rule evaluations",
    Meter.OPENSEARCH_LOADING: "OpenSearch, loading",
}
"""The meters in the order of a bill."""

INSIGHTS_CATEGORIES: Mapping[Meter, EventCategory] = {
    Meter.INSIGHTS_MANAGEMENT: EventCategory.MANAGEMENT,
    Meter.INSIGHTS_DATA: EventCategory.DATA,
}
INSIGHT_NAMES: Mapping[InsightType, str] = {InsightType.API_CALL_RATE: "call", InsightType.API_ERROR_RATE: "error"}
"""What each kind of Insights looks at: the rate of these."""

_PER_GB = frozenset(
    {
        Meter.LAKE_INGESTION_ONE_YEAR,
        Meter.LAKE_INGESTION_SEVEN_YEAR,
        Meter.LAKE_INGESTION_OTHER,
        Meter.LAKE_QUERY_SCANNED,
        Meter.DIRECT_DELIVERY,
        Meter.CLOUDWATCH_LOGS_INGESTION,
        Meter.CLOUDWATCH_LOGS_INGESTION_INFREQUENT,
        Meter.CLOUDWATCH_LOGS_INGESTION_VENDED,
        Meter.CLOUDWATCH_LOGS_QUERY_SCANNED,
        Meter.OPENSEARCH_LOADING,
    }
)
_PER_GB_MONTH = frozenset({Meter.LAKE_EXTENDED_RETENTION, Meter.S3_STORAGE_STANDARD, Meter.CLOUDWATCH_LOGS_STORAGE})

MATTERS = Decimal("0.005")
"""The share of a total from which an assumption is worth a line under the table."""

MOST_UNKNOWNS = 8

DOLLARS = "USD"
"""The currency that ``$`` stands for."""


def insights_name(meter: Meter, estimate: Estimate) -> str:
    """Return the name of an Insights meter with the types that the scenario switches on: both are one meter."""
    category = INSIGHTS_CATEGORIES[meter]
    on = {i.type for recorder in estimate.scenario.recorders for i in recorder.insights if category in i.categories}
    types = [name for insight, name in INSIGHT_NAMES.items() if insight in on]
    return f"{METER_NAMES[meter]}, API {' and '.join(types)} rate" if types else METER_NAMES[meter]


def account_name(account: str, accounts: Mapping[str, Account]) -> str:
    """Return an account as people know it: ``prod (111122223333)``, or its id where nobody named it."""
    known = accounts.get(account)
    return f"{known.name} ({account})" if known and known.name else account


def places(accounts: Sequence[str], regions: Sequence[str]) -> str:
    """Return where something happens: names while they are few, else how many."""
    parts = [
        names[0] if len(names) == 1 else plural(len(names), noun)
        for names, noun in ((accounts, "account"), (regions, "Region"))
        if names
    ]
    return ", ".join(parts)


def prices_used(estimates: Sequence[Estimate]) -> str:
    """Return which prices the estimates stand on, when lists were last seen to agree, and whose overrides there are."""
    days = sorted({str(day) for estimate in estimates if (day := estimate.scenario.settings.as_of)})
    listed = _list_prices_used([book for estimate in estimates for book in estimate.books], " and ".join(days))
    own = Counter(where.path for where in overrides_used(estimates))
    in_other = ", ".join(sorted({e.currency for e in estimates if e.currency} - {DOLLARS}))
    parts = (
        listed,
        *(f"{plural(count, 'price')} from {path}" for path, count in own.items()),
        f"amounts in {in_other}, written with $" if in_other else "",
    )
    return " · ".join(part for part in parts if part)


def overrides_used(estimates: Sequence[Estimate]) -> tuple[Location, ...]:
    """Return the lines of overrides files that charges stand on, in their order."""
    found = {charge.price.where for estimate in estimates for month in estimate.months for charge in month.charges}
    return tuple(sorted((where for where in found if where), key=lambda where: (where.path, where.line or 0)))


def _list_prices_used(books: Sequence[PriceBook], as_of: str) -> str:
    books = [book for book in books if any(not price.is_override for price in book.prices.values())]
    regions = sorted({book.region for book in books})
    if not regions:
        return ""
    where = regions[0] if len(regions) == 1 else plural(len(regions), "Region")
    where += f" as of {as_of}" if as_of else ""
    dates = sorted({book.confirmed for book in books if book.confirmed})
    if not dates:
        return f"list prices of {where}, confirmed never"
    span = f"{dates[0]}" if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    return f"list prices of {where}, confirmed {span}"


def what_was_measured(estimates: Sequence[Estimate]) -> str:
    """Return what the volumes of the scenarios come from; sources that several share are named once."""
    sources: list[str] = []
    for estimate in estimates:
        for volumes in estimate.scenario.volumes:
            source = source_of(volumes)
            if source not in sources:
                sources.append(source)
    if not sources:
        return "no volumes"
    return " + ".join(sources) if len(sources) <= 2 else f"{len(sources)} sources of volumes"


def source_of(volumes: Volumes) -> str:
    """Return what one source of volumes is: ``31 days of logs, 3,872 of 3,872 files``."""
    changed = f", {plural(len(volumes.changes), 'change')} since" if volumes.changes else ""
    if volumes.read is None:
        return kind_of(volumes) + changed
    read = volumes.read
    if volumes.kind == "lookup":
        observed = max((c.observed.hours for c in volumes.coverage if c.observed), default=ZERO)
        return f"{duration(observed)} of event history, {plural(read.counted, 'event')} read" + changed
    of = read.files + sum(one.objects - one.objects_read for one in volumes.samples)
    if volumes.sampling is not None and volumes.kind != "merged":
        of = volumes.sampling.objects
    files = f"{read.files - read.files_unreadable:,} of {plural(of, 'file')}"
    hours = max((c.observed.hours for c in volumes.coverage if c.observed), default=None)
    named = {"cloudtrail-logs": "logs", "access-logs": "access logs", "merged": "merged volumes"}
    logs = named.get(volumes.kind, volumes.kind)
    return (f"{duration(hours)} of {logs}, {files}" if hours is not None else f"{logs}, {files}") + changed


def kind_of(volumes: Volumes) -> str:
    """Return what volumes are that nothing was read for: ``typed volumes``, ``14 days of CloudWatch metrics``."""
    if volumes.kind == "metrics":
        observed = max((c.observed.hours for c in volumes.coverage if c.observed), default=ZERO)
        return f"{duration(observed)} of CloudWatch metrics"
    return f"{volumes.kind} volumes" if volumes.kind in ("typed", "merged") else f"volumes from {volumes.kind}"


def samples(estimates: Sequence[Estimate]) -> str:
    """Return how much of the logs was read where they were sampled: ``sample: 1.5 % of the bytes read``."""
    sampled = (v for e in estimates for v in e.scenario.volumes if v.is_sampled)
    drawn = dict.fromkeys(one for v in sampled for one in v.samples or (None,))
    if not drawn:
        return ""
    shares: dict[str, dict[str, None]] = {}
    for one in drawn:
        if one is not None:
            share, of = share_read(one)
            shares.setdefault(of, {})[share] = None
    parts = [f"{' and '.join(some)} of the {of}" for of, some in shares.items()]
    read = f": {', '.join(parts)} read" if parts else ""
    return f"{'sample' if len(drawn) == 1 else 'samples'}{read}, 95 % intervals (±)"


def share_read(sampling: Sampling) -> tuple[str, str]:
    """Return how much of a population was read, and of what: of its bytes, or of its time where nobody knows those."""
    if sampling.bytes:
        return share_of(Decimal(sampling.bytes_read), Decimal(sampling.bytes)), "bytes"
    return share_of(Decimal(sampling.clusters_read), Decimal(sampling.clusters)), "time"


# ---- what is missing ----


def what_is_not_known(estimates: Sequence[Estimate]) -> str:
    """Return how much is unknown or unpriced, in words; nothing when everything is known."""
    unknown = sum(len(estimate.unknown) for estimate in estimates)
    unpriced = sum(len(estimate.unpriced) for estimate in estimates)
    counts = ((unknown, "unknown volume"), (unpriced, "unpriced usage"))
    return " and ".join(plural(count, noun) for count, noun in counts if count)


def is_without_any_price(estimates: Sequence[Estimate]) -> bool:
    """Whether nothing could be priced although something is selected: nothing to pay is another matter."""
    has_charges = any(month.charges for estimate in estimates for month in estimate.months)
    return not has_charges and any(estimate.is_lower_bound for estimate in estimates)


# ---- notes under a table ----


@dataclass(frozen=True, slots=True)
class Notes:
    """What has to be said under a table of estimates, as sentences."""

    unknown: tuple[str, ...]
    unpriced: tuple[str, ...]
    assumed: tuple[str, ...]
    more: int

    def lines(self, *, points_to_explain: bool) -> tuple[str, ...]:
        """Return every sentence, what is missing first."""
        more = (f"{self.more} more: --explain",) if self.more and points_to_explain else ()
        return (*self.unknown, *self.unpriced, *self.assumed, *more)


def notes_of(estimates: Sequence[Estimate]) -> Notes:
    """Return the notes: all that is unknown or unpriced, and the assumptions that matter, most dollars first.

    A note that holds for some of the scenarios only names them.
    """
    names = [estimate.name for estimate in estimates]
    unknown = _with_names(((unknown_line(u), e.name) for e in estimates for u in e.unknown), "unknown", names)
    unpriced = _with_names(((unpriced_line(u), e.name) for e in estimates for u in e.unpriced), "unpriced", names)
    matters = {a for e in estimates for a in assumptions_that_matter(e)}
    # An assumption that several scenarios share is printed once, with the most that it moves in any of them.
    ordered = sorted(matters, key=lambda a: (a.moves is None, -abs(a.moves or ZERO), a.text))
    strongest: dict[tuple[str, str], Assumption] = {}
    for assumption in ordered:
        strongest.setdefault((assumption.rule, assumption.text), assumption)
    holders = [
        (assumption_line(a), e.name)
        for key, a in strongest.items()
        for e in estimates
        if any((other.rule, other.text) == key for other in e.assumptions)
    ]
    everything = {(a.rule, a.text) for e in estimates for a in e.assumptions}
    hidden = max(0, len(unknown) - MOST_UNKNOWNS)
    return Notes(
        unknown[:MOST_UNKNOWNS],
        unpriced,
        _with_names(holders, "assumed", names),
        len(everything - set(strongest)) + hidden,
    )


def assumptions_that_matter(estimate: Estimate) -> tuple[Assumption, ...]:
    """Return the assumptions that move the last month's total by 0.5 % or more, or by nobody knows how much.

    Those that are always said are among them.
    """
    least = estimate.last.list_cost.high * MATTERS if estimate.months else ZERO
    return tuple(
        a for a in estimate.assumptions if a.is_always_said or a.moves is None or (a.moves and abs(a.moves) >= least)
    )


def unknown_line(unknown: UnknownUsage) -> str:
    """Return what is not known, why, what it would cost, and what would make it known."""
    price = f"; {unit_price(unknown)}" if unknown.list_unit_price is not None else ""
    settled = f" ({unknown.settled_by})" if unknown.settled_by else ""
    return f"{unknown.what}: {unknown.because}{price}{settled}"


def unit_price(unknown: UnknownUsage) -> str:
    """Return the list price of what is not known: of 100,000 events, of a GB or of a GB-month."""
    if unknown.list_unit_price is None:
        return "no list price"
    if unknown.meter in _PER_GB or unknown.meter in _PER_GB_MONTH:
        unit = "GB" if unknown.meter in _PER_GB else "GB-month"
        return f"${plain_money(unknown.list_unit_price)} per {unit}"
    return price_of_events(unknown.list_unit_price)


def unpriced_line(unpriced: UnpricedUsage) -> str:
    """Return what was counted and has no price."""
    usage = unpriced.usage
    quantity = count_of(usage.quantity) if usage.unit == "events" else number_of(usage.quantity)
    return f"{METER_NAMES[usage.meter]} in {usage.region}, {quantity} {usage.unit} a month: {unpriced.because}"


def assumption_line(assumption: Assumption) -> str:
    """Return what is taken for true, by which rule, and how many dollars hang on it."""
    if assumption.is_always_said:
        holds = assumption.text
        return holds if assumption.moves is None else f"{holds}; if one does: +{money(assumption.moves)}"
    moves = "moves an unknown amount" if assumption.moves is None else f"moves {money(abs(assumption.moves))}"
    return f"{assumption.text} ({assumption.rule}, {moves})"


def _with_names(holders: Iterable[tuple[str, str]], word: str, names: list[str]) -> tuple[str, ...]:
    """Return each text once, led by *word* and by the scenarios it holds for, unless it holds for all."""
    by_text: dict[str, list[str]] = {}
    for text, name in holders:
        found = by_text.setdefault(text, [])
        if name not in found:
            found.append(name)
    return tuple(
        f"{word}: {text}" if len(found) == len(set(names)) else f"{word} in {', '.join(found)}: {text}"
        for text, found in by_text.items()
    )
