"""Imports point one way, proved from the syntax trees; and the command line starts without what it does not need."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

PACKAGE = Path(__file__).parent.parent / "costplan"

# Who may import whom.  A room may always import itself.
ALLOWED_ROOMS: dict[str, frozenset[str]] = {
    "cli": frozenset({"workflows", "reports"}),
    "workflows": frozenset({"inputs", "advice", "engine", "model"}),
    "reports": frozenset({"advice", "engine", "model"}),
    "advice": frozenset({"engine", "model"}),
    "engine": frozenset({"model"}),
    "inputs": frozenset({"model"}),
    "model": frozenset(),
}
# Beyond that: the command line catches the errors of the model, whose names are these.
ALLOWED_MODULES: dict[str, frozenset[str]] = {
    "cli": frozenset({"costplan.model.problems"}),
}
# The modules outside of any room.
ALLOWED_TO_TOP: dict[str, frozenset[str]] = {
    "costplan": frozenset({"workflows", "model"}),  # re-exports the public names, on demand
    "costplan.__main__": frozenset({"cli"}),
}

# The AWS SDK takes half a second to import, so even these may import it only inside a function.
AWS_MODULES = frozenset(
    {
        "costplan.inputs.account.session",
        "costplan.inputs.offers.download",
        "costplan.inputs.volumes.logs.buckets.connection",
    }
)
AWS_SDK = frozenset({"boto3", "botocore"})
HOMES = {"typer": "cli", "rich": "cli", "tabulate": "reports"}
# At the top of a cli module; whatever else a command needs is imported by the function that needs it.
CLI_MODULE_LEVEL = frozenset({"typer"})

NOT_NEEDED_FOR_HELP = frozenset({"boto3", "botocore", "yaml", "tabulate"})
LONGEST_MODULE = 400
FEWEST_MODULES = 30


@dataclass(frozen=True)
class Import:
    """One imported name, absolute: ``from costplan.model import events`` imports ``costplan.model.events``."""

    target: str
    line: int
    in_function: bool

    @property
    def top(self) -> str:
        return self.target.partition(".")[0]


# ---- reading ----


def read_modules(package: Path) -> dict[str, Path]:
    """Return every module under *package* by its dotted name."""
    modules = {}
    for path in sorted(package.rglob("*.py")):
        parts = ["costplan", *path.relative_to(package).with_suffix("").parts]
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules


def resolve(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """Return the absolute name of what *node* imports from."""
    if node.level == 0:
        return node.module or ""
    base = module.split(".") if is_package else module.split(".")[:-1]
    base = base[: len(base) - (node.level - 1)]
    return ".".join([*base, node.module] if node.module else base)


def dynamic_target(node: ast.Call) -> str | None:
    """Return what ``import_module`` or ``__import__`` imports, ``?`` if that is computed; else None."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in {"import_module", "__import__"}:
        return None
    argument = node.args[0] if node.args else None
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value if not argument.value.startswith(".") else "?"
    return "?"


def iter_imports(tree: ast.AST, module: str, is_package: bool, in_function: bool = False) -> Iterator[Import]:
    """Yield every import, wherever it stands: at the top, in a function, under TYPE_CHECKING, or as a call."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, in_function) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = resolve(node, module, is_package)
            yield from (Import(f"{source}.{alias.name}", node.lineno, in_function) for alias in node.names)
        elif isinstance(node, ast.Call) and (target := dynamic_target(node)):
            yield Import(target, node.lineno, in_function)
        inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from iter_imports(node, module, is_package, inside)


# ---- judging ----


def judge_own(module: str, target: str) -> str | None:
    """Return what is wrong with *module* importing *target*, both of costplan."""
    room_of = module.split(".")[1] if "." in module else ""
    room = target.split(".")[1] if "." in target else ""
    if module in ALLOWED_TO_TOP:
        return None if room in ALLOWED_TO_TOP[module] else f"{module} may not import {target}"
    if room_of not in ALLOWED_ROOMS:
        return f"{module} is in none of the rooms {', '.join(ALLOWED_ROOMS)}"
    if room == room_of or room in ALLOWED_ROOMS[room_of]:
        return None
    if any(f"{target}.".startswith(f"{named}.") for named in ALLOWED_MODULES.get(room_of, ())):
        return None
    return f"{room_of} may not import {target}"


def judge_foreign(module: str, found: Import, aws_modules: Set[str] = AWS_MODULES) -> str | None:
    """Return what is wrong with *module* importing something that is not of costplan."""
    room = module.split(".")[1] if "." in module else ""
    if found.top in AWS_SDK:
        if module not in aws_modules:
            return f"{module} is not one of the modules that talk to AWS, and imports {found.target}"
        return None if found.in_function else f"{found.target} may be imported only inside a function"
    if HOMES.get(found.top, room) != room:
        return f"only {HOMES[found.top]} may import {found.target}"
    is_light = found.top in sys.stdlib_module_names or found.top in CLI_MODULE_LEVEL
    if room == "cli" and not found.in_function and not is_light:
        return f"a cli module may import {found.target} only inside a function"
    return None


def judge(module: str, found: Import) -> str | None:
    """Return what is wrong with *module* importing what was *found*, if anything."""
    if found.target == "?":
        # Re-exports and commands are loaded on demand; everywhere else a computed import would escape this test.
        return None if module in ("costplan", "costplan.cli.commands") else "a computed import cannot be checked"
    return judge_own(module, found.target) if found.top == "costplan" else judge_foreign(module, found)


def find_violations(package: Path) -> list[str]:
    """Return every forbidden import under *package*, as ``file:line: what``."""
    violations = []
    for module, path in read_modules(package).items():
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        violations += [
            f"{path.relative_to(package)}:{found.line}: {complaint}"
            for found in iter_imports(tree, module, path.name == "__init__.py")
            if (complaint := judge(module, found))
        ]
    return violations


# ---- this package ----


def test_imports_point_one_way() -> None:
    assert find_violations(PACKAGE) == []


def test_the_sweep_sees_the_whole_package() -> None:
    modules = read_modules(PACKAGE)
    imports = [
        found
        for module, path in modules.items()
        for found in iter_imports(ast.parse(path.read_text(encoding="utf-8")), module, path.name == "__init__.py")
    ]

    assert len(modules) > FEWEST_MODULES
    assert len(imports) > FEWEST_MODULES
    assert {path.name for path in PACKAGE.iterdir() if any(path.glob("*.py"))} <= set(ALLOWED_ROOMS)


def test_no_module_is_too_long_to_read() -> None:
    lengths = {name: path.read_text(encoding="utf-8").count("\n") for name, path in read_modules(PACKAGE).items()}

    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_every_module_that_may_talk_to_aws_exists() -> None:
    assert set(read_modules(PACKAGE)) >= AWS_MODULES


def test_help_does_not_load_what_it_does_not_need() -> None:
    assert (PACKAGE / "cli" / "app.py").is_file(), "there is no command line to look at: costplan/cli/app.py"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "costplan", "--help"],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]

    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}

    assert "costplan.cli.app" in loaded
    assert loaded & NOT_NEEDED_FOR_HELP == set()


# ---- the checker itself, on planted violations ----


def plant(package: Path, files: dict[str, str]) -> None:
    """Write a small package: every room, each with one module that does nothing, then *files*."""
    for room in ALLOWED_ROOMS:
        (package / room).mkdir(parents=True)
        (package / room / "__init__.py").touch()
        (package / room / "quiet.py").touch()
    (package / "__init__.py").touch()
    for name, text in files.items():
        (package / name).write_text(dedent(text), encoding="utf-8")


FORBIDDEN = [
    ("engine/bad.py", "import costplan.inputs.quiet", "engine may not import costplan.inputs.quiet"),
    ("engine/bad.py", "import json, costplan.advice", "engine may not import costplan.advice"),
    ("engine/bad.py", "import costplan.reports.quiet as quiet", "engine may not import costplan.reports.quiet"),
    ("engine/bad.py", "from costplan.inputs.quiet import x", "engine may not import costplan.inputs.quiet.x"),
    ("engine/bad.py", "from costplan import inputs", "engine may not import costplan.inputs"),
    ("engine/bad.py", "from costplan import estimate", "engine may not import costplan.estimate"),
    ("engine/bad.py", "import costplan", "engine may not import costplan"),
    ("engine/bad.py", "from ..inputs import quiet", "engine may not import costplan.inputs.quiet"),
    ("engine/bad.py", "from ..inputs.quiet import x", "engine may not import costplan.inputs.quiet.x"),
    ("engine/bad.py", "from .. import inputs", "engine may not import costplan.inputs"),
    ("engine/__init__.py", "from ..inputs import quiet", "engine may not import costplan.inputs.quiet"),
    ("engine/bad.py", "def f():\n    import costplan.cli", "engine may not import costplan.cli"),
    ("engine/bad.py", "async def f():\n    from ..cli import x", "engine may not import costplan.cli.x"),
    (
        "engine/bad.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from costplan.inputs import x",
        "engine may not import costplan.inputs.x",
    ),
    ("engine/bad.py", "try:\n    pass\nexcept OSError:\n    import costplan.cli", "engine may not import costplan.cli"),
    ("engine/bad.py", "x = __import__('costplan.cli')", "engine may not import costplan.cli"),
    (
        "engine/bad.py",
        "import importlib\nimportlib.import_module('costplan.cli')",
        "engine may not import costplan.cli",
    ),
    ("engine/bad.py", "x = __import__(name)", "a computed import cannot be checked"),
    ("inputs/bad.py", "import costplan.engine.quiet", "inputs may not import costplan.engine.quiet"),
    ("inputs/bad.py", "from ..workflows import quiet", "inputs may not import costplan.workflows.quiet"),
    ("model/bad.py", "from costplan.engine import quiet", "model may not import costplan.engine.quiet"),
    ("advice/bad.py", "from costplan.inputs import quiet", "advice may not import costplan.inputs.quiet"),
    ("reports/bad.py", "from costplan.inputs import quiet", "reports may not import costplan.inputs.quiet"),
    ("reports/bad.py", "from costplan.workflows import quiet", "reports may not import costplan.workflows.quiet"),
    ("workflows/bad.py", "from costplan.reports import quiet", "workflows may not import costplan.reports.quiet"),
    ("workflows/bad.py", "from costplan.cli import quiet", "workflows may not import costplan.cli.quiet"),
    ("cli/bad.py", "from costplan.inputs import quiet", "cli may not import costplan.inputs.quiet"),
    ("cli/bad.py", "from costplan.model import events", "cli may not import costplan.model.events"),
    ("cli/bad.py", "import costplan.model.problems_of_others", "cli may not import costplan.model.problems_of_others"),
    ("__init__.py", "from costplan.engine import quiet", "costplan may not import costplan.engine.quiet"),
    ("__main__.py", "import costplan.workflows", "costplan.__main__ may not import costplan.workflows"),
    ("helpers.py", "from costplan.model import x", "costplan.helpers is in none of the rooms"),
    ("inputs/bad.py", "def f():\n    import boto3", "costplan.inputs.bad is not one of the modules that talk to AWS"),
    (
        "inputs/bad.py",
        "from botocore.config import Config",
        "costplan.inputs.bad is not one of the modules that talk to AWS",
    ),
    ("reports/bad.py", "from rich.table import Table", "only cli may import rich.table.Table"),
    ("workflows/bad.py", "def f():\n    import typer", "only cli may import typer"),
    ("cli/bad.py", "def f():\n    import tabulate", "only reports may import tabulate"),
    ("cli/bad.py", "import yaml", "a cli module may import yaml only inside a function"),
    (
        "cli/bad.py",
        "class A:\n    from rich.console import Console",
        "a cli module may import rich.console.Console only inside a function",
    ),
]


@pytest.mark.parametrize(("name", "text", "complaint"), FORBIDDEN, ids=[f"{row[0]}: {row[1]}" for row in FORBIDDEN])
def test_a_planted_violation_is_caught(name: str, text: str, complaint: str, tmp_path: Path) -> None:
    plant(tmp_path / "costplan", {name: text})

    violations = find_violations(tmp_path / "costplan")

    assert len(violations) == 1
    # The line of the offence is the last of each text.
    assert violations[0].startswith(f"{name}:{text.count(chr(10)) + 1}: {complaint}")


def test_what_is_allowed_is_not_reported(tmp_path: Path) -> None:
    plant(
        tmp_path / "costplan",
        {
            "__init__.py": """
                from importlib import import_module
                from costplan.workflows.quiet import x
                import costplan.model
                def __getattr__(name):
                    return import_module(names[name])
            """,
            "__main__.py": "from costplan.cli.app import main",
            "cli/app.py": """
                import sys
                import typer
                from costplan.model.problems import BadInput
                from ..model import problems
                from . import quiet
                def f():
                    import yaml
                    from rich.progress import Progress
                    from costplan.workflows.quiet import x
                    from ..reports import quiet
            """,
            "workflows/a.py": "from costplan.inputs import a\nfrom ..engine.quiet import b\nfrom ..advice import c",
            "reports/a.py": "import tabulate\nfrom costplan.engine import quiet\nfrom ..model.quiet import b",
            "advice/a.py": "from costplan.engine import quiet\nfrom costplan.model import quiet as b",
            "engine/a.py": "from .quiet import x\nfrom costplan.model import quiet",
            "inputs/a.py": "import yaml, msgspec\nfrom costplan.model import quiet",
            "model/a.py": "from costplan.model.quiet import x\nfrom . import quiet\nimport decimal",
        },
    )

    assert find_violations(tmp_path / "costplan") == []


def test_a_module_that_talks_to_aws_imports_the_sdk_inside_a_function() -> None:
    live = frozenset({"costplan.inputs.live"})

    assert judge_foreign("costplan.inputs.live", Import("boto3", 1, in_function=True), live) is None
    assert judge_foreign("costplan.inputs.live", Import("boto3", 1, in_function=False), live) is not None
    assert judge_foreign("costplan.inputs.other", Import("boto3", 1, in_function=True), live) is not None
