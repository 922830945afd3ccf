"""Scenario files: recorders, volumes and assumptions under one name."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from costplan.inputs.configs import Configuration, read_recorder_entries
from costplan.inputs.configs.entry_shapes import RecorderEntry
from costplan.inputs.configs.recorder_entries import read_amount, read_saved_share
from costplan.inputs.documents import At, Document, in_order, is_there, parse_document, read_text, show_path
from costplan.inputs.price_overrides import read_price_overrides
from costplan.inputs.shapes import AccountId, Name, Number, RegionCode, Shape, describe, read_shape, suggest
from costplan.inputs.surroundings import AccountEntry, OrganizationEntry, accounts_of, organization_of
from costplan.inputs.volumes.rates import Rate, Share, parse_rate, parse_share
from costplan.inputs.volumes.volumes_file import Place, parse_volumes, read_volumes
from costplan.inputs.volumes.volumes_shape import VolumesBody
from costplan.model.billing import Meter, Service
from costplan.model.numbers import ZERO
from costplan.model.prices import PriceOverrides
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.scenario import ConfigItems, FirstNetworkCopy, Gigabyte, Scenario, Settings
from costplan.model.volumes import Volumes

_SUFFIXES = (".yaml", ".yml", ".json")
_SCENARIO_KEY = re.compile(r"""\bscenario["']?\s*:""")
_MONTH = r"^2[01]\d{2}-(0[1-9]|1[0-2])$(?!\n)"
_VOLUMES_FOLDER = "volumes"


WithAllowance = Literal["cloudwatch", "kms", "sns"]


class AssumptionsEntry(Shape, frozen=True, kw_only=True):
    """What the scenario assumes."""

    growth_per_month: Share = 0
    busy_factor: Number = 1
    months: Annotated[int, Meta(ge=1, le=600)] = 12
    gb: Gigabyte = Gigabyte.BINARY
    network_activity_first_copy: FirstNetworkCopy = FirstNetworkCopy.PAID
    price_trail_kms_requests: bool = False
    reads_per_file: Number = 0
    bucket_key_saves: Share = 0
    free_allowances: bool | tuple[WithAllowance, ...] = False
    cloudwatch_logs_vended: bool = False
    start: Annotated[str, Meta(pattern=_MONTH, description="the month that month 1 is, such as 2027-01")] | None = None


class ConfigItemsEntry(Shape, frozen=True, kw_only=True):
    """What AWS Config records and evaluates in one Region; account and Region default to the only ones."""

    account: AccountId | None = None
    region: RegionCode | None = None
    recording: Literal["continuous", "daily"] = "continuous"
    items: Rate = 0
    rule_evaluations: Rate = 0


_DISCOUNTED = (*(service.value for service in Service), *(meter.value for meter in Meter))
Discounted = Annotated[str, Meta(description="a service or a meter", extra_json_schema={"enum": list(_DISCOUNTED)})]


class ScenarioBody(Shape, frozen=True, kw_only=True):
    """A scenario file; its recorders and volumes have readers of their own.  *prices* names a file of overrides."""

    scenario: Name
    volumes: Any = None
    accounts: dict[AccountId, AccountEntry] = msgspec.field(default_factory=dict)
    organization: OrganizationEntry | None = None
    recorders: Any
    config_items: tuple[ConfigItemsEntry, ...] = ()
    assumptions: AssumptionsEntry = AssumptionsEntry()
    prices: str | None = None
    discounts: dict[Discounted, Share] = msgspec.field(default_factory=dict)


class ScenarioFile(ScenarioBody, frozen=True, kw_only=True):
    """Recorders and volumes under one name; volumes are files beside this one, or written here."""

    volumes: str | VolumesBody | tuple[str | VolumesBody, ...] | None = None
    recorders: tuple[RecorderEntry, ...]


def read_scenario(path: str | Path, *, volumes: tuple[Volumes, ...] | None = None) -> Scenario:
    """Return the scenario in a file; *volumes* stand in place of those it names.

    ``volumes:`` is a path, a list of paths, or volumes written in place (a mapping with ``events:``).

    Raises:
        BadInputError: every problem of the file and of the files it names.
    """
    text = read_text(path)
    document = parse_document(str(path), text)
    problems: list[Problem] = []
    value = document.value
    if isinstance(value, dict) and "scenario" not in value and "recorders" not in value:
        hint = "a scenario has scenario:, volumes: and recorders:; costplan init writes one"
        raise BadInputError([document.problem((), "is not a scenario", hint)])
    body = read_shape(document, (), value, ScenarioBody, problems)
    read = Configuration(())
    if isinstance(value, dict) and "recorders" in value:
        read = read_recorder_entries(document, ("recorders",), problems)
    # A misspelt volumes: has been told already.
    is_misspelt = isinstance(value, dict) and "volumes" not in value and any(suggest(k, ["volumes"]) for k in value)
    if volumes is None and isinstance(value, dict) and not is_misspelt:
        volumes = tuple(_volumes(document, value.get("volumes"), problems, _place(body)))
    settings = _settings(document, body, problems) if body else Settings()
    discounts = _discounts(document, body, problems) if body else {}
    config_items = tuple(_config_items(document, body, problems)) if body else ()
    prices = _prices(document, body.prices, problems) if body and body.prices is not None else None
    if body is None or problems:
        raise BadInputError(in_order(problems))
    return Scenario(
        name=body.scenario,
        recorders=read.recorders,
        volumes=volumes or (),
        accounts=accounts_of(body.accounts),
        organization=organization_of(body.organization),
        settings=settings,
        discounts=discounts,
        prices=prices,
        purpose=_purpose(text),
        where=document.location(("scenario",)),
        notes=notes_on(read),
        unread=notes_on(read),
        replaced=read.replaced,
        shows_before=read.shows_before,
        past_problems=read.past_problems,
        config_items=config_items,
    )


def notes_on(configuration: Configuration) -> tuple[str, ...]:
    """Return what lies beside the recorders of a configuration, each as a sentence."""
    return tuple(f"{aside.where}: {aside.what}" for aside in configuration.set_aside)


def find_scenarios(paths: Iterable[str | Path]) -> tuple[Path, ...]:
    """Return scenario files: those named, and those in the folders named, by name.

    Folders called ``volumes`` are passed over, and so is what begins with a dot.

    Raises:
        BadInputError: every path that does not exist or is a folder without scenarios.
    """
    problems: list[Problem] = []
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        try:
            files = [file for file in _files(path) if _is_scenario(file)] if path.is_dir() else [path]
        except OSError as error:
            what = f"cannot be looked into: {error.strerror}"
            problems.append(Problem(Location(str(path)), what, "check its permissions"))
            continue
        if not files:
            hint = "name a scenario file, or let costplan init write one"
            problems.append(Problem(Location(str(path)), "no scenario in this folder", hint))
        elif not is_there(path):
            problems.append(Problem(Location(str(path)), "no such file or folder", "check the path"))
        found.update({file.resolve(): file for file in files if file.resolve() not in found})
    if problems:
        raise BadInputError(problems)
    return tuple(found.values())


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder by name, then those of the folders in it."""
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    yield from (entry for entry in entries if entry.suffix.lower() in _SUFFIXES and entry.is_file())
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink() and entry.name != _VOLUMES_FOLDER:
            yield from _files(entry)


def _is_scenario(file: Path) -> bool:
    """Whether a file says ``scenario:``; one that cannot be parsed may, and its problems are told when it is read."""
    try:
        text = read_text(file)
    except BadInputError:
        return False
    if not _SCENARIO_KEY.search(text):
        return False
    try:
        value = parse_document(str(file), text).value
    except BadInputError:
        return True
    return isinstance(value, dict) and "scenario" in value


def _volumes(document: Document, value: Any, problems: list[Problem], place: Place) -> Iterator[Volumes]:
    at: At = ("volumes",)
    if value is None or value == []:
        hint = "add volumes: with a volumes file, or use --typed management=40M/month or --logs FOLDER"
        problems.append(document.problem(at, "names no volumes, so nothing can be counted", hint))
        return
    entries = [(at, value)]
    if isinstance(value, list):
        entries = [((*at, position), entry) for position, entry in enumerate(value)]
    for where, entry in entries:
        if isinstance(entry, dict):
            written = parse_volumes(document, where, entry, problems, place)
            if written is not None:
                yield written
        elif isinstance(entry, str):
            yield from _volumes_file(document, where, entry, problems)
        else:
            what = f"{show_path(where)}: expected the path of a volumes file, found {describe(entry)}"
            problems.append(
                document.problem(where, what, "write a path relative to this file, or the volumes themselves")
            )


def _prices(document: Document, path: str, problems: list[Problem]) -> PriceOverrides | None:
    file = _file_beside(document, ("prices",), path, problems)
    try:
        return None if file is None else read_price_overrides(file)
    except BadInputError as error:
        problems.extend(error.problems)
        return None


def _file_beside(document: Document, at: At, path: str, problems: list[Problem]) -> Path | None:
    file = document.beside(path)
    if is_there(file) and file.is_file():
        return file
    hint = "check the path: it is relative to this file"
    problems.append(document.problem(at, f"{show_path(at)}: no such file: {path}", hint))
    return None


def _volumes_file(document: Document, at: At, path: str, problems: list[Problem]) -> Iterator[Volumes]:
    file = _file_beside(document, at, path, problems)
    if file is None:
        return
    try:
        yield read_volumes(file)
    except BadInputError as error:
        problems.extend(error.problems)


def _place(body: ScenarioBody | None) -> Place:
    """Return where volumes written in a scenario happen if they do not say: its only account, its only Region."""
    if body is None or len(body.accounts) != 1:
        return Place()
    ((account, entry),) = body.accounts.items()
    return Place(account, entry.regions[0] if entry.regions and len(entry.regions) == 1 else None)


def _settings(document: Document, body: ScenarioBody, problems: list[Problem]) -> Settings:
    entry = body.assumptions
    growth, busy = parse_share(entry.growth_per_month), Decimal(entry.busy_factor)
    if growth <= -1:
        what = f"assumptions.growth_per_month: {entry.growth_per_month} leaves nothing"
        problems.append(document.problem(("assumptions", "growth_per_month"), what, "write a share above -100%"))
    if busy <= 0:
        what = f"assumptions.busy_factor: {busy} is not above 0"
        problems.append(
            document.problem(("assumptions", "busy_factor"), what, "1 changes nothing, 2 doubles every volume")
        )
    saved = read_saved_share(document, ("assumptions", "bucket_key_saves"), entry.bucket_key_saves, problems)
    return Settings(
        growth,
        busy,
        entry.months,
        entry.gb,
        entry.network_activity_first_copy,
        entry.price_trail_kms_requests,
        read_amount(document, ("assumptions", "reads_per_file"), entry.reads_per_file, problems) or ZERO,
        saved or ZERO,
        frozenset(_allowed(entry.free_allowances)),
        start=date.fromisoformat(f"{entry.start}-01") if entry.start else None,
        cloudwatch_logs_vended=entry.cloudwatch_logs_vended,
    )


def _allowed(entry: bool | tuple[str, ...]) -> Iterable[str]:
    if isinstance(entry, tuple):
        return entry
    return get_args(WithAllowance) if entry else ()


def _config_items(document: Document, body: ScenarioBody, problems: list[Problem]) -> Iterator[ConfigItems]:
    place = _place(body)
    seen: dict[tuple[str, str, str], int] = {}
    for position, entry in enumerate(body.config_items):
        at = ("config_items", position)
        account, region = entry.account or place.account, entry.region or place.region
        if account is None or region is None:
            missing = " and ".join(name for name, value in (("account", account), ("region", region)) if value is None)
            problems.append(document.problem(at, f"{show_path(at)}: has no {missing}", f"add {missing}:"))
            continue
        first = seen.setdefault((account, region, entry.recording), position)
        if first != position:
            what = f"{show_path(at)}: {entry.recording} recording of {account} in {region} is there already"
            problems.append(document.problem(at, what, f"add it to config_items[{first}]"))
        is_daily = entry.recording == "daily"
        yield ConfigItems(account, region, parse_rate(entry.items), is_daily, parse_rate(entry.rule_evaluations))


def _discounts(document: Document, body: ScenarioBody, problems: list[Problem]) -> dict[str, Decimal]:
    discounts: dict[str, Decimal] = {}
    for name, written in body.discounts.items():
        if name not in _DISCOUNTED:
            close = suggest(name, _DISCOUNTED)
            hint = (
                f'did you mean "{close}"?' if close else f"write a service ({', '.join(Service)}) or one of its meters"
            )
            what = f"unknown key {describe(name)} in discounts"
            problems.append(document.problem(("discounts", name), what, hint))
        discounts[name] = parse_share(written)
        if not 0 <= discounts[name] <= 1:
            what = f"discounts.{name}: {written} is not between 0% and 100%"
            problems.append(
                document.problem(("discounts", name), what, "write the share off the list price, such as 7%")
            )
    return discounts


def _purpose(text: str) -> str:
    """Return the comment on a file's first line."""
    first = text.lstrip("\ufeff").split("\n", 1)[0].strip()
    return first.lstrip("#").strip() if first.startswith("#") else ""
