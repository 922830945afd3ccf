"""Say what reading a bucket will cost before it is read."""

from collections.abc import Callable
from typing import Protocol

from costplan.engine.looking_cost import SERVICES, LookingCost, looking_cost
from costplan.inputs.prices import load_price_list
from costplan.inputs.volumes.logs.buckets import Bucket, policy_text
from costplan.inputs.volumes.logs.sources import Source

__all__ = ["Announcements", "LookingCost", "policy_text"]


class Listed(Protocol):
    """What was listed: how much of it, and the name of some object of a source."""

    @property
    def objects(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    def name_in(self, source: int) -> str | None: ...


class Places(Protocol):
    """Where logs are, of whatever kind, and all there is in them."""

    @property
    def sources(self) -> tuple[Source, ...]: ...
    @property
    def catalog(self) -> Listed: ...


class Announcements:
    """Tells of each bucket what a reading costs; of the logs of this machine nothing is told.

    tell: called once for each bucket and reading; it may raise, and then nothing is read.
    """

    def __init__(self, found: Places, tell: Callable[[LookingCost], None] | None = None) -> None:
        self._found, self._tell = found, tell

    def announce(self, objects: int, stored_bytes: int) -> None:
        """Tell what reading so many of the listed objects costs."""
        if self._tell is None:
            return
        catalog = self._found.catalog
        is_whole = objects >= catalog.objects
        for number, source in enumerate(self._found.sources):
            if isinstance(source, Bucket) and source.listed.objects:
                name = catalog.name_in(number)
                if is_whole:
                    look = source.look(name)
                else:
                    # Of several sources each is drawn from according to its size.
                    listed = source.listed
                    part = -(-objects * listed.objects // catalog.objects)
                    size = -(-stored_bytes * listed.stored_bytes // max(1, catalog.bytes))
                    look = source.look(name, part, size)
                regions = [look.region] if look.region else []
                self._tell(looking_cost(look, load_price_list(regions, [service.value for service in SERVICES])))
