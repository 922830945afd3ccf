"""Answers of AWS's API, one by one and as one document: commands of the AWS CLI, what each was asked about, its answer.

A call that could not be answered leaves its error in the answer's place: nobody knows, which is not the same as
nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from costplan.inputs.account.operations import (
    DESCRIBE_KEY,
    DESCRIBE_LOG_GROUPS,
    DESCRIBE_TRAILS,
    GET_BUCKET_LIFECYCLE,
    GET_BUCKET_LOCATION,
    GET_BUCKET_VERSIONING,
    GET_CHANNEL,
    GET_EVENT_CONFIGURATION,
    GET_EVENT_DATA_STORE,
    GET_EVENT_SELECTORS,
    GET_INSIGHT_SELECTORS,
    GET_TRAIL_STATUS,
    Operation,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an operation has no answer.

    code: AWS's, or the name of the SDK's error.
    words: what happened, in own words: AWS's message can hold the names of roles and keys.
    """

    operation: Operation
    code: str
    words: str = "AWS did not answer the call"
    is_denial: bool = False
    is_of_contact: bool = False

    def as_answer(self) -> dict[str, Any]:
        """Return what stands in the answer's place."""
        return {"Error": {"Code": self.code, "Message": self.words, "Operation": self.operation.name}}

    def remedy(self, allow: str) -> str:
        """Return what to do about it: *allow* something where it is denied."""
        return allow if self.is_denial else "run it again later"

    def __str__(self) -> str:
        return f"{self.operation.name}: {self.code}"


Answer = Mapping[str, Any] | Refusal

_SOUGHT = {
    GET_TRAIL_STATUS: "whether {} is logging",
    GET_EVENT_SELECTORS: "the event selectors of {}",
    GET_INSIGHT_SELECTORS: "the Insights selectors of {}",
    GET_EVENT_CONFIGURATION: "the event configuration of {}",
    GET_EVENT_DATA_STORE: "everything about the event data store {}",
    GET_CHANNEL: "everything about the channel {}",
    GET_BUCKET_LOCATION: "the Region of the bucket {}",
    GET_BUCKET_LIFECYCLE: "the lifecycle of the bucket {}",
    GET_BUCKET_VERSIONING: "whether the bucket {} keeps versions",
    DESCRIBE_LOG_GROUPS: "the retention of the log group {}",
    DESCRIBE_KEY: "everything about the KMS key {}",
}


class AnswerBook:
    """All answers so far; an answer takes the place of a refusal, and never the other way round."""

    def __init__(self) -> None:
        self._trails: dict[str, Mapping[str, Any]] = {}
        self._parts: dict[Operation, dict[str, Answer]] = {operation: {} for operation in _SOUGHT}

    def add_trail(self, arn: str, trail: Mapping[str, Any], is_of_owner: bool) -> None:
        """Add what describes a trail; all accounts of an organization describe its trails, and the owner knows best."""
        if is_of_owner or arn not in self._trails:
            self._trails[arn] = trail

    def add(self, subject: str, operation: Operation, answer: Answer) -> None:
        """Add what an operation answered about a subject."""
        if self.lacks(subject, operation):
            self._parts[operation][subject] = answer

    def lacks(self, subject: str, operation: Operation) -> bool:
        """Whether the operation still has no answer about the subject."""
        return isinstance(self._parts[operation].get(subject), Refusal | None)

    def knows(self, subject: str) -> bool:
        """Whether a trail, or anything about a subject, was added before."""
        return subject in self._trails or any(subject in answers for answers in self._parts.values())

    def answer(self, subject: str, operation: Operation) -> Mapping[str, Any] | None:
        """Return what was answered about a subject; nothing where that was a refusal, or it was not asked."""
        answer = self._parts[operation].get(subject)
        return None if isinstance(answer, Refusal) else answer

    @property
    def trails(self) -> Mapping[str, Mapping[str, Any]]:
        """What describes each trail, by ARN, in the order of the document."""
        return dict(sorted(self._trails.items(), key=lambda pair: _place(pair[0])))

    def document(self) -> dict[str, Any]:
        """Return all answers by command, and by what each was asked about; trails and stores by account and Region."""
        found: dict[str, Any] = {DESCRIBE_TRAILS.command: {"trailList": [dict(t) for t in self.trails.values()]}}
        for operation, answers in self._ordered():
            found[operation.command] = {
                subject: answer.as_answer() if isinstance(answer, Refusal) else dict(answer)
                for subject, answer in answers
            }
        return found

    def unknown(self) -> list[str]:
        """Return what no operation answered, as sentences."""
        return [
            f"{_SOUGHT[operation].format(subject)} could not be found out ({answer})"
            for operation, answers in self._ordered()
            for subject, answer in answers
            if isinstance(answer, Refusal)
        ]

    def _ordered(self) -> Iterator[tuple[Operation, list[tuple[str, Answer]]]]:
        for operation, answers in self._parts.items():
            if answers:
                yield operation, sorted(answers.items(), key=lambda pair: _place(pair[0]))


def _place(subject: str) -> tuple[Iterable[str], str]:
    """Return by what subjects are ordered: account and Region of an ARN, then the whole of it."""
    parts = subject.split(":", 5)
    return ((parts[4], parts[3]) if len(parts) == 6 else ()), subject
