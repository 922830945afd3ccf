"""Full rows of a volumes file: from their entries to event keys and monthly numbers."""

from collections.abc import Callable
from decimal import Decimal

from msgspec import UNSET, UnsetType

from costplan.inputs.documents import At
from costplan.inputs.volumes.rates import parse_rate
from costplan.inputs.volumes.volumes_shape import CATEGORIES, EventRow, Excluded, PrincipalEntry, ResourceEntry
from costplan.inputs.volumes.volumes_writer import is_whole_by_default
from costplan.model.containers import ArnField, Condition
from costplan.model.events import EventKey, Principal, Resource
from costplan.model.numbers import exact_arithmetic, round_once
from costplan.model.quantity import Quantity
from costplan.model.unknown import UNKNOWN, Except, Flag, Text, Unknown
from costplan.model.volumes import HOURS_PER_MONTH, Coverage, VolumeRow

Report = Callable[[At, str, str], None]
"""Takes note of a problem: where in the volumes, what, and what to do about it."""


class RowReader:
    """Reads the rows of one file, whose resources and principals repeat."""

    def __init__(self, conditions: tuple[Condition, ...], coverage: tuple[Coverage, ...], report: Report) -> None:
        self._coverage = coverage
        self._report = report
        self._asked = {field: sum(c.field is field for c in conditions) for field in ArnField}
        self._known_resources: dict[ResourceEntry, Resource] = {}
        self._known_principals: dict[PrincipalEntry, Principal] = {}

    def row(self, at: At, entry: EventRow, key: EventKey) -> VolumeRow | None:
        """Return the row of *entry*, or ``None`` where nobody can say how many events it is."""
        per_month = self._per_month(at, entry, key)
        if per_month is None:
            return None
        count = entry.count if isinstance(entry.count, int) else None
        return VolumeRow(key, per_month, count, entry.raw_bytes, entry.oversize)

    def key(self, at: At, entry: EventRow, account: str, region: str) -> EventKey:
        """Return the key of *entry* as far as its full fields say it."""
        return EventKey(
            account=account,
            region=region,
            category=CATEGORIES[entry.category],
            event_source=_text(entry.event_source),
            event_name=_text(entry.event_name),
            event_type=_text(entry.event_type),
            read_only=_flag(entry.read_only),
            resources=self._resources(at, entry.resources),
            principal=self._principal(at, entry.principal),
            is_console=_flag(entry.console),
            error_code=_text(entry.error_code),
            vpc_endpoint_id=_text(entry.vpc_endpoint_id),
            vpc_endpoint_account=_text(entry.vpc_endpoint_account),
            is_global_endpoint=_flag(entry.global_endpoint),
            is_cross_account=_flag(entry.cross_account),
        )

    def _resources(
        self, at: At, entries: tuple[ResourceEntry, ...] | UnsetType | None
    ) -> tuple[Resource, ...] | Unknown:
        if entries is UNSET:
            return UNKNOWN
        resources = []
        for position, entry in enumerate(entries or ()):
            resource = self._known_resources.get(entry)
            if resource is None:
                container = UNKNOWN if isinstance(entry.container, UnsetType) else entry.container
                type_ = UNKNOWN if isinstance(entry.type, UnsetType) else entry.type
                by_default = is_whole_by_default(type_, container)
                whole = by_default if isinstance(entry.whole, UnsetType) else entry.whole
                resource = Resource(type_, container, whole, entry.answers)
                self._known_resources[entry] = resource
            place = (*at, "resources", position)
            self._check_answers(place, ArnField.RESOURCE, resource.container, resource.is_whole, entry.answers)
            resources.append(resource)
        return tuple(resources)

    def _principal(self, at: At, entry: PrincipalEntry | UnsetType | None) -> Principal:
        if isinstance(entry, UnsetType):
            return Principal()
        if entry is None:
            return Principal(None, False, None, None)
        principal = self._known_principals.get(entry)
        if principal is None:
            container = _text(entry.container)
            by_default = is_whole_by_default(None, container)
            whole = by_default if isinstance(entry.whole, UnsetType) else entry.whole
            principal = Principal(container, whole, _text(entry.type), _text(entry.invoked_by), entry.answers)
            self._known_principals[entry] = principal
        place = (*at, "principal")
        self._check_answers(place, ArnField.PRINCIPAL, principal.container, principal.is_whole, entry.answers)
        return principal

    def _check_answers(self, at: At, field: ArnField, container: object, is_whole: bool, answers: str) -> None:
        """Report answers that do not belong to the conditions; an ARN that is known or absent needs none."""
        asked = self._asked[field]
        if len(answers) == asked or (not answers and (is_whole or not isinstance(container, str))):
            return
        what = f"answers has {len(answers)} characters for {asked} conditions on {field.value}"
        self._report(
            (*at, "answers"), what, "write one character, 1 or 0, for each condition of the file, in its order"
        )

    def _per_month(self, at: At, entry: EventRow, key: EventKey) -> Quantity | None:
        if isinstance(entry.count, str):
            if entry.per_month is not None:
                self._report((*at, "count"), "a rate does not go with per_month", "keep one of the two")
                return None
            return Quantity.exact(parse_rate(entry.count))
        if entry.per_month is not None:
            return self._band(at, entry, Decimal(entry.per_month))
        if entry.count is None:
            self._report(at, "says no number of events", "add count:, a whole number or a rate such as 31M/month")
            return None
        hours = {c.observed.hours for c in self._coverage if c.observed is not None and _may_hold(c, key)}
        if len(hours) != 1:
            why = "no coverage row says when it was observed" if not hours else "coverage rows observed different hours"
            hint = "add per_month:, or write the count as a rate such as 31M/month"
            self._report((*at, "count"), f"{why}, so the count is of no known period", hint)
            return None
        with exact_arithmetic():
            return Quantity.exact(round_once(entry.count * HOURS_PER_MONTH / hours.pop()))

    def _band(self, at: At, entry: EventRow, point: Decimal) -> Quantity | None:
        if entry.per_month_low is None and entry.per_month_high is None:
            return Quantity.exact(point)
        low = point if entry.per_month_low is None else Decimal(entry.per_month_low)
        high = point if entry.per_month_high is None else Decimal(entry.per_month_high)
        if not low <= point <= high:
            what = f"per_month {point} is outside its band of {low} to {high}"
            self._report((*at, "per_month"), what, "order per_month_low, per_month, per_month_high")
            return None
        return Quantity.between(low, high, point)


def _text(value: str | Excluded | UnsetType | None) -> Text:
    if value is UNSET:
        return UNKNOWN
    return Except(frozenset(value.values)) if isinstance(value, Excluded) else value


def _flag(value: bool | UnsetType | None) -> Flag:
    return UNKNOWN if value is UNSET else value


def _may_hold(coverage: Coverage, key: EventKey) -> bool:
    """Whether events of *key* may have been observed in a coverage row's period."""
    if (coverage.account, coverage.region, coverage.category) != (key.account, key.region, key.category):
        return False
    resources = () if isinstance(key.resources, Unknown) else key.resources
    return (
        coverage.read_only in (None, key.read_only)
        and coverage.event_source in (None, key.event_source)
        and (coverage.resource_type is None or any(r.type == coverage.resource_type for r in resources))
        and (coverage.container is None or any(r.container == coverage.container for r in resources))
    )
