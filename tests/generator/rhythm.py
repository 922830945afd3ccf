"""How many events happen when: weekdays, business hours, and chance."""

import math
import random
from datetime import timedelta

from .population import SLOT_SECONDS, SLOTS_PER_HOUR, Population

BUSINESS_HOURS = range(8, 18)
_SLOTS_PER_DAY = 24 * SLOTS_PER_HOUR


def hour_levels(population: Population) -> dict[tuple[bool, bool], float]:
    """Return the rate by (is weekend, is business hour); the mean over a week is one."""
    hours = len(BUSINESS_HOURS)
    weekday = hours * population.business + (24 - hours)
    week = 5 * weekday + 2 * 24 * population.weekend * weekday / 24
    unit = 7 * 24 / week
    weekend = unit * population.weekend * weekday / 24
    return {
        (False, True): unit * population.business,
        (False, False): unit,
        (True, True): weekend,
        (True, False): weekend,
    }


def slot_levels(population: Population) -> list[float]:
    """Return the rate of every slot of the period, before chance, with a mean of one over a week."""
    levels = hour_levels(population)
    rates = []
    for slot in range(population.slots):
        begin = population.start + timedelta(seconds=slot * SLOT_SECONDS)
        rates.append(levels[begin.weekday() >= 5, begin.hour in BUSINESS_HOURS])
    return rates


def slot_counts(population: Population, levels: list[float], per_day: float, rng: random.Random) -> list[int]:
    """Return the number of events of every slot, at a mean of *per_day* events on an average day."""
    days = -(-len(levels) // _SLOTS_PER_DAY)
    # Uniform noise of a given coefficient of variation: its half width is that times the root of three.
    day_width, slot_width = (
        min(1.0, variation * math.sqrt(3)) for variation in (population.day_variation, population.slot_variation)
    )
    per_slot = [per_day / _SLOTS_PER_DAY * (1 + day_width * (2 * rng.random() - 1)) for _ in range(days)]
    return [
        poisson(per_slot[slot // _SLOTS_PER_DAY] * level * (1 + slot_width * (2 * rng.random() - 1)), rng)
        for slot, level in enumerate(levels)
    ]


def poisson(mean: float, rng: random.Random) -> int:
    """Return a Poisson number, by its definition for small means and by the normal law for large."""
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    bound, product, count = math.exp(-mean), rng.random(), 0
    while product > bound:
        product *= rng.random()
        count += 1
    return count
