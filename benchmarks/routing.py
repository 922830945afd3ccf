"""Routes, meters and estimates the events of a large organization: keys per second, peak memory, ratios.

    python -m benchmarks.routing [--keys N] [--profile]

50 accounts × 17 Regions, 20 recorders (at most 5 where any event happens), basic and advanced selectors, conditions on
object keys and on sessions.  Seconds are the processor's and depend on the machine; the ratio is to counting the same
keys in a dictionary (a plain loop that hashes each once) in the same run, and depends on it far less.
"""

import argparse
import cProfile
import gc
import pstats
import random
import resource
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import product

from costplan.engine.count_plan import plan_for
from costplan.engine.estimation import estimate_scenario
from costplan.engine.metering import Meters
from costplan.engine.routing import Router
from costplan.engine.scope import copy_order, landscape_of
from costplan.inputs.prices import load_price_list, read_regions
from costplan.model.containers import ArnField, Condition
from costplan.model.events import EventCategory, EventKey, Principal, Resource
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity
from costplan.model.recorders import EventDataStore, Recorder, Trail
from costplan.model.scenario import Organization, Scenario
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    InsightSelector,
    InsightType,
    ReadWriteType,
)
from costplan.model.volumes import VolumeRow, Volumes
from tests.generator.reserved import account_ids

REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1"),
    *("ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2"),
)
HOME = "us-east-1"
ACCOUNTS = account_ids(50)
MANAGEMENT_ACCOUNT, BUSY = ACCOUNTS[0], ACCOUNTS[1:10]
MOST_PRESENT = 5

SOURCES = ("ec2", "iam", "sts", "kms", "rds", "ecs", "s3", "lambda", "logs", "ssm", "monitoring", "cloudformation")
ROLES = 12
BUCKETS, FUNCTIONS, TABLES = 10, 6, 4
S3_OBJECT, FUNCTION, TABLE = "AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"


# ---- what is recorded ----


def advanced(category: EventCategory, *fields: FieldSelector) -> AdvancedEventSelector:
    return AdvancedEventSelector((FieldSelector("eventCategory", equals=(category.value,)), *fields))


def bucket(account: str, number: int) -> str:
    return f"arn:aws:s3:::lake-{account}-{number}"


def recorders() -> tuple[Recorder, ...]:
    """Return twenty: an organization's trail and store, a multi-Region trail in nine accounts, nine of one Region."""
    management = advanced(EventCategory.MANAGEMENT, FieldSelector("eventSource", not_equals=("kms.amazonaws.com",)))
    writes = advanced(
        EventCategory.DATA,
        FieldSelector("resources.type", equals=(S3_OBJECT,)),
        FieldSelector("readOnly", equals=("false",)),
        FieldSelector("userIdentity.arn", not_starts_with=(f"arn:aws:sts::{ACCOUNTS[5]}:assumed-role/role-3/batch-",)),
    )
    network = advanced(EventCategory.NETWORK_ACTIVITY, FieldSelector("eventSource", equals=("kms.amazonaws.com",)))
    found: list[Recorder] = [
        Trail(
            "organization",
            MANAGEMENT_ACCOUNT,
            HOME,
            is_multi_region=True,
            is_organization=True,
            selectors=(management, writes, network),
            insights=(InsightSelector(InsightType.API_CALL_RATE),),
        ),
        EventDataStore(
            "lake",
            MANAGEMENT_ACCOUNT,
            HOME,
            is_organization=True,
            selectors=(
                advanced(EventCategory.MANAGEMENT, FieldSelector("readOnly", equals=("false",))),
                advanced(EventCategory.DATA, FieldSelector("resources.type", equals=(FUNCTION, TABLE))),
            ),
        ),
    ]
    for number, account in enumerate(BUSY):
        # Every second of them has basic selectors.
        prefixes = (f"{bucket(account, 0)}/claims/", f"{bucket(account, 1)}/logs/2026/", f"{bucket(account, 2)}/")
        objects = advanced(
            EventCategory.DATA,
            FieldSelector("resources.type", equals=(S3_OBJECT,)),
            FieldSelector("resources.ARN", starts_with=prefixes, not_ends_with=(".tmp",)),
        )
        basic = EventSelector(
            ReadWriteType.ALL,
            True,
            data_resources=(DataResource(S3_OBJECT, prefixes), DataResource(FUNCTION, ("arn:aws:lambda",))),
            exclude_management_event_sources=("kms.amazonaws.com",),
        )
        found.append(
            Trail(
                f"account-{number}",
                account,
                HOME,
                is_multi_region=True,
                selectors=(basic,) if number % 2 else (advanced(EventCategory.MANAGEMENT), objects),
                recursive_logging=number % 3 > 0,
            )
        )
        found.append(
            Trail(
                f"single-{number}",
                # Two of them in one place, beside the other three.
                BUSY[number - number % 2],
                REGIONS[number - number % 2],
                include_global_service_events=number % 3 > 0,
                selectors=(EventSelector(ReadWriteType.WRITE_ONLY, True),),
            )
        )
    return tuple(found)


# ---- what happens ----


def rows(count: int, conditions: tuple[Condition, ...], chance: random.Random) -> tuple[VolumeRow, ...]:
    """Return at least *count* rows of distinct keys, as many in each account and Region."""
    places = tuple(product(ACCOUNTS, REGIONS))
    each = -(-count // len(places))
    on_resources = sum(condition.field is ArnField.RESOURCE for condition in conditions)
    on_principals = len(conditions) - on_resources
    result = []
    for account, region in places:
        keys: dict[EventKey, None] = {}
        while len(keys) < each:
            keys[_key(account, region, on_resources, on_principals, chance)] = None
        for key in keys:
            events = chance.randrange(1, 5000)
            result.append(VolumeRow(key, Quantity.exact(Decimal(events)), events, events * 1400))
    return tuple(result)


def _key(account: str, region: str, on_resources: int, on_principals: int, chance: random.Random) -> EventKey:
    role = f"arn:aws:sts::{account}:assumed-role/role-{chance.randrange(ROLES)}"
    by_cloudtrail = chance.random() < 0.02
    principal = Principal(
        None if by_cloudtrail else role,
        False,
        "AWSService" if by_cloudtrail else "AssumedRole",
        "cloudtrail.amazonaws.com" if by_cloudtrail else None,
        _answers(on_principals, chance),
    )
    kind = chance.random()
    if kind < 0.55:
        source = chance.choice(SOURCES)
        name = f"{chance.choice(('Describe', 'List', 'Create', 'Delete'))}Thing{chance.randrange(20)}"
        return EventKey(
            account,
            region,
            EventCategory.MANAGEMENT,
            f"{source}.amazonaws.com",
            name,
            "AwsApiCall",
            name.startswith(("Describe", "List")),
            (),
            principal,
            is_global_endpoint=source == "sts" and region == HOME,
        )
    if kind < 0.97:
        of_type, container, is_whole, source = _resource(account, region, chance)
        name = chance.choice(("GetObject", "PutObject", "DeleteObject", "Invoke", "GetItem", "PutItem"))
        answers = _answers(on_resources, chance)
        return EventKey(
            account,
            region,
            EventCategory.DATA,
            source,
            name,
            "AwsApiCall",
            name.startswith("Get"),
            (Resource(of_type, container, is_whole, answers),),
            principal,
        )
    source = chance.choice(("kms.amazonaws.com", "ec2.amazonaws.com"))
    name = f"Call{chance.randrange(40)}"
    endpoint = f"vpce-{chance.randrange(8):08x}"
    return EventKey(
        account,
        region,
        EventCategory.NETWORK_ACTIVITY,
        source,
        name,
        "AwsVpceEvent",
        None,
        (),
        principal,
        error_code=None,
        vpc_endpoint_id=endpoint,
    )


def _resource(account: str, region: str, chance: random.Random) -> tuple[str, str, bool, str]:
    kind = chance.random()
    if kind < 0.7:
        return S3_OBJECT, bucket(account, chance.randrange(BUCKETS)), False, "s3.amazonaws.com"
    if kind < 0.9:
        function = f"arn:aws:lambda:{region}:{account}:function:job-{chance.randrange(FUNCTIONS)}"
        return FUNCTION, function, True, "lambda.amazonaws.com"
    return (
        TABLE,
        f"arn:aws:dynamodb:{region}:{account}:table/t{chance.randrange(TABLES)}",
        True,
        "dynamodb.amazonaws.com",
    )


def _answers(count: int, chance: random.Random) -> str:
    """Return answers as real events have them: an object lies below one prefix, if any."""
    answers = ["0"] * count
    if count and chance.random() < 0.3:
        answers[chance.randrange(count)] = "1"
    return "".join(answers)


# ---- measuring ----


def organization(count: int) -> Scenario:
    recorded_by = recorders()
    plan = plan_for(recorded_by)
    volumes = Volumes(rows(count, plan.conditions, random.Random(11)), covers_all=True, conditions=plan.conditions)
    members = Organization("o-exampleorgid", MANAGEMENT_ACCOUNT, ACCOUNTS)
    return Scenario("organization", recorded_by, (volumes,), organization=members)


def count_keys(scenario: Scenario) -> Counter[EventKey]:
    """The yardstick: each key hashed once, and counted."""
    counts: Counter[EventKey] = Counter()
    for row in scenario.volumes[0].rows:
        counts[row.key] += 1
    return counts


def route(scenario: Scenario, router: Router) -> None:
    for volumes in scenario.volumes:
        matchers = router.matchers(volumes.conditions)
        deque((router.deliveries(row.key, matchers) for row in volumes.rows), maxlen=0)


def meter(scenario: Scenario, router: Router) -> Meters:
    meters = Meters(router, scenario.settings)
    with exact_arithmetic():
        for volumes in scenario.volumes:
            meters.read(volumes)
    return meters


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def peak_mebibytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Keys per second of routing, metering and estimating.")
    parser.add_argument("--keys", type=int, default=500_000, metavar="N", help="at least so many distinct keys")
    parser.add_argument("--profile", action="store_true", help="print where the time of one estimate goes")
    chosen = parser.parse_args(arguments)

    scenario = organization(chosen.keys)
    regions = read_regions()
    prices = load_price_list(REGIONS, ("cloudtrail", "s3"))
    router = Router(copy_order(scenario.recorders), landscape_of(scenario, regions))
    keys = len(scenario.volumes[0].rows)
    present = Counter(place for places in router.places for place in places)
    conditions = len(scenario.volumes[0].conditions)
    if keys < chosen.keys or max(present.values()) != MOST_PRESENT or not conditions:
        sys.exit("the organization is not the one that is promised")
    print(
        f"{keys:,} distinct keys, {len(ACCOUNTS)} accounts × {len(REGIONS)} Regions, {len(router.recorders)} recorders"
        f" (at most {max(present.values())} in one place), {conditions} conditions"
    )
    before = peak_mebibytes()
    if chosen.profile:
        profile = cProfile.Profile()
        profile.runcall(estimate_scenario, scenario, prices)
        pstats.Stats(profile).sort_stats("tottime").print_stats(30)
        return
    yardstick = seconds(lambda: count_keys(scenario))
    measured = {
        "counting the keys (yardstick)": yardstick,
        "routing": seconds(lambda: route(scenario, router)),
        "routing and metering": seconds(lambda: meter(scenario, router)),
        "the whole estimate, 12 months": seconds(lambda: estimate_scenario(scenario, prices)),
    }
    for what, taken in measured.items():
        print(f"{what:30}  {taken:6.2f} s  {keys / taken:>10,.0f} keys/s  {taken / yardstick:5.1f} × yardstick")
    print(f"peak memory: {peak_mebibytes():,.0f} MiB, of which the rows themselves {before:,.0f} MiB")


if __name__ == "__main__":
    main()
