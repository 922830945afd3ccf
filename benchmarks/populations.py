"""Simulated log buckets for the coverage experiment: events, objects and bytes of every five-minute slot.

A model of what makes sampling hard, no copy of any organization: accounts and Regions differ by powers of ten, days and
weeks have a rhythm, noise lasts for hours, half of the places have data events and few have Lambda events.  Events are
delivered by two trails, in the slot in which they happened or a little later; the second delivers in the same slot as
the first or in the next.  The shares of the delays are those of published log files (61 % in the same slot, 39 % in the
next).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.routing import REGIONS
from costplan.engine.sampling.frame import Place
from costplan.inputs.volumes.logs.period import SLOTS_PER_DAY, Span, weekday_of
from tests.generator.reserved import account_ids

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FIRST_SLOT = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp()) // 300
SLOTS_PER_HOUR = 12

CHARGES = ("management", "s3", "lambda")
BYTES_PER_EVENT = (170.0, 130.0, 150.0)
BYTES_PER_FILE = 680.0
EVENTS_PER_FILE = 2000
SPLIT_SHARE = 0.15

SAME_SLOT, NEXT_SLOT = 0.60, 0.37
LONGEST_DELAY = 3
"""Slots: two of the first trail, one more of the second.  Nothing comes later than a cluster's look."""

DATA_PER_MANAGEMENT = 2.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a population is made of.

    events: distinct ones of the whole period, about.
    account_skew, region_skew: exponents of Zipf's law.
    burst: standard deviation of the logarithm of the noise that lasts for hours.
    data_share, lambda_share: of the places, those that have such events.
    lambda_per_event: where there are any, how many for each other event.
    batch: how many times more data events there are in one hour of each day, a different one in each place.
    half_way: of the places, those in which the second trail was switched on in the middle of the period.
    budget: the share of the bytes that may be read.
    is_sized: whether 95 % of the seeds have to come within five percent of the truth.
    """

    name: str
    accounts: int
    regions: int
    days: int
    events: float
    budget: float
    account_skew: float = 1.2
    region_skew: float = 1.5
    burst: float = 0.5
    data_share: float = 0.5
    lambda_share: float = 0.08
    lambda_per_event: float = 2.0
    half_way: float = 0.0
    batch: float = 1.0
    is_sized: bool = False
    seed: int = 1


RECIPES = (
    Recipe("skewed", 20, 8, 31, 14e6, 0.016, account_skew=2.2, region_skew=2.4, is_sized=True),
    Recipe("small", 8, 4, 14, 1.2e6, 0.08, region_skew=1.8, is_sized=True, seed=2),
    Recipe("bursty", 20, 8, 31, 14e6, 0.016, account_skew=2.2, region_skew=2.4, burst=0.8, seed=3),
    Recipe("few-big", 3, 4, 31, 12e6, 0.08, account_skew=2.0, seed=4),
    Recipe("single", 1, 1, 31, 8e6, 0.08, data_share=1.0, lambda_share=1.0, lambda_per_event=0.2, seed=5),
    Recipe("half-way", 8, 4, 31, 6e6, 0.08, half_way=0.4, seed=6),
    Recipe("batches", 8, 4, 14, 1.2e6, 0.08, batch=10.0, seed=7),
    Recipe("one-batch", 1, 1, 31, 8e6, 0.08, data_share=1.0, lambda_share=0.0, batch=10.0, seed=8),
    Recipe("sparse", 60, 4, 14, 3e5, 0.08, account_skew=1.5, seed=9),
    Recipe("no-data", 8, 4, 21, 2e6, 0.04, data_share=0.0, lambda_share=0.0, seed=10),
)


class Population:
    """A simulated bucket.

    places: accounts and Regions; happened: events by charge, place and slot; objects, bytes: delivered, by place and
    slot, a few slots longer.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        chance = np.random.default_rng(recipe.seed)
        slots = recipe.days * SLOTS_PER_DAY
        self.span = Span(FIRST_SLOT, FIRST_SLOT + slots)
        shares = np.outer(_zipf(recipe.accounts, recipe.account_skew), _zipf(recipe.regions, recipe.region_skew))
        self.places: list[Place] = [
            (account, region) for account in account_ids(recipe.accounts) for region in REGIONS[: recipe.regions]
        ]
        # Whatever chance says, a population without data events would test nothing.
        count = len(self.places)
        has_data = _some(count, recipe.data_share, chance)
        has_lambda = _some(count, recipe.lambda_share, chance)
        late_trail = _some(count, recipe.half_way, chance)
        rhythm = _rhythm(slots)
        simulated = [
            _place(mean, rhythm, recipe, data, function, half, chance)
            for mean, data, function, half in zip(
                shares.ravel() * recipe.events / slots, has_data, has_lambda, late_trail, strict=True
            )
        ]
        self.happened: Ints = np.stack([happened for happened, _, _ in simulated], axis=1)
        self.objects: Ints = np.stack([objects for _, objects, _ in simulated])
        self.bytes: Ints = np.stack([size for _, _, size in simulated])

    def listing(self) -> Iterator[tuple[Place, dict[int, tuple[int, int]]]]:
        """Yield what a listing tells of each place: slot → (objects, bytes)."""
        for place, objects, sizes in zip(self.places, self.objects, self.bytes, strict=True):
            occupied = np.flatnonzero(objects)
            rows = zip(occupied.tolist(), objects[occupied].tolist(), sizes[occupied].tolist(), strict=True)
            yield place, {FIRST_SLOT + at: (count, size) for at, count, size in rows}

    @cached_property
    def monthly(self) -> Floats:
        """What the events of a slot come to in a month, by charge, place and slot: each weekday a seventh of it."""
        expansion = self.span.expansion()
        weights = np.array([expansion.weights[weekday_of(slot)] / expansion.denominator for slot in self._slots])
        return self.happened * weights

    @property
    def _slots(self) -> range:
        return range(self.span.start, self.span.end)

    def stretch(self, place: int, start: int, end: int) -> list[float]:
        """Return the monthly events of a stretch of slots, one figure for each charge."""
        first, last = max(0, start - FIRST_SLOT), max(0, end - FIRST_SLOT)
        found: list[float] = self.monthly[:, place, first:last].sum(axis=1).tolist()
        return found


def _zipf(count: int, skew: float) -> Floats:
    raw = 1 / np.arange(1, count + 1) ** skew
    return np.asarray(raw / raw.sum())


def _some(count: int, share: float, chance: np.random.Generator) -> NDArray[np.bool_]:
    """Return which of *count* places are chosen: an exact share, rounded up."""
    chosen = np.zeros(count, bool)
    chosen[chance.permutation(count)[: int(np.ceil(share * count))]] = True
    return chosen


def _rhythm(slots: int) -> Floats:
    """Return the level of each slot: twice as busy in business hours, half as busy at weekends; 1 on average."""
    at = np.arange(slots)
    hour = at // SLOTS_PER_HOUR % 24
    weekday = np.array([weekday_of(FIRST_SLOT + slot) for slot in range(slots)])
    level = np.where((hour >= 8) & (hour < 18), 2.0, 1.0) * np.where(weekday >= 5, 0.5, 1.0)
    return np.asarray(level / level.mean())


def _noise(slots: int, burst: float, chance: np.random.Generator) -> Floats:
    """Return noise around 1: of hours that resemble the hour before, and of single slots."""
    hours = slots // SLOTS_PER_HOUR
    shocks = chance.normal(0, 1, hours)
    level = np.empty(hours)
    level[0] = shocks[0]
    for hour in range(1, hours):
        level[hour] = 0.8 * level[hour - 1] + 0.6 * shocks[hour]
    lasting = np.exp(burst * np.repeat(level, SLOTS_PER_HOUR) - burst**2 / 2)
    return np.asarray(lasting * np.exp(chance.normal(0, 0.4, slots) - 0.08))


def _place(
    mean: float,
    rhythm: Floats,
    recipe: Recipe,
    has_data: bool,
    has_lambda: bool,
    is_half_way: bool,
    chance: np.random.Generator,
) -> tuple[Ints, Ints, Ints]:
    """Return events by charge and slot, and delivered objects and bytes by slot, of one place."""
    slots = len(rhythm)
    level = mean * np.exp(chance.normal(0, 0.5)) * rhythm * _noise(slots, recipe.burst, chance)
    apart = np.exp(0.5 * np.repeat(chance.normal(0, 1, slots // SLOTS_PER_HOUR), SLOTS_PER_HOUR) - 0.125)
    hour = np.arange(slots) // SLOTS_PER_HOUR % 24
    batch = np.where(hour == chance.integers(24), recipe.batch, 1.0)
    happened = np.stack(
        [
            chance.poisson(level * (0.5 if has_data else 1.0)),
            # Data events follow the calls of the place, and a rhythm of their own.
            chance.poisson(level * 0.5 * DATA_PER_MANAGEMENT * apart * batch) if has_data else np.zeros(slots, int),
            chance.poisson(level * recipe.lambda_per_event) if has_lambda else np.zeros(slots, int),
        ]
    )
    delivered = _delayed(happened, chance)
    first = delivered[:, :-1]
    objects, size = np.zeros(slots + LONGEST_DELAY, int), np.zeros(slots + LONGEST_DELAY)
    once, bytes_once = _files(first, chance)
    objects[:-1] += once
    size[:-1] += bytes_once
    again, bytes_again = _files(first, chance)
    if is_half_way:
        again[: slots // 2] = bytes_again[: slots // 2] = 0
    late = np.arange(len(again)) + (chance.random(len(again)) < 0.5)
    np.add.at(objects, late, again)
    np.add.at(size, late, bytes_again)
    return happened, objects, np.rint(size).astype(int)


def _delayed(happened: Ints, chance: np.random.Generator) -> Ints:
    """Return the events by the slot in which the first trail delivers them."""
    charges, slots = happened.shape
    delivered = np.zeros((charges, slots + LONGEST_DELAY), int)
    at_once = chance.binomial(happened, SAME_SLOT)
    soon = chance.binomial(happened - at_once, NEXT_SLOT / (1 - SAME_SLOT))
    for delay, events in enumerate((at_once, soon, happened - at_once - soon)):
        delivered[:, delay : slots + delay] += events
    return delivered


def _files(events: Ints, chance: np.random.Generator) -> tuple[Ints, Floats]:
    """Return the objects and bytes that one trail delivers in each slot."""
    count = events.sum(axis=0)
    split = chance.random(len(count)) < SPLIT_SHARE
    objects = np.where(count > 0, np.maximum(1, -(-count // EVENTS_PER_FILE)) + (split & (count > 1)), 0)
    body = np.array(BYTES_PER_EVENT) @ events
    return objects, objects * BYTES_PER_FILE + body * np.exp(chance.normal(0, 0.15, len(count)))
