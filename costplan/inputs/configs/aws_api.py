"""Trails and event data stores from the answers of CloudTrail's API.

One answer lists trails, others hold their selectors, Insights and status; they are joined by ARN, whatever files they
are in.  A trail listed in several Regions or accounts is one trail (R72).  What no answer states is not guessed: it is
a problem where money hangs on it, else it is written down in ``assumed``.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from costplan.inputs.configs.aws_answers import Answer, Piece, find_answers
from costplan.inputs.configs.aws_facts import INGESTING, Status, read_status
from costplan.inputs.configs.aws_subjects import Subject, find_subjects, join_answers
from costplan.inputs.configs.config_format import ConfigFormat, Configuration, Given, ReadFrom
from costplan.inputs.configs.fields import Fields
from costplan.inputs.configs.selectors import parse_insights, parse_selectors
from costplan.inputs.documents import Document
from costplan.inputs.shapes import describe
from costplan.model.problems import Problem
from costplan.model.recorders import CloudWatchLogs, EventDataStore, LogBucket, Recorder, Trail
from costplan.model.selectors import InsightSelector

T = TypeVar("T")


def is_aws_api(document: Document) -> bool:
    """Whether some part of the document is an answer of CloudTrail's API."""
    return bool(find_answers(document, [], []))


def read_aws_api(documents: Sequence[Document], problems: list[Problem], _: ReadFrom, __: Given) -> Configuration:
    """Return the trails and event data stores that the answers describe, joined by ARN."""
    set_aside: list[Problem] = []
    answers = [answer for document in documents for answer in find_answers(document, problems, set_aside)]
    subjects = find_subjects(answers, problems)
    set_aside += [a.document.problem(a.at, "lists nothing") for a in answers if a.piece is Piece.NOTHING]
    for orphan in join_answers(subjects, answers, problems):
        # What is wrong inside it is told too: every problem of a file at once.
        if orphan.piece in _READERS:
            _READERS[orphan.piece](orphan, problems)
    recorders = tuple(_recorder(subject, problems) for subject in subjects if not subject.is_broken)
    return Configuration(_apart(recorders), tuple(set_aside))


def _recorder(subject: Subject, problems: list[Problem]) -> Recorder:
    return _trail(subject, problems) if subject.is_trail else _store(subject, problems)


def _trail(subject: Subject, problems: list[Problem]) -> Trail:
    facts = subject.facts
    assumed: list[str] = []
    selectors = _one(subject, Piece.SELECTORS, "get-event-selectors", _read_selectors, problems)
    if selectors is None:
        _need(subject, "HasCustomEventSelectors", Piece.SELECTORS, "get-event-selectors", problems)
        if Piece.SELECTORS not in subject.parts and facts.flag("HasCustomEventSelectors") is None:
            assumed.append("it has no event selectors of its own, so it records all management events (R2)")
    insights = _one(subject, Piece.INSIGHTS, "get-insight-selectors", _read_insights, problems) or ()
    _need(subject, "HasInsightSelectors", Piece.INSIGHTS, "get-insight-selectors", problems)
    if Piece.INSIGHTS not in subject.parts and facts.flag("HasInsightSelectors") is None:
        assumed.append("Insights are off: no answer says otherwise")
    status = _one(subject, Piece.STATUS, "get-trail-status", read_status, problems)
    if status is None:
        status = Status(is_logging=True)
        assumed.append("logging is on: no answer of get-trail-status says otherwise (R74)")
    elif not any(answer.subject for answer in subject.parts[Piece.STATUS]):
        source = Path(subject.parts[Piece.STATUS][0].document.path).name
        assumed.append(f"the logging status in {source} is its own: the answer names no trail")
    if status.delivery_error:
        assumed.append(
            f"its last delivery failed ({status.delivery_error}); CloudTrail goes on recording and charging (R75)"
        )
    aggregates_data = _one(subject, Piece.CONFIGURATION, "get-event-configuration", _read_aggregation, problems)
    return Trail(
        name=facts.name,
        account=facts.account,
        home_region=facts.home_region,
        arn=facts.arn,
        is_multi_region=facts.assume_flag("IsMultiRegionTrail", False, assumed),
        is_organization=facts.assume_flag("IsOrganizationTrail", False, assumed),
        include_global_service_events=facts.assume_flag("IncludeGlobalServiceEvents", True, assumed),
        is_logging=status.is_logging,
        recursive_logging=facts.assume_flag("RecursiveLogging", True, assumed),
        log_file_validation=facts.assume_flag("LogFileValidationEnabled", False, assumed),
        selectors=selectors,
        insights=insights,
        bucket=LogBucket(
            name=facts.text("S3BucketName"),
            prefix=facts.text("S3KeyPrefix"),
            has_kms_key=facts.text("KmsKeyId") is not None,
            notifies_sns=(facts.text("SnsTopicARN") or facts.text("SnsTopicName")) is not None,
        ),
        aggregates_data=bool(aggregates_data),
        cloudwatch_logs=CloudWatchLogs() if facts.text("CloudWatchLogsLogGroupArn") else None,
        started=status.started,
        where=facts.location,
        assumed=tuple(assumed),
    )


def _store(subject: Subject, problems: list[Problem]) -> EventDataStore:
    facts = subject.facts
    assumed: list[str] = []
    status = facts.text("Status")
    if status is None:
        assumed.append("it takes in events: its status is not stated")
    elif status == "CREATED":
        assumed.append("it takes in no events: its status is CREATED, and only ENABLED does (R77)")
    billing_mode = facts.text("BillingMode")
    if billing_mode is None:
        billing_mode = "EXTENDABLE_RETENTION_PRICING"
        assumed.append(f"its billing mode is {billing_mode}: not stated")
    insights = _one(subject, Piece.INSIGHTS, "get-insight-selectors", _read_insights, problems) or ()
    if _one(subject, Piece.CONFIGURATION, "get-event-configuration", _read_aggregation, problems):
        assumed.append("the aggregation of its data events is left out: it is priced for trails only (R89)")
    return EventDataStore(
        name=facts.name,
        account=facts.account,
        home_region=facts.home_region,
        arn=facts.arn,
        is_multi_region=facts.assume_flag("MultiRegionEnabled", True, assumed),
        is_organization=facts.assume_flag("OrganizationEnabled", False, assumed),
        is_ingesting=status is None or status in INGESTING,
        selectors=facts.selectors,
        insights=insights,
        billing_mode=billing_mode,
        retention_days=facts.whole("RetentionPeriod"),
        where=facts.location,
        assumed=tuple(assumed),
    )


def _need(subject: Subject, flag: str, piece: Piece, call: str, problems: list[Problem]) -> None:
    """Report a recorder that has something which no answer shows: unknown is not the default."""
    if subject.facts.flag(flag) and piece not in subject.parts:
        arn = subject.facts.arn or subject.facts.name
        problems.append(
            subject.facts.problem(
                f"{subject.title} has {'custom ' if piece is Piece.SELECTORS else ''}{piece.value},"
                f" but no answer of {call} is here",
                f"add the output of aws cloudtrail {call} --trail-name {arn} --region {subject.facts.home_region}",
            )
        )


def _one(
    subject: Subject, piece: Piece, call: str, read: Callable[[Answer, list[Problem]], T], problems: list[Problem]
) -> T | None:
    """Return what the answers of one call say; two that disagree are a problem."""
    answers = subject.parts.get(piece, [])
    said = [read(answer, problems) for answer in answers]
    for value, answer in zip(said[1:], answers[1:], strict=True):
        if value != said[0]:
            first = answers[0].document.location(answers[0].at)
            problems.append(
                answer.document.problem(
                    answer.at,
                    f"the {piece.value} of {subject.title} differ from those in {first}",
                    f"keep the newer answer of {call}",
                )
            )
    return said[0] if said else None


def _read_selectors(answer: Answer, problems: list[Problem]) -> Any:
    return parse_selectors(answer.document, answer.at, answer.mapping, problems)


def _read_insights(answer: Answer, problems: list[Problem]) -> tuple[InsightSelector, ...]:
    at = (*answer.at, "InsightSelectors")
    return parse_insights(answer.document, at, answer.mapping.get("InsightSelectors"), problems)


def _read_aggregation(answer: Answer, problems: list[Problem]) -> bool:
    """Return whether data events are aggregated: the only category that can be (R89)."""
    fields = Fields(answer.document, answer.at, answer.mapping, {}, problems)
    found = False
    for place, item in fields.items("AggregationConfigurations"):
        one = Fields(answer.document, place, item, {}, problems)
        category = one.known_text("EventCategory")
        if category not in (None, "Data"):
            what = f"events of category {describe(category)} are not aggregated"
            one.report((*place, "EventCategory"), what, "only Data events are (R89)")
        found = True
    return found


_READERS: dict[Piece, Callable[[Answer, list[Problem]], object]] = {
    Piece.SELECTORS: _read_selectors,
    Piece.INSIGHTS: _read_insights,
    Piece.STATUS: read_status,
    Piece.CONFIGURATION: _read_aggregation,
}


def _apart(recorders: tuple[Recorder, ...]) -> tuple[Recorder, ...]:
    """Tell recorders of one account and one name apart by their home Regions, which AWS allows."""
    seen: dict[tuple[str | None, str], int] = {}
    for recorder in recorders:
        key = (recorder.account, recorder.name)
        seen[key] = seen.get(key, 0) + 1
    return tuple(
        replace(recorder, name=f"{recorder.name} ({recorder.home_region})")
        if seen[recorder.account, recorder.name] > 1
        else recorder
        for recorder in recorders
    )


AWS_API = ConfigFormat(
    "aws-api",
    "answers of describe-trails, get-trail, get-event-selectors, get-insight-selectors, get-trail-status,"
    " get-event-configuration, list-event-data-stores and get-event-data-store, as the AWS CLI prints them"
    " (JSON or YAML)",
    is_aws_api,
    read_aws_api,
)
