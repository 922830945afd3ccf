"""Buckets: filters that count all or a part, Storage Lens, metrics that are new, metrics that nobody switched on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from costplan.inputs.account import Access
from costplan.inputs.volumes.metrics.bucket_words import switch_on as how_to_switch_on
from tests.inputs.account import conftest as live
from tests.inputs.account.front import Asked, Scene
from tests.inputs.volumes.metrics.measured import (
    END,
    LENS,
    OTHER,
    START,
    figures,
    make_bucket,
    measure,
    problems,
    put,
    switch_on,
)

access, aws_environment = live.access, live.aws_environment
front, moto_server, scene = live.front, live.moto_server, live.scene

D = Decimal
A, B = "amzn-s3-demo-a", "amzn-s3-demo-b"
LENS_SPACE = "AWS/S3/Storage-Lens"


def of(bucket: str, name: str = "EntireBucket") -> dict[str, str]:
    return {"BucketName": bucket, "FilterId": name}


def lens(bucket: str, **rest: str) -> dict[str, str]:
    # moto finds dimensions only in the order in which they were put.
    return {**LENS, "bucket_name": bucket, **rest}


def covered(result: object) -> list[tuple[str, str | None]]:
    return [(part.region, part.container) for part in result.volumes.coverage]


def test_a_bucket_without_metrics_is_unknown_with_the_command_and_its_price(
    scene: Scene,
    access: Access,
) -> None:
    make_bucket(A)
    make_bucket(B)
    switch_on(scene, {A: {"EntireBucket": ""}})
    put("AWS/S3", "GetRequests", of(A), 1)

    result = measure(access, "s3")

    # One of two: only that one is covered, so selecting all objects stays unknown.
    assert covered(result) == [("eu-west-1", f"arn:aws:s3:::{A}")]
    (problem,) = result.problems
    assert problem.what.startswith(f"nothing is known of bucket {B} in eu-west-1: it has no request metrics")
    assert (
        f"aws s3api put-bucket-metrics-configuration --bucket {B} --id EntireBucket"
        """ --metrics-configuration '{"Id":"EntireBucket"}'""" in problem.hint
    )
    assert "up to $4.80 a month: 16 custom metrics, list price of us-east-1" in problem.hint
    assert problem.hint == how_to_switch_on(B)


def test_where_every_bucket_is_measured_the_type_is(scene: Scene, access: Access) -> None:
    make_bucket(A)
    make_bucket(B, OTHER)
    switch_on(scene, {A: {"all": ""}})
    put("AWS/S3", "GetRequests", of(A, "all"), 1)

    result = measure(access, "s3", regions=("eu-west-1", OTHER, "eu-central-1"))

    # In one Region all are measured, in one there is none, in one a bucket is not: there nobody can ask for another.
    assert covered(result) == [("eu-central-1", None), ("eu-west-1", None), (OTHER, f"arn:aws:s3:::{A}")]
    assert len(result.problems) == 1


def test_buckets_of_other_regions_are_not_spoken_of(scene: Scene, access: Access) -> None:
    make_bucket(B, OTHER)
    result = measure(access, "s3")
    assert result.problems == ()
    assert covered(result) == [("eu-west-1", None)]
    assert scene.asked_for("ListBuckets")


@pytest.mark.parametrize(
    ("filters", "counted", "low"),
    [
        # They overlap: at least the larger of the two.
        ({"raw": "raw/", "logs": "logs/"}, {"raw": 2, "logs": 3}, 3),
        ({"raw": "raw/"}, {"raw": 2}, 2),
    ],
)
def test_filters_of_a_part_are_a_part(
    filters: Mapping[str, str],
    counted: Mapping[str, int],
    low: int,
    scene: Scene,
    access: Access,
) -> None:
    make_bucket(A)
    switch_on(scene, {A: filters})
    for name, units in counted.items():
        put("AWS/S3", "HeadRequests", of(A, name), units)

    result = measure(access, "s3")

    assert figures(result.volumes) == {"reads": (low, low, low)}
    assert covered(result) == []
    assert "only a part is known" in problems(result)
    assert "switch them on: aws s3api" in problems(result)


def test_the_filter_of_everything_is_taken_and_no_other(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {A: {"all": "", "raw": "raw/"}})
    put("AWS/S3", "HeadRequests", of(A, "all"), 5)
    put("AWS/S3", "HeadRequests", of(A, "raw"), 4)

    assert figures(measure(access, "s3").volumes) == {"reads": (5, 5, 5)}


def test_a_filter_that_nobody_may_see_is_known_by_its_name(scene: Scene, access: Access) -> None:
    make_bucket(A)
    make_bucket(B)
    scene.fail("AccessDenied", "ListBucketMetricsConfigurations")
    put("AWS/S3", "HeadRequests", of(A), 5)

    result = measure(access, "s3")

    assert figures(result.volumes) == {"reads": (5, 5, 5)}
    (problem,) = result.problems
    assert f"{B} in eu-west-1: whether it has request metrics is not known" in problem.what
    assert "s3:GetMetricsConfiguration" in problem.hint
    assert "somebody" not in str(problem)


def test_metrics_switched_on_in_that_time_count_from_then_on(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {A: {"EntireBucket": ""}})
    # The last 48 of 336 hours: seven times as many a month, if they were new then.
    put("AWS/S3", "HeadRequests", of(A), 1, when=END - timedelta(hours=48))

    result = measure(access, "s3")

    assert figures(result.volumes) == {"reads": (1, 7, 7)}
    assert [row.count for row in result.volumes.rows] == [336]


def test_metrics_that_have_nothing_may_be_new_and_are_no_zero(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {A: {"EntireBucket": ""}})

    result = measure(access, "s3", "lambda")

    assert "its request metrics have nothing in that time" in problems(result)
    assert [part.resource_type for part in result.volumes.coverage] == ["AWS::Lambda::Function"]


def test_storage_lens_is_the_second_choice_and_a_check_of_the_first(
    scene: Scene,
    access: Access,
) -> None:
    make_bucket(A)
    make_bucket(B)
    switch_on(scene, {A: {"EntireBucket": ""}})
    put("AWS/S3", "HeadRequests", of(A), 4)
    for bucket, units in ((A, 5), (B, 3)):
        put(LENS_SPACE, "HeadRequests", lens(bucket), units, when=START.replace(hour=0))
        put(LENS_SPACE, "HeadRequests", lens(bucket), 0, when=END.replace(hour=0) - timedelta(days=1))

    result = measure(access, "s3")

    points = sorted(row.per_month.point for row in result.volumes.rows)
    assert points == [D(3) * 730, D(4) * 730]
    assert covered(result) == [("eu-west-1", None)]
    # 4 and 5: a fifth of the larger.
    assert "request metrics and Storage Lens are 20 % apart" in problems(result)


def test_storage_lens_counts_since_it_was_switched_on(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {})
    for day in (3, 2):
        put(LENS_SPACE, "HeadRequests", lens(A), 1, when=END.replace(hour=0) - timedelta(days=day))

    # Two of fourteen days: 2 × 336 in 48 hours.
    assert figures(measure(access, "s3").volumes) == {"reads": (14, 14, 14)}


def test_every_dashboard_counts_since_it_was_switched_on(scene: Scene, access: Access) -> None:
    make_bucket(A)
    make_bucket(B)
    switch_on(scene, {})
    for bucket, dashboard, first in ((A, "old", 14), (B, "new", 2)):
        for day in (first, 1):
            put(LENS_SPACE, "HeadRequests", lens(bucket, configuration_id=dashboard), 1, when=day_before_end(day))

    points = [row.per_month.point for row in measure(access, "s3").volumes.rows]

    # 2 × 336 in 14 days, and in 2 days.
    assert points == [D(2) * 730, D(14) * 730]


def day_before_end(days: int) -> datetime:
    return END.replace(hour=0) - timedelta(days=days)


def test_storage_classes_add_up_and_dashboards_do_not(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {})
    for dashboard in ("one", "two"):
        for storage_class in ("STANDARD", "GLACIER_IR"):
            dimensions = lens(A, configuration_id=dashboard, storage_class=storage_class)
            put(LENS_SPACE, "HeadRequests", dimensions, 1, when=START.replace(hour=0))
            put(LENS_SPACE, "HeadRequests", dimensions, 0, when=END.replace(hour=0) - timedelta(days=1))

    assert figures(measure(access, "s3").volumes) == {"reads": (2, 2, 2)}


def test_the_dashboard_of_an_organization_tells_of_other_accounts(scene: Scene, access: Access) -> None:
    switch_on(scene, {})
    put(LENS_SPACE, "HeadRequests", lens(A, aws_account_number="111122223333"), 1, when=START.replace(hour=0))
    put(LENS_SPACE, "PutRequests", lens(A, aws_account_number="111122223333"), 0, when=START + timedelta(days=12))

    result = measure(access, "s3")

    (row,) = result.volumes.rows
    assert (row.key.account, row.key.region) == ("111122223333", "eu-west-1")
    (part,) = [one for one in result.volumes.coverage if one.account == "111122223333"]
    # Not its other buckets, of which nobody knows.
    assert part.container == f"arn:aws:s3:::{A}"


def test_fewer_requests_than_their_kinds_are_told(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {A: {"EntireBucket": ""}})
    put("AWS/S3", "HeadRequests", of(A), 4)
    put("AWS/S3", "AllRequests", of(A), 3)

    assert "AllRequests counts 25 % fewer than its kinds" in problems(measure(access, "s3"))


def test_a_bucket_that_deletes_one_by_one_has_a_narrow_band(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {A: {"EntireBucket": ""}})
    put("AWS/S3", "DeleteRequests", of(A), 2)

    # Each may be a request to delete one key: itself and one more.
    assert figures(measure(access, "s3", keys_per_delete=1).volumes) == {"deletes": (2, 2, 4)}


def test_buckets_that_cannot_be_listed_cover_nothing_else(scene: Scene, access: Access) -> None:
    scene.fail("AccessDenied", "ListBuckets")
    switch_on(scene, {A: {"EntireBucket": ""}})
    put("AWS/S3", "HeadRequests", of(A), 4)

    result = measure(access, "s3")

    assert covered(result) == [("eu-west-1", f"arn:aws:s3:::{A}")]
    assert "the buckets cannot be listed" in problems(result)


def test_a_bucket_of_an_unknown_region_leaves_the_type_unknown(scene: Scene, access: Access) -> None:
    make_bucket(A)
    make_bucket(B)
    scene.fail("AccessDenied", "GetBucketLocation", about=B)
    switch_on(scene, {A: {"EntireBucket": ""}})
    put("AWS/S3", "HeadRequests", of(A), 4)

    result = measure(access, "s3")

    assert covered(result) == [("eu-west-1", f"arn:aws:s3:::{A}")]
    assert f"nothing is known of bucket {B}: its Region could not be found out" in problems(result)


def test_switched_off_metrics_are_told(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {})
    put("AWS/S3", "HeadRequests", of(A), 4)

    assert "have figures, but are not switched on" in problems(measure(access, "s3"))


def test_a_bucket_that_was_silent_for_a_while_is_not_taken_for_a_new_one(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {A: {"EntireBucket": ""}})
    # Months before the period its metrics were on; in the period it is used in the last two days alone.
    put("AWS/S3", "AllRequests", of(A), 1, when=END - timedelta(days=100))
    put("AWS/S3", "HeadRequests", of(A), 1, when=END - timedelta(hours=48))

    result = measure(access, "s3")

    assert figures(result.volumes) == {"reads": (1, 1, 1)}
    (part,) = result.volumes.coverage
    assert part.observed is not None
    assert part.observed.start == START


def without_days(answer: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """Forbid what is summed up by the day."""
    days = {one["Id"] for one in asked.parameters["MetricDataQueries"] if one["MetricStat"]["Period"] == 86_400}
    for one in answer["MetricDataResults"]:
        if one["Id"] in days:
            one |= {"StatusCode": "Forbidden", "Timestamps": [], "Values": []}
    return answer


def test_what_was_counted_before_the_period_may_be_unknown(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {A: {"EntireBucket": ""}})
    put("AWS/S3", "AllRequests", of(A), 1, when=END - timedelta(days=100))
    put("AWS/S3", "HeadRequests", of(A), 1, when=END - timedelta(hours=48))
    scene.patches["GetMetricData"] = without_days

    # As if they were new.
    assert figures(measure(access, "s3").volumes) == {"reads": (1, 7, 7)}


def test_the_filter_that_counted_longest_is_taken(scene: Scene, access: Access) -> None:
    make_bucket(A)
    # What the console would make was made a moment ago, beside one that counts for weeks.
    switch_on(scene, {A: {"EntireBucket": "", "all": ""}})
    put("AWS/S3", "HeadRequests", of(A, "all"), 2)
    put("AWS/S3", "HeadRequests", of(A), 1, when=END - timedelta(hours=48))

    result = measure(access, "s3")

    assert figures(result.volumes) == {"reads": (2, 2, 2)}
    assert result.problems == ()


def test_metrics_switched_off_in_that_time_count_up_to_then(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {})
    for hour in (0, 47):
        put("AWS/S3", "HeadRequests", of(A), 1, when=START + timedelta(hours=hour))

    result = measure(access, "s3")

    # 2 × 336 in the first 48 of 336 hours, or in all of them.
    assert figures(result.volumes) == {"reads": (2, 14, 14)}
    assert "have figures, but are not switched on" in problems(result)


def test_lists_of_uploads_are_in_the_lists_and_no_events(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {A: {"EntireBucket": ""}})
    put("AWS/S3", "ListRequests", of(A), 2)
    put("AWS/S3", "HeadRequests", of(A), 3)

    assert figures(measure(access, "s3").volumes) == {"reads": (3, 5, 5)}


def test_a_dashboard_that_counted_before_the_period_counts_all_of_it(scene: Scene, access: Access) -> None:
    make_bucket(A)
    switch_on(scene, {})
    for day in (60, 3, 1):
        put(LENS_SPACE, "HeadRequests", lens(A), 1, when=day_before_end(day))

    # Two of the period's days have 336 each.
    assert figures(measure(access, "s3").volumes) == {"reads": (2, 2, 2)}
