"""Which management events a trail surely records, asked with a few typical ones."""

from costplan.engine.matching import Matcher
from costplan.model.events import EventCategory, EventKey, Principal
from costplan.model.recorders import Trail
from costplan.model.truth import Truth

KMS, OTHER = "kms.amazonaws.com", "ec2.amazonaws.com"

# A read and a write of the source that people exclude, and of one that stands for all the others.
_PROBES = (
    (OTHER, "DescribeInstances", True),
    (OTHER, "RunInstances", False),
    (KMS, "Decrypt", True),
    (KMS, "DisableKey", False),
)

Kind = tuple[str, bool]
"""An event source, and whether the events are reads."""


def recorded_kinds(trail: Trail) -> frozenset[Kind]:
    """Return the kinds of management events that *trail* surely records where it is."""
    matcher = Matcher(trail)
    return frozenset(
        (source, read_only)
        for source, name, read_only in _PROBES
        if matcher.match(_key(source, name, read_only)) is Truth.YES
    )


def _key(source: str, name: str, read_only: bool) -> EventKey:
    return EventKey(
        account="",
        region="",
        category=EventCategory.MANAGEMENT,
        event_source=source,
        event_name=name,
        event_type="AwsApiCall",
        read_only=read_only,
        resources=(),
        principal=Principal(container=None, type=None, invoked_by=None),
        is_console=None,
        error_code=None,
        vpc_endpoint_id=None,
        vpc_endpoint_account=None,
        is_global_endpoint=False,
    )
