"""Which field, operator and value an advanced event selector may use, as data.

Each column of AWS's table is a mapping: the fields of one event category, in a trail or in an event data store.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from costplan.model.selectors import FieldSelector, Value

EQUALS = frozenset({"Equals"})
NOT_EQUALS = frozenset({"NotEquals"})
ANY = frozenset({"Equals", "NotEquals", "StartsWith", "EndsWith", "NotStartsWith", "NotEndsWith"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What one field may say.

    values: the only legal ones; ``None`` is any.
    takes_one: no more than one value.
    """

    operators: frozenset[str] = ANY
    values: frozenset[str] | None = None
    is_required: bool = False
    takes_one: bool = False


_CATEGORY = Rule(EQUALS, is_required=True, takes_one=True)
_READ_ONLY = Rule(EQUALS, frozenset({"true", "false"}))
_CONSOLE = Rule(EQUALS | NOT_EQUALS, frozenset({"true"}))
_TYPE = Rule(EQUALS, is_required=True, takes_one=True)
_NETWORK_SOURCE = Rule(EQUALS, is_required=True, takes_one=True)
_DENIED = Rule(EQUALS, frozenset({"VpceAccessDenied"}))

Column = Mapping[str, Rule]

_MANAGEMENT_OF_TRAIL: Column = {
    "eventCategory": _CATEGORY,
    "readOnly": _READ_ONLY,
    "eventSource": Rule(NOT_EQUALS, frozenset({"kms.amazonaws.com", "rdsdata.amazonaws.com"})),
}
_MANAGEMENT_OF_STORE: Column = {
    "eventCategory": _CATEGORY,
    "readOnly": _READ_ONLY,
    "eventSource": Rule(),
    "eventName": Rule(),
    "eventType": Rule(),
    "sessionCredentialFromConsole": _CONSOLE,
    "userIdentity.arn": Rule(),
}
_DATA: Column = {
    "eventCategory": _CATEGORY,
    "readOnly": _READ_ONLY,
    "eventSource": Rule(),
    "eventName": Rule(),
    "eventType": Rule(),
    "resources.type": _TYPE,
    "resources.ARN": Rule(),
    "sessionCredentialFromConsole": _CONSOLE,
    "userIdentity.arn": Rule(),
}
_NETWORK_OF_STORE: Column = {
    "eventCategory": _CATEGORY,
    "eventSource": _NETWORK_SOURCE,
    "eventName": Rule(),
    "errorCode": _DENIED,
    "vpcEndpointId": Rule(),
}
_NETWORK_OF_TRAIL: Column = {**_NETWORK_OF_STORE, "userIdentity.arn": Rule()}
_ONLY_CATEGORY: Column = {"eventCategory": _CATEGORY}

TRAIL_COLUMNS: Mapping[str, Column] = {
    "Management": _MANAGEMENT_OF_TRAIL,
    "Data": _DATA,
    "NetworkActivity": _NETWORK_OF_TRAIL,
}
STORE_COLUMNS: Mapping[str, Column] = {
    "Management": _MANAGEMENT_OF_STORE,
    "Data": _DATA,
    "NetworkActivity": _NETWORK_OF_STORE,
    "Insight": _ONLY_CATEGORY,
    "ConfigurationItem": _ONLY_CATEGORY,
    "Evidence": _ONLY_CATEGORY,
    "ActivityAuditLog": _ONLY_CATEGORY,
}


def operators_of(selector: FieldSelector) -> Mapping[str, tuple[Value, ...]]:
    """Return the operators that a field selector uses, by AWS's names, with their values."""
    every = {
        "Equals": selector.equals,
        "StartsWith": selector.starts_with,
        "EndsWith": selector.ends_with,
        "NotEquals": selector.not_equals,
        "NotStartsWith": selector.not_starts_with,
        "NotEndsWith": selector.not_ends_with,
    }
    return {operator: values for operator, values in every.items() if values}
