"""Joins kinds, callers and resources of one account and Region into weighted shapes."""

import random
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import NamedTuple

from . import calls, identities, kinds
from .identities import Principal
from .layout import KMS_KEY_ID, LOG_BUCKET
from .population import Population, zipf
from .records import Call, Shape, shape

CURRENT_VERSIONS = ("1.08", "1.09", "1.10", "1.11")
CALLERS = 5
"""How many roles make each management call, or work with each bucket, function and table."""

BUCKET_STEMS = ("lake", "images", "backup", "exports", "logs")

Weighted = tuple[float, Principal, Call]


class Deck(NamedTuple):
    """Shapes to draw from, with cumulative weights as ``random.choices`` wants them."""

    shapes: list[Shape]
    cumulative: list[float]


class OwnShapes(NamedTuple):
    """The events CloudTrail causes by delivering files."""

    put_object: Shape
    get_bucket_acl: Shape
    generate_data_key: Shape


class Builder:
    """Builds the decks of one account and Region."""

    def __init__(self, population: Population, account: str, region: str, rng: random.Random) -> None:
        self.population, self.account, self.region, self.rng = population, account, region, rng
        # Bucket names are global: this number keeps those of other accounts and Regions apart.
        self.place = population.places().index((account, region))
        self.roles = identities.roles_of(account, population.roles)
        self.role_weights = zipf(len(self.roles), population.skew)
        self.users = identities.users_of(account, population.users)

    def api_deck(self) -> Deck:
        """Return management and data events together, as they share files."""
        mix = self.population.mix
        deck: list[tuple[float, Shape]] = []
        families = (
            (mix.management, self._management()),
            (mix.s3, self._objects()),
            (mix.lambda_, self._functions()),
            (mix.dynamodb, self._tables()),
        )
        for share, rows in families:
            weighted = list(rows) if share else []
            whole = sum(weight for weight, _, _ in weighted)
            for weight, principal, call in weighted:
                deck += self._versions(share * weight / whole, principal, call)
        return _deck(deck)

    def network_deck(self) -> Deck:
        """Return network activity events; they are delivered apart."""
        rows = []
        for number, (source, name, weight) in enumerate(kinds.NETWORK_CALLS):
            for principal, part in self._callers(2):
                call = calls.network_activity(source, name, self.account, number % 3, False)
                rows.append((weight * part, shape(self.account, self.region, principal, call, "1.11")))
            refused = calls.network_activity(source, name, self.account, number % 3, True)
            stranger = identities.foreign_account("444455556666" if self.account != "444455556666" else "111122223333")
            rows.append((weight * 0.1, shape(self.account, self.region, stranger, refused, "1.11")))
        return _deck(rows)

    def own_shapes(self) -> OwnShapes:
        """Return the shapes of CloudTrail's deliveries into the log bucket of this account and Region."""
        account, region = self.account, self.region
        cloudtrail = identities.service("cloudtrail.amazonaws.com")
        bucket = f'{{"accountId":"{account}","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::{LOG_BUCKET}"}}'
        key_arn = f"arn:aws:kms:{region}:{account}:key/{KMS_KEY_ID}"
        acl = kinds.Kind(
            "s3.amazonaws.com", "GetBucketAcl", True, 1, f'{{"bucketName":"{LOG_BUCKET}","acl":""}}', "null", bucket
        )
        data_key = kinds.Kind(
            "kms.amazonaws.com",
            "GenerateDataKey",
            True,
            1,
            f'{{"keyId":"{key_arn}","keySpec":"AES_256"}}',
            "null",
            f'{{"accountId":"{account}","type":"AWS::KMS::Key","ARN":"{key_arn}"}}',
        )
        put = calls.s3_object("PutObject", False, account, region, LOG_BUCKET, f"AWSLogs/{account}/CloudTrail/")
        made = (put, calls.management(acl, account, region), calls.management(data_key, account, region))
        return OwnShapes(*(shape(account, region, cloudtrail, call, "1.11") for call in made))

    def _management(self) -> Iterator[Weighted]:
        console = identities.console_role_of(self.account)
        for kind in kinds.MANAGEMENT:
            if kind.is_global and self.region != kinds.GLOBAL_REGION:
                continue
            call = calls.management(kind, self.account, self.region)
            for name in kind.services:
                yield kind.weight / 2 / len(kind.services), identities.service(name), call
            weight = kind.weight / 2 if kind.services else kind.weight
            callers = self._callers_of(kind)
            for principal, part in callers:
                yield weight * part, principal, call
            if kind.denied:
                refused = calls.management(kind, self.account, self.region, kind.denied)
                yield weight / 40, callers[0][0], refused
            if kind.name.startswith(("Describe", "List")):
                yield weight / 20, console, call

    def _objects(self) -> Iterator[Weighted]:
        for bucket, busy in self._named(self.population.buckets, self._bucket_name):
            owned = self.account, self.region, bucket
            folders = self.rng.sample(calls.FOLDERS, 2)
            for principal, part in self._callers(CALLERS - 2):
                for kind in kinds.OBJECT_CALLS:
                    folder = self.rng.choice(folders)
                    yield (
                        busy * part * kind.weight,
                        principal,
                        calls.s3_object(kind.name, kind.read_only, *owned, folder),
                    )
            expiry = calls.s3_object(
                "DeleteObject", False, *owned, folders[0], "AwsServiceEvent", "s3lifecycle.amazonaws.com"
            )
            yield busy * 2, identities.service("s3.amazonaws.com"), expiry
            read = calls.s3_object("GetObject", True, *owned, folders[0])
            yield busy, identities.anonymous(), read

    def _functions(self) -> Iterator[Weighted]:
        for function, busy in self._named(self.population.functions, "example-{}".format):
            call = calls.invoke(self.account, self.region, function)
            yield busy * 2, identities.service("events.amazonaws.com"), call
            for principal, part in self._callers(2):
                yield busy * part * 3, principal, call

    def _tables(self) -> Iterator[Weighted]:
        tables = self._named(self.population.tables, "example-{}".format)
        poller = identities.service_role_of(self.account, "lambda.amazonaws.com", "AWSServiceRoleForLambda")
        for number, (table, busy) in enumerate(tables):
            for principal, part in self._callers(2):
                for kind in kinds.TABLE_CALLS:
                    several = kind.name == "BatchGetItem"
                    # The next two tables as well; with few tables a name must not come twice.
                    named = dict.fromkeys(
                        tables[(number + step) % len(tables)][0] for step in range(3 if several else 1)
                    )
                    call = calls.table_call(kind.name, kind.read_only, self.account, self.region, tuple(named))
                    yield busy * part * kind.weight, principal, call
            if number % 2 == 0:
                yield busy * 15, poller, calls.get_records(self.account, self.region, table)

    def _bucket_name(self, number: int) -> str:
        # Names that are prefixes of each other (…-1, …-10) tell a bucket boundary from a string prefix.
        stem = BUCKET_STEMS[number % len(BUCKET_STEMS)]
        return f"amzn-s3-demo-{stem}-{self.place}-{number}"

    def _named(self, count: int, name: Callable[[int], str]) -> list[tuple[str, float]]:
        return [(name(number), share) for number, share in enumerate(zipf(count, self.population.skew))]

    def _callers(self, count: int) -> list[tuple[Principal, float]]:
        """Return *count* different roles with shares that add up to one."""
        chosen = sorted(self.rng.sample(range(len(self.roles)), min(count, len(self.roles))))
        whole = sum(self.role_weights[number] for number in chosen)
        return [(self.roles[number], self.role_weights[number] / whole) for number in chosen]

    def _callers_of(self, kind: kinds.Kind) -> list[tuple[Principal, float]]:
        if kind.callers == "internal":
            return [(identities.aws_internal(self.account), 1.0)]
        if kind.callers == "people":
            people = [*self.users, identities.root_of(self.account)]
            return [(principal, 1 / len(people)) for principal in people]
        if kind.callers == "users":
            return [(principal, 1 / len(self.users)) for principal in self.users]
        return self._callers(CALLERS)

    def _versions(self, weight: float, principal: Principal, call: Call) -> list[tuple[float, Shape]]:
        """Return the shape of a record today, and its old forms if the population has any."""
        newest = self._versioned(principal, call, self.rng.choice(CURRENT_VERSIONS))
        old = self.population.old_versions
        if not old or principal.is_console or call.event_type == "AwsServiceEvent":
            return [(weight, newest)]
        oldest = self._versioned(principal, call, "1.05")
        older = self._versioned(principal, call, "1.06")
        return [(weight * (1 - old), newest), (weight * old * 2 / 3, oldest), (weight * old / 3, older)]

    def _versioned(self, principal: Principal, call: Call, version: str) -> Shape:
        made = shape(self.account, self.region, principal, call, version)
        if call.name == "DeleteObjects":
            bucket = call.resources[0].container.rpartition(":")[2]
            single = calls.s3_object(
                "DeleteObject", False, self.account, self.region, bucket, calls.FOLDERS[0], "AwsServiceEvent"
            )
            made.follow = shape(self.account, self.region, principal, single, "1.11")
        return made


def _deck(rows: list[tuple[float, Shape]]) -> Deck:
    return Deck([made for _, made in rows], list(accumulate(weight for weight, _ in rows)))
