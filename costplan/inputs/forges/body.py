"""The text of a comment, and the tag in its first line, by which a forge's comment is found again."""

import re
from dataclasses import dataclass
from pathlib import Path

from costplan.inputs.documents import read_text
from costplan.model.problems import BadInputError, Location, Problem

_TAG = re.compile(r"<!-- costplan: \S[^\r\n]*-->\Z")


@dataclass(frozen=True, slots=True)
class Body:
    """A comment as it will stand on a pull request: Markdown, whose first line is the *tag*, which nobody sees."""

    path: str
    tag: str
    text: str

    def is_in(self, text: object) -> bool:
        """Whether a comment begins with the tag; one that quotes it does not."""
        return isinstance(text, str) and text.partition("\n")[0].rstrip() == self.tag


def read_body(path: Path) -> Body:
    """Read the comment that ``check --format markdown`` or ``diff --format markdown`` wrote.

    Raises:
        BadInputError: it cannot be read, or does not begin with a tag.
    """
    text = read_text(path)
    tag = text.partition("\n")[0].rstrip()
    if not _TAG.match(tag):
        what = "does not begin with the tag by which its comment is found again (<!-- costplan: NAME -->)"
        hint = "name the file that costplan check --report markdown=FILE wrote"
        raise BadInputError([Problem(Location(str(path), 1), what, hint)])
    return Body(str(path), tag, text)
