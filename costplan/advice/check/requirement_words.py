"""Requirements in words: which events, where, and what is missing."""

from collections.abc import Mapping, Sequence

from costplan.advice.check.samples import Sample
from costplan.engine.scope import Place, some_of
from costplan.model.events import EventCategory
from costplan.model.policy import EventsAsked, RecordersAsked

_CATEGORIES: Mapping[EventCategory, str] = {
    EventCategory.MANAGEMENT: "management",
    EventCategory.DATA: "data",
    EventCategory.NETWORK_ACTIVITY: "network activity",
}


def events_text(asked: EventsAsked) -> str:
    """Return the events that are asked for.

    >>> events_text(EventsAsked(EventCategory.DATA, False, resource_type="AWS::S3::Object", container="arn:aws:s3:::a"))
    'AWS::S3::Object data events (writes) of arn:aws:s3:::a'
    """
    kinds = [] if asked.read_only is None else ["reads" if asked.read_only else "writes"]
    kinds += [some_of(texts) for texts in (asked.event_sources, asked.event_names) if texts]
    kinds += [text for text in (asked.event_type, asked.error_code) if text]
    kinds += [f"not of {some_of(asked.but_not_sources)}"] if asked.but_not_sources else []
    noun = f"{asked.resource_type or ''} {_CATEGORIES[asked.category]} events".lstrip()
    only = f" ({', '.join(kinds)})" if kinds else ""
    return noun + only + (f" of {asked.container}" if asked.container else "")


def recorders_text(by: RecordersAsked) -> str:
    """Return which recorders count, if not all do.

    >>> recorders_text(RecordersAsked("trail", is_multi_region=True))
    ' by a multi-Region trail'
    """
    kinds = []
    if by.is_organization is not None:
        kinds.append("organization" if by.is_organization else "single-account")
    if by.is_multi_region is not None:
        kinds.append("multi-Region" if by.is_multi_region else "single-Region")
    if not kinds and by.kind is None:
        return ""
    noun = " ".join([*kinds, by.kind or "recorder"])
    return f" by {'an' if noun[0] in 'aeo' else 'a'} {noun}"


def missing_text(missed: Sequence[Sample], samples: Sequence[Sample]) -> str:
    """Return what the missing samples of one place have that others have not; nothing if all of them are missing."""
    if len(missed) == len(samples):
        return ""
    positions = range(len(samples[0].words))
    kinds = [(p, {one.words[p] for one in samples}, {one.words[p] for one in missed}) for p in positions]
    matters = [position for position, every, some in kinds if len(some) < len(every)]
    # What is missing may hang on several fields at once: then one of the missing events is described in full.
    words = [missed[0].words[position] for position in matters or positions]
    return ", ".join(word for word in words if word)


def places_text(places: Sequence[Place]) -> str:
    """Return where something is.

    >>> places_text([("111122223333", "eu-west-1"), ("111122223333", "us-east-1")])
    'eu-west-1, us-east-1 of 111122223333'
    """
    by_account: dict[str, list[str]] = {}
    for account, region in places:
        by_account.setdefault(account, []).append(region)
    if len(by_account) == 1:
        ((account, regions),) = by_account.items()
        return f"{some_of(regions)} of {account}"
    return f"{len(places)} places of {some_of(list(by_account))}"
