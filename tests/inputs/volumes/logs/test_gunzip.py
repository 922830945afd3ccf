import gzip
import os
import struct
import zlib

import pytest

from costplan.inputs.volumes.logs.gunzip import DamagedFileError, inflate

TEXT = b'{"Records":[]}' * 1000
GOOD = gzip.compress(TEXT)


def with_length(data: bytes, length: int) -> bytes:
    """The same gzip data with another length in its trailer."""
    return data[:-4] + struct.pack("<I", length)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (GOOD, TEXT),
        (gzip.compress(b""), b""),
        # The fast way alone would stop after the first member of each of these.
        (gzip.compress(b"a" * 500) + gzip.compress(b"b" * 1000), b"a" * 500 + b"b" * 1000),
        (gzip.compress(b"a" * 1000) + gzip.compress(b"b" * 500), b"a" * 1000 + b"b" * 500),
        (GOOD + GOOD, TEXT + TEXT),
        # Padding to a block is no damage.
        (GOOD + b"\0" * 512, TEXT),
    ],
    ids=["one member", "nothing", "two members", "the second shorter", "the same twice", "zero padding"],
)
def test_every_member_is_decompressed(data, expected):
    assert inflate(data) == expected


@pytest.mark.parametrize("size", [0, 1, 17, 1000, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_any_size_comes_back_whole(size):
    text = os.urandom(1000) * (size // 1000 + 1)
    assert inflate(gzip.compress(text[:size])) == text[:size]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (GOOD[:-1], "its gzip stream is cut off"),
        (GOOD[: len(GOOD) // 2], "its gzip stream is cut off"),
        (GOOD[:10], "its gzip stream is cut off"),
        (GOOD[:3], "its gzip stream is cut off"),
        (GOOD + GOOD[:-5], "its gzip stream is cut off"),
        (GOOD[:20] + bytes([GOOD[20] ^ 255]) + GOOD[21:], "its gzip stream is corrupt"),
        (GOOD[:-8] + b"\0\0\0\0" + GOOD[-4:], "its gzip stream is corrupt"),
        (with_length(GOOD, 0), "its gzip stream is corrupt"),
        (with_length(GOOD, 13_999), "its gzip stream is corrupt"),
        (with_length(GOOD, 2**32 - 1), "its gzip stream is corrupt"),
        (b"\x1f\x8b\x09" + GOOD[3:], "its gzip stream is corrupt"),
        (GOOD + b"and more", "its gzip stream is followed by 8 bytes that are not gzip"),
        # The tail could be the trailer of a longer file.
        (with_length(GOOD + b"and more", 15_000), "its gzip stream is followed by 8 bytes that are not gzip"),
    ],
)
def test_damage_is_named(data, message):
    with pytest.raises(DamagedFileError) as error:
        inflate(data)
    assert error.value.what == message
    assert error.value.hint == "copy the file again"


@pytest.mark.parametrize("members", [1, 3], ids=["in one member", "in three members"])
def test_a_bomb_is_refused_before_it_fills_the_memory(members):
    bomb = zlib.compress(bytes(2 * 2**20), 9, wbits=31) * members
    with pytest.raises(DamagedFileError, match="decompresses to more than 1 MiB"):
        inflate(bomb, max_raw_bytes=2**20)


def test_a_bomb_that_lies_about_its_length_is_refused_too():
    bomb = with_length(zlib.compress(bytes(4 * 2**20), 9, wbits=31), 1000)
    with pytest.raises(DamagedFileError, match="decompresses to more than 1 MiB"):
        inflate(bomb, max_raw_bytes=2**20)
