"""Compare price books with AWS's price lists, and bring them up to date."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from costplan.engine.listed_names import offer_codes
from costplan.engine.price_checks import check_prices
from costplan.inputs.account.policy import price_list_policy_text
from costplan.inputs.account.session import Access
from costplan.inputs.documents import read_text
from costplan.inputs.offers.offer_file import read_offer_file
from costplan.inputs.offers.price_list_api import fetch_files, fetch_products
from costplan.inputs.price_book_edit import BookEdit, edit_book, write_books
from costplan.inputs.prices import regions_with_books
from costplan.inputs.resources import data_directory
from costplan.model.offers import OfferList
from costplan.model.price_checks import Outcome, PriceCheck, PriceChecks
from costplan.model.prices import PriceBook
from costplan.model.problems import BadInputError, Location, Problem, UsageError
from costplan.workflows.price_age import current_day
from costplan.workflows.show import price_books

__all__ = ["Method", "PriceUpdate", "compare_prices", "plan_update", "price_list_policy_text", "write_update"]

_MOST_NAMED = 20


class Method(StrEnum):
    """How price lists are fetched.

    files: the published list of a service and Region, in one piece.  It is whole or it is not JSON, and takes two
    requests whatever its size: the default.
    products: ``GetProducts``, page by page; for networks that reach AWS's API and not the addresses of its files.
    """

    FILES = "files"
    PRODUCTS = "products"


@dataclass(frozen=True, slots=True)
class PriceUpdate:
    """What an update would write.

    texts: the new text of each price book that changes, by its file.
    dated: how many prices only get a new date of confirmation.
    """

    checks: PriceChecks
    texts: Mapping[Path, str]
    dated: int

    @property
    def changed(self) -> tuple[PriceCheck, ...]:
        """The prices that get a new row."""
        return self.checks.of(Outcome.CHANGED, Outcome.NEW)


def compare_prices(
    services: Iterable[str] = (),
    regions: Iterable[str] = (),
    *,
    files: Sequence[Path] = (),
    method: Method = Method.FILES,
    profile: str | None = None,
    pricing: Path | None = None,
    access: Access | None = None,
    today: date | None = None,
) -> PriceChecks:
    """Return the price books of some services and Regions beside AWS's price lists; all of them where none is named.

    files: downloaded lists; without any, they are fetched from AWS, read-only.
    method, profile: of fetching.
    pricing: a folder whose price books go before the shipped ones.
    access: by which way AWS is reached, in place of *profile*.
    today: the day on which AWS is asked; ``None`` is today.

    Raises:
        BadInputError: every problem of the books and of the files; AWS cannot be asked; nothing could be compared.
        UsageError: a service or Region that no book has.
    """
    books = price_books(services, regions, pricing)
    lists = _lists(books, files, method, access or Access(profile), today or current_day())
    checks = check_prices(books, lists, regions_with_books(pricing))
    if not checks.checks:
        raise BadInputError([_nothing(books, lists)])
    return checks


def _lists(
    books: Sequence[PriceBook], files: Sequence[Path], method: Method, access: Access, today: date
) -> list[OfferList]:
    if files:
        lists: list[OfferList] = []
        problems: list[Problem] = []
        for path in files:
            try:
                lists += read_offer_file(Path(path))
            except BadInputError as error:
                problems += error.problems
        if problems:
            raise BadInputError(problems)
        return lists
    fetch: Callable[..., list[OfferList]] = fetch_files if method is Method.FILES else fetch_products
    found: list[OfferList] = []
    for service in dict.fromkeys(book.service for book in books):
        regions = {book.region for book in books if book.service == service}
        found += fetch(access, offer_codes(service), regions, today)
    return found


def _nothing(books: Sequence[PriceBook], lists: Sequence[OfferList]) -> Problem:
    services = ", ".join(sorted({book.service for book in books}))
    place = Location(lists[0].name if len(lists) == 1 else "price lists" if lists else "AWS")
    what = f"no price of {services} in the Regions that were asked for: nothing can be compared"
    return Problem(place, what, "an empty list says nothing; give the lists of these services and Regions")


def plan_update(
    services: Iterable[str] = (),
    regions: Iterable[str] = (),
    *,
    files: Sequence[Path] = (),
    method: Method = Method.FILES,
    profile: str | None = None,
    pricing: Path | None = None,
    to: Path | None = None,
    allow_missing: bool = False,
    access: Access | None = None,
    today: date | None = None,
) -> PriceUpdate:
    """Return what an update from AWS's price lists would write; nothing is written yet.

    to: the folder to write to, whose books go before the shipped ones where it has some; ``None`` is the folder in use:
        *pricing*, or that of the shipped books.
    allow_missing: take a list that lacks prices which the books have; those stay as they are.
    The others are those of ``compare_prices``.

    Raises:
        BadInputError: as for ``compare_prices``; a list lacks prices; a book cannot be changed line by line.
        UsageError: a service or Region that no book has; both *to* and *pricing* are given.
    """
    if to is not None and pricing is not None:
        raise UsageError("--to names the folder that is read and written, as --pricing does: give one of them")
    services, regions = tuple(services), tuple(regions)
    own = (to if to.is_dir() else None) if to is not None else pricing
    checks = compare_prices(
        services, regions, files=files, method=method, profile=profile, pricing=own, access=access, today=today
    )
    gone = checks.of(Outcome.GONE)
    if gone and not allow_missing:
        raise BadInputError(_shrunken(gone))
    edits: dict[tuple[str, str], list[PriceCheck]] = defaultdict(list)
    for check in checks.of(Outcome.SAME, Outcome.CHANGED, Outcome.NEW):
        edits[check.service, check.region].append(check)
    texts: dict[Path, str] = {}
    problems: list[Problem] = []
    shipped = data_directory("pricing")
    for (service, region), some in edits.items():
        file = Path(service, f"{region}.yaml")
        source = own / file if own is not None and (own / file).is_file() else shipped / file
        text = read_text(source)
        try:
            changed = edit_book(str(source), text, _edit_of(some))
        except BadInputError as error:
            problems += error.problems
            continue
        if changed != text:
            texts[(to or pricing or shipped) / file] = changed
    if problems:
        raise BadInputError(problems)
    dated = sum(_is_dated_anew(check) for check in checks.of(Outcome.SAME))
    return PriceUpdate(checks, texts, dated)


def write_update(update: PriceUpdate) -> None:
    """Write an update, each price book whole or not at all.

    Raises:
        BadInputError: a book cannot be written.
    """
    write_books(update.texts)


def _edit_of(checks: Sequence[PriceCheck]) -> BookEdit:
    confirmed = {check.meter: check.seen for check in checks if check.outcome is Outcome.SAME and check.seen}
    added = [check.theirs for check in checks if check.outcome is not Outcome.SAME and check.theirs]
    return BookEdit(confirmed, added)


def _is_dated_anew(check: PriceCheck) -> bool:
    last = check.ours.confirmed if check.ours else None
    return check.seen is not None and (last is None or check.seen > last)


def _shrunken(gone: Sequence[PriceCheck]) -> list[Problem]:
    hint = "fetch the list again: it is not whole; or --allow-missing, if AWS took the price out"
    named = [Problem(Location(check.service), f"{check.name}: {check.because}", hint) for check in gone[:_MOST_NAMED]]
    more = len(gone) - len(named)
    return [*named, Problem(Location("price list"), f"lacks {more} more prices that the books have", hint)][
        : len(named) + bool(more)
    ]
