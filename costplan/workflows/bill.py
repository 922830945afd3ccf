"""Take event volumes from a bill: what AWS counted already, for billing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from costplan.inputs.account.session import Access
from costplan.inputs.configs import read_config
from costplan.inputs.measuring import Fee, read_fees
from costplan.inputs.volumes.bill.cost_explorer import (
    SERVICE_NAMES,
    Asked,
    ask_cost_explorer,
    policy_text,
)
from costplan.inputs.volumes.bill.files import read_bill
from costplan.inputs.volumes.bill.recorded import covered_by
from costplan.inputs.volumes.bill.tally import BillTally
from costplan.inputs.volumes.bill.usage_types import USAGE_TYPES, BilledService
from costplan.inputs.volumes.bill.volumes import bill_volumes, observed_period
from costplan.inputs.volumes.volumes_file import write_volumes
from costplan.model.problems import Problem, UsageError
from costplan.model.progress import Progress
from costplan.model.volumes import Volumes
from costplan.workflows.measure import TOLERATED_UNREADABLE_SHARE

__all__ = [
    "Access",
    "Asking",
    "BillResult",
    "BilledService",
    "last_month",
    "measure_bill",
    "measure_cost_explorer",
    "policy_text",
    "write_volumes",
]

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, slots=True)
class Asking:
    """What asking Cost Explorer costs before it is asked.

    requests: at least so many; each further page of answers is one more.
    price_per_request: in USD.
    """

    start: date
    end: date
    requests: int
    price_per_request: Decimal


@dataclass(frozen=True, slots=True)
class BillResult:
    """Volumes from a bill, what was wrong with it, and whether that forbids relying on them.

    unknown: lines that may be of events and that nobody understood, each a sentence.
    exit_code: 0, or 3 when nothing was readable, too much was not, or a file that was named was bad.
    requests: what Cost Explorer was asked, in pages that each cost something; 0 for files.
    is_estimated: AWS still counts the last days.
    """

    volumes: Volumes
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...]
    exit_code: int
    requests: int = 0
    is_estimated: bool = False


def measure_bill(
    paths: Sequence[str | Path],
    *,
    month: str | None = None,
    only: BilledService | None = None,
    recorded_by: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> BillResult:
    """Return the event volumes that Cost and Usage Reports or FOCUS files tell of: files, and folders of their parts.

    month: this one alone, such as ``2026-10``; by default the average of all there are.
    only: the lines of one service; those of the other are set aside.
    recorded_by: the configuration of the trails of that time, which says what the management events cover.
    progress: called with the files done, and all of them.

    Raises:
        BadInputError: a path or a configuration that cannot be used, a bill that is there twice, a month that is not.
        UsageError: *month* is none.
    """
    if month is not None and not _MONTH.match(month):
        raise UsageError(f"--month {month} is no month: write it as 2026-10")
    trails = read_config(recorded_by) if recorded_by else ()
    tell = None if progress is None else lambda done, every: progress(Progress(done, every))
    reading = read_bill(paths, only, tell)
    tally = reading.tally
    if not tally.months:
        # Not one line: whatever was wrong is said, and nothing else is known.
        empty = Volumes((), kind="bill")
        return BillResult(empty, reading.problems, (), 3)
    volumes, unplaced = covered_by(bill_volumes(tally, month), trails, observed_period(tally, month))
    bytes_bad = Decimal(reading.bytes_unreadable) > TOLERATED_UNREADABLE_SHARE * reading.bytes
    is_bad = reading.is_named_bad or bytes_bad or _too_many_bad(tally)
    return BillResult(volumes, (*reading.problems, *unplaced), _unknown(tally), 3 if is_bad else 0)


def measure_cost_explorer(
    start: date,
    end: date,
    *,
    only: BilledService | None = None,
    recorded_by: Path | None = None,
    access: Access | None = None,
    announce: Callable[[Asking], None] | None = None,
) -> BillResult:
    """Return the event volumes that Cost Explorer tells of, from *start* to *end*, which is not included.

    only: ask about one service.
    recorded_by: as for ``measure_bill``.
    access: how AWS is reached.
    announce: called with what asking costs, before anything is asked; it may raise.

    Raises:
        BadInputError: AWS cannot be asked, or has nothing of that time; a configuration that cannot be used.
        UsageError: *end* is not after *start*.
    """
    if start >= end:
        raise UsageError(f"--end {end} is not after --start {start}: the last day is not included")
    trails = read_config(recorded_by) if recorded_by else ()
    if announce is not None:
        price = read_fees()[Fee.COST_EXPLORER_REQUEST].unit_price
        announce(Asking(start, end, len(SERVICE_NAMES) if only is None else 1, price))
    asked: Asked = ask_cost_explorer(start, end, access or Access(), only)
    volumes, unplaced = covered_by(bill_volumes(asked.tally), trails, observed_period(asked.tally))
    code = 3 if _too_many_bad(asked.tally) else 0
    return BillResult(volumes, unplaced, _unknown(asked.tally), code, asked.requests, asked.is_estimated)


def last_month(today: date | None = None) -> tuple[date, date]:
    """Return the first day of the last whole month, and of the one after it.

    >>> last_month(date(2026, 1, 15))
    (datetime.date(2025, 12, 1), datetime.date(2026, 1, 1))
    """
    end = (today or datetime.now(UTC).date()).replace(day=1)
    return (end - timedelta(days=1)).replace(day=1), end


def _too_many_bad(tally: BillTally) -> bool:
    return Decimal(tally.unreadable) > TOLERATED_UNREADABLE_SHARE * tally.lines


def _unknown(tally: BillTally) -> tuple[str, ...]:
    """Return a sentence for everything on the bill that may be of events and is not counted."""
    sentences = []
    for (usage_type, why), (lines, amount) in sorted(tally.not_understood.items()):
        of_lines = f"{lines:,} {'line' if lines == 1 else 'lines'}"
        sentences.append(f"{usage_type}: {amount.normalize():f} in {of_lines}: {why}")
    names = {key.name for key in tally.amounts if not key.operation}
    if "Requests-Tier3" in names:
        text = USAGE_TYPES["Requests-Tier3"].text
        sentences.append(f"Requests-Tier3 ({text}): how many of them are calls of RestoreObject is on no bill")
    return tuple(sentences)
