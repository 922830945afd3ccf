"""Bills made for tests: the same lines as each of the formats writes them."""

import csv
import gzip
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ACCOUNT, OTHER, PAYER = "111122223333", "444455556666", "999999999999"
OCTOBER = ("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z")
TRAIL = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/"


@dataclass(frozen=True)
class Line:
    """One line of usage; October 2026 has 744 hours, so 744 is 730 a month."""

    usage_type: str
    amount: str = "744"
    product: str = "AWSCloudTrail"
    account: str = ACCOUNT
    resource: str = ""
    operation: str = ""
    region: str = ""
    unit: str = ""
    kind: str = "Usage"
    start: str = OCTOBER[0]
    end: str = OCTOBER[1]
    month: str = OCTOBER[0]
    payer: str = PAYER
    klass: str = ""


def s3(usage_type: str, amount: str = "744", bucket: str = "", operation: str = "", **others: str) -> Line:
    return Line(usage_type, amount, "AmazonS3", resource=bucket, operation=operation, **others)


LEGACY: Mapping[str, str] = {
    "identity/LineItemId": "",
    "bill/PayerAccountId": "payer",
    "bill/BillingPeriodStartDate": "month",
    "lineItem/UsageStartDate": "start",
    "lineItem/UsageEndDate": "end",
    "lineItem/LineItemType": "kind",
    "lineItem/UsageAccountId": "account",
    "lineItem/ProductCode": "product",
    "lineItem/UsageType": "usage_type",
    "lineItem/Operation": "operation",
    "lineItem/ResourceId": "resource",
    "lineItem/UsageAmount": "amount",
    "lineItem/BlendedCost": "",
    "product/region": "region",
    "pricing/unit": "unit",
    "resourceTags/user:Owner": "",
}
CUR_2: Mapping[str, str] = {
    "bill_payer_account_id": "payer",
    "bill_billing_period_start_date": "month",
    "line_item_usage_start_date": "start",
    "line_item_usage_end_date": "end",
    "line_item_line_item_type": "kind",
    "line_item_usage_account_id": "account",
    "line_item_product_code": "product",
    "line_item_usage_type": "usage_type",
    "line_item_operation": "operation",
    "line_item_resource_id": "resource",
    "line_item_usage_amount": "amount",
    "product_region_code": "region",
    "pricing_unit": "unit",
    "resource_tags": "",
}
FOCUS: Mapping[str, str] = {
    "BilledCost": "",
    "BillingAccountId": "payer",
    "BillingPeriodStart": "month",
    "ChargeCategory": "kind",
    "ChargeClass": "klass",
    "ChargePeriodStart": "start",
    "ChargePeriodEnd": "end",
    "ConsumedQuantity": "amount",
    "ConsumedUnit": "unit",
    "RegionId": "region",
    "ResourceId": "resource",
    "ServiceName": "",
    "SubAccountId": "account",
    "x_Operation": "operation",
    "x_ServiceCode": "product",
    "x_UsageType": "usage_type",
}
FORMATS = {"legacy": LEGACY, "cur-2": CUR_2, "focus": FOCUS}


def values_of(line: Line, columns: Mapping[str, str]) -> list[str]:
    return [getattr(line, field) if field else "" for field in columns.values()]


def text_of(lines: Iterable[Line], columns: Mapping[str, str] = LEGACY) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(values_of(line, columns) for line in lines)
    return text.getvalue()


def write_bill(path: Path, lines: Iterable[Line], columns: Mapping[str, str] = LEGACY) -> Path:
    data = text_of(lines, columns).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def write_parquet(path: Path, lines: Sequence[Line], columns: Mapping[str, str] = CUR_2) -> Path:
    """Write lines as CUR 2.0 has them in Parquet: amounts are doubles, times are timestamps, nothing is null."""
    import duckdb

    plain = write_bill(path.with_suffix(".source"), lines, columns)
    times = {"bill_billing_period_start_date", "line_item_usage_start_date", "line_item_usage_end_date"}
    kinds = {name: "TIMESTAMPTZ" if name in times else "VARCHAR" for name in columns}
    kinds["line_item_usage_amount"] = "DOUBLE"
    chosen = ", ".join(f'NULLIF("{name}", \'\')::{kind} AS "{name}"' for name, kind in kinds.items())
    source = f"read_csv('{plain}', header = true, all_varchar = true)"
    duckdb.connect().execute(f"SET TimeZone = 'UTC'; COPY (SELECT {chosen} FROM {source}) TO '{path}' (FORMAT parquet)")
    plain.unlink()
    return path
