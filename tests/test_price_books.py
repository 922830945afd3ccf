"""The shipped price books against AWS's figures as they were written down from its lists, Region by Region.

The books are read here line by line, by a reader that shares nothing with the package: a fault of the program cannot
hide in its own test.  The tables are of AWS's pricing-page feeds and user guide, not of the books.
"""

import re
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

PRICING = Path(__file__).parent.parent / "pricing"

# Standard (first 50 TB / next 450 TB / above), Standard-IA, Glacier Instant, Glacier Flexible, Deep Archive (? is taken
# from a tier that costs the same elsewhere), Intelligent-Tiering infrequent / archive instant: each per GB-month.
# PUT and LIST, into Glacier Flexible, into Deep Archive: each per 1,000 requests.
S3 = """
af-south-1     0.0274/0.0262/0.025     0.0149   0.005   0.00405  0.0018  0.0149/0.005    0.006    0.036    0.06
ap-east-1      0.025/0.024/0.023       0.0138   0.005   0.0045   0.002   0.0138/0.005    0.005    0.036    0.06
ap-east-2      0.0225/0.0216/0.0207    0.01242  0.005   0.0045   0.002?  0.01242/0.005   0.00423  0.030834 0.0585
ap-northeast-1 0.025/0.024/0.023       0.0138   0.005   0.0045   0.002   0.0138/0.005    0.0047   0.03426  0.065
ap-northeast-2 0.025/0.024/0.023       0.0138   0.005   0.0045   0.002   0.0138/0.005    0.0045   0.03258  0.06
ap-northeast-3 0.025/0.024/0.023       0.0138   0.005   0.0045   0.002   0.0138/0.005    0.0047   0.03426  0.065
ap-south-1     0.025/0.024/0.023       0.0138   0.005   0.0045   0.002   0.0138/0.005    0.005    0.036    0.07
ap-south-2     0.025/0.024/0.023       0.0138   0.005   0.0045   0.002   0.0138/0.005    0.005    0.036    0.07
ap-southeast-1 0.025/0.024/0.023       0.0138   0.005   0.0045   0.002   0.0138/0.005    0.005    0.036    0.06
ap-southeast-2 0.025/0.024/0.023       0.0138   0.005   0.0045   0.002   0.0138/0.005    0.0055   0.036    0.06
ap-southeast-3 0.025/0.024/0.023       0.0138   0.005   0.0045   0.002   0.0138/0.005    0.005    0.036    0.06
ap-southeast-4 0.025/0.024/0.023       0.0138   0.005   0.0045   0.002   0.0138/0.005    0.0055   0.036    0.06
ap-southeast-5 0.0225/0.0216/0.0207    0.01242  0.0045  0.00405  0.0018  0.01242/0.0045  0.0045   0.0324   0.054
ap-southeast-6 0.02625/0.0252/0.02415  0.01449  0.00525 0.004725 0.0021? 0.01449/0.00525 0.005775 0.0378   0.063
ap-southeast-7 0.0225/0.0216/0.0207    0.01242  0.0045  0.00405  0.0018? 0.01242/0.0045  0.0045   0.0324   0.054
ca-central-1   0.025/0.024/0.023       0.0138   0.005   0.00405  0.0018  0.0138/0.005    0.0055   0.033    0.06
ca-west-1      0.025/0.024/0.023       0.0138   0.005   0.00405  0.0018  0.0138/0.005    0.0055   0.033    0.06
eu-central-1   0.0245/0.0235/0.0225    0.0135   0.005   0.00405  0.0018  0.0135/0.005    0.0054   0.036    0.06
eu-central-2   0.02695/0.02585/0.02475 0.01485  0.0055  0.004455 0.00198 0.01485/0.0055  0.0054   0.036    0.06
eu-north-1     0.023/0.022/0.021       0.0125   0.004   0.0036   0.00099 0.0125/0.004    0.005    0.033    0.055
eu-south-1     0.024/0.023/0.022       0.0131   0.005   0.00405  0.0018  0.0131/0.005    0.0053   0.036    0.06
eu-south-2     0.023/0.022/0.021       0.0125   0.005   0.00405  0.0018  0.0125/0.005    0.0053   0.036    0.06
eu-west-1      0.023/0.022/0.021       0.0125   0.004   0.0036   0.00099 0.0125/0.004    0.005    0.033    0.055
eu-west-2      0.024/0.023/0.022       0.0131   0.005   0.00405  0.0018  0.0131/0.005    0.0053   0.0318   0.06
eu-west-3      0.024/0.023/0.022       0.0131   0.005   0.00405  0.0018  0.0131/0.005    0.0053   0.0318   0.06
il-central-1   0.025/0.024/0.023       0.0138   0.005   0.00405  0.0018  0.0138/0.005    0.0055   0.0363   0.0605
me-central-1   0.025/0.024/0.023       0.0138   0.005   0.00405  0.0018  0.0138/0.005    0.0055   0.0363   0.0605
me-south-1     0.025/0.024/0.023       0.0138   0.005   0.00405  0.0018  0.0138/0.005    0.0055   0.0363   0.0605
mx-central-1   0.02415/0.0231/0.02205  0.013125 0.0042  0.00378  0.002?  0.013125/0.0042 0.00525  0.0315   0.0525
sa-east-1      0.0405/0.039/0.037      0.0221   0.0083  0.00765  0.0032  0.0221/0.0083   0.007    0.042    0.1
us-east-1      0.023/0.022/0.021       0.0125   0.004   0.0036   0.00099 0.0125/0.004    0.005    0.03     0.05
us-east-2      0.023/0.022/0.021       0.0125   0.004   0.0036   0.00099 0.0125/0.004    0.005    0.03     0.05
us-west-1      0.026/0.025/0.024       0.0144   0.005   0.0045   0.002   0.0144/0.005    0.0055   0.033    0.06
us-west-2      0.023/0.022/0.021       0.0125   0.004   0.0036   0.00099 0.0125/0.004    0.005    0.03     0.05
us-gov-east-1  0.039/0.037/0.0355      0.02     0.0064  0.0054   0.0024  0.02/0.0064     0.005    0.039    0.065
us-gov-west-1  0.039/0.037/0.0355      0.02     0.0064  0.0054   0.0024  0.02/0.0064     0.005    0.039    0.065
"""
# Ingestion per GB; vended logs from 10, from 30 and from 50 TB; storage per GB-month; queries per GB.
CLOUDWATCH = """
af-south-1      0.678   0.339/0.136/0.068     0.036   0.0068
ap-east-1       0.8     0.39/0.15/0.08        0.03    0.008
ap-east-2       0.5     0.25/0.1/0.05         0.03    0.005
ap-northeast-1  0.76    0.38/0.152/0.076      0.033   0.0076
ap-northeast-2  0.76    0.38/0.152/0.076      0.0314  0.0076
ap-northeast-3  0.76    0.38/0.152/0.076      0.033   0.0076
ap-south-1      0.67    0.335/0.134/0.067     0.03    0.0067
ap-south-2      0.67    0.335/0.134/0.067     0.03    0.0067
ap-southeast-1  0.7     0.35/0.14/0.07        0.03    0.007
ap-southeast-2  0.67    0.335/0.134/0.067     0.033   0.0067
ap-southeast-3  0.7     0.35/0.14/0.07        0.03    0.007
ap-southeast-4  0.67    0.335/0.134/0.067     0.033   0.0067
ap-southeast-5  0.5     0.25/0.1/0.05         0.03    0.005
ap-southeast-6  0.5     0.25/0.1/0.05         0.03    0.005
ap-southeast-7  0.5     0.25/0.1/0.05         0.03    0.005
ca-central-1    0.55    0.275/0.11/0.055      0.033   0.0055
ca-west-1       0.55    0.275/0.11/0.055      0.033   0.0055
eu-central-1    0.63    0.315/0.126/0.063     0.0324  0.0063
eu-central-2    0.69    0.347/0.139/0.069     0.0356  0.0069
eu-north-1      0.54    0.271/0.108/0.054     0.028   0.0054
eu-south-1      0.6     0.3/0.12/0.06         0.032   0.006
eu-south-2      0.57    0.285/0.114/0.057     0.03    0.0057
eu-west-1       0.57    0.285/0.114/0.057     0.03    0.0057
eu-west-2       0.5985  0.2993/0.1197/0.0599  0.0315  0.0059
eu-west-3       0.5985  0.2993/0.1197/0.0599  0.0315  0.0059
il-central-1    0.5     0.25/0.1/0.05         0.03    0.005
me-central-1    0.63    0.314/0.125/0.063     0.033   0.0063
me-south-1      0.63    0.314/0.125/0.063     0.03    0.0063
mx-central-1    0.5     0.25/0.1/0.05         0.03    0.005
sa-east-1       0.9     0.45/0.18/0.09        0.0408  0.009
us-east-1       0.5     0.25/0.1/0.05         0.03    0.005
us-east-2       0.5     0.25/0.1/0.05         0.03    0.005
us-west-1       0.67    0.335/0.134/0.067     0.033   0.0067
us-west-2       0.5     0.25/0.1/0.05         0.03    0.005
us-gov-east-1   0.675   0.338/0.135/0.068     0.039   0.00675
us-gov-west-1   0.675   0.338/0.135/0.068     0.039   0.00675
"""
# What is the same in every Region that lists it: price of so many units.
EVERYWHERE = """
cloudtrail  management-first-copy               0       100000
cloudtrail  management-additional-copy          2.00    100000
cloudtrail  data                                0.10    100000
cloudtrail  network-activity                    0.10    100000
cloudtrail  insights-management                 0.35    100000
cloudtrail  insights-data                       0.03    100000
cloudtrail  data-aggregation                    0.03    100000
cloudtrail  lake-ingestion-one-year-cloudtrail  0.75    1
cloudtrail  lake-ingestion-one-year-other       0.50    1
cloudtrail  lake-ingestion-seven-year           2.50/1.00/0.50  1
cloudtrail  lake-extended-retention             0.023   1
cloudtrail  lake-query-scanned                  0.005   1
cloudtrail  lake-trial-ingestion                0       1
cloudtrail  lake-trial-query-scanned            0       1
cloudtrail  direct-delivery                     0.25    1
s3          s3-transition-standard-ia           0.01    1000
s3          s3-transition-intelligent-tiering   0.01    1000
s3          s3-transition-glacier-instant-retrieval  0.02  1000
s3          s3-intelligent-tiering-monitoring   0.0025  1000
kms         kms-key                             1.00    1
kms         kms-requests-symmetric              0.03    10000
sns         sns-api-requests                    0.50    1000000
sns         sns-delivery-sqs                    0       1
sns         sns-delivery-lambda                 0       1
config      config-item-continuous              0.003   1
config      config-item-daily                   0.012   1
config      config-rule-evaluations             0.001/0.0008/0.0005  1
"""
GOVCLOUD = ("us-gov-east-1", "us-gov-west-1")
# Where that is different: Region, meter, price of as many units as above.
ELSEWHERE = """
ap-southeast-3  insights-management      0.30
us-gov-east-1   kms-requests-symmetric   0.04
us-gov-west-1   kms-requests-symmetric   0.04
af-south-1      sns-api-requests         0.595
ap-east-2       sns-api-requests         0.45
ap-southeast-6  sns-api-requests         0.525
eu-south-1      sns-api-requests         0.525
il-central-1    sns-api-requests         0.525
mx-central-1    sns-api-requests         0.525
eu-central-2    sns-api-requests         0.55
me-central-1    sns-api-requests         0.55
us-gov-east-1   sns-api-requests         0.60
us-gov-west-1   sns-api-requests         0.60
us-gov-east-1   config-item-continuous   0.0036
us-gov-west-1   config-item-continuous   0.0036
us-gov-east-1   config-rule-evaluations  0.0012/0.00096/0.0006
us-gov-west-1   config-rule-evaluations  0.0012/0.00096/0.0006
"""
NO_LAKE = ("ap-southeast-5", "ap-southeast-7", "ca-west-1", "mx-central-1")
NO_SEVEN_YEARS = ("ap-south-2", "ap-southeast-3", "ap-southeast-4", "eu-central-2", "eu-south-2", "il-central-1")
UNLISTED = {
    "network-activity": GOVCLOUD,
    "insights-management": (
        *("ap-east-2", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7"),
        *("ca-west-1", "me-central-1", "mx-central-1"),
    ),
    "lake-ingestion-one-year-cloudtrail": NO_LAKE,
    "lake-ingestion-one-year-other": NO_LAKE,
    "lake-ingestion-seven-year": (*NO_LAKE, *NO_SEVEN_YEARS),
    "lake-extended-retention": NO_LAKE,
    "lake-query-scanned": (*NO_LAKE, *NO_SEVEN_YEARS),
    "lake-trial-ingestion": NO_LAKE,
    "lake-trial-query-scanned": NO_LAKE,
    "config-item-daily": ("ca-west-1",),
}
BOUNDS = {
    "s3-storage-standard": "51200/512000",
    "s3-storage-intelligent-tiering-frequent": "51200/512000",
    "lake-ingestion-seven-year": "5120/25600",
    "cloudwatch-logs-ingestion-vended": "10240/30720/51200",
    "config-rule-evaluations": "100000/500000",
}
"""Inclusive upper bounds of all tiers but the last; a TB has 1,024 GB."""


class Line(NamedTuple):
    """What a book says of one meter: prices and bounds of its tiers, how many units they buy, how sure they are."""

    prices: tuple[Decimal, ...]
    bounds: str
    per: Decimal
    confidence: str


def read_lines(service: str, region: str) -> dict[str, Line]:
    """Read a book with nothing but patterns."""
    found = {}
    for entry in (
        (PRICING / service / f"{region}.yaml").read_text().partition("\nunlisted:")[0].split("  - meter: ")[1:]
    ):
        fields = dict(re.findall(r"^    (\w+): (.*)$", entry, re.MULTILINE))
        found[entry.split()[0]] = Line(
            tuple(map(Decimal, re.findall(r"price: ([0-9.]+)", fields["tiers"]))),
            "/".join(re.findall(r"up_to: ([0-9]+)", fields["tiers"])),
            Decimal(fields["per"]),
            fields["confidence"],
        )
    return found


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def unit_prices(text: str, per: int = 1) -> list[Decimal]:
    return [Decimal(price) / per for price in text.split("/")]


REGIONS = [region for region, *_ in rows(S3)]
EXCEPTIONS = {(region, meter): price for region, meter, price in rows(ELSEWHERE)}


def found_in(service: str, region: str, meter: str) -> list[Decimal]:
    line = read_lines(service, region)[meter]
    assert line.bounds == BOUNDS.get(meter, "")
    return [price / line.per for price in line.prices]


def test_every_service_has_the_36_regions_of_the_lists() -> None:
    assert len(REGIONS) == 36
    assert [region for region, *_ in rows(CLOUDWATCH)] == REGIONS
    for folder in ("cloudtrail", "cloudwatch", "config", "kms", "s3", "sns"):
        assert {book.stem for book in (PRICING / folder).glob("*.yaml")} == set(REGIONS)


@pytest.mark.parametrize("figures", rows(S3), ids=lambda figures: figures[0])
def test_s3_costs_what_its_list_says_class_by_class(figures: list[str]) -> None:
    region, standard, ia, instant, flexible, deep, tiering, put, into_flexible, into_deep = figures
    storage = {
        "standard": standard,
        "intelligent-tiering-frequent": standard,
        "standard-ia": ia,
        "glacier-instant-retrieval": instant,
        "glacier-flexible-retrieval": flexible,
        "glacier-deep-archive": deep.rstrip("?"),
        "intelligent-tiering-infrequent": tiering.split("/")[0],
        "intelligent-tiering-archive-instant": tiering.split("/")[1],
    }
    for storage_class, prices in storage.items():
        assert found_in("s3", region, f"s3-storage-{storage_class}") == unit_prices(prices), storage_class
    requests = {
        "s3-put-standard": put,
        "s3-transition-glacier-flexible-retrieval": into_flexible,
        "s3-transition-glacier-deep-archive": into_deep,
    }
    for meter, price in requests.items():
        assert found_in("s3", region, meter) == unit_prices(price, 1000), meter
    confidence = read_lines("s3", region)["s3-storage-glacier-deep-archive"].confidence
    assert (confidence == "low") == deep.endswith("?")


@pytest.mark.parametrize("figures", rows(CLOUDWATCH), ids=lambda figures: figures[0])
def test_cloudwatch_logs_cost_what_their_list_says(figures: list[str]) -> None:
    region, ingestion, above, storage, query = figures
    prices = {
        "ingestion": ingestion,
        # The first tier of vended logs costs what other logs cost.
        "ingestion-vended": f"{ingestion}/{above}",
        "storage": storage,
        "query-scanned": query,
    }
    for meter, price in prices.items():
        assert found_in("cloudwatch", region, f"cloudwatch-logs-{meter}") == unit_prices(price), meter


@pytest.mark.parametrize(("service", "meter", "price", "per"), rows(EVERYWHERE), ids=lambda text: text)
def test_what_costs_the_same_everywhere_does_so_in_the_books(service: str, meter: str, price: str, per: str) -> None:
    unlisted = UNLISTED.get(meter, ())
    for region in REGIONS:
        if region in unlisted:
            book = (PRICING / service / f"{region}.yaml").read_text()
            assert meter not in read_lines(service, region)
            assert f"  - {{meter: {meter}, reason: " in book.partition("\nunlisted:\n")[2]
        else:
            wanted = unit_prices(EXCEPTIONS.get((region, meter), price), int(per))
            assert found_in(service, region, meter) == wanted, region


# N. Virginia, where the lists are quoted most: requests per 1,000, deliveries beyond what is free.
VIRGINIA = """
s3   s3-get-standard                    0.0004  1000
s3   s3-put-standard-ia                 0.01    1000
s3   s3-put-glacier-instant-retrieval   0.02    1000
s3   s3-put-glacier-flexible-retrieval  0.03    1000
s3   s3-put-glacier-deep-archive        0.05    1000
s3   s3-storage-one-zone-ia             0.01    1
cloudwatch  cloudwatch-logs-ingestion-infrequent-access  0.25  1
sns  sns-delivery-http                  0.60    1000000
sns  sns-delivery-email                 2.00    100000
"""


@pytest.mark.parametrize(("service", "meter", "price", "per"), rows(VIRGINIA), ids=lambda text: text)
def test_requests_and_deliveries_cost_what_is_quoted(service: str, meter: str, price: str, per: str) -> None:
    assert found_in(service, "us-east-1", meter) == unit_prices(price, int(per))


@pytest.mark.parametrize(
    ("service", "meter", "note"),
    [
        ("kms", "kms-requests-symmetric", "20,000 requests a month are free"),
        ("cloudwatch", "cloudwatch-logs-ingestion", "5 GB a month are free, for ingestion, storage and scans together"),
        ("cloudwatch", "cloudwatch-logs-storage", "AWS reckons 0.15 compressed bytes for each byte ingested"),
        ("sns", "sns-api-requests", "1,000,000 requests a month are free"),
        ("sns", "sns-delivery-http", "100,000 notifications a month are free"),
        ("sns", "sns-delivery-email", "1,000 notifications a month are free"),
    ],
)
def test_what_is_free_is_noted_and_not_a_tier(service: str, meter: str, note: str) -> None:
    entry = (
        (PRICING / service / "eu-west-1.yaml").read_text().partition(f"meter: {meter}\n")[2].partition("- meter:")[0]
    )
    assert note in entry
    assert min(read_lines(service, "eu-west-1")[meter].prices) > 0


# Who says otherwise: Region, meter, a word of what the other side says.
@pytest.mark.parametrize(
    ("service", "region", "meter", "says"),
    [
        ("kms", "eu-west-1", "kms-requests-symmetric", "each log file that CloudTrail writes"),
        ("cloudtrail", "eu-west-1", "network-activity", "nothing is charged for the first trail"),
        ("cloudtrail", "eu-west-1", "management-first-copy", "free per account"),
        ("cloudtrail", "eu-west-1", "management-additional-copy", "free per account"),
        ("cloudtrail", "eu-west-1", "direct-delivery", "a trail's log group too"),
        ("cloudtrail", "eu-west-1", "direct-delivery", "10^9 bytes"),
        ("cloudwatch", "eu-west-1", "cloudwatch-logs-ingestion", "a trail's log group too"),
        ("cloudwatch", "eu-west-1", "cloudwatch-logs-ingestion", "10^9 bytes"),
        ("cloudtrail", "ap-southeast-3", "insights-management", "$0.35 per 100,000"),
        ("cloudtrail", "eu-west-1", "insights-data", "event data stores are charged too"),
        ("cloudtrail", "eu-west-1", "insights-data", "no row for Insights on data events"),
    ],
)
def test_a_price_that_sources_disagree_about_says_so(service: str, region: str, meter: str, says: str) -> None:
    entry = (
        (PRICING / service / f"{region}.yaml").read_text().partition(f"meter: {meter}\n")[2].partition("- meter:")[0]
    )
    assert says in entry.partition("contradicted:")[2]


def cost(service: str, meter: str, units: int) -> Decimal:
    """Fill the tiers of a price in us-east-1, one after the other."""
    line = read_lines(service, "us-east-1")[meter]
    bounds = [*map(int, line.bounds.split("/")), units]
    total, below = Decimal(0), 0
    for price, bound in zip(line.prices, bounds, strict=True):
        total += max(0, min(units, bound) - below) * price / line.per
        below = bound
    return total


def test_the_sums_that_aws_and_others_do_come_out_of_the_books() -> None:
    # 30 TiB: 5,120 × 2.50 + 20,480 × 1.00 + 5,120 × 0.50
    assert cost("cloudtrail", "lake-ingestion-seven-year", 30 * 1024) == 35_840
    # 51,200 × 0.023 + 48,800 × 0.022
    assert cost("s3", "s3-storage-standard", 100_000) == Decimal("2251.20")
    # 100,000 × 0.001 + 400,000 × 0.0008 + 100,000 × 0.0005
    assert cost("config", "config-rule-evaluations", 600_000) == 470
