"""What an estimate takes for true of event data stores, in words."""

from collections.abc import Iterator, Sequence

from costplan.engine.lake import FREE_RETENTION_DAYS, beyond_days, running_stores
from costplan.engine.routing import Router
from costplan.engine.scope import some_of
from costplan.engine.trials import TRIAL_DAYS, TRIAL_GB
from costplan.model.estimate import Assumption
from costplan.model.recorders import BillingMode, EventDataStore, Recorder

CLOSED_ON = "2026-05-31"
"""Since when CloudTrail Lake takes no new customers.

Source: user guide, CloudTrail Lake availability change.
"""

_INCLUDED = FREE_RETENTION_DAYS[BillingMode.EXTENDABLE]


def store_notes(router: Router) -> Iterator[Assumption]:
    """Yield what is assumed of the event data stores that run."""
    stores = {label: store for store, label in running_stores(router)}
    new = [label for label, store in stores.items() if may_be_first(store, router.recorders)]
    if new:
        text = (
            f"{some_of(new)} can be made: since {CLOSED_ON} AWS opens CloudTrail Lake to nobody who has no event data "
            "store yet (arn: names one that is there); CloudWatch is its successor (direct_delivery:)"
        )
        yield Assumption("lake-closed", text, None, is_always_said=True)
    longer = {label: store for label, store in stores.items() if beyond_days(store)}
    steady = [label for label, s in longer.items() if s.extended_gib and s.compressed_share is None]
    if steady:
        text = f"what {some_of(steady)} keeps beyond {_INCLUDED} days stays as much: as much gets as old as is deleted"
        yield Assumption("backlog", text)
    grown = [label for label, s in longer.items() if s.extended_gib and s.compressed_share is not None]
    if grown:
        text = f"{some_of(grown)} took in as much as in month 1 in each of the twelve months before, "
        yield Assumption("backlog", text + "and what is older now is deleted evenly")
    copied = [label for label, s in longer.items() if s.copied_gib and s.compressed_share is not None]
    if copied:
        text = f"of log files copied into {some_of(copied)}, the included {_INCLUDED} days begin when they are copied"
        yield Assumption("copied-logs", text)
    on_trial = [label for label, store in stores.items() if store.is_on_trial]
    if on_trial:
        text = (
            f"the free trial of {some_of(on_trial)} begins with month 1 and ends after {TRIAL_DAYS} days; its "
            f"{TRIAL_GB} GB are one account's, for all of its stores together"
        )
        yield Assumption("lake-trial", text)


def may_be_first(store: EventDataStore, recorders: Sequence[Recorder]) -> bool:
    """Whether nothing shows that the account of a store has one already: neither its own ARN nor another store's."""
    if store.arn is not None or store.extended_gib:
        return False
    return not any(
        isinstance(other, EventDataStore) and other.arn is not None and other.account == store.account
        for other in recorders
    )
