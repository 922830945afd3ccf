"""Every quantity says which selectors admit it and whose copies came before."""

from costplan.engine.estimation import estimate_scenario
from costplan.model.billing import Meter, Usage
from costplan.model.estimate import Estimate
from costplan.model.selectors import AdvancedEventSelector
from tests.build import (
    DATA,
    MANAGEMENT,
    charges_of,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_trail,
    object_row,
    on_objects,
)


def named(name: str, selector: AdvancedEventSelector) -> AdvancedEventSelector:
    return AdvancedEventSelector(selector.fields, name)


def usages(estimate: Estimate, meter: Meter) -> dict[str, Usage]:
    return {charge.usage.recorder: charge.usage for charge in charges_of(estimate, meter)}


def test_an_event_is_admitted_by_the_first_of_its_selectors() -> None:
    everything = named("everything", make_selector(DATA))
    objects = named("objects", on_objects())
    trail = make_trail(selectors=(named("management", make_selector(MANAGEMENT)), objects, everything))
    estimate = estimate_scenario(make_scenario(trail, rows=(object_row(5), make_row(7))), make_prices())

    assert usages(estimate, Meter.DATA)["audit"].selectors == ("objects",)
    assert usages(estimate, Meter.MANAGEMENT_FIRST_COPY)["audit"].selectors == ("management",)


def test_a_third_copy_names_the_two_before_it() -> None:
    trails = (make_trail("first"), make_trail("second"), make_trail("third"))
    estimate = estimate_scenario(make_scenario(*trails, rows=(make_row(7),)), make_prices())
    paid = usages(estimate, Meter.MANAGEMENT_ADDITIONAL_COPY)

    assert {name: usage.earlier_copies for name, usage in paid.items()} == {
        "second": ("first",),
        "third": ("first", "second"),
    }
