from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from costplan.inputs.documents import Document, parse_document
from costplan.inputs.price_book import parse_price_book, read_price_book
from costplan.inputs.prices import load_price_list, parse_regions, read_regions
from costplan.model.billing import Meter, Service
from costplan.model.places import partition_of
from costplan.model.prices import PriceBook
from costplan.model.problems import BadInputError
from tests.inputs.test_price_book import BOOK

PRICING = Path(__file__).parent.parent.parent / "pricing"
BOOKS = sorted(PRICING.glob("*/*.yaml"))


def load_all() -> Mapping[tuple[str, str], PriceBook]:
    return load_price_list(read_regions(), [service.value for service in Service]).books


# What OpenSearch costs, no list of AWS's says without knowing the user's way of loading.
LISTED = set(Service) - {Service.OPENSEARCH}


def test_every_service_has_a_book_in_all_36_regions_of_the_list() -> None:
    books = load_all()
    regions = {region for _, region in books}
    assert len(regions) == 36
    assert set(books) == {(service.value, region) for service in LISTED for region in regions}
    assert len(books) == len(BOOKS)


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_shipped_book_says_where_it_comes_from_and_what_it_lacks(path: Path) -> None:
    book = read_price_book(path)
    assert (book.service, book.region) == (path.parent.name, path.stem)
    assert book.currency == "USD"
    assert book.prices
    for price in book.prices.values():
        assert price.source
        assert price.published is not None
        assert price.confirmed is not None
        assert price.published <= price.confirmed
        assert price.unit
        prices = [tier.price for tier in price.tiers]
        assert prices == sorted(prices, reverse=True)
    wanted = {meter.value for meter in Meter if meter.service.value == book.service}
    assert wanted <= book.prices.keys() | book.unlisted.keys()
    assert all(book.unlisted.values())


# S3's list: region; Standard, Standard-IA, Glacier Instant, Flexible, Deep Archive; PUT, → Flexible, → Deep.
S3_FIGURES = [
    ("us-east-1", "0.023/0.022/0.021", "0.0125", "0.004", "0.0036", "0.00099", "0.005", "0.03", "0.05"),
    ("af-south-1", "0.0274/0.0262/0.025", "0.0149", "0.005", "0.00405", "0.0018", "0.006", "0.036", "0.06"),
    ("ap-east-2", "0.0225/0.0216/0.0207", "0.01242", "0.005", "0.0045", "0.002", "0.00423", "0.030834", "0.0585"),
    ("ap-northeast-1", "0.025/0.024/0.023", "0.0138", "0.005", "0.0045", "0.002", "0.0047", "0.03426", "0.065"),
    ("eu-central-2", "0.02695/0.02585/0.02475", "0.01485", "0.0055", "0.004455", "0.00198", "0.0054", "0.036", "0.06"),
    ("eu-west-1", "0.023/0.022/0.021", "0.0125", "0.004", "0.0036", "0.00099", "0.005", "0.033", "0.055"),
    ("mx-central-1", "0.02415/0.0231/0.02205", "0.013125", "0.0042", "0.00378", "0.002", "0.00525", "0.0315", "0.0525"),
    ("sa-east-1", "0.0405/0.039/0.037", "0.0221", "0.0083", "0.00765", "0.0032", "0.007", "0.042", "0.1"),
    ("us-gov-west-1", "0.039/0.037/0.0355", "0.02", "0.0064", "0.0054", "0.0024", "0.005", "0.039", "0.065"),
]
S3_METERS = (
    "s3-storage-standard-ia",
    "s3-storage-glacier-instant-retrieval",
    "s3-storage-glacier-flexible-retrieval",
    "s3-storage-glacier-deep-archive",
    "s3-put-standard",
    "s3-transition-glacier-flexible-retrieval",
    "s3-transition-glacier-deep-archive",
)


@pytest.mark.parametrize("figures", S3_FIGURES, ids=lambda figures: figures[0])
def test_the_s3_figures_of_a_region_are_those_of_the_table(figures: tuple[str, ...]) -> None:
    region, standard, *others = figures
    prices = load_price_list([region], ["s3"]).books["s3", region].prices
    tiers = prices["s3-storage-standard"].tiers
    # 50 TB and 500 TB at 1,024 GB.
    assert [tier.up_to for tier in tiers] == [51200, 512000, None]
    assert [tier.price for tier in tiers] == [Decimal(text) for text in standard.split("/")]
    first = [prices[meter].tiers[0].price for meter in S3_METERS]
    assert first == [Decimal(text) for text in others]
    assert prices["s3-put-standard"].per == 1000


@pytest.mark.parametrize(
    ("region", "insights", "network", "lake"),
    [
        ("us-east-1", "0.35", "0.10", "0.75"),
        ("ap-southeast-3", "0.30", "0.10", "0.75"),  # Jakarta's rate code of its own
        ("us-gov-west-1", "0.35", None, "0.75"),
        ("ca-west-1", None, "0.10", None),
        ("ap-southeast-7", None, "0.10", None),
    ],
)
def test_the_cloudtrail_figures_are_those_of_the_table(
    region: str, insights: str | None, network: str | None, lake: str | None
) -> None:
    price_list = load_price_list([region], ["cloudtrail"])
    meters = ("insights-management", "network-activity", "lake-ingestion-one-year-cloudtrail")
    found = [price_list.find("cloudtrail", region, meter) for meter in meters]
    listed = [str(price.tiers[0].price) if price else None for price in found]
    assert listed == [insights, network, lake]
    copies = price_list.find("cloudtrail", region, "management-additional-copy")
    assert copies is not None
    # $2.00 / 100,000
    assert copies.unit_price(copies.tiers[0]) == Decimal("0.00002")


def test_only_the_books_asked_for_are_read_and_a_region_without_one_is_absent() -> None:
    price_list = load_price_list(["eu-west-1", "xx-nowhere-9", "../regions", "cn-north-1"], ["s3", "nothing"])
    assert list(price_list.books) == [("s3", "eu-west-1")]
    assert price_list.find("s3", "xx-nowhere-9", "s3-put-standard") is None


def test_a_shipped_book_is_read_when_it_is_asked_for_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noting(document: Document) -> PriceBook:
        read.append(document.path)
        return parse_price_book(document)

    monkeypatch.setattr("costplan.inputs.prices.parse_price_book", noting)
    books = load_price_list(["eu-west-1", "us-east-1"], ["cloudtrail", "kms"]).books
    assert len(books) == 4
    assert ("kms", "us-east-1") in books
    assert ("kms", "mars-1") not in books
    assert read == []
    assert books["kms", "us-east-1"] is books["kms", "us-east-1"]
    assert [Path(path).parts[-2:] for path in read] == [("kms", "us-east-1.yaml")]


def test_the_shipped_books_of_a_region_are_in_one_currency() -> None:
    currencies: dict[str, set[str]] = {}
    for (_, region), book in load_all().items():
        currencies.setdefault(region, set()).add(book.currency)
    assert {region for region, several in currencies.items() if len(several) > 1} == set()


def test_the_problems_of_all_books_are_told_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "cloudtrail"
    folder.mkdir()
    (folder / "eu-west-1.yaml").write_text(BOOK.replace("per: 100000", "per: 7"))
    (folder / "eu-west-2.yaml").write_text(BOOK)
    with pytest.raises(BadInputError) as caught:
        load_price_list(["eu-west-1", "eu-west-2"], ["cloudtrail"], tmp_path)
    assert [str(problem).removeprefix(str(folder)) for problem in caught.value.problems] == [
        "/eu-west-1.yaml:11: data: per 7 is no power of ten — restate the price for 1, 10, 100…: other divisions are"
        " not exact",
        "/eu-west-2.yaml: holds the prices of cloudtrail in eu-west-1 — name the file <service>/<region>.yaml after its"
        " content",
    ]


def test_regions_know_their_partition_leader_and_prefix() -> None:
    regions = read_regions()
    assert {region.code for region in regions.values()} >= {r for _, r in load_all()}
    ireland, gov = regions["eu-west-1"], regions["us-gov-east-1"]
    assert (ireland.partition, ireland.is_opt_in, ireland.usage_prefix, ireland.leader) == (
        "aws",
        False,
        "EU",
        "us-east-1",
    )
    assert (gov.partition, gov.leader) == ("aws-us-gov", "us-gov-west-1")
    assert regions["eu-south-1"].is_opt_in


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("us-gov-west-9", "aws-us-gov"), ("cn-west-9", "aws-cn")],
)
def test_the_partition_of_a_region_nobody_listed_follows_from_its_code(region: str, partition: str) -> None:
    assert partition_of(region) == partition


def test_a_region_of_an_unknown_partition_is_refused() -> None:
    text = "partitions: {aws: {leader: us-east-1}}\nregions:\n"
    text += "  eu-west-1: {name: Ireland, partition: aws-eu, opt_in: false}\n"
    with pytest.raises(BadInputError) as caught:
        parse_regions(parse_document("regions.yaml", text))
    assert str(caught.value) == "regions.yaml:3: unknown partition aws-eu — add it under partitions:"
