"""Estates: what there is beside the recorders of a change."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from costplan.inputs.configs import read_config
from costplan.inputs.documents import read_document
from costplan.inputs.shapes import AccountId, Shape, read_shape
from costplan.inputs.surroundings import AccountEntry, OrganizationEntry, accounts_of, organization_of
from costplan.model.problems import BadInputError, Problem
from costplan.model.scenario import Account, Estate, Organization


class _Surroundings(Shape, frozen=True, kw_only=True):
    """Where the recorders of an estate are."""

    accounts: dict[AccountId, AccountEntry] = msgspec.field(default_factory=dict)
    organization: OrganizationEntry | None = None


def read_estate(path: Path) -> Estate:
    """Return what there is beside the recorders of a change: any configuration.

    Where it is one file with ``recorders:``, as ``costplan trails pull`` writes it, its ``accounts:`` and
    ``organization:`` are read too.

    Raises:
        BadInputError: every problem of it, or it holds no configuration.
    """
    recorders = read_config(path)
    accounts: Mapping[str, Account] = {}
    organization: Organization | None = None
    if path.is_file():
        document = read_document(path)
        value = document.value
        if isinstance(value, dict) and "recorders" in value:
            problems: list[Problem] = []
            around = {key: value[key] for key in ("accounts", "organization") if key in value}
            read = read_shape(document, (), around, _Surroundings, problems)
            if read is None:
                raise BadInputError(problems)
            accounts, organization = accounts_of(read.accounts), organization_of(read.organization)
    return Estate(str(path), recorders, accounts, organization)
