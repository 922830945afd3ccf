"""Which log files of a bucket are wanted."""

from dataclasses import dataclass
from datetime import date

from costplan.model.places import is_account, is_region
from costplan.model.problems import UsageError


@dataclass(frozen=True, slots=True)
class Choice:
    """Narrows what is listed; nothing narrows by default.

    since, until: the first and the last day (UTC) on which a file was published, both included.  An event may be some
    minutes older than the file that holds it, so the first minutes of the first day also hold events of the day before.
    accounts, regions: whose folders; all of them where none is named.

    Raises:
        UsageError: no account id, no Region code, or days in the wrong order.
    """

    since: date | None = None
    until: date | None = None
    accounts: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for account in sorted(self.accounts):
            if not is_account(account):
                raise UsageError(f"--account {account} is no account id: it has twelve digits")
        for region in sorted(self.regions):
            if not is_region(region):
                raise UsageError(f"--region {region} is no Region code such as eu-west-1")
        if self.since and self.until and self.since > self.until:
            raise UsageError(f"--from {self.since} is after --to {self.until}: no day lies between them")

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self != EVERYTHING

    def has_account(self, account: str) -> bool:
        """Whether an account's files are wanted."""
        return not self.accounts or account in self.accounts

    def has_region(self, region: str) -> bool:
        """Whether a Region's files are wanted."""
        return not self.regions or region in self.regions

    def has_day(self, day: date) -> bool:
        """Whether the files published on a day are wanted."""
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


EVERYTHING = Choice()
