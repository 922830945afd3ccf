"""Know what AWS CloudTrail will cost before it costs.

The library's verbs, loaded when first used:

>>> from costplan import estimate
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from costplan.model.estimate import Estimate
    from costplan.model.problems import BadInputError, CostplanError, Problem, UsageError
    from costplan.model.verdicts import CheckReport
    from costplan.model.volumes import Volumes
    from costplan.workflows.access_logs import measure_access_logs
    from costplan.workflows.bill import BillResult, measure_bill, measure_cost_explorer
    from costplan.workflows.calibrate import CalibrateResult, calibrate_volumes
    from costplan.workflows.check import CheckResult, check
    from costplan.workflows.comment import CommentResult, post_comment
    from costplan.workflows.diff import DiffResult, diff
    from costplan.workflows.estimate import EstimateResult, estimate
    from costplan.workflows.lint import LintResult, lint_trails
    from costplan.workflows.lookup import lookup_events
    from costplan.workflows.match import MatchResult, match
    from costplan.workflows.measure import MeasureResult, measure_logs, read_volumes, write_volumes
    from costplan.workflows.merge import MergeResult, merge_volumes
    from costplan.workflows.metrics import measure_metrics
    from costplan.workflows.pull import PullResult, pull_trails
    from costplan.workflows.shortlist import ShortlistResult, shortlist
    from costplan.workflows.show import price_books, read_trails
    from costplan.workflows.what_if import WhatIfResult, change_volumes

_HOME = {
    "BadInputError": "costplan.model.problems",
    "BillResult": "costplan.workflows.bill",
    "CalibrateResult": "costplan.workflows.calibrate",
    "CheckReport": "costplan.model.verdicts",
    "CheckResult": "costplan.workflows.check",
    "CommentResult": "costplan.workflows.comment",
    "CostplanError": "costplan.model.problems",
    "DiffResult": "costplan.workflows.diff",
    "Estimate": "costplan.model.estimate",
    "EstimateResult": "costplan.workflows.estimate",
    "LintResult": "costplan.workflows.lint",
    "MatchResult": "costplan.workflows.match",
    "MeasureResult": "costplan.workflows.measure",
    "MergeResult": "costplan.workflows.merge",
    "Problem": "costplan.model.problems",
    "PullResult": "costplan.workflows.pull",
    "ShortlistResult": "costplan.workflows.shortlist",
    "UsageError": "costplan.model.problems",
    "Volumes": "costplan.model.volumes",
    "WhatIfResult": "costplan.workflows.what_if",
    "calibrate_volumes": "costplan.workflows.calibrate",
    "change_volumes": "costplan.workflows.what_if",
    "check": "costplan.workflows.check",
    "diff": "costplan.workflows.diff",
    "estimate": "costplan.workflows.estimate",
    "lint_trails": "costplan.workflows.lint",
    "lookup_events": "costplan.workflows.lookup",
    "match": "costplan.workflows.match",
    "measure_access_logs": "costplan.workflows.access_logs",
    "measure_bill": "costplan.workflows.bill",
    "measure_cost_explorer": "costplan.workflows.bill",
    "measure_logs": "costplan.workflows.measure",
    "merge_volumes": "costplan.workflows.merge",
    "measure_metrics": "costplan.workflows.metrics",
    "post_comment": "costplan.workflows.comment",
    "price_books": "costplan.workflows.show",
    "pull_trails": "costplan.workflows.pull",
    "read_trails": "costplan.workflows.show",
    "read_volumes": "costplan.workflows.measure",
    "shortlist": "costplan.workflows.shortlist",
    "write_volumes": "costplan.workflows.measure",
}

__version__ = "0.1.0"
__all__ = [
    "BadInputError",
    "BillResult",
    "CalibrateResult",
    "CheckReport",
    "CheckResult",
    "CommentResult",
    "CostplanError",
    "DiffResult",
    "Estimate",
    "EstimateResult",
    "LintResult",
    "MatchResult",
    "MeasureResult",
    "MergeResult",
    "Problem",
    "PullResult",
    "ShortlistResult",
    "UsageError",
    "Volumes",
    "WhatIfResult",
    "calibrate_volumes",
    "change_volumes",
    "check",
    "diff",
    "estimate",
    "lint_trails",
    "lookup_events",
    "match",
    "measure_access_logs",
    "measure_bill",
    "measure_cost_explorer",
    "measure_logs",
    "measure_metrics",
    "merge_volumes",
    "post_comment",
    "price_books",
    "pull_trails",
    "read_trails",
    "read_volumes",
    "shortlist",
    "write_volumes",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that ``costplan --help`` stays quick."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
