"""Which answers of CloudTrail's API speak of which trail or event data store.

Most answers name an ARN.  A logging status does not: it belongs to the trail that its place, its file or its folder
names, or to the only one around.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from costplan.inputs.configs.aws_answers import Answer, Piece
from costplan.inputs.configs.aws_facts import Facts, merge_facts, read_store_facts, read_trail_facts
from costplan.model.problems import Problem

_RECORDERS = (Piece.TRAIL, Piece.STORE)


@dataclass(slots=True)
class Subject:
    """A trail or event data store, and the answers about it.

    parts: its selectors, Insights, status and event configuration.
    is_broken: something about its identity is wrong, so nothing more is read of it.
    """

    facts: Facts
    is_trail: bool
    described_by: list[Answer]
    parts: dict[Piece, list[Answer]] = field(default_factory=dict)
    is_broken: bool = False

    @property
    def title(self) -> str:
        """What to call it in a problem."""
        return f"{'trail' if self.is_trail else 'event data store'} {self.facts.name}"


def find_subjects(answers: Iterable[Answer], problems: list[Problem]) -> list[Subject]:
    """Return one subject for each ARN that some answer describes."""
    described: dict[tuple[Piece, tuple[str | None, ...]], list[tuple[Facts, Answer]]] = {}
    for answer in answers:
        if answer.piece in _RECORDERS:
            read = read_trail_facts if answer.piece is Piece.TRAIL else read_store_facts
            facts = read(answer, problems)
            described.setdefault((answer.piece, facts.identity), []).append((facts, answer))
    subjects = []
    for (piece, _), found in described.items():
        merged = merge_facts([facts for facts, _ in found], problems)
        subject = Subject(merged, piece is Piece.TRAIL, [answer for _, answer in found])
        subject.is_broken = not merged.is_sound
        is_described = merged.describes or any(answer.is_of_describing_call for _, answer in found)
        if merged.is_sound and not is_described:
            subject.is_broken = True
            call = "describe-trails" if subject.is_trail else "get-event-data-store"
            problems.append(
                merged.problem(
                    f"{subject.title} is only listed, not described", f"add the output of aws cloudtrail {call}"
                )
            )
        subjects.append(subject)
    return subjects


def join_answers(subjects: Sequence[Subject], answers: Iterable[Answer], problems: list[Problem]) -> Iterator[Answer]:
    """Give each answer about a recorder to the recorder it is about; yield those that belong to none."""
    for answer in answers:
        if answer.piece in (*_RECORDERS, Piece.NOTHING):
            continue
        found = _about(answer, subjects)
        if len(found) == 1:
            found[0].parts.setdefault(answer.piece, []).append(answer)
            continue
        path = Path(answer.document.path)
        about = f" of {answer.subject}" if answer.subject else ""
        what = f"holds the {answer.piece.value}{about}"
        if not subjects or answer.subject:
            what += (
                ", but no answer here describes that trail" if answer.subject else ", but no trail is described here"
            )
            hint = "add the output of aws cloudtrail describe-trails"
        else:
            what += ", but does not say which trail it is about"
            hint = f"put the trail's name into the file's name: {path.stem}-NAME{path.suffix}"
        problems.append(answer.document.problem(answer.at, what, hint))
        yield answer


def _about(answer: Answer, subjects: Sequence[Subject]) -> list[Subject]:
    """Return the recorders that an answer can be about: by ARN, name, file name, or as the only one around."""
    if answer.subject is not None:
        return [s for s in subjects if answer.subject in (s.facts.arn, s.facts.name)]
    trails = [subject for subject in subjects if subject.is_trail]
    path = Path(answer.document.path)
    named = [s for s in trails if _names(path.stem, s.facts.name)] or [
        s for s in trails if s.facts.name == path.parent.name
    ]
    if named:
        longest = max(len(subject.facts.name) for subject in named)
        return [subject for subject in named if len(subject.facts.name) == longest]
    for scope in (lambda p: p == path, lambda p: p.parent == path.parent, lambda _: True):
        near = [s for s in trails if any(scope(Path(d.document.path)) for d in s.described_by)]
        if near:
            return near
    return []


def _names(stem: str, name: str) -> bool:
    """Whether *name* is a whole part of a file's name."""
    before, found, after = stem.partition(name)
    return bool(found) and not before[-1:].isalnum() and not after[:1].isalnum()
