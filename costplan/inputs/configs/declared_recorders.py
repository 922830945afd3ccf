"""From declared resources to trails and event data stores, whichever infrastructure code declares them.

Terraform and CloudFormation speak of the same attributes under names that differ mostly in their spelling.  A trail is
joined with its bucket, its log group and its Insights selectors by name, or by reference where only applying makes the
name.  What is not known before that is not guessed: in a selector it may match, elsewhere the recorder says what was
taken instead.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from costplan.inputs.configs.declared import DeclaredResource, PartlyKnown, Unresolved
from costplan.inputs.configs.declared_attributes import Attributes
from costplan.inputs.configs.declared_lifecycles import declared_rule
from costplan.inputs.configs.declared_values import PlainValues
from costplan.inputs.configs.fields import Fields, Names
from costplan.inputs.configs.lifecycles import BucketRule, LogKeys, rules_for, small_objects_of
from costplan.inputs.configs.log_classes import log_class_of
from costplan.inputs.configs.selectors import parse_insights, parse_selectors
from costplan.model.events import EventCategory
from costplan.model.places import trail_arn
from costplan.model.problems import Problem
from costplan.model.recorders import (
    CloudWatchLogs,
    EventDataStore,
    LifecycleRule,
    LogBucket,
    Recorder,
    SmallObjects,
    Trail,
)
from costplan.model.selectors import AdvancedEventSelector, InsightSelector, InsightType
from costplan.model.unknown import UNKNOWN

_TRAILS = ("aws_cloudtrail", "AWS::CloudTrail::Trail")
_STORES = ("aws_cloudtrail_event_data_store", "AWS::CloudTrail::EventDataStore")
_BUCKETS = ("aws_s3_bucket", "AWS::S3::Bucket")
_LOG_GROUPS = ("aws_cloudwatch_log_group", "AWS::Logs::LogGroup")
_GROUP_NAMES = ("name", "LogGroupName")
_BEFORE_GROUP = ":log-group:"
_LIFECYCLES = ("aws_s3_bucket_lifecycle_configuration",)
_VERSIONINGS = ("aws_s3_bucket_versioning",)
_INSIGHTS = ("aws_cloudtrail_insight_selectors",)
# What AWS fills in where the code says nothing of it, which a plan marks as known only after it is applied.
_FILLED_IN = {
    "aws_cloudtrail_event_data_store": ("advanced_event_selector",),
    "aws_s3_bucket": ("lifecycle_rule",),
    "aws_cloudwatch_log_group": ("log_group_class",),
}

_TRAIL: Names = {
    "TrailName": ("name",),
    "S3BucketName": (),
    "S3KeyPrefix": (),
    "KMSKeyId": ("kms_key_id", "KmsKeyId"),
    "SnsTopicName": (),
    "CloudWatchLogsLogGroupArn": ("cloud_watch_logs_group_arn",),
    "IsLogging": ("enable_logging",),
    "IsMultiRegionTrail": (),
    "IsOrganizationTrail": (),
    "IncludeGlobalServiceEvents": (),
    "EnableLogFileValidation": (),
    "InsightSelectors": ("insight_selector",),
    "AggregationConfigurations": (),
    "EventSelectors": ("event_selector",),
    "AdvancedEventSelectors": ("advanced_event_selector",),
    "Arn": (),
}
_STORE: Names = {
    "Name": (),
    "MultiRegionEnabled": (),
    "OrganizationEnabled": (),
    "IngestionEnabled": (),
    "Suspend": (),
    "BillingMode": (),
    "RetentionPeriod": (),
    "InsightSelectors": (),
    "AdvancedEventSelectors": ("advanced_event_selector",),
    "Arn": (),
}
_INSIGHTS_APART: Names = {"InsightSelectors": ("insight_selector",)}
_BUCKET: Names = {"BucketName": ("bucket",), "LifecycleConfiguration": (), "LifecycleRules": ("lifecycle_rule",)}
_LIFECYCLE: Names = {"TransitionDefaultMinimumObjectSize": ()}
_VERSIONING: Names = {"Status": (), "Enabled": ()}
_LOG_GROUP: Names = {"RetentionInDays": (), "LogGroupClass": ()}


def declared_recorders(
    resources: Sequence[DeclaredResource], problems: list[Problem], known: Mapping[str, Recorder] = MappingProxyType({})
) -> tuple[Recorder, ...]:
    """Return the trails and event data stores among *resources* of one code, one for each, in their order.

    known: those that need not be read, by the names of their resources.
    """
    return tuple(_Code(resources, problems).recorders(known))


def is_recorder(resource: DeclaredResource) -> bool:
    """Whether a resource is a trail or an event data store."""
    return resource.type in _TRAILS or resource.type in _STORES


def _name_of(trail: DeclaredResource) -> str:
    name = trail.values.get("name") or trail.values.get("TrailName")
    return name if isinstance(name, str) else trail.name


def _as_said(resource: DeclaredResource) -> DeclaredResource:
    """Return a resource without what nobody set: it is not unknown, it has AWS's default."""
    unsaid = {
        name
        for name in _FILLED_IN.get(resource.type, ())
        if isinstance(value := resource.values.get(name), Unresolved) and value.resource == resource.name
    }
    if not unsaid:
        return resource
    return replace(resource, values={name: value for name, value in resource.values.items() if name not in unsaid})


class _Code:
    """All resources of one code, which refer to each other."""

    def __init__(self, resources: Sequence[DeclaredResource], problems: list[Problem]) -> None:
        self._resources = tuple(_as_said(resource) for resource in resources)
        self._problems = problems
        self._by_types: dict[tuple[str, ...], tuple[DeclaredResource, ...]] = {}
        self._by_text: dict[tuple[tuple[str, ...], tuple[str, ...]], Mapping[str, DeclaredResource]] = {}
        self._trails = self._of(_TRAILS)

    def recorders(self, known: Mapping[str, Recorder]) -> Iterator[Recorder]:
        """Yield the trails and event data stores in the order of the code."""
        for resource in filter(is_recorder, self._resources):
            read = self._trail if resource.type in _TRAILS else self._store
            yield known.get(resource.name) or read(resource)

    def _trail(self, resource: DeclaredResource) -> Trail:
        told = Attributes(resource, _TRAIL, self._problems)
        fields, problems = told.fields, self._problems
        selectors = parse_selectors(resource.document, resource.at, told.plain.values, problems)
        told.note_selectors()
        name, (account, region) = fields.known_text("TrailName"), told.places()
        is_multi_region = told.flag("IsMultiRegionTrail", False)
        return Trail(
            name=name or resource.name,
            account=account,
            home_region=region,
            arn=fields.known_text("Arn") or (trail_arn(name, account, region) if name and account and region else None),
            is_multi_region=is_multi_region,
            is_organization=told.flag("IsOrganizationTrail", False),
            include_global_service_events=told.flag("IncludeGlobalServiceEvents", True),
            is_logging=told.flag("IsLogging", True),
            log_file_validation=told.flag("EnableLogFileValidation", False),
            selectors=selectors,
            insights=self._insights(told),
            bucket=self._bucket(told, account),
            cloudwatch_logs=self._log_group(told),
            aggregates_data=told.is_listed("AggregationConfigurations"),
            is_declared=True,
            where=resource.document.location(resource.at),
            assumed=tuple(told.assumed),
            undecided=tuple(told.undecided),
        )

    def _store(self, resource: DeclaredResource) -> EventDataStore:
        told = Attributes(resource, _STORE, self._problems)
        fields = told.fields
        selectors = parse_selectors(resource.document, resource.at, told.plain.values, self._problems)
        told.note_selectors()
        billing_mode = fields.known_text("BillingMode")
        if fields.value("BillingMode") is not None and billing_mode is None:
            told.assumed.append(f"its billing mode is EXTENDABLE_RETENTION_PRICING: {told.why('BillingMode')}")
        account, region = told.places()
        return EventDataStore(
            name=fields.known_text("Name") or resource.name,
            account=account,
            home_region=region,
            arn=fields.known_text("Arn"),
            is_multi_region=told.flag("MultiRegionEnabled", True),
            is_organization=told.flag("OrganizationEnabled", False),
            is_ingesting=told.flag("IngestionEnabled", True) and not told.flag("Suspend", False),
            selectors=tuple(s for s in selectors or () if isinstance(s, AdvancedEventSelector)) or None,
            insights=self._insights(told),
            billing_mode=billing_mode or "EXTENDABLE_RETENTION_PRICING",
            retention_days=fields.whole("RetentionPeriod"),
            is_declared=True,
            where=resource.document.location(resource.at),
            assumed=tuple(told.assumed),
            undecided=tuple(told.undecided),
        )

    # ---- what belongs to it ----

    def _insights(self, told: Attributes) -> tuple[InsightSelector, ...]:
        """Return the Insights of a recorder: its own, and those of a resource of their own, which may be the same."""
        analysed: dict[InsightType, dict[EventCategory, None]] = {}
        apart = (Attributes(resource, _INSIGHTS_APART, self._problems) for resource in self._insights_of(told.resource))
        for holder in (told, *apart):
            fields, value = holder.fields, holder.fields.value("InsightSelectors")
            unknown = list(dict.fromkeys(holder.plain.unknown_in(fields.key("InsightSelectors"))))
            if unknown:
                words = f"Insights that are known only when it is applied are off ({', '.join(unknown)})"
                told.leave_open("insights", words)
            listed = None if value is UNKNOWN else value
            for one in parse_insights(fields.document, fields.place("InsightSelectors"), listed, fields.problems):
                analysed.setdefault(one.type, {}).update(dict.fromkeys(one.categories))
        return tuple(InsightSelector(kind, tuple(categories)) for kind, categories in analysed.items())

    def _insights_of(self, recorder: DeclaredResource) -> Iterator[DeclaredResource]:
        for resource in self._of(_INSIGHTS):
            subject = resource.values.get("trail_name") or resource.values.get("event_data_store")
            if self._is_of(subject, recorder, ("name", "arn", "id")):
                yield resource

    def _bucket(self, told: Attributes, account: str | None) -> LogBucket:
        fields = told.fields
        bucket = self._find(told.declared("S3BucketName"), _BUCKETS, ("bucket", "BucketName", "id"))
        lifecycle, small_objects = self._lifecycle(bucket, told, account)
        name = fields.known_text("S3BucketName")
        if name is None and fields.value("S3BucketName") is not None:
            told.assumed.append(f"{self._whose_bucket(told)}: {told.why('S3BucketName')}")
        return LogBucket(
            name=name,
            prefix=fields.known_text("S3KeyPrefix"),
            region=bucket.region if bucket is not None and isinstance(bucket.region, str) else None,
            account=bucket.account if bucket is not None and isinstance(bucket.account, str) else None,
            has_kms_key=bool(fields.value("KMSKeyId")),
            kms_key=fields.known_text("KMSKeyId"),
            notifies_sns=bool(fields.value("SnsTopicName")),
            lifecycle=lifecycle,
            small_objects=small_objects,
            is_versioned=self._is_versioned(bucket, told),
        )

    def _whose_bucket(self, told: Attributes) -> str:
        """Return who delivers to a bucket whose name is not known: those whose bucket is the same reference."""
        meant = told.declared("S3BucketName")
        others = [
            _name_of(trail)
            for trail in self._trails
            if trail.name != told.resource.name
            and _is_one_bucket(meant, trail.values.get("S3BucketName") or trail.values.get("s3_bucket_name"))
        ]
        if not others:
            return "its bucket is nobody else's"
        return f"{', '.join(others)} and nobody else delivers to its bucket"

    def _lifecycle(
        self, bucket: DeclaredResource | None, told: Attributes, account: str | None
    ) -> tuple[tuple[LifecycleRule, ...], SmallObjects | None]:
        """Return the rules of a trail's bucket, which need not be declared itself for its rules to be.

        And what they do to small objects; where nobody says, they will be written with today's default.
        """
        rules: list[BucketRule] = []
        small_objects: str = SmallObjects.STAY
        for resource, path in self._ruled(bucket, told.declared("S3BucketName")):
            value: Any = PlainValues(resource).values
            for step in path[:-1]:
                value = value.get(step) if isinstance(value, dict) else None
            at = (*resource.at, *path[:-1])
            fields = Fields(resource.document, at, value if isinstance(value, dict) else {}, _LIFECYCLE, self._problems)
            small_objects = fields.known_text("TransitionDefaultMinimumObjectSize") or small_objects
            listed = fields.mapping.get(path[-1])
            if listed is UNKNOWN or value is UNKNOWN:
                told.assumed.append("its bucket has no lifecycle rules: they are known only when it is applied")
            elif listed is not None:
                for place, item in fields.mappings((*at, path[-1]), listed):
                    rule = declared_rule(Fields(resource.document, place, item, {}, self._problems))
                    rules += [rule] if rule is not None else []
        prefix = told.fields.text("S3KeyPrefix")
        is_known, is_organization = prefix is not UNKNOWN, told.fields.known_flag("IsOrganizationTrail")
        keys = LogKeys(
            prefix if isinstance(prefix, str) else None,
            None if is_organization else account,
            bool(told.fields.known_flag("EnableLogFileValidation")),
            is_known,
        )
        found = rules_for(tuple(rules), keys, told.assumed)
        return found, small_objects_of(small_objects, found)

    def _is_versioned(self, bucket: DeclaredResource | None, told: Attributes) -> bool:
        """Return whether a trail's bucket keeps what is deleted."""
        meant = told.declared("S3BucketName")
        for resource in self._about(bucket, meant, _VERSIONINGS):
            return _first_of(resource, "versioning_configuration").known_text("Status") == "Enabled"
        if bucket is None:
            return False
        written = (_first_of(bucket, "VersioningConfiguration"), _first_of(bucket, "versioning"))
        return written[0].known_text("Status") == "Enabled" or written[1].known_flag("Enabled") is True

    def _ruled(self, bucket: DeclaredResource | None, meant: Any) -> Iterator[tuple[DeclaredResource, tuple[str, ...]]]:
        """Yield where the lifecycle rules of a bucket can stand: in itself, and in resources of their own."""
        is_stated_apart = False
        for resource in self._about(bucket, meant, _LIFECYCLES):
            is_stated_apart = True
            yield resource, ("rule",)
        # A bucket has one lifecycle configuration; Terraform's provider reads it back into the bucket's own attribute.
        if bucket is not None and not is_stated_apart:
            yield bucket, ("lifecycle_rule",)
            yield bucket, ("LifecycleConfiguration", "Rules")

    def _about(self, bucket: DeclaredResource | None, meant: Any, types: tuple[str, ...]) -> Iterator[DeclaredResource]:
        """Yield the resources of some types that are about a trail's bucket, which *meant* names or refers to."""
        attributes = ("bucket", "id")
        names = {meant} if isinstance(meant, str) else set()
        if bucket is not None:
            names |= {text for text in map(bucket.values.get, attributes) if isinstance(text, str) and text}
        for resource in self._of(types):
            of = resource.values.get("bucket")
            if isinstance(of, str):
                is_meant = of in names
            else:
                is_same = of is not None and of == meant
                is_meant = is_same or (of is not None and bucket is not None and self._is_of(of, bucket, attributes))
            if is_meant:
                yield resource

    def _log_group(self, told: Attributes) -> CloudWatchLogs | None:
        if not told.fields.value("CloudWatchLogsLogGroupArn"):
            return None
        group = self._find(_group_named(told.declared("CloudWatchLogsLogGroupArn")), _LOG_GROUPS, _GROUP_NAMES)
        if group is None:
            return CloudWatchLogs()
        fields = Fields(group.document, group.at, PlainValues(group).values, _LOG_GROUP, self._problems)
        if fields.value("RetentionInDays") is UNKNOWN:
            told.assumed.append("its log group keeps events for ever: its retention is known only when it is applied")
            return CloudWatchLogs(log_class=log_class_of(fields, told.assumed))
        # A group without retention keeps events for ever, and so does Terraform's 0.
        return CloudWatchLogs(fields.whole("RetentionInDays") or 0, log_class_of(fields, told.assumed))

    # ---- who is meant ----

    def _of(self, types: tuple[str, ...]) -> tuple[DeclaredResource, ...]:
        """Return the resources of some types, in the order of the code."""
        if types not in self._by_types:
            self._by_types[types] = tuple(resource for resource in self._resources if resource.type in types)
        return self._by_types[types]

    def _find(self, value: Any, types: tuple[str, ...], attributes: tuple[str, ...]) -> DeclaredResource | None:
        """Return the resource that a value means: by reference, or by an attribute of that value."""
        if isinstance(value, str):
            return self._named(types, attributes).get(value) if value else None
        return next((resource for resource in self._of(types) if self._is_of(value, resource, attributes)), None)

    def _named(self, types: tuple[str, ...], attributes: tuple[str, ...]) -> Mapping[str, DeclaredResource]:
        """Return the first resource of some types for each text that is one of the attributes."""
        if (types, attributes) not in self._by_text:
            found: dict[str, DeclaredResource] = {}
            for resource in self._of(types):
                for text in map(resource.values.get, attributes):
                    if isinstance(text, str):
                        found.setdefault(text, resource)
            self._by_text[types, attributes] = found
        return self._by_text[types, attributes]

    def _is_of(self, value: Any, resource: DeclaredResource, attributes: tuple[str, ...]) -> bool:
        if isinstance(value, str):
            return bool(value) and value in map(resource.values.get, attributes)
        parts = value.parts if isinstance(value, PartlyKnown) else (value,)
        if any(isinstance(part, Unresolved) and part.resource == resource.name for part in parts):
            return True
        # In a stack, what is not known of a name, as in logs-${AWS::AccountId}, has one value; Terraform's each.value
        # has as many as there are instances.
        is_of_a_stack = resource.type.startswith("AWS::") and isinstance(value, PartlyKnown | Unresolved)
        return is_of_a_stack and value in map(resource.values.get, attributes)


def _first_of(resource: DeclaredResource, key: str) -> Fields:
    """Return the one block of a name, which Terraform lists; faults in it are nobody's concern here."""
    value = PlainValues(resource).values.get(key)
    block = value[0] if isinstance(value, list) and value else value
    return Fields(resource.document, resource.at, block if isinstance(block, dict) else {}, _VERSIONING, [])


def _is_one_bucket(one: Any, other: Any) -> bool:
    """Whether two values are one reference, or references to one resource, however each is written."""
    is_same_resource = (
        isinstance(one, Unresolved)
        and isinstance(other, Unresolved)
        and one.resource is not None
        and one.resource == other.resource
    )
    return is_same_resource or one == other


def _group_named(value: Any) -> Any:
    """Return the name of a log group instead of its ARN, which trails write with ``:*`` behind it."""
    parts = value.parts if isinstance(value, PartlyKnown) else (value,)
    for index, part in enumerate(parts):
        if isinstance(part, str) and _BEFORE_GROUP in part:
            name = [part.partition(_BEFORE_GROUP)[2], *parts[index + 1 :]]
            if isinstance(name[-1], str):
                name[-1] = name[-1].removesuffix(":*")
            known = tuple(one for one in name if one)
            return known[0] if len(known) == 1 else PartlyKnown(known)
    return value
