"""Terraform's language as text, in the form that ``terraform fmt`` gives it.

From the pages "Strings and Templates" and "Style Conventions" of Terraform's documentation.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_WIDTH = 120
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile(r'[\\"\n\r\t]|[$%](?=\{)|[^\x20-\x7e]')


@dataclass(frozen=True, slots=True)
class Expression:
    """A reference or another expression, written as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its type and labels, its arguments, then the blocks within it."""

    type: str
    labels: tuple[str, ...] = ()
    arguments: tuple[tuple[str, Any], ...] = ()
    blocks: tuple["Block", ...] = ()


def quoted(text: str) -> str:
    r"""Return a text as a string of the language, of which nothing is a template or another character.

    >>> print(quoted('a "${b}" %{c}' + "\n"))
    "a \"$${b}\" %%{c}\n"
    """
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character in "$%":
        return character * 2
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def render_blocks(blocks: Sequence[Block]) -> str:
    """Return blocks as text, an empty line between them."""
    return "\n".join("".join(f"{line}\n" for line in _lines(block, "")) for block in blocks)


def _lines(block: Block, indent: str) -> Iterator[str]:
    labels = "".join(f" {quoted(label)}" for label in block.labels)
    head = f"{indent}{block.type}{labels} {{"
    if not block.arguments and not block.blocks:
        yield f"{head}}}"
        return
    yield head
    inner = f"{indent}  "
    yield from _arguments(block.arguments, inner)
    for number, one in enumerate(block.blocks):
        if block.arguments or number:
            yield ""
        yield from _lines(one, inner)
    yield f"{indent}}}"


def _arguments(arguments: Sequence[tuple[str, Any]], indent: str) -> Iterator[str]:
    """Yield arguments with their equals signs below each other, as far as each is one line."""
    run: list[tuple[str, str]] = []
    for name, value in arguments:
        first, *others = _value(value, indent, len(name))
        if not others:
            run.append((name, first))
            continue
        yield from _aligned(run, indent)
        run.clear()
        yield f"{indent}{name} = {first}"
        yield from others
    yield from _aligned(run, indent)


def _aligned(run: Sequence[tuple[str, str]], indent: str) -> Iterator[str]:
    width = max((len(name) for name, _ in run), default=0)
    for name, value in run:
        yield f"{indent}{name:<{width}} = {value}"


def _value(value: Any, indent: str, taken: int) -> list[str]:
    """Return the lines of a value; a list that is too long for one line has one for each of its elements."""
    match value:
        case Expression():
            return [value.text]
        case bool():
            return ["true" if value else "false"]
        case int():
            return [str(value)]
        case dict():
            return ["{", *_arguments(tuple(value.items()), f"{indent}  "), f"{indent}}}"]
        case list():
            items = [_value(item, indent, 0)[0] for item in value]
            line = f"[{', '.join(items)}]"
            # Room for the longest name that it may be aligned with.
            if len(indent) + max(taken, 30) + 3 + len(line) <= _WIDTH or not items:
                return [line]
            return ["[", *(f"{indent}  {item}," for item in items), f"{indent}]"]
        case _:
            return [quoted(str(value))]
