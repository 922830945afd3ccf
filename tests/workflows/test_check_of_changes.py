"""The changes that are worked out by hand, as a check sees them."""

from decimal import Decimal

import pytest

from costplan.model.verdicts import Outcome
from costplan.workflows.check import check
from tests.workflows.changes import FOLDER, VOLUMES, Pair, all_pairs, read_pairs

THOUSANDTH = Decimal("0.001")
SHOWN, UNSEEN = (
    next(read_pairs(FOLDER / "plan-adds-trail" / name)) for name in ("expected.yaml", "expected-without-estate.yaml")
)


def outcome(pair: Pair, **limits: str) -> Outcome:
    options = dict(pair.options) | {"volumes": [VOLUMES], "before": pair.before} | limits
    return check([pair.after], unknown="allow", **options).report.outcome


def test_an_unseen_second_copy_that_would_break_a_limit_cannot_be_told() -> None:
    limit = str(UNSEEN.expected.limit)
    assert outcome(UNSEEN, max_monthly=limit) is Outcome.COULD_NOT_TELL
    assert outcome(UNSEEN, max_increase=limit) is Outcome.COULD_NOT_TELL
    # $0.12 to $300.12: above both ends and below both, it can be told.
    assert outcome(UNSEEN, max_monthly="300.13") is Outcome.PASSED
    assert outcome(UNSEEN, max_monthly="0.12") is Outcome.BROKEN


def test_the_organizations_trail_of_the_estate_makes_it_certain() -> None:
    limit = str(UNSEEN.expected.limit)
    assert outcome(SHOWN, max_monthly=limit) is Outcome.BROKEN
    assert outcome(SHOWN, max_increase=limit) is Outcome.BROKEN
    assert outcome(SHOWN, max_increase="300.13") is Outcome.PASSED


@pytest.mark.parametrize("pair", all_pairs(), ids=lambda pair: pair.name)
def test_a_limit_just_below_the_increase_is_broken_and_one_just_above_it_holds(pair: Pair) -> None:
    if pair.expected.possible is not None:
        pytest.skip("what it costs is not certain")
    more = pair.expected.difference
    kind = "max_increase" if more >= 0 else "max_decrease"
    assert outcome(pair, **{kind: f"{abs(more) + THOUSANDTH:.6f}"}) is Outcome.PASSED
    if abs(more) > THOUSANDTH:
        assert outcome(pair, **{kind: f"{abs(more) - THOUSANDTH:.6f}"}) is Outcome.BROKEN
