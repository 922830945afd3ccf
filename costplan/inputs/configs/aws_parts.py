"""The parts of a trail or event data store that calls of their own tell: selectors, Insights, status, configuration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from costplan.inputs.configs.aws_answers import Answer
from costplan.inputs.configs.aws_commands import Piece, usual_command
from costplan.inputs.configs.aws_subjects import Subject
from costplan.inputs.configs.fields import Fields, utc_text
from costplan.inputs.configs.selectors import Selectors, parse_insights, parse_selectors
from costplan.inputs.shapes import describe
from costplan.model.problems import Problem
from costplan.model.selectors import InsightSelector
from costplan.model.unknown import UNKNOWN

T = TypeVar("T")
Read = Callable[[Answer, list[Problem]], T]


@dataclass(frozen=True, slots=True)
class Status:
    """What get-trail-status says.

    started: when logging was last started, UTC, ISO 8601.
    """

    is_logging: bool
    started: str | None = None
    delivery_error: str | None = None


@dataclass(frozen=True, slots=True)
class EventConfiguration:
    """What get-event-configuration says.

    enlarges: what makes the events larger than they were, in words.
    """

    aggregates_data: bool = False
    enlarges: str = ""


def agreed(answers: Sequence[Answer], read: Read[T], title: str, problems: list[Problem]) -> T | None:
    """Return what the answers about one thing say; two that disagree are a problem, and errors say nothing."""
    answers = [answer for answer in answers if answer.error is None]
    said = [read(answer, problems) for answer in answers]
    for value, answer in zip(said[1:], answers[1:], strict=True):
        if value != said[0]:
            first = answers[0].document.location(answers[0].at)
            call = answer.command or usual_command(answer.piece)
            problems.append(
                answer.document.problem(
                    answer.at,
                    f"disagrees with {first} on the {answer.piece.value} of {title}",
                    f"keep the newer answer of {call}",
                )
            )
    return said[0] if said else None


def failure_of(answers: Sequence[Answer]) -> str | None:
    """Return what went wrong where nobody has an answer; ``None`` where somebody has, or nobody asked."""
    if any(answer.error is None for answer in answers):
        return None
    return answers[0].failure if answers else None


def unknown_selectors(answer: Answer) -> Any:
    """Return selectors that may match any event."""
    return parse_selectors(answer.document, answer.at, {"AdvancedEventSelectors": UNKNOWN}, [])


def read_selectors(answer: Answer, problems: list[Problem]) -> Selectors | None:
    """Return the selectors, of either kind, that an answer states."""
    return parse_selectors(answer.document, answer.at, answer.mapping, problems)


def read_insights(answer: Answer, problems: list[Problem]) -> tuple[InsightSelector, ...]:
    """Return the Insights selectors that an answer states."""
    at = (*answer.at, "InsightSelectors")
    return parse_insights(answer.document, at, answer.mapping.get("InsightSelectors"), problems)


def read_status(answer: Answer, problems: list[Problem]) -> Status:
    """Return the logging status that an answer states."""
    fields = Fields(answer.document, answer.at, answer.mapping, {}, problems)
    is_logging = fields.known_flag("IsLogging")
    if is_logging is None:
        fields.report((*fields.at, "IsLogging"), "IsLogging is not stated", "take the answer as the API gives it")
    # The text is UTC; what recording tools make of the time stamp is sometimes local time.
    started = utc_text(fields.known_text("TimeLoggingStarted")) or utc_text(answer.mapping.get("StartLoggingTime"))
    return Status(bool(is_logging), started, fields.known_text("LatestDeliveryError") or None)


def agreed_status(subject: Subject, problems: list[Problem]) -> Status | None:
    """Return one status out of those of several Regions, each of which has its own start and delivery error."""
    answers = [answer for answer in subject.answers(Piece.STATUS) if answer.error is None]
    found = [read_status(answer, problems) for answer in answers]
    is_logging = agreed(answers, lambda answer, _: read_status(answer, []).is_logging, subject.title, problems)
    if is_logging is None:
        return None
    errors = dict.fromkeys(status.delivery_error for status in found if status.delivery_error)
    return Status(
        is_logging,
        min((status.started for status in found if status.started), default=None),
        ", ".join(errors) or None,
    )


def read_configuration(answer: Answer, problems: list[Problem]) -> EventConfiguration:
    """Return the event configuration that an answer states; only data events can be aggregated (R89)."""
    fields = Fields(answer.document, answer.at, answer.mapping, {}, problems)
    found = False
    for place, item in fields.items("AggregationConfigurations"):
        one = Fields(answer.document, place, item, {}, problems)
        category = one.known_text("EventCategory")
        if category not in (None, "Data"):
            what = f"events of category {describe(category)} are not aggregated"
            one.report((*place, "EventCategory"), what, "only Data events are (R89)")
        found = True
    size = fields.known_text("MaxEventSize")
    larger = [f"MaxEventSize is {size}"] * (size == "Large")
    larger += ["ContextKeySelectors add keys to them"] * bool(list(fields.items("ContextKeySelectors")))
    return EventConfiguration(found, " and ".join(larger))


READERS: dict[Piece, Callable[[Answer, list[Problem]], object]] = {
    Piece.SELECTORS: read_selectors,
    Piece.INSIGHTS: read_insights,
    Piece.STATUS: read_status,
    Piece.CONFIGURATION: read_configuration,
}
"""How each part is read."""
