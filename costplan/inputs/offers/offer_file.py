"""A downloaded price list: JSON or CSV, told apart by content."""

from datetime import date
from pathlib import Path

from costplan.inputs.documents import parse_document, read_text
from costplan.inputs.offers.offer_csv import is_offer_csv, read_offer_csv
from costplan.inputs.offers.offer_json import read_offer_document
from costplan.model.offers import OfferList
from costplan.model.problems import BadInputError, Location, Problem


def read_offer_file(path: Path) -> list[OfferList]:
    """Return the price lists in a file: an offer file in JSON or CSV, or an answer of ``GetProducts``.

    Raises:
        BadInputError: every problem of it; also that it holds no price at all.
    """
    return parse_offers(str(path), read_text(path))


def parse_offers(path: str, text: str, seen: date | None = None) -> list[OfferList]:
    """Return the price lists in a text; *path* is where it came from.

    seen: the day on which AWS showed it; ``None`` is the day of publication.

    Raises:
        BadInputError: every problem of it; also that it holds no price at all.
    """
    if text.strip() and is_offer_csv(path, text):
        found = [read_offer_csv(path, text, seen)]
    else:
        found = read_offer_document(parse_document(path, text), seen)
    if not any(one.offers for one in found):
        what = "holds no price that is paid as one uses it, in any Region"
        raise BadInputError([Problem(Location(path), what, "an empty list says nothing: fetch it again")])
    return found
