"""The accounts and the organization that recorders are in, as scenarios and estates write them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from costplan.inputs.shapes import AccountId, Name, RegionCode, Shape
from costplan.model.scenario import Account, Organization


class AccountEntry(Shape, frozen=True, kw_only=True):
    """An account: its name for people, its enabled Regions, and whom it shares the tiers of prices with."""

    name: Name | None = None
    regions: tuple[RegionCode, ...] | None = None
    billing_group: Annotated[Name | None, Meta(description="the name of a billing group")] = None


class OrganizationEntry(Shape, frozen=True, kw_only=True):
    """The AWS organization of the accounts; ``members: all`` is every account of the scenario."""

    id: Annotated[str, Meta(pattern=r"^o-[a-z0-9]{10,32}$(?!\n)", description="an organization id: o-…")] | None = None
    management_account: AccountId | None = None
    members: Literal["all"] | tuple[AccountId, ...] = "all"


def accounts_of(entries: Mapping[str, AccountEntry]) -> dict[str, Account]:
    """Return the accounts of a file, by id."""
    return {code: Account(entry.name, entry.regions, entry.billing_group) for code, entry in entries.items()}


def organization_of(entry: OrganizationEntry | None) -> Organization | None:
    """Return the organization of a file, if it names one."""
    if entry is None:
        return None
    return Organization(entry.id, entry.management_account, None if entry.members == "all" else entry.members)
