"""A check as Markdown: the change in one sentence with what is broken, then why; what holds is folded away."""

from collections.abc import Iterator, Sequence

from costplan.model.estimate import Estimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.verdicts import CheckReport
from costplan.reports import COMMENT_NAME
from costplan.reports.amounts import plural, total_of
from costplan.reports.checks.places import Checkout, Placed, placed
from costplan.reports.checks.verdict_words import Standing, counts, sentence, standing_of, subject_words
from costplan.reports.diffs.diff_markdown import MOST_SCENARIOS, amount_text, headline, sections_of, shown_name
from costplan.reports.estimate_markdown import escape
from costplan.reports.markdown_page import (
    COMMENT_SIZE,
    SUMMARY_SIZE,
    Section,
    list_section,
    render_page,
    table_section,
    tag,
)

_HEADERS = ("", "Rule", "Of", "Finding")
_BAD = (Standing.BROKEN, Standing.COULD_NOT_TELL, Standing.WARNING)


def render_check_markdown(
    report: CheckReport, checkout: Checkout, *, tag_name: str = COMMENT_NAME, size: int = COMMENT_SIZE
) -> str:
    """Return a check as a comment of at most *size* bytes, which can be found again by *tag_name*."""
    return _render(report, checkout, size, tag(tag_name))


def render_step_summary(report: CheckReport, checkout: Checkout) -> str:
    """Return a check as the summary of a step of a GitHub workflow."""
    return _render(report, checkout, SUMMARY_SIZE, "")


@exact_arithmetic()
def _render(report: CheckReport, checkout: Checkout, size: int, first: str) -> str:
    found = placed(report, checkout)
    said = escape(counts(report.verdicts))
    if report.diffs:
        line = f"{headline(report.diffs)}, {said}"
    elif report.estimates:
        line = f"{_costs(report.estimates)}, {said}"
    else:
        line = f"**CloudTrail**: {said}"
    return render_page(line, tuple(_sections(report, found)), size, first)


def _costs(estimates: Sequence[Estimate]) -> str:
    """Return what each scenario costs in its last month."""
    if len(estimates) == 1:
        (estimate,) = estimates
        is_discounted = bool(estimate.scenario.discounts)
        paid = f" (after discounts {_cost(estimate, is_net=True)})" if is_discounted else ""
        return f"**CloudTrail: {_cost(estimate)} a month**{paid}"
    parts = [f"{shown_name(estimate.name)} {_cost(estimate)}" for estimate in estimates[:MOST_SCENARIOS]]
    more = [f"{len(estimates) - MOST_SCENARIOS} more"] if len(estimates) > MOST_SCENARIOS else []
    return f"**CloudTrail, a month: {', '.join([*parts, *more])}**"


def _cost(estimate: Estimate, *, is_net: bool = False) -> str:
    cost = estimate.last.net_cost if is_net else estimate.last.list_cost
    return amount_text(total_of(cost, is_lower_bound=estimate.is_lower_bound))


def _sections(report: CheckReport, found: Sequence[Placed]) -> Iterator[Section]:
    bad, accepted, passed = (_rows(found, which) for which in (_BAD, (Standing.ACCEPTED,), (Standing.PASSED,)))
    if bad:
        yield table_section(_HEADERS, bad)
    if report.notes:
        yield list_section(report.notes)
    yield from sections_of(report.diffs)
    if accepted:
        yield table_section(_HEADERS, accepted, title=f"{plural(len(accepted), 'finding')} accepted", is_folded=True)
    if passed:
        title = f"{plural(len(passed), 'rule')} {'holds' if len(passed) == 1 else 'hold'}"
        yield table_section(_HEADERS, passed, title=title, is_folded=True)


def _rows(found: Sequence[Placed], which: Sequence[Standing]) -> list[tuple[str, ...]]:
    chosen = [each for each in found if standing_of(each.verdict) in which]
    return [_row(each) for each in sorted(chosen, key=lambda each: standing_of(each.verdict))]


def _row(each: Placed) -> tuple[str, ...]:
    verdict = each.verdict
    standing = standing_of(verdict)
    word = f"**{standing.word}**" if standing in _BAD else standing.word
    place = f" ({each.path}{'' if each.line is None else f':{each.line}'})" if verdict.where else ""
    return (word, escape(verdict.rule), escape(subject_words(verdict)), escape(sentence(verdict) + place))
