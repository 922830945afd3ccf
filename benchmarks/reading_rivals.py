"""The same counting by others: a plain Python loop over gzip + json, and DuckDB's JSON reader.

Both count by the key that costplan's rows have, copies of an event once, so that their totals can be compared.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from costplan.model.containers import ArnField, Operator
from costplan.model.events import EventCategory
from costplan.model.volumes import CountPlan, Volumes

S3_OBJECT, S3_BUCKET, STS = "AWS::S3::Object", "AWS::S3::Bucket", "sts.amazonaws.com"

Key = tuple[Any, ...]
Counts = Mapping[Key, tuple[int, int]]
"""Key → distinct events, and the bytes of their records."""


@dataclass(frozen=True)
class Told:
    """What somebody counted: all records, distinct events, and these by key where the keys can be compared."""

    records: int
    events: int
    rows: Counts | None = None

    def against(self, counted: "Told") -> str:
        """Return in words whether costplan *counted* the same."""
        if (self.records, self.events) != (counted.records, counted.events):
            return f"OTHER COUNTS: {self.events:,} events of {self.records:,} records; costplan {counted.events:,}"
        if self.rows is None:
            return f"the same {self.events:,} events of {self.records:,} records"
        if self.rows != counted.rows:
            return f"OTHER ROWS: {len(self.rows.items() ^ counted.rows.items()):,} differ"
        return f"the same {len(self.rows):,} rows, {self.events:,} events of {self.records:,} records"


def rows_of(volumes: Volumes) -> Counts:
    """Return costplan's rows by the key that the plain loop uses."""
    rows = {}
    for row in volumes.rows:
        k, who = row.key, row.key.principal
        # Of other categories costplan keeps no resources; the plain loop has none.
        listed = k.resources if k.category is EventCategory.DATA else ()
        resources = tuple((r.type, r.container, r.answers) for r in listed)
        named = (k.account, k.region, k.category.value, k.event_source, k.event_name, k.event_type, k.read_only)
        caller = (who.container, who.answers, who.type, who.invoked_by)
        rest = (k.error_code, k.vpc_endpoint_id, k.vpc_endpoint_account)
        flags = (k.is_console, k.is_global_endpoint, k.is_cross_account)
        rows[(*named, resources, *caller, *rest, *flags)] = (row.count, row.raw_bytes)
    return rows


class PlainCounter:
    """Everything costplan counts, of logs as they were delivered, with the standard library only."""

    def __init__(self, plan: CountPlan) -> None:
        tests = {Operator.EQUALS: str.__eq__, Operator.STARTS_WITH: str.startswith, Operator.ENDS_WITH: str.endswith}
        on_resources, on_sessions = (
            [(tests[c.operator], c.value) for c in plan.conditions if c.field is field]
            for field in (ArnField.RESOURCE, ArnField.PRINCIPAL)
        )
        self._on_resources, self._on_sessions = on_resources, on_sessions
        self._met: set[tuple[str, str]] = set()
        self.events: Counter[Key] = Counter()
        self.bytes: Counter[Key] = Counter()
        self.records = 0

    def read(self, paths: Sequence[Path]) -> Counts:
        """Count the records of all files."""
        decode = json.JSONDecoder().raw_decode
        for path in paths:
            data = path.read_bytes()
            text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()
            # Record by record: so the decoder tells where each ends.
            at = text.index("[") + 1
            while text[at] == "{":
                record, end = decode(text, at)
                self._count(record, end - at)
                at = end + (text[end] == ",")
        return {key: (events, self.bytes[key]) for key, events in self.events.items()}

    def _count(self, record: dict[str, Any], size: int) -> None:
        get = record.get
        identity = get("userIdentity") or {}
        account = get("recipientAccountId") or identity.get("accountId")
        self.records += 1
        event = account, record["eventID"]
        if event in self._met:
            return
        self._met.add(event)
        category, source = record["eventCategory"], record["eventSource"]
        arn, caller = identity.get("arn"), identity.get("accountId")
        key = (
            account,
            record["awsRegion"],
            category,
            source,
            record["eventName"],
            get("eventType"),
            get("readOnly"),
            self._resources(get("resources") or ()) if category == "Data" else (),
            principal_container(arn) if arn else None,
            _answers(arn or "", self._on_sessions),
            identity.get("type"),
            identity.get("invokedBy"),
            get("errorCode"),
            get("vpcEndpointId"),
            get("vpcEndpointAccountId"),
            get("sessionCredentialFromConsole") == "true" or None,
            source == STS and _is_global(record),
            "sharedEventID" in record and caller is not None and len(caller) == 12 and caller != account,
        )
        self.events[key] += 1
        self.bytes[key] += size

    def _resources(self, elements: Sequence[dict[str, Any]]) -> tuple[tuple[str | None, str, str], ...]:
        found = set()
        for element in elements:
            kind = element.get("type")
            if kind != S3_BUCKET or len(elements) == 1:
                arn = element.get("ARN") or element["ARNPrefix"]
                container = arn.partition("/")[0] if kind == S3_OBJECT else two_words(arn)
                found.add((kind, container, _answers(arn, self._on_resources)))
        return tuple(sorted(found)) if len(found) > 1 else tuple(found)


def _answers(arn: str, tests: list[tuple[Any, str]]) -> str:
    return "".join(["1" if test(arn, value) else "0" for test, value in tests])


def principal_container(arn: str) -> str:
    """Return an ARN without the name of a session."""
    return arn.rpartition("/")[0] if ":assumed-role/" in arn else arn


def count_plainly(paths: Sequence[Path], plan: CountPlan) -> Told:
    """Return what the plain loop counts in *paths*."""
    counter = PlainCounter(plan)
    rows = counter.read(paths)
    return Told(counter.records, counter.events.total(), rows)


@lru_cache(maxsize=10_000)
def two_words(arn: str) -> str:
    """Return an ARN as far as its second word: of a table's stream, the table."""
    *head, name = arn.split(":", 5)
    return ":".join([*head, *re.findall(r"\A[^/:]*[/:]?[^/:]*", name)])


def _is_global(record: dict[str, Any]) -> bool:
    tls = record.get("tlsDetails") or {}
    details = (record.get("additionalEventData") or {}).get("RequestDetails") or {}
    return tls.get("clientProvidedHostHeader") == STS or details.get("endpointType") == "global"


# ---- DuckDB ----

_COLUMNS = """STRUCT(
    userIdentity STRUCT("type" VARCHAR, arn VARCHAR, accountId VARCHAR, invokedBy VARCHAR),
    eventSource VARCHAR, eventName VARCHAR, awsRegion VARCHAR, errorCode VARCHAR,
    additionalEventData STRUCT(RequestDetails STRUCT(endpointType VARCHAR)),
    eventID VARCHAR, readOnly BOOLEAN, resources STRUCT("type" VARCHAR, ARN VARCHAR, ARNPrefix VARCHAR)[],
    eventType VARCHAR, recipientAccountId VARCHAR, sharedEventID VARCHAR,
    vpcEndpointId VARCHAR, vpcEndpointAccountId VARCHAR, eventCategory VARCHAR,
    tlsDetails STRUCT(clientProvidedHostHeader VARCHAR), sessionCredentialFromConsole VARCHAR)[]"""
_QUERY = """
SELECT
    r.recipientAccountId, r.awsRegion, r.eventCategory, r.eventSource, r.eventName, r.eventType, r.readOnly,
    [{{
        'type': e."type",
        'container': CASE WHEN e."type" LIKE 'AWS::S3::%' THEN split_part(coalesce(e.ARN, e.ARNPrefix), '/', 1)
            ELSE regexp_extract(e.ARN, '^[^/]*(/[^/]*)?') END,
        'answers': {on_resources}
     }} FOR e IN r.resources IF r.eventCategory = 'Data'] AS resources,
    regexp_replace(r.userIdentity.arn, '(:assumed-role/[^/]*)/.*', '\\1') AS principal,
    {on_sessions} AS answers,
    r.userIdentity."type", r.userIdentity.invokedBy, r.errorCode, r.vpcEndpointId, r.vpcEndpointAccountId,
    r.sessionCredentialFromConsole,
    r.eventSource = 'sts.amazonaws.com' AND (
        r.tlsDetails.clientProvidedHostHeader = 'sts.amazonaws.com'
        OR r.additionalEventData.RequestDetails.endpointType = 'global') AS is_global,
    r.sharedEventID IS NOT NULL AND r.userIdentity.accountId <> r.recipientAccountId AS is_cross_account,
    count(DISTINCT r.eventID) AS events, count(*) AS records
FROM (
    SELECT unnest(Records) AS r
    FROM read_json(?, format = 'unstructured', compression = 'gzip', maximum_object_size = {largest},
        columns = {{Records: '{columns}'}}))
GROUP BY ALL"""
_OPERATORS = {
    Operator.EQUALS: "({arn} = '{value}')",
    Operator.STARTS_WITH: "starts_with({arn}, '{value}')",
    Operator.ENDS_WITH: "ends_with({arn}, '{value}')",
}


def duckdb_counts(paths: Sequence[Path], plan: CountPlan, largest: int) -> Told:
    """Return distinct events and records as DuckDB counts them by the same key, on one thread.

    largest: bytes of the largest file, unpacked; the reader's buffers have its size.  Bytes per key are left out.
    """
    import duckdb

    def asked(field: ArnField, arn: str) -> str:
        texts = [_OPERATORS[c.operator].format(arn=arn, value=c.value) for c in plan.conditions if c.field is field]
        return f"[{', '.join(texts)}]"

    query = _QUERY.format(
        on_resources=asked(ArnField.RESOURCE, "coalesce(e.ARN, e.ARNPrefix)"),
        on_sessions=asked(ArnField.PRINCIPAL, "r.userIdentity.arn"),
        largest=largest + 2**20,
        columns=" ".join(_COLUMNS.split()),
    )
    with duckdb.connect(config={"threads": 1}) as database:
        rows = database.execute(query, [list(map(str, paths))]).fetchall()
    return Told(sum(row[-1] for row in rows), sum(row[-2] for row in rows))
