"""Reports: estimates, volumes, prices and configurations as text.  Nothing here opens a file or prints.

A family of formats is an enum that ends in ``assert_never``, so that no member can be left without a branch.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

if TYPE_CHECKING:
    from datetime import date
    from pathlib import PurePath

    from costplan.engine.shortlist import Shortlist
    from costplan.model.changes import Diff
    from costplan.model.estimate import Estimate
    from costplan.model.prices import Price
    from costplan.model.recorders import Recorder
    from costplan.model.verdicts import CheckReport


class EstimateFormat(StrEnum):
    """How an estimate is written; the value is the word after ``--format``."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    FOCUS = "focus"
    AWS_CALCULATOR = "aws-calculator"


class TrailsFormat(StrEnum):
    """How configurations are shown; the value is the word after ``--format``."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


class Dimension(StrEnum):
    """What costs are broken down by; the value is the word after ``--by``."""

    ACCOUNT = "account"
    REGION = "region"
    RECORDER = "recorder"
    METER = "meter"
    RESOURCE = "resource"
    PRINCIPAL = "principal"
    MONTH = "month"


NEEDS_DETAIL = frozenset({Dimension.RESOURCE, Dimension.PRINCIPAL})
"""The dimensions that an estimate must be told to keep apart."""


class VolumeDimension(StrEnum):
    """What volumes are broken down by; the value is the word after ``--by``."""

    ACCOUNT = "account"
    REGION = "region"
    CATEGORY = "category"
    READ_WRITE = "read-write"
    SOURCE = "source"
    EVENT = "event"
    RESOURCE_TYPE = "resource-type"
    RESOURCE = "resource"
    PRINCIPAL = "principal"


def render_estimates(
    estimates: "Sequence[Estimate]",
    form: EstimateFormat,
    *,
    width: int = 100,
    by: Sequence[Dimension] = (),
    top: int | None = None,
    explains: bool = False,
    start: "date | None" = None,
) -> str:
    """Return the estimates in one of the formats.

    width: of the page, for tables.
    by, top: break the last month down, or all months, instead of comparing kinds of charges, in so many rows.
    explains: add the arithmetic of every charge.
    start: a day of the calendar month that month 1 is, for formats with dates of scenarios that do not say it.
    """
    # Imported where they are used: the list of formats is wanted by --help, the libraries that write them are not.
    match form:
        case EstimateFormat.TABLE:
            from costplan.reports.estimate_table import render_table_of
            from costplan.reports.explain import render_explanation
            from costplan.reports.groups import render_groups, underlined

            def text(group: "Sequence[Estimate]") -> str:
                table = render_table_of(group, width, by, top, is_explained=explains)
                return f"{table}\n\n\n{render_explanation(group, width)}" if explains else table

            return render_groups(estimates, text, underlined)
        case EstimateFormat.JSON:
            from costplan.reports.estimate_json import render_json

            return render_json(estimates, by)
        case EstimateFormat.CSV:
            from costplan.reports.estimate_csv import render_csv

            return render_csv(estimates, by)
        case EstimateFormat.MARKDOWN:
            from costplan.reports.estimate_markdown import escape, render_markdown
            from costplan.reports.groups import render_groups

            return render_groups(
                estimates, lambda group: render_markdown(group, by, top), lambda folder: f"## {escape(folder)}"
            )
        case EstimateFormat.FOCUS:
            from costplan.reports.estimate_focus import render_focus

            if start is None:
                raise ValueError("a format with dates needs a day of the month that the projection starts in")
            return render_focus(estimates, start)
        case EstimateFormat.AWS_CALCULATOR:
            from costplan.reports.estimate_aws_calculator import render_aws_calculator

            return render_aws_calculator(estimates)
        case _:
            assert_never(form)


def render_recorders(recorders: "Sequence[Recorder]", form: TrailsFormat, width: int = 80) -> str:
    """Return trails and event data stores in one of the formats; *width* is that of the page, for tables."""
    match form:
        case TrailsFormat.TABLE:
            from costplan.reports.trails_table import render_trails

            return render_trails(recorders, width)
        case TrailsFormat.JSON:
            from costplan.reports.trails_json import render_trails_json

            return render_trails_json(recorders)
        case TrailsFormat.YAML:
            from costplan.reports.trails_yaml import render_trails_yaml

            return render_trails_yaml(recorders)
        case _:
            assert_never(form)


class ShortlistFormat(StrEnum):
    """How a shortlist is written; the value is the word after ``--format``."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    YAML = "yaml"


def render_shortlist_as(
    shortlist: "Shortlist",
    prices: "Sequence[tuple[str, Price]]",
    form: ShortlistFormat,
    *,
    width: int = 100,
    top: int | None = None,
    select: int | None = None,
) -> str:
    """Return a shortlist in one of the formats.

    width, top: of the table; select: for how many of the first candidates YAML has selectors, all by default.
    """
    match form:
        case ShortlistFormat.TABLE:
            from costplan.reports.shortlist_table import render_shortlist

            return render_shortlist(shortlist, prices, width, top)
        case ShortlistFormat.JSON:
            from costplan.reports.shortlist_rows import render_shortlist_json

            return render_shortlist_json(shortlist, prices)
        case ShortlistFormat.CSV:
            from costplan.reports.shortlist_rows import render_shortlist_csv

            return render_shortlist_csv(shortlist)
        case ShortlistFormat.YAML:
            from costplan.reports.shortlist_rows import render_selectors

            return render_selectors(shortlist.named[:select], writes_only=shortlist.writes_only)
        case _:
            assert_never(form)


class DiffFormat(StrEnum):
    """How a diff is written; the value is the word after ``--format``."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class CheckFormat(StrEnum):
    """How a check is written; the value is the word after ``--format``, or before the file of ``--report``."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    GITHUB_SUMMARY = "github-summary"
    JUNIT = "junit"
    SARIF = "sarif"
    GITLAB = "gitlab"


COMMENT_NAME = "costplan"
"""What a Markdown comment is called in the hidden line by which it is found again, unless it is called otherwise."""


def render_diffs(
    diffs: "Sequence[Diff]", form: DiffFormat, *, width: int = 100, comment_name: str = COMMENT_NAME
) -> str:
    """Return the diffs in one of the formats.

    width: of the page, for tables.
    comment_name: of a Markdown comment; several of one pull request are told apart by it.

    Raises:
        UsageError: a comment cannot be called so.
    """
    match form:
        case DiffFormat.TABLE:
            from costplan.reports.diffs.diff_table import render_diff_tables

            return render_diff_tables(diffs, width)
        case DiffFormat.JSON:
            from costplan.reports.diffs.diff_json import render_diff_json

            return render_diff_json(diffs)
        case DiffFormat.MARKDOWN:
            from costplan.reports.diffs.diff_markdown import render_diff_markdown

            return render_diff_markdown(diffs, tag_name=comment_name)
        case _:
            assert_never(form)


def render_check(
    report: "CheckReport",
    form: CheckFormat,
    *,
    width: int = 100,
    root: "PurePath | None" = None,
    folder: "PurePath | None" = None,
    comment_name: str = COMMENT_NAME,
) -> str:
    """Return a check in one of the formats.

    width: of the page, for the table.
    root: the folder of the repository: services want files relative to it.
    folder: where relative paths start, the root unless it is given; both are absolute.
    comment_name: of a Markdown comment; several of one pull request are told apart by it.

    Raises:
        UsageError: a comment cannot be called so.
    """
    from costplan.reports.checks.places import Checkout

    checkout = Checkout(root, folder)
    match form:
        case CheckFormat.TABLE:
            from costplan.reports.checks.check_table import render_check_table

            return render_check_table(report, width)
        case CheckFormat.JSON:
            from costplan.reports.checks.check_json import render_check_json

            return render_check_json(report, checkout)
        case CheckFormat.MARKDOWN:
            from costplan.reports.checks.check_markdown import render_check_markdown

            return render_check_markdown(report, checkout, tag_name=comment_name)
        case CheckFormat.GITHUB:
            from costplan.reports.checks.github import render_annotations

            return render_annotations(report, checkout)
        case CheckFormat.GITHUB_SUMMARY:
            from costplan.reports.checks.check_markdown import render_step_summary

            return render_step_summary(report, checkout)
        case CheckFormat.JUNIT:
            from costplan.reports.checks.junit import render_junit

            return render_junit(report, checkout)
        case CheckFormat.SARIF:
            from costplan.reports.checks.sarif import render_sarif

            return render_sarif(report, checkout)
        case CheckFormat.GITLAB:
            from costplan.reports.checks.gitlab import render_code_quality

            return render_code_quality(report, checkout)
        case _:
            assert_never(form)
