"""What trails deliver to and encrypt with: log buckets, log groups and KMS keys, each from the answers of its service.

A bucket's name is unique in the world, so its answers belong to it whatever folder they are in.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from costplan.inputs.configs.aws_answers import Answer
from costplan.inputs.configs.aws_buckets import read_lifecycle, read_location, read_versioning
from costplan.inputs.configs.aws_commands import SURROUNDINGS, Piece
from costplan.inputs.configs.aws_facts import Facts
from costplan.inputs.configs.aws_parts import agreed, failure_of
from costplan.inputs.configs.aws_subjects import Subject, named_by_file, nearest
from costplan.inputs.configs.fields import Fields
from costplan.inputs.configs.lifecycles import LogKeys, rules_for, small_objects_of
from costplan.inputs.configs.log_classes import log_class_of
from costplan.model.problems import Problem
from costplan.model.recorders import CloudWatchLogs, LogBucket, LogClass

# What CloudTrail cannot encrypt with.
_ENABLED = "Enabled"


class Surroundings:
    """The answers about buckets, log groups and keys."""

    def __init__(self, answers: Sequence[Answer], subjects: Sequence[Subject], problems: list[Problem]) -> None:
        self._answers = [_named(answer, subjects) for answer in answers if answer.piece in SURROUNDINGS]
        self._used: set[int] = set()
        self._problems = problems

    def bucket(self, facts: Facts, is_organization: bool, has_digests: bool, assumed: list[str]) -> LogBucket:
        """Return the log bucket of a trail; *assumed* says what nobody could find out about it."""
        name, prefix = facts.text("S3BucketName"), facts.text("S3KeyPrefix")
        bucket = LogBucket(
            name=name,
            prefix=prefix,
            has_kms_key=facts.text("KmsKeyId") is not None,
            kms_key=facts.text("KmsKeyId"),
            notifies_sns=(facts.text("SnsTopicARN") or facts.text("SnsTopicName")) is not None,
        )
        if name is None:
            return bucket
        rules = self._about(Piece.LIFECYCLE, lambda answer: answer.subject == name)
        lifecycle = agreed(rules, read_lifecycle, f"bucket {name}", self._problems)
        _say("its bucket has no lifecycle rules", rules, assumed)
        places = self._about(Piece.LOCATION, lambda answer: answer.subject == name)
        region = agreed(places, read_location, f"bucket {name}", self._problems)
        _say("its bucket is in the trail's home Region", places, assumed)
        kept = self._about(Piece.VERSIONING, lambda answer: answer.subject == name)
        is_versioned = agreed(kept, read_versioning, f"bucket {name}", self._problems)
        _say("its bucket keeps no noncurrent versions", kept, assumed)
        bucket = replace(bucket, region=region, is_versioned=bool(is_versioned))
        if lifecycle is None:
            return bucket
        keys = LogKeys(prefix, None if is_organization else facts.account, has_digests)
        found = rules_for(lifecycle.rules, keys, assumed)
        return replace(bucket, lifecycle=found, small_objects=small_objects_of(lifecycle.small_objects, found))

    def log_group(self, facts: Facts, assumed: list[str]) -> CloudWatchLogs | None:
        """Return the copy to a log group that a trail makes; without a retention, it keeps events for ever."""
        arn = _plain_arn(facts.text("CloudWatchLogsLogGroupArn"))
        if arn is None:
            return None

        def is_meant(answer: Answer) -> bool:
            return _plain_arn(answer.of) == arn or any(True for _ in _groups(answer, arn, []))

        asked = self._about(Piece.LOG_GROUP, is_meant)
        _say("its log group keeps events for ever", asked, assumed)
        found = [answer for answer in asked if any(True for _ in _groups(answer, arn, []))]
        days = agreed(found, lambda a, problems: _retention(a, arn, problems), f"log group {arn}", self._problems)
        if not found and any(answer.error is None for answer in asked):
            assumed.append("its log group keeps events for ever: describe-log-groups does not list it")
        groups = [group for answer in found for group in _groups(answer, arn, [])]
        log_class = log_class_of(groups[0], assumed) if groups else LogClass.STANDARD
        return CloudWatchLogs(days if found else None, log_class)

    def note_key(self, facts: Facts, assumed: list[str]) -> None:
        """Say what is unusual about the key that a trail encrypts with."""
        key = facts.text("KmsKeyId")
        if key is None:
            return
        asked = self._about(Piece.KEY, lambda answer: key in _names_of_key(answer))
        _say("its KMS key can be used", asked, assumed)
        state = agreed(asked, _key_text("KeyState"), f"key {key}", self._problems)
        if state not in (None, _ENABLED):
            assumed.append(f"it delivers log files, though the KeyState of its KMS key is {state}")
        if agreed(asked, _key_text("KeyManager"), f"key {key}", self._problems) == "AWS":
            assumed.append("its KMS key has the fee of a customer's key, though KeyManager is AWS")

    def unused(self, is_told: bool) -> Iterator[Problem]:
        """Yield the answers about what no trail uses; *is_told*: what trails there are is known."""
        for answer in self._answers:
            if id(answer) not in self._used:
                of = f" of {answer.subject}" if answer.subject else ""
                failed = f" ({answer.failure})" if answer.error else ""
                what = f"holds the {answer.piece.value}{of}{failed}, "
                if is_told:
                    hint = "name the file by the bucket, the log group or the key, if a trail uses it"
                    yield answer.document.problem(answer.at, f"{what}which no trail here uses", hint)
                else:
                    hint = "add the output of aws cloudtrail describe-trails, or leave it out"
                    yield answer.document.problem(answer.at, f"{what}but no trail is described here", hint)

    def _about(self, piece: Piece, is_meant: Callable[[Answer], bool]) -> list[Answer]:
        found = [answer for answer in self._answers if answer.piece is piece and is_meant(answer)]
        self._used.update(map(id, found))
        return found


def _say(taken: str, asked: Sequence[Answer], assumed: list[str]) -> None:
    failed = failure_of(asked)
    if failed is not None:
        assumed.append(f"{taken}: {failed}")


def _named(answer: Answer, subjects: Sequence[Subject]) -> Answer:
    """Return an answer with the name of what it is about, where its file or the trails around tell it."""
    key = {Piece.KEY: "KmsKeyId", Piece.LOG_GROUP: "CloudWatchLogsLogGroupArn"}.get(answer.piece, "S3BucketName")
    speaks_for_itself = answer.error is None and answer.piece in (Piece.KEY, Piece.LOG_GROUP)
    if answer.subject or speaks_for_itself:
        return answer
    trails = [subject for subject in subjects if subject.facts.text(key)]
    name = named_by_file(answer.document.path, {subject.facts.text(key) or "" for subject in trails})
    if name is None:
        near = {subject.facts.text(key) for subject in nearest(answer.document.path, trails)}
        name = near.pop() if len(near) == 1 else None
    return replace(answer, of=name)


def _plain_arn(arn: str | None) -> str | None:
    """Return the ARN of a log group without the ``:*`` that stands for its streams."""
    return arn.removesuffix(":*") if arn else None


def _groups(answer: Answer, arn: str, problems: list[Problem]) -> Iterator[Fields]:
    """Yield the log group of an ARN; a listing by prefix has others too."""
    fields = Fields(answer.document, answer.at, answer.mapping, {}, problems)
    for at, item in fields.items("logGroups"):
        stated = [item.get(key) for key in ("arn", "logGroupArn")]
        if arn in [_plain_arn(text) for text in stated if isinstance(text, str)] or (
            not any(stated) and isinstance(item.get("logGroupName"), str) and arn.endswith(f":{item['logGroupName']}")
        ):
            yield Fields(answer.document, at, item, {}, problems)


def _retention(answer: Answer, arn: str, problems: list[Problem]) -> int:
    """Return the days that a log group keeps events; 0 where it keeps them for ever."""
    return next((fields.whole("retentionInDays") or 0 for fields in _groups(answer, arn, problems)), 0)


def _names_of_key(answer: Answer) -> set[str]:
    told = answer.mapping.get("KeyMetadata")
    values = [told.get("Arn"), told.get("KeyId")] if isinstance(told, dict) else []
    return {value for value in (answer.of, *values) if isinstance(value, str)}


def _key_text(name: str) -> Callable[[Answer, list[Problem]], str | None]:
    def read(answer: Answer, problems: list[Problem]) -> str | None:
        told = answer.mapping.get("KeyMetadata")
        at = (*answer.at, "KeyMetadata")
        if not isinstance(told, dict):
            return None
        return Fields(answer.document, at, told, {}, problems).known_text(name)

    return read
