"""Calendar months."""

from datetime import date


def month_after(start: date, months: int) -> date:
    """Return the first day of the calendar month that many months after that of *start*.

    >>> month_after(date(2026, 11, 28), 2)
    datetime.date(2027, 1, 1)
    """
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, 1)


def months_until(start: date, day: date) -> int:
    """Return how many calendar months after that of *start* is the first one that begins on *day* or later.

    >>> months_until(date(2026, 11, 28), date(2027, 1, 1)), months_until(date(2026, 11, 28), date(2027, 1, 2))
    (2, 3)
    """
    months = (day.year - start.year) * 12 + day.month - start.month
    return months if day.day == 1 else months + 1
