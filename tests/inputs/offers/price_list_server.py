"""AWS's Price List API on this machine, in its own protocol (JSON 1.1), and the files it tells the addresses of."""

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import botocore.session
from botocore.validate import ParamValidator

from tests.loopback import LoopbackServer, answer
from tests.offers import Row, bulk_of, by_code, product_texts

TARGET = "AWSPriceListService."
ARN = "arn:aws:pricing:::price-list/aws"
JSON = "application/x-amz-json-1.1"


class PriceListServer(LoopbackServer):
    """Answers from *rows*; every answer is checked against the SDK's description of the service.

    page: how many products or lists an answer holds.
    failures: errors to answer first, as (operation, code), each once.
    files: what to send in place of a list, by "code/region"; statuses: with which status.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.page = 100
        self.failures: list[tuple[str, str]] = []
        self.files: dict[str, bytes] = {}
        self.statuses: list[int] = []
        self.cut_short = False
        self.is_packed = False
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.misfits: list[str] = []
        self.file_url = self.url
        session = botocore.session.get_session()
        self._model = session.get_service_model("pricing")

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        target = handler.headers.get("X-Amz-Target", "")
        if handler.command == "GET":
            self._send_file(handler)
            return
        operation = target.removeprefix(TARGET)
        question = json.loads(body)
        self.asked.append((operation, question))
        failure = next((one for one in self.failures if one[0] == operation), None)
        if failure:
            self.failures.remove(failure)
            self._send(handler, 400, {"__type": failure[1], "message": "arn:aws:iam::111122223333:user/secret"})
            return
        given = getattr(self, f"_{operation}")(question)
        report = ParamValidator().validate(given, self._model.operation_model(operation).output_shape)
        if report.has_errors():
            self.misfits.append(report.generate_report())
        self._send(handler, 200, given)

    # ---- operations ----

    def _GetProducts(self, question: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        rows = [row for row in self.rows if row["code"] == question["ServiceCode"]]
        for one in question.get("Filters", ()):
            assert (one["Type"], one["Field"]) == ("TERM_MATCH", "regionCode")
            rows = [row for row in rows if row["region"] == one["Value"]]
        return {"FormatVersion": "aws_v1", **self._page(question, "PriceList", product_texts(rows))}

    def _ListPriceLists(self, question: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        code = question["ServiceCode"]
        regions = sorted({row["region"] for row in self.rows if row["code"] == code})
        now = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
        lists = [
            {
                "PriceListArn": f"{ARN}/{code}/{question['CurrencyCode']}/{now}/{region}",
                "RegionCode": region,
                "CurrencyCode": question["CurrencyCode"],
                "FileFormats": ["json", "csv"],
            }
            for region in regions
        ]
        return self._page(question, "PriceLists", lists)

    def _GetPriceListFileUrl(self, question: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        _, code, _, _, region = question["PriceListArn"].rsplit("/", 4)
        return {"Url": f"{self.file_url}/{code}/{region}/index.{question['FileFormat']}?signature=secret"}

    def _page(self, question: Mapping[str, Any], key: str, items: list[Any]) -> dict[str, Any]:
        begin = int(question.get("NextToken", 0))
        end = begin + min(self.page, question["MaxResults"])
        more = {"NextToken": str(end)} if end < len(items) else {}
        return {key: items[begin:end], **more}

    # ---- sending ----

    def _send(self, handler: BaseHTTPRequestHandler, status: int, given: Mapping[str, Any]) -> None:
        body = json.dumps(given).encode()
        answer(handler, status, {"Content-Type": JSON, "Content-Length": str(len(body))}, body)

    def _send_file(self, handler: BaseHTTPRequestHandler) -> None:
        name = handler.path.strip("/").rpartition("/")[0]
        code, _, region = name.partition("/")
        status = self.statuses.pop(0) if self.statuses else 200
        rows = [row for row in by_code(self.rows).get(code, []) if row["region"] == region]
        body = self.files.get(name) or json.dumps(bulk_of(rows, code)).encode()
        if self.is_packed:
            body = gzip.compress(body)
        sent = body[: len(body) // 2] if self.cut_short else body
        self.cut_short = False
        answer(handler, status, {"Content-Type": "binary/octet-stream", "Content-Length": str(len(body))}, sent)
        # Whoever found it too large has gone already.
        handler.close_connection = True
