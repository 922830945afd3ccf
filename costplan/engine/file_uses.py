"""What a trail's files cause besides their storage: keys, notices, and the reads of whoever uses them (R90, R107)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from costplan.engine.log_files import Inflow
from costplan.engine.metering import Recorded
from costplan.engine.routing import Router
from costplan.engine.storage import bucket_place
from costplan.model.billing import Meter, Usage
from costplan.model.quantity import Quantity, total
from costplan.model.recorders import LogBucket, SnsProtocol, Trail, has_backlog
from costplan.model.scenario import Settings

DELIVERIES = {
    SnsProtocol.HTTP: Meter.SNS_DELIVERY_HTTP,
    SnsProtocol.EMAIL: Meter.SNS_DELIVERY_EMAIL,
    SnsProtocol.SQS: Meter.SNS_DELIVERY_SQS,
    SnsProtocol.LAMBDA: Meter.SNS_DELIVERY_LAMBDA,
}


def file_uses(
    flows: Mapping[int, Inflow], recorded: Sequence[Recorded], router: Router, settings: Settings
) -> Iterator[Usage]:
    """Yield one month's usage of KMS and SNS, the requests of those who read log files, and what OpenSearch loads.

    *flows* is what each trail adds to its bucket, *recorded* what is in these files.  The fee of a key is charged
    once, however many trails use it.  CloudTrail's own requests of the key are free, unless the scenario prices them:
    then it is one for each file.
    """
    for ordinals in keys_of(router).values():
        first = router.recorders[ordinals[0]]
        place, one = bucket_place(first), Quantity.exact(1)  # type: ignore[arg-type]
        label = router.labels[ordinals[0]]
        yield Usage(Meter.KMS_KEY, *place, label, one, "key-months", ("R90",), "the log bucket's key")
    for ordinal, trail in enumerate(router.recorders):
        if not isinstance(trail, Trail) or not (trail.is_logging or has_backlog(trail)):
            continue
        label, bucket, home = router.labels[ordinal], trail.bucket, (trail.account or "", trail.home_region or "")
        if ordinal in flows:
            yield from _requests(flows[ordinal], bucket, bucket_place(trail), label, settings)
            yield from _notices(flows[ordinal], bucket, home, label)
        if trail.loads_opensearch and trail.is_logging:
            loaded = total(part.raw_bytes for part in recorded if part.ordinal == ordinal) * (1 / settings.gb.bytes)
            because = "uncompressed bytes of the events that are loaded into OpenSearch"
            yield Usage(Meter.OPENSEARCH_LOADING, *home, label, loaded, "GB", (), because)


def keys_of(router: Router) -> dict[tuple[str | int, ...], list[int]]:
    """Return the trails, by ordinal, that use each key of log buckets; the first of them stands for its fee."""
    found: dict[tuple[str | int, ...], list[int]] = defaultdict(list)
    for ordinal, trail in enumerate(router.recorders):
        if isinstance(trail, Trail) and trail.bucket.has_kms_key and (trail.is_logging or has_backlog(trail)):
            # Where nobody told which keys they are, trails that deliver to one bucket are taken to encrypt with one.
            named = (*bucket_place(trail), trail.bucket.name or ordinal)
            found[(trail.bucket.kms_key,) if trail.bucket.kms_key else named].append(ordinal)
    return found


def _requests(
    flow: Inflow, bucket: LogBucket, place: tuple[str, str], label: str, settings: Settings
) -> Iterator[Usage]:
    times = settings.reads_per_file if bucket.reads_per_file is None else bucket.reads_per_file
    reads = flow.log_files * times
    if reads:
        because = f"{_plain(times)} read{'' if times == 1 else 's'} of each log file, as the scenario says"
        yield Usage(Meter.S3_GET, *place, label, reads, "requests", ("R107",), because)
    if not bucket.has_kms_key:
        return
    parts = [(reads, "a Decrypt for each read of a log file")] if reads else []
    if settings.price_trail_kms_requests:
        own = "a data key for each file, as the scenario prices CloudTrail's own requests"
        parts.insert(0, (flow.objects, own))
    if parts:
        requests = total(quantity for quantity, _ in parts) * unsaved_share(bucket, settings)
        because = " and ".join(text for _, text in parts)
        if saved := 1 - unsaved_share(bucket, settings):
            because += f"; a bucket key saves {_plain(saved * 100)} % of them"
        yield Usage(Meter.KMS_REQUESTS, *place, label, requests, "requests", ("R90", "R107"), because)


def unsaved_share(bucket: LogBucket, settings: Settings) -> Decimal:
    """Return the share of the requests of a log bucket's key that is left when a bucket key saves the others."""
    return 1 - (settings.bucket_key_share if bucket.bucket_key_share is None else bucket.bucket_key_share)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _notices(flow: Inflow, bucket: LogBucket, home: tuple[str, str], label: str) -> Iterator[Usage]:
    if not bucket.notifies_sns:
        return
    yield Usage(Meter.SNS_REQUESTS, *home, label, flow.objects, "requests", ("R90",), "one notice for each file")
    for protocol, subscriptions in bucket.sns_subscriptions:
        because = f"one notice for each file and {protocol} subscription"
        sent = flow.objects * Decimal(subscriptions)
        yield Usage(DELIVERIES[protocol], *home, label, sent, "notifications", ("R90",), because)
