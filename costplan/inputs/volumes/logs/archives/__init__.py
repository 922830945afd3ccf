"""Archives of log files: zip, and tar as it is or compressed; nothing is unpacked to a place that a member names.

    archive = archive_of("october.tar.gz")

An archive is recognised by its content.  Its members are found by name and read in any order, from several processes.
A compressed tar can only be read from its beginning, so it is decompressed once, to a temporary file.
"""

from costplan.inputs.volumes.logs.archives.archive import Archive, archive_of, is_archive_name

__all__ = ["Archive", "archive_of", "is_archive_name"]
