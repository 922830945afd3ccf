"""What is kept of access logs: a volumes file that reads back as it was, notes for people, and an end when asked."""

import os
import signal
from pathlib import Path

import pytest

from costplan.inputs.volumes.access_logs import count_access_logs, find_access_logs, listing
from costplan.inputs.volumes.volumes_file import read_volumes, write_volumes
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.progress import Progress
from costplan.model.volumes import EVERYTHING, OPTIONAL_FIELDS, CountPlan
from costplan.reports.volumes_table import render_volumes
from tests.inputs.volumes.access_logs.building import BUCKET, ROLE, line, read, write
from tests.inputs.volumes.access_logs.test_reading import name_of, population

ASKED = CountPlan(
    OPTIONAL_FIELDS,
    (
        Condition(ArnField.RESOURCE, Operator.STARTS_WITH, f"arn:aws:s3:::{BUCKET}/raw/"),
        Condition(ArnField.PRINCIPAL, Operator.STARTS_WITH, f"{ROLE}/s"),
    ),
)
OF_EVERY_KIND = [
    line(),
    line(requester="-"),
    line(requester="0" * 64),
    line(requester="svc:delivery.logs.amazonaws.com"),
    line("REST.POST.MULTI_OBJECT_DELETE", "-"),
    line("S3.EXPIRE.OBJECT"),
    line(status="403", error="SignatureDoesNotMatch"),
    line("REST.GET.NOVELTY", "-"),
    line(status="503", error="SlowDown"),
]


@pytest.mark.parametrize("plan", [EVERYTHING, ASKED, CountPlan(frozenset())], ids=["everything", "asked", "nothing"])
def test_a_file_of_them_reads_back_as_it_was(tmp_path: Path, plan: CountPlan) -> None:
    volumes = read(write(tmp_path / "logs", OF_EVERY_KIND), plan).volumes
    write_volumes(volumes, tmp_path / "volumes.json")
    again = read_volumes(tmp_path / "volumes.json")

    assert volumes.rows
    assert (again.rows, again.coverage, again.kind, again.read) == (
        volumes.rows,
        volumes.coverage,
        "access-logs",
        volumes.read,
    )


def test_what_is_not_sure_is_told_to_people(tmp_path: Path) -> None:
    lines = [*OF_EVERY_KIND, line("REST.GET.ACL", "-"), line(status="301"), line("REST.COPY.OBJECT_GET")]
    text = " ".join(render_volumes(read(write(tmp_path, lines)).volumes, 200).split())

    # Each once in five minutes: 8,760 a month; of what is in no document the unknown operation, S3's own failure, and
    # 1 to 1,000 keys for one request.
    assert "may not be recorded, up to 8,760 a month: lifecycle rules: AWS's pages disagree (Q1)" in text
    assert "may not be recorded, up to 8,760 a month: failed authentication: AWS's pages disagree (Q2)" in text
    assert "may not be recorded, up to 8.77M a month: other requests" in text
    assert "1 on buckets rather than objects (management events); 1 the reading half of a copy" in text
    assert "1 redirected for good (301)" in text
    assert "access logs come when they can" in text


def test_ctrl_c_ends_the_reading_and_says_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "BATCH_OBJECTS", 2)
    for number in range(6):
        write(tmp_path, population(lines=10), name_of(number))

    def interrupt(progress: Progress) -> None:
        if progress.files == 3:
            os.kill(os.getpid(), signal.SIGINT)

    counted = count_access_logs(find_access_logs([tmp_path]), EVERYTHING, progress=interrupt)
    assert counted.left_unread == 3
    assert counted.log_files == 3
