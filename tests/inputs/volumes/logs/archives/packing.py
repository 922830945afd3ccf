"""Archives written by the standard library, and what comes out of one."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from costplan.inputs.volumes.logs.archives import Archive, archive_of
from costplan.inputs.volumes.logs.gunzip import DamagedFileError
from costplan.inputs.volumes.logs.sources import Source

ENDINGS = ("zip", "tar", "tar.gz", "tar.bz2", "tar.xz")


def pack(path: Path, members: Mapping[str, bytes], *, tar_format: int = tarfile.PAX_FORMAT) -> Path:
    """Write an archive of the kind that *path* ends with."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return path
    compression = path.suffix[1:].replace("tgz", "gz").replace("tar", "")
    with tarfile.open(path, f"w:{compression}", format=tar_format) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def opened(path: Path, **options: int) -> Archive:
    archive = archive_of(path, **options)
    assert archive is not None
    return archive


def names_of(source: Source) -> list[str]:
    """How people call every object, in the order of the source."""
    return [folder.path + stored.name for folder in source.folders() for stored in folder.objects]


def contents_of(archive: Archive) -> dict[str, bytes | str]:
    """What each object of an archive holds, by its name inside, or what is told instead."""
    names = names_of(archive)
    contents: dict[str, bytes | str] = {}
    for name, data in zip(names, archive.read(names), strict=True):
        inside = name.removeprefix(f"{archive.path}!/")
        told = f"{data.what} — {data.hint}" if isinstance(data, DamagedFileError) else data
        contents["the archive" if name == archive.path else inside] = told
    return contents
