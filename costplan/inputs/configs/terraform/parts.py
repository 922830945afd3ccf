"""The parts of a document that should be mappings and lists, and a problem wherever one is something else."""

import re
from collections.abc import Iterator
from typing import Any

from costplan.inputs.documents import At, Document, show_path
from costplan.inputs.shapes import kind_of
from costplan.model.problems import Problem

LONGEST_NAME = 120
"""Characters of a name in a message; addresses in a hostile file may be of any length."""

_HINT = "give the file as Terraform wrote it"


def shorten(name: str) -> str:
    """Return *name* as one line that fits into a message."""
    name = re.sub(r"\s+", " ", name)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


class Parts:
    """Reads one document; what has another shape is told once, and is empty."""

    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self.document = document
        self._problems = problems
        self._told: set[tuple[At, str]] = set()

    def report(self, at: At, what: str, hint: str = _HINT) -> None:
        """Add a problem with the value at *at*, the first time that it is said."""
        if (at, what) not in self._told:
            self._told.add((at, what))
            self._problems.append(self.document.problem(at, what, hint))

    def mapping(self, value: Any, at: At) -> dict[str, Any]:
        """Return a mapping; what is left out is an empty one."""
        if isinstance(value, dict):
            return value
        if value is not None:
            self._refuse(value, at, "a mapping")
        return {}

    def listed(self, value: Any, at: At) -> list[Any]:
        """Return a list; what is left out is an empty one."""
        if isinstance(value, list):
            return value
        if value is not None:
            self._refuse(value, at, "a list")
        return []

    def mappings(self, value: Any, at: At) -> Iterator[tuple[At, dict[str, Any]]]:
        """Yield the mappings of a list, each with its place."""
        for index, item in enumerate(self.listed(value, at)):
            if isinstance(item, dict):
                yield (*at, index), item
            else:
                self._refuse(item, (*at, index), "a mapping")

    def _refuse(self, value: Any, at: At, shape: str) -> None:
        self.report(at, f"{shorten(show_path(at))}: must be {shape}, not {kind_of(value)}")
