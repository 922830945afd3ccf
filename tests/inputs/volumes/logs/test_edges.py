"""What two neighbouring units have in common, plain and packed, against sets of all ids."""

from array import array
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.inputs.volumes.logs import parcels, scanning
from costplan.inputs.volumes.logs.edges import Edges, Head, PackedIds, PlainIds, Tail, common
from costplan.inputs.volumes.logs.parcels import Packer, Unpacker
from costplan.inputs.volumes.logs.records import Reading
from costplan.inputs.volumes.logs.unit_count import KeyTally, UnitCount
from costplan.model.events import EventCategory, EventKey

from .building import ACCOUNT

pytestmark = pytest.mark.usefixtures("either_loop")

one_length = st.lists(st.sampled_from([f"{n:04}" for n in range(60)]), unique=True)
any_length = st.lists(st.sampled_from([str(n) for n in range(60)] + ["", "é", "\n"]), unique=True)
columns = st.tuples(one_length, one_length) | st.tuples(any_length, any_length)
forms = st.sampled_from([PlainIds, PackedIds])


class OneHash(str):
    """A text that has the same hash as every other."""

    __slots__ = ()

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other)


@given(columns, forms, forms)
def test_what_two_columns_have_in_common(two, this_form, that_form):
    these, those = two
    found = dict(common(this_form(these), that_form(those)))
    assert found == {event_id: those.index(event_id) for event_id in set(these) & set(those)}


def test_ids_of_one_hash_are_told_apart():
    these, those = ([OneHash(n) for n in numbers] for numbers in (range(20), range(10, 30)))
    assert sorted(common(PlainIds(these), PlainIds(those))) == [(str(n), n - 10) for n in range(10, 20)]


def test_only_equal_numbers_are_pairs():
    if scanning.compiled is None:
        pytest.skip("of the compiled loop")
    these, those = (array("q", [n * n - 5_000 for n in numbers]) for numbers in (range(1_000), range(500, 1_500)))
    assert sorted(scanning.compiled.common(these, those)) == [(n, n - 500) for n in range(500, 1_000)]
    assert scanning.compiled.common(these, array("q")) == scanning.compiled.common(array("q"), those) == []


def test_a_column_that_is_none():
    if scanning.compiled is None:
        pytest.skip("of the compiled loop")
    with pytest.raises(ValueError, match="8 bytes"):
        scanning.compiled.common(b"1234567", b"")
    with pytest.raises(TypeError):
        scanning.compiled.common(array("q"))


@given(st.dictionaries(st.sampled_from([f"{n:02}" for n in range(40)]), st.integers(1, 3)), st.data(), st.booleans())
def test_a_tail_is_a_dictionary(times, data, is_packed):
    tail, expected = Tail.of(times), Counter(times)
    if is_packed:
        tail.pack()
    for event_id in data.draw(st.lists(st.sampled_from(sorted(times)))) if times else ():
        tail.add(event_id, 2)
        expected[event_id] += 2
    assert +tail.multiplicity() == Counter(expected.values())
    wanted = [f"{n:02}" for n in range(0, 80, 3)]
    assert tail.common(PlainIds(wanted)) == {
        event_id: (expected[event_id], at) for at, event_id in enumerate(wanted) if event_id in expected
    }


def unit_count() -> UnitCount:
    reading = Reading(EventKey(ACCOUNT, "eu-west-1", EventCategory.MANAGEMENT))
    tally = KeyTally(ACCOUNT, "eu-west-1", "CloudTrail", "", [0, 3, 0, 0, 0, 0, 0], 4_000, 1)
    head = Head()
    head.add(["a", "bb"], [tally, tally], 1, [10, 20])
    return UnitCount(by_reading={reading: tally}, edges=Edges(1, 2, head, Tail.of({"a": 2, "ccc": 1})), records_met=3)


@pytest.mark.parametrize("hashes_alike", [True, False])
def test_a_count_arrives_as_it_was_sent(monkeypatch, hashes_alike):
    packer, unpacker = Packer(), Unpacker()
    parcel = packer.pack(unit_count())
    if not hashes_alike:
        monkeypatch.setattr(parcels, "_PROBE", "another process")
    for _ in range(2):
        found = unpacker.unpack(parcel)
        (reading,), (tally,) = found.by_reading, found.by_reading.values()
        assert (reading, tally.by_weekday) == (next(iter(unit_count().by_reading)), [0, 3, 0, 0, 0, 0, 0])
        assert (tally.raw_bytes, tally.oversize, found.records_met) == (4_000, 1, 3)
        # What is taken back is taken from the tally of the reading.
        assert [t is tally for t in found.edges.head.tallies] == [True, True]
        assert list(found.edges.head.ids) == ["a", "bb"]
        assert found.edges.tail.common(found.edges.head.ids) == {"a": (2, 0)}
        assert +found.edges.tail.multiplicity() == {2: 1, 1: 1}
        parcel = packer.pack(unit_count())


def test_a_reading_is_packed_once():
    packer, unpacker = Packer(), Unpacker()
    first, second = (unpacker.unpack(packer.pack(unit_count())) for _ in range(2))
    assert next(iter(first.by_reading)) is next(iter(second.by_reading))
