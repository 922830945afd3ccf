"""Where CloudTrail puts a file in S3, and what the file is called."""

import random
import string
from datetime import datetime, timedelta

from .population import SLOT_SECONDS, Population

LOGS = "CloudTrail"
NETWORK_ACTIVITY = "CloudTrail-NetworkActivity"
DIGEST = "CloudTrail-Digest"
LOG_BUCKET = "amzn-s3-demo-trail-logs"
KMS_KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"

_ALPHANUMERIC = string.ascii_letters + string.digits


def slot_end(population: Population, slot: int) -> datetime:
    """Return the 5-minute mark at which *slot* (0, 1, …) of the period ends: the stamp of its files."""
    return population.start + timedelta(seconds=(slot + 1) * SLOT_SECONDS)


def log_key(population: Population, account: str, region: str, kind: str, stamp: datetime, rng: random.Random) -> str:
    """Return the S3 key of a log file; the folder's date is the stamp's, not the events'."""
    unique = "".join(rng.choices(_ALPHANUMERIC, k=16))
    name = f"{account}_{kind}_{region}_{stamp:%Y%m%dT%H%MZ}_{unique}.json.gz"
    return _folder(population, account, region, kind, stamp) + name


def digest_key(population: Population, account: str, region: str, trail: int, end: datetime) -> str:
    """Return the S3 key of the digest file of the hour before *end*."""
    home_region = population.home[1]
    name = f"{account}_{DIGEST}_{region}_{trail_name(trail)}_{home_region}_{end:%Y%m%dT%H%M%SZ}.json.gz"
    return _folder(population, account, region, DIGEST, end) + name


def trail_name(trail: int) -> str:
    """Return the name of the *trail*-th trail, counted from 1."""
    return f"example-trail-{trail}"


def _folder(population: Population, account: str, region: str, kind: str, stamp: datetime) -> str:
    parts = (population.prefix, "AWSLogs", population.organization, account, kind, region, f"{stamp:%Y/%m/%d}")
    return "/".join(part for part in parts if part) + "/"
