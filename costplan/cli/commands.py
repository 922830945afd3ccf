"""The commands of the program, each loaded when it is called, or when all of them are listed.

A command brings its options, and nobody who calls one should wait until those of all are read.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = ("estimate", "diff", "check", "init", "match", "comment", "schema", "volumes", "trails", "prices")
"""In the order in which they are listed; each is a module of this room."""


class LoadedCommands(Mapping[str, Any]):
    """Commands by name: a module's function of its own name, or its ``app`` where it holds several commands."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return _load(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@cache
def _load(name: str) -> Any:
    module = import_module(f"costplan.cli.{name}")
    holder = typer.Typer(add_completion=False, rich_markup_mode=None)
    # Or one command alone would be the holder itself.
    holder.callback()(lambda: None)
    if hasattr(module, "app"):
        holder.add_typer(module.app, name=name)
    else:
        holder.command(name, epilog=module.EXAMPLES)(getattr(module, name))
    return typer.main.get_command(holder).commands[name]  # type: ignore[attr-defined]


class Program(TyperGroup):
    """The program itself: a group of all commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = LoadedCommands(COMMANDS)
