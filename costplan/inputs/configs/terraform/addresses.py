"""Addresses of resources and references to them, step by step.

``module.logs["a"].aws_s3_bucket.this[0].id`` is ``module``, ``logs``, ``["a"]``, ``aws_s3_bucket``, ``this``, ``[0]``,
``id``: an index is a step of its own, as it is written.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

LONGEST_ADDRESS = 2000

_STEP = re.compile(r'\.?([^.\[\]"]+)|\[("(?:[^"\\]|\\.)*"|[^"\]]*)\]')


@dataclass(frozen=True, slots=True)
class ModulePath:
    """The way from the root module to a module's instance: the names of the calls, each with its index or ``""``."""

    calls: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return ".".join(f"module.{name}{index}" for name, index in self.calls)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the calls: which module it is, whichever instance."""
        return tuple(name for name, _ in self.calls)

    @property
    def parent(self) -> "ModulePath":
        """The module that calls this one."""
        return ModulePath(self.calls[:-1])

    def child(self, name: str, index: str) -> "ModulePath":
        """Return an instance of a module that this one calls."""
        return ModulePath((*self.calls, (name, index)))

    def prefixed(self, name: str) -> str:
        """Return a name within this module as it is seen from the root module."""
        return f"{self}.{name}" if self.calls else name


ROOT = ModulePath()


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a resource's address, and what follows it in a reference.

    rest: the steps to an attribute.
    """

    module: ModulePath
    mode: str
    type: str
    name: str
    index: str = ""
    rest: tuple[str, ...] = ()


def split_steps(text: str) -> tuple[str, ...]:
    """Return the steps of an address; none where it is no address.

    >>> split_steps('aws_s3_bucket.logs["a.b"].arn')
    ('aws_s3_bucket', 'logs', '["a.b"]', 'arn')
    """
    steps = []
    end = 0
    while end < len(text):
        match = _STEP.match(text, end)
        if match is None or len(text) > LONGEST_ADDRESS:
            return ()
        steps.append(match[1] if match[1] is not None else f"[{match[2]}]")
        end = match.end()
    return tuple(steps)


def split_modules(steps: tuple[str, ...]) -> tuple[ModulePath, tuple[str, ...]]:
    """Return the module that *steps* lead through, and the steps within it.

    >>> path, rest = split_modules(("module", "logs", "[0]", "aws_s3_bucket", "this"))
    >>> str(path), rest
    ('module.logs[0]', ('aws_s3_bucket', 'this'))
    """
    calls = []
    at = 0
    while at + 1 < len(steps) and steps[at] == "module":
        is_indexed = at + 2 < len(steps) and steps[at + 2].startswith("[")
        calls.append((steps[at + 1], steps[at + 2] if is_indexed else ""))
        at += 3 if is_indexed else 2
    return ModulePath(tuple(calls)), steps[at:]


# Each instance of a plan is named on both sides of its change, in the prior state and by what refers to it.
@lru_cache(maxsize=4096)
def parse_address(text: str) -> Address | None:
    """Return the parts of a resource's address, or of a reference to one; ``None`` where it is neither.

    >>> parse_address("data.aws_region.here.name")
    Address(module=ModulePath(calls=()), mode='data', type='aws_region', name='here', index='', rest=('name',))
    """
    module, steps = split_modules(split_steps(text))
    mode = "managed"
    if steps[:1] in (("data",), ("ephemeral",)):
        mode, steps = steps[0], steps[1:]
    if len(steps) < 2 or steps[0].startswith("[") or steps[1].startswith("["):
        return None
    index = steps[2] if len(steps) > 2 and steps[2].startswith("[") else ""
    return Address(module, mode, steps[0], steps[1], index, steps[3:] if index else steps[2:])


def index_text(index: object) -> str:
    """Return the index of an instance as it stands in its address.

    >>> index_text(0), index_text("a"), index_text(None)
    ('[0]', '["a"]', '')
    """
    if isinstance(index, str):
        quoted = index.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'["{quoted}"]'
    return f"[{index}]" if isinstance(index, int) and not isinstance(index, bool) else ""
