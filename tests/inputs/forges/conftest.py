from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.forge import FakeForge


@pytest.fixture
def server() -> Iterator[FakeForge]:
    with closing(FakeForge()) as server:
        yield server
