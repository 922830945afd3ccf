"""The engine against its slow twin, on logs and configurations that public projects published."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from costplan.engine.count_plan import plan_for
from costplan.engine.matching import Matcher
from costplan.inputs.configs import read_configuration
from costplan.inputs.configs.selectors import parse_selectors
from costplan.inputs.documents import read_document
from costplan.inputs.volumes.logs import UnreadableRecordError, event_key
from costplan.inputs.volumes.logs.content import NotALogError, decompress, open_log
from costplan.inputs.volumes.logs.gunzip import DamagedFileError
from costplan.model.events import EventKey
from costplan.model.problems import BadInputError, Problem
from costplan.model.recorders import EventDataStore, Recorder, Trail
from costplan.model.truth import Truth
from tests import oracle
from tests.oracle import Context

pytestmark = pytest.mark.real_data


# ---- what there is ----


def real_records(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every record of every file that holds some, as the standard library reads it."""
    for path in sorted(path for path in (folder / "logs").rglob("*") if path.is_file()):
        try:
            raw = open_log(decompress(path.read_bytes()), is_named_as_log=False).records
        except (NotALogError, DamagedFileError):
            continue
        for index, text in enumerate(raw):
            yield f"{path.name}[{index}]", json.loads(bytes(text))


def real_recorders(folder: Path) -> Iterator[tuple[str, Recorder]]:
    """Every recorder that a file describes; of an answer that holds selectors alone, a trail that has them."""
    for path in sorted((folder / "configs" / "describe-get").iterdir()):
        try:
            recorders = read_configuration(path).recorders
        except BadInputError:
            recorders = tuple(recorders_of_selectors(path))
        for recorder in recorders:
            yield path.name, recorder


def recorders_of_selectors(path: Path) -> Iterator[Recorder]:
    try:
        document = read_document(path)
    except BadInputError:
        return
    value = document.value
    # A recording tool wraps its answers.
    holder = value.get("data", value) if isinstance(value, Mapping) else None
    if not isinstance(holder, Mapping) or not {"EventSelectors", "AdvancedEventSelectors"} & holder.keys():
        return
    problems: list[Problem] = []
    keys = {"EventSelectors", "AdvancedEventSelectors"}
    selectors = parse_selectors(document, (), {k: v for k, v in holder.items() if k in keys}, problems)
    if selectors and not problems:
        is_store = "EventDataStoreArn" in holder
        yield EventDataStore("selectors", selectors=selectors) if is_store else Trail("selectors", selectors=selectors)


# ---- the comparison ----

SEEN_BY_THE_RULES = (
    *("eventCategory", "eventType", "managementEvent", "readOnly", "eventSource", "eventName", "errorCode"),
    *("vpcEndpointId", "awsRegion", "sessionCredentialFromConsole", "recipientAccountId", "resources"),
)


def projection(record: Mapping[str, Any]) -> str:
    """Everything of a record that a rule can ask for, so that records alike in all of it are compared once."""
    identity = record.get("userIdentity") or {}
    details = (record.get("additionalEventData") or {}).get("RequestDetails") or {}
    host = (record.get("tlsDetails") or {}).get("clientProvidedHostHeader")
    seen = [record.get(name) for name in SEEN_BY_THE_RULES]
    seen += [identity.get(name) for name in ("arn", "accountId", "invokedBy")]
    return json.dumps([*seen, details.get("endpointType"), host])


@dataclass(frozen=True)
class Corpus:
    """Configurations, and the records of which a key can be made, each kind of record once with its number."""

    recorders: tuple[Recorder, ...]
    records: tuple[tuple[Mapping[str, Any], EventKey], ...]
    counts: tuple[int, ...]
    refused: tuple[tuple[str, Any, str], ...]


@pytest.fixture(scope="module")
def corpus(real_data: Path) -> Corpus:
    recorders = tuple(recorder for _, recorder in real_recorders(real_data))
    plan = plan_for(recorders)
    first: dict[str, tuple[Mapping[str, Any], EventKey]] = {}
    counts: Counter[str] = Counter()
    refused = []
    for where, record in real_records(real_data):
        try:
            key = event_key(record, plan)
        except UnreadableRecordError as error:
            refused.append((where, record, str(error)))
            continue
        kind = projection(record)
        counts[kind] += 1
        first.setdefault(kind, (record, key))
    return Corpus(recorders, tuple(first.values()), tuple(counts[kind] for kind in first), tuple(refused))


def here(recorder: Recorder, key: EventKey) -> Recorder:
    """The recorder in the place of an event: what it selects is asked, not where it is."""
    return replace(recorder, account=key.account, home_region=key.region)


def running(recorder: Recorder) -> Recorder:
    return replace(recorder, **{"is_logging" if isinstance(recorder, Trail) else "is_ingesting": True})


def unchanged(key: EventKey) -> EventKey:
    return key


def compare(corpus: Corpus, change: Callable[[EventKey], EventKey] = unchanged) -> Counter[str]:
    """Compare every record with every recorder; keys are changed for the engine only."""
    conditions = plan_for(corpus.recorders).conditions
    seen: Counter[str] = Counter()
    # Recorders that differ in nothing but name and place are asked once.
    alike = {replace(running(r), name="", arn=None, account=None, home_region=None) for r in corpus.recorders}
    seen["different recorders"] = len(alike)
    for recorder in alike:
        matcher = Matcher(recorder, conditions)
        for (record, key), count in zip(corpus.records, corpus.counts, strict=True):
            expected = oracle.records(here(recorder, key), as_booleans(record), Context(leader=key.region))
            answer = matcher.match(change(key))
            outcome = "recorded" if expected.is_recorded else "not recorded"
            seen[outcome] += count
            seen[f"{key.category.value}, {outcome}"] += count
            if expected.is_unsure:
                assert answer is not Truth.NO, (recorder, key)
            else:
                assert answer is Truth.of(expected.is_recorded), (recorder, key)
    return seen


def test_real_events_are_selected_by_real_configurations_as_the_rules_say(corpus: Corpus) -> None:
    assert sum(corpus.counts) > 3000
    assert len(corpus.recorders) > 30
    seen = compare(corpus)
    assert seen["different recorders"] > 15
    assert min(seen["recorded"], seen["not recorded"]) > 3000, seen
    for category in ("Management", "Data"):
        assert seen[f"{category}, recorded"] > 0, seen
        assert seen[f"{category}, not recorded"] > 0, seen


def of_another_source(key: EventKey) -> EventKey:
    return replace(key, event_source="ec2.amazonaws.com")


def only_read(key: EventKey) -> EventKey:
    return replace(key, read_only=True)


@pytest.mark.parametrize("misreading", [of_another_source, only_read], ids=lambda f: f.__name__)
def test_a_misread_real_event_is_found_out(corpus: Corpus, misreading: Callable[[EventKey], EventKey]) -> None:
    with pytest.raises(AssertionError):
        compare(corpus, misreading)


def as_booleans(record: Mapping[str, Any]) -> dict[str, Any]:
    """Write booleans as CloudTrail does: one exporter turned them into texts."""
    flags = ("readOnly", "managementEvent")
    return {k: v == "true" if k in flags and v in ("true", "false") else v for k, v in record.items()}


# ---- what no key can be made of ----

REGION = re.compile(r"[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\d")
ACCOUNT = re.compile(r"\d{12}")


def faults(record: Any) -> set[str]:
    """What is wrong with a record, in the words of the rules (R50, R53, R56)."""
    if not isinstance(record, dict):
        return {"it is not an object"}
    found = set()
    if str(record.get("eventSource", "")).startswith("aws:"):
        found.add("it is a notification, not a CloudTrail record")
    if not record.get("eventSource") and not record.get("eventType"):
        found.add("it has neither eventSource nor eventType")
    if not REGION.fullmatch(record.get("awsRegion") or ""):
        found.add("its awsRegion is not a Region code")
    if not ACCOUNT.fullmatch(record.get("recipientAccountId") or ""):
        found.add("its recipientAccountId is not an account id")
    return found


def test_real_records_are_refused_for_what_is_wrong_with_them(corpus: Corpus) -> None:
    reasons = Counter(reason for _, _, reason in corpus.refused)
    assert len(reasons) >= 3, reasons
    for where, record, reason in corpus.refused:
        assert reason in faults(record), f"{where}: {reason}"


def test_real_records_without_such_a_fault_are_read(corpus: Corpus) -> None:
    read = [record for record, _ in corpus.records]
    assert read
    # An account may be missing where the caller's stands in (R50); nothing else may be.
    assert Counter(fault for record in read for fault in faults(record)).keys() <= {
        "its recipientAccountId is not an account id"
    }
    assert all(record.get("recipientAccountId") is None for record in read if faults(record))
