"""A sample or a log gives the mix, a bill gives the total: rows scaled to totals, place by place (R110)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from math import fsum

from costplan.engine.answers import answering
from costplan.engine.covers import Cover, cover_of
from costplan.engine.scaling import dealt_out, floor_of
from costplan.model.events import EventCategory
from costplan.model.numbers import ZERO, exact_arithmetic, round_once
from costplan.model.quantity import NOTHING, Quantity, Replicates, total
from costplan.model.truth import Truth
from costplan.model.volumes import Basis, Coverage, VolumeRow, Volumes

MOST_FACTOR = Decimal(20)
"""A total so many times larger or smaller than the mix says is no total of the same events, unless somebody knows."""

Place = tuple[str, str, EventCategory]
"""Account, Region, category: a bill tells no more."""


class Fate(StrEnum):
    """What calibration did with the events of one account, Region and category.

    ABSURD: the factor is out of bounds.  UNKNOWN_MIX: only totals know them.  UNCALIBRATED: no total covers them.
    UNDECIDED: rows do not say whether they are among what a total counts, so nobody can tell the factor; they stay.
    """

    SCALED = "scaled"
    ABSURD = "absurd"
    UNKNOWN_MIX = "unknown mix"
    UNCALIBRATED = "uncalibrated"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Stratum:
    """The events of one account, Region and category before and after.

    mix, billed: events a month by either; factor: billed for each of the mix, ``None`` where there is none.
    aside: of the mix, what the totals do not surely cover and is left as it was.
    sees_less: the mix covers only a part of what the totals cover: all of it is counted as what was seen.
    counts_copies: the total is that of a bill, on which every copy of a data event stands (R86).
    """

    account: str
    region: str
    category: EventCategory
    fate: Fate
    mix: Quantity
    billed: Quantity
    factor: Decimal | None = None
    aside: Quantity = NOTHING
    sees_less: bool = False
    counts_copies: bool = False


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Calibrated volumes, and what was done in each stratum, in the order of places."""

    volumes: Volumes
    strata: tuple[Stratum, ...]

    @property
    def absurd(self) -> tuple[Stratum, ...]:
        """The strata whose factor is out of bounds: the volumes are no good then."""
        return tuple(stratum for stratum in self.strata if stratum.fate is Fate.ABSURD)


@exact_arithmetic()
def calibrate(mix: Volumes, totals: Volumes, most_factor: Decimal = MOST_FACTOR) -> Calibrated:
    """Return the rows of *mix* scaled so that those of each account, Region and category add up to *totals*.

    The points add up to the last of six decimals.  Ends of bands are scaled and rounded each for itself.  In a sample,
    chance no longer moves the total, only the shares: each replicate is that of a ratio.  Rows of *totals* whose mix
    nobody knows are kept as they are.

    Raises:
        ValueError: *totals* are sampled, so they are none.
    """
    if totals.is_sampled:
        raise ValueError("totals are counted, not sampled")
    totals = answering(totals, mix.conditions)
    parts = _parts_by_place(totals)
    covered, seen = Cover(part for some in parts.values() for part in some), cover_of(mix)
    by_place, billed = _by_place(mix.rows), _by_place(totals.rows)
    rows = dict(enumerate(mix.rows))
    added: list[VolumeRow] = []
    coverage = list(mix.coverage)
    strata: list[Stratum] = []
    for place in sorted({*by_place, *parts}):
        truths = {n: covered.holds(mix.rows[n].key) for n in by_place.get(place, ())}
        own = [n for n, truth in truths.items() if truth is Truth.YES]
        before = total(mix.rows[n].per_month for n in own)
        after = total(totals.rows[n].per_month for n in billed.get(place, ()))
        aside = total(mix.rows[n].per_month for n, truth in truths.items() if truth is not Truth.YES)
        stratum = Stratum(*place, Fate.UNCALIBRATED, before, after, aside=aside)
        if any(truth is Truth.MAYBE and mix.rows[n].per_month for n, truth in truths.items()):
            stratum = replace(stratum, fate=Fate.UNDECIDED)
        elif before.point:
            factor = after.point / before.point
            is_absurd = not 1 / most_factor <= factor <= most_factor
            sees_less = any(not seen.holds_all_of(part) for part in parts[place])
            fate = Fate.ABSURD if is_absurd else Fate.SCALED
            counts_copies = totals.kind == "bill" and place[2] is EventCategory.DATA
            stratum = replace(stratum, factor=factor, fate=fate, sees_less=sees_less, counts_copies=counts_copies)
            scaled = _scaled([mix.rows[n] for n in own], before, after)
            rows.update(zip(own, scaled, strict=True))
        elif after.high:
            stratum = replace(stratum, fate=Fate.UNKNOWN_MIX)
            added += (totals.rows[n] for n in billed[place])
            for n in own:
                # They are nothing, but what they might be instead is among the total.
                del rows[n]
            coverage += (part for part in parts[place] if not seen.holds_all_of(part))
        strata.append(stratum)
    result = replace(
        mix,
        rows=(*rows.values(), *added),
        coverage=tuple(coverage),
        changes=(*mix.changes, *(_in_words(s) for s in strata if s.fate is Fate.SCALED and s.factor != 1)),
    )
    return Calibrated(result, tuple(s for s in strata if s.mix or s.billed or s.aside))


def _by_place(rows: Sequence[VolumeRow]) -> Mapping[Place, Sequence[int]]:
    found: dict[Place, list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        found[row.key.account, row.key.region, row.key.category].append(n)
    return found


def _parts_by_place(volumes: Volumes) -> Mapping[Place, Sequence[Coverage]]:
    """Return what totals cover; a total without coverage is one of everything of its place."""
    found: dict[Place, list[Coverage]] = defaultdict(list)
    for part in volumes.coverage:
        found[part.account, part.region, part.category].append(part)
    for place in _by_place(volumes.rows):
        if place not in found:
            found[place].append(Coverage(*place, Basis.MEASURED))
    return found


def _scaled(rows: Sequence[VolumeRow], before: Quantity, after: Quantity) -> list[VolumeRow]:
    """Return *rows*, which are *before* together, so that they are *after*."""
    figures = [row.per_month for row in rows]
    points = dealt_out(after.point, [figure.point for figure in figures])
    factor = after.point / before.point
    deviations = _sums_of_deviations(figures)
    found = []
    for row, point in zip(rows, points, strict=True):
        figure = row.per_month
        low = high = point
        if figure.has_band or after.has_band:
            low = min(point, round_once(figure.low * after.low / before.point))
            high = max(point, round_once(figure.high * after.high / before.point))
        share = float(figure.point / before.point)
        replicates = _of_ratio(figure.replicates, share, float(factor), deviations)
        counted = floor_of(figure.counted * min(factor, Decimal(1)), low) if replicates else ZERO
        found.append(replace(row, per_month=Quantity(point, low, high, replicates, counted)))
    return found


def _sums_of_deviations(figures: Sequence[Quantity]) -> Mapping[str, Replicates]:
    """Return the replicates of the sum, by design: each sum rounded once, so that it does not depend on the order."""
    by_design: dict[str, list[Replicates]] = defaultdict(list)
    for figure in figures:
        for replicates in figure.replicates:
            by_design[replicates.design_id].append(replicates)
    return {
        design_id: Replicates(
            design_id, some[0].factor, tuple(map(fsum, zip(*(r.deviations for r in some), strict=True)))
        )
        for design_id, some in by_design.items()
    }


def _of_ratio(
    own: tuple[Replicates, ...], share: float, factor: float, sums: Mapping[str, Replicates]
) -> tuple[Replicates, ...]:
    """Return factor × (own − share × sum): what chance did to the share of a row in a total that is known."""
    mine = {replicates.design_id: replicates for replicates in own}
    found = []
    for design_id in sorted(sums):
        every = sums[design_id]
        moved = mine[design_id].deviations if design_id in mine else (0.0,) * len(every.deviations)
        deviations = tuple(factor * (d - share * whole) for d, whole in zip(moved, every.deviations, strict=True))
        found.append(Replicates(design_id, every.factor, deviations))
    return tuple(found)


def _in_words(stratum: Stratum) -> str:
    factor = stratum.factor or ZERO
    digits = factor.quantize(Decimal(1).scaleb(factor.adjusted() - 3)) if factor else factor
    where = f"{stratum.category.value} events of {stratum.account} in {stratum.region}"
    return f"{where} × {digits.normalize():f}, to totals"
