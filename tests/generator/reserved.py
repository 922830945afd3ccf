"""Which account ids and addresses test data may hold, and a scan that finds all others.

Account ids: the literals AWS's documentation uses, and every id made of three groups of four equal
digits (``111122223333``, ``444455556666``, ``777777777777``), the scheme those examples follow.
Addresses: the three blocks RFC 5737 reserves for documentation, plus the wildcard and loopback.
"""

import ipaddress
import re
from typing import NamedTuple

DOCUMENTATION_IDS = ("111122223333", "444455556666", "777788889999", "123456789012", "555555555555", "999999999999")
"""The ids a population uses first, in this order."""

_OTHER_DOCUMENTATION_IDS = frozenset({"112233445566", "210987654321", "012345678910"})
_THREE_GROUPS = re.compile(r"(\d)\1{3}(\d)\2{3}(\d)\3{3}")
_NETWORKS = tuple(ipaddress.IPv4Network(block) for block in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))
_PLAIN_ADDRESSES = frozenset({"0.0.0.0", "127.0.0.1"})

ORGANIZATION_ID = "o-exampleorgid"
ADDRESSES = tuple(f"{block}.{host}" for block in ("192.0.2", "198.51.100", "203.0.113") for host in range(1, 255, 11))
"""Source addresses of generated callers."""

# The last group of a UUID is twelve hexadecimal digits; one in 280 holds decimal digits only.
_UUID = re.compile(r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b")
# A fraction such as 0.123456789012 is no account, nor is a run inside a longer token.
_TWELVE_DIGITS = re.compile(r"(?<![0-9A-Za-z])(?<!\d\.)\d{12}(?![0-9A-Za-z])(?!\.\d)")
# Chrome/120.0.0.0, v1.2.3.4 and ==1.2.3.4 are versions; a quad after // is an address.
_DOTTED_QUAD = re.compile(r"(?<![\w.])(?<![A-Za-z]/)(?<!==)(?<!>=)(?:\d{1,3}\.){3}\d{1,3}(?!\w)(?!\.\d)")


class Violation(NamedTuple):
    """A string that documentation does not reserve: on which line, and what it looks like."""

    line: int
    what: str
    text: str


class Scan(NamedTuple):
    """What was found: how many ids and addresses there were at all, and those not allowed."""

    seen: int
    violations: tuple[Violation, ...]


def is_reserved_account(text: str) -> bool:
    """Say whether *text* is a twelve-digit id that test data may hold."""
    return text in DOCUMENTATION_IDS or text in _OTHER_DOCUMENTATION_IDS or _THREE_GROUPS.fullmatch(text) is not None


def is_reserved_address(text: str) -> bool:
    """Say whether the dotted quad *text* may stand in test data; quads that are no address may."""
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return True
    return text in _PLAIN_ADDRESSES or any(address in network for network in _NETWORKS)


def scan_text(text: str) -> Scan:
    """Return every account id and address in *text* that documentation does not reserve."""
    seen = 0
    violations = []
    for number, line in enumerate(_UUID.sub("", text).splitlines(), start=1):
        for match in _TWELVE_DIGITS.finditer(line):
            seen += 1
            if not is_reserved_account(match[0]):
                violations.append(Violation(number, "account id", match[0]))
        for match in _DOTTED_QUAD.finditer(line):
            seen += 1
            if not is_reserved_address(match[0]):
                violations.append(Violation(number, "address", match[0]))
    return Scan(seen, tuple(violations))


def account_ids(count: int) -> tuple[str, ...]:
    """Return *count* different reserved ids, the best known first.

    >>> account_ids(2)
    ('111122223333', '444455556666')

    Raises:
        ValueError: the scheme has no *count* ids.
    """
    groups = [f"{number:03}" for number in range(1, 1000)]
    # After the examples' own: repeated digits, then ids without a zero, so that none loses leading zeros.
    groups.sort(key=lambda digits: (len(set(digits)), "0" in digits))
    groups.sort(key=lambda digits: "0" in digits)
    ids = dict.fromkeys(DOCUMENTATION_IDS)
    ids |= dict.fromkeys("".join(digit * 4 for digit in digits) for digits in groups)
    if not 1 <= count <= len(ids):
        raise ValueError(f"{count} accounts: between 1 and {len(ids)} can be had")
    return tuple(ids)[:count]
