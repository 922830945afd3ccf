"""Fetch AWS's price lists through its Price List API, read-only: as files, or product by product.

Prices are the same for every account; the API wants credentials all the same.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from costplan.inputs.account.answers import Refusal
from costplan.inputs.account.operations import GET_PRICE_LIST_FILE_URL, GET_PRODUCTS, LIST_PRICE_LISTS
from costplan.inputs.account.session import Access, Session
from costplan.inputs.offers.download import download
from costplan.inputs.offers.offer_file import parse_offers
from costplan.inputs.offers.offer_json import read_products
from costplan.model.offers import OfferList
from costplan.model.problems import BadInputError, Location, Problem

ENDPOINT_REGIONS = ("us-east-1", "eu-central-1", "ap-south-1")
"""Where the API is; each tells the prices of all Regions (AWS Price List API reference, "Endpoints")."""

PAGE = 100
_CURRENCY = "USD"


def endpoint_region(wanted: str | None) -> str:
    """Return the Region of the API to ask: that of the profile where the API is there, else one on its continent.

    >>> endpoint_region("eu-west-1"), endpoint_region("ap-south-1"), endpoint_region(None)
    ('eu-central-1', 'ap-south-1', 'us-east-1')
    """
    near = {"eu": "eu-central-1", "ap": "ap-south-1"}
    return wanted if wanted in ENDPOINT_REGIONS else near.get((wanted or "").partition("-")[0], ENDPOINT_REGIONS[0])


def fetch_files(access: Access, codes: Sequence[str], regions: Collection[str], today: date) -> list[OfferList]:
    """Return the price list files of services in Regions; one that AWS does not have is left out.

    codes: of services, as ``AWSCloudTrail``.
    today: the day on which AWS is asked.

    Raises:
        BadInputError: AWS cannot be asked, refuses, or sends what is no price list.
    """
    session = Session(access)
    region = endpoint_region(session.region)
    found: list[OfferList] = []
    for code in codes:
        parameters: dict[str, Any] = {
            "ServiceCode": code,
            "EffectiveDate": datetime.now(UTC),
            "CurrencyCode": _CURRENCY,
            "MaxResults": PAGE,
        }
        lists, refusal = session.ask_for_all(LIST_PRICE_LISTS, region, "PriceLists", **parameters)
        _refuse(code, refusal)
        for one in sorted(lists, key=lambda one: str(one.get("RegionCode", ""))):
            if one.get("RegionCode") in regions:
                found += _fetch_file(session, access, region, code, one, today)
    return found


def _fetch_file(
    session: Session, access: Access, region: str, code: str, one: Mapping[str, Any], today: date
) -> list[OfferList]:
    name = f"price list of {code} in {one['RegionCode']}"
    parameters = {"PriceListArn": one["PriceListArn"], "FileFormat": "json"}
    answer = session.ask(GET_PRICE_LIST_FILE_URL, region, **parameters)
    if isinstance(answer, Refusal):
        raise _refused(code, answer)
    return parse_offers(f"{name}.json", download(str(answer.get("Url", "")), name, access.patience), today)


def fetch_products(access: Access, codes: Sequence[str], regions: Collection[str], today: date) -> list[OfferList]:
    """Return the price lists of services in Regions, made of single products; nothing of a Region without any.

    codes, today: as for ``fetch_files``.

    Raises:
        BadInputError: AWS cannot be asked, refuses, or sends what are no products.
    """
    session = Session(access)
    region = endpoint_region(session.region)
    found: list[OfferList] = []
    for code in codes:
        for of_region in sorted(regions):
            parameters: dict[str, Any] = {
                "ServiceCode": code,
                "Filters": [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": of_region}],
                "FormatVersion": "aws_v1",
                "MaxResults": PAGE,
            }
            texts, refusal = session.ask_for_all(GET_PRODUCTS, region, "PriceList", **parameters)
            _refuse(code, refusal)
            found += read_products(f"GetProducts of {code} in {of_region}", texts, today)
    return found


def _refuse(code: str, refusal: Refusal | None) -> None:
    if refusal is not None:
        raise _refused(code, refusal)


def _refused(code: str, refusal: Refusal) -> BadInputError:
    what = f"{code}: {refusal.operation.name} was not answered ({refusal.code}): {refusal.words}"
    hint = "costplan prices update --print-policy prints the rights it needs"
    if not refusal.is_denial:
        hint = "try again later, or give a downloaded list with --from"
    return BadInputError([Problem(Location("AWS"), what, hint)])
