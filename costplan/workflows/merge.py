"""Merge volumes: several files as one, with nothing counted twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from costplan.engine.merging import Merged, Overlap, merge, overlaps
from costplan.inputs.volumes.volumes_file import read_volumes
from costplan.model.problems import BadInputError, Location, Problem, UsageError
from costplan.model.volumes import Coverage, Volumes

_PARTS_NAMED = 3


@dataclass(frozen=True, slots=True)
class MergeResult:
    """Merged volumes.

    paths: in the order in which they go before each other; what was dropped is told by position in it.
    """

    merged: Merged
    paths: tuple[Path, ...]

    @property
    def volumes(self) -> Volumes:
        """The volumes."""
        return self.merged.volumes


def read_each_volumes(paths: Iterable[Path]) -> tuple[Volumes, ...]:
    """Return the volumes in each file.

    Raises:
        BadInputError: the problems of all of them; also a sample that does not say how it was drawn, whose intervals
            no file could keep.
    """
    read: list[Volumes] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            volumes = read_volumes(path)
        except BadInputError as error:
            problems += error.problems
            continue
        if volumes.is_sampled and volumes.sampling is None:
            what = "has replicates but does not say how it was sampled, so that no other file could hold its intervals"
            problems.append(Problem(Location(str(path)), what, "sample the logs again"))
        read.append(volumes)
    if problems:
        raise BadInputError(problems)
    return tuple(read)


def merge_volumes(paths: Sequence[Path], *, prefer: Sequence[Path] = ()) -> MergeResult:
    """Return the volumes of several files as one.

    prefer: of *paths*, those that go before the others, and before each other in this order, wherever two hold the
        same events; without it such an overlap is an error.

    Raises:
        BadInputError: every problem of the files; overlaps.
        UsageError: fewer than two files, or *prefer* names another one.
    """
    paths, prefer = [Path(path) for path in paths], [Path(path) for path in prefer]
    if len(paths) < 2:
        raise UsageError("merging takes two files or more")
    for path in prefer:
        if path not in paths:
            raise UsageError(f"--prefer {path}: is none of the files to merge")
    again = {path for path in paths if paths.count(path) > 1}
    if again:
        raise UsageError(f"{', '.join(map(str, sorted(again)))}: named twice, and nothing counts twice")
    ordered = (*dict.fromkeys(prefer), *(path for path in paths if path not in prefer))
    sources = read_each_volumes(ordered)
    problems = list(_overlap_problems(overlaps(sources), ordered, len(set(prefer))))
    if problems:
        raise BadInputError(problems)
    return MergeResult(merge(sources), ordered)


def _overlap_problems(found: Iterable[Overlap], paths: Sequence[Path], preferred: int) -> Iterable[Problem]:
    """Yield a problem for each two files, account, Region and category that overlap with no preference."""
    together: dict[tuple[int, int, str, str, str], list[Coverage]] = {}
    for one in found:
        if one.first >= preferred:
            part = one.part
            key = (one.first, one.second, part.account, part.region, part.category.value)
            together.setdefault(key, []).append(part)
    for (first, second, account, region, category), parts in together.items():
        words = list(dict.fromkeys(_words(part) for part in parts))
        named = ", ".join(words[:_PARTS_NAMED])
        more = f" and {len(words) - _PARTS_NAMED} more" if len(words) > _PARTS_NAMED else ""
        what = f"holds {category} events of {account} in {region} that {paths[first]} holds too: {named}{more}"
        hint = f"--prefer {paths[first]} keeps its own where both have some; logs of two periods: count them together"
        yield Problem(Location(str(paths[second])), what, hint)


def _words(part: Coverage) -> str:
    """Return a part of what a source covers, in words."""
    texts = [part.event_source, part.resource_type, part.container]
    named = [text for text in texts if text]
    if part.read_only is not None:
        named.append("reads" if part.read_only else "writes")
    if part.fields:
        named.append("narrowed by " + ", ".join(field.field for field in part.fields))
    return " ".join(named) or "all of them"
