"""What is said about a configuration that is legal: a finding, with where it is and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from costplan.model.problems import Location


class Severity(StrEnum):
    """How bad a finding is.

    error: the configuration cannot mean what it says.  warning: it is almost surely not meant.  info: good to know.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    code, name: of the rule; neither ever changes its meaning.
    where: the selector or recorder it is about; ``None`` where no file was read.
    recorder: its label, unique among the recorders that were looked at.
    related: other places that take part in it.
    """

    code: str
    name: str
    severity: Severity
    where: Location | None
    recorder: str
    message: str
    hint: str = ""
    related: tuple[Location, ...] = ()

    def __str__(self) -> str:
        place = self.where or self.recorder
        return f"{place}: {self.code} {self.name}: {self.message}" + (f" — {self.hint}" if self.hint else "")
