"""Recorders as the answers of the AWS API that describe them: a mapping of AWS CLI commands to answers.

Answers are about things that are there, so every value of them is known.  A key, topic or log group that a trail has,
but that nobody named, gets a stand-in: ``not-known`` in its ARN.
"""

import json
from collections.abc import Sequence
from typing import Any

from costplan.model.places import partition_of
from costplan.model.problems import BadInputError, Problem
from costplan.model.recorders import EventDataStore, Recorder, Trail
from costplan.reports.configs.buckets import RuleGroup, has_to_be_declared, ruled_buckets
from costplan.reports.configs.common import (
    Notes,
    Written,
    arn_of,
    aws_name,
    log_class_property,
    losses_of_log_group,
    losses_of_months,
    losses_of_store,
    losses_of_trail,
    problem_of,
    without_direct,
)
from costplan.reports.configs.selectors import has_unknown, insight_properties, selector_properties

STAND_IN = "not-known"

_FOR_UNKNOWN = "use --to cloudformation, --to terraform or --to scenario, which have a place for it"
_SAY_WHERE = "say its account and Region, as with --parameter AWS::AccountId=… --parameter AWS::Region=…"
# A recorder of such a name would be taken for a part of an answer by whoever looks up answers by name.
_KEYS_OF_ANSWERS = frozenset(
    {
        "AdvancedEventSelectors",
        "AggregationConfigurations",
        "ARN",
        "EventDataStoreARN",
        "EventDataStoreArn",
        "EventDataStores",
        "EventSelectors",
        "InsightSelectors",
        "IsLogging",
        "Trail",
        "TrailARN",
        "Trails",
        "data",
        "trailList",
    }
)
_US_EAST_1 = "us-east-1"


def render_aws_api(recorders: Sequence[Recorder]) -> Written:
    """Return the answers of describe-trails and the calls beside it that would describe *recorders*, as JSON.

    Raises:
        BadInputError: a value of a selector is not known, a name could mean two recorders, or two lifecycles are
            told of one bucket.
    """
    answers = _Answers(recorders)
    if answers.problems:
        raise BadInputError(answers.problems)
    return Written(json.dumps(answers.document, indent=2, ensure_ascii=False) + "\n", answers.notes.lines)


class _Answers:
    """The document, command by command."""

    def __init__(self, recorders: Sequence[Recorder]) -> None:
        self.notes = Notes()
        self.problems: list[Problem] = []
        self.document: dict[str, Any] = {}
        recorders = without_direct(recorders, self.notes)
        self._names = [name for one in recorders for name in {arn_of(one), aws_name(one)} if name is not None]
        for recorder in recorders:
            self._check(recorder)
            self.notes.of_assumed(recorder)
            for loss in losses_of_months(recorder):
                self.notes.of(recorder, loss)
            if isinstance(recorder, Trail):
                self._trail(recorder)
            else:
                self._store(recorder)
        for bucket in ruled_buckets(recorders, self.problems):
            if bucket.name is not None and bucket.rules:
                rules = [_lifecycle_rule(number, group) for number, group in enumerate(bucket.rules, 1)]
                stated = bucket.small_objects
                default = {} if stated is None else {"TransitionDefaultMinimumObjectSize": stated.value}
                self._of("get-bucket-lifecycle-configuration")[bucket.name] = {"Rules": rules, **default}
            if bucket.name is not None and bucket.is_versioned:
                self._of("get-bucket-versioning")[bucket.name] = {"Status": "Enabled"}

    def _of(self, command: str) -> dict[str, Any]:
        answers: dict[str, Any] = self.document.setdefault(command, {})
        return answers

    def _check(self, recorder: Recorder) -> None:
        if has_unknown(recorder):
            what = "a value of its selectors is not known, and an answer of the API holds none that is not"
            self.problems.append(problem_of(recorder, what, _FOR_UNKNOWN))
        key = _key(recorder)
        if arn_of(recorder) is None and (self._names.count(key) > 1 or key in _KEYS_OF_ANSWERS):
            what = "without an ARN, answers could not tell which recorder they are about"
            self.problems.append(problem_of(recorder, what, _SAY_WHERE))

    # ---- trails ----

    def _trail(self, trail: Trail) -> None:
        arn, key, bucket = arn_of(trail), _key(trail), trail.bucket
        if arn is None and trail.account is not None:
            self.notes.of(trail, f"its account {trail.account} is not said: an ARN needs a Region too")
        selectors = selector_properties(trail, lambda _: None)
        insights = insight_properties(trail, names_management=True)
        about = {"TrailARN": arn} if arn else {}
        described = {
            "Name": aws_name(trail),
            "S3BucketName": bucket.name,
            "S3KeyPrefix": bucket.prefix or None,
            "SnsTopicARN": self._stand_in(trail, "sns", "SNS topic", "") if bucket.notifies_sns else None,
            "IncludeGlobalServiceEvents": trail.include_global_service_events,
            "IsMultiRegionTrail": trail.is_multi_region,
            "HomeRegion": trail.home_region,
            **about,
            "LogFileValidationEnabled": trail.log_file_validation,
            "CloudWatchLogsLogGroupArn": self._log_group(trail) if trail.cloudwatch_logs is not None else None,
            "KmsKeyId": self._stand_in(trail, "kms", "KMS key", "key/") if bucket.has_kms_key else None,
            "HasCustomEventSelectors": bool(selectors),
            "HasInsightSelectors": bool(insights),
            "IsOrganizationTrail": trail.is_organization,
            "RecursiveLogging": trail.recursive_logging,
        }
        self._of("describe-trails").setdefault("trailList", []).append(_known(described))
        started = trail.started
        self._of("get-trail-status")[key] = _known(
            {
                "IsLogging": trail.is_logging,
                "StartLoggingTime": started.replace("Z", "+00:00") if started else None,
                "TimeLoggingStarted": started,
            }
        )
        if selectors:
            self._of("get-event-selectors")[key] = {**about, **selectors}
        if insights:
            self._of("get-insight-selectors")[key] = {**about, "InsightSelectors": insights}
        if trail.aggregates_data:
            self.notes.of(trail, "it aggregates data events, but nobody said by which templates")
            configurations = [{"EventCategory": "Data"}]
            self._of("get-event-configuration")[key] = {**about, "AggregationConfigurations": configurations}
        self._bucket(trail)

    def _bucket(self, trail: Trail) -> None:
        bucket = trail.bucket
        if bucket.name is None:
            if bucket.region is not None or bucket.account is not None or has_to_be_declared(trail):
                self.notes.of(trail, "where its bucket is, and its lifecycle rules, are not said: it has no name")
            return
        for loss in losses_of_trail(trail):
            self.notes.of(trail, loss)
        if bucket.account not in (None, trail.account):
            self.notes.of(trail, f"that its bucket is in account {bucket.account} cannot be said by an answer")
        if bucket.region is not None:
            place = {"LocationConstraint": None if bucket.region == _US_EAST_1 else bucket.region}
            told = self._of("get-bucket-location").setdefault(bucket.name, place)
            if told != place:
                what = f"the Region of {bucket.name} differs from that of the same bucket elsewhere"
                self.problems.append(problem_of(trail, what, "a bucket has one Region: keep the right one"))

    def _log_group(self, trail: Trail) -> str:
        name = f"{STAND_IN}-{aws_name(trail)}"
        self.notes.of(trail, "the log group it delivers to is not known, so a stand-in is written")
        for loss in losses_of_log_group(trail):
            self.notes.of(trail, loss)
        arn = f"{_arn(trail, 'logs', f'log-group:{name}')}:*"
        retention = trail.cloudwatch_logs.retention_days if trail.cloudwatch_logs else None
        log_class = {"logGroupClass": log_class_property(trail.cloudwatch_logs) if trail.cloudwatch_logs else None}
        if retention is not None:
            group = _known({"logGroupName": name, "retentionInDays": retention or None, **log_class, "arn": arn})
            self._of("describe-log-groups")[arn] = {"logGroups": [group]}
        return arn

    def _stand_in(self, trail: Trail, service: str, what: str, before: str) -> str:
        self.notes.of(trail, f"which {what} it has is not known, so a stand-in is written")
        return _arn(trail, service, before + STAND_IN)

    # ---- event data stores ----

    def _store(self, store: EventDataStore) -> None:
        insights = insight_properties(store, names_management=True)
        described = _known(
            {
                "EventDataStoreArn": store.arn,
                "Name": aws_name(store),
                "Status": "ENABLED" if store.is_ingesting else "STOPPED_INGESTION",
                **selector_properties(store, lambda _: None),
                "MultiRegionEnabled": store.is_multi_region,
                "OrganizationEnabled": store.is_organization,
                "RetentionPeriod": store.retention_days,
                "BillingMode": store.billing_mode,
            }
        )
        if store.arn is not None:
            self._of("get-event-data-store")[store.arn] = described
        else:
            # Under its name an answer would be told for nothing: only an ARN shows that it is a store's.
            self._of("list-event-data-stores").setdefault("EventDataStores", []).append(described)
            if store.account is not None or store.home_region is not None:
                self.notes.of(store, "its account and Region are not said: its ARN would, which is not known")
        # Unlike a trail, a store has no flag that says whether it has some.
        about = {"EventDataStoreArn": store.arn} if store.arn else {}
        self._of("get-insight-selectors")[_key(store)] = {**about, "InsightSelectors": insights}
        for loss in losses_of_store(store, "are in no answer"):
            self.notes.of(store, loss)


def _key(recorder: Recorder) -> str:
    return arn_of(recorder) or aws_name(recorder)


def _known(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if value is not None}


def _arn(trail: Trail, service: str, resource: str) -> str:
    region = trail.home_region or ""
    return f"arn:{partition_of(region)}:{service}:{region}:{trail.account or ''}:{resource}"


def _lifecycle_rule(number: int, group: RuleGroup) -> dict[str, Any]:
    sizes = _known({"ObjectSizeGreaterThan": group.larger_than, "ObjectSizeLessThan": group.smaller_than})
    condition = {"And": sizes} if len(sizes) > 1 else sizes or {"Prefix": ""}
    rule: dict[str, Any] = {"ID": f"rule-{number}", "Filter": condition, "Status": "Enabled"}
    if group.transitions:
        rule["Transitions"] = [
            {"Days": one.transition_days, "StorageClass": one.storage_class} for one in group.transitions
        ]
    if group.expiration_days is not None:
        rule["Expiration"] = {"Days": group.expiration_days}
    if group.noncurrent_days is not None:
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": group.noncurrent_days}
    return rule
