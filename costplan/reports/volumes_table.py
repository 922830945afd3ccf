"""Volumes for people: what was read, and that the sums meet; how many events happen where; what is covered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import NOTHING, Quantity, total
from costplan.model.scenario import Account
from costplan.model.unknown import UNKNOWN, Except, Unknown
from costplan.model.volumes import Basis, ReadSummary, Sampling, VolumeRow, Volumes
from costplan.reports import VolumeDimension
from costplan.reports.access_log_notes import KIND as ACCESS_LOGS
from costplan.reports.access_log_notes import access_log_notes
from costplan.reports.amounts import DASH, count_of, counts_between, duration, number, plural, share_of
from costplan.reports.billed import notes_on_bill, render_billed
from costplan.reports.tables import Row, Table, render_table, wrap_line
from costplan.reports.wording import account_name, kind_of, share_read

DEFAULT_DIMENSIONS = (
    VolumeDimension.ACCOUNT,
    VolumeDimension.REGION,
    VolumeDimension.CATEGORY,
    VolumeDimension.READ_WRITE,
)

INTERVAL = "95 % interval"

NOT_KEPT = "(not kept)"
"""The rows do not say: the field was not counted, or belongs to keys that were folded into others."""

_NONE = DASH
_OFTEN = 5
_WEEK_HOURS = Decimal(168)
_GAPS_NAMED = 3
_CHANGES_NAMED = 8


@dataclass(slots=True)
class Sum:
    """Events of a group of rows: observed, and expanded to a month; observed is ``None`` for typed rates."""

    observed: int | None = 0
    per_month: Quantity = NOTHING

    def add(self, row: VolumeRow) -> None:
        """Count one more row."""
        self.observed = None if self.observed is None or row.count is None else self.observed + row.count
        self.per_month = self.per_month + row.per_month


def reconciliation(read: ReadSummary) -> str:
    """Return the line in which what was read meets what was counted.

    >>> reconciliation(ReadSummary(files=55, records=2900, counted=2900))
    '55 files, 2,900 records = 2,900 counted + 0 duplicates + 0 unreadable'
    """
    files = f"{plural(read.files, 'file')}, " if read.files else ""
    made_of = f"{read.counted:,} counted + {read.duplicates:,} duplicates + {read.unreadable:,} unreadable"
    return f"{files}{plural(read.records, 'record')} = {made_of}"


@exact_arithmetic()
def render_volumes(
    volumes: Volumes,
    width: int,
    by: Sequence[VolumeDimension] = DEFAULT_DIMENSIONS,
    top: int | None = None,
    accounts: Mapping[str, Account] | None = None,
) -> str:
    """Return what was read, the events by *by* (most first, the rest in one row), and what to know about them."""
    whole = volumes_table(volumes, by, top, accounts or {}, names_ends=volumes.is_sampled)
    if not whole.fits(width):
        # ± says nearly the same in one column less; the total has both.
        whole = volumes_table(volumes, by, top, accounts or {})
    table = render_table(whole, width)
    if not volumes.rows:
        table = "no events"
    billed = render_billed(volumes.billed, width) if volumes.billed else ""
    parts = [_heading(volumes, width), table, billed, "\n".join(wrap_line(note, width) for note in notes_on(volumes))]
    return "\n\n".join(part for part in parts if part)


def _heading(volumes: Volumes, width: int) -> str:
    lines = [_source(volumes, width), *(wrap_line(line, width) for line in _sample(volumes))]
    return "\n".join(lines)


def _sample(volumes: Volumes) -> tuple[str, ...]:
    """Return how the volumes were drawn, and what ± is."""
    if not volumes.samples:
        return ("sample: how it was drawn is not said; ± is the 95 % interval",) if volumes.is_sampled else ()
    return tuple(_sample_line(sampling) for sampling in volumes.samples)


def _sample_line(sampling: Sampling) -> str:
    # An event history is no files: windows of time were drawn.
    drawn, files = "cluster" if sampling.objects else "window", sampling.objects
    parts = [
        " of the ".join(share_read(sampling)),
        *([f"{sampling.objects_read:,} of {plural(files, 'file')}"] if files else []),
        f"{sampling.clusters_read:,} of {plural(sampling.clusters, drawn)}",
    ]
    read = ", ".join(parts)
    return f"sample: {read}; seed {sampling.seed}, {sampling.replicates} replicates; ± is the 95 % interval"


def _source(volumes: Volumes, width: int) -> str:
    if volumes.read is None:
        return kind_of(volumes)
    read = wrap_line(reconciliation(volumes.read), width)
    periods = [coverage.observed for coverage in volumes.coverage if coverage.observed]
    if not periods:
        return read
    start, end = min(period.start for period in periods), max(period.end for period in periods)
    hours = {period.hours for period in periods}
    differs = "" if len(hours) == 1 else "; not the same in every account and Region, at most "
    span = f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
    return read + "\n" + wrap_line(f"{span}{differs or ', '}{duration(max(hours))}", width)


def volumes_table(
    volumes: Volumes,
    by: Sequence[VolumeDimension] = DEFAULT_DIMENSIONS,
    top: int | None = None,
    accounts: Mapping[str, Account] | None = None,
    *,
    names_ends: bool = False,
) -> Table:
    """Return a row for each combination of *by*, most events first, and the total.

    names_ends: add a column of low and high, the interval that a sample leaves; else only the total has them.
    """
    groups: dict[Row, Sum] = {}
    every = Sum()
    for row in volumes.rows:
        key = tuple(_VALUES[dimension](row) for dimension in by)
        groups.setdefault(key, Sum()).add(row)
        every.add(row)
    ordered = sorted(groups.items(), key=lambda item: (-item[1].per_month.point, item[0]))
    shown, others = (ordered, []) if top is None or len(ordered) <= top else (ordered[:top], ordered[top:])

    def cells(group: Sum) -> Row:
        observed = DASH if group.observed is None else number(group.observed)
        between = (counts_between(group.per_month),) if names_ends else ()
        share = share_of(group.per_month.point, every.per_month.point)
        return (observed, count_of(group.per_month), *between, share)

    rows: list[Row | None] = [(*_names(key, by, accounts or {}), *cells(group)) for key, group in shown]
    blank = [""] * (len(by) - 1)
    if others:
        rest = Sum()
        for _, group in others:
            rest.observed = None if rest.observed is None or group.observed is None else rest.observed + group.observed
            rest.per_month = rest.per_month + group.per_month
        rows.append((f"others ({plural(len(others), 'row')})", *blank, *cells(rest)))
    rows.extend([None, ("Total", *blank, *cells(every))])
    if volumes.is_sampled and not names_ends:
        rows.append((INTERVAL, *blank, "", counts_between(every.per_month), ""))
    ends = (INTERVAL,) if names_ends else ()
    return Table((*by, "events", "a month", *ends, "share"), tuple(rows), labels=len(by))


def _names(key: Row, by: Sequence[VolumeDimension], accounts: Mapping[str, Account]) -> Row:
    return tuple(
        account_name(value, accounts) if dimension is VolumeDimension.ACCOUNT else value
        for value, dimension in zip(key, by, strict=True)
    )


def _text(value: str | Unknown | Except | None) -> str:
    if value is None:
        return _NONE
    if isinstance(value, Except):
        return f"other than {', '.join(sorted(value.values))}"
    return value if isinstance(value, str) else NOT_KEPT


def _read_write(row: VolumeRow) -> str:
    flag = row.key.read_only
    return NOT_KEPT if flag is UNKNOWN else _NONE if flag is None else "read" if flag else "write"


def _resource(row: VolumeRow, name: str) -> str:
    resources = row.key.resources
    if isinstance(resources, Unknown):
        return NOT_KEPT
    return " + ".join(_text(getattr(resource, name)) for resource in resources) or _NONE


_VALUES: Mapping[VolumeDimension, Callable[[VolumeRow], str]] = {
    VolumeDimension.ACCOUNT: lambda row: row.key.account,
    VolumeDimension.REGION: lambda row: row.key.region,
    VolumeDimension.CATEGORY: lambda row: row.key.category.value,
    VolumeDimension.READ_WRITE: _read_write,
    VolumeDimension.SOURCE: lambda row: _text(row.key.event_source),
    VolumeDimension.EVENT: lambda row: _text(row.key.event_name),
    VolumeDimension.RESOURCE_TYPE: lambda row: _resource(row, "type"),
    VolumeDimension.RESOURCE: lambda row: _resource(row, "container"),
    VolumeDimension.PRINCIPAL: lambda row: _text(row.key.principal.container),
}


# ---- notes ----


def notes_on(volumes: Volumes) -> tuple[str, ...]:
    """Return what a reader has to know: files set aside or damaged, copies met, what is covered, what was kept."""
    notes = []
    if volumes.read is not None:
        is_access_log = volumes.kind == ACCESS_LOGS
        notes.extend(access_log_notes(volumes) if is_access_log else _notes_on_reading(volumes.read))
        notes.extend(_notes_on_period(volumes))
    if volumes.kind == "metrics" and any(row.per_month.has_band for row in volumes.rows):
        about = count_of(Quantity.exact(total(row.per_month for row in volumes.rows).point))
        notes.append(f"ranges: metrics count requests, not events (R110); taken as they are they make {about} a month")
    notes.extend(_notes_on_copies(volumes.multiplicity))
    notes.extend(_notes_on_coverage(volumes))
    notes.extend(notes_on_bill(volumes))
    if volumes.never_drawn:
        places = [f"{account} in {region}" for account, region in sorted(volumes.never_drawn)]
        notes.append(f"never drawn, so nothing is known of their events: {', '.join(places)}")
    notes.extend(f"changed since: {change}" for change in volumes.changes[:_CHANGES_NAMED])
    if len(volumes.changes) > _CHANGES_NAMED:
        notes.append(f"changed since: {len(volumes.changes) - _CHANGES_NAMED} more")
    oversize = sum(row.oversize for row in volumes.rows)
    if oversize:
        notes.append(f"over 256 KB: {plural(oversize, 'event')}; CloudWatch Logs never gets those (R106)")
    if volumes.conditions:
        notes.append(f"conditions answered: {len(volumes.conditions)}; a selector that asks another one gets a band")
    return tuple(notes)


def _notes_on_reading(read: ReadSummary) -> list[str]:
    notes = []
    if read.set_aside:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(read.set_aside.items()))
        notes.append(f"set aside, not CloudTrail events: {kinds}")
    if read.files_unreadable:
        notes.append(f"damaged: {plural(read.files_unreadable, 'file')}, named on stderr when they were read")
    if read.without_event_id:
        notes.append(f"without eventID, so never merged with another: {plural(read.without_event_id, 'record')} (R52)")
    if read.inferred_category or read.inferred_read_only:
        inferred = f"category of {read.inferred_category:,}, read/write of {read.inferred_read_only:,}"
        notes.append(f"inferred from event names, as old records do not state it: {inferred} (R47)")
    if read.inferred_account:
        of = plural(read.inferred_account, "record")
        notes.append(f"account taken from the caller or the file's name, as {of} name no recipient (R50)")
    if read.addenda:
        notes.append(f"late or corrected, counted as events of their own: {plural(read.addenda, 'record')} (R55)")
    if read.late:
        of = plural(read.late, "record")
        notes.append(f"delivered more than two hours after they happened: {of}, their copies looked for apart (R52)")
    return notes


def _notes_on_period(volumes: Volumes) -> list[str]:
    """Return what makes a month of the observed period doubtful: it is short, or it has holes."""
    notes = []
    observed = {(part.account, part.region): part.observed for part in volumes.coverage if part.observed}
    shortest = min((period.hours for period in observed.values()), default=_WEEK_HOURS)
    if shortest < _WEEK_HOURS:
        notes.append(f"observed for {duration(shortest)}, less than a week: other days may be busier or quieter")
    gaps = {place: period.gap_hours for place, period in observed.items() if period.gap_hours}
    if gaps:
        worst = sorted(gaps, key=lambda place: (-gaps[place], place))[:_GAPS_NAMED]
        named = ", ".join(f"{number(gaps[place])} h in {place[0]} {place[1]}" for place in worst)
        others = f" and {plural(len(gaps) - len(worst), 'more place', 'more places')}" if len(gaps) > len(worst) else ""
        notes.append(f"gaps: no file for {named}{others}, though it is busy there; lost files would look so")
    return notes


def _notes_on_copies(multiplicity: Mapping[int, int]) -> list[str]:
    repeated = {times: count for times, count in multiplicity.items() if times > 1}
    if not repeated:
        return []
    every = sum(multiplicity.values())
    met = [f"{_times(times)}: {multiplicity[times]:,}" for times in sorted(multiplicity)[:_OFTEN]]
    most = max(repeated, key=lambda times: repeated[times])
    evidence = f"evidence of {most} trails that deliver here" if repeated[most] * 10 >= every else "few were met again"
    return [f"events met {', '.join(met)}; {evidence}"]


def _times(times: int) -> str:
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


_BASES: Mapping[Basis, str] = {
    Basis.RECORDED_BY: "what trails would have recorded",
    Basis.INFERRED: "only what was seen (R102)",
    Basis.TYPED: "what somebody typed",
    Basis.MEASURED: "what was measured",
}


def _notes_on_coverage(volumes: Volumes) -> list[str]:
    if volumes.covers_all:
        return ["coverage: the author vouches that nothing else happens"]
    bases = {part.basis for part in volumes.coverage}
    if len(bases) > 1:
        parts = ", ".join(_BASES[basis] for basis in Basis if basis in bases)
        return [f"coverage: of several kinds: {parts}"]
    if Basis.INFERRED in bases:
        only = "log files do not name their trail, so only what was seen is covered and the rest is unknown (R102)"
        return [f"coverage inferred: {only}; --recorded-by CONFIG tells what the trails would have recorded"]
    if Basis.RECORDED_BY in bases:
        return ["coverage: what the trails of --recorded-by would have recorded"]
    return []
