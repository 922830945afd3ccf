"""Which management events a trail surely records, asked with two typical ones."""

from costplan.engine.matching import Matcher
from costplan.model.events import EventCategory, EventKey, Principal
from costplan.model.recorders import Trail
from costplan.model.truth import Truth

# Of a source that no trail can exclude: whoever records events of KMS records these too.
_SOURCE = "ec2.amazonaws.com"
_PROBES = {"read": ("DescribeInstances", True), "write": ("RunInstances", False)}


def recorded_kinds(trail: Trail) -> frozenset[str]:
    """Return which of ``read`` and ``write`` management events *trail* surely records where it is."""
    matcher = Matcher(trail)
    return frozenset(
        kind for kind, (name, read_only) in _PROBES.items() if matcher.match(_key(name, read_only)) is Truth.YES
    )


def _key(name: str, read_only: bool) -> EventKey:
    return EventKey(
        account="",
        region="",
        category=EventCategory.MANAGEMENT,
        event_source=_SOURCE,
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
