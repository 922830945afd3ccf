"""CP015: values that select what other values of the same selector reject."""

from collections.abc import Iterator, Mapping

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import PlacedSelector, advanced_selectors, known_types
from costplan.advice.selector_rules import operators_of
from costplan.model.containers import Operator
from costplan.model.selection import RESOURCE_ARN
from costplan.model.selectors import AdvancedEventSelector, FieldSelector

_HINT = "drop one of the two"

# Types whose ARNs are all of one service, by the third part of the ARN.
_SERVICES: Mapping[str, str] = {
    "AWS::S3::Object": "s3",
    "AWS::Lambda::Function": "lambda",
    "AWS::DynamoDB::Table": "dynamodb",
    "AWS::DynamoDB::Stream": "dynamodb",
    "AWS::SNS::Topic": "sns",
    "AWS::SQS::Queue": "sqs",
    "AWS::Kinesis::Stream": "kinesis",
    "AWS::RDS::DBCluster": "rds",
    "AWS::StepFunctions::StateMachine": "states",
    "AWS::Cognito::IdentityPool": "cognito-identity",
}


def _check(survey: Survey) -> Iterator[Hit]:
    for placed, selector in advanced_selectors(survey):
        for field in selector.fields:
            yield from _within(placed, field)
        yield from _between(placed, selector)
        yield from _of_another_type(placed, selector)


def _within(placed: PlacedSelector, field: FieldSelector) -> Iterator[Hit]:
    """Yield the values of one field selector of which a negated value leaves nothing (R21)."""
    cancelled = {}
    for operator, values in operators_of(field).items():
        for value in values:
            if not operator.startswith("Not") and isinstance(value, str):
                by = _rejected_by(field, Operator(operator), value)
                if by:
                    cancelled[f'{operator} "{value}"'] = by
    selecting = len(field.equals) + len(field.starts_with) + len(field.ends_with)
    end = ", so that the selector matches nothing" if len(cancelled) == selecting else ""
    for value, by in cancelled.items():
        yield placed.hit(f"{field.field} {value} is cancelled by {by}{end}", _HINT)


def _rejected_by(field: FieldSelector, operator: Operator, value: str) -> str | None:
    """Return the negated value that rejects everything *value* selects, if there is one."""
    rejecting = {
        Operator.EQUALS: field.not_equals,
        Operator.STARTS_WITH: field.not_starts_with,
        Operator.ENDS_WITH: field.not_ends_with,
    }
    for negated, others in rejecting.items():
        # All texts with a certain beginning share only shorter beginnings; likewise for ends.
        if operator in (Operator.EQUALS, negated):
            for other in others:
                if isinstance(other, str) and negated.holds(value, other):
                    return f'Not{negated.value} "{other}"'
    return None


def _between(placed: PlacedSelector, selector: AdvancedEventSelector) -> Iterator[Hit]:
    """Yield the fields that are listed several times with values of which none is in every list (R25)."""
    lists: dict[str, list[frozenset[object]]] = {}
    for field in selector.fields:
        if (
            field.equals
            and not field.starts_with
            and not field.ends_with
            and all(isinstance(v, str) for v in field.equals)
        ):
            lists.setdefault(field.field, []).append(frozenset(field.equals))
    for name, several in lists.items():
        if not frozenset.intersection(*several):
            yield placed.hit(
                f"{name} must equal values of {len(several)} lists with none in common: the selector matches nothing",
                "merge the lists, or write one selector for each",
            )


def _of_another_type(placed: PlacedSelector, selector: AdvancedEventSelector) -> Iterator[Hit]:
    """Yield the ARNs that no resource of the selected type has (R29, R30)."""
    types = known_types(selector)
    services = {_SERVICES.get(kind) for kind in types}
    if not services or None in services:
        return
    for field in selector.fields:
        if field.field != RESOURCE_ARN:
            continue
        for value in (*field.equals, *field.starts_with):
            parts = value.split(":") if isinstance(value, str) else []
            if len(parts) > 3 and parts[0] == "arn" and parts[2].islower() and parts[2] not in services:
                yield placed.hit(
                    f'"{value}" is no ARN of {" or ".join(sorted(types))}: it matches nothing',
                    "write a selector for its own resource type",
                )


CONTRADICTORY_VALUES = Rule(
    code="CP015",
    name="contradictory-values",
    severity=Severity.WARNING,
    what="A value of a selector can match nothing, because another value of the same selector rejects everything it "
    "selects, or because no resource of the selected type has such an ARN.",
    why="Within a field any hit of a negated value rejects the event, whatever else hits. StartsWith a/ beside "
    "NotStartsWith a/ admits nothing, and a selector all of whose values are cancelled records nothing.",
    example="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        resources.ARN:
          starts_with: ["arn:aws:s3:::amzn-s3-demo-bucket/claims/"]
          not_starts_with: ["arn:aws:s3:::amzn-s3-demo-bucket/"]
""",
    instead="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        resources.ARN:
          starts_with: ["arn:aws:s3:::amzn-s3-demo-bucket/"]
          not_starts_with: ["arn:aws:s3:::amzn-s3-demo-bucket/claims/"]
""",
    source=f"R21, R25, R29, R30; {USER_GUIDE}filtering-data-events.html",
    check=_check,
)
