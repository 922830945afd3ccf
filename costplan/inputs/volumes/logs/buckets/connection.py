"""The one place that talks to S3: it asks, lists and reads, and refuses to send anything else.

The SDK's client is made when it is first needed, in each process anew: it survives neither pickling nor a fork.
"""

import os
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from costplan.inputs.aws.failures import BrokenAnswerError, code_of
from costplan.inputs.aws.patience import Patience, Result, StoppedError, persist
from costplan.inputs.volumes.logs.buckets.addresses import Address
from costplan.inputs.volumes.logs.buckets.asks import Ask, Item, Page
from costplan.inputs.volumes.logs.buckets.failures import damage_of, fault_of, is_of_s3
from costplan.inputs.volumes.logs.gunzip import MAX_RAW_BYTES, DamagedFileError
from costplan.model.looking import Encryption
from costplan.model.problems import BadInputError, Location, Problem

OPERATIONS = frozenset({"ListObjectsV2", "GetObject", "HeadObject", "HeadBucket"})
"""All that is ever asked of S3."""

_FALLBACK_REGION = "us-east-1"
_KMS = frozenset({"aws:kms", "aws:kms:dsse"})


@dataclass(frozen=True, slots=True)
class Access:
    """By which way S3 is reached.

    profile: of the AWS configuration; ``None`` is what the environment says.
    endpoint_url: another S3 than AWS's; ``None`` is what the environment says.
    threads: how many requests are under way at once, in each process.
    """

    profile: str | None = None
    endpoint_url: str | None = None
    threads: int = 16
    patience: Patience = field(default_factory=Patience)


class Connection:
    """Requests for one bucket, tried again where that helps, with every failure in words."""

    def __init__(self, address: Address, access: Access) -> None:
        self._address, self._access = address, access
        self._client: Any = None
        self._process = 0

    def __getstate__(self) -> tuple[Address, Access]:
        return self._address, self._access

    def __setstate__(self, state: tuple[Address, Access]) -> None:
        self.__init__(*state)  # type: ignore[misc]

    # ---- what is asked ----

    def list_page(self, ask: Ask) -> Page:
        """Return the answer to one listing request.

        Raises:
            BadInputError: it cannot be listed.
        """
        parameters: dict[str, Any] = {"Bucket": self._address.bucket, "Prefix": ask.prefix}
        if ask.delimiter:
            parameters["Delimiter"] = ask.delimiter
        if ask.token:
            parameters["ContinuationToken"] = ask.token
        elif ask.after:
            parameters["StartAfter"] = ask.after

        def attempt() -> Any:
            answer = self.client.list_objects_v2(**parameters)
            # An empty body would pass for an empty folder, a missing token for the last page.
            if answer.get("IsTruncated") is not (answer.get("NextContinuationToken") is not None):
                raise BrokenAnswerError
            return answer

        try:
            answer = self._persist(attempt)
        except Exception as error:
            raise self._failure(error, ask.prefix) from None
        items = [Item(o["Key"], o["Size"], o.get("StorageClass", "STANDARD")) for o in answer.get("Contents", ())]
        folders = [folder["Prefix"] for folder in answer.get("CommonPrefixes", ())]
        return Page(items, folders, answer.get("NextContinuationToken"))

    def read(self, key: str, admit: Callable[[int], None], stopped: threading.Event) -> bytes | DamagedFileError:
        """Return the bytes of one object, or why it cannot be read.

        admit: called with the object's size before its bytes are taken; may wait.

        Raises:
            BadInputError: nothing more can be read.
            StoppedError: *stopped* was set.
        """

        def attempt() -> bytes | DamagedFileError:
            answer = self.client.get_object(Bucket=self._address.bucket, Key=key)
            with closing(answer["Body"]) as body:
                if answer["ContentLength"] > MAX_RAW_BYTES:
                    what = f"larger than {MAX_RAW_BYTES // 2**20} MiB"
                    hint = "CloudTrail's own files hold at most 50 MB; split it if it is a merge of many"
                    return DamagedFileError(what, hint)
                admit(answer["ContentLength"])
                return bytes(body.read())

        try:
            return self._persist(attempt, stopped)
        except StoppedError:
            raise
        except Exception as error:
            # A refusal of whoever hands out credentials concerns every object.
            damage = damage_of(error) if code_of(error) is None or is_of_s3(error) else None
            if damage is None:
                raise self._failure(error) from None
            return damage

    def region(self) -> str | None:
        """Return the Region of the bucket; nothing where S3 does not say.

        Raises:
            BadInputError: S3 cannot be asked at all.
        """
        try:
            answer = self._persist(lambda: self.client.head_bucket(Bucket=self._address.bucket))
        except Exception as error:
            # It stands beside a refusal too.
            if code_of(error) is None or not is_of_s3(error):
                raise self._failure(error) from None
            answer = error.response  # type: ignore[attr-defined]
        headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        return str(headers["x-amz-bucket-region"]) if headers.get("x-amz-bucket-region") else None

    def encryption(self, key: str) -> Encryption:
        """Return how an object is encrypted, so far as one may see that.

        Raises:
            BadInputError: S3 cannot be asked at all.
        """
        try:
            answer = self._persist(lambda: self.client.head_object(Bucket=self._address.bucket, Key=key))
        except Exception as error:
            if code_of(error) is None or not is_of_s3(error):
                raise self._failure(error) from None
            return Encryption.UNKNOWN
        if answer.get("ServerSideEncryption") not in _KMS:
            return Encryption.WITHOUT_KMS
        return Encryption.KMS_BUCKET_KEY if answer.get("BucketKeyEnabled") else Encryption.KMS

    # ---- how ----

    @property
    def client(self) -> Any:
        """The SDK's client of this process; threads share one that was made before they began."""
        if self._client is None or self._process != os.getpid():
            # A client of the parent is left as it is: closing it would end the parent's connections.
            self._client, self._process = _make_client(self._access), os.getpid()
        return self._client

    def prepare(self) -> None:
        """Make the client: it is not safe to be made by several threads at once.

        Raises:
            BadInputError: the profile or the endpoint cannot be used.
        """
        try:
            _ = self.client
        except Exception as error:
            raise self._failure(error) from None

    def close(self) -> None:
        """End the connections of this process."""
        if self._client is not None and self._process == os.getpid():
            self._client.close()
        self._client = None

    def _persist(self, attempt: Callable[[], Result], stopped: threading.Event | None = None) -> Result:
        return persist(attempt, self._access.patience, stopped)

    def _failure(self, error: Exception, prefix: str | None = None) -> BadInputError:
        if isinstance(error, BadInputError):
            return error
        if not _is_expected(error):
            raise error
        where = str(self._address) if prefix is None else self._address.name_of(prefix)
        return BadInputError(
            [Problem(Location(where), *fault_of(error, self._access.profile, self._access.endpoint_url))]
        )


def _is_expected(error: Exception) -> bool:
    """Whether an error is the SDK's, and not a mistake of this program."""
    from botocore.exceptions import BotoCoreError, ClientError

    return isinstance(error, BotoCoreError | ClientError | BrokenAnswerError | ValueError)


def _make_client(access: Access) -> Any:
    import boto3
    from botocore.config import Config
    from botocore.session import get_session

    core = get_session()
    # Four fifths of the time that a listing takes here would go into dates that nobody asks for.
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=str)
    session = boto3.Session(botocore_session=core, profile_name=access.profile)
    config = Config(
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=access.threads,
        # Tried again here and not there: the SDK knows nothing of a body that breaks off.
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    region = session.region_name or _FALLBACK_REGION
    client = session.client("s3", region_name=region, endpoint_url=access.endpoint_url, config=config)
    client.meta.events.register("before-call.s3", _refuse_other_operations)
    return client


def _refuse_other_operations(model: Any, **_: Any) -> None:
    if model.name not in OPERATIONS:
        raise AssertionError(f"{model.name} is not among the operations that only read")
