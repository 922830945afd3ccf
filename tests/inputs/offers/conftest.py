from collections.abc import Iterator

import pytest

from tests.inputs.offers.price_list_server import PriceListServer


@pytest.fixture
def price_lists(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Iterator[PriceListServer]:
    """The Price List API, as the SDK finds it by itself; its answers must be such as AWS may give."""
    server = PriceListServer()
    for name, value in {
        "AWS_ENDPOINT_URL_PRICING": server.url,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_CONFIG_FILE": f"{tmp_path}/config",
        "AWS_SHARED_CREDENTIALS_FILE": f"{tmp_path}/credentials",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    yield server
    server.close()
    assert server.misfits == []
