"""Price books beside AWS's price lists, for people: what differs tier by tier, then how old the books' prices are."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from costplan.model.numbers import exact_arithmetic
from costplan.model.price_checks import Outcome, PriceCheck, PriceChecks, TierChange
from costplan.model.prices import Price
from costplan.reports.amounts import DASH, age, number, plain_money, plural
from costplan.reports.tables import Row, Table, render_table, wrap_line

DIFFERENT = (Outcome.CHANGED, Outcome.NEW, Outcome.GONE)
"""What makes a book and a list differ."""

UNDECIDED = (Outcome.OLDER, Outcome.REFUSED)
"""What leaves open whether they do."""

_MOST_NAMED = 10
_TENTH = Decimal("0.1")


@exact_arithmetic()
def render_checks(checks: PriceChecks, width: int, today: date, *, has_every_price: bool = False) -> str:
    """Return what differs, how old the prices of the books are, and what could not be compared.

    has_every_price: list the prices that are the same one by one too.
    """
    different = checks.of(*DIFFERENT, *UNDECIDED)
    same = checks.of(Outcome.SAME)
    compared = len(different) + len(same)
    title = (
        f"{plural(compared, 'list price')} beside those of AWS · "
        f"{number(len(same))} the same, {number(len(checks.of(*DIFFERENT)))} different"
    )
    if checks.of(*UNDECIDED):
        title += f", {number(len(checks.of(*UNDECIDED)))} not decided"
    parts = [title]
    if has_every_price and compared:
        parts.append(_table((*different, *same), width))
    elif different:
        parts.append(_table(different, width))
    compared_ones = tuple(check for check in (*different, *same) if check.ours)
    if compared_ones:
        parts.append(_summary(compared_ones, width, today))
    notes = [*_shortened(_reasons((*different, *same))), *price_check_notes(checks)]
    if notes:
        parts.append("\n".join(wrap_line(note, width) for note in notes))
    return "\n\n".join(parts)


def _table(checks: Sequence[PriceCheck], width: int) -> str:
    headers: Row = ("Region", "meter", "per", "up to", "book", "list", "change", "confirmed")
    rows = tuple(row for check in checks for row in _rows(check))
    return render_table(Table(headers, rows, labels=2, texts=frozenset({2})), width)


def _rows(check: PriceCheck) -> list[Row]:
    """Return a row for each tier; only the first names the price."""
    price = check.ours or check.theirs
    rows: list[Row] = []
    # What a list has in another unit than it should, and a book not at all, has no tier to show.
    changes = check.changes() or (TierChange(None, None, None, None),)
    for change in changes:
        known = DASH if check.ours is None else str(check.ours.confirmed or "never")
        first = ("", "", "") if rows else (check.region, check.meter, _per(price))
        cells = (_bound(change, len(changes)), _money(change.old), _money(change.new))
        rows.append((*first, *cells, _change(check, change), "" if rows else known))
    return rows


def _per(price: Price | None) -> str:
    if price is None:
        return DASH
    return price.unit if price.per == 1 else f"{number(price.per)} {price.unit}"


def _bound(change: TierChange, tiers: int) -> str:
    """Return the end of a tier, or both where they differ."""
    if tiers == 1:
        return ""
    old, new = (number(end) if end is not None else "above" for end in (change.old_up_to, change.new_up_to))
    if change.old is None or change.new is None or old == new:
        return old if change.new is None else new
    return f"{old} → {new}"


def _money(price: Decimal | None) -> str:
    return DASH if price is None else f"${plain_money(price)}"


def _change(check: PriceCheck, change: TierChange) -> str:
    words = {Outcome.NEW: "new", Outcome.GONE: "gone", Outcome.REFUSED: "refused", Outcome.OLDER: "older list"}
    return words.get(check.outcome) or percent(change)


def percent(change: TierChange) -> str:
    """Return by how much a tier's price rose, in percent with one decimal.

    >>> percent(TierChange(Decimal("0.10"), Decimal("0.08"), None, None))
    '-20.0 %'
    """
    if change.old is None:
        return "new tier"
    if change.new is None:
        return "tier gone"
    share = change.share
    if share is None:
        return "–" if change.new == change.old else "was free"
    return "0 %" if not share else f"{(share * 100).quantize(_TENTH, ROUND_HALF_UP):+f} %"


def _summary(checks: Sequence[PriceCheck], width: int, today: date) -> str:
    """Return a row for each service: how many prices were compared, and how old those of the books are."""
    rows: list[Row] = []
    for service in dict.fromkeys(check.service for check in checks):
        some = [check for check in checks if check.service == service]
        dates = sorted(check.ours.confirmed for check in some if check.ours and check.ours.confirmed)
        regions = plural(len({check.region for check in some}), "Region")
        span = f"{age(dates[0], today)} ago, on {dates[0]}" if dates else "never"
        newest = f"{age(dates[-1], today)} ago, on {dates[-1]}" if dates else "never"
        same = sum(check.outcome is Outcome.SAME for check in some)
        rows.append((service, number(len(some)), number(same), regions, span, newest))
    headers: Row = ("service", "compared", "the same", "in", "confirmed at the earliest", "at the latest")
    return render_table(Table(headers, tuple(rows)), width)


def _reasons(checks: Sequence[PriceCheck]) -> list[str]:
    """Return what there is to say of prices; once for all Regions where it is the same."""
    regions: dict[tuple[str, str], list[str]] = {}
    for check in checks:
        if check.because:
            regions.setdefault((check.meter, check.because), []).append(check.region)
    return [
        f"{meter} in {some[0] if len(some) == 1 else plural(len(some), 'Region')}: {because}"
        for (meter, because), some in regions.items()
    ]


def _shortened(notes: Sequence[str]) -> list[str]:
    more = len(notes) - _MOST_NAMED
    return [*notes[:_MOST_NAMED], f"{more} more: --format json"] if more > 0 else list(notes)


def price_check_notes(checks: PriceChecks) -> list[str]:
    """Return what could not be compared, and what the lists have besides, as sentences."""
    notes: list[str] = []
    nameless, not_found = checks.of(Outcome.NAMELESS), checks.of(Outcome.NOT_FOUND)
    if nameless:
        meters = ", ".join(sorted({check.meter for check in nameless}))
        notes.append(f"not compared: {plural(len(nameless), 'price')} whose name in AWS's lists nobody knows: {meters}")
    if not_found:
        meters = ", ".join(sorted({check.meter for check in not_found}))
        notes.append(f"not found under the name they are looked for: {plural(len(not_found), 'price')}: {meters}")
    if checks.not_covered:
        notes.append(f"not compared: {plural(checks.not_covered, 'price')} of services or Regions not in the lists")
    if checks.announced:
        notes.append(f"not read: {plural(checks.announced, 'price')} announced for a later day")
    notes += (
        f"{code}: the list has nothing of {_some(regions)}" for code, regions in checks.regions_without_offer.items()
    )
    if checks.regions_without_book:
        notes.append(f"in the lists, without a price book: {_some(checks.regions_without_book)}")
    notes += (
        f"{code}: {plural(len(names), 'usage type')} of no meter here: {_some(names)}"
        for code, names in checks.unknown_usage.items()
    )
    return notes


def _some(names: Sequence[str]) -> str:
    """Return the first names of many."""
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
