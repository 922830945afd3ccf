"""Shortlist: rank what data events could be recorded of by what that would cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from costplan.engine.coverage import overlapping
from costplan.engine.shortlist import Shortlist, shortlist_of
from costplan.inputs.configs import read_config
from costplan.inputs.estates import read_estate
from costplan.inputs.volumes.volumes_file import read_volumes
from costplan.model.billing import Meter, Service
from costplan.model.prices import Price
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.recorders import Recorder, Trail
from costplan.model.scenario import Scenario
from costplan.model.volumes import Volumes
from costplan.workflows.prices import prices_of


@dataclass(frozen=True, slots=True)
class ShortlistResult:
    """The shortlist, the price of data events in each Region of its volumes, and whether any trail told log buckets."""

    shortlist: Shortlist
    prices: tuple[tuple[str, Price], ...]
    knows_trails: bool


def shortlist(
    volumes: Sequence[Path],
    *,
    trails: Sequence[Path] = (),
    estate: Path | None = None,
    writes_only: bool = False,
    without_log_buckets: bool = False,
    prices: Path | None = None,
    as_of: date | None = None,
) -> ShortlistResult:
    """Return every bucket, function and table with data events, dearest first.

    Each event is priced once, at the first tier of the list price of its Region: what one trail that records it pays
    (R86).

    volumes: files whose sources are apart.
    trails, estate: configurations whose trails tell which buckets are log buckets.
    writes_only: rank by what the writes alone would cost.
    without_log_buckets: leave those out.
    prices: a file of overrides, in place of list prices; as_of: the day whose list prices are used.

    Raises:
        BadInputError: every problem of the files, or two of them hold the same events.
        UsageError: no price was known on *as_of*.
    """
    problems: list[Problem] = []
    sources: list[Volumes] = []
    recorders: list[Recorder] = []
    for path in volumes:
        try:
            sources.append(read_volumes(path))
        except BadInputError as error:
            problems += error.problems
    for path in trails:
        try:
            recorders += read_config(path)
        except BadInputError as error:
            problems += error.problems
    if estate is not None:
        try:
            recorders += read_estate(estate).recorders
        except BadInputError as error:
            problems += error.problems
    names = " and ".join(str(path) for path in volumes)
    problems += (
        Problem(Location(names), f"two of them hold {category} events of {account} in {region}", _APART)
        for account, region, category in overlapping(sources)
    )
    if problems:
        raise BadInputError(problems)
    (listed,) = prices_of([Scenario("shortlist", (), tuple(sources))], prices, as_of)
    buckets = frozenset(
        recorder.bucket.name for recorder in recorders if isinstance(recorder, Trail) and recorder.bucket.name
    )
    ranked = shortlist_of(sources, listed, buckets, writes_only=writes_only, without_log_buckets=without_log_buckets)
    regions = sorted({region for source in sources for _, region in source.places})
    found = ((region, listed.find(Service.CLOUDTRAIL, region, Meter.DATA)) for region in regions)
    known = tuple((region, price) for region, price in found if price is not None)
    return ShortlistResult(ranked, known, bool(recorders))


_APART = "name one file for each account, Region and category, or put them together with costplan volumes merge"
