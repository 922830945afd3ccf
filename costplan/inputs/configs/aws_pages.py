"""Lists that come in pages: whether the rest of each is there."""

from collections.abc import Iterable
from pathlib import Path

from costplan.inputs.configs.aws_answers import Answer
from costplan.inputs.configs.aws_commands import Piece
from costplan.model.problems import Problem


def check_pages(answers: Iterable[Answer], problems: list[Problem]) -> None:
    """Report the pages of a list that go on, where no page of the same list in the same folder ends it.

    A ``NextToken`` does not tell which page it leads to, so one page without a token ends all lists of its name there.
    """
    lists: dict[tuple[Path, str], list[Answer]] = {}
    for answer in answers:
        if answer.piece is Piece.PAGE:
            lists.setdefault((Path(answer.document.path).parent, answer.of or ""), []).append(answer)
    for (_, name), pages in lists.items():
        open_pages = [page for page in pages if page.mapping["NextToken"]]
        if len(open_pages) < len(pages):
            continue
        last = open_pages[-1]
        what = f"{name} goes on: the answer has a NextToken, and no page without one is in this folder"
        hint = "add the rest of the list, or let aws cloudtrail collect it without --max-items and --no-paginate"
        problems.append(last.document.problem((*last.at[:-1], "NextToken"), what, hint))
