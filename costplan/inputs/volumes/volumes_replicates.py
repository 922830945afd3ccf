"""The ``replicates`` of a volumes file as text: how each row differs under each perturbed set of sampling weights.

Rows that make nearly all of the count have numbers of their own; of the others only the sums by container are kept.
"""

import binascii
import struct
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from math import fsum, isfinite
from typing import Any

from costplan.inputs.volumes.volumes_shape import (
    ENCODING,
)
from costplan.model.numbers import SIX_PLACES, ZERO
from costplan.model.quantity import Quantity
from costplan.model.unknown import Unknown
from costplan.model.volumes import Sampling, VolumeRow, Volumes

KEPT_SHARE = Decimal("0.999")
"""The share of the month's events whose rows have replicates of their own."""

DRAWN = ("seed", "objects", "objects_read", "bytes", "bytes_read", "clusters", "clusters_read")
"""The fields of ``source.sampling`` that are numbers, named as those of ``Sampling``."""

Vector = tuple[float, ...]
"""The deviations of one row: each replicate less the point, in events a month."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Rows, by position, whose replicates are kept as one sum."""

    rows: tuple[int, ...]
    deviations: Vector


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file keeps of the replicates of its rows, by position; a row in neither is the same in every replicate."""

    rows: Mapping[int, Vector]
    rest: tuple[Rest, ...]


def check_designs(volumes: Volumes) -> None:
    """Check that every row's replicates are of samples that the volumes describe.

    Raises:
        ValueError: they are of another one, or the volumes do not say.
    """
    known = {sampling.design_id for sampling in volumes.samples}
    if len(known) < len(volumes.samples):
        raise ValueError("each sample is described once")
    for row in volumes.rows:
        if row.per_month.is_sampled and not {r.design_id for r in row.per_month.replicates} <= known:
            raise ValueError("a volumes file holds the replicates of samples which it describes")


def kept_replicates(volumes: Volumes, sampling: Sampling) -> Kept:
    """Return the replicates by one sample of the rows that make 99.9 % of the month, and the others' by container.

    Raises:
        ValueError: a row has another number of them than the sample.
    """
    vectors = {n: v for n, row in enumerate(volumes.rows) if (v := _vector(row, sampling))}
    enough = KEPT_SHARE * sum((row.per_month.point for row in volumes.rows), ZERO)
    rows: dict[int, Vector] = {}
    others: dict[tuple[object, ...], list[int]] = defaultdict(list)
    so_far = ZERO
    for n in sorted(range(len(volumes.rows)), key=lambda n: (-volumes.rows[n].per_month.point, n)):
        if n in vectors and so_far < enough:
            rows[n] = vectors[n]
        elif n in vectors:
            others[_container(volumes.rows[n])].append(n)
        so_far += volumes.rows[n].per_month.point
    rest = [Rest(tuple(sorted(some)), _sum([vectors[n] for n in some])) for some in others.values()]
    return Kept(dict(sorted(rows.items())), tuple(sorted(rest, key=lambda one: one.rows)))


def _vector(row: VolumeRow, sampling: Sampling) -> Vector | None:
    """Return the deviations of one row, or nothing where they are all zero: every replicate says the same."""
    mine = next((one for one in row.per_month.replicates if one.design_id == sampling.design_id), None)
    if mine is None or not any(mine.deviations):
        return None
    if len(mine.deviations) != sampling.replicates:
        raise ValueError(f"{sampling.replicates} replicates were said, a row has {len(mine.deviations)}")
    return mine.deviations


def _container(row: VolumeRow) -> tuple[object, ...]:
    key = row.key
    resources = () if isinstance(key.resources, Unknown) else key.resources
    return (key.account, key.region, key.category, *(resource.container for resource in resources))


def _sum(vectors: Sequence[Vector]) -> Vector:
    return tuple(map(fsum, zip(*vectors, strict=True)))


def counted_per_month(quantity: Quantity) -> Decimal:
    """Return what a sampled row was certainly counted, with six decimals and never more."""
    return quantity.counted.quantize(SIX_PLACES, ROUND_FLOOR)


def sampling_entry(sampling: Sampling) -> dict[str, Any]:
    """Return ``source.sampling``: what there was to draw from, and what was drawn."""
    entry: dict[str, Any] = {name: getattr(sampling, name) for name in DRAWN}
    if sampling.never_drawn:
        entry["never_drawn"] = [{"account": account, "region": region} for account, region in sampling.never_drawn]
    return entry


def replicates_head(sampling: Sampling) -> dict[str, Any]:
    """Return what ``replicates`` says beside the numbers."""
    return {
        "design_id": sampling.design_id,
        "method": sampling.method,
        "count": sampling.replicates,
        "factor": f"{sampling.factor:f}",
        "encoding": ENCODING,
    }


def encode(deviations: Vector) -> str:
    """Return numbers as the base64 of little-endian floats of four bytes.

    >>> encode((1.0, -2.0))
    'AACAPwAAAMA='
    """
    return b64encode(struct.pack(f"<{len(deviations)}f", *deviations)).decode()


def decode(text: str, count: int) -> Vector:
    """Return *count* numbers from their text.

    Raises:
        ValueError: it is no base64, or holds another number of them, or one that is not finite.
    """
    try:
        content = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not base64") from None
    if len(content) != 4 * count:
        held = f"{len(content) // 4} numbers" if len(content) % 4 == 0 else f"{len(content)} bytes"
        raise ValueError(f"holds {held}, not {count} numbers of four bytes")
    values: Vector = struct.unpack(f"<{count}f", content)
    if not all(map(isfinite, values)):
        raise ValueError("holds a number that is not finite")
    return values
