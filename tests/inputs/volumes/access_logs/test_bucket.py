"""Listing a bucket of access logs: everything below the prefix, page by page, and only what S3 calls a log."""

from datetime import date

from costplan.inputs.volumes.access_logs.names import is_stamped
from costplan.inputs.volumes.logs.buckets import Bucket
from costplan.inputs.volumes.logs.buckets.addresses import parse_address
from costplan.inputs.volumes.logs.buckets.asks import Ask, Level
from costplan.inputs.volumes.logs.buckets.choice import EVERYTHING
from costplan.inputs.volumes.logs.buckets.listing import Listed, list_folders
from tests.inputs.volumes.access_logs.building import FOLDER, NAME
from tests.inputs.volumes.access_logs.test_reading import name_of
from tests.inputs.volumes.logs.buckets.shelf import Shelf

ADDRESS = "s3://amzn-s3-demo-logs/access"


def test_every_log_below_the_prefix_is_found_however_many_pages_it_takes() -> None:
    logs = [f"access/{name_of(number)}" for number in range(2_345)]
    others = [f"access/{FOLDER}/report.csv", "access/", "access-old/2026-10-05-01-10-22-0123456789ABCDEF", "a.json.gz"]
    shelf, listed = Shelf([*logs, *others]), Listed()
    address = parse_address(ADDRESS, is_stamped)
    ask = Ask(Level.FLAT, address.prefix)
    folders = list_folders(ask, shelf.list_page, address, EVERYTHING, date(2026, 10, 6), 4, listed, is_stamped)

    found = [address.key_of(folder.path + stored.name) for folder in folders for stored in folder.objects]
    assert sorted(found) == sorted(logs)
    assert (listed.objects, listed.ignored, shelf.requests) == (2_345, 1, 3)


def test_a_prefix_is_a_folder_and_a_whole_name_an_object() -> None:
    assert Bucket(ADDRESS, is_wanted=is_stamped).address.prefix == "access/"
    whole = Bucket(f"{ADDRESS}/{NAME}", is_wanted=is_stamped).address
    assert (whole.prefix, whole.is_object) == (f"access/{NAME}", True)
