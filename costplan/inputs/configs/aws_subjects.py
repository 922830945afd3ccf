"""Which answers of CloudTrail's API speak of which trail or event data store.

Most answers name an ARN.  Others name a trail by its name only, or not at all, as a logging status does: they belong to
a trail of the account whose folder they are in, to the one that their place, file or folder names, or to the only one
around.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from costplan.inputs.configs.aws_answers import Answer
from costplan.inputs.configs.aws_commands import RECORDERS, SURROUNDINGS, Piece
from costplan.inputs.configs.aws_facts import Facts, merge_facts, read_store_facts, read_trail_facts
from costplan.model.problems import Problem

_NO_PARTS = (*RECORDERS, *SURROUNDINGS, Piece.NOTHING, Piece.PAGE, Piece.CHANNEL)


@dataclass(slots=True)
class Subject:
    """A trail or event data store, and the answers about it.

    parts: its selectors, Insights, status and event configuration.
    is_broken: something about its identity is wrong, so nothing more is read of it.
    undescribed: the answer that failed to describe it, where no other did.
    """

    facts: Facts
    is_trail: bool
    described_by: list[Answer]
    parts: dict[Piece, list[Answer]] = field(default_factory=dict)
    is_broken: bool = False
    undescribed: Answer | None = None

    @property
    def title(self) -> str:
        """What to call it in a problem."""
        return f"{'trail' if self.is_trail else 'event data store'} {self.facts.name}"

    def is_called(self, name: str | None) -> bool:
        """Whether *name* is its ARN, the end of it, or its name."""
        arn = self.facts.arn
        return name is not None and (name in (arn, self.facts.name) or (arn or "").endswith(f"/{name}"))

    def is_seen_from(self, account: str) -> bool:
        """Whether an account has it, or sees it as the shadow of an organization's (R69)."""
        return account == self.facts.account or any(answer.account == account for answer in self.described_by)

    def answers(self, piece: Piece) -> list[Answer]:
        """Return the answers about one part of it: of its own account where there are any, else of those that see it.

        An error counts only where nobody else has an answer.
        """
        told = self.parts.get(piece, [])
        told = [answer for answer in told if answer.error is None] or told
        return [answer for answer in told if answer.account in (None, self.facts.account)] or told


def find_subjects(answers: Sequence[Answer], problems: list[Problem]) -> list[Subject]:
    """Return one subject for each ARN that some answer describes, or failed to describe."""
    described: dict[tuple[object, ...], list[tuple[Facts, Answer]]] = {}
    for answer in answers:
        if answer.piece in RECORDERS and answer.error is None:
            read = read_trail_facts if answer.piece is Piece.TRAIL else read_store_facts
            facts = read(answer, problems)
            described.setdefault((answer.piece, *facts.identity), []).append((facts, answer))
    failures = [answer for answer in answers if answer.piece in RECORDERS and answer.error is not None]
    subjects = []
    for found in _one_each(list(described.values())):
        merged = merge_facts([facts for facts, _ in found], problems)
        subject = Subject(merged, found[0][1].piece is Piece.TRAIL, [answer for _, answer in found])
        subject.is_broken = not merged.is_sound
        if merged.is_sound and not (merged.describes or any(answer.is_of_describing_call for _, answer in found)):
            _settle_undescribed(subject, failures, problems)
        subjects.append(subject)
    return [*subjects, *_known_by_arn(failures, subjects)]


def _one_each(groups: list[list[tuple[Facts, Answer]]]) -> Iterator[list[tuple[Facts, Answer]]]:
    """Join what names no ARN with the one thing of that name that has one."""
    with_arn = [group for group in groups if group[0][0].arn]
    for group in groups:
        facts, answer = group[0]
        if facts.arn:
            continue
        same = [
            other
            for other in with_arn
            if other[0][1].piece is answer.piece
            and other[0][0].name == facts.name
            and facts.home_region in (None, other[0][0].home_region)
            and facts.account in (None, other[0][0].account)
        ]
        if len(same) == 1:
            same[0].extend(group)
        else:
            with_arn.append(group)
    # In the order of the files.
    return (group for group in groups if any(group is kept for kept in with_arn))


def _settle_undescribed(subject: Subject, failures: Iterable[Answer], problems: list[Problem]) -> None:
    piece = Piece.TRAIL if subject.is_trail else Piece.STORE
    call = "describe-trails" if subject.is_trail else "get-event-data-store"
    for answer in failures:
        # Whoever lists names could list them; whoever describes could not.
        is_about_all = answer.of is None and answer.command not in ("list-trails", "list-event-data-stores")
        is_near = any(answer.account == listed.account for listed in subject.described_by)
        if answer.piece is piece and (subject.is_called(answer.of) or (is_about_all and is_near)):
            subject.undescribed = answer
            return
    subject.is_broken = True
    problems.append(
        subject.facts.problem(
            f"{subject.title} is only listed, not described", f"add the output of aws cloudtrail {call}"
        )
    )


def _known_by_arn(failures: Iterable[Answer], subjects: Sequence[Subject]) -> Iterator[Subject]:
    """Yield what exists, since somebody asked for it by its ARN, though nobody could find out what it is like."""
    seen: set[str] = set()
    for answer in failures:
        arn, is_trail = answer.of or "", answer.piece is Piece.TRAIL
        word, key = (":trail/", "TrailARN") if is_trail else (":eventdatastore/", "EventDataStoreArn")
        if word in arn and arn not in seen and not any(subject.is_called(arn) for subject in subjects):
            seen.add(arn)
            yield Subject(Facts({key: arn}, answer), is_trail, [answer], undescribed=answer)


def join_answers(
    subjects: Sequence[Subject], answers: Iterable[Answer], problems: list[Problem], set_aside: list[Problem]
) -> Iterator[Answer]:
    """Give each answer about a recorder to the recorder it is about; yield those that belong to none.

    An error that belongs to none goes to *set_aside*: no answer is missing there that a recorder needs.
    """
    for answer in answers:
        if answer.piece in _NO_PARTS:
            continue
        found = [] if answer.is_of_listing_call else _about(answer, subjects)
        if len(found) == 1 and answer.piece is not Piece.ANYTHING:
            found[0].parts.setdefault(answer.piece, []).append(answer)
        elif answer.error is not None:
            set_aside.append(_lost_error(answer))
        else:
            problems.append(_orphan(answer, is_ambiguous=len(found) > 1, is_alone=not subjects))
            yield answer


def failed_listings(answers: Iterable[Answer], subjects: Sequence[Subject]) -> Iterator[Problem]:
    """Yield what nobody could list or describe, and of which nothing else is known either."""
    for answer in answers:
        if answer.error is None or any(subject.undescribed is answer for subject in subjects):
            continue
        if answer.piece is Piece.CHANNEL:
            what = f"{answer.failure}: what the channel takes is not known, and channels are not counted (R78)"
            yield answer.document.problem(answer.at, what, "nothing needs to be done")
        elif answer.piece in RECORDERS and not any(subject.is_called(answer.of) for subject in subjects):
            things = "trails" if answer.piece is Piece.TRAIL else "event data stores"
            what = f"{answer.failure}: whether there are other {things} is not known"
            yield answer.document.problem(answer.at, what, _allow(answer))


def _allow(answer: Answer) -> str:
    return f"allow {answer.command or 'the call'}, and repeat it"


def _lost_error(answer: Answer) -> Problem:
    of = f" of {answer.subject}" if answer.subject else ""
    call = f" in the place of an answer of {answer.command}{of}" if answer.command else ", not an answer"
    hint = "repeat the call, or name the call and the trail in the file's name"
    return answer.document.problem(answer.at, f"holds an error of the API ({answer.error}){call}", hint)


def _orphan(answer: Answer, *, is_ambiguous: bool, is_alone: bool) -> Problem:
    """Return why an answer belongs to no recorder; *is_alone*: there are none."""
    path = Path(answer.document.path)
    about = f" of {answer.subject}" if answer.subject else ""
    hint = "add the output of aws cloudtrail describe-trails"
    if answer.subject and is_ambiguous:
        why, hint = ", a name that several have", "name it by its ARN, or put the file into its account's folder"
    elif answer.subject:
        why = ", but no answer here describes that trail"
    elif is_alone:
        why = ", but no trail is described here"
    else:
        why = ", but does not say which trail it is about"
        hint = f"put the trail's name into the file's name: {path.stem}-NAME{path.suffix}"
    return answer.document.problem(answer.at, f"holds the {answer.piece.value}{about}{why}", hint)


def _about(answer: Answer, subjects: Sequence[Subject]) -> list[Subject]:
    """Return the recorders that an answer can be about: by ARN, name, file name, or as the only one around."""
    name = answer.subject
    by_arn = [subject for subject in subjects if name is not None and subject.facts.arn == name]
    if by_arn:
        return by_arn
    if answer.account is not None:
        subjects = [subject for subject in subjects if subject.is_seen_from(answer.account)]
    if name is not None:
        found = [subject for subject in subjects if subject.is_called(name.rpartition("/")[2] if ":" in name else name)]
        if ":" in name:
            # What has no ARN of its own is what that ARN means, if the name is the same.
            found = [subject for subject in found if subject.facts.arn is None]
        own = [subject for subject in found if answer.account is not None and subject.facts.account == answer.account]
        found = own or found
        return found if len(found) < 2 else nearest(answer.document.path, found)
    trails = [subject for subject in subjects if subject.is_trail]
    by_file = named_by_file(answer.document.path, {subject.facts.name for subject in trails})
    if by_file is not None:
        trails = [subject for subject in trails if subject.facts.name == by_file]
    return nearest(answer.document.path, trails)


def nearest(path_text: str, subjects: Sequence[Subject]) -> list[Subject]:
    """Return those that an answer of the same file describes, else of the same folder, else all."""
    path = Path(path_text)
    places = [(subject, [Path(answer.document.path) for answer in subject.described_by]) for subject in subjects]
    in_file = [subject for subject, files in places if path in files]
    in_folder = [subject for subject, files in places if any(file.parent == path.parent for file in files)]
    return in_file or in_folder or list(subjects)


def named_by_file(path_text: str, names: Iterable[str]) -> str | None:
    """Return the longest of *names* that is a whole part of a file's name, else the one that is its folder's name."""
    path = Path(path_text)
    found = [name for name in names if _names(path.stem, name)] or [name for name in names if name == path.parent.name]
    return max(found, key=len, default=None)


def _names(stem: str, name: str) -> bool:
    """Whether *name* is a whole part of a file's name."""
    before, found, after = stem.partition(name)
    return bool(found) and not before[-1:].isalnum() and not after[:1].isalnum()
