"""What event data stores cost, month by month: taking in, keeping beyond the included days, queries (R85).

Ingestion pays for the first 366 days (2,557 under the seven-year option).  Of what the one-year option keeps longer,
each GB-month is paid, compressed; how far a store compresses is nowhere to be read, so somebody has to say it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

from costplan.engine.ages import Arrivals, between, months
from costplan.engine.lake import FREE_RETENTION_DAYS, beyond_days, other_meter, stores_of
from costplan.engine.routing import Router
from costplan.engine.storage import settled_from
from costplan.engine.trials import on_trial
from costplan.model.billing import LAKE_METERS, Meter, Usage
from costplan.model.numbers import TWELVE_PLACES
from costplan.model.quantity import NOTHING, Quantity
from costplan.model.recorders import BillingMode, EventDataStore, is_on
from costplan.model.scenario import Gigabyte, Settings

Place = tuple[str, str, str]
"""Account, Region and label of a store."""

_RULES = ("R85",)
_INCLUDED = months(FREE_RETENTION_DAYS[BillingMode.EXTENDABLE])
_YEAR = 12


class Stores:
    """The event data stores of a scenario, over months in which its recorders cause *caused*."""

    def __init__(self, caused: Sequence[Iterable[Usage]], router: Router, settings: Settings) -> None:
        self._caused = [[usage for usage in month if usage.meter in LAKE_METERS] for month in caused]
        self._router, self._settings = router, settings
        # A GiB is one billed GB, unless the scenario counts GB of 10⁹ bytes.
        self._gb = Gigabyte.BINARY.bytes * (1 / settings.gb.bytes)
        self._stores: Mapping[str, EventDataStore] = {label: store for store, label in stores_of(router)}
        self._arrivals: Mapping[Place, Arrivals] = {}
        self._settled: Mapping[Place, int] = {}
        if any(beyond_days(store) for store in self._stores.values()):
            by_place = [self._by_place(month) for month in range(1, len(self._caused) + 1)]
            amounts = {place: [month.get(place, NOTHING) for month in by_place] for place in self._places()}
            self._arrivals = {place: self._arriving(place, some) for place, some in amounts.items()}
            self._settled = {place: settled_from(some) for place, some in amounts.items()}

    @property
    def steady_from(self) -> int | None:
        """The first month from which equal arrivals change nothing; ``None`` where nobody knows what is kept."""
        first = 1
        for label, store in self._stores.items():
            switched = max(store.starts_in_month, store.stops_in_month or 1)
            if store.is_on_trial or store.copied_gib:
                first = max(first, switched + 1)
            if not beyond_days(store):
                continue
            quiet = _quiet_from(store)
            if store.compressed_share is not None:
                settled = [month for place, month in self._settled.items() if place[2] == label]
                first = max(first, ceil(self._end(store)) + max(switched, *settled, 1))
            elif store.extended_gib is not None and quiet is not None:
                first = max(first, quiet + ceil(self._end(store) - _INCLUDED))
            elif store.extended_gib is None:
                return None
        return first

    def lasting(self, month: int) -> "Stores":
        """Return the same stores when the last month's arrivals go on until *month*."""
        more = [self._caused[-1]] * max(0, month - len(self._caused))
        return Stores([*self._caused, *more], self._router, self._settings)

    def usages(self, month: int) -> list[Usage]:
        """Return the usage of one month on every meter of a store."""
        found = [*self._taken_in(month), *self._scanned(month)]
        owners = {label: one.account or "" for label, one in self._on_trial() if one.starts_in_month == month}
        if owners:
            found = on_trial(found, owners)
        return [*found, *self._kept_longer(month)]

    def _on_trial(self) -> Iterator[tuple[str, EventDataStore]]:
        """Yield the stores that are tried: an account has one trial, in the month of its first."""
        tried = [(label, store) for label, store in self._stores.items() if store.is_on_trial and store.is_ingesting]
        first: dict[str, int] = {}
        for _, store in tried:
            account = store.account or ""
            first[account] = min(first.get(account, store.starts_in_month), store.starts_in_month)
        return (one for one in tried if one[1].starts_in_month == first[one[1].account or ""])

    # ---- taking in, scanning ----

    def _taken_in(self, month: int) -> list[Usage]:
        """Return what is taken in, one usage for each identity: under the seven-year option all shares one meter."""
        found: dict[str, Usage] = {}
        for usage in (*self._caused[month - 1], *self._declared(month)):
            known = found.get(usage.id)
            if known is not None:
                because = f"{known.because}; {usage.because}"
                usage = replace(known, quantity=known.quantity + usage.quantity, because=because)
            found[usage.id] = usage
        return list(found.values())

    def _on(self, month: int) -> Iterator[tuple[str, EventDataStore]]:
        stores = self._stores.items()
        return ((label, store) for label, store in stores if store.is_ingesting and is_on(store, month))

    def _declared(self, month: int) -> Iterator[Usage]:
        for label, store in self._on(month):
            size = sum((other.gib_per_month for other in store.others), Decimal(0))
            if size:
                because = "uncompressed bytes of records that are no events of CloudTrail, as declared"
                yield self._usage(other_meter(store), label, size, because)
            if store.copied_gib and month == store.starts_in_month:
                because = "uncompressed bytes of log files copied into it once, as declared"
                yield self._usage(other_meter(store), label, store.copied_gib, because)

    def _scanned(self, month: int) -> Iterator[Usage]:
        for label, store in self._on(month):
            if store.scanned_gib_per_month:
                because = "compressed bytes that queries scan, as declared"
                yield self._usage(Meter.LAKE_QUERY_SCANNED, label, store.scanned_gib_per_month, because)

    def _usage(self, meter: Meter, label: str, gib: Decimal, because: str) -> Usage:
        return Usage(meter, *_home(self._stores[label]), label, self._size(gib), "GB", _RULES, because)

    def _size(self, gib: Decimal | None) -> Quantity:
        return Quantity.exact(gib or 0) * self._gb

    # ---- keeping longer than ingestion pays for ----

    def _kept_longer(self, month: int) -> Iterator[Usage]:
        for (account, region, label), arrivals in self._arrivals.items():
            store = self._stores[label]
            size = between(arrivals, month, _INCLUDED, self._end(store)) * (store.compressed_share or Decimal(0))
            if (account, region) == _home(store):
                size = size + self._backlog(store, month)
            because = f"average of what is kept beyond {FREE_RETENTION_DAYS[BillingMode.EXTENDABLE]} days, compressed"
            if size:
                yield Usage(Meter.LAKE_EXTENDED_RETENTION, account, region, label, size, "GB-month", _RULES, because)

    def _backlog(self, store: EventDataStore, month: int) -> Quantity:
        """Return what is left of what was kept beyond the included days before the first month.

        Without a compressed share nobody knows what will get that old, so as much does as is deleted, until nothing is
        taken in any more.  With one, what was there leaves evenly, oldest first.
        """
        held = self._size(store.extended_gib)
        leaving = 1 if store.compressed_share is not None else _quiet_from(store)
        if leaving is None or month < leaving:
            return held
        return held * share_left(month - leaving + 1, self._end(store) - _INCLUDED)

    def _places(self) -> tuple[Place, ...]:
        longer = {label: store for label, store in self._stores.items() if beyond_days(store)}
        places = {
            (usage.account, usage.region, usage.recorder): None
            for month in self._caused
            for usage in month
            if usage.recorder in longer and longer[usage.recorder].compressed_share is not None
        }
        homes = {(*_home(store), label): None for label, store in longer.items()}
        return tuple(sorted(places | homes))

    def _by_place(self, month: int) -> dict[Place, Quantity]:
        found: dict[Place, Quantity] = defaultdict(lambda: NOTHING)
        for usage in self._taken_in(month):
            found[usage.account, usage.region, usage.recorder] += usage.quantity
        return found

    def _arriving(self, place: Place, amounts: Sequence[Quantity]) -> Arrivals:
        """Return what a store takes in at a place; one that keeps older data has done so for a year already."""
        store = self._stores[place[2]]
        if not store.extended_gib:
            return Arrivals(amounts)
        is_copied = store.copied_gib and _home(store) == place[:2]
        usual = amounts[0].without(self._size(store.copied_gib)) if is_copied else amounts[0]
        return Arrivals([*[usual] * _YEAR, *amounts], 1 - _YEAR)

    def _end(self, store: EventDataStore) -> Fraction:
        return _INCLUDED + months(beyond_days(store))


def _quiet_from(store: EventDataStore) -> int | None:
    """Return the month from which a store takes nothing in any more; ``None`` where it goes on."""
    return store.stops_in_month if store.is_ingesting else 1


def share_left(month: int, lasting: Fraction) -> Decimal:
    """Return the part that is left of a stock, on average over *month*, when it leaves evenly in *lasting* months.

    >>> [str(share_left(month, Fraction(2))) for month in (1, 2, 3)]
    ['0.750000000000', '0.250000000000', '0E-12']
    """

    def until(moment: int) -> Fraction:
        ended = min(Fraction(moment), lasting)
        return ended - ended**2 / (2 * lasting)

    share = until(month) - until(month - 1)
    return (Decimal(share.numerator) / share.denominator).quantize(TWELVE_PLACES)


def _home(store: EventDataStore) -> tuple[str, str]:
    return (store.account or "", store.home_region or "")
