"""Lines of server access logs, written out field by field."""

from collections.abc import Iterable
from itertools import count
from pathlib import Path

from costplan.inputs.volumes.access_logs import count_access_logs, find_access_logs
from costplan.inputs.volumes.logs import LogCount
from costplan.model.volumes import EVERYTHING, CountPlan

# AWS's own documentation uses this id.
OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
ACCOUNT, REGION, BUCKET = "111122223333", "eu-west-1", "amzn-s3-demo-lake"
ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/etl"
FOLDER = f"{ACCOUNT}/{REGION}/{BUCKET}/2026/10/05"
REQUEST = "3E57427F3EXAMPLE"
NAME = "2026-10-05-01-10-22-0123456789ABCDEF"
_requests = count()


def line(
    operation: str = "REST.GET.OBJECT",
    key: str = "raw/part-1.parquet",
    *,
    status: str = "200",
    error: str = "-",
    requester: str = f"{ROLE}/session-1",
    time: str = "05/Oct/2026:00:07:10",
    bucket: str = BUCKET,
    uri: str = '"GET /raw/part-1.parquet HTTP/1.1"',
    agent: str = '"aws-cli/2.27.10"',
    rest: str = "- s9lzHYrFp76ZVxRcpX9+5cjAnEH2 SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader "
    "amzn-s3-demo-lake.s3.eu-west-1.amazonaws.com TLSv1.2 - - eu-west-1",
) -> str:
    """Return one line; what is not said is a read that went well."""
    return (
        f"{OWNER} {bucket} [{time} +0000] 192.0.2.3 {requester} {REQUEST} {operation} {key} {uri} "
        f'{status} {error} 1024 2048 17 9 "-" {agent} {rest}\n'
    )


def write(root: Path, lines: Iterable[str], name: str = f"{FOLDER}/{NAME}") -> Path:
    """Write a log file where S3 would put it, every line with a request id of its own; return *root*."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(text.replace(REQUEST, f"{next(_requests):016X}") for text in lines).encode())
    return root


def read(root: Path, plan: CountPlan = EVERYTHING, *, workers: int = 1, counts_lifecycle: bool = True) -> LogCount:
    """Count everything below *root*."""
    return count_access_logs(find_access_logs([root]), plan, workers=workers, counts_lifecycle=counts_lifecycle)
