"""A real S3 over HTTP: moto's server on a free port of this machine, and a bad day in front of it."""

import logging
from collections.abc import Callable, Iterator, Mapping

import pytest
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

from costplan.inputs.volumes.logs.buckets import Access, Bucket, Choice, Patience
from costplan.inputs.volumes.logs.buckets.choice import EVERYTHING
from tests.inputs.volumes.logs.buckets.faulty import FaultyS3

MOTO_ACCOUNT = "123456789012"
BUCKET = "amzn-s3-demo-logs"
# AWS's own documentation uses this key.
ACCESS_KEY, SECRET_KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

BRIEF = Patience(attempts=4, first_pause=0.001, longest_pause=0.002)
"""Four attempts, without a pause to speak of."""

Fill = Callable[[Mapping[str, bytes]], None]
Open = Callable[..., Bucket]


@pytest.fixture(scope="session")
def moto_server() -> Iterator[tuple[str, int]]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield server.get_host_and_port()
    server.stop()


@pytest.fixture(scope="session")
def faulty_s3(moto_server: tuple[str, int]) -> Iterator[FaultyS3]:
    faulty = FaultyS3(moto_server)
    yield faulty
    faulty.close()


@pytest.fixture
def s3(faulty_s3: FaultyS3) -> Iterator[FaultyS3]:
    """The server, on a good day until the test adds a fault."""
    faulty_s3.clear()
    yield faulty_s3
    faulty_s3.clear()


@pytest.fixture(autouse=True)
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of the documentation, and nothing of whoever runs the tests."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def fill() -> Iterator[Fill]:
    """Put objects into a fresh bucket, past HTTP: thousands of them take no time."""
    backend = s3_backends[MOTO_ACCOUNT]["aws"]
    backend.create_bucket(BUCKET, "eu-west-1")

    def put(objects: Mapping[str, bytes]) -> None:
        for key, body in objects.items():
            backend.put_object(BUCKET, key, body)

    yield put
    for key in list(backend.buckets[BUCKET].keys):
        backend.delete_object(BUCKET, key)
    backend.delete_bucket(BUCKET)


@pytest.fixture
def open_bucket(s3: FaultyS3) -> Iterator[Open]:
    """Make a source by its prefix; it is closed at the end."""
    opened: list[Bucket] = []

    def make(
        prefix: str = "",
        choice: Choice = EVERYTHING,
        bucket: str = BUCKET,
        patience: Patience = BRIEF,
        threads: int = 8,
    ) -> Bucket:
        access = Access(endpoint_url=s3.url, threads=threads, patience=patience)
        opened.append(Bucket(f"s3://{bucket}/{prefix}", choice, access))
        return opened[-1]

    yield make
    for bucket in opened:
        bucket.close()
