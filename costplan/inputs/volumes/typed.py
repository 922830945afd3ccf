"""Volumes typed on the command line: ``management=40M/month,s3-writes=12M/month``."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from costplan.inputs.shapes import suggest
from costplan.inputs.volumes.rates import RATE_WORDS, parse_rate
from costplan.inputs.volumes.shorthand import KMS, NOT_KMS, SHORT_TYPES, typed_resource, volume_row
from costplan.model.events import EventCategory, EventKey
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.unknown import UNKNOWN, Flag
from costplan.model.volumes import VolumeRow, Volumes

_SPLITS: Mapping[str, Flag] = {"": UNKNOWN, "-reads": True, "-writes": False}
_SPLIT_TYPES = ("s3", "dynamodb")

TYPED_KEYS = (
    "management",
    "management-reads",
    "management-writes",
    "kms",
    *(f"{name}{split}" for name in _SPLIT_TYPES for split in _SPLITS),
    "lambda",
    "sns",
    "sqs",
    "network",
)
"""What can be typed.  ``kms`` are reads beside the management events, which then hold none of KMS."""


def parse_typed(text: str, account: str, region: str) -> Volumes:
    """Return the volumes that ``KEY=RATE,…`` states; they cover everything there is.

    Raises:
        BadInputError: every key that is not known, every rate that is none.
    """
    where = Location("--typed")
    problems: list[Problem] = []
    rates: dict[str, Decimal] = {}
    for part in text.split(","):
        key, equals, rate = (piece.strip() for piece in part.partition("="))
        if not key and not equals:
            problems.append(Problem(where, "an empty entry", "write KEY=RATE,KEY=RATE"))
        elif key not in TYPED_KEYS:
            suggestion = suggest(key, TYPED_KEYS)
            hint = f'did you mean "{suggestion}"?' if suggestion else "known keys: " + ", ".join(TYPED_KEYS)
            problems.append(Problem(where, f'unknown key "{key}"', hint))
        elif key in rates:
            problems.append(Problem(where, f"{key} is given twice", "keep one"))
        else:
            rates[key] = Decimal(0)
            try:
                rates[key] = parse_rate(rate)
            except ValueError:
                problems.append(Problem(where, f'{key}: "{rate}" is no rate', f"write {RATE_WORDS}"))
    problems += _contradictions(where, rates)
    if problems:
        raise BadInputError(problems)
    rows = tuple(typed_row(key, rate, account, region, has_kms="kms" in rates) for key, rate in rates.items())
    return Volumes(rows=rows, covers_all=True, where=where)


def _contradictions(where: Location, rates: Mapping[str, Decimal]) -> list[Problem]:
    """Report each total that stands beside its own parts, which may be in it or not."""
    return [
        Problem(where, f"{key} stands beside its reads or writes", f"give {key} alone, or {key}-reads and {key}-writes")
        for key in ("management", *_SPLIT_TYPES)
        if key in rates and (f"{key}-reads" in rates or f"{key}-writes" in rates)
    ]


def typed_row(
    key: str, rate: Decimal, account: str, region: str, *, name: str | None = None, has_kms: bool = False
) -> VolumeRow:
    """Return the row of one of ``TYPED_KEYS``.

    name: of the one bucket, function, table, topic or queue that it is about.
    has_kms: whether the management events of KMS stand in a row of their own.
    """
    kind, _, split = key.partition("-")
    read_only = _SPLITS[f"-{split}" if split else ""]
    if kind == "network":
        return volume_row(EventKey(account, region, EventCategory.NETWORK_ACTIVITY, read_only=None), rate)
    if kind in SHORT_TYPES:
        short = SHORT_TYPES[kind]
        resource = typed_resource(short, name, account, region)
        data = EventKey(account, region, EventCategory.DATA, short.event_source, read_only=read_only)
        return volume_row(replace(data, resources=(resource,)), rate)
    management = EventKey(account, region, EventCategory.MANAGEMENT, read_only=read_only)
    if kind == "kms":
        return volume_row(replace(management, event_source=KMS, read_only=True), rate)
    return volume_row(replace(management, event_source=NOT_KMS) if has_kms else management, rate)
