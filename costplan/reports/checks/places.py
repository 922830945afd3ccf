"""Where a verdict points in a repository, and what it is known by from one run to the next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from os.path import normpath
from pathlib import PurePath
from urllib.parse import quote

import msgspec

from costplan.model.problems import Location, one_line
from costplan.model.verdicts import CheckReport, Verdict
from costplan.reports.checks.verdict_words import is_limit

SETTINGS_FILE = "costplan.yaml"
"""Where a verdict points that no file is behind: what a limit of the command line would stand in."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where paths begin; both are absolute.

    root: the folder of the repository; folder: where relative paths start, the root itself unless it is given.
    """

    root: PurePath | None = None
    folder: PurePath | None = None

    def relative(self, path: str) -> str:
        """Return a path as services want it: relative to the repository, with slashes, without steering characters.

        >>> repository = Checkout(PurePath("/repo"), PurePath("/repo/infra"))
        >>> repository.relative("./a.yaml"), repository.relative("/repo/b.yaml"), Checkout().relative("./c.yaml")
        ('infra/a.yaml', 'b.yaml', 'c.yaml')
        """
        pure = PurePath(path)
        start = self.folder or self.root
        if self.root is not None and start is not None:
            # Without a look at the disk: what a link points to is not what the repository calls it.
            whole = PurePath(normpath(start / pure))
            pure = whole.relative_to(self.root) if whole.is_relative_to(self.root) else whole
        return one_line(pure.as_posix())


@dataclass(frozen=True, slots=True)
class Placed:
    """A verdict with the place it is shown at.

    path: relative to the repository where it lies within, with slashes; line: of it, where one is known.
    fingerprint: the same in every run as long as path (of a limit: that of the scenario), scenario, subject and rule
    are, whatever dollars, lines or words become; no two verdicts of a report have the same one.
    """

    verdict: Verdict
    path: str
    line: int | None
    fingerprint: str


def placed(report: CheckReport, checkout: Checkout) -> tuple[Placed, ...]:
    """Return every verdict of a report with its place, in their order.

    A verdict that no line of a file is behind points to its scenario.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for verdict in report.verdicts:
        home = _scenario(verdict, report) or Location(SETTINGS_FILE)
        where = verdict.where or home
        # Which file has most to do with a limit depends on dollars; whose limit it is does not.
        known_by = home if is_limit(verdict) else where
        # Configurations and volumes are called after their path, which may be written in several ways.
        paths = {each.path: checkout.relative(each.path) for each in (home, where)}
        scenario, subject = (paths.get(name, name) for name in (verdict.scenario, verdict.subject))
        identity = (checkout.relative(known_by.path), scenario, subject, verdict.rule)
        seen[identity] += 1
        digest = _digest(identity, seen[identity])
        found.append(Placed(verdict, checkout.relative(where.path), where.line, digest))
    return tuple(found)


def _scenario(verdict: Verdict, report: CheckReport) -> Location | None:
    estimates: Sequence[Location | None] = [e.scenario.where for e in report.estimates if e.name == verdict.scenario]
    return next((where for where in estimates if where), None)


def _digest(identity: tuple[str, ...], ordinal: int) -> str:
    # Encoded, not joined: a name may hold whatever character would stand between two.
    # Few formats have fingerprints, and this loads OpenSSL.
    from hashlib import sha256

    return sha256(msgspec.json.encode([*identity, ordinal])).hexdigest()


def uri(path: str) -> str:
    """Return a path as a URI reference: relative, unless the path is absolute.

    >>> uri("a b/50%.yaml"), uri("/a.yaml")
    ('a%20b/50%25.yaml', 'file:///a.yaml')
    """
    return ("file://" if path.startswith("/") else "") + quote(path, safe="/")
