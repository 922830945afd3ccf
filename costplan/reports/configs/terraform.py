"""Recorders as Terraform configuration for the provider hashicorp/aws, version 6 or later.

Since version 6 every resource has an argument ``region``, so one provider serves all Regions of an account.  Each
account has a provider of its own, which refuses to work in any other.  What nobody knows is a variable without default.
A log bucket or log group is declared only for what would be lost otherwise.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from costplan.model.events import EventCategory
from costplan.model.problems import BadInputError, Problem, one_line
from costplan.model.recorders import EventDataStore, Recorder, SmallObjects, Trail
from costplan.reports.configs.buckets import RuledBucket, RuleGroup, bucket_place, has_to_be_declared, ruled_buckets
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
from costplan.reports.configs.hcl import Block, Expression, render_blocks
from costplan.reports.configs.selectors import (
    INSIGHTS_DESTINATION,
    LOG_BUCKET,
    LOGS_ROLE,
    SNS_TOPIC,
    Hole,
    insight_properties,
    selector_properties,
)

_LANGUAGE = "Terraform"
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST_WORDS = 120
# Lists of mappings are blocks, each under the singular of the list's name.
_BLOCKS = {
    "AdvancedEventSelectors": "advanced_event_selector",
    "DataResources": "data_resource",
    "EventSelectors": "event_selector",
    "FieldSelectors": "field_selector",
    "InsightSelectors": "insight_selector",
}


def render_terraform(recorders: Sequence[Recorder]) -> Written:
    """Return configuration that declares *recorders*, as ``terraform fmt`` would format it.

    Raises:
        BadInputError: a text that Terraform would change, or two lifecycles of one bucket.
    """
    code = _Code(recorders)
    if code.problems:
        raise BadInputError(code.problems)
    head = "".join(f"# {line}\n" for line in code.head())
    return Written(f"{head}\n{render_blocks(code.blocks())}", code.notes.lines)


def _identifier(words: Sequence[str]) -> str:
    pieces = re.findall("[a-z0-9]+", " ".join(words).lower())
    return "_".join(pieces)[:_LONGEST_WORDS]


class _Code:
    """The blocks of a configuration."""

    def __init__(self, recorders: Sequence[Recorder]) -> None:
        self.notes = Notes()
        self.problems: list[Problem] = []
        recorders = without_direct(recorders, self.notes)
        self._names = Names(_identifier)
        self._variables: list[Block] = []
        self._resources: list[Block] = []
        self._buckets: list[tuple[RuledBucket, str]] = []
        ruled = ruled_buckets(recorders, self.problems)
        places = [*(place_of(recorder) for recorder in recorders), *(bucket.place for bucket in ruled)]
        self._accounts = tuple(dict.fromkeys(place.account for place in places))
        self._ids = {id(recorder): self._id(recorder) for recorder in recorders}
        for bucket in ruled:
            self._bucket(bucket)
        for recorder in recorders:
            self.notes.of_assumed(recorder)
            for loss in losses_of_code(recorder, _LANGUAGE):
                self.notes.of(recorder, loss)
            self._refuse_changed_texts(recorder)
            if isinstance(recorder, Trail):
                self._trail(recorder)
            else:
                self._store(recorder)
        if any(place.account is None for place in places):
            self.notes.add("what is of no known account is made in that of the default provider's credentials")
        if any(place.region is None for place in places):
            self.notes.add("what has no region argument is made in the provider's Region: nobody said which")

    def head(self) -> list[str]:
        """Return the comment at the top: what this is, and every note."""
        lines = ["Trails and event data stores, as Terraform declares them."]
        if len(self._accounts) > 1:
            lines.append("Each account has a provider: give each its credentials, such as a profile or assume_role.")
        if self.notes.lines:
            lines.append("Mind:")
            lines += (f"- {line}" for line in self.notes.lines)
        return lines

    def blocks(self) -> list[Block]:
        """Return all blocks, in the order in which people look for them."""
        aws = {"source": "hashicorp/aws", "version": ">= 6.0"}
        requirements = Block("terraform", blocks=(Block("required_providers", arguments=(("aws", aws),)),))
        return [requirements, *self._providers(), *self._variables, *self._resources]

    # ---- providers, variables, names ----

    def _id(self, recorder: Recorder) -> str:
        words = (aws_name(recorder),) if _identifier((aws_name(recorder),)) else (kind_of(recorder),)
        # An identifier begins with a letter.
        return self._names.new(*(("trail",) if _identifier(words)[0].isdigit() else ()), *words)

    def _providers(self) -> Iterator[Block]:
        for account in self._accounts:
            alias = self._alias(account)
            arguments = (("alias", alias),) if alias else ()
            if account is not None:
                yield Block("provider", ("aws",), (*arguments, ("allowed_account_ids", [account])))

    def _alias(self, account: str | None) -> str | None:
        """Return the alias of an account's provider, where there is more than one."""
        return f"account_{account}" if len(self._accounts) > 1 and account is not None else None

    def _resource(
        self, kind: str, name: str, place: Place, arguments: dict[str, Any], blocks: Sequence[Block] = ()
    ) -> None:
        alias = self._alias(place.account)
        provider = Expression(f"aws.{alias}") if alias else None
        every = {"provider": provider, "region": place.region, **arguments}
        known = tuple((key, value) for key, value in every.items() if value is not None)
        self._resources.append(Block("resource", (kind, name), known, tuple(blocks)))

    def _variable(self, recorder: Recorder, hole: Hole, kind: str = "string") -> Expression:
        """Return a reference to a new variable without default."""
        name = self._names.new(self._ids[id(recorder)], *hole.words)
        arguments: list[tuple[str, Any]] = [
            ("type", Expression("bool" if hole.is_boolean else kind)),
            ("description", one_line(f"{hole.what} of {title(recorder)}")),
        ]
        self._variables.append(Block("variable", (name,), tuple(arguments)))
        return Expression(f"var.{name}")

    # ---- resources ----

    def _trail(self, trail: Trail) -> None:
        if trail.aggregates_data:
            self.notes.of(trail, f"that it aggregates data events cannot be said in {_LANGUAGE} (R89)")
        name, bucket = self._ids[id(trail)], trail.bucket
        key = Hole(("kms", "key", "arn"), "ARN of the KMS key")
        selectors = selector_properties(trail, lambda hole: self._variable(trail, hole))
        # The trail's own block knows no event categories.
        is_separate = any(insight.categories != (EventCategory.MANAGEMENT,) for insight in trail.insights)
        insights = {} if is_separate else {"InsightSelectors": insight_properties(trail, names_management=False)}
        self._resource(
            "aws_cloudtrail",
            name,
            place_of(trail),
            {
                "name": aws_name(trail),
                "enable_logging": trail.is_logging,
                "is_multi_region_trail": trail.is_multi_region,
                "is_organization_trail": trail.is_organization,
                "include_global_service_events": trail.include_global_service_events,
                "enable_log_file_validation": trail.log_file_validation,
                "s3_bucket_name": self._bucket_name(trail),
                "s3_key_prefix": bucket.prefix or None,
                "kms_key_id": self._variable(trail, key) if bucket.has_kms_key else None,
                "sns_topic_name": self._variable(trail, SNS_TOPIC) if bucket.notifies_sns else None,
                **self._logs(trail),
            },
            _inner_blocks({**selectors, **insights}),
        )
        if is_separate:
            self._insights(trail, {"trail_name": Expression(f"aws_cloudtrail.{name}.arn")})

    def _store(self, store: EventDataStore) -> None:
        name = self._ids[id(store)]
        retention: Any = store.retention_days
        if retention is None:
            # The provider's default is not AWS's, so leaving it out would say something that nobody said.
            hole = Hole(("retention", "days"), "Days that events are kept")
            retention = self._variable(store, hole, "number")
        self._resource(
            "aws_cloudtrail_event_data_store",
            name,
            place_of(store),
            {
                "name": aws_name(store),
                "multi_region_enabled": store.is_multi_region,
                "organization_enabled": store.is_organization,
                "suspend": None if store.is_ingesting else True,
                "billing_mode": store.billing_mode,
                "retention_period": retention,
            },
            _inner_blocks(selector_properties(store, lambda hole: self._variable(store, hole))),
        )
        if store.insights:
            subject = Expression(f"aws_cloudtrail_event_data_store.{name}.arn")
            self._insights(
                store,
                {"event_data_store": subject, "insights_destination": self._variable(store, INSIGHTS_DESTINATION)},
            )

    def _insights(self, recorder: Recorder, subject: dict[str, Any]) -> None:
        blocks = _inner_blocks({"InsightSelectors": insight_properties(recorder, names_management=True)})
        kind = "aws_cloudtrail_insight_selectors"
        self.notes.add(f"{kind} is a young resource: take a release of the provider that has it")
        self._resource(kind, self._ids[id(recorder)], place_of(recorder), subject, blocks)

    def _logs(self, trail: Trail) -> dict[str, Any]:
        if trail.cloudwatch_logs is None:
            return {}
        name, retention = self._ids[id(trail)], trail.cloudwatch_logs.retention_days
        if retention is None:
            arn = self._variable(trail, Hole(("log", "group", "arn"), "ARN, with :* at its end, of the log group"))
        else:
            self._resource(
                "aws_cloudwatch_log_group",
                name,
                place_of(trail),
                {"retention_in_days": retention, "log_group_class": log_class_property(trail.cloudwatch_logs)},
            )
            arn = Expression(f'"${{aws_cloudwatch_log_group.{name}.arn}}:*"')
            what = f"aws_cloudwatch_log_group.{name} is a new log group, declared for the retention"
            self.notes.of(trail, f"{what}: what is there has no name")
        return {"cloud_watch_logs_group_arn": arn, "cloud_watch_logs_role_arn": self._variable(trail, LOGS_ROLE)}

    def _bucket(self, bucket: RuledBucket) -> None:
        name = self._ids[id(bucket.told_by)]
        self._buckets.append((bucket, name))
        self._resource("aws_s3_bucket", name, bucket.place, {"bucket": bucket.name})
        reference = Expression(f"aws_s3_bucket.{name}.id")
        if bucket.rules:
            rules = [_lifecycle_rule(group, number) for number, group in enumerate(bucket.rules, 1)]
            varies = bucket.small_objects is SmallObjects.VARY
            arguments = {
                "bucket": reference,
                "transition_default_minimum_object_size": SmallObjects.VARY.value if varies else None,
            }
            self._resource("aws_s3_bucket_lifecycle_configuration", name, bucket.place, arguments, rules)
        if bucket.is_versioned:
            enabled = Block("versioning_configuration", (), (("status", "Enabled"),))
            self._resource("aws_s3_bucket_versioning", name, bucket.place, {"bucket": reference}, [enabled])
        for loss in losses_of_small_objects(bucket.told_by.bucket):
            self.notes.of(bucket.told_by, loss)
        address = f"aws_s3_bucket.{name}"
        self.notes.add(
            f"{address} is declared for the lifecycle rules of the log bucket: if the bucket exists, import it"
            f" (terraform import {address} {bucket.name or 'NAME'}); a new one needs a bucket policy that lets"
            " CloudTrail write"
        )

    def _bucket_name(self, trail: Trail) -> Any:
        bucket, place = trail.bucket, place_of(trail)
        declared = next(((one, name) for one, name in self._buckets if one.takes(trail)), None)
        if declared is not None:
            if not has_to_be_declared(trail):
                self.notes.of(trail, f"its bucket has the lifecycle rules that {title(declared[0].told_by)} tells")
            if bucket_place(trail) != declared[0].place:
                self.notes.of(trail, f"its bucket is in {declared[0].place}, as {title(declared[0].told_by)} tells")
            return Expression(f"aws_s3_bucket.{declared[1]}.id")
        for what, said, own in (("account", bucket.account, place.account), ("Region", bucket.region, place.region)):
            if said not in (None, own):
                self.notes.of(trail, f"that its bucket is in {what} {said} is not said: the bucket is only named")
        if bucket.name is not None:
            return bucket.name
        return self._variable(trail, LOG_BUCKET)

    def _refuse_changed_texts(self, recorder: Recorder) -> None:
        blocks = _inner_blocks(selector_properties(recorder, lambda _: Expression("")))
        if any(unicodedata.normalize("NFC", text) != text for text in (aws_name(recorder), *_texts(blocks))):
            what = "holds characters in a form that Terraform changes (it normalises texts to NFC)"
            self.problems.append(problem_of(recorder, what, "use --to cloudformation, --to aws-api or --to scenario"))


def _inner_blocks(properties: dict[str, list[dict[str, Any]]]) -> tuple[Block, ...]:
    """Return blocks for lists of mappings in the form of the AWS API."""
    return tuple(_inner_block(_BLOCKS[key], item) for key, items in properties.items() for item in items)


def _inner_block(name: str, item: dict[str, Any]) -> Block:
    # Terraform takes no empty list of an operator, and AWS's default for the others is none.
    arguments = tuple(
        (_CAPITAL.sub("_", key).lower(), value)
        for key, value in item.items()
        if key not in _BLOCKS and (value != [] or key == "Values")
    )
    return Block(name, (), arguments, _inner_blocks({key: value for key, value in item.items() if key in _BLOCKS}))


def _lifecycle_rule(group: RuleGroup, number: int) -> Block:
    sizes = (("object_size_greater_than", group.larger_than), ("object_size_less_than", group.smaller_than))
    bounds = tuple((key, size) for key, size in sizes if size is not None)
    # Two conditions stand in a block of their own.
    blocks = [Block("filter", (), (), (Block("and", (), bounds),)) if len(bounds) > 1 else Block("filter", (), bounds)]
    blocks += (
        Block("transition", (), (("days", one.transition_days), ("storage_class", one.storage_class)))
        for one in group.transitions
    )
    if group.expiration_days is not None:
        blocks.append(Block("expiration", (), (("days", group.expiration_days),)))
    if group.noncurrent_days is not None:
        blocks.append(Block("noncurrent_version_expiration", (), (("noncurrent_days", group.noncurrent_days),)))
    return Block("rule", (), (("id", f"rule-{number}"), ("status", "Enabled")), tuple(blocks))


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        for _, value in block.arguments:
            yield from (text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str))
        yield from _texts(block.blocks)
