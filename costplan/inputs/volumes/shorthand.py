"""Short rows of typed volumes, such as ``{category: data, type: s3, bucket: lake, writes: 12M/month}``."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from msgspec import UNSET

from costplan.inputs.volumes.rates import parse_rate, parse_share
from costplan.inputs.volumes.volumes_shape import CATEGORIES, EventRow
from costplan.model.containers import holds_objects, resource_container
from costplan.model.events import EventCategory, EventKey, Resource
from costplan.model.numbers import exact_arithmetic, round_once
from costplan.model.places import partition_of
from costplan.model.quantity import Quantity
from costplan.model.unknown import UNKNOWN, Except
from costplan.model.volumes import VolumeRow

KMS = "kms.amazonaws.com"
NOT_KMS = Except(frozenset({KMS}))


class ShortType(NamedTuple):
    """A resource type by its short name.

    name_key: the key of a row that names one resource.
    arn: how its name becomes its ARN.
    """

    resource_type: str
    event_source: str
    name_key: str
    arn: str


SHORT_TYPES: Mapping[str, ShortType] = {
    "s3": ShortType("AWS::S3::Object", "s3.amazonaws.com", "bucket", "arn:{partition}:s3:::{name}"),
    "lambda": ShortType(
        "AWS::Lambda::Function",
        "lambda.amazonaws.com",
        "function",
        "arn:{partition}:lambda:{region}:{account}:function:{name}",
    ),
    "dynamodb": ShortType(
        "AWS::DynamoDB::Table",
        "dynamodb.amazonaws.com",
        "table",
        "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    ),
    "sns": ShortType("AWS::SNS::Topic", "sns.amazonaws.com", "topic", "arn:{partition}:sns:{region}:{account}:{name}"),
    "sqs": ShortType("AWS::SQS::Queue", "sqs.amazonaws.com", "queue", "arn:{partition}:sqs:{region}:{account}:{name}"),
}

SHORT_KEYS = (
    "type",
    "container",
    *(t.name_key for t in SHORT_TYPES.values()),
    "reads",
    "writes",
    "events",
    "kms_share",
)
_short_values = attrgetter(*SHORT_KEYS)
_NO_SHORT_VALUES = (None,) * len(SHORT_KEYS)
_NAME_KEYS = tuple(t.name_key for t in SHORT_TYPES.values())


def is_short(entry: EventRow) -> bool:
    """Whether a row uses short-hand."""
    return _short_values(entry) != _NO_SHORT_VALUES


class ShortRowError(ValueError):
    """A short row that says too little, or two things at once."""

    def __init__(self, key: str, what: str, hint: str) -> None:
        super().__init__(what)
        self.key, self.what, self.hint = key, what, hint


def expand_short_row(entry: EventRow, base: EventKey) -> tuple[VolumeRow, ...]:
    """Return the rows that a short row stands for; *base* is its key as far as its full fields say it.

    Raises:
        ShortRowError: the row contradicts itself.
    """
    category = CATEGORIES[entry.category]
    _check_short(entry, category)
    key = _with_resource(entry, base) if category is EventCategory.DATA else base
    if category is EventCategory.NETWORK_ACTIVITY and key.read_only is UNKNOWN:
        # Their records have no such field.
        key = replace(key, read_only=None)
    if entry.events is not None:
        return (volume_row(key, parse_rate(entry.events)),)
    rows: list[VolumeRow] = []
    if entry.reads is not None:
        rows += _read_rows(key, parse_rate(entry.reads), entry.kms_share)
    if entry.writes is not None:
        source = NOT_KMS if entry.kms_share is not None else key.event_source
        rows.append(volume_row(replace(key, read_only=False, event_source=source), parse_rate(entry.writes)))
    return tuple(rows)


def volume_row(key: EventKey, per_month: Decimal) -> VolumeRow:
    """Return a row of a monthly number that somebody typed."""
    return VolumeRow(key, Quantity.exact(per_month))


def typed_resource(short: ShortType, name: str | None, account: str, region: str) -> Resource:
    """Return the resource of a typed row: one that is named, or an unknown one of its type."""
    if name is None:
        return Resource(short.resource_type)
    arn = name
    if not name.startswith("arn:"):
        arn = short.arn.format(partition=partition_of(region), region=region, account=account, name=name)
    return Resource(short.resource_type, arn, not holds_objects(short.resource_type))


def _read_rows(key: EventKey, per_month: Decimal, kms_share: str | int | None) -> tuple[VolumeRow, ...]:
    if kms_share is None:
        return (volume_row(replace(key, read_only=True, event_source=key.event_source), per_month),)
    with exact_arithmetic():
        of_kms = round_once(per_month * parse_share(kms_share))
        others = per_month - of_kms
    return (
        volume_row(replace(key, read_only=True, event_source=NOT_KMS), others),
        volume_row(replace(key, read_only=True, event_source=KMS), of_kms),
    )


def _check_short(entry: EventRow, category: EventCategory) -> None:
    is_split = entry.reads is not None or entry.writes is not None
    if entry.count is not None or entry.per_month is not None:
        key = "count" if entry.count is not None else "per_month"
        raise ShortRowError(key, f"{key} does not go with a short row", "write reads:, writes: or events:")
    if entry.events is None and not is_split:
        raise ShortRowError(
            "", "says no number of events", "add reads:, writes: or events:, each a rate such as 40M/month"
        )
    if is_split and category is EventCategory.NETWORK_ACTIVITY:
        raise ShortRowError("reads", "network activity events are neither reads nor writes", "write events:")
    if entry.events is not None and is_split:
        raise ShortRowError("events", "events does not go with reads or writes", "keep one of the two")
    if category is not EventCategory.DATA:
        given = next((k for k in ("type", "container", *_NAME_KEYS) if getattr(entry, k) is not None), None)
        if given:
            raise ShortRowError(given, f"only data events have a {given}", "leave it out, or say category: data")
    if entry.kms_share is not None:
        _check_kms_share(entry, category)


def _check_kms_share(entry: EventRow, category: EventCategory) -> None:
    if category is not EventCategory.MANAGEMENT or entry.reads is None:
        raise ShortRowError("kms_share", "kms_share is a share of the reads of management events", "add reads:")
    if entry.event_source is not UNSET:
        raise ShortRowError("kms_share", "kms_share does not go with event_source", "keep one of the two")
    if not 0 <= parse_share(entry.kms_share or 0) <= 1:
        raise ShortRowError(
            "kms_share", f"kms_share {entry.kms_share} is not between 0% and 100%", "write such a share"
        )


def _with_resource(entry: EventRow, base: EventKey) -> EventKey:
    """Return the key of a data row with its resource and its usual event source."""
    names = [key for key in _NAME_KEYS if getattr(entry, key) is not None]
    if entry.type is None:
        if names or entry.container is not None:
            key = names[0] if names else "container"
            raise ShortRowError(
                key, f"{key} without type", "add type: s3, lambda, dynamodb, sns, sqs or AWS::service::type"
            )
        return base
    if base.resources is not UNKNOWN:
        raise ShortRowError("type", "type does not go with resources", "keep one of the two")
    short = SHORT_TYPES.get(entry.type) or next(
        (t for t in SHORT_TYPES.values() if t.resource_type == entry.type), None
    )
    if short is None:
        if not entry.type.startswith("AWS::") or entry.type.count("::") != 2:
            hint = "write s3, lambda, dynamodb, sns, sqs or a type such as AWS::Kinesis::Stream"
            raise ShortRowError("type", f"unknown type {entry.type}", hint)
        short = ShortType(entry.type, "", "", "")
    wrong = next((key for key in names if key != short.name_key), None)
    if wrong:
        right = f"{short.name_key}:" if short.name_key else "container:, with the ARN"
        raise ShortRowError(wrong, f"{wrong} does not go with type {entry.type}", f"write {right}")
    name = _resource_name(entry, short, names)
    resource = typed_resource(short, name, base.account, base.region)
    source = short.event_source if base.event_source is UNKNOWN and short.event_source else base.event_source
    return replace(base, event_source=source, resources=(resource,))


def _resource_name(entry: EventRow, short: ShortType, names: list[str]) -> str | None:
    if entry.container is not None:
        if names:
            raise ShortRowError("container", f"container does not go with {names[0]}", "keep one of the two")
        if not entry.container.startswith("arn:"):
            raise ShortRowError("container", "container is not an ARN", "write the whole ARN")
    name: str | None = entry.container or (getattr(entry, names[0]) if names else None)
    if name is None:
        return None
    key = "container" if entry.container else names[0]
    if short.name_key == "bucket" and not name.startswith("arn:") and "/" in name:
        raise ShortRowError(key, f"{key} holds a slash", "name the bucket alone; prefixes belong to selectors")
    if name.startswith("arn:") and resource_container(short.resource_type, name)[0] != name:
        raise ShortRowError(key, f"{key} is more than a container", "name the bucket, function or table alone")
    return name
