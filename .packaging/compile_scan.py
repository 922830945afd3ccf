"""Compiles the loop that scans log files, where there is a C compiler; without one costplan is installed all the same.

The module uses the limited API, so that one file serves every Python from 3.11 on.  ``COSTPLAN_PURE=1`` leaves it out,
for a wheel that any machine can use.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULE = "costplan.inputs.volumes.logs._scan"
FOLDER = Path("costplan/inputs/volumes/logs")


class CompileScan(BuildHookInterface[Any]):
    """Puts the compiled module beside its source, and into the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        """Compile before a wheel or an editable install is made."""
        if self.target_name != "wheel" or os.environ.get("COSTPLAN_PURE"):
            return
        try:
            made = compile_module(Path(self.root))
        # Whatever a compiler or its absence can raise: without the module everything works, only slower.
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            self.app.display_warning(f"costplan reads logs without its compiled loop: {type(error).__name__}: {error}")
            return
        build_data["artifacts"].append(f"/{FOLDER.as_posix()}/{made.name}")
        build_data["pure_python"] = False
        build_data["tag"] = f"cp311-abi3-{_platform()}"


def compile_module(root: Path) -> Path:
    """Return the compiled module, beside its source under *root*."""
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    source = root / FOLDER / "_scan.c"
    extension = Extension(MODULE, [str(source)], py_limited_api=True)
    with tempfile.TemporaryDirectory() as folder:
        command = build_ext(Distribution({"name": "costplan", "ext_modules": [extension]}))
        command.build_lib, command.build_temp = str(Path(folder, "lib")), str(Path(folder, "temp"))
        command.ensure_finalized()
        command.run()
        built = Path(command.get_ext_fullpath(MODULE))
        made = root / FOLDER / built.name
        # Moved into its place: a process that uses the old one keeps it.
        fresh = made.with_name(f".{made.name}.{os.getpid()}")
        shutil.copyfile(built, fresh)
        fresh.chmod(0o755)
        fresh.replace(made)
    return made


def _platform() -> str:
    from packaging.tags import sys_tags

    return next(
        tag.platform for tag in sys_tags() if "manylinux" not in tag.platform and "musllinux" not in tag.platform
    )
