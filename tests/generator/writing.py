"""Draws events slot by slot, renders them, cuts them into files and counts what it does."""

import hashlib
import random
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from .digests import Digested, digest_files
from .layout import DIGEST, LOGS, NETWORK_ACTIVITY, log_key, slot_end
from .population import SLOT_SECONDS, Population
from .records import Shape
from .reserved import ADDRESSES
from .rhythm import slot_counts, slot_levels
from .shapes import Builder, Deck, OwnShapes
from .truth import Tally, Truth

SPLIT_SHARE = 0.15
"""Share of the slots whose events come in two or three files although one would hold them."""

MOST_DELETED_KEYS = 12
_HEX_PER_EVENT = 96
_CLOCK = [f"T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z" for second in range(86_400)]


class LogFile(NamedTuple):
    """One file to store under *key*; digest files have no records and no trail number is in any name.

    body: gzip; raw_bytes: its length before compression.
    trail: which trail delivers it, counted from 1.
    """

    key: str
    body: bytes
    records: int
    raw_bytes: int
    account: str
    region: str
    kind: str
    stamp: datetime
    trail: int


def write_logs(population: Population, directory: Path, *, level: int = 1) -> Truth:
    """Write the population's files under *directory* at their S3 keys and return the truth."""
    tally = Tally()
    folders: set[Path] = set()
    for file in iter_files(population, tally, level=level):
        path = directory / file.key
        if path.parent not in folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            folders.add(path.parent)
        path.write_bytes(file.body)
    return tally.truth()


def iter_files(population: Population, tally: Tally | None = None, *, level: int = 1) -> Iterator[LogFile]:
    """Yield every file, by account, Region and time; *tally* is complete when all were taken.

    *level* is zlib's: 0 stores, 1 is fast, 9 is small.
    """
    tally = Tally() if tally is None else tally
    tally.slots_observed = population.slots
    levels = slot_levels(population)
    deliveries: Counter[int] = Counter()
    for account, region, per_day in population.strata():
        stratum = _Stratum(population, account, region, level, tally, deliveries)
        yield from stratum.files(levels, per_day)


class _Stratum:
    """One account and Region while its files are made.

    deliveries counts the files of all strata so far by slot, for the events they cause.
    """

    def __init__(
        self,
        population: Population,
        account: str,
        region: str,
        level: int,
        tally: Tally,
        deliveries: Counter[int],
    ) -> None:
        self.population, self.account, self.region = population, account, region
        self.level, self.tally, self.deliveries = level, tally, deliveries
        # A text seed does not depend on the order of accounts, nor on PYTHONHASHSEED.
        self.rng = random.Random(f"{population.seed}|{account}|{region}")
        self.sessions = [self.rng.randbytes(9).hex()[:17] for _ in range(24)]
        self.stamps: set[tuple[str, datetime]] = set()
        self.digested: list[Digested] = []

    def files(self, levels: list[float], per_day: float) -> Iterator[LogFile]:
        """Yield the files of all slots, then the digests."""
        population = self.population
        builder = Builder(population, self.account, self.region, self.rng)
        api, network = builder.api_deck(), builder.network_deck()
        own = None
        if population.own_deliveries and (self.account, self.region) == population.home:
            own = builder.own_shapes()
        apart = population.mix.network / sum(population.mix)
        api_counts = slot_counts(population, levels, per_day * (1 - apart), self.rng)
        network_counts = slot_counts(population, levels, per_day * apart, self.rng)
        for slot, (ordinary, private) in enumerate(zip(api_counts, network_counts, strict=True)):
            drawn = self._draw(api, ordinary) + self._own(own, slot)
            if drawn:
                yield from self._deliver(drawn, slot, LOGS)
            if private:
                yield from self._deliver(self._draw(network, private), slot, NETWORK_ACTIVITY)
        self._settle([*api.shapes, *network.shapes, *(own or ())])
        if population.digests:
            yield from self._digests()

    def _draw(self, deck: Deck, count: int) -> list[Shape]:
        if not count or not deck.shapes:
            return []
        drawn = self.rng.choices(deck.shapes, cum_weights=deck.cumulative, k=count)
        followed = [made.follow for made in drawn if made.follow is not None]
        for single in followed:
            drawn += [single] * self.rng.randint(1, MOST_DELETED_KEYS)
        return drawn

    def _own(self, own: OwnShapes | None, slot: int) -> list[Shape]:
        """Return what the deliveries of the slot before cause: the loop of a log bucket that logs itself."""
        files = self.deliveries[slot - 1] if own else 0
        if not own or not files:
            return []
        return (
            [own.put_object] * files
            + [own.get_bucket_acl] * (-(-files * 2 // 3))
            + [own.generate_data_key] * (-(-files // 2))
        )

    def _deliver(self, drawn: list[Shape], slot: int, kind: str) -> Iterator[LogFile]:
        """Yield the files of one slot's events, once per trail that records them."""
        population, rng = self.population, self.rng
        end = slot_end(population, slot)
        texts = self._render(drawn, end)
        yield from self._cut(texts, slot, kind, end, 1)
        if kind == NETWORK_ACTIVITY:
            return
        for trail in range(2, population.trails + 1):
            takes = {
                "Management": trail <= population.management_trails,
                "Data": trail <= population.data_trails,
            }
            copies = [text for text, made in zip(texts, drawn, strict=True) if takes[made.key.category]]
            late = rng.randrange(2)
            stamp = end + timedelta(seconds=late * SLOT_SECONDS)
            yield from self._cut(copies, slot + late, kind, stamp, trail)

    def _render(self, drawn: list[Shape], end: datetime) -> list[str]:
        """Return one record for each shape, with times in the slot that ends at *end*."""
        rng, count = self.rng, len(drawn)
        begin = end - timedelta(seconds=SLOT_SECONDS)
        day = f"{begin:%Y-%m-%d}"
        second = begin.hour * 3600 + begin.minute * 60
        clocks = rng.choices(_CLOCK[second : second + SLOT_SECONDS], k=count)
        addresses = rng.choices(ADDRESSES, k=count)
        created = f"{begin - timedelta(hours=1):%Y-%m-%dT%H}:10:00Z"
        digits = rng.randbytes(count * _HEX_PER_EVENT // 2).hex()
        sessions = self.sessions
        texts = []
        offsets = range(0, count * _HEX_PER_EVENT, _HEX_PER_EVENT)
        for made, clock, address, at in zip(drawn, clocks, addresses, offsets, strict=True):
            token = digits[at + 64 : at + 96]
            # Three quarters of the sessions are used once; the rest come from a pool.
            session = token[:17] if token[31] < "c" else sessions[int(token[:2], 16) % 24]
            event_id = (
                f"{digits[at : at + 8]}-{digits[at + 8 : at + 12]}-4{digits[at + 13 : at + 16]}-"
                f"a{digits[at + 17 : at + 20]}-{digits[at + 20 : at + 32]}"
            )
            request = (
                f"{digits[at + 32 : at + 40]}-{digits[at + 40 : at + 44]}-4{digits[at + 45 : at + 48]}-"
                f"b{digits[at + 49 : at + 52]}-{digits[at + 52 : at + 64]}"
            )
            text = made.template % (
                session, session, created, day + clock, address, token, token,
                digits[at + 32 : at + 48].upper(), request, event_id, token, request,
            )  # fmt: skip
            made.count += 1
            made.raw_bytes += len(text)
            texts.append(text)
        return texts

    def _cut(self, texts: list[str], slot: int, kind: str, stamp: datetime, trail: int) -> Iterator[LogFile]:
        """Yield *texts* as one file or several of about equal size."""
        if not texts:
            return
        rng, where = self.rng, (self.account, self.region, kind)
        pieces = -(-len(texts) // self.population.max_events_per_file)
        if pieces == 1 and rng.random() < SPLIT_SHARE:
            pieces = min(len(texts), rng.randint(2, 3))
        size = -(-len(texts) // pieces)
        for first in range(0, len(texts), size):
            piece = texts[first : first + size]
            raw = f'{{"Records":[{",".join(piece)}]}}'.encode("ascii")
            # zlib's gzip header has no time: equal records give equal bytes.
            body = zlib.compress(raw, self.level, wbits=31)
            key = log_key(self.population, *where, stamp, rng)
            is_new = (kind, stamp) not in self.stamps
            self.stamps.add((kind, stamp))
            self.tally.add_file(where, len(body), len(raw), len(piece), is_new)
            self.deliveries[slot] += 1
            if self.population.digests:
                self.digested.append(Digested(trail, stamp, key, hashlib.sha256(raw).hexdigest()))
            yield LogFile(key, body, len(piece), len(raw), *where, stamp, trail)

    def _settle(self, shapes: list[Shape]) -> None:
        """Add the shapes' counters to the tally."""
        tally, population = self.tally, self.population
        copies = {
            "Management": population.management_trails,
            "Data": population.data_trails,
            "NetworkActivity": 1,
        }
        for made in [*shapes, *(made.follow for made in shapes if made.follow is not None)]:
            if made.count:
                tally.counts[made.key] += made.count
                tally.raw_bytes[made.key] += made.raw_bytes
                tally.multiplicity[copies[made.key.category]] += made.count
                tally.without_category += 0 if made.has_category else made.count

    def _digests(self) -> Iterator[LogFile]:
        for trail, end, key, body in digest_files(self.population, self.account, self.region, self.digested):
            packed = zlib.compress(body, self.level, wbits=31)
            self.tally.digests += 1
            self.tally.digest_bytes += len(packed)
            yield LogFile(key, packed, 0, len(body), self.account, self.region, DIGEST, end, trail)
