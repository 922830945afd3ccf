"""Price lists over HTTP, in AWS's protocol: by files and by products."""

import gzip
import json
from datetime import date

import pytest

from costplan.inputs.account.policy import price_list_policy_text
from costplan.inputs.account.session import Access
from costplan.inputs.aws.patience import Patience
from costplan.inputs.offers.download import download
from costplan.inputs.offers.price_list_api import fetch_files, fetch_products
from costplan.model.problems import BadInputError
from tests.inputs.offers.price_list_server import PriceListServer
from tests.offers import bulk_of, data_row

BRIEF = Patience(attempts=3, first_pause=0.001, longest_pause=0.002)
ACCESS = Access(patience=BRIEF)
CODES = ("AWSCloudTrail",)
TODAY = date(2026, 11, 28)
FETCHERS = [fetch_files, fetch_products]
EVERYWHERE = ("eu-west-1", "eu-west-2", "eu-west-3")


@pytest.fixture
def three(price_lists: PriceListServer) -> PriceListServer:
    """A server with data events in three Regions."""
    price_lists.rows = [data_row(region=region, sku=f"SKU{n}") for n, region in enumerate(EVERYWHERE)]
    return price_lists


def problem_of(fetch: object) -> str:
    with pytest.raises(BadInputError) as caught:
        fetch(ACCESS, CODES, EVERYWHERE, TODAY)  # type: ignore[operator]
    return str(caught.value.problems[0])


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("fetch", FETCHERS)
def test_the_lists_of_the_regions_that_were_asked_for_come(fetch: object) -> None:
    found = fetch(ACCESS, CODES, EVERYWHERE[:2], TODAY)  # type: ignore[operator]
    assert sorted(region for one in found for region in one.regions) == ["eu-west-1", "eu-west-2"]
    # Published eight days ago, and shown by AWS today.
    assert {(one.published, one.seen) for one in found} == {(date(2026, 11, 20), TODAY)}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("fetch", FETCHERS)
def test_a_region_that_aws_does_not_list_is_left_out(fetch: object) -> None:
    found = fetch(ACCESS, CODES, ("eu-west-1", "mx-central-1"), TODAY)  # type: ignore[operator]
    assert [one.regions for one in found if one.offers] == [{"eu-west-1"}]


def test_lists_come_page_by_page(three: PriceListServer) -> None:
    three.page = 1
    assert len(fetch_files(ACCESS, CODES, EVERYWHERE, TODAY)) == 3
    pages = [question.get("NextToken") for operation, question in three.asked if operation == "ListPriceLists"]
    assert pages == [None, "1", "2"]


def test_products_come_page_by_page(three: PriceListServer) -> None:
    three.rows = [data_row(sku=f"SKU{n}") for n in range(5)]
    three.page = 2
    (found,) = fetch_products(ACCESS, CODES, ("eu-west-1",), TODAY)
    assert len(found.offers) == 5
    assert [question.get("NextToken") for _, question in three.asked] == [None, "2", "4"]


@pytest.mark.parametrize(
    ("fetch", "operation"),
    [
        (fetch_files, "ListPriceLists"),
        (fetch_files, "GetPriceListFileUrl"),
        (fetch_products, "GetProducts"),
    ],
)
def test_a_throttled_question_is_asked_again(three: PriceListServer, fetch: object, operation: str) -> None:
    three.failures = [(operation, "ThrottlingException")]
    assert len(fetch(ACCESS, CODES, EVERYWHERE, TODAY)) == 3  # type: ignore[operator]


@pytest.mark.parametrize(
    ("fetch", "operation"), [(fetch_files, "GetPriceListFileUrl"), (fetch_products, "GetProducts")]
)
def test_a_denial_names_the_right_and_nothing_of_the_account(
    three: PriceListServer, fetch: object, operation: str
) -> None:
    three.failures = [(operation, "AccessDeniedException")]
    said = problem_of(fetch)
    assert f"{operation} was not answered (AccessDeniedException)" in said
    assert "--print-policy" in said
    assert "secret" not in said


def test_expired_credentials_are_told_as_everywhere(three: PriceListServer) -> None:
    three.failures = [("ListPriceLists", "ExpiredTokenException")]
    assert "the credentials have expired" in problem_of(fetch_files)


def test_the_policy_allows_exactly_what_is_asked(three: PriceListServer) -> None:
    for fetch in FETCHERS:
        fetch(ACCESS, CODES, EVERYWHERE, TODAY)
    (statement,) = json.loads(price_list_policy_text())["Statement"]
    assert {f"pricing:{operation}" for operation, _ in three.asked} == set(statement["Action"])


# ---- files ----


def test_a_packed_file_is_unpacked(three: PriceListServer) -> None:
    three.is_packed = True
    assert len(fetch_files(ACCESS, CODES, EVERYWHERE, TODAY)) == 3


def test_an_answer_that_breaks_off_is_asked_for_again(three: PriceListServer) -> None:
    three.cut_short = True
    assert len(fetch_files(ACCESS, CODES, EVERYWHERE, TODAY)) == 3


def test_a_server_that_is_busy_is_asked_again(three: PriceListServer) -> None:
    three.statuses = [503, 500]
    assert len(fetch_files(ACCESS, CODES, EVERYWHERE, TODAY)) == 3


def test_a_file_that_is_not_there_is_told_without_its_address(three: PriceListServer) -> None:
    three.statuses = [403]
    said = problem_of(fetch_files)
    assert said.startswith("price list of AWSCloudTrail in eu-west-1: cannot be fetched: HTTP status 403")
    assert "secret" not in said


def test_a_redirection_is_not_followed(three: PriceListServer) -> None:
    three.statuses = [302]
    assert "HTTP status 302" in problem_of(fetch_files)


def test_a_truncated_file_is_named_with_its_line(three: PriceListServer) -> None:
    three.files = {"AWSCloudTrail/eu-west-2": json.dumps(bulk_of([data_row()]), indent=1)[:900].encode()}
    said = problem_of(fetch_files)
    assert said.startswith("price list of AWSCloudTrail in eu-west-2.json:")
    assert said.removeprefix("price list of AWSCloudTrail in eu-west-2.json:")[0].isdigit()


def test_half_a_packed_file_is_refused(three: PriceListServer) -> None:
    packed = gzip.compress(json.dumps(bulk_of([data_row()])).encode())
    three.files = {"AWSCloudTrail/eu-west-1": packed[: len(packed) // 2]}
    assert "is gzip that is cut off" in problem_of(fetch_files)


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_file_beyond_the_bound_is_refused(three: PriceListServer, is_packed: bool) -> None:
    three.is_packed = is_packed
    three.files = {"AWSCloudTrail/eu-west-1": b" " * 2_000_000}
    with pytest.raises(BadInputError, match="is larger than 1 MiB"):
        download(f"{three.url}/AWSCloudTrail/eu-west-1/index.json", "list", BRIEF, 2**20)


@pytest.mark.parametrize(
    "url", ["http://pricing.example/index.json", "ftp://127.0.0.1/x", "file:///etc/hostname", "", "http://127.0.0.1.x/"]
)
def test_only_https_is_trusted(url: str) -> None:
    with pytest.raises(BadInputError, match="is not one of https"):
        download(url, "list", BRIEF)


def test_a_place_that_does_not_answer_is_told(three: PriceListServer) -> None:
    three.file_url = "http://127.0.0.1:9"
    assert "cannot be fetched: EndpointConnectionError" in problem_of(fetch_files)
