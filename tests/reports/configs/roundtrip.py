"""What is left of a recorder when it has been written in a format and read again: written by hand from the rules."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from costplan.inputs.configs import Given, read_config
from costplan.model.places import partition_of
from costplan.model.recorders import LogBucket, Recorder, SmallObjects, Trail
from costplan.reports.configs import TargetFormat, TemplateFormat, write_configuration
from tests.reports.configs.planner import show

Place = tuple[str | None, str | None]


def read(folder: Path, name: str, text: str, place: Place = (None, None)) -> tuple[Recorder, ...]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    given = {"AWS::AccountId": place[0], "AWS::Region": place[1]}
    return read_config(path, Given({key: value for key, value in given.items() if value is not None}))


# ---- Terraform ----


def without_declared(store: Recorder) -> Recorder:
    """What only a scenario says of a store is in no other format."""
    return replace(
        store,
        scanned_gib_per_month=None,
        others=(),
        copied_gib=None,
        compressed_share=None,
        extended_gib=None,
        is_on_trial=False,
    )


def after_terraform(recorder: Recorder) -> Recorder:
    """Nobody can say a store's ARN, recursive logging, aggregation, starts, months, what uses the events."""
    recorder = replace(recorder, starts_in_month=1, stops_in_month=None)
    if not isinstance(recorder, Trail):
        return without_declared(replace(recorder, arn=None))
    return replace(
        recorder,
        arn=arn_in_its_place(recorder),
        recursive_logging=True,
        aggregates_data=False,
        started=None,
        loads_opensearch=False,
        bucket=declared_or_named(recorder),
    )


def arn_in_its_place(trail: Trail) -> str | None:
    """The ARN that name, account and home Region make; none without all of them."""
    if not (trail.account and trail.home_region):
        return None
    partition = partition_of(trail.home_region)
    return f"arn:{partition}:cloudtrail:{trail.home_region}:{trail.account}:trail/{trail.name}"


def without_usage(bucket: LogBucket) -> LogBucket:
    """What is in a bucket and who uses its files is no configuration of AWS's."""
    return replace(
        bucket,
        existing_gib=None,
        existing_objects=None,
        sns_subscriptions=(),
        reads_per_file=None,
        bucket_key_share=None,
    )


def declared_or_named(trail: Trail) -> LogBucket:
    """Only a bucket that is declared, for its lifecycle rules, has an account and a Region."""
    bucket = without_usage(trail.bucket)
    if not bucket.lifecycle and not bucket.is_versioned:
        return replace(bucket, account=None, region=None)
    return replace(bucket, account=bucket.account or trail.account, region=bucket.region or trail.home_region)


def through_terraform(folder: Path, recorders: Sequence[Recorder]) -> tuple[Recorder, ...]:
    return read(folder, "plan.json", show(write_configuration(recorders, TargetFormat.TERRAFORM).text))


# ---- CloudFormation ----


def after_cloudformation(recorder: Recorder, place: Place) -> Recorder:
    """A template can say aggregation, and takes its account and Region from where it is applied."""
    kept = after_terraform(replace(recorder, account=place[0], home_region=place[1]))
    return replace(kept, aggregates_data=recorder.aggregates_data) if isinstance(recorder, Trail) else kept


def places_of(recorders: Iterable[Recorder]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys((recorder.account, recorder.home_region) for recorder in recorders))


def of_place(recorders: Iterable[Recorder], place: Place) -> tuple[Recorder, ...]:
    """What a template makes in one place."""
    account, region = place
    return tuple(
        after_cloudformation(recorder, place)
        for recorder in recorders
        if recorder.account in (None, account) and recorder.home_region in (None, region)
    )


def through_cloudformation(
    folder: Path, recorders: Sequence[Recorder], place: Place, form: TemplateFormat = TemplateFormat.YAML
) -> tuple[Recorder, ...]:
    written = write_configuration(recorders, TargetFormat.CLOUDFORMATION, form)
    return read(folder, f"template.{form}", written.text, place)


# ---- the API ----


def after_aws_api(recorder: Recorder) -> Recorder:
    """Answers say everything of a trail but its bucket's account; an ARN, which says the place, follows from it.

    They have no months of a projection.
    """
    recorder = replace(recorder, starts_in_month=1, stops_in_month=None)
    if not isinstance(recorder, Trail):
        place = {} if recorder.arn else {"account": None, "home_region": None}
        return without_declared(replace(recorder, **place))
    account, bucket = recorder.account, recorder.bucket
    arn = arn_in_its_place(recorder) or recorder.arn
    named = replace(without_usage(bucket), account=None)
    unnamed = replace(named, region=None, lifecycle=(), is_versioned=False, small_objects=SmallObjects.STAY)
    kept = named if bucket.name else unnamed
    return replace(recorder, arn=arn, account=account if arn else None, bucket=kept, loads_opensearch=False)


def through_aws_api(folder: Path, recorders: Sequence[Recorder]) -> tuple[Recorder, ...]:
    return read(folder, "answers.json", write_configuration(recorders, TargetFormat.AWS_API).text)


def by_name(recorders: Iterable[Recorder]) -> list[Recorder]:
    """Recorders in an order of their own: answers list trails and stores apart."""
    return sorted(recorders, key=lambda one: (type(one).__name__, one.name, str(one.account), str(one.home_region)))
