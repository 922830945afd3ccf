"""The format itself: what lines look like today, looked like before, and may look like."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.inputs.volumes.access_logs.lines import blocks_of, count_lines, other_lines, text_of
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import OPTIONAL_FIELDS, CountPlan
from tests.inputs.volumes.access_logs.building import ACCOUNT, BUCKET, OWNER, ROLE, line, read, write

HEAD = f"{OWNER} {BUCKET} [05/Oct/2026:00:07:10 +0000] 192.0.2.3 {ROLE}/s 3E57427F3EXAMPLE"

READABLE = {
    "of 2006, without a version": f'{HEAD} REST.GET.OBJECT a "GET /a HTTP/1.1" 200 - 1 1 7 6 "-" "S3Console/0.4"',
    "without referrer": f'{HEAD} REST.GET.OBJECT a "GET /a HTTP/1.1" 200 - 1 1 7 6',
    "of today": line().rstrip("\n"),
    "of the future": line().rstrip("\n") + ' new-field "a quoted one, with blanks" - 7',
    "an agent with escaped quotes": line(agent=r'"agent \"of\" mine"').rstrip("\n"),
    "an agent with bare quotes": line(agent='"agent "of" mine" 404 NoSuchKey 1 2 3 4"').rstrip("\n"),
    "an agent with an open quote": line(agent='"agent').rstrip("\n"),
    "a request with quotes": line(uri='"GET /a?x="y" HTTP/1.1"').rstrip("\n"),
    "a request with blanks": line(uri='"GET /a b c HTTP/1.1"').rstrip("\n"),
    "a request with a quote and numbers": line(uri='"GET /a" 404 HTTP/1.1"').rstrip("\n"),
    "without a request": line(uri="-", agent="-").rstrip("\n"),
    "an empty request": line(uri='""').rstrip("\n"),
    "an IPv6 address": line().replace("192.0.2.3", "2001:db8::7").rstrip("\n"),
    "with a carriage return": line().rstrip("\n") + "\r",
    "no bytes": line().replace("1024 2048 17 9", "- - - -").rstrip("\n"),
}
UNREADABLE = {
    "nothing of a log": "hello world",
    "cut off in the request": f'{HEAD} REST.GET.OBJECT a "GET /a HT',
    "cut off after the status": f'{HEAD} REST.GET.OBJECT a "GET /a HTTP/1.1" 200 -',
    "without a bucket": line().replace(f"{BUCKET} ", "", 1).rstrip("\n"),
    "another clock": line().replace("+0000", "+0200").rstrip("\n"),
    "no month": line().replace("/Oct/", "/Okt/").rstrip("\n"),
    "a log of a web server": '192.0.2.3 - - [05/Oct/2026:00:07:10 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl"',
    "JSON": '{"Records": []}',
}


def groups(text: str, *, with_keys: bool = False) -> tuple[Counter[tuple[bytes, ...]], int]:
    found: Counter[tuple[bytes, ...]] = Counter()
    others = 0
    for block in blocks_of(text.encode("utf-8", "surrogatepass")):
        some, more = count_lines(block, with_keys=with_keys)
        found += some
        others += more
    return found, others


@pytest.mark.parametrize("text", READABLE.values(), ids=READABLE)
def test_a_line_is_read_by_what_comes_before_its_strings(text: str) -> None:
    found, others = groups(text)

    (group,) = found
    assert others == 0
    assert (group[1], group[2], group[4]) == (BUCKET.encode(), b"05/Oct/2026:00:07", b"REST.GET.OBJECT")
    assert (group[6], group[7]) == (b"200", b"-")


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_line_of_such_a_log_is_counted_as_unreadable(text: str) -> None:
    found, others = groups(f"{line()}{text}\n{line()}")

    assert (found.total(), others) == (2, 1)
    assert list(other_lines(f"{line()}{text}\n{line()}".encode())) == [2]


def test_empty_lines_and_a_missing_end_of_the_last_are_nothing() -> None:
    assert groups(f"\n{line()}\n\r\n{line()}".rstrip("\n")) == (Counter({next(iter(groups(line())[0])): 2}), 0)


def test_a_key_is_told_from_the_lack_of_one() -> None:
    keys = [key for text in ("-", "-a", "a") for group in groups(line(key=text))[0] for key in [group[5]]]
    assert keys == [b"-", b"", b""]
    assert [group[5] for group in groups(line(key="-a"), with_keys=True)[0]] == [b"-a"]


WORDS = st.text(st.characters(blacklist_characters="\n\r"), max_size=40)


@given(st.lists(st.one_of(st.just(line().rstrip("\n")), WORDS, st.sampled_from([*UNREADABLE.values()])), max_size=12))
def test_every_line_is_read_or_unreadable_whatever_it_is(lines: list[str]) -> None:
    text = "\n".join(lines).encode("utf-8", "surrogatepass")
    lines_of_text = sum(bool(one.strip()) for one in text.split(b"\n"))
    for with_keys in (False, True):
        found, others = groups("\n".join(lines), with_keys=with_keys)
        assert found.total() + others == lines_of_text
    assert len(list(other_lines(text))) == others


@given(WORDS, WORDS)
def test_nothing_that_people_send_shifts_the_fields(uri: str, agent: str) -> None:
    text = line(uri=f'"GET /{uri.replace(" ", "+")} HTTP/1.1"', agent=f'"{agent}"', status="403", error="AccessDenied")
    found, others = groups(text)

    (group,) = found
    assert others == 0
    assert (group[4], group[6], group[7]) == (b"REST.GET.OBJECT", b"403", b"AccessDenied")


# ---- requesters, keys, privacy ----


@pytest.mark.parametrize(
    ("requester", "container", "kind"),
    [
        (f"{ROLE}/i-0abc", ROLE, "AssumedRole"),
        (f"arn:aws:iam::{ACCOUNT}:user/alice", f"arn:aws:iam::{ACCOUNT}:user/alice", "IAMUser"),
        (f"arn:aws:sts::{ACCOUNT}:federated-user/bob", f"arn:aws:sts::{ACCOUNT}:federated-user", "FederatedUser"),
        (OWNER, f"arn:aws:iam::{ACCOUNT}:root", "Root"),
        (OWNER[::-1], UNKNOWN, UNKNOWN),
        ("-", None, "AWSAccount"),
        ("svc:delivery.logs.amazonaws.com", None, "AWSService"),
        ("delivery.logs.amazonaws.com", None, "AWSService"),
        ("something", UNKNOWN, UNKNOWN),
    ],
)
def test_a_requester_is_the_principal_it_would_be(
    tmp_path: Path, requester: str, container: object, kind: object
) -> None:
    (row,) = read(write(tmp_path, [line(requester=requester)])).volumes.rows

    assert (row.key.principal.container, row.key.principal.type) == (container, kind)


def test_a_caller_of_another_account_is_one(tmp_path: Path) -> None:
    foreign = ROLE.replace(ACCOUNT, "444455556666")
    rows = read(write(tmp_path, [line(), line(requester=f"{foreign}/s")])).volumes.rows

    found = {row.key.principal.container: row.key.is_cross_account for row in rows}
    assert found == {ROLE: False, foreign: True}
    # The owner of the bucket receives it (R87).
    assert {row.key.account for row in rows} == {ACCOUNT}


def test_what_cloudtrail_delivers_stays_marked(tmp_path: Path) -> None:
    lines = [line("REST.PUT.OBJECT", requester="svc:cloudtrail.amazonaws.com")]
    (row,) = read(write(tmp_path, lines), CountPlan(frozenset())).volumes.rows

    assert (row.key.principal.invoked_by, row.key.event_name) == ("cloudtrail.amazonaws.com", "PutObject")


def condition(value: str, operator: Operator = Operator.STARTS_WITH) -> Condition:
    return Condition(ArnField.RESOURCE, operator, f"arn:aws:s3:::{value}")


@pytest.mark.parametrize(
    ("key", "value", "answer"),
    [
        ("claims/1.json", f"{BUCKET}/claims/", "1"),
        ("raw/1.json", f"{BUCKET}/claims/", "0"),
        # As S3 writes them: = is %3D, which is written %253D; a blank is +, which is written %2B.
        ("year%253D2026/1.json", f"{BUCKET}/year=2026/", "1"),
        ("my%2Bfiles/1.json", f"{BUCKET}/my files/", "1"),
        ("a%252Bb/1.json", f"{BUCKET}/a+b/", "1"),
        ("%25C3%25A4/1.json", f"{BUCKET}/ä/", "1"),
        ("-", f"{BUCKET}/claims/", "0"),
        ("claims/1.json", "amzn-s3-demo-other/", "0"),
    ],
)
def test_a_key_answers_the_conditions_and_is_forgotten(tmp_path: Path, key: str, value: str, answer: str) -> None:
    plan = CountPlan(OPTIONAL_FIELDS, (condition(value),))
    counted = read(write(tmp_path, [line(key=key)]), plan)

    (row,) = counted.volumes.rows
    assert row.key.resources[0].answers == answer  # type: ignore[index]
    assert "1.json" not in repr(counted)
    assert "session-1" not in repr(counted)


def test_a_list_names_the_bucket_with_a_slash(tmp_path: Path) -> None:
    plan = CountPlan(OPTIONAL_FIELDS, (condition(f"{BUCKET}/"), condition(f"{BUCKET}/claims/")))
    (row,) = read(write(tmp_path, [line("REST.GET.BUCKET", "-")]), plan).volumes.rows

    assert row.key.resources[0].answers == "10"  # type: ignore[index]


def test_a_session_answers_the_conditions_on_principals(tmp_path: Path) -> None:
    asked = Condition(ArnField.PRINCIPAL, Operator.STARTS_WITH, f"{ROLE}/session-")
    lines = [line(), line(requester=f"{ROLE}/other"), line(requester="-")]
    rows = read(write(tmp_path, lines), CountPlan(OPTIONAL_FIELDS, (asked,))).volumes.rows

    found = [(row.key.principal.container, row.key.principal.answers) for row in rows]
    assert sorted(found, key=repr) == sorted([(ROLE, "1"), (ROLE, "0"), (None, "0")], key=repr)


def test_a_byte_order_mark_is_not_of_the_first_owner() -> None:
    ((group, _),) = groups(text_of(b"\xef\xbb\xbf" + line().encode()).decode())[0].items()
    assert group[0] == OWNER.encode()
