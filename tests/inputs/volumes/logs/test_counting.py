"""Whole files: duplicates, what is set aside, and a table of damages with exact messages and counts."""

import gzip
import json
import random
import struct
from collections import Counter
from decimal import Decimal

import pytest

from costplan.inputs.volumes.logs import count_logs
from costplan.inputs.volumes.logs.content import kinds_text
from costplan.inputs.volumes.logs.period import moment_of, slot_of_minute
from costplan.model.events import CLOUDTRAIL_SERVICE, EventCategory
from costplan.model.problems import BadInputError
from costplan.model.progress import Progress
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import EVERYTHING, CountPlan, FileStatistics

from .building import ACCOUNT, OTHER_ACCOUNT, STAMPED, make_object_record, make_record, text_of, write_log

pytestmark = pytest.mark.usefixtures("either_loop")

DIGEST = {"awsAccountId": ACCOUNT, "digestStartTime": "2026-10-05T00:00:00Z", "logFiles": []}
NOTIFICATION = {"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-1", "s3": {}}]}


def messages(found, folder):
    return [str(problem).replace(f"{folder}/", "").replace(str(folder), "FOLDER") for problem in found.problems]


def read_of(found):
    read = found.volumes.read
    assert read.records == read.counted + read.duplicates + read.unreadable
    assert read.counted == sum(row.count for row in found.volumes.rows)
    assert read.counted == sum(found.volumes.multiplicity.values()) + read.without_event_id
    return read


# ---- counting ----


def test_events_of_equal_keys_are_counted_together_with_their_bytes(tmp_path):
    records = [make_object_record("claims/1.json"), make_object_record("claims/22.json"), make_record()]
    write_log(tmp_path / STAMPED, records)
    found = count_logs([tmp_path], EVERYTHING)
    data, management = found.volumes.rows
    assert (data.key.category, data.count, management.count) == (EventCategory.DATA, 2, 1)
    sizes = [len(json.dumps(record, separators=(",", ":"))) for record in records]
    assert (data.raw_bytes, management.raw_bytes) == (sizes[0] + sizes[1], sizes[2])
    # One file is one slot of five minutes: 2 × 8760.
    assert data.per_month.point == Decimal(17520)
    assert (read_of(found).records, found.problems, found.log_files) == (3, (), 1)
    assert found.volumes.kind == "cloudtrail-logs"


def test_a_record_over_256_kib_is_oversize(tmp_path):
    base = len(json.dumps(make_record(errorMessage=""), separators=(",", ":")))
    limit = 256 * 1024
    records = [make_record(errorMessage="x" * (limit - base)), make_record(errorMessage="x" * (limit - base + 1))]
    write_log(tmp_path / STAMPED, records)
    (row,) = count_logs([tmp_path], EVERYTHING).volumes.rows
    assert (row.count, row.oversize, row.raw_bytes) == (2, 1, 2 * limit + 1)


def test_copies_of_an_event_are_counted_once_and_their_multiplicity_kept(tmp_path):
    shared, single = make_record(), make_record()
    write_log(tmp_path / STAMPED, [shared, single])
    write_log(tmp_path / STAMPED.replace("aBc", "xYz"), [shared, shared])
    # The same id in another account is another event (R51, R52).
    write_log(tmp_path / "other.json", [{**shared, "recipientAccountId": OTHER_ACCOUNT}])
    found = count_logs([tmp_path], EVERYTHING)
    read = read_of(found)
    assert (read.records, read.counted, read.duplicates, read.unreadable) == (5, 3, 2, 0)
    assert found.volumes.multiplicity == {1: 2, 3: 1}


def test_records_without_an_event_id_are_never_merged(tmp_path):
    record = make_record(eventID=...)
    write_log(tmp_path / STAMPED, [record, record, {**record, "eventID": None}, {**record, "eventID": ""}])
    read = read_of(count_logs([tmp_path], EVERYTHING))
    assert (read.counted, read.duplicates, read.without_event_id) == (4, 0, 4)


def test_what_the_plan_does_not_keep_is_summed(tmp_path):
    records = [make_object_record(), make_object_record(eventName="GetObject", readOnly=True), make_record()]
    write_log(tmp_path / STAMPED, records)
    rows = count_logs([tmp_path], CountPlan(frozenset())).volumes.rows
    assert [(row.key.category.value, row.count) for row in rows] == [("Data", 2), ("Management", 1)]
    assert rows[0].key.resources is UNKNOWN
    assert rows[0].key.read_only is UNKNOWN


def test_the_trails_own_events_stay_marked(tmp_path):
    own = {"type": "AWSService", "invokedBy": CLOUDTRAIL_SERVICE}
    write_log(tmp_path / STAMPED, [make_object_record(userIdentity=own), make_object_record()])
    rows = count_logs([tmp_path], CountPlan(frozenset({"resources"}))).volumes.rows
    assert {row.key.principal.invoked_by: row.count for row in rows} == {CLOUDTRAIL_SERVICE: 1, UNKNOWN: 1}


def test_inferred_categories_and_reads_are_counted(tmp_path):
    old = {"eventCategory": ..., "managementEvent": ..., "eventVersion": "1.05"}
    records = [make_object_record(**old), make_record(readOnly=...), make_record(**old, readOnly=...)]
    write_log(tmp_path / STAMPED, records)
    read = read_of(count_logs([tmp_path], EVERYTHING))
    assert (read.inferred_category, read.inferred_read_only) == (2, 2)


@pytest.mark.parametrize(
    "text",
    [
        text_of([make_record()]),
        b"\xef\xbb\xbf" + text_of([make_record()]),
        json.dumps([make_record()], indent=2).encode(),
        json.dumps(make_record()).encode(),
        b'{"Other": 1, "Records": [' + json.dumps(make_record()).encode() + b"]}\n",
    ],
    ids=["a log file", "with a byte order mark", "a list of events", "a single event", "with another key"],
)
def test_events_are_found_in_every_form(tmp_path, text):
    (tmp_path / "events.json").write_bytes(text)
    found = count_logs([tmp_path / "events.json"], EVERYTHING)
    assert (read_of(found).counted, found.problems, found.named_bad) == (1, (), ())


def test_the_order_of_files_and_paths_makes_no_difference(tmp_path):
    records = [make_object_record(f"claims/{n}.json", bucket=f"amzn-s3-demo-{n % 3}") for n in range(40)]
    paths = [write_log(tmp_path / f"{n}.json.gz", records[n : n + 4]) for n in range(0, 40, 2)]
    expected = count_logs([tmp_path], EVERYTHING)
    shuffled = random.Random(1).sample(paths, len(paths))
    found = count_logs(shuffled, EVERYTHING)
    assert found.volumes == expected.volumes
    assert read_of(found).duplicates == 38  # every file but the last repeats two events of the next


def test_a_file_given_twice_is_counted_once(tmp_path):
    path = write_log(tmp_path / STAMPED, [make_record(eventID=...)])
    found = count_logs([path, tmp_path, str(path)], EVERYTHING)
    assert (read_of(found).counted, found.volumes.files[0].files) == (1, 1)


def test_progress_tells_the_files_bytes_and_records_done(tmp_path):
    size = [write_log(tmp_path / name, [make_record()]).stat().st_size for name in ("a.json", "b.json")]
    seen = []
    count_logs([tmp_path], EVERYTHING, progress=seen.append)
    assert seen == [Progress(1, 2, size[0], sum(size), 1), Progress(2, 2, sum(size), sum(size), 2)]


# ---- the period ----


def test_the_period_of_an_account_is_that_of_all_its_regions(tmp_path):
    write_log(tmp_path / f"{ACCOUNT}_CloudTrail_eu-west-1_20261005T0005Z_a.json.gz", [make_record()])
    write_log(
        tmp_path / f"{ACCOUNT}_CloudTrail_us-east-1_20261005T0200Z_b.json.gz", [make_record(awsRegion="us-east-1")]
    )
    volumes = count_logs([tmp_path], EVERYTHING).volumes
    # Two hours of 730: each event counts 365 times.
    assert [row.per_month.point for row in volumes.rows] == [Decimal(365), Decimal(365)]
    assert {c.observed.hours for c in volumes.coverage} == {Decimal(2)}
    assert {f.slots_observed for f in volumes.files} == {24}


def test_accounts_of_one_organization_folder_share_a_period_and_others_do_not(tmp_path):
    def put(folder: str, account: str, stamp: str) -> None:
        name = f"{account}_CloudTrail_eu-west-1_{stamp}Z_x.json.gz"
        write_log(tmp_path / folder / account / "CloudTrail" / name, [make_record(recipientAccountId=account)])

    put("AWSLogs/o-exampleorgid", ACCOUNT, "20261005T0005")
    put("AWSLogs/o-exampleorgid", ACCOUNT, "20261005T0200")
    put("AWSLogs/o-exampleorgid", OTHER_ACCOUNT, "20261005T0100")
    put("AWSLogs", "123456789012", "20261005T0100")
    hours = {c.account: c.observed.hours for c in count_logs([tmp_path], EVERYTHING).volumes.coverage}
    assert hours == {ACCOUNT: Decimal(2), OTHER_ACCOUNT: Decimal(2), "123456789012": Decimal("0.083333")}


def test_without_a_stamp_the_times_of_the_events_tell_the_period(tmp_path):
    times = ("2026-10-05T00:07:30Z", "2026-10-05T01:59:59Z")
    write_log(tmp_path / "events.json", [make_record(eventTime=time) for time in times])
    volumes = count_logs([tmp_path], EVERYTHING).volumes
    observed = volumes.coverage[0].observed
    first, end = slot_of_minute("2026-10-05T00:05"), slot_of_minute("2026-10-05T02:00")
    assert (observed.start, observed.end) == (moment_of(first), moment_of(end))
    # 23 slots: 2 × 8760 / 23
    assert volumes.rows[0].per_month.point == Decimal("761.739130")


def test_the_records_know_the_account_better_than_the_name(tmp_path):
    write_log(tmp_path / STAMPED, [make_record(recipientAccountId=OTHER_ACCOUNT)])
    volumes = count_logs([tmp_path], EVERYTHING).volumes
    assert {place[0] for place in volumes.places} == {OTHER_ACCOUNT}
    assert volumes.files[0].account == OTHER_ACCOUNT


def test_an_account_that_only_the_name_tells_is_used(tmp_path):
    nameless = {"recipientAccountId": ..., "userIdentity": {"type": "AWSService", "invokedBy": "s3.amazonaws.com"}}
    write_log(tmp_path / STAMPED, [make_record(**nameless)])
    write_log(tmp_path / STAMPED.replace(ACCOUNT, OTHER_ACCOUNT), [make_record(**nameless)])
    rows = count_logs([tmp_path], EVERYTHING).volumes.rows
    assert [(row.key.account, row.count) for row in rows] == [(ACCOUNT, 1), (OTHER_ACCOUNT, 1)]


# ---- statistics of files ----


def test_delivered_files_are_measured_by_account_region_and_kind(tmp_path):
    first = write_log(tmp_path / STAMPED, [make_record(), make_record()])
    second = write_log(tmp_path / STAMPED.replace("T0010Z", "T0020Z"), [make_record()])
    network = write_log(
        tmp_path / STAMPED.replace("_CloudTrail_", "_CloudTrail-NetworkActivity_"),
        [make_record(eventCategory="NetworkActivity", eventType="AwsVpceEvent", readOnly=...)],
    )
    (tmp_path / "list.json").write_text(json.dumps([make_record()]))
    sizes = [path.stat().st_size for path in (first, second, network)]
    place = (ACCOUNT, "eu-west-1")
    classes = {"<1KiB": 2, "1-4KiB": 0, "4-16KiB": 0, "16-128KiB": 0, ">=128KiB": 0}
    assert max(sizes) < 1024
    # From 00:05 to 00:20 there are three slots.
    assert count_logs([tmp_path], EVERYTHING).volumes.files == (
        FileStatistics(*place, "CloudTrail", 2, sizes[0] + sizes[1], 3, 2, 3, size_histogram=classes),
        FileStatistics(
            *place, "CloudTrail-NetworkActivity", 1, sizes[2], 1, 1, 3, size_histogram={**classes, "<1KiB": 1}
        ),
    )


def test_an_uncompressed_file_is_measured_as_if_compressed(tmp_path):
    records = [make_record() for _ in range(50)]
    write_log(tmp_path / STAMPED.removesuffix(".gz"), records)
    (statistics,) = count_logs([tmp_path], EVERYTHING).volumes.files
    assert statistics.bytes < len(text_of(records)) / 5
    assert statistics.bytes_per_event is None


def test_a_renamed_log_file_is_measured_by_its_records(tmp_path):
    write_log(tmp_path / "renamed.json.gz", [make_record()])
    mixed = [make_record(), make_record(awsRegion="us-east-1")]
    write_log(tmp_path / "merged.json.gz", mixed)
    (statistics,) = count_logs([tmp_path], EVERYTHING).volumes.files
    assert (statistics.account, statistics.region, statistics.kind) == (ACCOUNT, "eu-west-1", "CloudTrail")
    assert (statistics.files, statistics.events) == (1, 1)


# ---- what is set aside ----


def test_digests_and_notifications_among_logs_are_set_aside_by_content(tmp_path):
    write_log(tmp_path / STAMPED, [make_record()])
    (tmp_path / "digest.json.gz").write_bytes(gzip.compress(json.dumps(DIGEST).encode()))
    (tmp_path / "notification.json").write_text(json.dumps(NOTIFICATION))
    (tmp_path / "eventbridge.json").write_text(json.dumps({"detail-type": "Object Created", "detail": make_record()}))
    (tmp_path / "sns.json").write_text(json.dumps({"Records": [{"EventSource": "aws:sns", "Sns": {}}]}))
    (tmp_path / "test.json").write_text(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"}))
    found = count_logs([tmp_path], EVERYTHING)
    read = read_of(found)
    assert (read.files, read.files_unreadable, read.records) == (1, 0, 1)
    assert read.set_aside == {"digest": 1, "notification": 4}
    assert (found.problems, found.named_bad, found.bytes_unreadable) == ((), (), 0)


def test_insights_and_aggregated_records_are_set_aside_and_not_among_the_records(tmp_path):
    insight = make_record(eventCategory="Insight", eventType="AwsCloudTrailInsight", eventSource=..., eventName=...)
    aggregated = make_record(eventCategory="Aggregated", eventType="AwsAggregatedEvent")
    write_log(tmp_path / STAMPED, [make_record(), insight, insight, aggregated])
    found = count_logs([tmp_path], EVERYTHING)
    assert read_of(found).records == 1
    assert read_of(found).set_aside == {"aggregated": 1, "insight": 2}
    assert found.volumes.files[0].events == 1


def test_other_json_in_a_folder_is_set_aside_and_said(tmp_path):
    write_log(tmp_path / STAMPED, [make_record()])
    (tmp_path / "package.json").write_text('{"name": "x"}')
    (tmp_path / "tests.json").write_text(json.dumps([{"data": make_record()}]))
    found = count_logs([tmp_path], EVERYTHING)
    assert messages(found, tmp_path) == [
        'package.json: JSON, but not a CloudTrail log — set aside; a log file is {"Records": […]} with CloudTrail\'s '
        "records",
        'tests.json: JSON, but not a CloudTrail log — set aside; a log file is {"Records": […]} with CloudTrail\'s '
        "records",
    ]
    assert read_of(found).set_aside == {"other-json": 2}
    assert (found.named_bad, found.bytes_unreadable) == ((), 0)


@pytest.mark.parametrize(
    ("content", "is_bad"), [(DIGEST, False), (NOTIFICATION, True), ({"name": "x"}, True), ([], True)]
)
def test_a_file_that_was_named_and_is_no_log_is_bad_unless_it_is_a_digest(tmp_path, content, is_bad):
    path = tmp_path / "named.json"
    path.write_text(json.dumps(content))
    found = count_logs([path], EVERYTHING)
    assert found.named_bad == ((str(path),) if is_bad else ())
    assert not found.has_logs


def test_a_folder_without_any_log_says_so(tmp_path):
    (tmp_path / "notification.json").write_text(json.dumps(NOTIFICATION))
    (tmp_path / "digest.json").write_text(json.dumps(DIGEST))
    (tmp_path / "broken.json").write_text("{")
    found = count_logs([tmp_path], EVERYTHING)
    assert messages(found, tmp_path)[-1] == (
        "FOLDER: no CloudTrail log among 3 files: 1 digest, 1 notification, 1 unreadable file"
        ' — a log file is {"Records": […]}; CloudTrail delivers them under …/AWSLogs/<account>/CloudTrail/'
    )
    assert not found.has_logs


def test_an_empty_folder_says_so(tmp_path):
    (tmp_path / "README.md").write_text("nothing")
    found = count_logs([tmp_path], EVERYTHING)
    assert messages(found, tmp_path) == [
        "FOLDER: no .json or .gz file in it — name the folder that CloudTrail delivers to: …/AWSLogs"
    ]
    assert (found.ignored, found.volumes.rows, found.unreadable_share) == (1, (), 0)


def test_kinds_are_counted_in_words():
    assert kinds_text(Counter({"other-json": 1, "digest": 2})) == "2 digests, 1 other JSON file"


# ---- damage ----

GOOD = gzip.compress(text_of([make_record()]))
FLAT = text_of([make_record()])
AGAIN = "copy the file again"
DAMAGES = {
    "an empty file": (b"", "the file is empty — copy it again"),
    "a gzip file of nothing": (gzip.compress(b""), f"nothing is in its gzip stream — {AGAIN}"),
    "truncated gzip": (GOOD[:-20], f"its gzip stream is cut off — {AGAIN}"),
    "a gzip header only": (GOOD[:10], f"its gzip stream is cut off — {AGAIN}"),
    "a corrupt stream": (
        GOOD[:50] + bytes([GOOD[50] ^ 255]) + GOOD[51:],
        f"its gzip stream is corrupt — {AGAIN}",
    ),
    "bytes after gzip": (GOOD + b"tail!", f"its gzip stream is followed by 5 bytes that are not gzip — {AGAIN}"),
    "neither gzip nor JSON": (b"not gzip", "neither gzip nor JSON — give the log files as CloudTrail wrote them"),
    "truncated JSON": (gzip.compress(FLAT[:-9]), f"its JSON is cut off after {len(FLAT) - 9} bytes — {AGAIN}"),
    "malformed JSON": (gzip.compress(b'{"Records":[{"a":tru}]}'), f"its JSON is malformed at byte 18 — {AGAIN}"),
    "two JSON values": (
        gzip.compress(b'{"Records":[]}\n {"Records":[]}'),
        "a second JSON value begins at byte 17 — a log file is one object; put JSON lines into a list",
    ),
    "Records missing": (
        gzip.compress(b'{"records":[]}'),
        'it has no Records — copy the file again; a log file is {"Records": […]}',
    ),
    "Records not a list": (
        gzip.compress(b'{"Records":{"a":1}}'),
        f"its Records are not a list — {AGAIN}; events stand in a list",
    ),
    "Records null": (
        gzip.compress(b'{"Records":null}'),
        f"its Records are not a list — {AGAIN}; events stand in a list",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_named_and_the_good_ones_are_counted(tmp_path, name):
    content, message = DAMAGES[name]
    good = write_log(tmp_path / STAMPED, [make_record(), make_record()])
    damaged = tmp_path / STAMPED.replace("aBc", "xYz")
    damaged.write_bytes(content)
    found = count_logs([tmp_path], EVERYTHING)
    line = {"truncated JSON": ":1", "malformed JSON": ":1", "two JSON values": ":2"}.get(name, "")
    assert messages(found, tmp_path) == [f"{damaged.name}{line}: {message}"]
    read = read_of(found)
    assert (read.files, read.files_unreadable, read.records, read.counted) == (2, 1, 2, 2)
    assert (found.named_bad, found.log_files) == ((), 1)
    assert (found.bytes_read, found.bytes_unreadable) == (good.stat().st_size + len(content), len(content))
    # The same file named by the caller is bad.
    assert count_logs([damaged], EVERYTHING).named_bad == (str(damaged),)


def test_a_file_that_cannot_be_opened_is_damage(tmp_path):
    write_log(tmp_path / STAMPED, [make_record()])
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere.json")
    found = count_logs([tmp_path], EVERYTHING)
    assert messages(found, tmp_path) == [
        "gone.json: cannot be read: No such file or directory — copy the file that it should point to"
    ]
    assert (read_of(found).files_unreadable, read_of(found).counted) == (1, 1)


def test_two_gzip_members_are_one_file(tmp_path):
    text = text_of([make_record(), make_record(), make_record()])
    (tmp_path / STAMPED).write_bytes(gzip.compress(text[:200]) + gzip.compress(text[200:]))
    found = count_logs([tmp_path], EVERYTHING)
    assert (read_of(found).counted, found.problems) == (3, ())


def test_a_file_named_gz_that_is_plain_json_is_read(tmp_path):
    (tmp_path / STAMPED).write_bytes(FLAT)
    assert read_of(count_logs([tmp_path], EVERYTHING)).counted == 1


def test_a_bomb_is_refused(tmp_path):
    # 600 kB whose trailer promises 513 MiB, as much as zeros could become.
    bomb = gzip.compress(b"\0" * 1000)[:-8] + bytes(600_000) + struct.pack("<II", 0, 513 * 2**20)
    (tmp_path / STAMPED).write_bytes(bomb)
    found = count_logs([tmp_path], EVERYTHING)
    assert messages(found, tmp_path)[0] == (
        f"{STAMPED}: decompresses to more than 512 MiB"
        " — CloudTrail's own files hold at most 50 MB; split it if it is a merge of many"
    )


def test_an_empty_list_of_records_is_a_log_without_events(tmp_path):
    write_log(tmp_path / STAMPED, [])
    found = count_logs([tmp_path], EVERYTHING)
    assert (read_of(found).files, read_of(found).records, found.problems) == (1, 0, ())
    assert found.has_logs


def test_bad_records_among_good_ones_are_named_by_index_and_nothing_of_them_is_printed(tmp_path):
    secret = "do-not-print-me"
    bad = [
        make_record(awsRegion=secret),
        make_record(eventName=[secret]),
        secret,
        make_record(recipientAccountId=secret),
        make_record(eventID=7, errorMessage=secret),
    ]
    good = [make_record() for _ in range(5)]
    records = [good[0], bad[0], bad[0], good[1], bad[1], good[2], bad[2], bad[3], good[3], bad[4], bad[0], good[4]]
    write_log(tmp_path / STAMPED, records)
    found = count_logs([tmp_path], EVERYTHING)
    read = read_of(found)
    assert (read.records, read.counted, read.duplicates, read.unreadable) == (12, 5, 0, 7)
    assert messages(found, tmp_path) == [
        f"{STAMPED}: Records[1-2, 10]: its awsRegion is not a Region code — 3 records are not counted",
        f"{STAMPED}: Records[4]: its eventName is not a text — not counted",
        f"{STAMPED}: Records[6]: it is not an object — not counted",
        f"{STAMPED}: Records[7]: its recipientAccountId is not an account id — not counted",
        f"{STAMPED}: Records[9]: its eventID is not a text — not counted",
    ]
    assert secret not in "".join(map(str, found.problems))
    # 7 of 12 records: the file's bytes in that share.
    assert found.bytes_unreadable == (tmp_path / STAMPED).stat().st_size * 7 // 12
    assert (read.files_unreadable, found.volumes.files[0].events) == (0, 5)


def test_a_record_with_broken_text_is_unreadable(tmp_path):
    text = text_of([make_record(), make_record(eventName="Run?")]).replace(b"Run?", b"Run\xff")
    (tmp_path / STAMPED).write_bytes(gzip.compress(text))
    found = count_logs([tmp_path], EVERYTHING)
    assert messages(found, tmp_path) == [f"{STAMPED}: Records[1]: it is not JSON — not counted"]


def test_broken_text_in_a_field_that_nobody_asks_for_harms_neither_the_record_nor_those_like_it(tmp_path):
    text = text_of([make_record(userAgent="a?"), make_record(), make_record()]).replace(b"a?", b"a\xff")
    (tmp_path / STAMPED).write_bytes(gzip.compress(text))
    found = count_logs([tmp_path], EVERYTHING)
    assert (read_of(found).counted, found.problems) == (3, ())


def test_json_that_is_nested_too_deep_is_damage(tmp_path):
    (tmp_path / "deep.json").write_bytes(b'{"Records":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    found = count_logs([tmp_path], EVERYTHING)
    assert messages(found, tmp_path)[0] == "deep.json: its JSON cannot be read — copy the file again"


def test_notifications_under_the_name_of_a_log_are_unreadable_records(tmp_path):
    write_log(tmp_path / STAMPED, NOTIFICATION["Records"])
    found = count_logs([tmp_path], EVERYTHING)
    assert read_of(found).unreadable == 1
    assert messages(found, tmp_path)[0] == (
        f"{STAMPED}: Records[0]: it is a notification, not a CloudTrail record — not counted"
    )


def test_a_record_without_a_time_is_unreadable_only_where_the_name_tells_none(tmp_path):
    write_log(tmp_path / STAMPED, [make_record(eventTime=...)])
    write_log(tmp_path / "events.json", [make_record(eventTime=7), make_record(eventTime="late")])
    found = count_logs([tmp_path], EVERYTHING)
    assert (read_of(found).counted, read_of(found).unreadable) == (1, 2)
    assert messages(found, tmp_path) == [
        "events.json: Records[0-1]: it has no eventTime, and the file's name tells no time — 2 records are not counted"
    ]


def test_what_was_never_counted_has_no_row_and_no_coverage(tmp_path):
    write_log(tmp_path / "events.json", [make_record(eventTime=...), make_record(awsRegion="us-east-1")])
    volumes = count_logs([tmp_path], EVERYTHING).volumes
    assert volumes.places == ((ACCOUNT, "us-east-1"),)
    write_log(tmp_path / "events.json", [make_record(eventTime=...)])
    volumes = count_logs([tmp_path], EVERYTHING).volumes
    assert (volumes.rows, volumes.coverage) == ((), ())


def test_all_problems_are_raised_at_once_when_asked_not_to_keep_going(tmp_path):
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("{")
    with pytest.raises(BadInputError) as error:
        count_logs([tmp_path], EVERYTHING, keep_going=False)
    assert len(error.value.problems) == 3  # both files, and that no log was among them


def test_an_unreadable_share_of_the_bytes_is_told(tmp_path):
    good = write_log(tmp_path / STAMPED, [make_record()])
    (tmp_path / "damaged.json").write_bytes(b"{" * good.stat().st_size)
    assert count_logs([tmp_path], EVERYTHING).unreadable_share == Decimal("0.5")
