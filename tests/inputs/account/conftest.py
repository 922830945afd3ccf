"""An account over HTTP: moto's server on a free port of this machine, and a front that plays what moto does not."""

import http.client
from collections.abc import Iterator

import pytest

from costplan.inputs.account import Access
from costplan.inputs.aws.patience import Patience
from tests.inputs.account.front import Front, Scene
from tests.inputs.account.made import make_account, quiet_plays
from tests.inputs.volumes.logs.buckets.conftest import aws_environment, moto_server

__all__ = ["access", "aws_environment", "front", "key", "moto_server", "scene"]

BRIEF = Patience(attempts=4, first_pause=0.001, longest_pause=0.002)


@pytest.fixture
def access() -> Access:
    """Four attempts, without a pause to speak of."""
    return Access(patience=BRIEF)


@pytest.fixture(scope="session")
def front(moto_server: tuple[str, int]) -> Iterator[Front]:
    server = Front(moto_server)
    yield server
    server.close()


@pytest.fixture
def scene(front: Front, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """What the front does: an account with two enabled Regions and nothing in it, until the test adds something."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", front.url)
    front.scene = Scene(plays=quiet_plays())
    yield front.scene
    _reset(front.moto)
    assert front.scene.misfits == []


@pytest.fixture
def key(scene: Scene) -> str:
    """The account of ``made``; the ARN of its key."""
    return make_account(scene)


def _reset(moto: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*moto)
    try:
        connection.request("POST", "/moto-api/reset")
        assert connection.getresponse().status == 200
    finally:
        connection.close()
