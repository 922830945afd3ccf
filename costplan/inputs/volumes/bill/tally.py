"""What the lines of a bill add up to: usage amounts, never numbers of lines.

Sums are kept by what tells one kind of events from another, so memory grows with accounts, Regions and buckets, and
not with lines; and neither the order of lines nor their distribution over files matters.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from costplan.inputs.volumes.bill.columns import USAGE, Columns
from costplan.inputs.volumes.bill.judging import (
    NO_USAGE,
    NOT_UNDERSTOOD,
    OTHER_SERVICES,
    Counted,
    NotUnderstood,
    SetAside,
    Verdict,
    judge,
)
from costplan.inputs.volumes.bill.sketch import Sketch
from costplan.inputs.volumes.bill.usage_types import SERVICE_CODES, BilledService
from costplan.model.numbers import ZERO, exact_arithmetic
from costplan.model.places import is_account

# Bounded, for a single "1e999999999" would fill the memory.
_AMOUNT = re.compile(r"\+?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?\Z")
_DAY = re.compile(r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-[0-9]{2}")
# A bill has some dozens; what has ever new ones is damaged, and judged line by line.
_MOST_VERDICTS = 100_000
_CORRECTION = "Correction"


class BilledKey(NamedTuple):
    """What tells amounts apart.

    month: ``2026-10``; region: a code; name: a usage type without its prefix; resource, operation: empty if unknown.
    """

    month: str
    account: str
    region: str
    name: str
    resource: str
    operation: str


class Span(NamedTuple):
    """The billing period of a payer, and the end of some line's usage, as they are written."""

    payer: str
    month: str
    end: str


@dataclass(slots=True)
class BillTally:
    """Sums of some files of a bill; those of several add up.

    amounts: by key, exact.
    not_understood: by usage type and reason, lines and their amount.
    set_aside: lines by kind; unreadable: lines that cannot be read; lines: all there were.
    spans: of every line of usage, of whatever service.
    starts: by month, its first day, of a month that was asked for from some other day on.
    scenarios: of a file that costplan wrote.
    sketch: of the counted lines, of one file alone: it is not added.
    """

    amounts: dict[BilledKey, Decimal] = field(default_factory=dict)
    not_understood: dict[tuple[str, str], tuple[int, Decimal]] = field(default_factory=dict)
    set_aside: Counter[str] = field(default_factory=Counter)
    spans: set[Span] = field(default_factory=set)
    starts: dict[str, str] = field(default_factory=dict)
    scenarios: set[str] = field(default_factory=set)
    sketch: Sketch = field(default_factory=Sketch, compare=False)
    is_forecast: bool = False
    files: int = 0
    files_unreadable: int = 0
    lines: int = 0
    counted: int = 0
    unreadable: int = 0

    @property
    def months(self) -> frozenset[str]:
        """Every month in which there is usage, of whatever service."""
        return frozenset(span.month for span in self.spans if _DAY.match(f"{span.month}-01"))

    def add(self, other: "BillTally") -> None:
        """Add the sums of other files."""
        with exact_arithmetic():
            for key, amount in other.amounts.items():
                self.amounts[key] = self.amounts.get(key, ZERO) + amount
            for reason, (lines, amount) in other.not_understood.items():
                self._misunderstand(reason, lines, amount)
        self.set_aside += other.set_aside
        self.spans |= other.spans
        self.starts |= other.starts
        self.scenarios |= other.scenarios
        self.is_forecast |= other.is_forecast
        for name in ("files", "files_unreadable", "lines", "counted", "unreadable"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def take(self, key: BilledKey, amount: Decimal) -> None:
        """Count one line."""
        self.amounts[key] = self.amounts.get(key, ZERO) + amount
        self.counted += 1

    def misunderstand(self, usage_type: str, why: str, amount: Decimal) -> None:
        """Take note of one line that may be of events."""
        self._misunderstand((usage_type, why), 1, amount)
        self.set_aside[NOT_UNDERSTOOD] += 1

    def _misunderstand(self, reason: tuple[str, str], lines: int, amount: Decimal) -> None:
        so_far = self.not_understood.get(reason, (0, ZERO))
        self.not_understood[reason] = (so_far[0] + lines, so_far[1] + amount)


def parse_amount(text: str) -> Decimal | None:
    """Return a usage amount exactly as it is written, or ``None`` where it is no number, or below zero.

    >>> parse_amount("1.0E-6"), parse_amount("NaN")
    (Decimal('0.0000010'), None)
    """
    return Decimal(text) if _AMOUNT.match(text) else None


Complain = Callable[[str, str], None]
"""Takes note of a line that cannot be read: what is wrong, and what to do about it."""


@exact_arithmetic()
def tally_rows(
    rows: Iterable[Sequence[str]],
    columns: Columns,
    tally: BillTally,
    complain: Complain,
    only: BilledService | None = None,
) -> None:
    """Add the rows of one file to *tally*.

    only: the other service's lines are set aside.
    """
    services = {name: one for name, one in SERVICE_CODES.items() if only is None or one is only}
    width, product, kind, klass = columns.width, columns.product, columns.kind, columns.klass
    payer, month, end, scenario = columns.payer, columns.month, columns.end, columns.scenario
    verdicts: dict[tuple[str, ...], Verdict] = {}
    lines = others = no_usage = 0
    spans, scenarios = tally.spans, tally.scenarios
    tally.is_forecast |= columns.is_forecast
    for row in rows:
        if not row:
            continue
        lines += 1
        if len(row) != width:
            tally.unreadable += 1
            complain(f"{len(row)} fields, where the header has {width}", "take the file from AWS again")
            continue
        # A column that is not there is this one.
        row = (*row, "")
        if row[kind] != USAGE or row[klass] == _CORRECTION:
            no_usage += 1
            continue
        spans.add(Span(row[payer], row[month][:7], row[end]))
        scenarios.add(row[scenario])
        service = services.get(row[product])
        if service is None:
            others += 1
            continue
        _take_line(row, columns, service, tally, verdicts, complain)
    tally.lines += lines
    tally.set_aside[OTHER_SERVICES] += others
    tally.set_aside[NO_USAGE] += no_usage
    tally.set_aside = +tally.set_aside
    scenarios.discard("")


def _take_line(
    row: Sequence[str],
    columns: Columns,
    service: BilledService,
    tally: BillTally,
    verdicts: dict[tuple[str, ...], Verdict],
    complain: Complain,
) -> None:
    usage_type = row[columns.usage_type]
    asked = (service, usage_type, row[columns.region], row[columns.operation], row[columns.unit])
    verdict = verdicts.get(asked)
    if verdict is None:
        verdict = judge(*asked)
        if len(verdicts) < _MOST_VERDICTS:
            verdicts[asked] = verdict
    if isinstance(verdict, SetAside):
        tally.set_aside[verdict.kind] += 1
        return
    amount = parse_amount(row[columns.amount])
    what = None
    if amount is None:
        what = "the usage amount is no number of 0 or more"
    elif not is_account(row[columns.account]):
        what = "the account is not one of twelve digits"
    elif not _DAY.match(row[columns.month]):
        what = "the billing period is no date"
    if what is not None or amount is None:
        tally.unreadable += 1
        complain(what or "", "take the file from AWS again; a spreadsheet may have changed it")
    elif isinstance(verdict, NotUnderstood):
        tally.misunderstand(usage_type, verdict.why, amount)
    elif isinstance(verdict, Counted):
        key = BilledKey(
            row[columns.month][:7],
            row[columns.account],
            verdict.region,
            verdict.name,
            row[columns.resource],
            verdict.operation,
        )
        tally.take(key, amount)
        # As every format writes it: a bill may lie there as CSV and as Parquet.
        hour = row[columns.end][:13].replace(" ", "T")
        tally.sketch.add((*key, row[columns.payer], hour, str(amount.normalize())))
