"""What a scenario says of stores and of deliveries without a trail: read whole, written back, refused when wrong."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from costplan.inputs.configs import read_config
from costplan.model.problems import BadInputError
from costplan.model.recorders import CloudWatchLogs, DirectDelivery, EventDataStore, LogClass, OtherRecords, Recorder
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.reports.configs import TargetFormat, write_configuration
from costplan.reports.recorder_entries import recorder_entry
from costplan.reports.trails_table import render_trails

MANAGEMENT = AdvancedEventSelector((FieldSelector("eventCategory", equals=("Management",)),))

STORE = """\
- event_data_store: lake
  retention_days: 731
  scanned_gib_per_month: 12.5
  other_gib_per_month: {ConfigurationItem: 10, Evidence: 0.5}
  copied_gib: 200
  compressed_share: 12.5%
  extended_retention_gib: 7
"""
DIRECT = """\
- direct_delivery: to-cloudwatch
  account: "111122223333"
  regions: [us-east-1, eu-west-1]
  is_organization: true
  advanced_event_selectors:
    - {fields: {eventCategory: {equals: [Management]}}}
  cloudwatch_logs: {retention_days: 90, log_class: INFREQUENT_ACCESS}
"""


def read(folder: Path, entries: str) -> tuple[Recorder, ...]:
    path = folder / "scenario.yaml"
    path.write_text("recorders:\n" + "".join(f"  {line}\n" for line in entries.splitlines()))
    return read_config(path)


def test_everything_that_is_declared_of_a_store_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, STORE) == (
        EventDataStore(
            "lake",
            retention_days=731,
            scanned_gib_per_month=Decimal("12.5"),
            others=(OtherRecords(Decimal(10), "ConfigurationItem"), OtherRecords(Decimal("0.5"), "Evidence")),
            copied_gib=Decimal(200),
            compressed_share=Decimal("0.125"),
            extended_gib=Decimal(7),
        ),
    )
    (other,) = read(tmp_path, "- {event_data_store: lake, other_gib_per_month: 10, trial: true}")
    assert other == EventDataStore("lake", others=(OtherRecords(Decimal(10)),), is_on_trial=True)


def test_a_direct_delivery_is_read_whole(tmp_path: Path) -> None:
    assert read(tmp_path, DIRECT) == (
        DirectDelivery(
            "to-cloudwatch",
            "111122223333",
            "us-east-1",
            ("us-east-1", "eu-west-1"),
            is_organization=True,
            selectors=(MANAGEMENT,),
            cloudwatch_logs=CloudWatchLogs(90, LogClass.INFREQUENT_ACCESS),
        ),
    )


@pytest.mark.parametrize("entry", [STORE, DIRECT, "- {event_data_store: lake, other_gib_per_month: 10, trial: true}"])
def test_what_is_read_is_written_back(tmp_path: Path, entry: str) -> None:
    recorders = read(tmp_path, entry)
    path = tmp_path / "again.json"
    path.write_text(json.dumps({"recorders": [recorder_entry(one) for one in recorders]}, default=str))
    text = path.read_text()
    for number in ("12.5", "10", "0.5", "200", "7"):
        text = text.replace(f'"{number}"', number)
    path.write_text(text)
    assert read_config(path) == recorders


def test_both_are_shown(tmp_path: Path) -> None:
    assert render_trails(read(tmp_path, STORE + DIRECT), 100).splitlines() == [
        "event data store  lake",
        f"----------------  {70 * '-'}",
        "account           not stated",
        "home Region       not stated",
        "scope             multi-Region",
        "ingestion         on",
        "records           management · reads and writes (no selectors of its own: AWS's default)",
        "billing           EXTENDABLE_RETENTION_PRICING, kept for 731 days",
        "                  takes in 10 GiB of ConfigurationItem records a month",
        "                  takes in 0.5 GiB of Evidence records a month",
        "                  200 GiB of log files are copied into it in month 1",
        "                  queries scan 12.5 GiB a month",
        "                  keeps 12.5 % of each byte it takes in",
        "                  holds 7 GiB older than the included days already",
        "",
        "direct delivery  to-cloudwatch",
        f"---------------  {69 * '-'}",
        "account          111122223333",
        "switched on in   us-east-1, eu-west-1, every account of the organization",
        "records          management · reads and writes",
        "delivers to      CloudWatch Logs, Infrequent Access, kept for 90 days, without a trail",
    ]


@pytest.mark.parametrize("target", [TargetFormat.AWS_API, TargetFormat.CLOUDFORMATION, TargetFormat.TERRAFORM])
def test_a_direct_delivery_is_left_out_of_what_has_no_word_for_it_and_it_is_said(
    tmp_path: Path, target: TargetFormat
) -> None:
    trail = "- {trail: audit, account: '111122223333', home_region: us-east-1, is_multi_region: true}\n"
    written = write_configuration(read(tmp_path, trail + DIRECT), target)
    assert "audit" in written.text
    assert [note for note in written.notes if "to-cloudwatch" in note] == [
        "direct delivery to-cloudwatch: left out, as it is neither a trail nor an event data store: it is set up by a "
        "telemetry rule of CloudWatch (AWS::ObservabilityAdmin::TelemetryRule)"
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("- {event_data_store: lake, copied_gib: -1}", "copied_gib is -1 — write how many GiB, at least 0"),
        ("- {event_data_store: lake, scanned_gib_per_month: -1}", "scanned_gib_per_month is -1 — write how many"),
        ("- {event_data_store: lake, other_gib_per_month: -1}", "other_gib_per_month is -1 — write how many"),
        ("- {event_data_store: lake, other_gib_per_month: {Evidence: -1}}", "other_gib_per_month.Evidence is -1 — "),
        ("- {event_data_store: lake, other_gib_per_month: {Data: 1}}", 'the key "Data" is not one of ActivityAudit'),
        ("- {event_data_store: lake, compressed_share: 101%}", "compressed_share is not between 0% and 100% — "),
        (
            "- {event_data_store: lake, billing_mode: FIXED_RETENTION_PRICING, compressed_share: 10%}",
            "compressed_share: the seven-year option keeps nothing beyond what ingestion pays for — leave it out",
        ),
        (
            "- {event_data_store: lake, retention_days: 500, trial: true, extended_retention_gib: 1}",
            "trial: a store that keeps data of more than a year is not on its 30-day trial — keep one of",
        ),
        (
            "- {event_data_store: lake, retention_days: 366, extended_retention_gib: 1}",
            "a retention of 366 days or less keeps nothing that is paid apart — write retention_days",
        ),
        ("- {event_data_store: lake, regions: [us-east-1]}", "regions has no meaning for an event data store — "),
        ("- {trail: audit, regions: [us-east-1]}", "regions has no meaning for a trail — "),
        ("- {trail: audit, trial: true}", "trial has no meaning for a trail — "),
        ("- {direct_delivery: a, regions: [us-east-1]}", "has no advanced_event_selectors — write them, as AWS asks"),
        (
            "- {direct_delivery: a, advanced_event_selectors: [{fields: {eventCategory: {equals: [Data]}}}]}",
            "says no Region — write regions: [us-east-1, …]",
        ),
        (
            "- {direct_delivery: a, regions: [us-east-1], advanced_event_selectors: "
            "[{fields: {eventCategory: {equals: [NetworkActivity]}, eventSource: {equals: [kms.amazonaws.com]}}}]}",
            "selector 1 asks for more than management and data events (R78) — write eventCategory",
        ),
        (
            "- {direct_delivery: a, regions: [us-east-1], advanced_event_selectors: "
            "[{fields: {readOnly: {equals: ['true']}}}]}",
            "selector 1 asks for more than management and data events (R78)",
        ),
        ("- {direct_delivery: a, home_region: us-east-1}", "home_region has no meaning for a direct delivery — "),
        ("- {direct_delivery: a, s3: {bucket: logs}}", "s3 has no meaning for a direct delivery — leave it out"),
        ("- {direct_delivery: a, event_selectors: []}", "event_selectors has no meaning for a direct delivery — "),
        ("- {direct_delivery: a, trail: b}", "has trail and direct_delivery — write one of from, trail, "),
        ("- {trail: a, cloudwatch_logs: {log_class: DELIVERY}}", "expected one of INFREQUENT_ACCESS, STANDARD, found"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_what_to_do(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read(tmp_path, entry)
    lines = [str(problem) for problem in caught.value.problems]
    assert any(said in line and "scenario.yaml:2: recorders[0]" in line for line in lines), lines
