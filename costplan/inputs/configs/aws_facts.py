"""What answers of CloudTrail's API state about one trail or event data store, attribute by attribute."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from costplan.inputs.configs.aws_answers import STORE_ARN_KEYS, Answer
from costplan.inputs.configs.fields import Fields, Names, did_you_mean
from costplan.inputs.configs.selectors import parse_advanced
from costplan.inputs.shapes import describe
from costplan.model.places import arn_account, arn_region, is_region
from costplan.model.problems import Location, Problem
from costplan.model.selectors import AdvancedEventSelector

INGESTING = frozenset({"ENABLED", "STARTING_INGESTION"})
"""The states in which an event data store takes in events (R77)."""

_TRAIL_TEXTS = (
    "TrailARN",
    "Name",
    "HomeRegion",
    "S3BucketName",
    "S3KeyPrefix",
    "KmsKeyId",
    "SnsTopicARN",
    "SnsTopicName",
    "CloudWatchLogsLogGroupArn",
)
_TRAIL_FLAGS = (
    "IsMultiRegionTrail",
    "IsOrganizationTrail",
    "IncludeGlobalServiceEvents",
    "LogFileValidationEnabled",
    "RecursiveLogging",
    "HasCustomEventSelectors",
    "HasInsightSelectors",
)
_STORE_TEXTS = (*STORE_ARN_KEYS, "Name", "Status", "BillingMode")
_STORE_FLAGS = ("MultiRegionEnabled", "OrganizationEnabled", "StartIngestion")
# A call that makes a trail names it otherwise than those that describe one.
_TRAIL_NAMES: Names = {"LogFileValidationEnabled": ("EnableLogFileValidation",)}
_STATUSES = ("ENABLED", "CREATED", "STARTING_INGESTION", "STOPPING_INGESTION", "STOPPED_INGESTION", "PENDING_DELETION")
_BILLING_MODES = ("EXTENDABLE_RETENTION_PRICING", "FIXED_RETENTION_PRICING")
# One attribute each shows that an answer describes its subject instead of listing its name.
_DESCRIBING = frozenset({"S3BucketName", "IsMultiRegionTrail", "Status", "MultiRegionEnabled", "RetentionPeriod"})

_IN_WORDS = {
    "IsMultiRegionTrail": ("a multi-Region trail", "a single-Region trail"),
    "IsOrganizationTrail": ("an organization trail", "no organization trail"),
    "IncludeGlobalServiceEvents": ("global service events are included", "global service events are left out"),
    "LogFileValidationEnabled": ("log file validation is on", "log file validation is off"),
    "RecursiveLogging": ("recursive logging is on", "recursive logging is off"),
    "MultiRegionEnabled": ("it takes in events of all Regions", "it takes in events of one Region"),
    "OrganizationEnabled": ("it takes in events of the organization", "it takes in events of one account"),
}


@dataclass(slots=True)
class Facts:
    """Attributes that answers state, by AWS's names; what is null, empty or missing is not there.

    is_sound: nothing about its identity is malformed.
    """

    values: dict[str, Any]
    answer: Answer
    selectors: tuple[AdvancedEventSelector, ...] | None = None
    is_sound: bool = True

    @property
    def location(self) -> Location:
        """Where the first of the answers stands."""
        return self.answer.document.location(self.answer.at)

    @property
    def arn(self) -> str | None:
        """The ARN."""
        return next((self.values[key] for key in ("TrailARN", *STORE_ARN_KEYS) if key in self.values), None)

    @property
    def name(self) -> str:
        """The name, else the end of the ARN."""
        named = self.values.get("Name")
        return str(named) if named else (self.arn or "without a name").rpartition("/")[2]

    @property
    def account(self) -> str | None:
        """The account of the ARN, the management account of an organization trail; without one, its folder's."""
        return arn_account(self.arn) if self.arn else self.answer.account

    @property
    def home_region(self) -> str | None:
        """The stated home Region, else that of the ARN (R72)."""
        return self.values.get("HomeRegion") or (arn_region(self.arn) if self.arn else None)

    @property
    def identity(self) -> tuple[str | None, ...]:
        """What makes two answers speak of the same thing."""
        return (self.arn,) if self.arn else (self.name, self.home_region, self.account)

    @property
    def describes(self) -> bool:
        """Whether more is stated than name, ARN and Region."""
        return not _DESCRIBING.isdisjoint(self.values)

    def text(self, name: str) -> str | None:
        """Return a stated text."""
        return self.values.get(name)

    def flag(self, name: str) -> bool | None:
        """Return a stated boolean."""
        return self.values.get(name)

    def whole(self, name: str) -> int | None:
        """Return a stated whole number."""
        return self.values.get(name)

    def assume_flag(self, name: str, default: bool, assumed: list[str]) -> bool:
        """Return a boolean; one that nobody stated is *default*, and *assumed* says so."""
        stated = self.flag(name)
        if stated is not None:
            return stated
        assumed.append(f"{_IN_WORDS[name][not default]}: {name} is not stated")
        return default

    def problem(self, what: str, hint: str = "") -> Problem:
        """Return a problem with the subject."""
        return Problem(self.location, what, hint)


def read_trail_facts(answer: Answer, problems: list[Problem]) -> Facts:
    """Return what one answer states about a trail; attributes AWS may add are not looked at."""
    fields = Fields(answer.document, answer.at, answer.mapping, _TRAIL_NAMES, problems)
    values: dict[str, Any] = {name: fields.known_text(name) for name in _TRAIL_TEXTS}
    values |= {name: fields.known_flag(name) for name in _TRAIL_FLAGS}
    facts = _facts(values, answer)
    _check_identity(facts, fields, "TrailARN")
    return facts


def read_store_facts(answer: Answer, problems: list[Problem]) -> Facts:
    """Return what one answer states about an event data store."""
    fields = Fields(answer.document, answer.at, answer.mapping, {}, problems)
    values: dict[str, Any] = {name: fields.known_text(name) for name in _STORE_TEXTS}
    values |= {name: fields.known_flag(name) for name in _STORE_FLAGS}
    values["RetentionPeriod"] = fields.whole("RetentionPeriod")
    facts = _facts(values, answer)
    for name, legal in (("Status", _STATUSES), ("BillingMode", _BILLING_MODES)):
        value = facts.text(name)
        if value is not None and value not in legal:
            fields.report((*answer.at, name), f"{name} is {describe(value)}", did_you_mean(value, legal))
            facts.is_sound = False
    _check_identity(facts, fields, next((key for key in STORE_ARN_KEYS if key in answer.mapping), "Name"))
    listed = answer.mapping.get("AdvancedEventSelectors")
    if listed:
        at = (*answer.at, "AdvancedEventSelectors")
        facts.selectors = parse_advanced(answer.document, at, listed, problems) or None
    return facts


def _facts(values: dict[str, Any], answer: Answer) -> Facts:
    return Facts({name: value for name, value in values.items() if value not in (None, "")}, answer)


def _check_identity(facts: Facts, fields: Fields, arn_key: str) -> None:
    arn, region = facts.arn, facts.text("HomeRegion")
    if arn is not None and (arn_account(arn) is None or arn_region(arn) is None):
        fields.report(
            (*fields.at, arn_key),
            f"{describe(arn)} is not the ARN of a recorder",
            "it should have the form arn:aws:cloudtrail:REGION:ACCOUNT:…, with twelve digits of account",
        )
        facts.is_sound = False
    elif arn is not None and region is not None and region != arn_region(arn):
        fields.report(
            (*fields.at, "HomeRegion"),
            f"the home Region is {region}, but the ARN says {arn_region(arn)} (R72)",
            "take the entry as the API gives it",
        )
        facts.is_sound = False
    if region is not None and not is_region(region):
        fields.report((*fields.at, "HomeRegion"), f"{describe(region)} is not a Region code", "for example eu-west-1")
        facts.is_sound = False
    if arn is None and "Name" not in facts.values:
        fields.report(fields.at, "neither a name nor an ARN", "write its name, or add the output as it is")
        facts.is_sound = False


def merge_facts(found: Sequence[Facts], problems: list[Problem]) -> Facts:
    """Return what several answers state about one subject; where they disagree is a problem."""
    first = found[0]
    origin = dict.fromkeys(first.values, first)
    for facts in found[1:]:
        first.is_sound = first.is_sound and facts.is_sound
        for name, value in facts.values.items():
            if first.values.setdefault(name, value) != value:
                problems.append(
                    facts.problem(
                        f"{name} of {first.name} is {describe(value)}, but {describe(first.values[name])}"
                        f" in {origin[name].location}",
                        "keep the newer answer",
                    )
                )
            origin.setdefault(name, facts)
        if first.selectors is None:
            first.selectors = facts.selectors
        elif facts.selectors is not None and facts.selectors != first.selectors:
            problems.append(
                facts.problem(
                    f"other event selectors of {first.name} than in {first.location}", "keep the newer answer"
                )
            )
    return first
