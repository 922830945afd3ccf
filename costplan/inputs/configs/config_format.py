"""What a configuration format is, and what reading a configuration gives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from costplan.inputs.documents import Document
from costplan.model.problems import Problem
from costplan.model.recorders import Recorder


@dataclass(frozen=True, slots=True)
class Configuration:
    """The recorders of a configuration, in the order of its files.

    set_aside: files, or parts of them, that hold no recorder, each with the reason.
    replaced: recorders as they are before a plan is applied, whatever becomes of them; not those that it only forgets,
    which stay.
    shows_before: whether it says what was there before; past_problems: what is wrong with that, which only matters to
    whoever compares.
    """

    recorders: tuple[Recorder, ...]
    set_aside: tuple[Problem, ...] = ()
    replaced: tuple[Recorder, ...] = ()
    shows_before: bool = False
    past_problems: tuple[Problem, ...] = ()


def together(configurations: Iterable[Configuration]) -> Configuration:
    """Return several configurations as one, in their order."""
    found = tuple(configurations)
    return Configuration(
        tuple(recorder for one in found for recorder in one.recorders),
        tuple(problem for one in found for problem in one.set_aside),
        tuple(recorder for one in found for recorder in one.replaced),
        any(one.shows_before for one in found),
        tuple(problem for one in found for problem in one.past_problems),
    )


@dataclass(frozen=True, slots=True)
class Given:
    """What a caller says of configurations that they do not say themselves.

    parameters: values of the parameters of CloudFormation templates, also of pseudo parameters such as ``AWS::Region``.
    form: the name of the format that everything is to be read as; ``None``: whatever it is.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    form: str | None = None


ReadFrom = Callable[[Path, Given], Configuration]
"""Reads a configuration that another names."""

ReadDocuments = Callable[[Sequence[Document], list[Problem], ReadFrom, Given], Configuration]


@dataclass(frozen=True, slots=True)
class ConfigFormat:
    """One way to write down trails and event data stores.

    recognises: by content, never by the file's name.
    reader: loads what reads all files of the format at once, since one answer of an API describes a trail and another
        its selectors.
    """

    name: str
    description: str
    recognises: Callable[[Document], bool]
    reader: Callable[[], ReadDocuments]
