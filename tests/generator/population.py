"""What to generate: one frozen description, from which every byte follows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from .reserved import account_ids, is_reserved_account

SLOT_SECONDS = 300
SLOTS_PER_HOUR = 12

Weights = tuple[tuple[str, float], ...]
DEFAULT_REGIONS: Weights = (("us-east-1", 5.0), ("eu-west-1", 3.0), ("ap-southeast-2", 1.0))


class Mix(NamedTuple):
    """Relative shares of the kinds of events; zero leaves a kind out."""

    management: float = 45.0
    s3: float = 35.0
    lambda_: float = 10.0
    dynamodb: float = 8.0
    network: float = 2.0


DEFAULT_MIX = Mix()


@dataclass(frozen=True)
class Population:
    """Everything that decides what log files are written; equal populations give equal bytes.

    accounts: reserved account ids; earlier ones are busier by *skew*.
    regions: Regions of every account with relative weights; the first is the trails' home Region.
    regions_by_account: replaces *regions* for the accounts it names.
    start: first instant, UTC, on a full hour.
    days, hours: length of the period, added together.
    events_per_day: mean number of distinct events a day over all accounts, on an average day of a week.
    organization: organization id in the S3 keys, or None for trails of single accounts.
    prefix: S3 key prefix, without slashes at its ends.
    buckets, functions, tables: how many there are in every account and Region.
    roles, users: how many there are in every account.
    skew: exponent of Zipf's law for accounts, buckets, functions, tables and roles; 0 is even.
    weekend: level of Saturdays and Sundays relative to weekdays.
    business: level of business hours relative to other hours of a weekday.
    day_variation, slot_variation: coefficients of variation of the rate from day to day, slot to slot.
    management_trails, data_trails: how many trails deliver each management event, each data event.
        Network activity events are delivered by one trail.
    old_versions: share of management and data records written as eventVersion 1.05 (two thirds of
        them, without eventCategory and managementEvent) or 1.06 (without eventCategory). Console
        sessions and service events are always new.
    own_deliveries: whether the trails' own events appear in the first account's home Region.
    digests: whether hourly digest files are written, for every trail, account and Region.
    max_events_per_file: larger slots are split.
    """

    seed: int = 1
    accounts: tuple[str, ...] = account_ids(3)
    regions: Weights = DEFAULT_REGIONS
    regions_by_account: tuple[tuple[str, Weights], ...] = ()
    start: datetime = datetime(2026, 10, 5, tzinfo=UTC)
    days: int = 7
    hours: int = 0
    events_per_day: float = 20_000
    organization: str | None = None
    prefix: str = ""
    mix: Mix = DEFAULT_MIX
    buckets: int = 12
    functions: int = 10
    tables: int = 6
    roles: int = 12
    users: int = 3
    skew: float = 1.0
    weekend: float = 0.5
    business: float = 2.0
    day_variation: float = 0.1
    slot_variation: float = 0.3
    management_trails: int = 1
    data_trails: int = 1
    old_versions: float = 0.0
    own_deliveries: bool = False
    digests: bool = False
    max_events_per_file: int = 2_000

    def __post_init__(self) -> None:
        foreign = [account for account in self.accounts if not is_reserved_account(account)]
        if foreign or not self.accounts or len(set(self.accounts)) < len(self.accounts):
            raise ValueError(f"accounts must be different reserved ids: {foreign or self.accounts}")
        if self.start.utcoffset() != timedelta(0) or self.start.timestamp() % 3600:
            raise ValueError("start must be UTC and on a full hour")
        if self.days * 24 + self.hours < 1:
            raise ValueError("the period must have an hour or more")
        if min(self.buckets, self.functions, self.tables, self.roles, self.users) < 1:
            raise ValueError("there must be one bucket, function, table, role and user or more")
        if min(self.management_trails, self.data_trails, self.max_events_per_file) < 1:
            raise ValueError("every event needs a trail, and every file an event")
        if min(self.mix) < 0 or sum(self.mix) <= 0:
            raise ValueError("shares of the mix must not be negative and not all zero")

    @property
    def slots(self) -> int:
        """The number of 5-minute slots of the period."""
        return (self.days * 24 + self.hours) * SLOTS_PER_HOUR

    @property
    def trails(self) -> int:
        """The number of trails that deliver anything."""
        return max(self.management_trails, self.data_trails)

    @property
    def home(self) -> tuple[str, str]:
        """The account and Region of the log bucket."""
        return self.accounts[0], self.regions_of(self.accounts[0])[0][0]

    def regions_of(self, account: str) -> Weights:
        """Return the Regions of *account* with their relative weights."""
        return dict(self.regions_by_account).get(account, self.regions)

    def places(self) -> list[tuple[str, str]]:
        """Return every (account, Region), in the order of the accounts."""
        return [(account, name) for account in self.accounts for name, _ in self.regions_of(account)]

    def strata(self) -> list[tuple[str, str, float]]:
        """Return (account, Region, mean events a day), the log bucket's home last.

        The home comes last because the deliveries of all others are events there.
        """
        by_account = zipf(len(self.accounts), self.skew)
        rows = []
        for account, share in zip(self.accounts, by_account, strict=True):
            regions = self.regions_of(account)
            whole = sum(weight for _, weight in regions)
            rows += [(account, name, self.events_per_day * share * weight / whole) for name, weight in regions]
        return sorted(rows, key=lambda row: row[:2] == self.home)


def zipf(count: int, skew: float) -> list[float]:
    """Return *count* shares that fall with their rank to the power of *skew* and add up to one.

    >>> zipf(2, 1.0)
    [0.6666666666666666, 0.3333333333333333]
    """
    raw = [1 / rank**skew for rank in range(1, count + 1)]
    whole = sum(raw)
    return [share / whole for share in raw]
