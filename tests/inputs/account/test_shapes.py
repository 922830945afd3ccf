"""The made-up answers are compared with the service model, and the comparison sees what is wrong."""

import botocore.session
import pytest

from tests.inputs.account.made import STORE
from tests.inputs.account.shapes import misfits

WRONG = [
    ({"Name": 5}, ".Name: int, not a string"),
    ({"name": "lake"}, ".name: there is no such member"),
    ({"Status": "ON"}, ".Status: ON is none of "),
    ({"RetentionPeriod": True}, ".RetentionPeriod: bool, not a integer"),
    ({"MultiRegionEnabled": "true"}, ".MultiRegionEnabled: str, not a boolean"),
    ({"AdvancedEventSelectors": {}}, ".AdvancedEventSelectors: dict, not a list"),
    ({"AdvancedEventSelectors": [{"Name": "all"}]}, ".AdvancedEventSelectors[0].FieldSelectors: is missing"),
    ({"PartitionKeys": [3]}, ".PartitionKeys[0]: int, not a structure"),
]


@pytest.mark.parametrize(("answer", "what"), WRONG, ids=[what for _, what in WRONG])
def test_an_answer_that_aws_would_not_give_is_seen(answer: dict[str, object], what: str) -> None:
    model = botocore.session.get_session().get_service_model("cloudtrail")
    shape = model.operation_model("GetEventDataStore").output_shape

    assert list(misfits(shape, {"EventDataStoreArn": STORE})) == []
    (found,) = misfits(shape, answer)
    assert found.startswith(what)
