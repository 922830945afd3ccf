"""What a change does not show: the recorders that are there beside those it declares."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from costplan.model.recorders import Recorder
from costplan.model.scenario import Account, Estate, Scenario


def with_estate(scenario: Scenario, estate: Estate, before: Iterable[Recorder] = ()) -> Scenario:
    """Return *scenario* with what *estate* has besides, in front of its own recorders: it was there first.

    Both are settled; *before* are the scenario's recorders as they were until then.  One of the estate gives way to
    one of the scenario, or to what a plan says was there before, that has its ARN, else its account and name.  Two of
    one account and name in different home Regions are different ones (R72), as far as the code itself says the Region.
    Where a template leaves the name to CloudFormation, the only one whose name CloudFormation can have made of its
    logical id is the same.  Recorders of accounts that the scenario does not touch are left out: they record none of
    its events.
    """
    stated = [
        replace(settled, home_region=written.home_region)
        for settled, written in zip(scenario.recorders, before or scenario.recorders, strict=True)
    ]
    replacing = (*stated, *scenario.replaced)
    beside = [one for one in estate.recorders if not any(_is_same(one, other) for other in replacing)]
    made = {other.name: [one for one in beside if _has_made_name(one, other)] for other in stated}
    deployed = {name: found[0] for name, found in made.items() if len(found) == 1}
    beside = [one for one in beside if one not in deployed.values()]
    touched = _accounts_of(scenario)
    kept = [one for one in beside if one.is_organization or one.account in touched]
    return replace(
        scenario,
        recorders=(*kept, *scenario.recorders),
        accounts=_accounts(scenario.accounts, estate.accounts, touched),
        organization=scenario.organization or estate.organization,
        notes=(*scenario.notes, *_told(estate, beside, kept)),
        decided=(*scenario.decided, *_told_of_made_names(made)),
        has_estate=True,
    )


def _is_same(one: Recorder, other: Recorder) -> bool:
    if type(one) is type(other) and one.arn and other.arn:
        return one.arn == other.arn
    return _is_of_one_place(one, other) and one.name == other.name


def _is_of_one_place(one: Recorder, other: Recorder) -> bool:
    places = one.home_region == other.home_region or None in (one.home_region, other.home_region)
    return type(one) is type(other) and places and one.account == other.account


def _has_made_name(one: Recorder, other: Recorder) -> bool:
    """Whether CloudFormation can have made the name of *one* for *other*: stack, logical id, and what makes it unique.

    From "Name type" in the AWS CloudFormation Template Reference.
    """
    if not other.is_declared or other.arn is not None or not _is_of_one_place(one, other):
        return False
    return re.fullmatch(rf".+-{re.escape(other.name)}-[A-Za-z0-9]{{8,13}}", one.name) is not None


def _told_of_made_names(made: Mapping[str, Sequence[Recorder]]) -> Iterator[str]:
    for name, found in made.items():
        names = ", ".join(one.name for one in found)
        if len(found) == 1:
            yield f"{names} of the estate is taken to be {name}, whose name CloudFormation made"
        elif found:
            yield f"none of {names} of the estate is taken to be {name}, though CloudFormation may have made the name"


def _accounts_of(scenario: Scenario) -> frozenset[str]:
    places = {account for volumes in scenario.volumes for account, _ in volumes.places}
    return frozenset(places | set(scenario.accounts) | {r.account for r in scenario.recorders if r.account})


def _accounts(own: Mapping[str, Account], known: Mapping[str, Account], touched: frozenset[str]) -> dict[str, Account]:
    """Return the scenario's accounts; of those it touches, the estate tells what it does not."""
    told = {code: account for code, account in known.items() if code in touched}
    return {
        code: Account(
            own.get(code, Account()).name or told.get(code, Account()).name,
            own.get(code, Account()).regions or told.get(code, Account()).regions,
            own.get(code, Account()).billing_group or told.get(code, Account()).billing_group,
        )
        for code in (*own, *(code for code in told if code not in own))
    }


def _told(estate: Estate, beside: list[Recorder], kept: list[Recorder]) -> Iterator[str]:
    replaced = len(estate.recorders) - len(beside)
    parts = [f"{len(kept)} beside those of the scenario"]
    if replaced:
        parts.append(f"{replaced} that it replaces")
    if len(beside) > len(kept):
        parts.append(f"{len(beside) - len(kept)} in accounts that it does not touch, left out")
    yield f"{estate.name} has {len(estate.recorders)} recorders: {', '.join(parts)}"
