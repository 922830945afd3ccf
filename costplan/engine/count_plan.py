"""Which fields and conditions must be kept while counting, so that a set of recorders can be routed exactly."""

import re
from collections.abc import Iterable

from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.recorders import Recorder, Trail, is_billed_by_bytes
from costplan.model.selection import advanced_form
from costplan.model.selectors import FieldSelector
from costplan.model.volumes import OPTIONAL_FIELDS, CountPlan

# What meters, coverage and the rows of a report always need.
_ALWAYS = frozenset({"event_source", "read_only", "resources"})
_FIELDS_OF = {
    "eventSource": "event_source",
    "eventName": "event_name",
    "eventType": "event_type",
    "readOnly": "read_only",
    "sessionCredentialFromConsole": "is_console",
    "errorCode": "error_code",
    "vpcEndpointId": "vpc_endpoint_id",
    "userIdentity.arn": "principal_container",
}
BYTES = "bytes"
KEEPABLE: dict[str, tuple[str, ...]] = {
    # No field of a key: the sum of the records' sizes.
    BYTES: (),
    "principal": ("principal_container", "principal_type", "invoked_by"),
    "console": ("is_console",),
    "global_endpoint": ("is_global_endpoint",),
    "cross_account": ("is_cross_account",),
    **{name: (name,) for name in OPTIONAL_FIELDS if not name.startswith(("is_", "principal"))},
}
"""Names that can be asked for with ``--keep``, and the fields each one keeps."""

_BUCKET_LEVEL = re.compile(r"arn:aws(?:-[a-z]+)*:s3:::[^/]*/?\Z")


def plan_for(recorders: Iterable[Recorder], keep: Iterable[str] = ()) -> CountPlan:
    """Return the plan that keeps what the selectors of *recorders* ask, and what the names in *keep* ask for.

    Raises:
        KeyError: a name in *keep* is not one of ``KEEPABLE``.
    """
    fields, keep = set(_ALWAYS), tuple(keep)
    for name in keep:
        fields.update(KEEPABLE[name])
    conditions: set[Condition] = set()
    counts_bytes = BYTES in keep
    for recorder in recorders:
        counts_bytes = counts_bytes or is_billed_by_bytes(recorder)
        if isinstance(recorder, Trail):
            if not recorder.include_global_service_events:
                fields.add("is_global_endpoint")
            if not recorder.recursive_logging:
                fields.update(("event_name", "invoked_by"))
        for selector in advanced_form(recorder):
            for field in selector.fields:
                if field.field in _FIELDS_OF:
                    fields.add(_FIELDS_OF[field.field])
                conditions.update(_conditions(field))
    return CountPlan(frozenset(fields), tuple(sorted(conditions)), counts_bytes)


def _conditions(field: FieldSelector) -> Iterable[Condition]:
    """Return the tests of an unbounded field that containers cannot always decide."""
    try:
        arn_field = ArnField(field.field)
    except ValueError:
        return
    for operator, value in (*field.selecting, *field.deselecting):
        if isinstance(value, str) and not (operator is Operator.STARTS_WITH and _BUCKET_LEVEL.match(value)):
            yield Condition(arn_field, operator, value)
