"""Files changed at random, as bytes, as lines, and as the values that they hold: seeded, so the same every time."""

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import yaml

Files = dict[str, bytes]
"""Contents by name; a name with a slash is in a folder."""

At = tuple[str | int, ...]

LARGEST = 100_000
"""Bytes of a changed file, so that ten thousand are read in a minute; what is larger is cut off."""

DEEP, HUGE, TWICE = "@deep {} {}@", "@huge@", "@twice@"
"""What the writers of values refuse: nesting as deep as one likes, numbers of any length, and the same key again."""

BRACKETS = ("[", "]"), ('{"a":', "}"), ('{"Fn::Not":[', "]}"), ('{"Ref":', "}"), ('{"Fn::Join":["",[', "]]}")
TEXTS = (
    "",
    " ",
    "true",
    "yes",
    "null",
    "0",
    "1e5",
    "1:30",
    "2026-01-01",
    "\u0000",
    "a\nb: 1 — c",
    "\r",
    "\x1b[31m",
    "\u2028",
    "\u202eabc",
    "\ufeff",
    "e\u0301\U0001f4a9",
    "\ud800",
    "arn:aws:s3:::",
    "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit",
    "${AWS::Region}",
    "${Logs.Arn}${",
    "{{resolve:ssm:name}}",
    "/etc/hostname",
    "..",
    ".",
    "mutant.json",
    "Management",
    "111122223333",
    "eu-west-1",
    "unknown",
)
NUMBERS = (0, -1, 1, 4, 2**63, 10**39, HUGE, 0.1, 1e300, 5e-324, float("nan"), float("inf"), -0.0)
FUNCTIONS = (
    "Ref",
    "Condition",
    "Fn::And",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::ForEach::Each",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::ToJsonString",
    "Fn::Transform",
)
PIECES = (
    *(b"{}[],:\"'\\#&*!|>%@`-?~=\t\n\r\x00\x1b\x7f\xff"[i : i + 1] for i in range(26)),
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b'"Fn::If"',
    b"/*",
    b"9" * 50,
)
LINES = (
    "---",
    "...",
    "%YAML 1.2",
    "<<: *a",
    "? [complex, key]",
    "? ",
    "key: &a [*a]",
    "key: *a",
    "&a key: value",
    "key: !Ref [nobody]",
    "key: !Sub '${nobody'",
    "key: !If [Nobody, !Ref Nobody, !GetAtt Nobody]",
    "key: !!python/object/apply:os.system [id]",
    "key: !!binary aGVsbG8=",
    "key: !!set {a, b}",
    "key: !Nobody {a: 1}",
    "key: [[[[[[[[[[",
    "key: |",
    "key: >-",
    "key: .nan",
    "key: 0x1F",
    "key: 012",
    "1: 2",
    "true: yes",
    "null: null",
    "[a, b]: c",
    '"a": "\\ud800"',
    "\tkey: tab",
    "- item",
    "key: 'open",
    "AWSTemplateFormatVersion: 2010-09-09",
    "Resources: {}",
)

_DEEP = re.compile(f"[\"']?{DEEP.format('([0-9]+)', '([0-9]+)')}[\"']?")


# ---- bytes ----


def _damaged(content: bytes, random: Random) -> bytes:
    """Return bytes of which a few are flipped, cut, put in or doubled."""
    damaged = bytearray(content)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        at = random.randrange(len(damaged) + 1)
        match random.randrange(7):
            case 0 if at < len(damaged):
                damaged[at] ^= 1 << random.randrange(8)
            case 1:
                damaged[at : at + 1] = random.choice(PIECES)
            case 2:
                del damaged[at : at + random.randrange(1, 200)]
            case 3:
                damaged[at:at] = random.choice(PIECES) * random.choice((1, 1, 2, 200))
            case 4:
                damaged[at:at] = damaged[at : at + random.randrange(1, 400)]
            case 5 if not random.randrange(3):
                del damaged[at:]
            case _:
                other = random.randrange(len(damaged) + 1)
                damaged[at:at] = damaged[other : other + random.randrange(1, 40)]
    return bytes(damaged)


def _recoded(content: bytes, random: Random) -> bytes:
    text = content.decode()
    encode: tuple[Callable[[], bytes], ...] = (
        lambda: text.encode("utf-16"),
        lambda: text.encode("utf-8-sig"),
        lambda: text.replace("\n", "\r\n").encode(),
        lambda: text.replace("\n", "\r").encode(),
        lambda: text.replace('"', "”").encode(),
        lambda: text.encode("utf-16-le"),
        lambda: content + content,
        lambda: b"\x1f\x8b" + content,
        lambda: b"",
        lambda: b"\n" * 3,
    )
    return random.choice(encode)()


# ---- lines ----


def _edited(content: bytes, random: Random) -> bytes:
    """Return text of which lines are doubled, moved, indented anew or followed by what only YAML has."""
    lines = content.decode().split("\n")
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.randrange(len(lines))
        line = lines[at]
        indent = line[: len(line) - len(line.lstrip())]
        key, colon, value = line.partition(":")
        match random.randrange(9):
            case 0:
                lines.insert(at, line)
            case 1:
                del lines[at : at + random.randrange(1, 4)]
                lines = lines or [""]
            case 2:
                other = random.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = " " * random.randrange(9) + line.lstrip()
            case 4:
                lines.insert(at, indent + random.choice(LINES))
            case 5 if colon:
                lines[at] = f"{key}: &a{value}"
                lines.insert(random.randrange(at, len(lines)) + 1, f"{indent}other: *a")
            case 6 if colon:
                lines[at] = f"{key}: {random.choice(LINES).partition(': ')[2]}"
            case 7 if colon:
                lines[at] = f"{key}: !{random.choice(FUNCTIONS).removeprefix('Fn::')}{value}"
            case _:
                lines[at:at] = [line] * random.choice((2, 30))
    return "\n".join(lines).encode()


# ---- values ----


def _place(value: Any, random: Random) -> At:
    """Return the way to a member of a mapping or list that has some, or to one within it."""
    at: At = ()
    while isinstance(value, dict | list) and value and (not at or random.randrange(4)):
        key = random.choice(list(value)) if isinstance(value, dict) else random.randrange(len(value))
        at, value = (*at, key), value[key]
    return at


def _at(value: Any, at: At) -> Any:
    for step in at:
        value = value[step]
    return value


def _odd(random: Random) -> Any:
    """Return a value that hardly any key expects."""
    match random.randrange(9):
        case 0:
            return random.choice((None, True, False, [], {}, [[]], {"": {}}, [None]))
        case 1 | 2:
            return random.choice(NUMBERS)
        case 3:
            return DEEP.format(random.randrange(len(BRACKETS)), random.choice((3, 20, 60, 99, 101, 300, 2000)))
        case 4:
            return random.choice(("x", "é", "${A}", "*", "/", '"')) * random.choice((300, 5_000, 60_000))
        case 5:
            return {
                random.choice(FUNCTIONS): random.choice((None, 5, "Nobody", [], ["Nobody"], {"Ref": "Audit"}, "a.b.c"))
            }
        case _:
            return random.choice(TEXTS)


def _wrapped(value: Any, random: Random) -> Any:
    """Return a value within lists, mappings or functions of a template, some of them hundreds deep."""
    for _ in range(random.choice((1, 1, 2, 5, 40))):
        name = random.choice(FUNCTIONS)
        match random.randrange(6):
            case 0:
                value = [value]
            case 1:
                value = {"value": value}
            case 2:
                value = {
                    "Fn::If": [random.choice(("IsProduction", "Loop", "Nobody")), value, random.choice((value, None))]
                }
            case 3:
                value = {"Fn::Join": ["", [value, "x"]]}
            case 4:
                value = {name: value}
            case _:
                value = {name: [value, value] if random.randrange(4) else [value]}
        if len(repr(value)) > 2_000:
            break
    return value


CONDITIONS = (
    {"Loop": {"Fn::Not": [{"Condition": "Loop"}]}},
    {"Loop": {"Fn::And": [{"Condition": "Other"}, {"Condition": "Loop"}]}, "Other": {"Condition": "Loop"}},
    {"Never": {"Fn::And": [{"Condition": "IsProduction"}, {"Fn::Not": [{"Condition": "IsProduction"}]}]}},
    {"IsProduction": {"Fn::Equals": [{"Ref": "Nobody"}, {"Fn::If": ["IsProduction", 1, 2]}]}},
    {"IsProduction": {"Fn::Or": []}},
)


def _changed(value: Any, others: Sequence[Any], random: Random, is_kept: Callable[[Any], bool]) -> Any:
    """Return a value of which one member is another; *others* are values that pieces are taken from."""
    if not value:
        return _odd(random)
    *within, last = _place(value, random)
    holder = _at(value, tuple(within))
    item = holder[last]
    # A secret is looked for in what is printed, so it must not become what is to be printed.
    if is_kept(item):
        return value
    match random.randrange(11):
        case 0 | 1 | 2:
            holder[last] = _odd(random)
        case 3:
            del holder[last]
        case 4 if isinstance(holder, dict):
            names = (last.lower(), last.upper(), last + "s", "", "Fn::Transform", last[:-1], f"{last}\n", "a" * 3000)
            key = random.choice((*names, _place(value, random)[-1]))
            holder[str(key)] = holder.pop(last)
        case 5 if isinstance(holder, dict):
            holder[last + TWICE] = random.choice((item, _odd(random)))
        case 6 if isinstance(item, list):
            holder[last] = item * random.choice((2, 10, 100))
        case 6 | 7:
            holder[last] = _wrapped(item, random)
        case 8:
            other = random.choice(others)
            found = _at(other, _place(other, random))
            holder[last] = item if is_kept(found) else json.loads(json.dumps(found))
        case 9 if isinstance(item, dict | list) and item:
            found = random.choice(list(item.values()) if isinstance(item, dict) else item)
            holder[last] = item if is_kept(found) else found
        case 10 if isinstance(value, dict):
            name = random.choice(("Conditions", "Parameters", "Mappings", "Rules"))
            value[name] = json.loads(json.dumps(random.choice(CONDITIONS)))
            if isinstance(item, dict):
                item["Condition"] = random.choice(("Loop", "Never", "IsProduction", "Nobody", 5, {"Fn::Not": ["Loop"]}))
        case _:
            holder[last] = str(item) if not isinstance(item, str) else [item]
    return value


def _shared(value: Any, random: Random, is_kept: Callable[[Any], bool]) -> None:
    """Let one thing stand in two places: an alias in YAML, and perhaps a circle."""
    *within, last = _place(value, random)
    found = _at(value, _place(value, random))
    holder = _at(value, tuple(within))
    if not is_kept(found) and not is_kept(holder[last]):
        holder[last] = found


def _written(value: Any, name: str, random: Random) -> bytes:
    """Return the text of a value: JSON, or YAML of either style for a name that says so."""
    is_json = name.endswith(".json") or not random.randrange(3)
    indent, is_ascii = random.choice((None, None, None, 1)), random.random() < 0.5
    try:
        # JSON has no circles, and libyaml writes no halves of characters.
        text = json.dumps(value, indent=indent, ensure_ascii=is_ascii) if is_json else _yaml(value)
    except ValueError:
        text = repr(value) if is_json else json.dumps(repr(value))
    text = _DEEP.sub(_nested, text.replace(TWICE, ""))
    return text.replace(f'"{HUGE}"', "9" * 5_000).encode("utf-8", "surrogatepass")


def _yaml(value: Any) -> str:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return yaml.dump(value, Dumper=dumper, sort_keys=False, allow_unicode=True, width=100)


def _nested(mark: re.Match[str]) -> str:
    opening, closing = BRACKETS[int(mark[1])]
    return opening * int(mark[2]) + "1" + closing * int(mark[2])


# ---- files ----


def mutate(
    files: Files,
    values: dict[str, str],
    others: Sequence[Any],
    random: Random,
    is_kept: Callable[[Any], bool] = lambda _: False,
) -> Files:
    """Return *files* with one of them changed; *values* are JSON of what each holds.

    others: values of other files, which pieces are taken from.
    is_kept: whether a value must stay where it is.
    """
    name = random.choice(sorted(files))
    changed = dict(files)
    match random.randrange(12):
        case 0 | 1:
            changed[name] = _damaged(files[name], random)
        case 2 | 3:
            changed[name] = _edited(files[name], random)
        case 4 if not random.randrange(4):
            changed[name] = _recoded(files[name], random)
        case 5 if len(files) > 1:
            other = random.choice(sorted(files))
            changed[name] = files[other]
            if not random.randrange(3):
                del changed[name]
        case _:
            value = json.loads(values[name])
            for _ in range(random.choice((1, 1, 2, 4))):
                value = _changed(value, others, random, is_kept)
                if not isinstance(value, dict | list):
                    break
            else:
                if value and not random.randrange(12):
                    _shared(value, random, is_kept)
            changed[name] = _written(value, name, random)
    if len(changed.get(name, b"")) > LARGEST:
        changed[name] = changed[name][:LARGEST]
    return changed
