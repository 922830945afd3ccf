"""What a rule of the lint is, and what it gets to see."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from costplan.advice.findings import Severity
from costplan.model.places import Region
from costplan.model.problems import Location
from costplan.model.recorders import EventDataStore, Recorder, Trail

USER_GUIDE = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
API_REFERENCE = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/"


@dataclass(frozen=True, slots=True)
class Survey:
    """The recorders that are looked at together.

    labels: a unique label for each recorder, by position.
    regions: what is known of each Region code; rules that need a Region that is not there say nothing.
    """

    recorders: tuple[Recorder, ...]
    labels: Mapping[int, str]
    regions: Mapping[str, Region] = field(default_factory=dict)

    def title(self, position: int) -> str:
        """Return the recorder at *position* as messages name it: ``trail audit``."""
        return f"{self.recorders[position].kind} {self.labels[position]}"

    def place(self, position: int) -> str:
        """Return the same with file and line, for messages about another recorder."""
        where = self.recorders[position].where
        return self.title(position) + (f" ({where})" if where else "")

    def trails(self) -> Iterator[tuple[int, Trail]]:
        """Yield the trails that are logging, with their positions; a stopped one costs nothing (R74)."""
        for position, recorder in enumerate(self.recorders):
            if isinstance(recorder, Trail) and recorder.is_logging:
                yield position, recorder

    def stores(self) -> Iterator[tuple[int, EventDataStore]]:
        """Yield the event data stores, with their positions."""
        for position, recorder in enumerate(self.recorders):
            if isinstance(recorder, EventDataStore):
                yield position, recorder


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule says about one recorder.

    where: ``None`` is the recorder's own location.
    severity: ``None`` is the rule's.
    """

    position: int
    message: str
    hint: str
    where: Location | None = None
    severity: Severity | None = None
    related: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the lint, with its explanation.

    code: never reused, and never given another meaning.
    name: reads as a sentence after "allow".
    example, instead: entries of a scenario's ``recorders:``, one that is found and one that is not.
    source: the rules of CloudTrail it rests on, and where AWS writes them.
    """

    code: str
    name: str
    severity: Severity
    what: str
    why: str
    example: str
    instead: str
    source: str
    check: Callable[[Survey], Iterable[Hit]]

    @property
    def headings(self) -> tuple[tuple[str, str], ...]:
        """The explanation: each heading with its text, always the same five, in this order."""
        return (
            ("What it finds", self.what),
            ("Why it matters", self.why),
            ("Example", self.example),
            ("Instead", self.instead),
            ("Source", self.source),
        )
