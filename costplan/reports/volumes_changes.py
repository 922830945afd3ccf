"""What putting volumes together did: left out in a merge, scaled to totals, changed by what-if."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from costplan.engine.calibration import Fate, Stratum
from costplan.engine.merging import Dropped
from costplan.engine.what_if import Done, Times
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import total
from costplan.model.volumes import Volumes
from costplan.reports.amounts import DASH, count_of, plural
from costplan.reports.tables import Row, Table, render_table, wrap_line

_FOUR_DIGITS = 3
_NAMED = 3


@exact_arithmetic()
def merge_notes(volumes: Volumes, dropped: Sequence[Dropped], paths: Sequence[Path]) -> tuple[str, ...]:
    """Return what a merge left out of each later file, and what became a band, as sentences."""
    notes = []
    for one in dropped:
        path, earlier = paths[one.source], " or ".join(str(path) for path in paths[: one.source])
        parts = []
        if one.rows:
            parts.append(f"{plural(one.rows, 'row')} left out, {count_of(one.events)} events a month")
        if one.parts:
            parts.append(f"{plural(one.parts, 'row')} of its coverage left out")
        if one.straddling:
            parts.append(f"{plural(one.straddling, 'row')} may be held twice and became a band from zero")
        notes.append(f"{path}: {'; '.join(parts)}: {earlier} holds them")
    if volumes.covers_all:
        notes.append("one of the files vouches that nothing else happens, so the merged volumes do")
    return tuple(notes)


@exact_arithmetic()
def render_calibration(strata: Sequence[Stratum], width: int) -> str:
    """Return the factor of each account, Region and category, and what was not scaled and why."""
    rows: list[Row | None] = [
        (
            stratum.account,
            stratum.region,
            stratum.category.value,
            count_of(mix) if (mix := stratum.mix + stratum.aside) else DASH,
            count_of(stratum.billed) if stratum.fate is not Fate.UNCALIBRATED or stratum.billed else DASH,
            _factor(stratum.factor),
        )
        for stratum in strata
    ]
    headers = ("account", "region", "category", "mix, a month", "totals, a month", "factor")
    table = render_table(Table(headers, tuple(rows), labels=3), width) if rows else "no events"
    notes = "\n".join(wrap_line(note, width) for note in _notes(strata))
    return "\n\n".join(part for part in (table, notes) if part)


def _notes(strata: Sequence[Stratum]) -> Iterator[str]:
    """Yield what was not scaled, and what scaling took for true, each with the first few places that it is about."""
    unknown = [s for s in strata if s.fate is Fate.UNKNOWN_MIX]
    if unknown:
        yield f"unknown mix, so selectors make a range of it: {_some(unknown)}: only the total is known"
    without = [s for s in strata if s.fate is Fate.UNCALIBRATED]
    if without:
        left = count_of(total(s.aside for s in without))
        yield f"not calibrated: {_some(without)}: no total covers them, {left} events a month stay as they were"
    unclear = [s for s in strata if s.fate is Fate.UNDECIDED]
    if unclear:
        left = count_of(total(s.aside for s in unclear))
        yield f"not calibrated: {_some(unclear)}: {left} events a month do not say whether the totals count them"
    partly = [s for s in strata if s.fate in (Fate.SCALED, Fate.UNKNOWN_MIX) and s.aside]
    if partly:
        left = count_of(total(s.aside for s in partly))
        yield f"not calibrated: {_some(partly)}: {left} events a month that the totals do not cover"
    less = [s for s in strata if s.sees_less]
    if less:
        yield f"assumed: {_some(less)}: what the mix does not cover is like what it covers (R110)"
    copies = [s for s in strata if s.counts_copies]
    if copies:
        yield f"assumed: {_some(copies)}: no two trails recorded the same events; a bill counts each copy (R86)"


def _some(strata: Sequence[Stratum]) -> str:
    named = [f"{s.category.value} in {s.account} {s.region}" for s in strata[:_NAMED]]
    others = [f"{len(strata) - _NAMED} more"] if len(strata) > _NAMED else []
    return ", ".join([*named, *others])


def _factor(factor: Decimal | None) -> str:
    """Return a factor in four digits.

    >>> _factor(Decimal("1.23456")), _factor(None)
    ('× 1.235', '–')
    """
    if factor is None:
        return DASH
    if not factor:
        return "× 0"
    return f"× {factor.quantize(Decimal(1).scaleb(factor.adjusted() - _FOUR_DIGITS)):f}"


@exact_arithmetic()
def render_changes(done: Sequence[Done], width: int) -> str:
    """Return each change with the rows that it is about, and their events before and after."""
    rows: list[Row | None] = [
        (
            one.change.words,
            f"{one.rows:,}",
            count_of(one.before) if isinstance(one.change, Times) else DASH,
            count_of(one.after),
        )
        for one in done
    ]
    notes = [
        f"{one.change.words}: {plural(one.maybe, 'row')} may belong to it and stay, as they do not say"
        for one in done
        if one.maybe
    ]
    parts = [render_table(Table(("change", "rows", "a month", "then"), tuple(rows)), width)]
    parts += ["\n".join(wrap_line(note, width) for note in notes)] if notes else []
    return "\n\n".join(parts)
