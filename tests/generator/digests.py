"""Digest files: hourly lists of the log files delivered, without a Records array."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from .layout import LOG_BUCKET, digest_key
from .population import SLOTS_PER_HOUR, Population


class Digested(NamedTuple):
    """A log file to be listed: its trail, its stamp, its key and the SHA-256 of its uncompressed text."""

    trail: int
    stamp: datetime
    key: str
    sha256: str


def digest_files(
    population: Population, account: str, region: str, logs: list[Digested]
) -> Iterator[tuple[int, datetime, str, bytes]]:
    """Yield (trail, end, key, text) for every trail and hour of the period, also for hours without files.

    A file that a second trail delivers after the end of the period is in no digest.
    """
    by_hour: dict[tuple[int, datetime], list[Digested]] = defaultdict(list)
    for log in logs:
        # A stamp on the full hour belongs to the hour that ends there.
        begin = (log.stamp - timedelta(seconds=1)).replace(minute=0, second=0)
        by_hour[log.trail, begin].append(log)
    for trail in range(1, population.trails + 1):
        previous_key, previous_hash = None, None
        for hour in range(population.slots // SLOTS_PER_HOUR):
            begin = population.start + timedelta(hours=hour)
            end = begin + timedelta(hours=1)
            key = digest_key(population, account, region, trail, end)
            listed = by_hour[trail, begin]
            content = {
                "awsAccountId": account,
                "digestStartTime": f"{begin:%Y-%m-%dT%H:%M:%SZ}",
                "digestEndTime": f"{end:%Y-%m-%dT%H:%M:%SZ}",
                "digestS3Bucket": LOG_BUCKET,
                "digestS3Object": key,
                "digestPublicKeyFingerprint": "31e8b5433410dfb61a9dc45cc65b22ff",
                "digestSignatureAlgorithm": "SHA256withRSA",
                "previousDigestS3Object": previous_key,
                "previousDigestHashValue": previous_hash,
                "previousDigestHashAlgorithm": "SHA-256" if previous_hash else None,
                "logFiles": [
                    {"s3Bucket": LOG_BUCKET, "s3Object": log.key, "hashValue": log.sha256, "hashAlgorithm": "SHA-256"}
                    for log in listed
                ],
            }
            text = json.dumps(content, separators=(",", ":")).encode("ascii")
            yield trail, end, key, text
            previous_key, previous_hash = key, hashlib.sha256(text).hexdigest()
