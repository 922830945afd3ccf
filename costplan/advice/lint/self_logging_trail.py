"""CP010: log files whose delivery is an event that is recorded and delivered again."""

from collections.abc import Iterator, Mapping, Sequence

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import S3_OBJECT
from costplan.engine.matching import Matcher
from costplan.model.events import CLOUDTRAIL_SERVICE, EventCategory, EventKey, Principal, Resource
from costplan.model.places import partition_of
from costplan.model.recorders import DirectDelivery, Recorder, Trail
from costplan.model.truth import Truth

_HINT = "set RecursiveLogging to false, or leave the bucket out of the selectors"


def _check(survey: Survey) -> Iterator[Hit]:
    trails = dict(survey.trails())
    matchers = tuple(Matcher(recorder) for recorder in survey.recorders)
    recorded_by = {position: _recorded_by(trail, matchers) for position, trail in trails.items()}
    for position, trail in trails.items():
        recorders = recorded_by[position]
        others = [other for other in recorders if other != position]
        related = tuple(where for other in others if (where := survey.recorders[other].where))
        bucket = f"bucket {trail.bucket.name}"
        if position in recorders:
            whose = "" if trail.bucket.account else ", if it is in the trail's own account"
            message = f"records its own deliveries to {bucket}{whose}: every log file makes an event of the next one"
            yield Hit(position, f"{survey.title(position)}: {message}", _HINT)
        elif _comes_back(position, recorded_by):
            names = " and ".join(survey.place(other) for other in others)
            message = f"its deliveries to {bucket} are recorded by {names}, and whose files come back to it"
            yield Hit(position, f"{survey.title(position)}: {message}", _HINT, related=related)
        elif others and trail.bucket.account:
            names = " and ".join(survey.place(other) for other in others)
            message = f"its deliveries to {bucket} are recorded by {names}: one more data event for each log file"
            yield Hit(position, f"{survey.title(position)}: {message}", _HINT, severity=Severity.INFO, related=related)


def _comes_back(start: int, recorded_by: Mapping[int, tuple[int, ...]]) -> bool:
    """Whether a delivery of trail *start* leads, from trail to trail, to another delivery of it."""
    seen: set[int] = set()
    ahead = list(recorded_by[start])
    while ahead:
        position = ahead.pop()
        if position == start:
            return True
        if position not in seen:
            seen.add(position)
            ahead += recorded_by.get(position, ())
    return False


def _recorded_by(trail: Trail, matchers: Sequence[Matcher]) -> tuple[int, ...]:
    """Return the positions of the recorders that surely record what *trail* puts into its bucket."""
    if trail.bucket.name is None:
        return ()
    key = _delivery(trail, trail.bucket.name)
    return tuple(
        position
        for position, matcher in enumerate(matchers)
        if _is_present(matcher.recorder, trail) and matcher.match(key) is Truth.YES
    )


def _is_present(recorder: Recorder, trail: Trail) -> bool:
    """Whether *recorder* is where the bucket of *trail* is: the account and Region that get the event (R53, R87).

    What nobody stated is taken to be the same for the two.
    """
    account, region = trail.bucket.account or trail.account, trail.bucket.region or trail.home_region
    in_account = recorder.is_organization or recorder.account == account
    if isinstance(recorder, DirectDelivery):
        return in_account and region in (recorder.regions or (recorder.home_region,))
    return recorder.is_running and in_account and (recorder.is_multi_region or recorder.home_region == region)


def _delivery(trail: Trail, bucket: str) -> EventKey:
    """Return the event of one delivery as selectors see it; of the object's key only the beginning is fixed (R100)."""
    arn = f"arn:{_partition(trail)}:s3:::{bucket}"
    folder = f"{trail.bucket.prefix.strip('/')}/AWSLogs" if trail.bucket.prefix else "AWSLogs"
    return EventKey(
        account="",
        region="",
        category=EventCategory.DATA,
        event_source="s3.amazonaws.com",
        event_name="PutObject",
        event_type="AwsApiCall",
        read_only=False,
        resources=(Resource(S3_OBJECT, f"{arn}/{folder}"), Resource("AWS::S3::Bucket", arn, is_whole=True)),
        principal=Principal(container=None, type="AWSService", invoked_by=CLOUDTRAIL_SERVICE),
        is_console=None,
        error_code=None,
        vpc_endpoint_id=None,
        vpc_endpoint_account=None,
        is_global_endpoint=None,
    )


def _partition(trail: Trail) -> str:
    return trail.arn.split(":")[1] if trail.arn else partition_of(trail.home_region or "")


SELF_LOGGING_TRAIL = Rule(
    code="CP010",
    name="self-logging-trail",
    severity=Severity.WARNING,
    what="A trail delivers to a bucket whose data events it records itself, or through another trail. (As a remark: "
    "another recorder records its deliveries, without a loop.)",
    why="Each log file that CloudTrail delivers is a PutObject in the log bucket. If that is recorded, the next file "
    "holds it, and there is a next file even when nothing else happens: data events, requests and storage that are "
    "paid and tell nothing. The cures are RecursiveLogging: false, selectors without the bucket, or a bucket in an "
    "account where nothing records it.",
    example="""\
- trail: audit
  s3: {bucket: amzn-s3-demo-logging-bucket}
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
""",
    instead="""\
- trail: audit
  s3: {bucket: amzn-s3-demo-logging-bucket}
  recursive_logging: false
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
""",
    source=f"R76; {USER_GUIDE}cloudtrail-trail-recursive-logging.html, "
    f"{USER_GUIDE}logging-data-events-with-cloudtrail.html",
    check=_check,
)
