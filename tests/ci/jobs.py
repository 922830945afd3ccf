"""Jobs of GitHub and GitLab, run on this machine as those would: their scripts as they stand, in a bash of their own.

Steps that use somebody else's action do nothing, but are remembered with what they were given.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

TIMEOUT_SECONDS = 300
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKENS = re.compile(r"'(?:[^']|'')*'|==|!=|&&|\|\||!|\(|\)|[A-Za-z_][\w.-]*|\s+|.")


def load(path: Path) -> Any:
    # Without the words that YAML 1.1 takes for truth values: the key "on" is one of a workflow.
    return yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)


def bash(
    script: str, folder: Path, variables: Mapping[str, str], options: Sequence[str] = ("-eo", "pipefail")
) -> subprocess.CompletedProcess[str]:
    """Run a script from a file, as both do; standard error goes where standard output goes."""
    file = folder.parent / "script.sh"
    file.write_text(script, encoding="utf-8")
    return subprocess.run(
        ["bash", "--noprofile", "--norc", *options, str(file)],
        cwd=folder,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


# ---- GitHub's expressions: names, texts, comparisons, and, or, not ----


def evaluate(expression: str, contexts: Mapping[str, Any]) -> Any:
    """Return what an expression is; a name that nothing has is an empty text."""

    def python(token: str) -> str:
        if token.startswith("'"):
            return repr(token[1:-1].replace("''", "'"))
        words = {"&&": " and ", "||": " or ", "!": " not "}
        if token in words or token in ("==", "!=", "(", ")") or token.isspace():
            return words.get(token, " " if token.isspace() else token)
        if re.match(r"[A-Za-z_]", token):
            return repr(_look_up(token, contexts))
        raise AssertionError(f"{token!r} in {expression!r}: not an expression that is understood here")

    return eval("".join(python(token) for token in _TOKENS.findall(expression.strip())))


def _look_up(name: str, contexts: Any) -> Any:
    for part in name.split("."):
        contexts = contexts.get(part, "") if isinstance(contexts, dict) else ""
    return contexts


def fill_in(text: str, contexts: Mapping[str, Any]) -> str:
    return _EXPRESSION.sub(lambda found: str(evaluate(found[1], contexts)), text)


# ---- GitHub's commands ----


def commands(printed: str) -> list[str]:
    """Return the lines that the runner obeys: those that begin with ``::``, or hold ``##[``, while none is stopped."""
    obeyed: list[str] = []
    stop: str | None = None
    for line in map(str.strip, printed.splitlines()):
        if stop is not None:
            stop = None if line == f"::{stop}::" else stop
        elif line.startswith("::stop-commands::"):
            stop = line.removeprefix("::stop-commands::")
        elif line.startswith("::") or "##[" in line:
            obeyed.append(line)
    return obeyed


# ---- GitHub's composite actions ----


@dataclass
class Run:
    """What became of an action: its exit code, what was printed, the outputs of its steps, whom else it used."""

    code: int = 0
    printed: str = ""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)
    summary: str = ""


def run_action(
    action: Path,
    given: Mapping[str, str],
    folder: Path,
    temporary: Path,
    variables: Mapping[str, str],
    github: Mapping[str, Any],
    without: Sequence[str] = (),
) -> Run:
    """Run the steps of an action until one fails.

    given: its inputs; folder: the checkout; github: the context of that name; without: names of steps to leave out.
    """
    document = load(action / "action.yml")
    assert set(given) <= set(document["inputs"]), "an input that the action does not have"
    contexts: dict[str, Any] = {"github": github, "inputs": {}, "steps": {}}
    contexts["inputs"] = {
        name: given.get(name, fill_in(each.get("default", ""), contexts)) for name, each in document["inputs"].items()
    }
    run = Run()
    for step in document["runs"]["steps"]:
        if step.get("name") in without or not evaluate(step.get("if", "'yes'"), contexts):
            continue
        if "uses" in step:
            run.used[step["uses"]] = {name: fill_in(text, contexts) for name, text in step.get("with", {}).items()}
            outputs = {"python-path": sys.executable}
        else:
            outputs = _run_step(step, contexts, run, action, folder, temporary, variables)
        if "id" in step:
            contexts["steps"][step["id"]] = {"outputs": outputs}
            run.outputs[step["id"]] = outputs
        if run.code:
            break
    return run


def _run_step(
    step: Mapping[str, Any],
    contexts: Mapping[str, Any],
    run: Run,
    action: Path,
    folder: Path,
    temporary: Path,
    variables: Mapping[str, str],
) -> dict[str, str]:
    assert step["shell"] == "bash"
    output, summary = temporary / "output", temporary / "summary"
    output.write_text("")
    summary.touch()
    done = bash(
        step["run"],
        folder / fill_in(step.get("working-directory", "."), contexts),
        {
            **variables,
            "GITHUB_ACTION_PATH": str(action),
            "RUNNER_TEMP": str(temporary),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            **{name: fill_in(text, contexts) for name, text in step.get("env", {}).items()},
        },
    )
    run.code = done.returncode
    run.printed += done.stdout
    run.summary = summary.read_text(encoding="utf-8")
    return dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())


# ---- GitLab's jobs ----


def run_gitlab_job(
    document: Mapping[str, Any], name: str, folder: Path, variables: Mapping[str, str], *, installs: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run one job of a pipeline in a folder; installs: also what stands before its script."""
    job = document[name]
    lines = [*(job["before_script"] if installs else ()), *job["script"]]
    every = {**variables, **document.get("variables", {}), **job.get("variables", {})}
    return bash("\n".join(lines), folder, every)


def keep_artifacts(document: Mapping[str, Any], name: str, folder: Path, target: Path) -> list[str]:
    """Copy what a job hands on to those that need it, and return what there is of all that it keeps."""
    artifacts = document[name]["artifacts"]
    for path in artifacts["paths"]:
        if (folder / path).is_file():
            shutil.copy(folder / path, target)
    return [path for path in (*artifacts["paths"], *artifacts["reports"].values()) if (folder / path).is_file()]
