from datetime import date, timedelta
from random import Random

import pytest

from costplan.inputs.volumes.logs.buckets.addresses import Address
from costplan.inputs.volumes.logs.buckets.choice import EVERYTHING, Choice
from costplan.inputs.volumes.logs.buckets.layout import first_ask
from costplan.inputs.volumes.logs.buckets.listing import Listed, list_folders
from costplan.model.problems import UsageError
from tests.inputs.volumes.logs.buckets.shelf import ACCOUNTS, FIRST_DAY, ORGANIZATION, REGIONS, Shelf, log_keys

BUCKET = "amzn-s3-demo-logs"
TODAY = date(2026, 11, 20)


def find(shelf: Shelf, prefix: str = "", choice: Choice = EVERYTHING, threads: int = 4) -> tuple[list[str], Listed]:
    """Every key found below a prefix, in the order of the keys; each exactly once."""
    listed = Listed()
    ask = first_ask(prefix, choice)
    if ask is None:
        return [], listed
    address = Address(BUCKET, prefix)
    folders = list_folders(ask, shelf.list_page, address, choice, TODAY, threads, listed)
    names = [folder.path + stored.name for folder in folders for stored in folder.objects]
    assert all(name.startswith(f"s3://{BUCKET}/") for name in names)
    keys = sorted(address.key_of(name) for name in names)
    assert len(set(keys)) == len(keys)
    assert (listed.objects, listed.stored_bytes, listed.requests) == (len(keys), 10 * len(keys), shelf.requests)
    return keys, listed


PLAIN = log_keys()
NETWORK = log_keys(kind="CloudTrail-NetworkActivity", accounts=ACCOUNTS[:1])
WITHOUT_EVENTS = [
    key
    for kind in ("CloudTrail-Digest", "CloudTrail-Insight", "CloudTrail-Aggregated")
    for key in log_keys(kind=kind, days=1)
]
OTHER_SERVICES = [
    f"AWSLogs/{ACCOUNTS[0]}/elasticloadbalancing/eu-west-1/2026/10/05/a.log.gz",
    f"AWSLogs/{ACCOUNTS[0]}/Config/eu-west-1/2026/10/5/ConfigHistory/a.json.gz",
    "AWSLogs/aws-waf-logs/a.json.gz",
]

LAYOUTS = {
    "at the root of the bucket": PLAIN,
    "below a prefix": log_keys("central/trails/AWSLogs/"),
    "of an organization": log_keys(f"AWSLogs/{ORGANIZATION}/"),
    "of an organization below a prefix": log_keys(f"org/AWSLogs/{ORGANIZATION}/"),
    "with network activity": PLAIN + NETWORK,
    "two trees in one bucket": log_keys("one/AWSLogs/") + log_keys("two/deep/er/AWSLogs/"),
    "an organization beside accounts": PLAIN + log_keys(f"AWSLogs/{ORGANIZATION}/"),
    "a tree inside a folder whose name ends so": log_keys("my-AWSLogs/AWSLogs/"),
    "accounts without the folder AWSLogs": log_keys("copied/"),
    "all files in one folder": [f"flat/{key.rpartition('/')[2]}" for key in PLAIN],
    "renamed files": [f"renamed/{number}.json" for number in range(30)],
    "files beside folders": [*PLAIN, "AWSLogs/loose.json.gz", f"AWSLogs/{ACCOUNTS[0]}/CloudTrail/loose.json"],
}


@pytest.mark.parametrize("keys", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("page_size", [1000, 3, 1])
def test_every_log_file_is_found_once_in_any_layout(keys: list[str], page_size: int) -> None:
    assert find(Shelf(keys, page_size))[0] == sorted(keys)


@pytest.mark.parametrize("keys", LAYOUTS.values(), ids=LAYOUTS)
def test_a_prefix_may_be_given_at_any_depth(keys: list[str]) -> None:
    prefixes = {key[: at + 1] for key in keys for at, character in enumerate(key) if character == "/"}
    assert prefixes
    for prefix in prefixes:
        assert find(Shelf(keys, 5), prefix)[0] == sorted(key for key in keys if key.startswith(prefix)), prefix


def test_digests_insights_aggregated_events_and_other_services_are_not_even_listed() -> None:
    shelf, bare = Shelf(PLAIN + WITHOUT_EVENTS + OTHER_SERVICES), Shelf(PLAIN)
    found, listed = find(shelf)
    find(bare)

    assert found == sorted(PLAIN)
    assert listed.ignored == 0
    assert shelf.requests == bare.requests


def test_in_a_foreign_layout_they_are_listed_and_left_out() -> None:
    flat = [f"all/{key.rpartition('/')[2]}" for key in PLAIN + WITHOUT_EVENTS]
    copied = [f"copied/{ACCOUNTS[0]}/CloudTrail-Digest/renamed.json.gz", "copied/notes.txt", "copied/"]
    found, listed = find(Shelf(flat + copied))

    assert found == sorted(f"all/{key.rpartition('/')[2]}" for key in PLAIN)
    assert listed.ignored == len(WITHOUT_EVENTS) + 2


@pytest.mark.parametrize("kind", ["CloudTrail-Digest", "CloudTrail-Insight", "CloudTrail-Aggregated"])
def test_a_folder_without_events_cannot_be_meant(kind: str) -> None:
    with pytest.raises(ValueError, match=kind):
        first_ask(f"AWSLogs/{ACCOUNTS[0]}/{kind}/eu-west-1/", EVERYTHING)


TEN_DAYS = log_keys(days=10, per_day=3)
CHOICES = {
    "one day": Choice(since=date(2026, 10, 7), until=date(2026, 10, 7)),
    "from a day": Choice(since=date(2026, 10, 12)),
    "to a day": Choice(until=date(2026, 10, 6)),
    "days": Choice(since=date(2026, 10, 6), until=date(2026, 10, 9)),
    "days before everything": Choice(until=date(2026, 9, 30)),
    "days after everything": Choice(since=date(2027, 1, 1)),
    "an account": Choice(accounts=frozenset(ACCOUNTS[1:2])),
    "two Regions": Choice(regions=frozenset(REGIONS[:2])),
    "an account that is not there": Choice(accounts=frozenset({"123456789012"})),
    "everything at once": Choice(FIRST_DAY, date(2026, 10, 6), frozenset(ACCOUNTS[:1]), frozenset(REGIONS[2:])),
}


def is_chosen(key: str, choice: Choice) -> bool:
    account, _, region, stamp = key.rpartition("/")[2].split("_")[:4]
    day = date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]))
    return choice.has_account(account) and choice.has_region(region) and choice.has_day(day)


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize(
    "prefix",
    ["", "AWSLogs/", f"AWSLogs/{ACCOUNTS[1]}/", f"AWSLogs/{ACCOUNTS[0]}/CloudTrail/{REGIONS[2]}/2026/", "AWSLogs/x/"],
)
@pytest.mark.parametrize("page_size", [1000, 7])
def test_only_what_was_chosen_is_found(choice: Choice, prefix: str, page_size: int) -> None:
    wanted = [key for key in TEN_DAYS if key.startswith(prefix) and is_chosen(key, choice)]

    assert find(Shelf(TEN_DAYS, page_size), prefix, choice)[0] == sorted(wanted)


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_in_a_foreign_layout_the_names_tell_what_was_chosen(choice: Choice) -> None:
    flat = [f"flat/{key.rpartition('/')[2]}" for key in TEN_DAYS]
    found, listed = find(Shelf([*flat, "flat/renamed.json"]), "", choice)

    assert found == sorted([key for key in flat if is_chosen(key, choice)] + ["flat/renamed.json"])
    # Of the one that was renamed nobody knows: it is taken in, and counted as such.
    assert listed.untold == 1


def test_a_file_of_midnight_belongs_to_the_day_of_its_stamp() -> None:
    names = [f"x/{ACCOUNTS[0]}_CloudTrail_eu-west-1_{stamp}Z_a.json.gz" for stamp in ("20261005T2355", "20261006T0000")]

    assert find(Shelf(names), "", Choice(since=date(2026, 10, 6)))[0] == names[1:]


@pytest.mark.parametrize(
    ("dates", "days"),
    [("2026/", 80), ("2026/10/", 27), ("2026/12/", 23), ("2026/10/07/", 1), ("2027/", 0), ("2026/13/", 0)],
)
def test_folders_of_dates_can_be_given(dates: str, days: int) -> None:
    keys = log_keys(accounts=ACCOUNTS[:1], regions=REGIONS[:1], days=80, per_day=2)
    assert find(Shelf(keys, 5), f"AWSLogs/{ACCOUNTS[0]}/CloudTrail/{REGIONS[0]}/{dates}")[0] == sorted(
        key for key in keys if f"/{dates}" in key
    )
    assert sum(f"/{dates}" in key for key in keys) == 2 * days


# ---- how many requests ----


def test_days_cost_no_requests_of_their_own() -> None:
    # Root, AWSLogs, 3 accounts, 3 kinds: 8 requests to find 9 Regions, and one for each of them.
    shelf = Shelf(log_keys(days=10, per_day=55))
    found, _ = find(shelf)

    assert len(found) == 4950
    assert shelf.requests == 8 + 9


def test_long_ranges_are_cut_so_that_several_requests_are_under_way_at_the_price_of_a_few_more() -> None:
    keys = log_keys(accounts=ACCOUNTS[:1], regions=REGIONS[:1], days=40, per_day=400)
    shelf = Shelf(keys)
    found, _ = find(shelf)

    assert len(found) == 16_000
    # 4 to find the Region, 16 full pages, and one more for each range that begins or ends within a page.
    assert shelf.requests == 4 + 16 + 5


def test_a_history_is_not_cut_before_it_is_long() -> None:
    shelf = Shelf(log_keys(accounts=ACCOUNTS[:1], regions=REGIONS[:1], days=40, per_day=50))
    find(shelf)

    assert shelf.requests == 4 + 2


def test_a_window_in_a_long_history_costs_no_more_than_its_own_pages() -> None:
    keys = log_keys(accounts=ACCOUNTS[:1], regions=REGIONS[:1], days=300, per_day=100)
    shelf = Shelf(keys)
    since = FIRST_DAY + timedelta(days=150)
    found, _ = find(shelf, choice=Choice(since=since, until=since + timedelta(days=6)))

    assert len(found) == 700
    assert shelf.requests == 4 + 1


def test_files_of_the_future_are_found() -> None:
    keys = log_keys(accounts=ACCOUNTS[:1], regions=REGIONS[:1], days=60, per_day=5, first_day=date(2031, 1, 1))

    assert find(Shelf(keys, 20))[0] == sorted(keys)


def test_any_layout_and_choice_find_what_a_plain_sieve_finds() -> None:
    rng = Random(4)
    for _ in range(60):
        root = rng.choice(["AWSLogs/", "p/AWSLogs/", f"AWSLogs/{ORGANIZATION}/"])
        days, per_day = rng.randint(1, 60), rng.randint(1, 6)
        keys = log_keys(root, ACCOUNTS[: rng.randint(1, 3)], REGIONS[: rng.randint(1, 2)], days, per_day)
        keys = rng.sample(keys, rng.randint(1, len(keys)))
        start = FIRST_DAY + timedelta(days=rng.randint(-3, days))
        choice = Choice(
            since=rng.choice([None, start]),
            until=rng.choice([None, start + timedelta(days=rng.randint(0, 20))]),
            accounts=frozenset(rng.sample(ACCOUNTS, rng.randint(0, 2))),
        )
        found, _ = find(Shelf(keys, rng.choice([2, 10, 40])), "", choice, threads=rng.choice([1, 5]))
        assert found == sorted(key for key in keys if is_chosen(key, choice)), choice


# ---- the choice ----


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"accounts": frozenset({"1234"})}, "--account 1234 is no account id: it has twelve digits"),
        ({"regions": frozenset({"Ireland"})}, "--region Ireland is no Region code such as eu-west-1"),
        (
            {"since": date(2026, 10, 7), "until": date(2026, 10, 6)},
            "--from 2026-10-07 is after --to 2026-10-06: no day lies between them",
        ),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(choice: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        Choice(**choice)  # type: ignore[arg-type]
    assert str(caught.value) == told
