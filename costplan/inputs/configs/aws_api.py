"""Trails and event data stores from the answers of CloudTrail's API.

One answer lists trails, others hold their selectors, Insights and status; they are joined by ARN, whatever files they
are in.  A trail listed in several Regions or accounts is one trail (R72).  What no answer states is not guessed: it is
a problem where money hangs on it, else it is written down in ``assumed``.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from costplan.inputs.configs.aws_answers import find_answers
from costplan.inputs.configs.aws_commands import Piece
from costplan.inputs.configs.aws_facts import INGESTING
from costplan.inputs.configs.aws_pages import check_pages
from costplan.inputs.configs.aws_parts import (
    READERS,
    EventConfiguration,
    Status,
    agreed,
    agreed_status,
    failure_of,
    read_configuration,
    read_insights,
    read_selectors,
    unknown_selectors,
)
from costplan.inputs.configs.aws_subjects import Subject, failed_listings, find_subjects, join_answers
from costplan.inputs.configs.aws_surroundings import Surroundings
from costplan.inputs.configs.config_format import Configuration, Given, ReadFrom
from costplan.inputs.configs.selectors import Selectors
from costplan.inputs.documents import Document
from costplan.model.problems import Problem
from costplan.model.recorders import IS_RUNNING, EventDataStore, Recorder, Trail
from costplan.model.selectors import InsightSelector


def read_aws_api(documents: Sequence[Document], problems: list[Problem], _: ReadFrom, __: Given) -> Configuration:
    """Return the trails and event data stores that the answers describe, joined by ARN."""
    set_aside: list[Problem] = []
    answers = [answer for document in documents for answer in find_answers(document, problems, set_aside)]
    check_pages(answers, problems)
    subjects = find_subjects(answers, problems)
    set_aside += [
        a.document.problem(a.at, f"lists nothing: {a.of} is empty") for a in answers if a.piece is Piece.NOTHING
    ]
    unknown = list(failed_listings(answers, subjects))
    for orphan in join_answers(subjects, answers, problems, unknown):
        # What is wrong inside it is told too: every problem of a file at once.
        if orphan.piece in READERS:
            READERS[orphan.piece](orphan, problems)
    # Where nothing tells of any recorder, or that there is none, no recorder must not look like an answer.
    is_told = bool(subjects) or any(answer.piece is Piece.NOTHING for answer in answers)
    (set_aside if subjects else problems).extend(unknown)
    surroundings = Surroundings(answers, subjects, problems)
    recorders = tuple(
        _trail(subject, surroundings, problems) if subject.is_trail else _store(subject, problems)
        for subject in subjects
        if not subject.is_broken
    )
    (set_aside if is_told or problems else problems).extend(surroundings.unused(is_told))
    return Configuration(_apart(recorders), tuple(set_aside))


def _trail(subject: Subject, surroundings: Surroundings, problems: list[Problem]) -> Trail:
    facts = subject.facts
    assumed: list[str] = []
    if subject.undescribed is not None:
        assumed.append(f"what it is like, beyond its name, is taken from the defaults: {subject.undescribed.failure}")
    selectors = _trail_selectors(subject, assumed, problems)
    insights = _insights(subject, assumed, problems)
    _need(subject, "HasInsightSelectors", Piece.INSIGHTS, "get-insight-selectors", problems)
    undecided: list[tuple[str, str]] = []
    status = _status(subject, assumed, undecided, problems)
    configuration = _configuration(subject, assumed, problems)
    is_organization = facts.assume_flag("IsOrganizationTrail", False, assumed)
    log_file_validation = facts.assume_flag("LogFileValidationEnabled", False, assumed)
    surroundings.note_key(facts, assumed)
    return Trail(
        name=facts.name,
        account=facts.account,
        home_region=facts.home_region,
        arn=facts.arn,
        is_multi_region=facts.assume_flag("IsMultiRegionTrail", False, assumed),
        is_organization=is_organization,
        include_global_service_events=facts.assume_flag("IncludeGlobalServiceEvents", True, assumed),
        is_logging=status.is_logging,
        recursive_logging=facts.assume_flag("RecursiveLogging", True, assumed),
        log_file_validation=log_file_validation,
        selectors=selectors,
        insights=insights,
        bucket=surroundings.bucket(facts, is_organization, log_file_validation, assumed),
        aggregates_data=configuration.aggregates_data,
        cloudwatch_logs=surroundings.log_group(facts, assumed),
        started=status.started,
        where=facts.location,
        assumed=tuple(assumed),
        undecided=tuple(undecided),
    )


def _store(subject: Subject, problems: list[Problem]) -> EventDataStore:
    facts = subject.facts
    assumed: list[str] = []
    selectors = facts.selectors
    if subject.undescribed is not None:
        selectors = selectors or unknown_selectors(subject.undescribed)
        assumed.append(f"it may take in any event: {subject.undescribed.failure}")
    status, starts = facts.text("Status"), facts.flag("StartIngestion")
    if status is None and starts is None:
        assumed.append("it takes in events: its status is not stated")
    elif status == "CREATED":
        assumed.append("it takes in no events: its status is CREATED, and only ENABLED does (R77)")
    billing_mode = facts.text("BillingMode")
    if billing_mode is None:
        billing_mode = "EXTENDABLE_RETENTION_PRICING"
        assumed.append(f"its billing mode is {billing_mode}: not stated")
    insights = _insights(subject, assumed, problems)
    if _configuration(subject, assumed, problems).aggregates_data:
        assumed.append("the aggregation of its data events is left out: it is priced for trails only (R89)")
    return EventDataStore(
        name=facts.name,
        account=facts.account,
        home_region=facts.home_region,
        arn=facts.arn,
        is_multi_region=facts.assume_flag("MultiRegionEnabled", True, assumed),
        is_organization=facts.assume_flag("OrganizationEnabled", False, assumed),
        is_ingesting=status in INGESTING if status is not None else starts is not False,
        selectors=selectors,
        insights=insights,
        billing_mode=billing_mode,
        retention_days=facts.whole("RetentionPeriod"),
        where=facts.location,
        assumed=tuple(assumed),
    )


# ---- the parts, and what is taken where nobody could find out ----


def _trail_selectors(subject: Subject, assumed: list[str], problems: list[Problem]) -> Selectors | None:
    answers = subject.answers(Piece.SELECTORS)
    failed = failure_of(answers)
    if failed is not None or (subject.undescribed is not None and not answers):
        assumed.append(f"its event selectors may match any event: {failed or 'no answer states them'}")
        selectors: Selectors = unknown_selectors(answers[0] if answers else subject.facts.answer)
        return selectors
    selectors_or_none = agreed(answers, read_selectors, subject.title, problems)
    if selectors_or_none is None:
        _need(subject, "HasCustomEventSelectors", Piece.SELECTORS, "get-event-selectors", problems)
        if not answers and subject.facts.flag("HasCustomEventSelectors") is None:
            assumed.append("it has no event selectors of its own, so it records all management events (R2)")
    return selectors_or_none


def _insights(subject: Subject, assumed: list[str], problems: list[Problem]) -> tuple[InsightSelector, ...]:
    answers = subject.answers(Piece.INSIGHTS)
    failed = failure_of(answers)
    if failed is not None:
        assumed.append(f"Insights are off: {failed}")
    elif subject.is_trail and not answers and subject.facts.flag("HasInsightSelectors") is None:
        assumed.append("Insights are off: no answer says otherwise")
    insights = agreed(answers, read_insights, subject.title, problems) or ()
    destination = next((d for a in answers if (d := a.mapping.get("InsightsDestination"))), None)
    if insights and isinstance(destination, str):
        name = destination.rpartition("/")[2]
        assumed.append(f"the Insights events that event data store {name} takes in from it are left out")
    return insights


def _status(subject: Subject, assumed: list[str], undecided: list[tuple[str, str]], problems: list[Problem]) -> Status:
    answers = subject.answers(Piece.STATUS)
    failed = failure_of(answers)
    status = agreed_status(subject, problems)
    if status is None:
        words = f"logging is on: {failed or 'no answer of get-trail-status says otherwise'} (R74)"
        assumed.append(words)
        undecided.append((IS_RUNNING, words))
        return Status(is_logging=True)
    if not any(answer.subject for answer in answers):
        source = Path(answers[0].document.path).name
        assumed.append(f"the logging status in {source} is its own: the answer names no trail")
    if status.delivery_error:
        assumed.append(
            f"its last delivery failed ({status.delivery_error}); CloudTrail goes on recording and charging (R75)"
        )
    return status


def _configuration(subject: Subject, assumed: list[str], problems: list[Problem]) -> EventConfiguration:
    answers = subject.answers(Piece.CONFIGURATION)
    failed = failure_of(answers)
    if failed is not None:
        assumed.append(f"its data events are not aggregated: {failed}")
    configuration = agreed(answers, read_configuration, subject.title, problems) or EventConfiguration()
    if configuration.enlarges:
        assumed.append(f"its events are as large as those that were measured, though {configuration.enlarges}")
    return configuration


def _need(subject: Subject, flag: str, piece: Piece, call: str, problems: list[Problem]) -> None:
    """Report a recorder that has something which no answer shows: unknown is not the default."""
    facts = subject.facts
    if facts.flag(flag) and piece not in subject.parts:
        region = f" --region {facts.home_region}" if facts.home_region else ""
        problems.append(
            facts.problem(
                f"{subject.title} has {'custom ' if piece is Piece.SELECTORS else ''}{piece.value},"
                f" but no answer of {call} is here",
                f"add the output of aws cloudtrail {call} --trail-name {facts.arn or facts.name}{region}",
            )
        )


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
