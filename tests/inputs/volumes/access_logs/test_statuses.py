"""Which answers of S3 make an event: none is dropped unsaid."""

from decimal import Decimal
from pathlib import Path

import pytest

from costplan.inputs.volumes.access_logs.statuses import AUTHENTICATION_ERRORS
from costplan.model.unknown import UNKNOWN
from tests.inputs.volumes.access_logs.building import line, read, write
from tests.inputs.volumes.access_logs.test_operations import FIRST, LAST


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("200", "-"),
        ("206", "-"),
        ("304", "-"),
        ("403", "AccessDenied"),
        ("404", "NoSuchKey"),
        ("405", "MethodNotAllowed"),
        ("412", "PreconditionFailed"),
        ("416", "InvalidRange"),
        ("-", "-"),
    ],
)
def test_a_request_of_a_known_caller_is_an_event_whatever_came_of_it(tmp_path: Path, status: str, error: str) -> None:
    (row,) = read(write(tmp_path, [FIRST, line(status=status, error=error), LAST])).volumes.rows

    # 1 in ten hours: 73
    assert (row.per_month.low, row.per_month.high) == (Decimal(73), Decimal(73))
    assert row.key.error_code == (None if error == "-" else error)


def test_an_anonymous_request_that_is_denied_is_an_event(tmp_path: Path) -> None:
    (row,) = read(write(tmp_path, [FIRST, line(requester="-", status="403", error="AccessDenied"), LAST])).volumes.rows

    assert row.per_month.low == Decimal(73)
    assert (row.key.principal.container, row.key.principal.type) == (None, "AWSAccount")


@pytest.mark.parametrize("error", sorted(AUTHENTICATION_ERRORS))
def test_failed_authentication_may_be_recorded_under_its_own_source(tmp_path: Path, error: str) -> None:
    (row,) = read(write(tmp_path, [FIRST, line(status="403", error=error), LAST])).volumes.rows

    assert (row.key.event_source, row.key.event_name) == ("s3-authn-errors.amazonaws.com", f"Authenticate{error}")
    assert (row.key.principal.container, row.key.read_only) == (UNKNOWN, UNKNOWN)
    # 1 in ten hours: none or 73
    assert (row.per_month.low, row.per_month.high) == (Decimal(0), Decimal(73))


def test_a_redirect_for_good_is_no_event(tmp_path: Path) -> None:
    counted = read(write(tmp_path, [FIRST, line(status="301", error="PermanentRedirect"), LAST]))

    assert counted.volumes.rows == ()
    assert counted.volumes.read is not None
    assert counted.volumes.read.set_aside == {"bucket-operation": 2, "redirect": 1}


@pytest.mark.parametrize(
    ("status", "error"), [("307", "TemporaryRedirect"), ("500", "InternalError"), ("503", "SlowDown")]
)
def test_of_what_s3_itself_did_not_do_nobody_knows(tmp_path: Path, status: str, error: str) -> None:
    (row,) = read(write(tmp_path, [FIRST, line(status=status, error=error), LAST])).volumes.rows

    assert (row.key.event_name, row.per_month.low, row.per_month.high) == ("GetObject", Decimal(0), Decimal(73))


def test_a_key_of_a_batch_that_was_not_deleted_may_make_no_event(tmp_path: Path) -> None:
    lines = [line("BATCH.DELETE.OBJECT", status="403", error="AccessDenied"), line("BATCH.DELETE.OBJECT", status="204")]
    rows = read(write(tmp_path, [FIRST, *lines, LAST])).volumes.rows

    # one for sure, the other perhaps
    assert sorted((row.per_month.low, row.per_month.high) for row in rows) == [
        (Decimal(0), Decimal(73)),
        (Decimal(73), Decimal(73)),
    ]
