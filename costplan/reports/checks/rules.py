"""What each rule of a check is about, for formats that publish their rules beside what they found."""

from collections.abc import Mapping
from dataclasses import dataclass

from costplan.advice.findings import Severity
from costplan.advice.lint import RULES
from costplan.advice.lint.rule import Rule


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in words.

    name: for people; summary: what it asks, in one sentence; help: all there is to know.
    source: the address of a page about it, if there is one.
    """

    name: str
    summary: str
    help: str
    source: str | None = None
    is_error: bool = True


_SETTINGS_HELP = "It stands under check: in costplan.yaml; costplan schema project describes it."

# By the beginning of the rule's id, the first that fits.
_FAMILIES: Mapping[str, tuple[str, str]] = {
    "max-monthly": ("limit of a month", "The net cost of the last month stays within a limit."),
    "max-increase": ("limit of an increase", "A change adds no more to the net cost of the last month than a limit."),
    "max-decrease": ("limit of a decrease", "A change takes no more off the net cost of the last month than a limit."),
    "unknown": ("nothing unknown", "Everything that costs something is known: measured, or priced."),
    "require": ("requirement", "What has to be recorded is recorded."),
    "volumes-age": ("age of volumes", "Volumes are young enough to foretell a month."),
}
_OTHER = ("rule", "A rule of the check's settings holds.")


def rule_text(rule: str) -> RuleText:
    """Return what a rule is about, by its id: the code of a lint rule, or the id that a verdict has."""
    found = next((each for each in RULES if each.code == rule), None)
    if found is not None:
        return _lint_text(found)
    name, summary = next((text for start, text in _FAMILIES.items() if rule.startswith(start)), _OTHER)
    return RuleText(name, summary, f"{summary} {_SETTINGS_HELP}")


def _lint_text(rule: Rule) -> RuleText:
    pages = [word.strip("(),;.") for word in rule.source.split() if word.startswith("https://")]
    explained = "\n\n".join(f"{heading}: {text.strip()}" for heading, text in rule.headings)
    is_error = rule.severity is Severity.ERROR
    return RuleText(rule.name, " ".join(rule.what.split()), explained, pages[0] if pages else None, is_error)
