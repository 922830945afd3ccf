"""Changes worked out by hand: ``tests/data/changes/``, one folder each, with the arithmetic beside the figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "data" / "changes"
VOLUMES = FOLDER / "volumes.yaml"

Moved = tuple[str, str, str | None, str | None, str | None, Decimal]
"""Recorder, category, event source, resource type and container; events a month."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A change as it is expected: *change* holds the fields that the arithmetic is about."""

    change: Mapping[str, str]
    in_order: Decimal
    alone: Decimal
    recorded: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A charge before and after: its quantity (``None`` on both sides: not worked out) and its list cost."""

    id: str
    quantity_before: Decimal | None
    quantity_after: Decimal | None
    before: Decimal | None
    after: Decimal | None

    @property
    def meter(self) -> str:
        """What is counted, by name."""
        return self.id.split("/")[1]

    @property
    def cost(self) -> Decimal:
        """How much more it costs."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a change comes to: dollars of the last month, unrounded.

    possible: what a second copy that nobody can see would cost; limit: one that can then not be told.
    """

    before: Decimal
    after: Decimal
    difference: Decimal
    causes: tuple[Cause, ...]
    together: Decimal
    charges: tuple[ChargeRow, ...]
    renamed: Mapping[str, str]
    possible: Decimal | None
    limit: Decimal | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A change in one form: two files, or a plan (*before* is ``None``), which holds both sides."""

    name: str
    before: Path | None
    after: Path
    options: Mapping[str, Any]
    expected: Expected


def read_pairs(file: Path) -> Iterator[Pair]:
    """Yield the change that an ``expected.yaml`` works out, in each of its forms."""
    folder, value = file.parent, yaml.safe_load(file.read_text(encoding="utf-8"))
    expected = _expected(value)
    about = folder.name + file.stem.removeprefix("expected")
    for form in value["forms"]:
        options = {key: each for key, each in (value["options"] | form).items() if key not in ("before", "after")}
        if "estate" in options:
            options["estate"] = folder / options["estate"]
        before = None if form["before"] is None else folder / form["before"]
        yield Pair(f"{about}/{form['after']}", before, folder / form["after"], options, expected)


def all_pairs() -> tuple[Pair, ...]:
    """Return every change in every form, by name."""
    return tuple(pair for file in sorted(FOLDER.glob("*/expected*.yaml")) for pair in read_pairs(file))


def _expected(value: Mapping[str, Any]) -> Expected:
    return Expected(
        before=Decimal(value["before"]),
        after=Decimal(value["after"]),
        difference=Decimal(value["difference"]),
        causes=tuple(
            Cause(
                each["change"],
                Decimal(each["in_order"]),
                Decimal(each["alone"]),
                tuple((*row[:-1], Decimal(row[-1])) for row in each["recorded"]),
            )
            for each in value["causes"]
        ),
        together=Decimal(value["together"]),
        charges=tuple(
            ChargeRow(row[0], *(None if each is None else Decimal(each) for each in row[1:]))
            for row in value["charges"]
        ),
        renamed=value.get("renamed", {}),
        possible=_amount(value.get("possible_second_copy")),
        limit=_amount(value.get("limit_that_cannot_be_told")),
    )


def _amount(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)
