"""How often the 95 % interval of a sampled estimate holds the truth, and how wide it is: the coverage experiment.

    python -m benchmarks.coverage [--seeds 500] [--population NAME] [--without-budget] [--quick]

Buckets are simulated (benchmarks.populations), so the truth is known; the procedure is the program's own: pilot, size,
a second look at rare charges, one final draw, with the budget of each population and a target error of five percent.
Only reading is simulated.  All bytes count: those of the pilot, and those of looks past the ends of clusters.
Without a budget the target error alone decides how much is read, and has to be met everywhere.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from benchmarks.populations import CHARGES, RECIPES, Population, Recipe
from costplan.engine.sampling import (
    VARIANCE_FACTOR,
    Frame,
    Sample,
    build_frame,
    draw,
    expand,
    final_budget,
    pilot_budget,
    weigh,
)
from costplan.engine.sampling.frame import Place
from costplan.engine.uncertainty import half_width, interval, relative_error
from costplan.model.events import EventCategory, EventKey, Resource
from costplan.model.numbers import exact_arithmetic, round_once
from costplan.model.quantity import NOTHING, Quantity, Replicates
from costplan.model.quantity import total as sum_of
from costplan.model.volumes import VolumeRow, Volumes
from costplan.workflows import sample as procedure

TARGET_ERROR = 0.05
LEAST_TOTAL, LEAST_POOLED, WIDEST, LEAST_WITHIN = 0.93, 0.92, 1.6, 0.95
QUICK_SEEDS = 15
TOTAL = "total"
RESOURCE_TYPES = {"s3": "AWS::S3::Object", "lambda": "AWS::Lambda::Function"}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A population with its frame; truth: what each charge costs in a month, and the total; budget: bytes to read."""

    population: Population
    frame: Frame
    keys: Mapping[Place, tuple[EventKey, ...]]
    truth: Mapping[str, float]
    budget: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One seed: what was read, and the cost of each charge and of everything, as it would be printed."""

    read_bytes: int
    clusters: int
    costs: Mapping[str, Quantity]


# ---- the procedure, with reading simulated ----


def bucket_of(recipe: Recipe, *, has_budget: bool = True) -> Bucket:
    population = Population(recipe)
    keys = {place: tuple(key_of(charge, place) for charge in CHARGES) for place in population.places}
    rows = [
        VolumeRow(key, Quantity.exact(round_once(Decimal.from_float(float(monthly.sum())))))
        for at, place in enumerate(population.places)
        for key, monthly in zip(keys[place], population.monthly[:, at], strict=True)
    ]
    truth = {charge: float(cost.point) for charge, cost in costs_of(Volumes(tuple(rows))).items() if cost}
    frame = build_frame(population.listing())
    return Bucket(population, frame, keys, truth, frame.bytes * recipe.budget if has_budget else None)


def key_of(charge: str, place: Place) -> EventKey:
    if charge == "management":
        return EventKey(*place, EventCategory.MANAGEMENT)
    return EventKey(*place, EventCategory.DATA, resources=(Resource(RESOURCE_TYPES[charge]),))


def read(bucket: Bucket, sample: Sample) -> Volumes:
    """Return the volumes that a sample expands to."""
    population = bucket.population
    numbers = {place: at for at, place in enumerate(population.places)}
    counts: list[dict[EventKey, float]] = []
    for cluster in sample.drawn:
        events = population.stretch(numbers[cluster.place], cluster.start, cluster.start + cluster.slots)
        counts.append({key: count for key, count in zip(bucket.keys[cluster.place], events, strict=True) if count})
    rows = []
    for key, expanded in expand(weigh(sample), counts).items():
        counted = round_once(Decimal.from_float(expanded.counted))
        point = max(counted, round_once(Decimal.from_float(expanded.point)))
        replicates = Replicates(sample.design_id, VARIANCE_FACTOR, expanded.deviations)
        rows.append(VolumeRow(key, Quantity.sampled(point, replicates, counted=counted)))
    return Volumes(tuple(rows))


def costs_of(volumes: Volumes) -> dict[str, Quantity]:
    """Return what each charge costs, and the total."""
    costs: defaultdict[str, Quantity] = defaultdict(lambda: NOTHING)
    for priced in procedure._priced(volumes):
        costs[procedure._charge_of(priced[0])] += procedure._cost(priced)
    return {**costs, TOTAL: sum_of(costs.values())}


def run(bucket: Bucket, seed: int) -> Outcome:
    """Return what one seed of the program's procedure comes to."""
    frame, budget = bucket.frame, bucket.budget
    pilot = draw(frame, pilot_budget(frame.bytes, len(frame.clusters), budget), 2 * seed)
    tried = read(bucket, pilot)
    wanted = final_budget(pilot.read_bytes, procedure._error_of(tried, ()), TARGET_ERROR, frame.bytes, budget)
    final = draw(frame, wanted, 2 * seed + 1, procedure._rare_places(tried))
    return Outcome(pilot.read_bytes + final.read_bytes, len(final.drawn), costs_of(read(bucket, final)))


# ---- many seeds ----


@dataclass(frozen=True, slots=True)
class Bound:
    """What the project promises, and what was found."""

    what: str
    found: float
    is_met: bool

    def __str__(self) -> str:
        return f"{'met' if self.is_met else 'MISSED'}: {self.what} ({self.found:.3f})"


@dataclass(frozen=True, slots=True)
class Experiment:
    """All seeds of one population.

    charges: all of them, the total first; errors, widths: relative, by seed and charge; covered: by seed and charge.
    """

    bucket: Bucket
    charges: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    def covered(self) -> NDArray[np.bool_]:
        """Return whether the interval holds the truth, by seed and charge; what was never met is not covered."""
        truth = self.bucket.truth
        return np.array([[self._holds(o.costs.get(c), truth[c]) for c in self.charges] for o in self.outcomes])

    @staticmethod
    def _holds(cost: Quantity | None, truth: float) -> bool:
        if cost is None:
            return False
        low, high = interval(cost)
        return float(low) <= truth <= float(high)

    def errors(self, charge: str) -> NDArray[np.float64]:
        points = np.array([float(o.costs.get(charge, NOTHING).point) for o in self.outcomes])
        return np.asarray(points / self.bucket.truth[charge] - 1)

    def half_widths(self, charge: str) -> NDArray[np.float64]:
        reach = [float(half_width(o.costs.get(charge, NOTHING).replicates)) for o in self.outcomes]
        return np.asarray(np.array(reach) / self.bucket.truth[charge])

    @property
    def read_shares(self) -> NDArray[np.float64]:
        return np.array([o.read_bytes for o in self.outcomes]) / self.bucket.frame.bytes

    def bounds(self) -> list[Bound]:
        covered = self.covered()
        of_total, pooled = float(covered[:, 0].mean()), float(covered[:, 1:].mean())
        errors = abs(self.errors(TOTAL))
        ratio = float(self.half_widths(TOTAL).mean() / np.quantile(errors, 0.95))
        found = [
            Bound(f"the total is covered in {LEAST_TOTAL:.0%} of the seeds", of_total, of_total >= LEAST_TOTAL),
            Bound(f"all charges pooled in {LEAST_POOLED:.0%}", pooled, pooled >= LEAST_POOLED),
            Bound(f"mean half width at most {WIDEST} × the 95th percentile of the error", ratio, ratio <= WIDEST),
        ]
        recipe, budget = self.bucket.population.recipe, self.bucket.budget
        if budget is not None:
            most = float(self.read_shares.max())
            found.append(Bound(f"at most {recipe.budget:.1%} of the bytes read", most, most <= recipe.budget))
        if budget is None or recipe.is_sized:
            within = float((errors <= TARGET_ERROR).mean())
            found.append(Bound(f"within ± 5 % in {LEAST_WITHIN:.0%} of the seeds", within, within >= LEAST_WITHIN))
        return found


def experiment(bucket: Bucket, seeds: int) -> Experiment:
    with exact_arithmetic():
        outcomes = tuple(run(bucket, seed) for seed in range(1, seeds + 1))
    charges = sorted(set(bucket.truth) - {TOTAL}, key=lambda charge: -bucket.truth[charge])
    return Experiment(bucket, (TOTAL, *charges), outcomes)


# ---- printing ----

HEAD = f"{'':24}{'cost':>8}{'coverage':>10}{'p95 error':>11}{'half width':>12}{'÷ p95':>8}{'bias':>8}{'within 5 %':>12}"


def print_population(bucket: Bucket) -> None:
    recipe, frame = bucket.population.recipe, bucket.frame
    print(
        f"{recipe.name}: {frame.objects:,} files, {frame.bytes / 1e9:.2f} GB, {len(frame.strata)} places,"
        f" {len(frame.clusters):,} clusters"
    )


def print_experiment(found: Experiment) -> None:
    shares = found.read_shares
    clusters = np.mean([o.clusters for o in found.outcomes])
    sure = np.mean([relative_error(o.costs[TOTAL]) <= TARGET_ERROR for o in found.outcomes])
    print(
        f"  {len(found.outcomes)} seeds; read {shares.mean():.2%} of the bytes, at most {shares.max():.2%};"
        f" {clusters:.0f} clusters in the final draw; ± {TARGET_ERROR:.0%} or less printed for {sure:.0%} of the totals"
    )
    print(HEAD)
    covered = found.covered().mean(axis=0)
    for at, charge in enumerate(found.charges):
        errors, widths = found.errors(charge), found.half_widths(charge)
        p95 = float(np.quantile(abs(errors), 0.95))
        share = found.bucket.truth[charge] / found.bucket.truth[TOTAL]
        print(
            f"  {charge:22}{share:8.1%}{covered[at]:10.1%}{p95:11.1%}{widths.mean():12.1%}"
            f"{widths.mean() / p95:8.2f}{errors.mean():8.1%}{(abs(errors) <= TARGET_ERROR).mean():12.1%}"
        )
    for bound in found.bounds():
        print(f"  {bound}")
    print(flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Coverage of the intervals of sampled estimates.")
    parser.add_argument("--seeds", type=int, default=500, metavar="N", help="samples of each population")
    parser.add_argument("--population", choices=[recipe.name for recipe in RECIPES], help="only this one")
    parser.add_argument("--without-budget", action="store_true", help="read as much as the target error takes")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SEEDS} seeds: whether it runs, not what is true")
    chosen = parser.parse_args(arguments)
    seeds = QUICK_SEEDS if chosen.quick else chosen.seeds
    if seeds < 1:
        parser.error("--seeds must be 1 or more")

    started = time.monotonic()
    missed = []
    for recipe in RECIPES:
        if chosen.population in (None, recipe.name):
            bucket = bucket_of(recipe, has_budget=not chosen.without_budget)
            print_population(bucket)
            found = experiment(bucket, seeds)
            print_experiment(found)
            missed += [f"{recipe.name}: {bound.what}" for bound in found.bounds() if not bound.is_met]
    print(f"{time.monotonic() - started:.0f} seconds")
    if missed and not chosen.quick:
        sys.exit("missed:\n  " + "\n  ".join(missed))


if __name__ == "__main__":
    main()
