"""A seeded generator of CloudTrail log files that knows the truth about what it wrote.

    truth = write_logs(Population(seed=7, days=14), directory)
    truth.total(category="Data", event_name="PutObject")

It shares no code with the package under test, so that neither can hide the other's mistake.
"""

from .layout import LOG_BUCKET
from .population import Mix, Population
from .records import Shape
from .reserved import account_ids, is_reserved_account, is_reserved_address, scan_text
from .truth import EventKey, FileStats, Resource, Tally, Truth
from .writing import LogFile, iter_files, write_logs

__all__ = [
    "LOG_BUCKET",
    "EventKey",
    "FileStats",
    "LogFile",
    "Mix",
    "Population",
    "Resource",
    "Shape",
    "Tally",
    "Truth",
    "account_ids",
    "is_reserved_account",
    "is_reserved_address",
    "iter_files",
    "scan_text",
    "write_logs",
]
