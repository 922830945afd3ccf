"""Conditions, which hold, do not hold, or hang on what nobody knows yet.

``Fn::And`` with one part that does not hold is false whatever the others are (AWS CloudFormation User Guide,
"Condition functions").
"""

from collections.abc import Callable
from typing import Any

from costplan.inputs.configs.cloudformation.scope import Scope
from costplan.inputs.configs.cloudformation.values import MalformedError, first_unknown, shorten
from costplan.inputs.configs.declared import Unresolved
from costplan.inputs.configs.fields import as_text
from costplan.inputs.documents import At

Truth = bool | Unresolved


def evaluate(scope: Scope, function: str, argument: Any, at: At) -> Truth:
    """Return whether a condition function holds for *argument*, which stands at *at*.

    Raises:
        MalformedError: it is not written as CloudFormation takes it.
    """
    return _FUNCTIONS[function](scope, argument, at) if function in _FUNCTIONS else Unresolved(shorten(function))


def _declared(scope: Scope, argument: Any, at: At) -> Truth:
    if not isinstance(argument, str):
        raise MalformedError("must be the name of a condition", "write a name from the section Conditions")
    return scope.condition(argument, at)


def _all(scope: Scope, argument: Any, at: At) -> Truth:
    return _of_many(scope, argument, at, settled_by=False)


def _any(scope: Scope, argument: Any, at: At) -> Truth:
    return _of_many(scope, argument, at, settled_by=True)


def _of_many(scope: Scope, argument: Any, at: At, *, settled_by: bool) -> Truth:
    if not isinstance(argument, list) or not argument:
        raise MalformedError("must be a list of conditions", "write two to ten conditions")
    result: Truth = not settled_by
    for index, test in enumerate(argument):
        holds = scope.truth(test, (*at, index))
        if holds is settled_by:
            return holds
        if isinstance(holds, Unresolved) and isinstance(result, bool):
            result = holds
    return result


def _none(scope: Scope, argument: Any, at: At) -> Truth:
    if not isinstance(argument, list) or len(argument) != 1:
        raise MalformedError("must be a list of one condition", "write [condition]")
    holds = scope.truth(argument[0], (*at, 0))
    return holds if isinstance(holds, Unresolved) else not holds


def _equals(scope: Scope, argument: Any, at: At) -> Truth:
    if not isinstance(argument, list) or len(argument) != 2:
        raise MalformedError("must be a list of two values", "write [value, value]")
    one, other = (scope.resolve(value, (*at, index)) for index, value in enumerate(argument))
    unknown = first_unknown([one, other])
    return _as_texts(one) == _as_texts(other) if unknown is None else Unresolved(unknown.what)


def _as_texts(value: Any) -> Any:
    """Return a value as CloudFormation compares it: ``true`` and "true" are equal."""
    match value:
        case list():
            return [_as_texts(element) for element in value]
        case dict():
            return {key: _as_texts(element) for key, element in value.items()}
        case _:
            return as_text(value)


_FUNCTIONS: dict[str, Callable[[Scope, Any, At], Truth]] = {
    "Condition": _declared,
    "Fn::And": _all,
    "Fn::Equals": _equals,
    "Fn::Not": _none,
    "Fn::Or": _any,
}
