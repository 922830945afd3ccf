"""Read the trails and event data stores of a live account, or of an organization: nothing is ever written to AWS."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from costplan.inputs.account import Access, Collected, collect
from costplan.inputs.account import policy_text as account_policy
from costplan.inputs.configs import NOTHING_GIVEN, Configuration, Given
from costplan.inputs.configs.aws_api import read_aws_api
from costplan.inputs.documents import Document
from costplan.model.places import is_region, partition_of
from costplan.model.problems import BadInputError, Problem, UsageError
from costplan.model.recorders import Recorder
from costplan.model.scenario import Account, Organization

ALL = "all"

_ROLE = re.compile(r"[A-Za-z0-9+=,.@_-]+(/[A-Za-z0-9+=,.@_-]+)*\Z")


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What a pull looked at.

    account: whose credentials asked.
    regions: by account, the Regions that let their trails be described.
    """

    when: datetime
    account: str
    regions: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a live account as they came.

    document: by command of the AWS CLI and by what each was asked about; an error stands where an answer is missing.
    unknown: everything nobody could find out, each a sentence.
    """

    document: Mapping[str, Any]
    unknown: tuple[str, ...]
    accounts: Mapping[str, Account]
    organization: Organization | None
    looked_at: LookedAt


@dataclass(frozen=True, slots=True)
class PullResult:
    """The recorders of a live account.

    set_aside: answers that are about no recorder, each with the reason.
    unknown: everything nobody could find out, each a sentence.
    accounts: names and enabled Regions, as far as they are known.
    """

    recorders: tuple[Recorder, ...]
    set_aside: tuple[Problem, ...]
    unknown: tuple[str, ...]
    accounts: Mapping[str, Account]
    organization: Organization | None
    looked_at: LookedAt


def pull_trails(
    *,
    profile: str | None = None,
    regions: Sequence[str] = (),
    with_organization: bool = False,
    role: str | None = None,
    access: Access | None = None,
    when: datetime | None = None,
) -> PullResult:
    """Return the trails and event data stores of a live account; see ``pull_answers``.

    Raises:
        BadInputError: AWS cannot be asked, or what it answers cannot be understood.
        UsageError: a Region or role that cannot be one.
    """
    answers = pull_answers(
        profile=profile, regions=regions, with_organization=with_organization, role=role, access=access, when=when
    )
    problems: list[Problem] = []
    document = Document(f"AWS account {answers.looked_at.account}", answers.document)
    read = read_aws_api([document], problems, _read_no_other, NOTHING_GIVEN)
    if problems:
        raise BadInputError(problems)
    return PullResult(
        read.recorders, read.set_aside, answers.unknown, answers.accounts, answers.organization, answers.looked_at
    )


def pull_answers(
    *,
    profile: str | None = None,
    regions: Sequence[str] = (),
    with_organization: bool = False,
    role: str | None = None,
    access: Access | None = None,
    when: datetime | None = None,
) -> Answers:
    """Return what a live account answers about its trails and event data stores, and where those deliver.

    profile: of the AWS configuration; ``None`` is what the environment says.
    regions: those to look at; all that are enabled where none is named, or ``all``.
    with_organization: also find the accounts of the organization.
    role: the name of a role in each of those accounts, by which they are read too.
    access: how AWS is reached; its profile counts where *profile* is not given.
    when: what time it is; the clock's by default.

    Raises:
        BadInputError: AWS cannot be asked, or lets nobody see any trail.
        UsageError: a Region or role that cannot be one.
    """
    chosen = _chosen_regions(regions)
    check_role(role, with_organization)
    if access is None:
        access = Access(profile)
    elif profile is not None:
        access = Access(profile, access.threads, access.patience)
    moment = when or datetime.now(UTC)
    collected: Collected = collect(access, chosen, with_organization=with_organization, role=role)
    return Answers(
        collected.document,
        collected.unknown,
        collected.accounts,
        collected.organization,
        LookedAt(moment, collected.account, collected.looked_at),
    )


def policy_text(*, regions: Sequence[str] = (), with_organization: bool = False, role: str | None = None) -> str:
    """Return the IAM policy that a pull needs, as JSON; only what is needed for the options that are given.

    Raises:
        UsageError: a Region or role that cannot be one.
    """
    chosen = _chosen_regions(regions)
    check_role(role, with_organization)
    partition = partition_of(chosen[0]) if chosen else "aws"
    return account_policy(with_organization=with_organization, role=role, partition=partition)


def _chosen_regions(regions: Sequence[str]) -> tuple[str, ...]:
    if ALL in regions and len(set(regions)) > 1:
        raise UsageError("--region all already takes every Region: leave out the others, or leave out all")
    for region in regions:
        if region != ALL and not is_region(region):
            raise UsageError(f"--region {region} is no Region code: for example eu-west-1, or all")
    return tuple(dict.fromkeys(region for region in regions if region != ALL))


def check_role(role: str | None, with_organization: bool) -> None:
    """Check the name of a role by which the accounts of an organization are read.

    Raises:
        UsageError: it is none, or there is no organization to read.
    """
    if role is None:
        return
    if not with_organization:
        raise UsageError("--role is about the accounts of an organization: give --organization too")
    if not _ROLE.match(role):
        raise UsageError("--role takes the name of a role that every account has, not its ARN: --role audit")


def _read_no_other(path: Path, _: Given) -> Configuration:
    raise AssertionError(f"answers of an API name no other configuration, and not {path.name}")
