"""What one field selector says about another: whether all that passes the first surely passes the second."""

from costplan.model.containers import Operator
from costplan.model.selectors import FieldSelector, Value

_Test = tuple[Operator, Value]


def implies(narrow: FieldSelector, wide: FieldSelector) -> bool:
    """Return whether every text that passes *narrow* surely passes *wide*; ``False`` where it cannot be told.

    >>> kms, rds = "kms.amazonaws.com", "rdsdata.amazonaws.com"
    >>> implies(FieldSelector("eventSource", not_equals=(kms, rds)), FieldSelector("eventSource", not_equals=(kms,)))
    True
    """
    chosen = narrow.selecting
    is_selected = not wide.selecting or (
        bool(chosen) and all(any(_leads_to(mine, other) for other in wide.selecting) for mine in chosen)
    )
    return is_selected and all(
        any(_leads_to(rejected, mine) for mine in narrow.deselecting)
        or (bool(chosen) and all(_shuts_out(mine, rejected) for mine in chosen))
        for rejected in wide.deselecting
    )


def _leads_to(first: _Test, second: _Test) -> bool:
    """Return whether every text that hits *first* hits *second*."""
    (operator, value), (other, wanted) = first, second
    if not isinstance(value, str) or not isinstance(wanted, str):
        return False
    return operator in (Operator.EQUALS, other) and other.holds(value, wanted)


def _shuts_out(first: _Test, second: _Test) -> bool:
    """Return whether no text hits both."""
    (operator, value), (other, wanted) = first, second
    if not isinstance(value, str) or not isinstance(wanted, str):
        return False
    if operator is Operator.EQUALS:
        return not other.holds(value, wanted)
    if other is Operator.EQUALS:
        return not operator.holds(wanted, value)
    return operator is other and not operator.holds(value, wanted) and not operator.holds(wanted, value)
