"""JSON is read as the standard library reads it, but for keys that are there twice."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.inputs.strict_json import parse_json
from costplan.model.problems import BadInputError

# Whatever may make two keys alike, or seem to.
PIECES = ['\\"', ":", "\\\\", "\\u0022", "\\u003a", "\\u003A", "\\/", "a", "é", "\\u00e9", "😀", ",", "}", " "]
words = st.lists(st.sampled_from(PIECES), max_size=4).map(lambda pieces: f'"{"".join(pieces)}"')
keys = st.sampled_from(['"a"', '"b"', '":"', '"\\":"', '"a\\u0022:"']) | words
numbers = st.sampled_from(["0", "-0", "1.50", "1e3", "-2E-2", "18446744073709551616", "123456789012345678901234567890"])
spaces = st.sampled_from(["", "", " ", "\n", "\t "])


def listed(members: st.SearchStrategy[str], opening: str, closing: str) -> st.SearchStrategy[str]:
    return st.tuples(spaces, st.lists(members, max_size=4)).map(
        lambda drawn: f"{opening}{drawn[0]}{f',{drawn[0]}'.join(drawn[1])}{closing}"
    )


def holders(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(keys, spaces, spaces, values).map("{0[0]}{0[1]}:{0[2]}{0[3]}".format)
    return listed(values, "[", "]") | listed(pairs, "{", "}")


texts = st.recursive(words | numbers | st.sampled_from(["true", "false", "null"]), holders, max_leaves=12)


class TwiceError(Exception):
    """A key is there twice."""


def by_the_standard_library(text: str) -> Any:
    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise TwiceError
        return dict(pairs)

    return json.loads(text, object_pairs_hook=mapping, parse_float=Decimal)


@given(texts)
def test_text_means_what_the_standard_library_reads_and_no_key_is_lost(text: str) -> None:
    try:
        expected = by_the_standard_library(text)
    except TwiceError:
        with pytest.raises(BadInputError, match="duplicate key"):
            parse_json("file.json", text)
        return
    value, _ = parse_json("file.json", text)
    assert value == expected
    # Also in the kind of each number: 5 and 5.0 are equal.
    assert json.dumps(value, default=repr) == json.dumps(expected, default=repr)
