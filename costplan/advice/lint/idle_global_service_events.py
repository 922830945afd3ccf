"""CP016: global service events are asked for by a trail that is not where they happen."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.management_probes import recorded_kinds
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey
from costplan.engine.matching import categories_of
from costplan.model.events import EventCategory
from costplan.model.recorders import Trail

# Of the partitions in which nearly all trails are; the Regions of others are told by what is known of Regions (R63).
_LEADERS = {"cn-": "cn-north-1", "us-gov-": "us-gov-west-1"}
_LEADER = "us-east-1"
_OTHER_PARTITIONS = ("us-iso", "eu-iso", "eusc-")


def _check(survey: Survey) -> Iterator[Hit]:
    trails = dict(survey.trails())
    for position, trail in trails.items():
        leader = _leader(survey, trail)
        is_idle = trail.include_global_service_events and not trail.is_multi_region
        if not is_idle or leader is None or trail.home_region == leader:
            continue
        if not recorded_kinds(trail) or any(
            _records_them(other, trail, leader) for at, other in trails.items() if at != position
        ):
            continue
        message = (
            f"includes global service events, but they happen in {leader}, "
            f"and a single-Region trail in {trail.home_region} never gets them"
        )
        hint = "make it a multi-Region trail if IAM, STS and CloudFront must be recorded, else set the flag to false"
        yield Hit(position, f"{survey.title(position)}: {message}", hint)


def _leader(survey: Survey, trail: Trail) -> str | None:
    """Return the Region that records the global service events of the trail's partition, if it is known."""
    home = trail.home_region
    if home is None:
        return None
    if home in survey.regions:
        return survey.regions[home].leader
    if home.startswith(_OTHER_PARTITIONS):
        return None
    return next((leader for prefix, leader in _LEADERS.items() if home.startswith(prefix)), _LEADER)


def _records_them(other: Trail, trail: Trail, leader: str) -> bool:
    """Whether *other* records, or may record, the global service events of the account of *trail*."""
    in_account = other.is_organization or other.account == trail.account
    in_leader = other.is_multi_region or other.home_region == leader
    may_record = EventCategory.MANAGEMENT in categories_of(other)
    return in_account and in_leader and may_record and other.include_global_service_events


IDLE_GLOBAL_SERVICE_EVENTS = Rule(
    code="CP016",
    name="idle-global-service-events",
    severity=Severity.INFO,
    what="A single-Region trail outside the Region of global service events includes them, and no other trail of its "
    "account records them.",
    why="Events of IAM, CloudFront and the global STS endpoint exist only in us-east-1 (in other partitions: their "
    "leading Region). Elsewhere IncludeGlobalServiceEvents, true unless stated, has no effect: who counts on seeing "
    "CreateUser in such a trail will not see it.",
    example="""\
- trail: audit
  home_region: eu-west-1
  is_multi_region: false
""",
    instead="""\
- trail: audit
  home_region: eu-west-1
  is_multi_region: true
""",
    source=f"R62, R63; {USER_GUIDE}cloudtrail-concepts.html",
    check=_check,
)
