"""Which pull request a job belongs to, and with which token it speaks, as the variables of its environment say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from costplan.inputs.forges.connection import Token, is_printable
from costplan.model.problems import Location, Problem


@dataclass(frozen=True, slots=True)
class Named:
    """What the command line names itself, instead of the environment.

    repository: OWNER/NAME of GitHub, or the path or id of a project of GitLab; pull: the number of a pull or merge
    request; api_url: the address of the API.
    """

    repository: str | None = None
    pull: int | None = None
    api_url: str | None = None


@dataclass(frozen=True, slots=True)
class Variables:
    """Environment variables, and what is wrong with those that were asked for."""

    environment: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return a variable, empty where it is not set."""
        return self.environment.get(name, "").strip()

    def needed(self, name: str, hint: str) -> str:
        """Return a variable that must be set; a problem where it is not."""
        text = self.text(name)
        if not text:
            self.problems.append(Problem(Location(name), "is not set", hint))
        return text

    def token(self, name: str, hint: str, header: str, scheme: str = "") -> Token:
        """Return the secret in a variable; a problem where it is none."""
        text = self.needed(name, hint)
        if text and not is_printable(text):
            what = "holds characters that no token has, such as spaces"
            self.problems.append(Problem(Location(name), what, "set it to the token, and nothing else"))
        return Token(text, header, scheme)


def number_in(text: str) -> int:
    """Return the number of a pull request; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
