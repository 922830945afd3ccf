"""The one place that talks to a live account: it asks what is on the list of operations, and refuses all else.

Three outcomes are told apart: an answer, a refusal of one question (which leaves one thing unknown), and what concerns
every question: no credentials, expired ones, an endpoint that is no address.
"""

import threading
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from costplan.inputs.account.answers import Answer, Refusal
from costplan.inputs.account.operations import ASSUME_ROLE, OPERATIONS, Operation
from costplan.inputs.aws.failures import (
    DENIED,
    BrokenAnswerError,
    code_of,
    credentials_fault,
    is_broken,
    is_slow_down,
    is_unreachable,
    operation_of,
    refused_credentials,
    shown,
)
from costplan.inputs.aws.patience import Patience, persist
from costplan.model.problems import BadInputError, Location, Problem

AWS = Location("AWS")

NO_SUCH_CALL = "CallUnknownToThisBoto3"
"""The code of an operation that is newer than the installed SDK."""

# Nothing where there is nothing is an answer, though AWS makes an error of it.
_NOTHING: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("GetInsightSelectors", "InsightNotEnabledException"): {"InsightSelectors": []},
    ("GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"): {"Rules": []},
    # Where CloudTrail Lake does not exist, there are no stores and no channels.
    ("ListEventDataStores", "UnsupportedOperationException"): {"EventDataStores": []},
    ("ListChannels", "UnsupportedOperationException"): {"Channels": []},
}
# The SDK asks for itself where a bucket is, when its first guess was wrong; even a refusal says it.
_OF_THE_SDK = frozenset({("s3", "HeadBucket")})
_SESSION_NAME = "costplan"


@dataclass(frozen=True, slots=True)
class Access:
    """By which way AWS is reached.

    profile: of the AWS configuration; ``None`` is what the environment says.
    threads: how many requests are under way at once.
    """

    profile: str | None = None
    threads: int = 8
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Temporary credentials of an assumed role; never printed."""

    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(repr=False)


class Session:
    """Questions under one set of credentials; threads may share it.

    allowed: service and name of each operation that may be asked.
    """

    def __init__(
        self,
        access: Access,
        credentials: Credentials | None = None,
        loader: Any = None,
        allowed: Set[tuple[str, str]] = OPERATIONS,
    ) -> None:
        self._access, self._credentials, self._loader, self._allowed = access, credentials, loader, allowed
        self._lock = threading.Lock()
        self._made: Any = None
        self._clients: dict[tuple[str, str], Any] = {}

    # ---- what is asked ----

    def ask(self, operation: Operation, region: str, **parameters: Any) -> Answer:
        """Return what an operation answers in a Region, tried again where that helps, or why it does not.

        Points in time are ISO 8601 in UTC.

        Raises:
            BadInputError: nothing more can be asked: the credentials or the endpoint cannot be used.
        """
        from botocore import xform_name

        try:
            client = self._client(operation.service, region)
            if operation.name not in client.meta.service_model.operation_names:
                return Refusal(operation, NO_SUCH_CALL, "the installed boto3 does not know the call; a newer one does")
            method = getattr(client, xform_name(operation.name))
            answer = persist(lambda: method(**parameters), self._access.patience)
        except Exception as error:
            return self._refusal(operation, error)
        return {key: _plain(value) for key, value in answer.items() if key != "ResponseMetadata"}

    def ask_for_all(
        self, operation: Operation, region: str, key: str, token: str = "NextToken", sent: str = "", **parameters: Any
    ) -> tuple[list[Any], Refusal | None]:
        """Return what an operation lists under *key*, page by page, and why the list is not whole, if it is not.

        token: the name of the mark of the next page in the answer; sent: in the question, where it is another.

        Raises:
            BadInputError: nothing more can be asked.
        """
        found: list[Any] = []
        seen: set[str] = set()
        while True:
            answer = self.ask(operation, region, **parameters)
            if isinstance(answer, Refusal):
                return found, answer
            found += answer.get(key) or ()
            following = answer.get(token)
            if not following:
                return found, None
            if following in seen:
                # It would never end.
                return found, Refusal(operation, BrokenAnswerError.__name__, "AWS gave the same page twice")
            seen.add(following)
            parameters[sent or token] = following

    def assume(self, role_arn: str, region: str) -> "Session | Refusal":
        """Return a session under a role, or why the role cannot be assumed.

        Raises:
            BadInputError: nothing more can be asked.
        """
        answer = self.ask(ASSUME_ROLE, region, RoleArn=role_arn, RoleSessionName=_SESSION_NAME)
        if isinstance(answer, Refusal):
            return answer
        given = answer["Credentials"]
        credentials = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return Session(self._access, credentials, self._loader, self._allowed)

    # ---- how ----

    @property
    def region(self) -> str | None:
        """The Region of the profile or the environment.

        Raises:
            BadInputError: there is no such profile, or the configuration cannot be read.
        """
        from botocore.exceptions import BotoCoreError

        try:
            with self._lock:
                name = self._session().region_name
        except BotoCoreError as error:
            raise self._failure(error) from None
        return str(name) if name else None

    def rest(self) -> None:
        """End all connections, and forget the clients: hundreds of accounts times all Regions need much memory."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _client(self, service: str, region: str) -> Any:
        # The SDK's sessions are not made for several threads; its clients are.
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._make_client(service, region)
            return self._clients[service, region]

    def _make_client(self, service: str, region: str) -> Any:
        from botocore.config import Config

        config = Config(
            connect_timeout=10,
            read_timeout=60,
            max_pool_connections=self._access.threads,
            # Tried again here and not there: an endpoint that does not exist is not worth as many attempts.
            retries={"mode": "standard", "total_max_attempts": 1},
        )
        try:
            client = self._session().client(service, region_name=region, config=config)
        except ValueError:
            what, hint = "the endpoint is no address", "write AWS_ENDPOINT_URL as https://host, or unset it"
            raise BadInputError([Problem(AWS, what, hint)]) from None
        client.meta.events.register("before-call", partial(_refuse_other_operations, self._allowed | _OF_THE_SDK))
        return client

    def _session(self) -> Any:
        import boto3
        from botocore.session import get_session

        if self._made is None:
            core = get_session()
            # Those of the global endpoint are not accepted in Regions that an account had to enable.
            core.set_config_variable("sts_regional_endpoints", "regional")
            if self._loader is None:
                self._loader = core.get_component("data_loader")
            # The descriptions of the services are large, and the same for every account.
            core.register_component("data_loader", self._loader)
            if self._credentials is not None:
                core.set_credentials(self._credentials.key_id, self._credentials.secret, self._credentials.token)
            self._made = boto3.Session(botocore_session=core, profile_name=self._access.profile)
        return self._made

    # ---- what went wrong ----

    def _refusal(self, operation: Operation, error: Exception) -> Answer:
        """Return what a failed question leaves unknown; raise what concerns all questions."""
        from botocore.exceptions import BotoCoreError, ClientError

        code = code_of(error)
        if code is not None and operation_of(error) == operation.name:
            nothing = _NOTHING.get((operation.name, code))
            if nothing is not None:
                return nothing
        if not isinstance(error, BotoCoreError | ClientError):
            raise error
        is_of_credentials = code is not None and operation_of(error) != operation.name
        if is_of_credentials or credentials_fault(error, self._access.profile) is not None:
            raise self._failure(error) from None
        words = {
            code in DENIED: "it is not allowed",
            is_slow_down(error): "AWS asked for fewer requests, again and again",
            code is None: "it could not be reached",
        }
        return Refusal(
            operation,
            shown(code) if code is not None else type(error).__name__,
            words.get(True, "AWS did not answer the call"),
            is_denial=code in DENIED,
            is_of_contact=is_unreachable(error) or is_broken(error),
        )

    def _failure(self, error: Exception) -> BadInputError:
        fault = credentials_fault(error, self._access.profile) or refused_credentials(error)
        return BadInputError([Problem(AWS, *fault)])


def _refuse_other_operations(allowed: Set[tuple[str, str]], /, model: Any, **_: Any) -> None:
    asked = (str(model.service_model.service_name), str(model.name))
    if asked not in allowed:
        raise AssertionError(f"{model.name} is not among the operations that only read")


def _plain(value: Any) -> Any:
    """Return a value of an answer as JSON has it."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value
