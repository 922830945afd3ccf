"""Event selectors in words: one line says what one selector records."""

from collections.abc import Sequence

from costplan.model.recorders import Recorder
from costplan.model.selection import advanced_form
from costplan.model.selectors import AdvancedEventSelector, FieldSelector, Value

MOST_VALUES = 4

CATEGORY_WORDS = {"Management": "management", "Data": "data", "NetworkActivity": "network activity"}
"""Categories of events, as they stand before the word events."""

READ_WRITE_WORDS = {("true",): "reads", ("false",): "writes"}
"""What the values of ``readOnly`` select."""

# Categories whose events are reads or writes; of the others no selector can say so.
_HAVE_READ_ONLY = frozenset({"Management", "Data"})


def selector_lines(recorder: Recorder) -> tuple[str, ...]:
    """Return what a recorder records, in one line for each selector, and for each data resource of a basic one."""
    if not recorder.selectors:
        return ("management · reads and writes (no selectors of its own: AWS's default)",)
    own_names = [selector.name for selector in recorder.selectors if isinstance(selector, AdvancedEventSelector)]
    lines = []
    for position, selector in enumerate(advanced_form(recorder)):
        # The names that basic and nameless selectors get elsewhere say nothing that the words do not.
        name = own_names[position] if own_names else ""
        lines.append(f"{name}: {selector_words(selector)}" if name else selector_words(selector))
    return tuple(lines)


def selector_words(selector: AdvancedEventSelector) -> str:
    """Return what one selector records.

    >>> selector_words(AdvancedEventSelector((
    ...     FieldSelector("eventCategory", equals=("Data",)),
    ...     FieldSelector("resources.type", equals=("AWS::S3::Object",)),
    ...     FieldSelector("readOnly", equals=("false",)),
    ...     FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",)),
    ... )))
    'data · AWS::S3::Object · writes · ARN starts with arn:aws:s3:::lake/'
    """
    first: list[str] = []
    read_write: list[str] = []
    rest: list[str] = []
    category = selector.find("eventCategory")
    for field in selector.fields:
        plain = field.equals if field.values == field.equals else ()
        if field is category and plain:
            first.insert(0, " or ".join(CATEGORY_WORDS.get(str(value), _shown(value)) for value in plain))
        elif field.field == "resources.type" and plain:
            first.append(listed(plain, "or"))
        elif field.field == "readOnly" and plain in READ_WRITE_WORDS:
            read_write += [words for values, words in READ_WRITE_WORDS.items() if values == plain]
        else:
            rest.append(field_words(field))
    has_read_only = category is not None and not _HAVE_READ_ONLY.isdisjoint(map(str, category.equals))
    if not read_write and has_read_only and selector.find("readOnly") is None:
        read_write = ["reads and writes"]
    return " · ".join([*first, *read_write, *rest])


def field_words(field: FieldSelector) -> str:
    """Return what a field asks: any of what selects, and none of what deselects (R21)."""
    selecting = (("is", field.equals), ("starts with", field.starts_with), ("ends with", field.ends_with))
    deselecting = (
        ("is not", field.not_equals),
        ("does not start with", field.not_starts_with),
        ("does not end with", field.not_ends_with),
    )
    wanted = " or ".join(f"{verb} {listed(values, 'or')}" for verb, values in selecting if values)
    unwanted = " and ".join(f"{verb} {listed(values, 'or')}" for verb, values in deselecting if values)
    name = "ARN" if field.field == "resources.ARN" else field.field
    return f"{name} {' but '.join(part for part in (wanted, unwanted) if part)}"


def listed(values: Sequence[Value], joint: str) -> str:
    """Return values in words, the first few by name: ``a, b, c or 2 more``."""
    shown = [_shown(value) for value in values]
    if len(shown) > MOST_VALUES:
        return f"{', '.join(shown[: MOST_VALUES - 1])} {joint} {len(shown) - MOST_VALUES + 1} more"
    return f" {joint} ".join(shown)


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else "(not known)"
