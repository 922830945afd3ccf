"""Measure data events before they are recorded: by the metrics of CloudWatch that count the same calls."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from costplan.inputs.account.answers import Refusal
from costplan.inputs.account.identity import FALLBACK_REGION, identify, regions_to_ask
from costplan.inputs.account.organization import find_members
from costplan.inputs.account.policy import metrics_policy, role_arn
from costplan.inputs.account.session import AWS, Access, Session
from costplan.inputs.measuring import Fee, FeeEntry, read_fees
from costplan.inputs.volumes.metrics.cloudwatch import MOST_DAYS
from costplan.inputs.volumes.metrics.facts import MOST_KEYS_PER_DELETE, MetricService
from costplan.inputs.volumes.metrics.figures import Window
from costplan.model.places import is_region, partition_of
from costplan.model.problems import BadInputError, Problem, UsageError
from costplan.model.progress import Progress
from costplan.model.volumes import Volumes
from costplan.workflows.measure import MeasureResult
from costplan.workflows.metrics_work import LookedAccount, MetricsWork
from costplan.workflows.pull import check_role

__all__ = ["DEFAULT_DAYS", "MOST_KEYS", "Access", "MetricService", "MetricsCost", "measure_metrics", "policy_text"]

KIND = "metrics"
DEFAULT_DAYS = 14
"""Two weeks, so that every weekday counts alike, and all that happened is still listed."""

MOST_KEYS = MOST_KEYS_PER_DELETE
"""Objects that one request to delete several can name."""

_OTHERS = "{} other accounts of the organization were not read"


@dataclass(frozen=True, slots=True)
class MetricsCost:
    """What reading metrics costs.

    metrics: that are requested; fee: for each of them.
    """

    metrics: int
    fee: FeeEntry

    @property
    def dollars(self) -> Decimal:
        """What CloudWatch charges for them, at the list price of the fee's Region."""
        return self.metrics * self.fee.unit_price


def measure_metrics(
    *,
    services: Iterable[MetricService] = (),
    regions: Sequence[str] = (),
    days: int = DEFAULT_DAYS,
    profiles: Sequence[str] = (),
    with_organization: bool = False,
    role: str | None = None,
    keys_per_delete: int = MOST_KEYS_PER_DELETE,
    access: Access | None = None,
    now: datetime | None = None,
    announce: Callable[[MetricsCost], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> MeasureResult:
    """Return the volumes of data events that CloudWatch metrics tell, each with its band.

    What has no metrics is among the problems, with what would switch them on, and is not covered: unknown, never zero.

    services: those to ask about; all by default.
    regions: those to ask; all that are enabled where none is named.
    days: before now.
    profiles: of the AWS configuration, one after the other; what the environment says where none is named.
    with_organization: also find the accounts of the organization; role: the name of a role in each, to read them by.
    keys_per_delete: how many objects one request to delete several may name.
    now: what time it is; the clock's by default.
    announce: called with what it costs, before any metric is read; it may raise.
    progress: called with the metrics read so far, and all of them.

    Raises:
        BadInputError: AWS cannot be asked, or nothing answers.
        UsageError: a Region, a role or a number that cannot be one.
    """
    _check(regions, days, with_organization, role, keys_per_delete)
    access = access or Access()
    end = (now or datetime.now(UTC)).replace(minute=0, second=0, microsecond=0)
    window = Window(end - timedelta(days=days), end)
    chosen = tuple(dict.fromkeys(services)) or tuple(MetricService)
    work = MetricsWork(chosen, window, keys_per_delete)
    own = [Session(Access(name, access.threads, access.patience)) for name in profiles] or [Session(access)]
    accounts: list[LookedAccount] = []
    try:
        for session in own:
            accounts += _accounts(session, regions, with_organization, role, accounts, work.result.problems)
        with ThreadPoolExecutor(access.threads) as pool:
            work.look(accounts, pool)
            if announce is not None:
                announce(MetricsCost(len(work.wanted), read_fees()[Fee.METRICS_REQUESTED]))
            work.read(accounts, pool, progress)
    finally:
        for session in (*own, *(account.session for account in accounts)):
            session.rest()
    result = work.measure()
    if not result.rows and not result.coverage:
        raise BadInputError(result.problems)
    return MeasureResult(Volumes(tuple(result.rows), tuple(result.coverage), kind=KIND), tuple(result.problems), 0)


def policy_text(
    *,
    services: Iterable[MetricService] = (),
    regions: Sequence[str] = (),
    with_organization: bool = False,
    role: str | None = None,
) -> str:
    """Return the IAM policy that reading metrics needs, as JSON; only what is needed for the options that are given.

    Raises:
        UsageError: a Region or role that cannot be one.
    """
    _check(regions, DEFAULT_DAYS, with_organization, role, MOST_KEYS_PER_DELETE)
    partition = partition_of(regions[0]) if regions else "aws"
    names = tuple(dict.fromkeys(services)) or tuple(MetricService)
    return metrics_policy(names, with_organization=with_organization, role=role, partition=partition)


def _check(regions: Sequence[str], days: int, with_organization: bool, role: str | None, keys: int) -> None:
    for region in regions:
        if not is_region(region):
            raise UsageError(f"--region {region} is no Region code: for example eu-west-1")
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"--days must be 1 to {MOST_DAYS}: CloudWatch keeps hours no longer")
    if not 1 <= keys <= MOST_KEYS:
        raise UsageError(f"--keys-per-delete must be 1 to {MOST_KEYS_PER_DELETE}: no request can name more")
    check_role(role, with_organization)


def _accounts(
    session: Session,
    regions: Sequence[str],
    with_organization: bool,
    role: str | None,
    so_far: Sequence[LookedAccount],
    problems: list[Problem],
) -> list[LookedAccount]:
    """Return the account of a session, and those of its organization as far as a role leads there."""
    start = session.region or next(iter(regions), FALLBACK_REGION)
    me = identify(session, start)
    known = {one.account for one in so_far}
    found: list[LookedAccount] = []
    if me.account not in known:
        found.append(
            LookedAccount(
                session,
                me.account,
                regions_to_ask(session, me.account, session.region or FALLBACK_REGION, regions),
                start,
            )
        )
    if not with_organization:
        return found
    others = [one for one in find_members(session, start).names if one != me.account and one not in known]
    if role is None and others:
        problems.append(Problem(AWS, _OTHERS.format(len(others)), "--role NAME reads them too"))
    for account in others if role is not None else ():
        other = session.assume(role_arn(me.partition, account, role or ""), start)
        if isinstance(other, Refusal):
            what = f"nothing is known of account {account}: its role {role} could not be assumed ({other})"
            problems.append(Problem(AWS, what, "the role must exist there, and allow this one to assume it"))
            continue
        try:
            found.append(LookedAccount(other, account, regions_to_ask(other, account, start, regions), start))
        except BadInputError as error:
            problems += error.problems
    return found
