"""The work of one measurement by metrics: look what there is, read what it counted, make volumes of it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from threading import Lock

from costplan.inputs.account.answers import Refusal
from costplan.inputs.account.session import Session
from costplan.inputs.volumes.metrics.buckets import BucketPlan, days_window, lens_of, plan_bucket
from costplan.inputs.volumes.metrics.calls import CallPlan, measure_calls, namespaces_of, plan_calls
from costplan.inputs.volumes.metrics.cloudwatch import DAY, Read, Series, list_series, read_series
from costplan.inputs.volumes.metrics.facts import FACTS, LENS, REQUESTS, MetricMapping, MetricService
from costplan.inputs.volumes.metrics.figures import Measured, Place, Window
from costplan.inputs.volumes.metrics.inventory import Bucket, Filters, filters_of, list_buckets, list_names
from costplan.inputs.volumes.metrics.objects import measure_objects, spread_coverage
from costplan.model.problems import Location, Problem
from costplan.model.progress import Progress


@dataclass(frozen=True, slots=True)
class LookedAccount:
    """An account that is read, the Regions to look at, and the one where its global questions are asked."""

    session: Session
    account: str
    regions: tuple[str, ...]
    start: str


class MetricsWork:
    """One measurement: look what there is, read what it counted, and make volumes of it."""

    def __init__(self, services: Sequence[MetricService], window: Window, keys_per_delete: int) -> None:
        self._services, self._window, self._keys_per_delete = services, window, keys_per_delete
        self.result = Measured.nothing()
        self._calls: list[CallPlan] = []
        self._buckets: list[BucketPlan] = []
        self._listed_buckets: dict[Place, list[str]] = {}
        self._complete: set[str] = set()
        self._read = Read()

    # ---- look ----

    def look(self, accounts: Sequence[LookedAccount], pool: Executor) -> None:
        """Find out what there is, and which metrics tell of it."""
        tasks = [
            (account, region, service)
            for account in accounts
            for region in account.regions
            for service in self._services
            if service is not MetricService.S3
        ]
        for plan in pool.map(lambda task: self._plan_calls(*task), tasks):
            if isinstance(plan, Problem):
                self.result.problems.append(plan)
            else:
                self._calls.append(plan)
        if MetricService.S3 in self._services:
            self._look_for_buckets(accounts, pool)

    def _plan_calls(self, account: LookedAccount, region: str, service: MetricService) -> CallPlan | Problem:
        place = Place(account.account, region)
        listed: list[Series] = []
        for namespace in namespaces_of(service):
            some = list_series(account.session, account.account, region, namespace)
            if isinstance(some, Refusal):
                what = f"nothing is known of {FACTS[service].resource_type} data events in {region} ({some})"
                remedy = some.remedy("allow cloudwatch:ListMetrics there, or name Regions with --region")
                return place.problem(what, remedy)
            listed += some
        return plan_calls(place, service, list_names(account.session, service, region), listed, self._window)

    def _look_for_buckets(self, accounts: Sequence[LookedAccount], pool: Executor) -> None:
        listed: dict[Place, list[Series]] = {}
        lens: dict[tuple[str, str, str], dict[Series, MetricMapping]] = {}
        tasks = [(account, region) for account in accounts for region in account.regions]
        for (account, region), found in zip(tasks, pool.map(lambda task: self._listed(*task), tasks), strict=True):
            listed[Place(account.account, region)] = found
            for where, series in lens_of(found, account.account).items():
                lens.setdefault(where, series)
        for account in accounts:
            self._plan_buckets(account, listed, pool)
        planned = {(plan.place.account, plan.place.region, plan.name): plan for plan in self._buckets}
        regions = {region for account in accounts for region in account.regions}
        for where, series in lens.items():
            account_id, region, name = where
            plan = planned.get(where)
            if plan is None and region in regions:
                plan = BucketPlan(Place(account_id, region), name, Filters())
                self._buckets.append(plan)
            if plan is not None:
                plan.lens.update(series)

    def _listed(self, account: LookedAccount, region: str) -> list[Series]:
        found: list[Series] = []
        for namespace in (REQUESTS, LENS):
            some = list_series(account.session, account.account, region, namespace)
            if isinstance(some, Refusal):
                what = f"the metrics {namespace} in {region} cannot be listed ({some})"
                remedy = some.remedy("allow cloudwatch:ListMetrics there")
                problem = Place(account.account, region).problem(what, remedy)
                self.result.problems.append(problem)
            else:
                found += some
        return found

    def _plan_buckets(self, account: LookedAccount, listed: Mapping[Place, list[Series]], pool: Executor) -> None:
        found = list_buckets(account.session, account.start)
        buckets: dict[Place, dict[str, bool]] = {Place(account.account, region): {} for region in account.regions}
        for place, some in buckets.items():
            named = {series.value("BucketName") for series in listed[place] if series.value("FilterId")}
            some.update(dict.fromkeys(sorted(filter(None, named)), False))
        is_complete = not isinstance(found, Refusal)
        if isinstance(found, Refusal):
            what = f"the buckets cannot be listed ({found}), so those without metrics are not named"
            problem = Place(account.account, account.start).problem(what, found.remedy("allow s3:ListAllMyBuckets"))
            self.result.problems.append(problem)
        else:
            for bucket in found:
                is_complete &= self._note_bucket(bucket, account, buckets)
        tasks = [(place, name) for place, some in buckets.items() for name in some]
        # A bucket that is gone answers nothing, but its metrics are still there.
        filters = pool.map(lambda task: filters_of(account.session, task[1], task[0].region), tasks)
        for (place, name), has in zip(tasks, filters, strict=True):
            self._buckets.append(plan_bucket(place, name, has, listed[place]))
        self._listed_buckets |= {
            place: [n for n, is_there in some.items() if is_there] for place, some in buckets.items()
        }
        if is_complete:
            self._complete.add(account.account)

    def _note_bucket(self, bucket: Bucket, account: LookedAccount, buckets: Mapping[Place, dict[str, bool]]) -> bool:
        """Put a bucket where it is; return whether that is known."""
        if isinstance(bucket.region, Refusal):
            what = f"nothing is known of bucket {bucket.name}: its Region could not be found out ({bucket.region})"
            remedy = bucket.region.remedy("allow s3:GetBucketLocation")
            problem = Place(account.account, account.start).problem(what, remedy)
            self.result.problems.append(problem)
            return False
        place = Place(account.account, bucket.region)
        if place in buckets:
            buckets[place][bucket.name] = True
        return True

    # ---- read ----

    @property
    def wanted(self) -> set[Series]:
        """Every series that will be read."""
        found = {series for plan in self._calls for series in plan.wanted}
        return found.union(*(plan.wanted for plan in self._buckets))

    def read(
        self, accounts: Sequence[LookedAccount], pool: Executor, progress: Callable[[Progress], None] | None
    ) -> None:
        """Read all metrics."""
        sessions = {account.account: account.session for account in accounts}
        groups: dict[tuple[str, str, int], list[Series]] = defaultdict(list)
        for series in self.wanted:
            groups[series.account, series.region, series.seconds].append(series)
        lock, done, every = Lock(), 0, len(self.wanted)

        def asked(some: int) -> None:
            nonlocal done
            with lock:
                done += some
                if progress is not None:
                    progress(Progress(done, every, what="metrics"))

        def read_group(group: tuple[str, str, int]) -> Read:
            account, region, seconds = group
            window = days_window(self._window) if seconds == DAY else self._window
            return read_series(sessions[account], region, groups[group], window.start, window.end, asked)

        for read in pool.map(read_group, sorted(groups)):
            self._read.add(read)

    # ---- measure ----

    def measure(self) -> Measured:
        """Return the rows, what they cover, and what is not known."""
        for plan in self._calls:
            self.result.add(measure_calls(plan, self._read, self._window))
        self.result.problems += self._uncounted()
        objects = measure_objects(self._buckets, self._read, self._window, self._keys_per_delete)
        spread_coverage(objects, self._listed_buckets, self._complete, self._window)
        self.result.add(objects)
        self.result.rows.sort(key=lambda row: (row.key.account, row.key.region, repr(row.key)))
        self.result.coverage.sort(key=lambda part: (part.account, part.region, str(part.resource_type), repr(part)))
        return self.result

    def _uncounted(self) -> list[Problem]:
        """Return whose failed calls no metric counts, of what has any."""
        sources = {row.key.event_source for row in self.result.rows}
        named = [FACTS[s].uncounted for s in self._services if FACTS[s].uncounted and FACTS[s].event_source in sources]
        if not named:
            return []
        what = f"no metric counts failed calls on {', '.join(named)}: where many fail, there are more than the high end"
        return [Problem(Location("CloudWatch"), what, "costplan volumes logs counts them, once a trail records them")]
