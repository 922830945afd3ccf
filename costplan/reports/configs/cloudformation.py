"""Recorders as a CloudFormation template.

One template serves every account and Region: where recorders are in several places, each resource has a condition that
holds in its own place only, so the same template is applied in all of them.  What nobody knows is a parameter without
default.  A log bucket or log group is declared only for what would be lost otherwise.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from costplan.model.problems import BadInputError, Problem, one_line
from costplan.model.recorders import EventDataStore, Recorder, SmallObjects, Trail
from costplan.reports.configs.buckets import RuledBucket, RuleGroup, has_to_be_declared, ruled_buckets
from costplan.reports.configs.common import (
    Names,
    Notes,
    Place,
    Written,
    aws_name,
    kind_of,
    log_class_property,
    losses_of_code,
    losses_of_small_objects,
    place_of,
    problem_of,
    title,
    without_direct,
)
from costplan.reports.configs.selectors import (
    INSIGHTS_DESTINATION,
    LOG_BUCKET,
    LOGS_ROLE,
    SNS_TOPIC,
    Hole,
    insight_properties,
    selector_properties,
)
from costplan.reports.configs.template_yaml import dump_template

_LANGUAGE = "a template"
_TEMPLATES = ("API_ACTIVITY", "RESOURCE_ACCESS", "USER_ACTIONS")
_DYNAMIC_REFERENCE = "{{resolve:"
_LONGEST_WORDS = 120
_KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def render_cloudformation(recorders: Sequence[Recorder], *, is_json: bool = False) -> Written:
    """Return a template that declares *recorders*, in YAML or JSON; only YAML has the notes as comments too.

    Raises:
        BadInputError: a text that CloudFormation would replace by something else, or two lifecycles of one bucket.
    """
    template = _Template(recorders)
    if template.problems:
        raise BadInputError(template.problems)
    if is_json:
        return Written(json.dumps(template.value, indent=2, ensure_ascii=False) + "\n", template.notes.lines)
    head = "".join(f"# {line}\n" for line in template.head())
    return Written(head + dump_template(template.value), template.notes.lines)


def _logical_id(words: Sequence[str]) -> str:
    pieces = re.findall("[A-Za-z0-9]+", " ".join(words))
    return "".join(piece[:1].upper() + piece[1:] for piece in pieces)[:_LONGEST_WORDS]


class _Template:
    """The sections of a template."""

    def __init__(self, recorders: Sequence[Recorder]) -> None:
        self.notes = Notes()
        self.problems: list[Problem] = []
        recorders = without_direct(recorders, self.notes)
        self._names = Names(_logical_id)
        self._parameters: dict[str, Any] = {}
        self._conditions: dict[str, Any] = {}
        self._resources: dict[str, Any] = {}
        self._places = tuple(dict.fromkeys(place_of(recorder) for recorder in recorders))
        self._condition_of = {place: self._condition(place) for place in self._places}
        self._ids = {id(recorder): self._id(recorder) for recorder in recorders}
        self._buckets: list[tuple[RuledBucket, str]] = []
        for bucket in ruled_buckets(recorders, self.problems):
            self._bucket(bucket)
        for recorder in recorders:
            self.notes.of_assumed(recorder)
            for loss in losses_of_code(recorder, _LANGUAGE):
                self.notes.of(recorder, loss)
            self._refuse_replaced_texts(recorder)
            is_trail = isinstance(recorder, Trail)
            kind = "AWS::CloudTrail::Trail" if is_trail else "AWS::CloudTrail::EventDataStore"
            properties = self._trail(recorder) if isinstance(recorder, Trail) else self._store(recorder)
            self._declare(self._ids[id(recorder)], kind, properties, place_of(recorder))

    @property
    def value(self) -> dict[str, Any]:
        """The template, without the sections that are empty."""
        sections = {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Parameters": self._parameters,
            "Conditions": self._conditions,
            "Resources": self._resources,
        }
        return {name: section for name, section in sections.items() if section or name == "Resources"}

    def head(self) -> list[str]:
        """Return the comment at the top: what this is, with what it is read, and every note."""
        lines = ["Trails and event data stores, as CloudFormation declares them."]
        known = [place for place in self._places if place != Place(None, None)]
        if known:
            lines.append("A template names no account and no Region. To have costplan read it as it was meant, give it")
        for place in known:
            named = (("AWS::AccountId", place.account), ("AWS::Region", place.region))
            lines.append("  " + " ".join(f"--parameter {name}={value}" for name, value in named if value is not None))
        if len(self._places) > 1:
            lines.append("Apply it in each of these places: conditions see to it that each gets only its own.")
        if self.notes.lines:
            lines.append("Mind:")
            lines += (f"- {line}" for line in self.notes.lines)
        return lines

    # ---- sections ----

    def _id(self, recorder: Recorder) -> str:
        words = (aws_name(recorder),) if _logical_id((aws_name(recorder),)) else (kind_of(recorder),)
        return self._names.new(*words)

    def _condition(self, place: Place) -> str | None:
        """Return the name of the condition that holds in one place, where there are several."""
        tests = [
            {"Fn::Equals": [{"Ref": name}, value]}
            for name, value in (("AWS::AccountId", place.account), ("AWS::Region", place.region))
            if value is not None
        ]
        if len(self._places) < 2 or not tests:
            if len(self._places) > 1:
                self.notes.add("what is in no known account and Region is declared wherever the template is applied")
            return None
        name = self._names.new("In", *(part for part in (place.account, place.region) if part is not None))
        self._conditions[name] = tests[0] if len(tests) == 1 else {"Fn::And": tests}
        return name

    def _declare(self, name: str, kind: str, properties: dict[str, Any], place: Place, **more: Any) -> None:
        condition = self._condition_of[place]
        on = {} if condition is None else {"Condition": condition}
        known = {key: value for key, value in properties.items() if value is not None}
        self._resources[name] = {"Type": kind, **on, **more, "Properties": known}

    def _parameter(self, recorder: Recorder, hole: Hole) -> dict[str, str]:
        """Return a reference to a new parameter without default."""
        name = self._names.new(self._ids[id(recorder)], *hole.words)
        self._parameters[name] = {
            "Type": "CommaDelimitedList" if hole.is_list else "String",
            "Description": one_line(f"{hole.what} of {title(recorder)}"),
        } | ({"AllowedValues": list(hole.allowed)} if hole.allowed else {})
        return {"Ref": name}

    # ---- resources ----

    def _trail(self, trail: Trail) -> dict[str, Any]:
        bucket = trail.bucket
        aggregation = None
        if trail.aggregates_data:
            templates = Hole(
                ("aggregation", "templates"), "Templates that summarise data events", _TEMPLATES, is_list=True
            )
            aggregation = [{"EventCategory": "Data", "Templates": self._parameter(trail, templates)}]
        key = Hole(("kms", "key", "id"), "KMS key")
        return {
            "TrailName": aws_name(trail),
            "IsLogging": trail.is_logging,
            "IsMultiRegionTrail": trail.is_multi_region,
            "IsOrganizationTrail": trail.is_organization,
            "IncludeGlobalServiceEvents": trail.include_global_service_events,
            "EnableLogFileValidation": trail.log_file_validation,
            "S3BucketName": self._bucket_name(trail),
            "S3KeyPrefix": bucket.prefix or None,
            "KMSKeyId": self._parameter(trail, key) if bucket.has_kms_key else None,
            "SnsTopicName": self._parameter(trail, SNS_TOPIC) if bucket.notifies_sns else None,
            **self._logs(trail),
            **selector_properties(trail, lambda hole: self._parameter(trail, hole)),
            "InsightSelectors": insight_properties(trail, names_management=False) or None,
            "AggregationConfigurations": aggregation,
        }

    def _logs(self, trail: Trail) -> dict[str, Any]:
        if trail.cloudwatch_logs is None:
            return {}
        retention = trail.cloudwatch_logs.retention_days
        if retention is None:
            arn: Any = self._parameter(trail, Hole(("log", "group", "arn"), "ARN of the log group"))
        else:
            name = self._names.new(self._ids[id(trail)], "log", "group")
            self._declare(
                name,
                "AWS::Logs::LogGroup",
                {"RetentionInDays": retention or None, "LogGroupClass": log_class_property(trail.cloudwatch_logs)},
                place_of(trail),
                **_KEPT,
            )
            arn = {"Fn::GetAtt": [name, "Arn"]}
            self.notes.of(trail, f"{name} is a new log group, declared for the retention: what is there has no name")
        return {"CloudWatchLogsLogGroupArn": arn, "CloudWatchLogsRoleArn": self._parameter(trail, LOGS_ROLE)}

    def _bucket(self, bucket: RuledBucket) -> None:
        if bucket.place != place_of(bucket.told_by):
            what = "its bucket is elsewhere, so this template cannot say its lifecycle rules"
            self.notes.of(bucket.told_by, what)
            return
        name = self._names.new(self._ids[id(bucket.told_by)], "bucket")
        properties: dict[str, Any] = {"BucketName": bucket.name}
        if bucket.rules:
            lifecycle: dict[str, Any] = {"Rules": [_lifecycle_rule(group) for group in bucket.rules]}
            if bucket.small_objects is SmallObjects.VARY:
                lifecycle["TransitionDefaultMinimumObjectSize"] = bucket.small_objects.value
            properties["LifecycleConfiguration"] = lifecycle
        if bucket.is_versioned:
            properties["VersioningConfiguration"] = {"Status": "Enabled"}
        for loss in losses_of_small_objects(bucket.told_by.bucket):
            self.notes.of(bucket.told_by, loss)
        self._declare(name, "AWS::S3::Bucket", properties, bucket.place, **_KEPT)
        self._buckets.append((bucket, name))
        self.notes.add(
            f"{name} is declared for the lifecycle rules of the log bucket: if the bucket exists, import it into the"
            " stack; a new one needs a bucket policy that lets CloudTrail write"
        )

    def _bucket_name(self, trail: Trail) -> Any:
        bucket, place = trail.bucket, place_of(trail)
        declared = next(((one, name) for one, name in self._buckets if one.takes(trail)), None)
        if declared is not None and declared[0].place == place:
            if not has_to_be_declared(trail):
                self.notes.of(trail, f"its bucket has the lifecycle rules that {title(declared[0].told_by)} tells")
            return {"Ref": declared[1]}
        if declared is not None:
            self.notes.of(trail, "its bucket is elsewhere, so its lifecycle rules are not read from here")
        for what, said, own in (("account", bucket.account, place.account), ("Region", bucket.region, place.region)):
            if said not in (None, own):
                self.notes.of(trail, f"that its bucket is in {what} {said} cannot be said in {_LANGUAGE}")
        if bucket.name is not None:
            return bucket.name
        return self._parameter(trail, LOG_BUCKET)

    def _store(self, store: EventDataStore) -> dict[str, Any]:
        insights = insight_properties(store, names_management=False)
        return {
            "Name": aws_name(store),
            "MultiRegionEnabled": store.is_multi_region,
            "OrganizationEnabled": store.is_organization,
            "IngestionEnabled": store.is_ingesting,
            "BillingMode": store.billing_mode,
            "RetentionPeriod": store.retention_days,
            **selector_properties(store, lambda hole: self._parameter(store, hole)),
            "InsightSelectors": insights or None,
            "InsightsDestination": self._parameter(store, INSIGHTS_DESTINATION) if insights else None,
        }

    def _refuse_replaced_texts(self, recorder: Recorder) -> None:
        texts: list[Any] = [aws_name(recorder), selector_properties(recorder, lambda _: None)]
        if isinstance(recorder, Trail):
            texts += [recorder.bucket.name, recorder.bucket.prefix]
        if any(_DYNAMIC_REFERENCE in text for text in _texts(texts)):
            what = f"holds {_DYNAMIC_REFERENCE}, which CloudFormation would replace by another value"
            self.problems.append(problem_of(recorder, what, "use --to terraform, --to aws-api or --to scenario"))


def _lifecycle_rule(group: RuleGroup) -> dict[str, Any]:
    rule: dict[str, Any] = {"Status": "Enabled"}
    if group.transitions:
        rule["Transitions"] = [
            {"StorageClass": one.storage_class, "TransitionInDays": one.transition_days} for one in group.transitions
        ]
    if group.expiration_days is not None:
        rule["ExpirationInDays"] = group.expiration_days
    if group.noncurrent_days is not None:
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": group.noncurrent_days}
    for key, size in (("ObjectSizeGreaterThan", group.larger_than), ("ObjectSizeLessThan", group.smaller_than)):
        if size is not None:
            # CloudFormation has these as texts.
            rule[key] = str(size)
    return rule


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [text for item in (value.values() if isinstance(value, dict) else value) for text in _texts(item)]
    return [value] if isinstance(value, str) else []
