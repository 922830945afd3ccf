"""Where a recorder is present: accounts, Regions, organizations (R60–R73)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from costplan.model.places import Region, arn_account, arn_region
from costplan.model.problems import Location, Problem
from costplan.model.recorders import DirectDelivery, Recorder, Trail
from costplan.model.scenario import Account, Scenario
from costplan.model.truth import Truth

_MOST_NAMES = 3

Place = tuple[str, str]
"""An account and a Region."""


@dataclass(frozen=True, slots=True)
class Landscape:
    """The places of a scenario.

    regions: account → its enabled Regions.
    listed: accounts whose enabled Regions somebody listed; of the others only the Regions with volumes are known.
    members: the accounts of the organization, its management account included.
    known_regions: what is known of each Region code.
    """

    regions: Mapping[str, frozenset[str]]
    listed: frozenset[str]
    members: frozenset[str]
    known_regions: Mapping[str, Region]

    def is_opt_in(self, region: str) -> bool:
        """Whether accounts have to enable the Region; a Region nobody has heard of is a new one, and those are."""
        known = self.known_regions.get(region)
        return known is None or known.is_opt_in


def landscape_of(scenario: Scenario, known_regions: Mapping[str, Region]) -> Landscape:
    """Return the places of *scenario*: what it lists, and where its volumes have events or coverage."""
    regions: dict[str, set[str]] = {account: set() for account in scenario.accounts}
    for volumes in scenario.volumes:
        for account, region in volumes.places:
            regions.setdefault(account, set()).add(region)
    listed = set()
    for account, details in scenario.accounts.items():
        if details.regions is not None:
            regions[account].update(details.regions)
            listed.add(account)
    for recorder in scenario.recorders:
        if recorder.account and recorder.home_region:
            # A trail's home Region is enabled in its own account, listed or not, or the trail could not be there.
            regions.setdefault(recorder.account, set()).add(recorder.home_region)
        if recorder.account and isinstance(recorder, DirectDelivery):
            regions.setdefault(recorder.account, set()).update(recorder.regions)
    organization = scenario.organization
    if organization is not None and organization.members is not None:
        members = set(organization.members)
    else:
        members = set(regions)
    if organization is not None and organization.management_account:
        members.add(organization.management_account)
    frozen = {account: frozenset(codes) for account, codes in regions.items()}
    return Landscape(frozen, frozenset(listed), frozenset(members), known_regions)


def places_of(recorder: Recorder, landscape: Landscape) -> dict[Place, Truth]:
    """Return where *recorder* is present and how surely; nowhere if it is stopped (R74, R77)."""
    home, owner = recorder.home_region, recorder.account
    if not recorder.is_running or owner is None:
        return {}
    accounts = landscape.members | {owner} if recorder.is_organization else {owner}
    if isinstance(recorder, DirectDelivery):
        # Switched on Region by Region, so nobody has to guess which of them are enabled.
        places = ((account, region) for account in sorted(accounts) for region in _switched_on(recorder))
        return {place: Truth.YES for place in places if _may_be_enabled(place, landscape)}
    if home is None:
        return {}
    result: dict[Place, Truth] = {}
    for account in sorted(accounts):
        enabled = landscape.regions.get(account, frozenset())
        presence = _presence(account, owner, home, enabled, landscape)
        # A member of which nothing is known is present in the home Region at least: unknown there, not absent.
        regions: Iterable[str] = enabled or {home} if recorder.is_multi_region else {home}
        if presence is not Truth.NO:
            result.update({(account, region): presence for region in sorted(regions)})
    return result


def _switched_on(recorder: DirectDelivery) -> tuple[str, ...]:
    return recorder.regions or ((recorder.home_region,) if recorder.home_region else ())


def _may_be_enabled(place: Place, landscape: Landscape) -> bool:
    account, region = place
    return account not in landscape.listed or region in landscape.regions[account]


def _presence(account: str, owner: str, home: str, enabled: frozenset[str], landscape: Landscape) -> Truth:
    """Return whether a member sends to an organization recorder: not if its home Region is not enabled there (R70)."""
    if account == owner or not landscape.is_opt_in(home) or home in enabled:
        return Truth.YES
    return Truth.NO if account in landscape.listed else Truth.MAYBE


def copy_order(recorders: Iterable[Recorder]) -> tuple[Recorder, ...]:
    """Return the recorders in the order in which their copies are numbered (R82).

    By the month of the projection in which they start, by start of logging where it is known, else organization trails
    first, then as they stand in the file.
    """
    return tuple(sorted(recorders, key=_copy_rank))


def _copy_rank(recorder: Recorder) -> tuple[int, bool, str, bool]:
    started = recorder.started if isinstance(recorder, Trail) else None
    return (recorder.starts_in_month, started is None, started or "", not recorder.is_organization)


def labels_of(recorders: Iterable[Recorder]) -> dict[int, str]:
    """Return a unique label for each recorder, by position: its name, with account and Region where names repeat.

    Charges are identified by it, so it must not depend on what else a scenario holds more than it has to.
    """
    recorders = tuple(recorders)
    names = Counter(recorder.name for recorder in recorders)
    owned = Counter((recorder.name, recorder.account) for recorder in recorders)
    labels: dict[int, str] = {}
    for position, recorder in enumerate(recorders):
        label = recorder.name
        if names[recorder.name] > 1:
            label = f"{recorder.account}:{label}"
        if owned[recorder.name, recorder.account] > 1:
            label = f"{recorder.account}:{recorder.home_region}:{recorder.name}"
        if label in labels.values():
            label = f"{label}#{position + 1}"
        labels[position] = label
    return labels


def labelled(recorders: Sequence[Recorder]) -> dict[str, Recorder]:
    """Return recorders by the labels that they have in this order: alike ones are numbered."""
    return {label: recorders[position] for position, label in labels_of(recorders).items()}


def by_label(recorders: Iterable[Recorder]) -> dict[str, Recorder]:
    """Return the recorders of a scenario by the labels that charges are identified by, in the order of copies."""
    return labelled(copy_order(recorders))


def settle(
    scenario: Scenario, account: str | None = None, region: str | None = None, known: Sequence[Recorder] = ()
) -> tuple[Scenario, tuple[Problem, ...]]:
    """Return *scenario* with every recorder's account and home Region settled, and what could not be.

    A recorder's own word comes first, then its ARN, then (for an organization's) the management account (R69), then
    *account* and *region* (of the command line), then the only recorder of its name among *known* (of an estate) or the
    only account or Region there is.  What was decided for it is noted.
    """
    problems: list[Problem] = []
    notes: dict[str, list[str]] = {}
    decided: dict[str, list[str]] = {}
    accounts = sorted({a for v in scenario.volumes for a, _ in v.places} | set(scenario.accounts))
    recorders = []
    for recorder in scenario.recorders:
        where = recorder.where or scenario.where or Location(scenario.name)
        said = decided if recorder.is_declared else notes
        owner = recorder.account or (arn_account(recorder.arn) if recorder.arn else None)
        if owner is None:
            owner = _management_account(scenario, recorder) or account or _only(accounts)
            owner = owner or _only(r.account for r in _namesakes(recorder, None, known))
            if owner is None:
                choices = ", ".join(accounts) or "none known"
                hint = f'write account: "…" or pass --account (accounts here: {choices})'
                problems.append(Problem(where, f"{recorder.name}: whose trail it is, is not said", hint))
            else:
                said.setdefault(f"belong to account {owner}", []).append(recorder.name)
        home = recorder.home_region or (arn_region(recorder.arn) if recorder.arn else None)
        if isinstance(recorder, DirectDelivery) and recorder.regions:
            home = recorder.regions[0]
        if home is None:
            regions = _regions_of(scenario, owner)
            home = region or _only(r.home_region for r in _namesakes(recorder, owner, known)) or _only(regions)
            if home is None:
                choices = ", ".join(regions) or "none known"
                hint = f"write home_region: … or pass --region (Regions here: {choices})"
                problems.append(Problem(where, f"{recorder.name}: its home Region is not said", hint))
            else:
                said.setdefault(f"have {home} as home Region", []).append(recorder.name)
        recorders.append(replace(recorder, account=owner, home_region=home))
    settled = replace(
        scenario,
        recorders=tuple(recorders),
        notes=(*scenario.notes, *_taken_to(notes)),
        decided=(*scenario.decided, *_taken_to(decided)),
    )
    return settled, tuple(problems)


def _taken_to(said: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for what, names in said.items():
        yield f"{some_of(names)} {'is' if len(names) == 1 else 'are'} taken to {what}"


def some_of(names: Sequence[str]) -> str:
    """Return names for a sentence: the first three, and how many more there are.

    >>> some_of(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    shown = ", ".join(names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else f"{shown} and {len(names) - _MOST_NAMES} more"


def _namesakes(recorder: Recorder, account: str | None, known: Iterable[Recorder]) -> Iterator[Recorder]:
    for other in known:
        if type(other) is type(recorder) and other.name == recorder.name and account in (None, other.account):
            yield other


def _only(values: Iterable[str | None]) -> str | None:
    """Return the one value there is; ``None`` where there are none or several."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _management_account(scenario: Scenario, recorder: Recorder) -> str | None:
    organization = scenario.organization
    return organization.management_account if organization is not None and recorder.is_organization else None


def _regions_of(scenario: Scenario, account: str | None) -> list[str]:
    covered = {r for v in scenario.volumes for a, r in v.places if account in (None, a)}
    listed = scenario.accounts.get(account or "", Account()).regions or ()
    return sorted(covered | set(listed))
