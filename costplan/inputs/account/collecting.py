"""Everything that bears on the cost of CloudTrail in one account, or in all accounts of an organization."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from costplan.inputs.account.answers import AnswerBook, Refusal
from costplan.inputs.account.identity import FALLBACK_REGION, Identity, cannot_list_regions, enabled_regions, identify
from costplan.inputs.account.looking import Look, look_at, read_details
from costplan.inputs.account.operations import LIST_CHANNELS, LIST_EVENT_DATA_STORES
from costplan.inputs.account.organization import Members, find_members
from costplan.inputs.account.policy import role_arn
from costplan.inputs.account.session import AWS, Access, Session
from costplan.inputs.account.surroundings import read_surroundings
from costplan.model.problems import BadInputError, Problem
from costplan.model.scenario import Account, Organization


@dataclass(frozen=True, slots=True)
class Collected:
    """What a live account answered.

    document: answers by command of the AWS CLI, and by what each was asked about.
    unknown: everything nobody could find out, each a sentence.
    account: whose credentials asked.
    accounts: names and enabled Regions, as far as they are known.
    looked_at: by account, the Regions that answered, sorted.
    """

    document: Mapping[str, Any]
    unknown: tuple[str, ...]
    account: str
    accounts: Mapping[str, Account]
    organization: Organization | None
    looked_at: Mapping[str, tuple[str, ...]]


def collect(
    access: Access, regions: Sequence[str] = (), *, with_organization: bool = False, role: str | None = None
) -> Collected:
    """Return what the account of the credentials answers, and with a *role* every active account of its organization.

    regions: those to look at; all that are enabled where none is named.
    with_organization: also find the organization and its accounts.
    role: the name of a role in each of them, by which they are read.

    Raises:
        BadInputError: the credentials cannot be used, AWS cannot be reached, or no Region lets anybody see its trails.
    """
    own = Session(access)
    sessions: dict[str, Session] = {}
    try:
        with ThreadPoolExecutor(access.threads) as pool:
            start = own.region or next(iter(regions), FALLBACK_REGION)
            me = identify(own, start)
            sessions[me.account] = own
            members = find_members(own, start) if with_organization else None
            work = _Work(start, tuple(regions), sessions, pool)
            work.read_own(me.account)
            if members is not None:
                work.read_members(members, me, role)
            if not any(work.looked_at.values()):
                raise BadInputError([_nothing_seen(work.looks)])
            read_surroundings(sessions, work.seen_by, work.book, pool)
    finally:
        for session in (own, *sessions.values()):
            session.rest()
    return Collected(
        work.book.document(),
        (*work.unknown, *work.book.unknown()),
        me.account,
        work.accounts(members),
        _organization(members),
        work.looked_at,
    )


class _Work:
    """Reading accounts, one after the other."""

    def __init__(self, start: str, asked_for: tuple[str, ...], sessions: dict[str, Session], pool: Executor) -> None:
        self._start, self._asked_for, self._sessions, self._pool = start, asked_for, sessions, pool
        self._enabled: dict[str, tuple[str, ...]] = {}
        self._own: tuple[str, ...] = ()
        self.book = AnswerBook()
        self.seen_by: dict[str, str] = {}
        self.looks: list[Look] = []
        self.looked_at: dict[str, tuple[str, ...]] = {}
        self.unknown: list[str] = []

    def read_own(self, account: str) -> None:
        """Read the account of the credentials.

        Raises:
            BadInputError: its Regions cannot be listed and none was named, or one that was named is not enabled.
        """
        found = enabled_regions(self._sessions[account], self._start)
        if isinstance(found, Refusal):
            if not self._asked_for:
                raise BadInputError([cannot_list_regions(account, found)])
            self._note_regions(account, found)
            self._own = self._asked_for
        else:
            self._enabled[account] = found
            wrong = [region for region in self._asked_for if region not in found]
            if wrong:
                hint = f"choose from {', '.join(found)}"
                raise BadInputError(
                    Problem(AWS, f"Region {region} is not enabled in account {account}", hint) for region in wrong
                )
            self._own = tuple(sorted(self._asked_for)) or found
        self._read(account, self._own)

    def read_members(self, members: Members, me: Identity, role: str | None) -> None:
        """Read the other accounts of an organization under a role; without one, say that nobody did."""
        others = [account for account in members.names if account != me.account]
        if role is None:
            if others:
                self.unknown.append(f"{_OTHERS.format(len(others))}: --role NAME reads their own trails and stores too")
            return
        for account in others:
            self._read_member(account, role, me)

    def _read_member(self, account: str, role: str, me: Identity) -> None:
        session = self._sessions[me.account].assume(role_arn(me.partition, account, role), self._start)
        if isinstance(session, Refusal):
            what = f"nothing is known of it: its role {role} could not be assumed ({session})"
            self.unknown.append(f"account {account}: {what}")
            return
        self._sessions[account] = session
        found = enabled_regions(session, self._start)
        if isinstance(found, Refusal):
            self._note_regions(account, found)
            regions = self._own
        else:
            self._enabled[account] = found
            regions = tuple(region for region in found if region in self._asked_for) if self._asked_for else found
        self._read(account, regions)
        session.rest()

    def accounts(self, members: Members | None) -> dict[str, Account]:
        """Return all accounts that are known, with their names and enabled Regions."""
        names: Mapping[str, str | None] = members.names if members is not None else {}
        known = sorted({*self._sessions, *names})
        return {account: Account(names.get(account), self._enabled.get(account)) for account in known}

    def _read(self, account: str, regions: tuple[str, ...]) -> None:
        session = self._sessions[account]
        looks = list(self._pool.map(lambda region: look_at(session, region), regions))
        self.looks += looks
        self.looked_at[account] = tuple(look.region for look in looks if look.trails_refusal is None)
        self._note_looks(account, looks, regions)
        read_details(session, account, looks, self.book, self.seen_by, self._pool)

    def _note_regions(self, account: str, refusal: Refusal) -> None:
        self.unknown.append(f"account {account}: its enabled Regions could not be listed ({refusal})")

    def _note_looks(self, account: str, looks: Sequence[Look], regions: tuple[str, ...]) -> None:
        left_out = [region for region in self._enabled.get(account, ()) if region not in regions]
        if left_out:
            self.unknown.append(
                f"account {account}: {_count(left_out)} not looked at, as --region says; trails that record only there,"
                f" and event data stores that have their home there, are not among these: {', '.join(left_out)}"
            )
        closed: dict[str, list[str]] = {}
        for look in looks:
            if look.trails_refusal is not None:
                self.unknown.append(
                    f"account {account}: Region {look.region} could not be looked at ({look.trails_refusal.code})"
                )
                continue
            for operation, what in _LISTED.items():
                refusal = look.refusals.get(operation)
                if refusal is not None:
                    closed.setdefault(f"all {what} of account {account} could not be listed ({refusal})", []).append(
                        look.region
                    )
        self.unknown += [f"{what} in {', '.join(some)}" for what, some in closed.items()]


_OTHERS = "{} other accounts of the organization were not read"
_LISTED = {LIST_EVENT_DATA_STORES: "event data stores", LIST_CHANNELS: "service-linked channels"}


def _count(regions: Sequence[str]) -> str:
    return "1 enabled Region was" if len(regions) == 1 else f"{len(regions)} enabled Regions were"


def _organization(members: Members | None) -> Organization | None:
    return None if members is None else Organization(members.id, members.management_account, tuple(members.names))


def _nothing_seen(looks: Sequence[Look]) -> Problem:
    """Return why no trail at all could be seen: the most hopeful reason of all Regions."""
    refusals = [look.trails_refusal for look in looks if look.trails_refusal is not None]
    what = f"no Region lets its trails be described ({', '.join(dict.fromkeys(str(one) for one in refusals))})"
    if any(refusal.is_denial for refusal in refusals):
        return Problem(AWS, what, "allow cloudtrail:DescribeTrails; --print-policy shows all that is needed")
    if any(refusal.is_of_contact for refusal in refusals):
        return Problem(AWS, what, "check the network, the proxy and AWS_ENDPOINT_URL")
    return Problem(AWS, what, "run it again later")
