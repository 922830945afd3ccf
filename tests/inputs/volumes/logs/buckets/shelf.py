"""An S3 to list, as small as it can be: sorted keys in memory, pages as S3 makes them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, timedelta

from costplan.inputs.volumes.logs.buckets.asks import Ask, Item, Page

ACCOUNTS = ("111122223333", "444455556666", "999999999999")
REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-2")
ORGANIZATION = "o-exampleorgid"
FIRST_DAY = date(2026, 10, 5)


def log_keys(
    root: str = "AWSLogs/",
    accounts: Iterable[str] = ACCOUNTS,
    regions: Iterable[str] = REGIONS,
    days: int = 2,
    per_day: int = 1,
    kind: str = "CloudTrail",
    first_day: date = FIRST_DAY,
) -> list[str]:
    """Keys as CloudTrail makes them."""
    return [
        f"{root}{account}/{kind}/{region}/{day:%Y/%m/%d}/"
        f"{account}_{kind}_{region}_{day:%Y%m%d}T{n // 12 % 24:02}{n % 12 * 5:02}Z_{n:016x}.json.gz"
        for account in accounts
        for region in regions
        for day in (first_day + timedelta(days=number) for number in range(days))
        for n in range(per_day)
    ]


class Shelf:
    """Keys, each of ten bytes, and how many requests were made for them."""

    def __init__(self, keys: Iterable[str], page_size: int = 1000) -> None:
        self.keys = sorted(keys)
        self.page_size = page_size
        self.requests = 0

    def list_page(self, ask: Ask) -> Page:
        self.requests += 1
        items: list[Item] = []
        folders: list[str] = []
        after = ask.token or ask.after or ""
        position = max(bisect_right(self.keys, after), bisect_left(self.keys, ask.prefix))
        last = after
        while position < len(self.keys) and self.keys[position].startswith(ask.prefix):
            if len(items) + len(folders) == self.page_size:
                return Page(items, folders, last)
            key = self.keys[position]
            cut = key.find(ask.delimiter, len(ask.prefix)) if ask.delimiter else -1
            if cut < 0:
                items.append(Item(key, 10, "STANDARD"))
                last = key
                position += 1
            else:
                folder = key[: cut + len(ask.delimiter or "")]
                folders.append(folder)
                last = folder + "\U0010ffff"
                position = bisect_right(self.keys, last)
        return Page(items, folders)
