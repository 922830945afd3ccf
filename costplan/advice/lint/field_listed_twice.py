"""CP007: one field stands twice in one selector."""

from collections import Counter
from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import advanced_selectors
from costplan.model.unknown import UNKNOWN


def _check(survey: Survey) -> Iterator[Hit]:
    for placed, selector in advanced_selectors(survey):
        # What is known only later stands in the model as a field of its own: it is not a second one.
        names = Counter(field.field for field in selector.fields if UNKNOWN not in field.values)
        for name, count in names.items():
            if count > 1:
                yield placed.hit(
                    f"{name} is listed {count} times: AWS does not say what that means",
                    "put all its operators into one field selector, or write one selector for each alternative",
                )


FIELD_LISTED_TWICE = Rule(
    code="CP007",
    name="field-listed-twice",
    severity=Severity.WARNING,
    what="A selector holds two field selectors of the same field.",
    why="AWS warns against it and defines no result. An estimate asks that both hold, so two lists of values to match "
    "leave only what is in both, often nothing. Within one field selector the values to match are alternatives.",
    example="""\
- trail: audit
  AdvancedEventSelectors:
    - FieldSelectors:
        - {Field: eventCategory, Equals: [Data]}
        - {Field: resources.type, Equals: ["AWS::S3::Object"]}
        - {Field: resources.ARN, StartsWith: ["arn:aws:s3:::amzn-s3-demo-bucket/"]}
        - {Field: resources.ARN, NotStartsWith: ["arn:aws:s3:::amzn-s3-demo-bucket/scratch/"]}
""",
    instead="""\
- trail: audit
  AdvancedEventSelectors:
    - FieldSelectors:
        - {Field: eventCategory, Equals: [Data]}
        - {Field: resources.type, Equals: ["AWS::S3::Object"]}
        - Field: resources.ARN
          StartsWith: ["arn:aws:s3:::amzn-s3-demo-bucket/"]
          NotStartsWith: ["arn:aws:s3:::amzn-s3-demo-bucket/scratch/"]
""",
    source=f"R21, R25; {USER_GUIDE}filtering-data-events.html",
    check=_check,
)
