"""Both ways to decode: tests that ask for ``either_loop`` run with the compiled loop and without."""

from collections.abc import Iterator

import pytest

from costplan.inputs.volumes.logs import scanning


@pytest.fixture(scope="module", params=["compiled", "plain"])
def either_loop(request: pytest.FixtureRequest) -> Iterator[str]:
    """Read with the compiled loop, then once more without it."""
    if request.param == "compiled" and scanning.compiled is None:
        pytest.skip("costplan was installed without its compiled loop")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "plain":
            patch.setattr(scanning, "compiled", None)
        yield request.param
