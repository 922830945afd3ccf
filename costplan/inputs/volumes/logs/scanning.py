"""The quickest way to decode: a compiled loop that sorts the records of a plain log file into kinds.

It is there where costplan was installed with a C compiler, or from a wheel that somebody made with one; everywhere
else, and for every file that it does not take for a plain one, the typed decoding of ``decoding`` does the same.
"""

from collections.abc import Callable, Hashable
from types import ModuleType
from typing import Any, NamedTuple

from costplan.inputs.volumes.logs.arn_tokens import ResourceTokens, session_tokens
from costplan.inputs.volumes.logs.asked_fields import ELEMENT, identity_fields, record_fields
from costplan.inputs.volumes.logs.records import principal_conditions, resource_conditions
from costplan.model.containers import Condition
from costplan.model.volumes import CountPlan

compiled: ModuleType | None
try:
    from costplan.inputs.volumes.logs import _scan as compiled
except ImportError:
    compiled = None

MOST_KINDS = 400_000
"""Kinds that are remembered."""

OVERSIZE_BYTES = 256 * 1024
"""A record larger than this never reaches CloudWatch Logs or EventBridge (R106)."""


class Kind:
    """Records that are alike in all that a key holds: one of them was decoded, and speaks for all.

    group: the same as of the decoded *record*.
    """

    __slots__ = ("group", "recipientAccountId", "record")

    def __init__(self, group: Hashable, record: Any) -> None:
        self.group, self.record = group, record
        self.recipientAccountId = record.recipientAccountId


Sum = tuple[Kind, int, int, int]
"""What a file has of one kind: records, their bytes, and how many of them are oversize."""


class Columns(NamedTuple):
    """The records of a file, in columns.

    kinds, ids, times: of each record; where ids are not wanted, ``True`` stands for each.
    sizes: the bytes of each record, if they are counted.
    odd: the indices of records without a kind.
    sums: what there is of each kind; a kind may have several.
    earliest: the first time of a record with a kind.
    """

    kinds: list[Any]
    ids: list[Any]
    times: list[str | None]
    sizes: list[int]
    odd: list[int]
    sums: list[Sum]
    earliest: str | None


Scan = Callable[[bytes | bytearray], tuple[Any, ...] | None]
"""Returns the fields of ``Columns``, or ``None`` for a text that it does not take for a plain log file."""


def make_scanner(
    plan: CountPlan, decode: Callable[[bytes], Any], group: Callable[[Any], Hashable], *, with_ids: bool = True
) -> Scan | None:
    """Return the function from the text of a file to its columns; ``None`` where there is no compiled loop.

    decode, group: the typed decoding of one record, which says of a first record what its kind is.
    with_ids: whether anybody asks which event a record is.
    """
    of_principal, of_resource = principal_conditions(plan), resource_conditions(plan)
    if compiled is None or max(len(of_principal), len(of_resource)) > compiled.MOST_CONDITIONS:
        return None
    kinds: dict[Hashable, Kind] = {}
    sessions, resources = session_tokens(of_principal), ResourceTokens(of_resource)

    def learn(raw: bytes) -> Kind | None:
        record = decode(raw)
        found = None if record is None else group(record)
        if found is None:
            return None
        if len(kinds) >= MOST_KINDS:
            kinds.clear()
        return kinds.setdefault(found, Kind(found, record))

    scanner = compiled.Scanner(
        record=[(field.name, field.role.value) for field in record_fields(plan)],
        identity=[(field.name, field.role.value) for field in identity_fields(plan)],
        element=[(field.name, field.role.value) for field in ELEMENT],
        principal_conditions=_tests(of_principal),
        resource_conditions=_tests(of_resource),
        find_principal=sessions.find_signed,
        find_resource=lambda kind, arn: resources[kind].find_signed(arn),
        learn=learn,
        with_ids=with_ids,
        with_sizes=plan.counts_bytes,
        oversize_bytes=OVERSIZE_BYTES,
    )
    scan: Scan = scanner.scan
    return scan


def _tests(conditions: tuple[Condition, ...]) -> list[tuple[str, bytes]]:
    return [(condition.operator.value, condition.value.encode("utf-8", "surrogatepass")) for condition in conditions]
