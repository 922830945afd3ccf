"""Check trail configurations: what the API would refuse, and what is surely not meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from costplan.advice.findings import Finding, Severity
from costplan.advice.lint import lint
from costplan.advice.refusals import refusals
from costplan.inputs.configs import read_config
from costplan.inputs.prices import read_regions
from costplan.model.problems import BadInputError, Problem
from costplan.workflows.given import NO_PARAMETERS, given_of


@dataclass(frozen=True, slots=True)
class LintResult:
    """What was found in configurations, in their order.

    refusals: what the CloudTrail API would not accept; findings: legal, but almost surely not meant.
    """

    findings: tuple[Finding, ...]
    refusals: tuple[Problem, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing has to be changed: notes are no faults."""
        return not self.refusals and all(finding.severity is Severity.INFO for finding in self.findings)


def lint_trails(
    paths: Sequence[Path], *, parameters: Mapping[str, str] = NO_PARAMETERS, form: str | None = None
) -> LintResult:
    """Return what is wrong with each configuration by itself: alternatives beside each other are no second copies.

    parameters, form: as for ``show_trails``.

    Raises:
        BadInputError: a configuration that cannot be read; the problems of all of them.
        UsageError: there is no such format.
    """
    given, regions = given_of(parameters, form), read_regions()
    findings: list[Finding] = []
    refused: list[Problem] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            recorders = read_config(path, given)
        except BadInputError as error:
            problems += error.problems
            continue
        findings += lint(recorders, regions)
        refused += (problem for recorder in recorders for problem in refusals(recorder))
    if problems:
        raise BadInputError(problems)
    return LintResult(tuple(findings), tuple(refused))
