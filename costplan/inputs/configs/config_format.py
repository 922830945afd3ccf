"""What a configuration format is, and what reading a configuration gives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from costplan.inputs.documents import Document
from costplan.model.problems import Problem
from costplan.model.recorders import Recorder


@dataclass(frozen=True, slots=True)
class Configuration:
    """The recorders of a configuration, in the order of its files.

    set_aside: files, or parts of them, that hold no recorder, each with the reason.
    """

    recorders: tuple[Recorder, ...]
    set_aside: tuple[Problem, ...] = ()


ReadFrom = Callable[[Path], Configuration]
"""Reads a configuration that another names."""

ReadDocuments = Callable[[Sequence[Document], list[Problem], ReadFrom], Configuration]


@dataclass(frozen=True, slots=True)
class ConfigFormat:
    """One way to write down trails and event data stores.

    recognises: by content, never by the file's name.
    read: all files of the format at once, since one answer of an API describes a trail and another its selectors.
    """

    name: str
    description: str
    recognises: Callable[[Document], bool]
    read: ReadDocuments
