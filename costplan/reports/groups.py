"""Scenarios of one folder answer one question: each folder is compared by itself."""

from collections.abc import Callable, Sequence
from pathlib import PurePath

from costplan.model.estimate import Estimate


def groups_of(estimates: Sequence[Estimate]) -> dict[str, list[Estimate]]:
    """Return the estimates by the folder their scenario stands in, in the order in which folders appear."""
    groups: dict[str, list[Estimate]] = {}
    for estimate in estimates:
        where = estimate.scenario.where
        folder = PurePath(where.path).parent.as_posix() if where else "."
        groups.setdefault(folder, []).append(estimate)
    return groups


def render_groups(
    estimates: Sequence[Estimate], render: Callable[[Sequence[Estimate]], str], heading: Callable[[str], str]
) -> str:
    """Return what *render* makes of each folder's estimates, under headings where there are several folders."""
    groups = groups_of(estimates)
    if len(groups) <= 1:
        return render(estimates)
    return "\n\n\n".join(f"{heading(folder)}\n\n{render(group)}" for folder, group in groups.items())


def underlined(folder: str) -> str:
    """Return a plain-text heading."""
    return f"{folder}\n{'=' * len(folder)}"
