"""Selectors as the rules look at them: where each stands, and every value it states."""

from collections.abc import Iterator
from dataclasses import dataclass

from costplan.advice.lint.rule import Hit, Survey
from costplan.advice.selector_rules import operators_of
from costplan.model.containers import Operator
from costplan.model.problems import Location
from costplan.model.selection import EVENT_CATEGORY, EVENT_SOURCE, RESOURCE_ARN, RESOURCE_TYPE
from costplan.model.selectors import AdvancedEventSelector, DataResource, EventSelector, FieldSelector
from costplan.model.unknown import UNKNOWN

PRINCIPAL_ARN = "userIdentity.arn"
ARN_FIELDS = frozenset({RESOURCE_ARN, PRINCIPAL_ARN})
S3_OBJECT = "AWS::S3::Object"


@dataclass(frozen=True, slots=True)
class PlacedSelector:
    """A selector of some recorder.

    title: how messages name it: recorder and selector.
    """

    position: int
    number: int
    title: str
    selector: EventSelector | AdvancedEventSelector

    def hit(self, message: str, hint: str, related: tuple[Location, ...] = ()) -> Hit:
        """Return *message* as said about this selector."""
        return Hit(self.position, f"{self.title}: {message}", hint, self.selector.where, related=related)


@dataclass(frozen=True, slots=True)
class StatedValue:
    """One value that somebody wrote into a selector.

    field: of the event; for basic selectors the field that is tested in effect.
    operator: AWS's name of it; for basic selectors the test that is done in effect (R9).
    says: where it stands, in the words of its selector.
    types: ``resources.type`` of the selector, as far as it is known.
    """

    placed: PlacedSelector
    field: str
    operator: str
    says: str
    value: str
    types: frozenset[str]

    @property
    def is_negated(self) -> bool:
        """Whether a hit rejects the event."""
        return self.operator.startswith("Not")

    @property
    def test(self) -> Operator:
        """The test that is done, whatever a hit means."""
        return Operator(self.operator.removeprefix("Not"))

    @property
    def quoted(self) -> str:
        """The value with where it stands: ``resources.ARN StartsWith "arn:…"``."""
        return f'{self.says} "{self.value}"'

    @property
    def in_vain(self) -> str:
        """What it does if it hits nothing."""
        return "excludes nothing" if self.is_negated else "matches nothing"

    def hit(self, message: str, hint: str) -> Hit:
        """Return *message* as said about this value."""
        return self.placed.hit(f"{self.quoted} {message}", hint)


def placed_selectors(survey: Survey) -> Iterator[PlacedSelector]:
    """Yield every selector of every recorder, in order."""
    for position, recorder in enumerate(survey.recorders):
        selectors: tuple[EventSelector | AdvancedEventSelector, ...] = recorder.selectors or ()
        for number, selector in enumerate(selectors, 1):
            name = selector.name if isinstance(selector, AdvancedEventSelector) else ""
            title = f'selector "{name}"' if name else f"selector {number}"
            yield PlacedSelector(position, number, f"{survey.title(position)}, {title}", selector)


def advanced_selectors(survey: Survey) -> Iterator[tuple[PlacedSelector, AdvancedEventSelector]]:
    """Yield the advanced ones among them."""
    for placed in placed_selectors(survey):
        if isinstance(placed.selector, AdvancedEventSelector):
            yield placed, placed.selector


def stated_values(survey: Survey) -> Iterator[StatedValue]:
    """Yield every value that is known, of basic and advanced selectors."""
    for placed in placed_selectors(survey):
        if isinstance(placed.selector, AdvancedEventSelector):
            types = known_types(placed.selector)
            for selector in placed.selector.fields:
                yield from _of_field(placed, selector, types)
        else:
            for value in placed.selector.exclude_management_event_sources:
                if isinstance(value, str):
                    says = "ExcludeManagementEventSources"
                    yield StatedValue(placed, EVENT_SOURCE, "NotEquals", says, value, frozenset())
            for resource in placed.selector.data_resources:
                yield from _of_data_resource(placed, resource)


def _of_field(placed: PlacedSelector, selector: FieldSelector, types: frozenset[str]) -> Iterator[StatedValue]:
    for operator, values in operators_of(selector).items():
        for value in values:
            if isinstance(value, str):
                says = f"{selector.field} {operator}"
                yield StatedValue(placed, selector.field, operator, says, value, types)


def _of_data_resource(placed: PlacedSelector, resource: DataResource) -> Iterator[StatedValue]:
    operator = "StartsWith" if resource.type == S3_OBJECT else "Equals"
    for value in resource.values:
        if isinstance(value, str):
            says = f"DataResources {resource.type}"
            yield StatedValue(placed, RESOURCE_ARN, operator, says, value, frozenset({resource.type}))


def known_types(selector: AdvancedEventSelector) -> frozenset[str]:
    """Return what the selector says ``resources.type`` equals; empty if it says nothing or not everything is known."""
    values = [value for field in selector.fields if field.field == RESOURCE_TYPE for value in field.equals]
    return frozenset(value for value in values if isinstance(value, str)) if UNKNOWN not in values else frozenset()


def category_of(selector: AdvancedEventSelector) -> str | None:
    """Return the one category whose events the selector admits; ``None`` if that is not known."""
    fields = [field for field in selector.fields if field.field == EVENT_CATEGORY]
    if len(fields) != 1 or len(fields[0].values) != 1:
        return None
    values = [value for value in fields[0].equals if isinstance(value, str)]
    return values[0] if values else None
