"""What names of files tell, quickly, against one regular expression that tells it slowly."""

import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costplan.inputs.volumes.logs.names import LogName, parse_log_name
from costplan.inputs.volumes.logs.period import slot_of_minute

from .building import ACCOUNT, STAMPED

SLOWLY = re.compile(
    r"(\d{12})_(CloudTrail(?:-[A-Za-z]+)?)_([a-z]{2,5}(?:-[a-z]+){1,3}-\d{1,2})[_-](?:.*_)?(\d{8}T\d{4})(?:\d\d)?Z?"
)

parts = st.lists(
    st.sampled_from(
        [
            ACCOUNT,
            "11112222333",
            "CloudTrail",
            "CloudTrail-Digest",
            "CloudTrail-NetworkActivity",
            "CloudTrail-1",
            "eu-west-1",
            "us-gov-east-1",
            "eu-west-1-audit",
            "EU",
            "audit",
            "20261005T0010Z",
            "20261005T001007Z",
            "20261005T0010",
            "20261005T0012Zx",
            "20261305T0010Z",
            "2026100T0010Z",
            "20261005T0015Z.json.gz",
            "aBcDeFgH.json.gz",
            "aBcDeFgHTiJk.json.gz",
            "",
        ]
    ),
    max_size=7,
)


def oracle(name: str) -> LogName | None:
    match = SLOWLY.match(name)
    if match is None:
        return None
    account, kind, region, stamp = match.groups()
    begin = slot_of_minute(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[9:11]}:{stamp[11:13]}")
    if begin is not None and int(stamp[11:13]) % 5 == 0:
        begin -= 1
    return LogName(account, kind, region, None, begin)


@settings(max_examples=2_000)
@given(parts)
def test_the_quick_way_tells_the_same(several):
    assert parse_log_name("_".join(several)) == oracle("_".join(several))


@settings(max_examples=1_000)
@given(st.data())
def test_a_character_makes_a_difference_only_where_it_should(data):
    name = list(STAMPED)
    name[data.draw(st.integers(0, len(name) - 1))] = data.draw(st.sampled_from("0a_-TZ.é"))
    assert parse_log_name("".join(name)) == oracle("".join(name))


@pytest.mark.parametrize(
    ("folder", "organization"),
    [
        ("", None),
        (f"AWSLogs/{ACCOUNT}/CloudTrail", None),
        (f"AWSLogs/o-exampleorg/{ACCOUNT}/CloudTrail", "o-exampleorg"),
        (f"o-exampleorg/AWSLogs/{ACCOUNT}", None),
    ],
)
def test_the_organization_is_that_of_the_folder(folder, organization):
    name = parse_log_name(os.path.join(folder, STAMPED))  # noqa: PTH118
    assert name is not None
    assert name.organization == organization
