"""CP013: two trails that record the same management events: the second copy of each is paid."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.management_probes import recorded_kinds
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey
from costplan.engine.scope import copy_order
from costplan.model.recorders import Recorder, Trail, is_on


def _check(survey: Survey) -> Iterator[Hit]:
    trails = dict(survey.trails())
    order = copy_order(trails.values())
    # Recorders compare by value, and two of them may be equal: positions tell them apart.
    positions = sorted(trails, key=lambda position: _rank(order, trails[position]))
    recorded = {position: recorded_kinds(trail) for position, trail in trails.items()}
    for place, later in enumerate(positions):
        earlier = [
            position
            for position in positions[:place]
            if _meet(trails[position], trails[later]) and recorded[position] & recorded[later]
        ]
        if earlier:
            yield _hit(survey, later, earlier, [recorded[position] & recorded[later] for position in earlier])


def _rank(order: tuple[Recorder, ...], trail: Trail) -> int:
    return next(rank for rank, other in enumerate(order) if other is trail)


def _meet(one: Trail, other: Trail) -> bool:
    """Whether there is an account and a Region in which both are, in some month of a projection.

    What neither states is taken to be the same.
    """
    if one.arn is not None and one.arn == other.arn:
        return False
    accounts = one.account == other.account or one.is_organization or other.is_organization
    regions = one.is_multi_region or other.is_multi_region or one.home_region == other.home_region
    later = max(one.starts_in_month, other.starts_in_month)
    return accounts and regions and is_on(one, later) and is_on(other, later)


def _hit(survey: Survey, later: int, earlier: list[int], common: list[frozenset[str]]) -> Hit:
    names = " and ".join(survey.place(position) for position in earlier)
    accounts = {survey.recorders[position].account for position in (*earlier, later)}
    where = "" if len(accounts) == 1 else ", in accounts that have both"
    kinds = " and ".join(sorted(frozenset[str]().union(*common)))
    message = f"records {kinds} management events that {names} records already{where}: every such event is a paid copy"
    related = tuple(place for position in earlier if (place := survey.recorders[position].where))
    hint = "let one trail record them, and the others data events or what it leaves out"
    return Hit(later, f"{survey.title(later)}: {message}", hint, related=related)


SECOND_COPY = Rule(
    code="CP013",
    name="second-copy-of-management-events",
    severity=Severity.WARNING,
    what="Two trails record the same management events in the same account and Region.",
    why="CloudTrail delivers the first copy of each management event in an account and Region free of charge; every "
    "further copy is paid, by the account in which the event happened. An organization trail beside an account's own "
    "trail, or a multi-Region trail beside a single-Region one, pays for everything twice without recording more.",
    example="""\
- trail: audit
  is_multi_region: true
- trail: forgotten
  is_multi_region: true
""",
    instead="""\
- trail: audit
  is_multi_region: true
""",
    source=f"R80, R81, R83, R84; {USER_GUIDE}cloudtrail-trail-manage-costs.html",
    check=_check,
)
