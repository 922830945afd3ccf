"""The folder ``cdk.out`` that ``cdk synth`` writes: its stacks, each with its template, account and Region.

The manifest's format is the cloud assembly schema of the AWS CDK.  No file outside of the folder is read, whatever the
manifest says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from costplan.inputs.configs.cloudformation.parameters import ACCOUNT, REGION, STACK_NAME
from costplan.inputs.configs.cloudformation.values import shorten
from costplan.inputs.configs.fields import as_text
from costplan.inputs.configs.recognition import is_cloudformation
from costplan.inputs.documents import At, Document, read_document
from costplan.model.places import is_account, is_region
from costplan.model.problems import BadInputError, Location, Problem

MANIFEST = "manifest.json"
MAXIMUM_NESTED_ASSEMBLIES = 10

_ENVIRONMENT = re.compile(r"aws://([^/]+)/([^/]+)\Z")
_STACK = "aws:cloudformation:stack"
_NESTED = "cdk:cloud-assembly"


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack of a cloud assembly.

    document: its template.
    account, region: of its environment; ``None`` where the CDK leaves them to whoever deploys.
    given: values of parameters that the assembly sets.
    """

    name: str
    document: Document
    account: str | None
    region: str | None
    given: Mapping[str, str]

    @property
    def parameters(self) -> dict[str, str]:
        """The values known of parameters and pseudo parameters, for ``declared_resources``."""
        pseudo = {ACCOUNT: self.account, REGION: self.region, STACK_NAME: self.name}
        return dict(self.given) | {name: value for name, value in pseudo.items() if value is not None}


def is_assembly(folder: Path) -> bool:
    """Whether a folder is a cloud assembly: its manifest lists artifacts."""
    try:
        manifest = read_document(folder / MANIFEST)
    except BadInputError:
        return False
    return _artifacts(manifest) is not None


def read_assembly(folder: Path, problems: list[Problem]) -> tuple[Stack, ...]:
    """Return the stacks of a cloud assembly and of those nested in it, in the order of the manifests."""
    stacks = _Reading(folder.resolve(), problems).read(folder, 0)
    if not stacks and not problems:
        problems.append(Problem(Location(str(folder)), "holds no stack", "give the folder that cdk synth writes"))
    return stacks


def _artifacts(manifest: Document) -> dict[str, Any] | None:
    artifacts = manifest.value.get("artifacts") if isinstance(manifest.value, dict) else None
    return artifacts if isinstance(artifacts, dict) else None


class _Reading:
    def __init__(self, top: Path, problems: list[Problem]) -> None:
        self._top = top
        self._problems = problems
        self._read: set[Path] = set()

    def read(self, folder: Path, depth: int) -> tuple[Stack, ...]:
        """Return the stacks of one assembly; each folder is read once."""
        resolved = folder.resolve()
        if resolved in self._read:
            return ()
        self._read.add(resolved)
        manifest = self._document(folder / MANIFEST)
        if manifest is None:
            return ()
        artifacts = _artifacts(manifest)
        if artifacts is None:
            self._problems.append(
                manifest.problem((), "lists no artifacts of the AWS CDK", "give the folder that cdk synth writes")
            )
            return ()
        stacks: list[Stack] = []
        for name, artifact in artifacts.items():
            at = ("artifacts", name)
            if not isinstance(artifact, dict):
                self._problems.append(manifest.problem(at, f"the artifact {shorten(name)} is no mapping", _AGAIN))
            elif artifact.get("type") == _STACK:
                stack = self._stack(manifest, at, name, artifact)
                stacks += [stack] if stack else []
            elif artifact.get("type") == _NESTED:
                path = self._path(manifest, at, artifact, "directoryName")
                if path and depth >= MAXIMUM_NESTED_ASSEMBLIES:
                    what = f"assemblies are nested more than {MAXIMUM_NESTED_ASSEMBLIES} deep"
                    self._problems.append(manifest.problem(at, what, "give the inner folder"))
                elif path:
                    stacks += self.read(path, depth + 1)
        return tuple(stacks)

    def _stack(self, manifest: Document, at: At, name: str, artifact: dict[str, Any]) -> Stack | None:
        path = self._path(manifest, at, artifact, "templateFile")
        document = self._document(path) if path else None
        if document is None:
            return None
        if not is_cloudformation(document):
            what = f"the template of the stack {shorten(name)} is no CloudFormation template"
            self._problems.append(document.problem((), what, _AGAIN))
            return None
        account, region = self._environment(manifest, at, artifact)
        properties = artifact["properties"]
        stack_name = properties.get("stackName")
        parameters = properties.get("parameters")
        given = {
            key: text
            for key, value in (parameters.items() if isinstance(parameters, dict) else ())
            if (text := as_text(value)) is not None
        }
        return Stack(stack_name if isinstance(stack_name, str) else name, document, account, region, given)

    def _environment(self, manifest: Document, at: At, artifact: dict[str, Any]) -> tuple[str | None, str | None]:
        environment = artifact.get("environment")
        found = _ENVIRONMENT.match(environment) if isinstance(environment, str) else None
        if found is None:
            what = f"the environment of {shorten(str(at[-1]))} is not aws://account/region"
            self._problems.append(manifest.problem((*at, "environment"), what, _AGAIN))
            return None, None
        account, region = found.groups()
        # The CDK says unknown-account and unknown-region.
        return account if is_account(account) else None, region if is_region(region) else None

    def _path(self, manifest: Document, at: At, artifact: dict[str, Any], key: str) -> Path | None:
        properties = artifact.get("properties")
        name = properties.get(key) if isinstance(properties, dict) else None
        if not isinstance(name, str) or not name or "\0" in name:
            self._problems.append(manifest.problem(at, f"{shorten(str(at[-1]))} names no {key}", _AGAIN))
            return None
        path = manifest.beside(name)
        if not path.resolve().is_relative_to(self._top):
            what = f"the {key} of {shorten(str(at[-1]))} lies outside of the assembly"
            self._problems.append(manifest.problem((*at, "properties", key), what, _AGAIN))
            return None
        return path

    def _document(self, path: Path) -> Document | None:
        try:
            return read_document(path)
        except BadInputError as error:
            self._problems += error.problems
            return None


_AGAIN = "run cdk synth again"
