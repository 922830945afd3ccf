"""How a place in a bucket is written: ``s3://bucket``, ``s3://bucket/prefix``, ``s3://bucket/key.json.gz``."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from costplan.inputs.volumes.logs.folders import is_log_name
from costplan.model.problems import BadInputError, Location, Problem

SCHEME = "s3://"

# Old buckets of us-east-1 may have capitals, underscores and up to 255 characters.
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]\Z")


@dataclass(frozen=True, slots=True)
class Address:
    """A bucket, and what of it is meant.

    prefix: with what the keys begin: nothing, a folder with its slash at the end, or one object's whole key.
    """

    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        return self.name_of(self.prefix)

    @property
    def is_object(self) -> bool:
        """Whether one object is meant."""
        return bool(self.prefix) and not self.prefix.endswith("/")

    def name_of(self, key: str) -> str:
        """Return what people call an object of the bucket."""
        return f"{SCHEME}{self.bucket}/{key}"

    def key_of(self, name: str) -> str:
        """Return the key of an object of the bucket, from what people call it."""
        return name[len(SCHEME) + len(self.bucket) + 1 :]


def is_address(text: str) -> bool:
    """Whether *text* means a bucket rather than a path of this machine."""
    return text.startswith(SCHEME)


def parse_address(text: str, is_wanted: Callable[[str], bool] = is_log_name) -> Address:
    """Return the bucket and the prefix that *text* names.

    A prefix is a folder, whether or not it ends in a slash, so that ``AWSLogs`` does not take in ``AWSLogs-old``; only
    one that ends as a log file does (*is_wanted* says of a name whether it does) is an object.

    >>> parse_address("s3://amzn-s3-demo-logs/AWSLogs")
    Address(bucket='amzn-s3-demo-logs', prefix='AWSLogs/')

    Raises:
        BadInputError: *text* is no such address.
    """
    bucket, _, prefix = text.removeprefix(SCHEME).partition("/")
    fault = _fault(text, bucket, prefix)
    if fault:
        # What stands before an @ is a password, as a rule.
        shown = f"{SCHEME}…@{text.rpartition('@')[2]}" if "@" in bucket else text
        raise BadInputError([Problem(Location(shown), *fault)])
    is_whole = not prefix or prefix.endswith("/") or is_wanted(prefix.rpartition("/")[2])
    return Address(bucket, prefix if is_whole else prefix + "/")


def _fault(text: str, bucket: str, prefix: str) -> tuple[str, str] | None:
    """Return what is wrong with an address, and what to do."""
    if not is_address(text):
        return "no address of a bucket", "write s3://bucket or s3://bucket/prefix"
    if not bucket:
        return "names no bucket", "write s3://bucket or s3://bucket/prefix"
    if bucket.startswith("arn:"):
        return "an ARN is no address", "write the name of the bucket, or the alias of the access point"
    if not _BUCKET.match(bucket):
        return "no bucket can have this name", "3 to 63 lower-case letters, digits, dots and hyphens"
    if prefix == "*" or prefix.endswith("/*"):
        return "patterns are not understood", "leave the * out: everything below a prefix is read"
    return None
