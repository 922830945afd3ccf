"""Sample events for a requirement: one of each kind that the selectors in hand can tell apart.

All events that a requirement speaks of are recorded if each of the samples is: whatever a selector asks of a field
comes out for every text as it does for one of the samples.  A text that no selector names holds a character that
none of AWS's names has.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from costplan.engine.matching import field_holds
from costplan.model.containers import ArnField, Operator, holds_objects
from costplan.model.events import GLOBAL_SERVICE_SOURCES, EventCategory, EventKey, Principal, Resource
from costplan.model.places import partition_of
from costplan.model.policy import EventsAsked
from costplan.model.recorders import Recorder, Trail
from costplan.model.selection import (
    EVENT_CATEGORY,
    EVENT_SOURCE,
    RESOURCE_ARN,
    RESOURCE_TYPE,
    advanced_form,
)
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN, Text

MOST_SAMPLES = 20_000
"""Beyond so many kinds of events in one place, nothing is told."""

STS = "sts.amazonaws.com"
_STRANGE = "¤"
_GLOBAL = frozenset({*GLOBAL_SERVICE_SOURCES, STS})
_ARN_STARTS: Mapping[str | None, str] = {
    "AWS::S3::Object": f"arn:{{partition}}:s3:::{_STRANGE}/",
    "AWS::Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:",
    "AWS::DynamoDB::Table": "arn:{partition}:dynamodb:{region}:{account}:table/",
}
# Whoever calls may be of the account, or of another that nobody names.
_PRINCIPAL_STARTS = (
    "arn:{partition}:iam::{account}:user/",
    f"arn:{{partition}}:sts::{{account}}:assumed-role/{_STRANGE}/",
    f"arn:{{partition}}:sts::000000000000:assumed-role/{_STRANGE}/",
)
_EVENT_TYPES: Mapping[EventCategory, tuple[str, ...]] = {
    EventCategory.MANAGEMENT: ("AwsApiCall", "AwsServiceEvent", "AwsConsoleAction", "AwsConsoleSignIn"),
    EventCategory.DATA: ("AwsApiCall", "AwsServiceEvent"),
    EventCategory.NETWORK_ACTIVITY: ("AwsVpceEvent",),
}
# What a name tells of itself (R48); of others, both are asked.
_READS = ("Get", "List", "Describe", "Head", "Lookup", "Search", "BatchGet", "Query", "Scan", "Select")
_WRITES = (
    "Put",
    "Create",
    "Delete",
    "Update",
    "Copy",
    "Complete",
    "Abort",
    "Upload",
    "Restore",
    "BatchWrite",
    "Invoke",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """An event that must be recorded.

    words: for each field that selectors tell events apart by, what this one has; by the same order in all samples.
    """

    key: EventKey
    words: tuple[str, ...] = ()


class TooManySamplesError(Exception):
    """The selectors tell more kinds of events apart than can be looked at."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A value of a field, and the words for it."""

    value: Text | bool
    words: str = ""


_NOTHING = (_Choice(None),)


class Samples:
    """Makes samples of the events of a requirement, place by place.

    recorders: all whose selectors may tell such events apart.
    """

    def __init__(self, asked: EventsAsked, recorders: Iterable[Recorder]) -> None:
        self._asked = asked
        self._fields: dict[str, list[FieldSelector]] = {}
        # Such a trail leaves events out by their source though no selector names one (R67).
        self._tells_global_services = False
        for recorder in recorders:
            mine = [selector for selector in advanced_form(recorder) if _may_admit(selector, asked)]
            for field in (field for selector in mine for field in selector.fields):
                self._fields.setdefault(field.field, []).append(field)
            if mine and isinstance(recorder, Trail) and not recorder.include_global_service_events:
                self._tells_global_services = asked.category is EventCategory.MANAGEMENT
        self._everywhere = (
            self._sources(),
            self._names(),
            self._flags(),
            self._types(),
            self._consoles(),
            self._of_network("errorCode", asked.error_code, may_lack=True),
            self._of_network("vpcEndpointId", None, may_lack=False),
        )

    def at(self, account: str, region: str, leader: str) -> tuple[Sample, ...]:
        """Return the samples of one account and Region; *leader* is where global service events are recorded (R63).

        Raises:
            TooManySamplesError: there would be more than ``MOST_SAMPLES``.
        """
        place = {"account": account, "region": region, "partition": partition_of(region)}
        parts = (*self._everywhere, self._arns(place), self._principals(place))
        if prod(map(len, parts)) > MOST_SAMPLES:
            raise TooManySamplesError
        found: list[Sample] = []
        for choices in product(*parts):
            if _may_be(choices):
                words = tuple(one.words if len(part) > 1 else "" for one, part in zip(choices, parts, strict=True))
                key = self._key(account, region, *(one.value for one in choices))
                found += self._in_place(Sample(key, words), region == leader)
        return tuple(found)

    def _key(self, account: str, region: str, *values: Text | bool) -> EventKey:
        source, name, flag, kind, console, error, endpoint, arn, principal = values
        resources = ()
        if self._asked.category is EventCategory.DATA:
            resources = (Resource(self._asked.resource_type, arn, is_whole=True),)  # type: ignore[arg-type, assignment]
        return EventKey(
            account,
            region,
            self._asked.category,
            event_source=source,  # type: ignore[arg-type]
            event_name=name,  # type: ignore[arg-type]
            event_type=kind,  # type: ignore[arg-type]
            read_only=flag,  # type: ignore[arg-type]
            resources=resources,
            # On whose behalf is left open: CloudTrail's own deliveries are nobody's requirement.
            principal=Principal(principal, is_whole=True),  # type: ignore[arg-type]
            is_console=console,  # type: ignore[arg-type]
            error_code=error,  # type: ignore[arg-type]
            vpc_endpoint_id=endpoint,  # type: ignore[arg-type]
            is_global_endpoint=False,
        )

    def _in_place(self, sample: Sample, is_leader: bool) -> Iterator[Sample]:
        """Yield a sample if such an event can happen there: those of global services are recorded in one Region."""
        source = sample.key.event_source
        is_global = sample.key.category is EventCategory.MANAGEMENT and source in GLOBAL_SERVICE_SOURCES
        if is_leader or not is_global:
            yield sample
        if self._tells_global_services and is_leader and source == STS:
            yield Sample(replace(sample.key, is_global_endpoint=True), sample.words)

    def _sources(self) -> Sequence[_Choice]:
        asked, fields = self._asked, self._fields.get(EVENT_SOURCE, [])
        if asked.event_sources:
            return [_Choice(source, source) for source in asked.event_sources]
        apart = _GLOBAL if self._tells_global_services else frozenset()
        texts = [f"{_STRANGE}.amazonaws.com", *sorted(apart | set(_values(fields))), *_crossed(fields)]
        wanted = [text for text in texts if text not in asked.but_not_sources]
        return [_Choice(text, _named(text, "sources")) for text in _distinct(wanted, fields, apart)]

    def _names(self) -> Sequence[_Choice]:
        fields = self._fields.get("eventName", [])
        if self._asked.event_names:
            return [_Choice(name, name) for name in self._asked.event_names]
        # Reads and writes apart: one name may stand for others only if they are both.
        names = [*_values(fields), *_crossed(fields)]
        halves = ([n for n in names if _read_only(n) is half] for half in (None, True, False))
        some = [name for half in halves for name in _distinct([_STRANGE, *half], fields)]
        return [_Choice(name, _named(name, "names")) for name in dict.fromkeys(some)]

    def _flags(self) -> Sequence[_Choice]:
        if self._asked.category is EventCategory.NETWORK_ACTIVITY:
            return _NOTHING
        if self._asked.read_only is not None:
            return [_Choice(self._asked.read_only)]
        return [_Choice(True, "reads"), _Choice(False, "writes")]

    def _types(self) -> Sequence[_Choice]:
        if self._asked.event_type is not None:
            return [_Choice(self._asked.event_type)]
        kinds = _distinct(_EVENT_TYPES[self._asked.category], self._fields.get("eventType", []))
        return [_Choice(kind, str(kind)) for kind in kinds]

    def _consoles(self) -> Sequence[_Choice]:
        if "sessionCredentialFromConsole" not in self._fields:
            return _NOTHING
        return [_Choice(True, "from the console"), _Choice(None, "not from the console")]

    def _of_network(self, name: str, stated: str | None, *, may_lack: bool) -> Sequence[_Choice]:
        """Return the choices of a field that only network activity events can be selected by."""
        fields = self._fields.get(name, [])
        if self._asked.category is not EventCategory.NETWORK_ACTIVITY:
            return _NOTHING
        if stated is not None:
            return [_Choice(stated)]
        texts: list[str | None] = [_STRANGE, *_values(fields), *_crossed(fields)]
        texts += [None] if may_lack else []
        return [_Choice(text, _named(text, f"{name}s")) for text in _distinct(texts, fields)]

    def _arns(self, place: Mapping[str, str]) -> Sequence[_Choice]:
        asked, fields = self._asked, self._fields.get(RESOURCE_ARN, [])
        if asked.category is not EventCategory.DATA:
            return _NOTHING
        if asked.container is not None and not holds_objects(asked.resource_type):
            return [_Choice(asked.container)]
        if asked.container is not None:
            starts, within = [f"{asked.container}/"], f"{asked.container}/"
        elif asked.resource_type in _ARN_STARTS:
            starts, within = [_ARN_STARTS[asked.resource_type].format(**place)], "arn:"
        else:
            # How ARNs of the type begin is not known here, so a selector that asks for one may or may not hit.
            return [_Choice(UNKNOWN)]
        return [_Choice(text, _named(text, "ARNs")) for text in _distinct(_arns(starts, within, fields), fields)]

    def _principals(self, place: Mapping[str, str]) -> Sequence[_Choice]:
        fields = self._fields.get(ArnField.PRINCIPAL.value, [])
        starts = [start.format(**place) for start in _PRINCIPAL_STARTS]
        texts: list[str | None] = [*_arns(starts, "arn:", fields), None]
        return [_Choice(text, _named(text, "principals")) for text in _distinct(texts, fields)]


def _may_admit(selector: AdvancedEventSelector, asked: EventsAsked) -> bool:
    """Whether a selector can be about the events at all, by category and resource type."""
    texts = {EVENT_CATEGORY: asked.category.value, RESOURCE_TYPE: asked.resource_type}
    return all(
        field_holds(field, _asks(texts[field.field]), texts[field.field] is None) is not Truth.NO
        for field in selector.fields
        if field.field in texts
    )


def _may_be(choices: Sequence[_Choice]) -> bool:
    """Whether name and read-only mark go together."""
    name, flag = choices[1].value, choices[2].value
    return flag is None or not isinstance(name, str) or _read_only(name) in (None, flag)


def _read_only(name: str) -> bool | None:
    return True if name.startswith(_READS) else False if name.startswith(_WRITES) else None


def _values(fields: Iterable[FieldSelector], operator: Operator | None = None) -> list[str]:
    """Return the texts that fields are compared with, by one operator or by any, each once."""
    compared = (pair for field in fields for pair in (*field.selecting, *field.deselecting))
    return list(dict.fromkeys(v for one, v in compared if isinstance(v, str) and operator in (None, one)))


def _crossed(fields: Sequence[FieldSelector], starts: Sequence[str] = ("",)) -> Iterator[str]:
    """Yield texts with each beginning and end that a selector asks for, and something strange in between."""
    ends = ("", *_values(fields, Operator.ENDS_WITH))
    for start in (*starts, *_values(fields, Operator.STARTS_WITH)):
        yield from (f"{start}{_STRANGE}{end}" for end in ends)


def _arns(starts: Sequence[str], within: str, fields: Sequence[FieldSelector]) -> list[str]:
    """Return ARNs that begin with *within*: strange ones with the beginnings *starts*, and those selectors name."""
    named = (*_values(fields), *_crossed(fields, starts))
    return [*(f"{start}{_STRANGE}" for start in starts), *(t for t in named if t.startswith(within) and t != within)]


def _distinct(
    texts: Iterable[str | None], fields: Sequence[FieldSelector], apart: frozenset[str] = frozenset()
) -> list[str | None]:
    """Return the first of those texts that every field answers alike; those in *apart* stand for themselves."""
    found: dict[tuple[object, ...], str | None] = {}
    for text in texts:
        answers = (field_holds(field, _asks(text), text is None) for field in fields)
        found.setdefault((*answers, text if text in apart else None), text)
    return list(found.values())


def _asks(text: str | None) -> Callable[[Operator, str], Truth]:
    return lambda operator, value: Truth.of(text is not None and operator.holds(text, value))


def _named(text: str | None, plural: str) -> str:
    if text is None:
        return f"without {plural}"
    return text if _STRANGE not in text else f"other {plural}"
