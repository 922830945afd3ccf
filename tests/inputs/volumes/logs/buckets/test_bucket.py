"""Against a real S3 over HTTP: listing and reading, and everything that can go wrong with both."""

import gzip
import multiprocessing
import pickle
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from costplan.inputs.volumes.logs.buckets import Access, Bucket, Choice
from costplan.inputs.volumes.logs.buckets.connection import OPERATIONS
from costplan.inputs.volumes.logs.folders import LocalFiles
from costplan.inputs.volumes.logs.gunzip import DamagedFileError
from costplan.inputs.volumes.logs.sources import Source
from costplan.model.looking import ClassShare, Encryption
from costplan.model.problems import BadInputError
from tests.generator.population import Population
from tests.generator.writing import write_logs
from tests.inputs.volumes.logs.buckets.conftest import ACCESS_KEY, BRIEF, BUCKET, SECRET_KEY, Fill, Open
from tests.inputs.volumes.logs.buckets.faulty import FaultyS3, is_listing, is_reading, path_has
from tests.inputs.volumes.logs.buckets.shelf import ACCOUNTS, FIRST_DAY, ORGANIZATION, REGIONS, log_keys
from tests.inputs.volumes.logs.building import make_record, text_of

TODAY = date(2026, 11, 20)
FEW = log_keys(accounts=ACCOUNTS[:1], regions=REGIONS[:1], days=1, per_day=9)


def logs(keys: Sequence[str]) -> dict[str, bytes]:
    """A log file of one record under each key; no two are alike."""
    text = text_of([make_record(eventID="00000000-0000-4000-8000-<number>")])
    return {
        key: gzip.compress(text.replace(b"<number>", b"%012d" % number), 1, mtime=0) for number, key in enumerate(keys)
    }


def names_of(bucket: Bucket) -> list[str]:
    return sorted(folder.path + stored.name for folder in bucket.folders(TODAY) for stored in folder.objects)


def told(bucket: Bucket) -> str:
    """What is said about a bucket that cannot be listed."""
    with pytest.raises(BadInputError) as caught:
        names_of(bucket)
    (problem,) = caught.value.problems
    assert ACCESS_KEY not in str(problem)
    assert SECRET_KEY not in str(problem)
    return str(problem)


# ---- on a good day ----


def test_a_bucket_is_a_source() -> None:
    source: Source = Bucket(f"s3://{BUCKET}")
    assert source


def test_thousands_of_objects_are_listed_with_few_requests_and_read_as_they_are(
    s3: FaultyS3, fill: Fill, open_bucket: Open
) -> None:
    stored = logs(log_keys(days=10, per_day=56))
    fill(stored)
    bucket = open_bucket()
    names = names_of(bucket)

    assert names == [f"s3://{BUCKET}/{key}" for key in sorted(stored)]
    assert bucket.listed.objects == len(stored) == 5040
    assert bucket.listed.stored_bytes == sum(map(len, stored.values()))
    # 8 requests find the 9 Regions; each has 560 files on ten days.
    assert bucket.listed.requests == len(s3.requests) == 8 + 9
    some = names[::21]
    assert list(bucket.read(some)) == [stored[bucket.address.key_of(name)] for name in some]
    assert len(s3.requests) == 17 + len(some)


def test_a_bucket_holds_what_the_same_files_in_a_folder_hold(tmp_path: Path, fill: Fill, open_bucket: Open) -> None:
    population = Population(days=1, events_per_day=600, organization=ORGANIZATION, prefix="central", digests=True)
    write_logs(population, tmp_path)
    local = LocalFiles((str(tmp_path),), frozenset())
    paths = sorted(folder.path + stored.name for folder in local.folders() for stored in folder.objects)
    keys = {path: path.removeprefix(f"{tmp_path}/") for path in paths}
    fill({key: Path(path).read_bytes() for path, key in keys.items()})
    events = [path for path in paths if "/CloudTrail-Digest/" not in path]
    bucket = open_bucket("central")
    names = names_of(bucket)

    assert len(events) < len(paths)
    assert names == [f"s3://{BUCKET}/{keys[path]}" for path in events]
    assert list(bucket.read(names)) == list(local.read(events))


def test_a_day_of_more_than_a_page_is_listed_whole(fill: Fill, open_bucket: Open) -> None:
    keys = log_keys(f"p/AWSLogs/{ORGANIZATION}/", ACCOUNTS[:1], REGIONS[:1], days=3, per_day=1100)
    fill(dict.fromkeys(keys, b"x"))
    bucket = open_bucket("p")

    assert names_of(bucket) == [f"s3://{BUCKET}/{key}" for key in sorted(keys)]
    # 5 find the Region of the organization; 3,300 files are 4 pages; 4 look for days after that, as nobody said until
    # when.
    assert bucket.listed.requests == 5 + 4 + 4


def test_only_what_was_chosen_is_asked_for(s3: FaultyS3, fill: Fill, open_bucket: Open) -> None:
    fill(dict.fromkeys(log_keys(days=6, per_day=2) + log_keys(kind="CloudTrail-Digest"), b"x"))
    choice = Choice(date(2026, 10, 6), date(2026, 10, 7), frozenset(ACCOUNTS[:1]), frozenset(REGIONS[:1]))
    bucket = open_bucket("AWSLogs", choice)
    wanted = log_keys(accounts=ACCOUNTS[:1], regions=REGIONS[:1], days=2, per_day=2, first_day=date(2026, 10, 6))

    assert names_of(bucket) == [f"s3://{BUCKET}/{key}" for key in sorted(wanted)]
    # AWSLogs, the account, its kind, the Region.
    assert bucket.listed.requests == 4
    assert not any("Digest" in request.path or ACCOUNTS[1] in request.path for request in s3.requests)


def test_one_object_can_be_named(fill: Fill, open_bucket: Open) -> None:
    keys = log_keys(days=1, per_day=2)
    fill(dict.fromkeys([*keys, keys[0] + ".gz"], b"x"))
    bucket = open_bucket(keys[0])

    assert names_of(bucket) == [f"s3://{BUCKET}/{keys[0]}"]
    assert bucket.listed.requests == 1


def test_a_prefix_is_a_folder_whether_or_not_it_ends_in_a_slash(fill: Fill, open_bucket: Open) -> None:
    fill(dict.fromkeys([*log_keys(days=1), *log_keys("AWSLogs-old/AWSLogs/", days=1)], b"x"))

    assert names_of(open_bucket("AWSLogs")) == names_of(open_bucket("AWSLogs/"))
    assert len(names_of(open_bucket("AWSLogs"))) == 9


def test_keys_of_any_spelling_are_listed_and_read(fill: Fill, open_bucket: Open) -> None:
    stored = {
        f"odd/{name}.json": name.encode() for name in ("a b", "a+b", "é–\u4e2d", "a%20b", "a&b=c", "//x", "a'\"b")
    }
    fill(stored)
    bucket = open_bucket("odd")
    names = names_of(bucket)

    assert names == sorted(f"s3://{BUCKET}/{key}" for key in stored)
    assert list(bucket.read(names)) == [stored[bucket.address.key_of(name)] for name in names]


def test_a_bucket_without_log_files_yields_nothing(fill: Fill, open_bucket: Open) -> None:
    fill({"notes.txt": b"x", "folder/": b""})
    bucket = open_bucket()

    assert names_of(bucket) == []
    assert (bucket.listed.requests, bucket.listed.objects, bucket.listed.ignored) == (1, 0, 1)


def test_nothing_is_ever_asked_for_but_listings_objects_and_their_heads(fill: Fill, open_bucket: Open) -> None:
    fill(logs(FEW))
    bucket = open_bucket()
    called: list[str] = []

    def note(model: Any, **_: Any) -> None:
        called.append(model.name)

    bucket._connection.client.meta.events.register("before-call", note)
    names = names_of(bucket)
    list(bucket.read(names))
    bucket.look(names[0])

    assert set(called) == OPERATIONS == {"ListObjectsV2", "GetObject", "HeadObject", "HeadBucket"}


@pytest.mark.parametrize("operation", ["put_object", "delete_object", "get_bucket_location", "list_buckets"])
def test_anything_else_is_refused_before_it_is_sent(s3: FaultyS3, open_bucket: Open, operation: str) -> None:
    parameters = {"put_object": {"Key": "k"}, "delete_object": {"Key": "k"}}.get(operation, {})
    named = {} if operation == "list_buckets" else {"Bucket": BUCKET}
    client = open_bucket()._connection.client
    with pytest.raises(AssertionError, match="not among the operations that only read"):
        getattr(client, operation)(**named, **parameters)
    assert s3.requests == []


# ---- in other processes ----


def read_there(bucket: Bucket, names: Sequence[str]) -> list[bytes]:
    with bucket:
        return [bytes(found) for found in bucket.read(names) if not isinstance(found, DamagedFileError)]


# The servers of these tests are threads of this process; the program forks without any.
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_copies_in_other_processes_read_the_same(fill: Fill, open_bucket: Open, method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system cannot {method}")
    stored = logs(log_keys(accounts=ACCOUNTS[:1], days=2, per_day=3))
    fill(stored)
    bucket = open_bucket()
    names = names_of(bucket)
    with ProcessPoolExecutor(2, multiprocessing.get_context(method)) as pool:
        halves = list(pool.map(read_there, [bucket, bucket], [names[:9], names[9:]]))

    assert halves[0] + halves[1] == [stored[bucket.address.key_of(name)] for name in names]
    # The connections of this process were left alone.
    assert next(bucket.read(names[:1])) == halves[0][0]


def test_a_copy_carries_plain_parameters_and_no_client(fill: Fill, open_bucket: Open) -> None:
    fill(logs(FEW))
    bucket = open_bucket("AWSLogs", Choice(since=FIRST_DAY))
    names = names_of(bucket)
    text = pickle.dumps(bucket)
    copy = pickle.loads(text)

    assert SECRET_KEY.encode() not in text
    assert (copy.address, copy.choice, copy.access) == (bucket.address, bucket.choice, bucket.access)
    assert copy._connection._client is None
    with copy:
        assert names_of(copy) == names


def test_a_bucket_that_was_closed_can_be_used_again(fill: Fill, open_bucket: Open) -> None:
    fill(logs(FEW))
    bucket = open_bucket()
    names = names_of(bucket)
    bucket.close()
    bucket.close()

    assert names_of(bucket) == names


# ---- on a bad day: what passes ----

PASSING: Mapping[str, dict[str, Any]] = {
    "slow down": {"times": 3},
    "throttled by KMS": {"times": 3, "status": 400, "code": "ThrottlingException"},
    "an internal error": {"times": 3, "status": 500, "code": "InternalError"},
    "unavailable": {"times": 3, "status": 503, "code": "ServiceUnavailable"},
    "a connection that breaks": {"times": 3, "is_reset": True},
    "a body cut short": {"times": 3, "keeps_bytes": 20},
    "no byte of the body": {"times": 3, "keeps_bytes": 0},
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize("matches", [is_listing, is_reading], ids=["listing", "reading"])
def test_what_passes_is_waited_for(
    fault: dict[str, Any], matches: Any, s3: FaultyS3, fill: Fill, open_bucket: Open
) -> None:
    stored = logs(FEW)
    fill(stored)
    s3.add(matches, **fault)
    bucket = open_bucket(threads=1)
    names = names_of(bucket)

    assert list(bucket.read(names)) == [stored[key] for key in sorted(stored)]
    # Every fault was met: three more requests than needed.
    assert len(s3.requests) == bucket.listed.requests + len(names) + 3


def test_a_storm_of_slow_downs_ends_well(s3: FaultyS3, fill: Fill, open_bucket: Open) -> None:
    stored = logs(log_keys(days=2, per_day=20))
    fill(stored)
    bucket = open_bucket(threads=16)
    names = names_of(bucket)
    # Every object is refused once; whatever comes in between is refused too.
    for name in names:
        s3.add(path_has(bucket.address.key_of(name)), times=1)

    assert list(bucket.read(names)) == [stored[bucket.address.key_of(name)] for name in names]
    assert len(s3.requests) == bucket.listed.requests + 2 * len(names)


# ---- on a bad day: one object ----

DAMAGE: Mapping[str, tuple[dict[str, Any], str, str]] = {
    "denied": (
        {"status": 403, "code": "AccessDenied", "message": "Access Denied"},
        "reading it is denied",
        "allow s3:GetObject on it; --print-policy shows how",
    ),
    "denied by its key": (
        {
            "status": 403,
            "code": "AccessDenied",
            "message": "arn:aws:iam::111122223333:user/a is not authorized to perform: kms:Decrypt on the key",
        },
        "its KMS key may not be used to decrypt it",
        "allow kms:Decrypt on the key; --print-policy shows how",
    ),
    "its key is disabled": (
        {"status": 400, "code": "KMS.DisabledException"},
        "its KMS key cannot be used (KMS.DisabledException)",
        "enable the key it was encrypted with",
    ),
    "gone": (
        {"status": 404, "code": "NoSuchKey"},
        "it is gone since the bucket was listed",
        "an expiry rule may have deleted it; leave out the oldest days",
    ),
    "archived": (
        {"status": 403, "code": "InvalidObjectState"},
        "it is archived in Glacier",
        "restore it, or choose days that are not archived",
    ),
    "cut short for ever": (
        {"keeps_bytes": 20},
        "its download broke off again and again",
        "copy it to this machine, and read it there",
    ),
    "reset for ever": (
        {"is_reset": True},
        "its download broke off again and again",
        "copy it to this machine, and read it there",
    ),
    "an internal error for ever": (
        {"status": 500, "code": "InternalError"},
        "S3 fails to deliver it (InternalError)",
        "read it again later",
    ),
}


@pytest.mark.parametrize(("fault", "what", "hint"), DAMAGE.values(), ids=DAMAGE)
def test_an_object_that_cannot_be_read_is_told_in_its_place_and_the_others_are_read(
    fault: dict[str, Any], what: str, hint: str, s3: FaultyS3, fill: Fill, open_bucket: Open
) -> None:
    stored = logs(FEW)
    fill(stored)
    bucket = open_bucket()
    names = names_of(bucket)
    s3.add(path_has(bucket.address.key_of(names[4])), **fault)
    found = list(bucket.read(names))
    damage = found.pop(4)

    assert isinstance(damage, DamagedFileError)
    assert (damage.what, damage.hint) == (what, hint)
    assert found == [stored[bucket.address.key_of(name)] for name in names[:4] + names[5:]]


def test_an_object_deleted_after_the_listing_is_told(fill: Fill, open_bucket: Open) -> None:
    fill(logs(FEW))
    bucket = open_bucket()
    (damage,) = bucket.read([f"s3://{BUCKET}/AWSLogs/deleted.json.gz"])

    assert isinstance(damage, DamagedFileError)
    assert damage.what == "it is gone since the bucket was listed"


# ---- on a bad day: the end ----

S3_SAYS: Mapping[str, tuple[dict[str, Any], str]] = {
    "access denied": (
        {"status": 403, "code": "AccessDenied"},
        "listing it is denied — allow s3:ListBucket on it; --print-policy shows how",
    ),
    "expired": (
        {"status": 400, "code": "ExpiredToken"},
        "the credentials have expired — sign in again, and run the same command once more",
    ),
    "an unknown key": (
        {"status": 403, "code": "InvalidAccessKeyId", "message": f"{ACCESS_KEY} does not exist in our records"},
        "AWS does not accept the credentials — choose others with --profile",
    ),
    "a wrong secret": (
        {"status": 403, "code": "SignatureDoesNotMatch", "message": f"{SECRET_KEY} and {ACCESS_KEY}"},
        "AWS does not accept the credentials — choose others with --profile",
    ),
    "a wrong clock": (
        {"status": 403, "code": "RequestTimeTooSkewed"},
        "this machine's clock is wrong — set it: AWS refuses what seems more than 15 minutes old or early",
    ),
    "another Region that cannot be followed": (
        {"status": 301, "code": "PermanentRedirect", "headers": {"x-amz-bucket-region": "eu-central-1"}},
        "the bucket is in eu-central-1, and requests are not taken there — leave --endpoint-url out, or give that"
        " Region's",
    ),
    "slow down for ever": (
        {},
        "S3 asks for fewer requests, again and again — run it later, when others read less from the bucket",
    ),
    "anything else": ({"status": 400, "code": "OddRequest"}, "S3 refuses (OddRequest) — try the same with aws s3 ls"),
    "what is no code of S3's": (
        {"status": 400, "code": "no code"},
        "S3 refuses (an unknown code) — try the same with aws s3 ls",
    ),
    "no contact": (
        {"is_reset": True},
        "127.0.0.1 cannot be reached (ConnectionClosedError) — check the network, the proxy and --endpoint-url",
    ),
}


@pytest.mark.parametrize(("fault", "problem"), S3_SAYS.values(), ids=S3_SAYS)
def test_a_bucket_that_cannot_be_listed_is_told_in_one_line(
    fault: dict[str, Any], problem: str, s3: FaultyS3, fill: Fill, open_bucket: Open
) -> None:
    fill(logs(FEW))
    s3.add(lambda _: True, **fault)

    assert told(open_bucket("AWSLogs")) == f"s3://{BUCKET}/AWSLogs/: {problem}"


def test_a_folder_that_may_not_be_listed_is_named(s3: FaultyS3, fill: Fill, open_bucket: Open) -> None:
    fill(logs(log_keys(days=1)))
    s3.add(path_has(f"prefix=AWSLogs/{ACCOUNTS[1]}/"), status=403, code="AccessDenied")

    assert told(open_bucket()).startswith(f"s3://{BUCKET}/AWSLogs/{ACCOUNTS[1]}/: listing it is denied — ")


def test_there_is_no_such_bucket(open_bucket: Open) -> None:
    assert told(open_bucket(bucket="amzn-s3-demo-none")) == (
        "s3://amzn-s3-demo-none/: there is no such bucket — check its name"
    )


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({"status": 400, "code": "ExpiredToken"}, S3_SAYS["expired"][1]),
        ({}, S3_SAYS["slow down for ever"][1]),
    ],
    ids=["credentials that expire", "slow down for ever"],
)
def test_what_concerns_every_object_ends_the_reading_after_what_was_read(
    fault: dict[str, Any], problem: str, s3: FaultyS3, fill: Fill, open_bucket: Open
) -> None:
    stored = logs(FEW)
    fill(stored)
    bucket = open_bucket("AWSLogs")
    names = names_of(bucket)
    for name in names[5:]:
        s3.add(path_has(bucket.address.key_of(name)), **fault)
    found = []
    with pytest.raises(BadInputError) as caught:
        found.extend(bucket.read(names))

    assert str(caught.value) == f"s3://{BUCKET}/AWSLogs/: {problem}"
    assert found == [] or found == [stored[bucket.address.key_of(name)] for name in names[:5]]


def test_a_bucket_in_another_region_is_followed_there(s3: FaultyS3, fill: Fill, open_bucket: Open) -> None:
    stored = logs(FEW)
    fill(stored)
    region = {"x-amz-bucket-region": "eu-west-1"}
    s3.add(lambda request: request.region != "eu-west-1", status=301, code="PermanentRedirect", headers=region)
    bucket = open_bucket()
    names = names_of(bucket)

    assert len(list(bucket.read(names))) == len(stored)
    # The first request is sent again, no other: the SDK has learnt where the bucket is.
    assert [request.region for request in s3.requests].count("us-east-1") == 1


# ---- credentials and endpoints that are none ----


def test_no_credentials(open_bucket: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert told(open_bucket()) == (
        f"s3://{BUCKET}/: no AWS credentials were found — sign in, or choose a profile with --profile"
    )


def test_half_credentials(open_bucket: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert told(open_bucket()) == (
        f"s3://{BUCKET}/: the credentials of the default profile cannot be loaded (PartialCredentialsError) —"
        " aws sts get-caller-identity must work first"
    )


def told_of(access: Access) -> str:
    with Bucket(f"s3://{BUCKET}", access=access) as bucket:
        return told(bucket)


def test_a_profile_that_is_not_there(s3: FaultyS3) -> None:
    assert told_of(Access(profile="audit", endpoint_url=s3.url, patience=BRIEF)) == (
        f"s3://{BUCKET}/: there is no profile audit — aws configure list-profiles shows those there are"
    )


def test_a_sign_in_that_has_expired(s3: FaultyS3, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile audit]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Auditor\n"
        "region = eu-west-1\n[sso-session corp]\nsso_start_url = https://example.com/start\nsso_region = eu-west-1\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert told_of(Access(profile="audit", endpoint_url=s3.url, patience=BRIEF)) == (
        f"s3://{BUCKET}/: the sign-in of the profile audit has expired or never happened —"
        " aws sso login --profile audit"
    )


@pytest.mark.parametrize(
    ("endpoint_url", "problem"),
    [
        (
            "http://user:secret@127.0.0.1:9",
            "127.0.0.1 cannot be reached (EndpointConnectionError) — check the network, the proxy and --endpoint-url",
        ),
        ("nonsense", "its endpoint is no address — write --endpoint-url https://host, or leave it out"),
    ],
)
def test_an_endpoint_that_is_none(endpoint_url: str, problem: str) -> None:
    assert told_of(Access(endpoint_url=endpoint_url, patience=BRIEF)) == f"s3://{BUCKET}/: {problem}"


def test_the_endpoint_of_the_environment_is_used(s3: FaultyS3, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(logs(FEW))
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.url)
    with Bucket(f"s3://{BUCKET}", access=Access(patience=BRIEF)) as bucket:
        assert len(names_of(bucket)) == 9


def test_a_folder_without_events_is_told(open_bucket: Open) -> None:
    prefix = f"AWSLogs/{ACCOUNTS[0]}/CloudTrail-Digest"
    assert told(open_bucket(prefix)) == (
        f"s3://{BUCKET}/{prefix}/: CloudTrail-Digest holds no events — name the folder CloudTrail beside it"
    )


# ---- what looking asks for ----


def test_a_look_tells_region_encryption_and_storage_classes(fill: Fill, open_bucket: Open) -> None:
    stored = logs(FEW)
    fill(stored)
    bucket = open_bucket()
    names = names_of(bucket)
    look = bucket.look(names[0])

    assert (look.region, look.encryption) == ("eu-west-1", Encryption.WITHOUT_KMS)
    assert (look.objects, look.list_requests, look.head_requests) == (9, bucket.listed.requests, 2)
    assert look.stored_bytes == sum(map(len, stored.values()))
    assert bucket.look().head_requests == 1


@pytest.mark.parametrize(
    ("headers", "encryption"),
    [
        ({"x-amz-server-side-encryption": "aws:kms"}, Encryption.KMS),
        ({"x-amz-server-side-encryption": "aws:kms:dsse"}, Encryption.KMS),
        (
            {
                "x-amz-server-side-encryption": "aws:kms",
                "x-amz-server-side-encryption-bucket-key-enabled": "true",
            },
            Encryption.KMS_BUCKET_KEY,
        ),
        ({"x-amz-server-side-encryption": "AES256"}, Encryption.WITHOUT_KMS),
        ({}, Encryption.WITHOUT_KMS),
    ],
)
def test_the_head_of_one_object_tells_its_encryption(
    headers: dict[str, str], encryption: Encryption, s3: FaultyS3, fill: Fill, open_bucket: Open
) -> None:
    fill(logs(FEW))
    s3.add(path_has("AWSLogs"), status=200, headers=headers)

    assert open_bucket().look(f"s3://{BUCKET}/AWSLogs/a.json.gz").encryption is encryption


def test_what_may_not_be_seen_is_unknown(s3: FaultyS3, fill: Fill, open_bucket: Open) -> None:
    fill(logs(FEW))
    # A policy for a prefix denies HeadBucket; its refusal tells the Region all the same.
    s3.add(path_has("AWSLogs"), status=403)
    s3.add(lambda _: True, status=403, headers={"x-amz-bucket-region": "eu-west-1"})
    look = open_bucket().look(f"s3://{BUCKET}/AWSLogs/a.json.gz")

    assert (look.region, look.encryption) == ("eu-west-1", Encryption.UNKNOWN)


def test_other_storage_classes_are_told_apart(fill: Fill, open_bucket: Open) -> None:
    from moto.s3.models import s3_backends

    fill({"a.json": b"abc", "b.json": b"abcd"})
    backend = s3_backends["123456789012"]["aws"]
    backend.put_object(BUCKET, "c.json", b"12345", storage="GLACIER")
    backend.put_object(BUCKET, "d.json", b"123456", storage="STANDARD_IA")
    bucket = open_bucket()
    names = names_of(bucket)

    assert bucket.listed.other_classes == (ClassShare("GLACIER", 1, 5), ClassShare("STANDARD_IA", 1, 6))
    assert bucket.listed.archived == 1
    archived = list(bucket.read(names))[2]
    assert isinstance(archived, DamagedFileError)
    assert archived.what == "it is archived in Glacier"
