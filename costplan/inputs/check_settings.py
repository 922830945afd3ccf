"""``check:`` of ``costplan.yaml``: what a check looks at, and what it asks of it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta

from costplan.inputs.check_requirements import RequireEntry, read_requirement
from costplan.inputs.documents import At, Document, is_there, show_path
from costplan.inputs.shapes import AccountId, Name, PositiveInt, Shape, describe, suggest
from costplan.model.billing import Meter
from costplan.model.policy import (
    AGE_RULE,
    EVERYTHING,
    UNKNOWN_RULE,
    CostLimit,
    LimitKind,
    LintAsked,
    Policy,
    Requirement,
    Subject,
    WhenUnknown,
)
from costplan.model.problems import Problem
from costplan.model.verdicts import Level, Suppression

AMOUNT_WORDS = 'an amount such as 500 or "$500"'
SHARE_WORDS = f"{AMOUNT_WORDS}, or a share such as 10%"
_AMOUNT = re.compile(r"(?P<dollar>\$?)(?P<number>[0-9]{1,15}(?:\.[0-9]{1,9})?)(?P<percent>%?)\Z")
_SCHEMA_AMOUNT = r"^\$?[0-9]{1,15}(\.[0-9]{1,9})?"


def _amount(words: str, end: str) -> Any:
    # A union holds one type that becomes text, and a decimal does: so the schema is written out.
    options = [{"type": "number", "minimum": 0}, {"type": "string", "pattern": f"{_SCHEMA_AMOUNT}{end}$"}]
    return Meta(description=words, extra_json_schema={"anyOf": options})


Amount = Annotated[Any, _amount(AMOUNT_WORDS, "")]
AmountOrShare = Annotated[Any, _amount(SHARE_WORDS, "%?")]
MeterName = Annotated[
    str, Meta(description="a meter as in price books", extra_json_schema={"enum": [meter.value for meter in Meter]})
]
LintCode = Annotated[str, Meta(pattern=r"^CP[0-9]{3}$(?!\n)", description="a code of the lint such as CP003")]


class LimitEntry(Shape, frozen=True, kw_only=True):
    """One limit: exactly one of the three amounts, and what it is about."""

    max_monthly: Amount = None
    max_increase: AmountOrShare = None
    max_decrease: AmountOrShare = None
    scenario: Name | None = None
    account: AccountId | None = None
    recorder: Name | None = None
    meter: MeterName | None = None
    level: Level = Level.FAIL


class SuppressionEntry(Shape, frozen=True, kw_only=True):
    """A finding that somebody accepts, through the day it *expires* on."""

    rule: Name
    reason: Name
    expires: date
    recorder: Name | None = None


class CheckEntry(Shape, frozen=True, kw_only=True):
    """What ``costplan check`` checks, and asks; paths are relative to the file."""

    scenarios: tuple[Name, ...] = ()
    volumes: tuple[Name, ...] = ()
    max_volumes_age_days: PositiveInt | None = None
    limits: tuple[LimitEntry, ...] = ()
    unknown: WhenUnknown = WhenUnknown.FAIL
    lint: tuple[LintCode, ...] | Literal["all"] = ()
    suppressions: tuple[SuppressionEntry, ...] = ()
    require: tuple[RequireEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """What a check looks at where nothing else is named, and what it asks.

    volumes: of configurations, which name none themselves.
    """

    scenarios: tuple[Path, ...] = ()
    volumes: tuple[Path, ...] = ()
    policy: Policy = field(default_factory=Policy)


def read_check(
    document: Document, at: At, entry: CheckEntry, problems: list[Problem], codes: Collection[str] | None
) -> CheckSettings:
    """Return what an entry that stands at *at* says; its faults go to *problems*.

    codes: of the lint, all there are; ``None``: whether one exists is not looked at.
    """
    requirements = tuple(_requirements(document, (*at, "require"), entry, problems))
    lint = LintAsked(everything=True) if entry.lint == "all" else LintAsked(frozenset(entry.lint))
    if codes is not None:
        for position, code in enumerate(entry.lint if entry.lint != "all" else ()):
            if code not in codes:
                problems.append(_unknown_rule(document, (*at, "lint", position), code, codes))
    known = None if codes is None else {*codes, *LimitKind, UNKNOWN_RULE, AGE_RULE}
    return CheckSettings(
        tuple(_paths(document, (*at, "scenarios"), entry.scenarios, problems)),
        tuple(_paths(document, (*at, "volumes"), entry.volumes, problems)),
        Policy(
            tuple(_limits(document, (*at, "limits"), entry, problems)),
            entry.unknown,
            lint,
            tuple(_suppressions(document, (*at, "suppressions"), entry, requirements, known, problems)),
            requirements,
            entry.max_volumes_age_days,
        ),
    )


def parse_limit(kind: LimitKind, written: object, of: Subject = EVERYTHING, level: Level = Level.FAIL) -> CostLimit:
    """Return the limit that a value of a file or of the command line stands for.

    >>> parse_limit(LimitKind.MAX_INCREASE, "10%").amount
    Decimal('0.1')

    Raises:
        ValueError: it is none; the message says what one is.
    """
    words = AMOUNT_WORDS if kind is LimitKind.MAX_MONTHLY else SHARE_WORDS
    text = f"{written:f}" if isinstance(written, Decimal) else str(written)
    found = _AMOUNT.match(text) if isinstance(written, str | int | Decimal) and not isinstance(written, bool) else None
    if found is None or (found["dollar"] and found["percent"]):
        raise ValueError(f"expected {words}, found {describe(written)}")
    is_share = bool(found["percent"])
    if is_share and kind is LimitKind.MAX_MONTHLY:
        raise ValueError(f"is of the wrong unit: expected {words}, found the share {text}")
    amount = Decimal(found["number"])
    return CostLimit(kind, amount / 100 if is_share else amount, of, level, is_share, bool(found["dollar"]))


def _limits(document: Document, at: At, entry: CheckEntry, problems: list[Problem]) -> Iterator[CostLimit]:
    seen: dict[tuple[LimitKind, Subject, Level, bool], int] = {}
    for position, limit in enumerate(entry.limits):
        here = (*at, position)
        stated = [kind for kind in LimitKind if getattr(limit, _key(kind)) is not None]
        if len(stated) != 1:
            keys = ", ".join(map(_key, LimitKind))
            what = f"has {' and '.join(map(_key, stated))}" if stated else "has no amount"
            problems.append(document.problem(here, f"{show_path(here)}: {what}", f"write exactly one of {keys}"))
        if limit.meter is not None and limit.meter not in set(Meter):
            close = suggest(limit.meter, [meter.value for meter in Meter])
            hint = f'did you mean "{close}"?' if close else "meters are named as in costplan prices show --format json"
            what = f'{show_path(here)}.meter: there is no meter "{limit.meter}"'
            problems.append(document.problem((*here, "meter"), what, hint))
        of = Subject(limit.scenario, limit.account, limit.recorder, limit.meter)
        for kind in stated:
            where = (*here, _key(kind))
            try:
                parsed = parse_limit(kind, getattr(limit, _key(kind)), of, limit.level)
            except ValueError as error:
                hint = "an amount is of the currency of the price books, above or equal to 0"
                problems.append(document.problem(where, f"{show_path(where)}: {error}", hint))
                continue
            first = seen.setdefault((kind, of, limit.level, parsed.is_share), position)
            if first != position:
                what = f"{show_path(here)}: the same is limited by limits[{first}] already"
                problems.append(document.problem(here, what, "keep one of them"))
            yield replace(parsed, where=document.location(where))


def _key(kind: LimitKind) -> str:
    return kind.value.replace("-", "_")


def _requirements(document: Document, at: At, entry: CheckEntry, problems: list[Problem]) -> Iterator[Requirement]:
    seen: dict[str, int] = {}
    for position, required in enumerate(entry.require):
        here = (*at, position)
        first = seen.setdefault(required.id, position)
        if first != position:
            what = f'{show_path(here)}: require[{first}] has the id "{required.id}" already'
            problems.append(document.problem((*here, "id"), what, "give each an id of its own"))
        yield read_requirement(document, here, required, problems)


def _suppressions(
    document: Document,
    at: At,
    entry: CheckEntry,
    requirements: tuple[Requirement, ...],
    known: Collection[str] | None,
    problems: list[Problem],
) -> Iterator[Suppression]:
    rules = {one.id: one.rule for one in requirements}
    for position, accepted in enumerate(entry.suppressions):
        here = (*at, position)
        rule = rules.get(accepted.rule, accepted.rule)
        if known is not None and rule not in {*known, *rules.values()}:
            problems.append(_unknown_rule(document, (*here, "rule"), rule, {*known, *rules}))
        yield Suppression(rule, accepted.reason, accepted.expires, accepted.recorder, document.location(here))


def _unknown_rule(document: Document, at: At, rule: str, known: Collection[str]) -> Problem:
    close = suggest(rule, sorted(known))
    hint = f'did you mean "{close}"?' if close else f"there are {', '.join(sorted(known))}"
    return document.problem(at, f'{show_path(at)}: there is no rule "{rule}"', hint)


def _paths(document: Document, at: At, written: tuple[str, ...], problems: list[Problem]) -> Iterator[Path]:
    for position, text in enumerate(written):
        path = document.beside(text)
        if not is_there(path):
            here = (*at, position)
            what = f"{show_path(here)}: no such file or folder: {text}"
            problems.append(document.problem(here, what, "check the path: it is relative to this file"))
        yield path
