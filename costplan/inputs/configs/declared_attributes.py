"""The attributes of one declared trail or event data store, and what is said where nobody knows them."""

from typing import Any

from costplan.inputs.configs.declared import DeclaredResource, PartlyKnown, Unresolved
from costplan.inputs.configs.declared_values import PlainValues
from costplan.inputs.configs.fields import Fields, Names
from costplan.model.places import arn_account, arn_region, is_account
from costplan.model.problems import Problem
from costplan.model.recorders import IS_RUNNING
from costplan.model.unknown import UNKNOWN

_IN_WORDS = {
    "IsMultiRegionTrail": ("a multi-Region trail", "a single-Region trail"),
    "IsOrganizationTrail": ("an organization trail", "no organization trail"),
    "IncludeGlobalServiceEvents": ("global service events are included", "global service events are left out"),
    "EnableLogFileValidation": ("log file validation is on", "log file validation is off"),
    "IsLogging": ("logging is on", "logging is off"),
    "AggregationConfigurations": ("data events are aggregated", "data events are not aggregated"),
    "MultiRegionEnabled": ("it takes in events of all Regions", "it takes in events of one Region"),
    "OrganizationEnabled": ("it takes in events of the organization", "it takes in events of one account"),
    "IngestionEnabled": ("it takes in events", "it takes in no events"),
    "Suspend": ("it takes in no events", "it takes in events"),
}
# Which field of a recorder each of them decides.
_FIELDS = {
    "IsMultiRegionTrail": "is_multi_region",
    "IsOrganizationTrail": "is_organization",
    "IncludeGlobalServiceEvents": "include_global_service_events",
    "IsLogging": IS_RUNNING,
    "AggregationConfigurations": "aggregates_data",
    "MultiRegionEnabled": "is_multi_region",
    "OrganizationEnabled": "is_organization",
    "IngestionEnabled": IS_RUNNING,
    "Suspend": IS_RUNNING,
}


class Attributes:
    """The attributes of one resource, and what had to be assumed of it."""

    def __init__(self, resource: DeclaredResource, names: Names, problems: list[Problem]) -> None:
        self.resource = resource
        self.plain = PlainValues(resource)
        self.fields = Fields(resource.document, resource.at, self.plain.values, names, problems)
        self.assumed: list[str] = []
        self.undecided: list[tuple[str, str]] = []
        if resource.condition is not None:
            self.leave_open(IS_RUNNING, f"it is there: {resource.condition.what} is not known")
        if self.plain.partition is not None:
            self.assumed.append(f"the partition is {self.plain.partition}: no Region is known")

    def declared(self, name: str) -> Any:
        """Return a value as it was declared, ``Unresolved`` where it is not known."""
        key = self.fields.key(name)
        return None if key is None else self.resource.values[key]

    def flag(self, name: str, default: bool) -> bool:
        """Return a boolean; what is not known is *default*, and it is said so."""
        value = self.fields.flag(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self._assume(name, _IN_WORDS[name][not default])
        return default

    def is_listed(self, name: str) -> bool:
        """Whether a list holds anything; one that is not known is empty, and it is said so."""
        value = self.fields.value(name)
        if value is UNKNOWN:
            self._assume(name, _IN_WORDS[name][1])
            return False
        return bool(value)

    def leave_open(self, field: str, words: str) -> None:
        """Note what was taken to hold of a field of the recorder that decides what it records or analyses."""
        self.assumed.append(words)
        self.undecided.append((field, words))

    def _assume(self, name: str, taken: str) -> None:
        words = f"{taken}: {self.why(name)}"
        if name in _FIELDS:
            self.leave_open(_FIELDS[name], words)
        else:
            self.assumed.append(words)

    def why(self, name: str) -> str:
        """Return why a value is not known."""
        value = self.declared(name)
        parts = value.parts if isinstance(value, PartlyKnown) else (value,)
        names = [part.what for part in parts if isinstance(part, Unresolved)]
        return f"{self.fields.key(name)} is known only when it is applied ({', '.join(dict.fromkeys(names))})"

    def places(self) -> tuple[str | None, str | None]:
        """Return account and Region, as far as they are told."""
        arn = self.fields.known_text("Arn") or ""
        account, region = self.resource.account, self.resource.region
        return (
            account if isinstance(account, str) and is_account(account) else arn_account(arn),
            region if isinstance(region, str) else arn_region(arn),
        )

    def note_selectors(self) -> None:
        """Say which selectors may match, since nobody knows what they select."""
        unknown = [
            what
            for name in ("EventSelectors", "AdvancedEventSelectors")
            for what in self.plain.unknown_in(self.fields.key(name))
        ]
        if unknown:
            names = ", ".join(list(dict.fromkeys(unknown))[:5])
            self.assumed.append(f"selectors may match what they name only when they are applied ({names})")
