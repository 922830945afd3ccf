"""Whether the events that must be recorded are, asked of the selectors with sample events."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from costplan.advice.check.requirement_words import events_text, missing_text, places_text, recorders_text
from costplan.advice.check.samples import Sample, Samples, TooManySamplesError
from costplan.engine.matching import Matcher
from costplan.engine.scope import Landscape, Place, landscape_of, places_of
from costplan.model.places import Region, arn_account, arn_region, partition_of
from costplan.model.policy import EventsAsked, Extent, RecordersAsked, Requirement
from costplan.model.problems import Location
from costplan.model.recorders import Recorder, is_on, possible_forms
from costplan.model.scenario import Scenario
from costplan.model.truth import Truth, all_of, any_of
from costplan.model.verdicts import Outcome, Verdict

_OUTCOMES = {Truth.MAYBE: Outcome.COULD_NOT_TELL, Truth.NO: Outcome.BROKEN}
_HINTS = {
    Outcome.BROKEN: "let a recorder select them, or narrow records: to what must be recorded",
    Outcome.COULD_NOT_TELL: "it hangs on a value, or on an enabled Region, that is known only later",
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """Whether all samples of one place are recorded, and by which samples not."""

    place: Place
    truth: Truth
    missed: tuple[Sample, ...] = ()
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class _Present:
    """Where one form of a recorder is, how surely, and what it records."""

    places: Mapping[Place, Truth]
    matcher: Matcher


class Requirements:
    """The recorders of a scenario in the last month, asked for what must be recorded.

    Every recorder's account and home Region must be settled (``scope.settle``).
    """

    def __init__(self, scenario: Scenario, regions: Mapping[str, Region]) -> None:
        self._scenario = scenario
        self._regions = regions
        self._landscape = _with_default_regions(landscape_of(scenario, regions), regions)
        present = (one for one in scenario.recorders if is_on(one, scenario.settings.months))
        self._forms = [possible_forms(one) for one in present]

    def verdict_on(self, requirement: Requirement) -> Verdict:
        """Return whether the events of a requirement are recorded where it says (R4, R60)."""
        forms = [[form if _counts(form, requirement.by) else None for form in each] for each in self._forms]
        recorders = [each[0] for each in forms if each[0] is not None]
        places, is_one_of_them = self._places(requirement)
        if not places:
            return self._verdict(requirement, Outcome.COULD_NOT_TELL, "no account here has that Region enabled")
        try:
            answers = self._ask(requirement.events, forms, places)
        except TooManySamplesError:
            what = "the selectors tell more kinds of events apart than can be looked at"
            return self._verdict(requirement, Outcome.COULD_NOT_TELL, what)
        if is_one_of_them:
            return self._of_one_place(requirement, answers, recorders)
        if requirement.within.extent is Extent.EVERY_ACCOUNT:
            answers = _best_of_each_account(answers)
        by = recorders_text(requirement.by)
        worst = all_of(answer.truth for answer in answers)
        if worst is Truth.YES:
            where = places_text([answer.place for answer in answers])
            return self._verdict(requirement, Outcome.PASSED, f"{_what(requirement)} are recorded{by} in {where}")
        failing = [answer for answer in answers if answer.truth is worst]
        missing = missing_text(failing[0].missed, failing[0].samples)
        are = ("are not all" if missing else "are not") if worst is Truth.NO else "may not all be"
        where = places_text([answer.place for answer in failing])
        what = f"{_what(requirement)} {are} recorded{by} in {where}{_told(missing)}"
        return self._verdict(requirement, _OUTCOMES[worst], what, self._at_fault(failing[0], recorders))

    def _of_one_place(
        self, requirement: Requirement, answers: Sequence[_Answer], recorders: Sequence[Recorder]
    ) -> Verdict:
        """Return the verdict on a resource that is in one of the places, nobody knows in which."""
        truths = {answer.truth for answer in answers}
        what = _what(requirement)
        if truths == {Truth.YES}:
            return self._verdict(requirement, Outcome.PASSED, f"{what} are recorded, wherever they happen")
        if truths == {Truth.NO}:
            first = answers[0]
            missing = missing_text(first.missed, first.samples)
            are = "are nowhere all recorded" if missing else "are recorded nowhere"
            at = self._at_fault(first, recorders)
            return self._verdict(requirement, Outcome.BROKEN, f"{what} {are}{_told(missing)}", at)
        sure = [answer.place for answer in answers if answer.truth is Truth.YES]
        if not sure:
            return self._verdict(requirement, Outcome.COULD_NOT_TELL, f"{what} may be recorded, or not")
        message = f"{what} are recorded in {places_text(sure)}, not everywhere, and where they happen is not known"
        hint = "say where, with in: {account: …, region: …}"
        return self._verdict(requirement, Outcome.COULD_NOT_TELL, message, hint=hint)

    def _ask(
        self, asked: EventsAsked, forms: Sequence[Sequence[Recorder | None]], places: Sequence[Place]
    ) -> list[_Answer]:
        landscape = _with_places(self._landscape, places)
        present = [
            [None if one is None else _Present(places_of(one, landscape), Matcher(one)) for one in each]
            for each in forms
        ]
        samples = Samples(asked, [one for each in forms for one in each if one is not None])
        return [self._ask_at(place, samples, present) for place in places]

    def _ask_at(self, place: Place, samples: Samples, present: Sequence[Sequence["_Present | None"]]) -> _Answer:
        there = [each for each in present if any(one and place in one.places for one in each)]
        asked = samples.at(*place, self._leader(place[1]))
        truths = [any_of(_records(each, place, sample) for each in there) for sample in asked]
        worst = all_of(truths)
        missed = tuple(one for one, truth in zip(asked, truths, strict=True) if truth is worst)
        return _Answer(place, worst, missed, asked)

    def _leader(self, region: str) -> str:
        known = self._regions.get(region)
        return known.leader if known else region

    def _places(self, requirement: Requirement) -> tuple[list[Place], bool]:
        """Return the places that a requirement speaks of, and whether it is only one of them."""
        within, container = requirement.within, requirement.events.container
        if within.extent is None and container is not None:
            account, region = arn_account(container), arn_region(container)
            if account and region:
                return [(account, region)], False
            seen = sorted({*_seen_at(self._scenario, container)})
            if seen:
                return seen, False
        if within.account and within.region and within.account not in self._landscape.listed:
            return [(within.account, within.region)], False
        accounts = [within.account] if within.account else sorted({*self._landscape.regions, *self._landscape.members})
        places = [
            (account, region)
            for account in accounts
            for region in self._regions_of(account)
            if within.region in (None, region)
        ]
        return places, within.extent is None and len(places) > 1

    def _regions_of(self, account: str) -> list[str]:
        known = self._landscape.regions.get(account)
        if known is None:
            known = frozenset().union(*self._landscape.regions.values())
        return sorted(known)

    def _at_fault(self, answer: _Answer, recorders: Sequence[Recorder]) -> Location | None:
        """Return where the only recorder stands that is present and does not record."""
        landscape = _with_places(self._landscape, [answer.place])
        there = [one for one in recorders if answer.place in places_of(one, landscape)]
        return there[0].where if len(there) == 1 else None

    def _verdict(
        self, requirement: Requirement, outcome: Outcome, what: str, at: Location | None = None, hint: str = ""
    ) -> Verdict:
        is_kept = outcome is Outcome.PASSED
        message = what if is_kept or not requirement.say else f"{requirement.say}: {what}"
        hint = hint or _HINTS.get(outcome, "")
        where = at or requirement.where
        return Verdict(
            requirement.rule, outcome, requirement.level, self._scenario.name, message, hint=hint, where=where
        )


def _records(forms: Sequence[_Present | None], place: Place, sample: Sample) -> Truth:
    """Whether a recorder records a sample, in whatever form; ``None``: in that one it does not count."""
    truths = {
        Truth.NO if one is None or place not in one.places else one.places[place] & one.matcher.match(sample.key)
        for one in forms
    }
    return truths.pop() if len(truths) == 1 else Truth.MAYBE


def _counts(recorder: Recorder, by: RecordersAsked) -> bool:
    return (
        by.kind in (None, recorder.kind)
        and by.is_multi_region in (None, recorder.is_multi_region)
        and by.is_organization in (None, recorder.is_organization)
    )


def _with_default_regions(landscape: Landscape, known: Mapping[str, Region]) -> Landscape:
    """Return the places with every Region that an account has enabled though nobody lists it: those of no opt-in."""
    used = {partition_of(region) for regions in landscape.regions.values() for region in regions}
    regions = {}
    for account in {*landscape.regions, *landscape.members}:
        mine = landscape.regions.get(account, frozenset())
        if account not in landscape.listed:
            partitions = {partition_of(region) for region in mine} or used
            mine |= {code for code, one in known.items() if one.partition in partitions and not one.is_opt_in}
        regions[account] = mine
    return replace(landscape, regions=regions)


def _with_places(landscape: Landscape, places: Iterable[Place]) -> Landscape:
    """Return the places with others, which a requirement names or volumes show."""
    regions = dict(landscape.regions)
    for account, region in places:
        regions[account] = regions.get(account, frozenset()) | {region}
    return replace(landscape, regions=regions)


def _seen_at(scenario: Scenario, container: str) -> Iterator[Place]:
    """Yield where volumes have events of a resource, or would have seen them."""
    for volumes in scenario.volumes:
        for part in volumes.coverage:
            if part.container == container:
                yield part.account, part.region
        for row in volumes.rows:
            resources = row.key.resources if isinstance(row.key.resources, tuple) else ()
            if any(resource.container == container for resource in resources):
                yield row.key.account, row.key.region


def _best_of_each_account(answers: Iterable[_Answer]) -> list[_Answer]:
    best: dict[str, _Answer] = {}
    for answer in answers:
        account = answer.place[0]
        if account not in best or answer.truth > best[account].truth:
            best[account] = answer
    return list(best.values())


def _what(requirement: Requirement) -> str:
    return events_text(requirement.events)


def _told(missing: str) -> str:
    return f"; missing are {missing}" if missing else ""
