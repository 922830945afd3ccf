"""Where typed volumes happen: they name no place, so the recorders that are to record them tell it."""

from collections.abc import Iterable
from dataclasses import replace

from costplan.inputs.volumes.typed import parse_typed
from costplan.model.events import EventCategory
from costplan.model.recorders import Recorder, Trail
from costplan.model.scenario import Estate, Scenario
from costplan.model.selectors import AdvancedEventSelector, FieldSelector

TYPED_ACCOUNT = "111122223333"
TYPED_REGION = "us-east-1"
"""Where typed volumes happen when nothing tells: an account id of AWS's documentation, the first Region."""


def with_typed(
    scenario: Scenario, text: str, account: str | None, region: str | None, beside: Estate | None, warnings: list[str]
) -> Scenario:
    """Return *scenario* with the volumes that *text* states, in the place of its recorders.

    account, region: of the command line, which come first; then the only one of the recorders, of those before a
    plan, or of their namesakes in the estate.  *warnings* tells where no recorder of the scenario can record there.
    """
    names = {recorder.name for recorder in scenario.recorders}
    namesakes = [one for one in beside.recorders if one.name in names] if beside is not None else []
    groups = (scenario.recorders, scenario.replaced, namesakes)
    account = account or next(filter(None, (_only(r.account for r in group) for group in groups)), TYPED_ACCOUNT)
    region = region or next(filter(None, (_only(r.home_region for r in group) for group in groups)), TYPED_REGION)
    if scenario.recorders and not any(_may_record(recorder, account, region) for recorder in scenario.recorders):
        warnings.append(
            f"{scenario.name}: no recorder is in account {account} and Region {region}, where the typed volumes are"
            " taken to happen: give --account and --region"
        )
    return replace(scenario, volumes=(parse_typed(text, account, region),))


def _may_record(recorder: Recorder, account: str, region: str) -> bool:
    is_there = recorder.account in (None, account) or recorder.is_organization
    return is_there and (recorder.is_multi_region or recorder.home_region in (None, region))


def _only(values: Iterable[str | None]) -> str | None:
    found = {value for value in values if value is not None}
    return found.pop() if len(found) == 1 else None


def scenario_of_typed(text: str, account: str | None, region: str | None) -> Scenario:
    """Return a scenario in which one trail records every event that *text* states."""
    volumes = parse_typed(text, account or TYPED_ACCOUNT, region or TYPED_REGION)
    selectors = []
    categories = {row.key.category for row in volumes.rows}
    if EventCategory.MANAGEMENT in categories:
        selectors.append(_selector(EventCategory.MANAGEMENT))
    types = sorted(
        {
            resource.type
            for row in volumes.rows
            if isinstance(row.key.resources, tuple)
            for resource in row.key.resources
            if isinstance(resource.type, str)
        }
    )
    selectors += (_selector(EventCategory.DATA, ("resources.type", of_type)) for of_type in types)
    if EventCategory.NETWORK_ACTIVITY in categories:
        sources = {row.key.event_source for row in volumes.rows if row.key.category is EventCategory.NETWORK_ACTIVITY}
        known = sorted(source for source in sources if isinstance(source, str))
        selectors += (_selector(EventCategory.NETWORK_ACTIVITY, ("eventSource", source)) for source in known)
        if sources != set(known):
            selectors.append(_selector(EventCategory.NETWORK_ACTIVITY))
    trail = Trail(
        "one trail",
        account or TYPED_ACCOUNT,
        region or TYPED_REGION,
        is_multi_region=True,
        selectors=tuple(selectors),
    )
    note = f"typed volumes happen in account {trail.account} and Region {trail.home_region}, recorded by one trail"
    return Scenario("typed", (trail,), (volumes,), notes=(note,))


def _selector(category: EventCategory, *fields: tuple[str, str]) -> AdvancedEventSelector:
    conditions = (("eventCategory", category.value), *fields)
    return AdvancedEventSelector(tuple(FieldSelector(name, equals=(value,)) for name, value in conditions))
