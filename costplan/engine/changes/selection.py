"""Which recorders choose their events in another way in two scenarios."""

from collections.abc import Hashable, Mapping

from costplan.engine.changes.selectors import meaning
from costplan.engine.scope import by_label
from costplan.model.recorders import DirectDelivery, Recorder, Trail
from costplan.model.scenario import Scenario
from costplan.model.selection import advanced_form


def selecting_otherwise(before: Scenario, after: Scenario) -> frozenset[str]:
    """Return the labels of recorders that are on one side only, are elsewhere, or select other events.

    Where other events happen, or in other places, that is all of them.
    """
    old, new = _selections(before), _selections(after)
    around = [
        (one.accounts, one.organization, [(v.rows, v.conditions) for v in one.volumes]) for one in (before, after)
    ]
    if around[0] != around[1]:
        return frozenset({*old, *new})
    return frozenset(label for label in {*old, *new} if old.get(label) != new.get(label))


def _selections(scenario: Scenario) -> Mapping[str, Hashable]:
    return {label: _selection(recorder) for label, recorder in by_label(scenario.recorders).items()}


def _selection(recorder: Recorder) -> Hashable:
    return (
        recorder.kind,
        recorder.account,
        recorder.home_region,
        recorder.is_multi_region,
        recorder.is_organization,
        recorder.is_running,
        recorder.starts_in_month,
        recorder.stops_in_month,
        recorder.include_global_service_events if isinstance(recorder, Trail) else None,
        recorder.regions if isinstance(recorder, DirectDelivery) else None,
        frozenset(map(meaning, advanced_form(recorder))),
    )
