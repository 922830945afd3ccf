"""The attributes of one declared trail or event data store, and what is said where nobody knows them."""

from typing import Any

from costplan.inputs.configs.declared import DeclaredResource, PartlyKnown, Unresolved
from costplan.inputs.configs.declared_values import PlainValues
from costplan.inputs.configs.fields import Fields, Names
from costplan.model.places import arn_account, arn_region, is_account
from costplan.model.problems import Problem
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


class Attributes:
    """The attributes of one resource, and what had to be assumed of it."""

    def __init__(self, resource: DeclaredResource, names: Names, problems: list[Problem]) -> None:
        self.resource = resource
        self.plain = PlainValues(resource)
        self.fields = Fields(resource.document, resource.at, self.plain.values, names, problems)
        self.assumed: list[str] = []
        if resource.condition is not None:
            self.assumed.append(f"it is there: {resource.condition.what} is not known")
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
        self.assumed.append(f"{_IN_WORDS[name][not default]}: {self.why(name)}")
        return default

    def is_listed(self, name: str) -> bool:
        """Whether a list holds anything; one that is not known is empty, and it is said so."""
        value = self.fields.value(name)
        if value is UNKNOWN:
            self.assumed.append(f"{_IN_WORDS[name][1]}: {self.why(name)}")
            return False
        return bool(value)

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
