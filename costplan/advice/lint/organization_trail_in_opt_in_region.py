"""CP017: an organization trail whose home is a Region that member accounts have to enable."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey


def _check(survey: Survey) -> Iterator[Hit]:
    for position, trail in survey.trails():
        region = survey.regions.get(trail.home_region or "")
        if trail.is_organization and region is not None and region.is_opt_in:
            message = (
                f"its home {region.code} is an opt-in Region: member accounts that have not enabled it send nothing, "
                "from no Region"
            )
            hint = f"make a default Region its home, for example {region.leader}"
            yield Hit(position, f"{survey.title(position)}: {message}", hint)


ORGANIZATION_TRAIL_IN_OPT_IN_REGION = Rule(
    code="CP017",
    name="organization-trail-in-opt-in-region",
    severity=Severity.WARNING,
    what="The home of an organization trail is an opt-in Region.",
    why="Accounts that have not enabled the home Region are not recorded by the trail at all, not even in the Regions "
    "they use. With a default Region as its home the trail reaches every member.",
    example="""\
- trail: organization
  home_region: eu-south-2
  is_multi_region: true
  is_organization: true
""",
    instead="""\
- trail: organization
  home_region: eu-west-1
  is_multi_region: true
  is_organization: true
""",
    source=f"R70; {USER_GUIDE}creating-trail-organization.html",
    check=_check,
)
