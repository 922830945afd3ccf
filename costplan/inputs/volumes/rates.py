"""Rates that people type: ``40M/month``, ``120/s``, ``2.5k/day``."""

import re
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from costplan.model.numbers import exact_arithmetic, round_once
from costplan.model.volumes import HOURS_PER_MONTH

_MULTIPLES = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}
_SECONDS = {
    "s": 1,
    "second": 1,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
    "week": 604800,
    "month": int(HOURS_PER_MONTH) * 3600,
}
_PATTERN = rf"^[0-9]{{1,18}}(\.[0-9]{{1,9}})?[kKMGBT]?/({'|'.join(_SECONDS)})$(?!\n)"
_RATE = re.compile(rf"([0-9]{{1,18}}(?:\.[0-9]{{1,9}})?)([kKMGBT]?)/({'|'.join(_SECONDS)})\Z")
_SHARE = re.compile(r"([+-]?[0-9]{1,9}(?:\.[0-9]{1,9})?)%\Z")

RATE_WORDS = "a rate such as 40M/month, 120/s or 5k/h (k, M or B; s, min, h, day, week or month)"
SHARE_WORDS = "a share such as 30%"

Rate = Annotated[str, Meta(pattern=_PATTERN, description=RATE_WORDS)] | Literal[0]
"""A rate in a file.  A number without a unit is refused, but for 0: nobody knows per what it is."""
Share = Annotated[str, Meta(pattern=r"^[+-]?[0-9]{1,9}(\.[0-9]{1,9})?%$(?!\n)", description=SHARE_WORDS)] | Literal[0]


def parse_rate(text: str | int) -> Decimal:
    """Return a rate as events in a month of 730 hours, rounded once to 6 decimals.

    >>> parse_rate("120/s")  # × 3600 × 730
    Decimal('315360000.000000')

    Raises:
        ValueError: *text* is not a rate; the message says what one is.
    """
    if text == 0:
        return Decimal("0.000000")
    match = _RATE.match(str(text))
    if match is None:
        raise ValueError(f"expected {RATE_WORDS}")
    number, multiple, unit = match.groups()
    with exact_arithmetic():
        per_second_units = Decimal(number) * _MULTIPLES[multiple] * _SECONDS["month"]
        return round_once(per_second_units / _SECONDS[unit])


def parse_share(text: str | int) -> Decimal:
    """Return a percentage as a fraction.

    >>> parse_share("2.5%")
    Decimal('0.025')

    Raises:
        ValueError: *text* is not a percentage.
    """
    if text == 0:
        return Decimal(0)
    match = _SHARE.match(str(text))
    if match is None:
        raise ValueError(f"expected {SHARE_WORDS}")
    return Decimal(match.group(1)) / 100


_BYTES = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,9})?) ?([kKMGT]?)(i?)B\Z")
BYTES_WORDS = "a size such as 2GB, 500MB or 1.5TiB"


def parse_bytes(text: str) -> int:
    """Return a size in bytes, rounded down: kB, MB, GB and TB are powers of 1,000, KiB and so on of 1,024.

    >>> parse_bytes("2GB"), parse_bytes("1.5KiB")
    (2000000000, 1536)

    Raises:
        ValueError: *text* is no size; the message says what one is.
    """
    match = _BYTES.match(text)
    if match is None:
        raise ValueError(f"expected {BYTES_WORDS}")
    number, multiple, is_binary = match.groups()
    power = "kMGT".index(multiple.replace("K", "k")) + 1 if multiple else 0
    return int(Decimal(number) * (1024 if is_binary else 1000) ** power)
