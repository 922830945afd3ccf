"""Look at configurations and price books."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from costplan.inputs.configs import read_configuration
from costplan.inputs.prices import load_price_list, read_regions
from costplan.model.billing import Service
from costplan.model.places import is_region
from costplan.model.prices import PriceBook
from costplan.model.problems import BadInputError, Problem, UsageError
from costplan.model.recorders import Recorder
from costplan.workflows.given import NO_PARAMETERS, given_of

PRICED_SERVICES = tuple(sorted(service.value for service in Service))


@dataclass(frozen=True, slots=True)
class TrailsResult:
    """The recorders of configurations, and what those hold beside recorders, each with the reason."""

    recorders: tuple[Recorder, ...]
    set_aside: tuple[Problem, ...] = ()


def read_trails(
    paths: Sequence[Path], *, parameters: Mapping[str, str] = NO_PARAMETERS, form: str | None = None
) -> tuple[Recorder, ...]:
    """Return the recorders of every configuration, in the order of *paths*; see ``show_trails``.

    Raises:
        BadInputError: the problems of all of them.
    """
    return show_trails(paths, parameters=parameters, form=form).recorders


def show_trails(
    paths: Sequence[Path], *, parameters: Mapping[str, str] = NO_PARAMETERS, form: str | None = None
) -> TrailsResult:
    """Return the recorders of every configuration, in the order of *paths*, and what is there beside them.

    parameters: of CloudFormation templates, by name, pseudo parameters such as ``AWS::Region`` included.
    form: the name of the format that everything is read as; by default it is told by the content.

    Raises:
        BadInputError: the problems of all of them.
        UsageError: there is no such format.
    """
    given = given_of(parameters, form)
    problems: list[Problem] = []
    recorders: list[Recorder] = []
    set_aside: list[Problem] = []
    for path in paths:
        try:
            configuration = read_configuration(path, given)
            recorders += configuration.recorders
            set_aside += configuration.set_aside
        except BadInputError as error:
            problems += error.problems
    if problems:
        raise BadInputError(problems)
    return TrailsResult(tuple(recorders), tuple(set_aside))


def price_books(
    services: Iterable[str] = (), regions: Iterable[str] = (), pricing: Path | None = None
) -> tuple[PriceBook, ...]:
    """Return the price books of some services and Regions; all of them where nothing is named.

    pricing: a folder whose price books go before the shipped ones.

    Raises:
        BadInputError: every problem of the books.
        UsageError: a service or Region that no book has.
    """
    services, named = tuple(services) or PRICED_SERVICES, tuple(regions)
    for service in services:
        if service not in PRICED_SERVICES:
            raise UsageError(f"no price books of {service}: choose from {', '.join(PRICED_SERVICES)}")
    prices = load_price_list(named or tuple(read_regions()), services, own=pricing)
    for region in named:
        if region not in prices.regions:
            known = "is no Region code" if not is_region(region) else "is a Region without price books"
            raise UsageError(f"{region} {known}: costplan prices show lists those that have some")
        if not any((service, region) in prices.books for service in services):
            raise UsageError(
                f"there is no price book of {region}: costplan prices show lists the Regions that have some"
            )
    return tuple(prices.books[key] for key in sorted(prices.books))
