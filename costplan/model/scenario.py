"""Scenarios: recorders and volumes under one name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from costplan.model.months import month_after
from costplan.model.prices import PriceList, PriceOverrides
from costplan.model.problems import Location, Problem
from costplan.model.recorders import Recorder
from costplan.model.volumes import Volumes


class Gigabyte(StrEnum):
    """How many bytes a billed GB has: 2³⁰ (AWS's price lists), or 10⁹ (some guides)."""

    BINARY = "binary"
    DECIMAL = "decimal"

    @property
    def bytes(self) -> Decimal:
        """Bytes of one GB."""
        return Decimal(2**30) if self is Gigabyte.BINARY else Decimal(10**9)


class FirstNetworkCopy(StrEnum):
    """Whether the first delivery of a network activity event is paid (AWS's documents) or free (its calculator)."""

    PAID = "paid"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Settings:
    """The assumptions a scenario states itself.

    growth_per_month: 0.02 is 2 % more events each month.
    busy_factor: multiplies every volume, for a season that the measurement missed.
    price_trail_kms_requests: whether CloudTrail's own use of the key of a log bucket is paid, a request for each file.
    reads_per_file: how often each log file is read by whatever uses it; an encrypted one is decrypted each time.
    bucket_key_share: of the requests of a log bucket's key, the share that an S3 Bucket Key saves: 0.99 is 99 %.
    free_allowances: services whose free monthly allowances are applied, as if nothing else drew on them.
    cloudwatch_logs_vended: whether CloudTrail's events count among the logs that AWS services vend, which get cheaper
    above 10 TB a month.
    as_of: the day whose list prices are used in month 1; ``None`` is the day of the estimate.
    start: the first day of the calendar month that month 1 is; its prices are used.  ``None``: no month has a date.
    """

    growth_per_month: Decimal = Decimal(0)
    busy_factor: Decimal = Decimal(1)
    months: int = 12
    gb: Gigabyte = Gigabyte.BINARY
    network_activity_first_copy: FirstNetworkCopy = FirstNetworkCopy.PAID
    price_trail_kms_requests: bool = False
    reads_per_file: Decimal = Decimal(0)
    bucket_key_share: Decimal = Decimal(0)
    free_allowances: frozenset[str] = frozenset()
    as_of: date | None = None
    start: date | None = None
    cloudwatch_logs_vended: bool = False

    def begins(self, month: int) -> date | None:
        """Return the first day of a month of the projection, where it is known which calendar months they are."""
        return None if self.start is None else month_after(self.start, month - 1)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a scenario: its name for people, and its enabled Regions (``None``: those the volumes cover).

    billing_group: whose bill it is on; accounts fill the tiers of a price together with those of their group only.
    ``None`` is the group of all accounts that name none, as consolidated billing has it.
    """

    name: str | None = None
    regions: tuple[str, ...] | None = None
    billing_group: str | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    """An AWS organization; members ``None`` means every account of the scenario."""

    id: str | None = None
    management_account: str | None = None
    members: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ConfigItems:
    """What AWS Config is declared to do in one Region of an account, in a month.

    items: configuration items recorded, continuously or once a day; rule_evaluations: of its rules.
    """

    account: str
    region: str
    items: Decimal = Decimal(0)
    is_daily: bool = False
    rule_evaluations: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Estate:
    """What there is beside the recorders that a change declares: those of the account, or of the organization.

    name: what to call it, as the user wrote it: its file.
    """

    name: str
    recorders: tuple[Recorder, ...]
    accounts: Mapping[str, Account] = field(default_factory=dict)
    organization: Organization | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """The unit of work: a set of recorders, what happens in their accounts, and what is assumed.

    discounts: share off the list cost, by service (``cloudtrail``: 0.07) or meter (``data``: 0.12), which goes first.
    prices: the user's own prices, in place of list prices.
    config_items: what AWS Config records beside the recorders, one entry for each account, Region and way to record.
    notes: what reading it had to decide, each a sentence; printed among the assumptions.
    unread: those of them that say what of its configurations was not read, though it may cost something.
    decided: what had to be decided about recorders that infrastructure code declares, since only applying it will tell.
    replaced: recorders as they are before the code is applied: of an estate, these are no more.
    shows_before: whether whatever it was read from says what was there before; past_problems: what is wrong with that.
    has_estate: whether the recorders are all there are, those of an estate included.
    """

    name: str
    recorders: tuple[Recorder, ...]
    volumes: tuple[Volumes, ...]
    accounts: Mapping[str, Account] = field(default_factory=dict)
    organization: Organization | None = None
    settings: Settings = Settings()
    discounts: Mapping[str, Decimal] = field(default_factory=dict)
    prices: PriceOverrides | None = None
    purpose: str = ""
    where: Location | None = None
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    replaced: tuple[Recorder, ...] = ()
    shows_before: bool = False
    past_problems: tuple[Problem, ...] = ()
    has_estate: bool = False
    config_items: tuple[ConfigItems, ...] = ()

    @property
    def billing_groups(self) -> dict[str, str]:
        """The billing group of each account that has one of its own."""
        return {code: account.billing_group for code, account in self.accounts.items() if account.billing_group}


@dataclass(frozen=True, slots=True)
class PricedScenario:
    """A scenario whose recorders all have an account and a home Region, and the prices of its Regions."""

    scenario: Scenario
    prices: PriceList
