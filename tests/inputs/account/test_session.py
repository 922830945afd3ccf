"""One question: what is answered, what is refused, and what ends everything."""

from pathlib import Path

import pytest

from costplan.inputs.account import Access
from costplan.inputs.account.answers import Refusal
from costplan.inputs.account.collecting import collect
from costplan.inputs.account.operations import (
    DESCRIBE_TRAILS,
    GET_INSIGHT_SELECTORS,
    LIST_CHANNELS,
    LIST_EVENT_DATA_STORES,
    Operation,
)
from costplan.inputs.account.session import Credentials, Session
from costplan.model.problems import BadInputError
from tests.inputs.account.front import SECRET_WORDS, Scene
from tests.inputs.account.made import HOME, STORE, always


@pytest.fixture
def session(scene: Scene, access: Access) -> Session:
    assert scene.asked == []
    return Session(access)


def test_a_throttled_call_is_answered_when_the_rush_is_over(scene: Scene, session: Session) -> None:
    scene.fail("ThrottlingException", times=3)

    assert session.ask(DESCRIBE_TRAILS, HOME) == {"trailList": []}
    assert len(scene.asked) == 4


REFUSALS = [
    ("ThrottlingException", 4, "AWS asked for fewer requests, again and again"),
    ("InternalFailure", 4, "AWS did not answer the call"),
    ("AccessDeniedException", 1, "it is not allowed"),
    ("NoManagementAccountSLRExistsException", 1, "AWS did not answer the call"),
    # In a Region that is not enabled, while the credentials are good elsewhere.
    ("UnrecognizedClientException", 1, "AWS did not answer the call"),
]


@pytest.mark.parametrize(("code", "attempts", "words"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_a_refusal_has_a_code_and_own_words(
    scene: Scene, session: Session, code: str, attempts: int, words: str
) -> None:
    scene.fail(code)
    answer = session.ask(DESCRIBE_TRAILS, HOME)

    assert isinstance(answer, Refusal)
    assert answer.as_answer() == {"Error": {"Code": code, "Message": words, "Operation": "DescribeTrails"}}
    assert len(scene.asked) == attempts


def test_what_a_foreign_server_calls_a_code_is_not_printed(scene: Scene, session: Session) -> None:
    scene.fail("somebody may not")
    answer = session.ask(DESCRIBE_TRAILS, HOME)

    assert isinstance(answer, Refusal)
    assert answer.code == "an unknown code"


def test_that_there_is_nothing_is_an_answer(scene: Scene, session: Session) -> None:
    scene.fail("InsightNotEnabledException", "GetInsightSelectors")
    scene.fail("UnsupportedOperationException", "ListEventDataStores", "ListChannels")

    assert session.ask(GET_INSIGHT_SELECTORS, HOME, EventDataStore=STORE) == {"InsightSelectors": []}
    assert session.ask_for_all(LIST_EVENT_DATA_STORES, HOME, "EventDataStores") == ([], None)
    assert session.ask_for_all(LIST_CHANNELS, HOME, "Channels") == ([], None)


def test_the_same_error_elsewhere_is_no_answer(scene: Scene, session: Session) -> None:
    scene.fail("UnsupportedOperationException", "DescribeTrails")

    assert isinstance(session.ask(DESCRIBE_TRAILS, HOME), Refusal)


def test_a_list_that_would_never_end_is_broken(scene: Scene, session: Session) -> None:
    store = {"EventDataStoreArn": STORE, "Name": "lake"}
    scene.plays["ListEventDataStores"] = always({"EventDataStores": [store], "NextToken": "again"})
    found, refusal = session.ask_for_all(LIST_EVENT_DATA_STORES, HOME, "EventDataStores")

    assert found == [store, store]
    assert str(refusal) == "ListEventDataStores: BrokenAnswerError"


def test_a_call_that_the_installed_sdk_lacks_is_refused(scene: Scene, session: Session) -> None:
    answer = session.ask(Operation("cloudtrail", "GetTomorrow", "cloudtrail:GetTomorrow"), HOME)

    assert isinstance(answer, Refusal)
    assert answer.code == "CallUnknownToThisBoto3"
    assert scene.asked == []


@pytest.mark.parametrize(("service", "name"), [("cloudtrail", "DeleteTrail"), ("sts", "GetSessionToken")])
def test_nothing_else_can_be_asked(scene: Scene, session: Session, service: str, name: str) -> None:
    parameters = {"Name": "audit"} if name == "DeleteTrail" else {}
    with pytest.raises(AssertionError, match=f"{name} is not among the operations that only read"):
        session.ask(Operation(service, name, f"{service}:{name}"), HOME, **parameters)

    assert scene.asked == []


def test_a_session_goes_on_after_a_rest(session: Session) -> None:
    before = session.ask(DESCRIBE_TRAILS, HOME)
    session.rest()

    assert session.ask(DESCRIBE_TRAILS, HOME) == before == {"trailList": []}


def test_credentials_are_not_shown() -> None:
    assert repr(Credentials("ASIAEXAMPLE", "secret", "token")) == "Credentials()"


# ---- what ends everything ----


ENDS = [
    ("ExpiredToken", "AWS: the credentials have expired — sign in again, and run the same command once more"),
    ("InvalidClientTokenId", "AWS: AWS does not accept the credentials — choose others with --profile"),
    (
        "AccessDenied",
        "AWS: does not say whose credentials these are (GetCallerIdentity: AccessDenied)"
        " — aws sts get-caller-identity must work first",
    ),
]


@pytest.mark.parametrize(("code", "words"), ENDS, ids=[code for code, _ in ENDS])
def test_credentials_that_cannot_be_used(scene: Scene, access: Access, code: str, words: str) -> None:
    scene.fail(code, "GetCallerIdentity")
    with pytest.raises(BadInputError) as caught:
        collect(access)

    assert str(caught.value) == words
    assert SECRET_WORDS not in str(caught.value)


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("operation", ["GetEventSelectors", "GetBucketLocation", "ListRegions"])
def test_credentials_that_expire_on_the_way(scene: Scene, access: Access, operation: str) -> None:
    scene.fail("ExpiredTokenException", operation)
    with pytest.raises(BadInputError, match=r"^AWS: the credentials have expired — sign in again"):
        collect(access)


def test_an_endpoint_that_nobody_answers(scene: Scene, access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    words = r"^AWS: cannot be reached \(GetCallerIdentity: EndpointConnectionError\) — check the network, the proxy and"
    with pytest.raises(BadInputError, match=words):
        collect(access)

    assert scene.asked == []


def test_an_endpoint_that_is_no_address(scene: Scene, access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nowhere")
    with pytest.raises(BadInputError, match=r"^AWS: the endpoint is no address — write AWS_ENDPOINT_URL as https://"):
        collect(access)

    assert scene.asked == []


def test_no_credentials(scene: Scene, access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(BadInputError, match=r"^AWS: no AWS credentials were found — sign in, or choose a profile with"):
        collect(access)

    assert scene.asked == []


def test_an_unknown_profile(scene: Scene) -> None:
    with pytest.raises(BadInputError, match=r"^AWS: there is no profile audit — aws configure list-profiles shows"):
        collect(Access("audit"))

    assert scene.asked == []


def test_a_role_of_the_profile_that_is_refused(
    scene: Scene, access: Access, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile audit]\nrole_arn = arn:aws:iam::111122223333:role/audit\ncredential_source = Environment\n"
        "region = eu-west-1\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    scene.fail("AccessDenied", "AssumeRole")
    words = r"^AWS: the profile's credentials are refused \(AssumeRole: AccessDenied\) — aws sts get-caller-identity"
    with pytest.raises(BadInputError, match=words):
        collect(Access("audit", patience=access.patience))
