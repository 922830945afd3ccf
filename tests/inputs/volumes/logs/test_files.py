from datetime import UTC, datetime

import pytest

from costplan.inputs.volumes.logs.folders import LocalFiles, find_files, find_local
from costplan.inputs.volumes.logs.names import parse_log_name
from costplan.inputs.volumes.logs.period import moment_of
from costplan.model.problems import BadInputError

from .building import ACCOUNT

KEY = f"prefix/AWSLogs/o-exampleorgid/{ACCOUNT}/CloudTrail/eu-west-1/2026/10/05/"


def paths_of(found: LocalFiles) -> list[str]:
    return sorted(folder.path + stored.name for folder in found.folders() for stored in folder.objects)


def at(*moment: int) -> datetime:
    return datetime(2026, 10, *moment, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "kind", "slot_start"),
    [
        # The stamp is the end of the slot.
        (f"{ACCOUNT}_CloudTrail_eu-west-1_20261005T0010Z_aBcDeFgHiJkLmNoP.json.gz", "CloudTrail", at(5, 0, 5)),
        (f"{ACCOUNT}_CloudTrail_eu-west-1_20261005T0000Z_x.json", "CloudTrail", at(4, 23, 55)),
        # AWS's own example has no underscore before the unique part.
        (f"{ACCOUNT}_CloudTrail_eu-west-1_20261005T0010ZhdkvFTXOA3Vnhbc.json.gz", "CloudTrail", at(5, 0, 5)),
        (f"{ACCOUNT}_CloudTrail_eu-west-1-20261005T0010.json", "CloudTrail", at(5, 0, 5)),
        (f"{ACCOUNT}_CloudTrail-NetworkActivity_eu-west-1_20261005T0010Z_x.json.gz", "CloudTrail-NetworkActivity",
         at(5, 0, 5)),
        (f"{ACCOUNT}_CloudTrail-Digest_eu-west-1_audit_us-east-1_20261005T001011Z_backfill.json.gz",
         "CloudTrail-Digest", at(5, 0, 5)),
        # Off the five-minute mark: the slot around it.
        (f"{ACCOUNT}_CloudTrail_eu-west-1_20261005T0007Z_x.json.gz", "CloudTrail", at(5, 0, 5)),
    ],
)  # fmt: skip
def test_a_name_tells_account_region_kind_and_slot(path, kind, slot_start):
    name = parse_log_name(path)
    assert name is not None
    assert (name.account, name.region, name.kind) == (ACCOUNT, "eu-west-1", kind)
    assert name.slot is not None
    assert moment_of(name.slot) == slot_start


@pytest.mark.parametrize("path", ["events.json", "1234_CloudTrail_eu-west-1_20261005T0010Z_x.json.gz", "x/README.md"])
def test_another_name_tells_nothing(path):
    assert parse_log_name(path) is None


def test_a_stamp_that_is_no_time_tells_no_slot():
    name = parse_log_name(f"{ACCOUNT}_CloudTrail_eu-west-1_20261399T0010Z_x.json.gz")
    assert name is not None
    assert name.slot is None


@pytest.mark.parametrize(
    ("folder", "organization"),
    [
        (KEY, "o-exampleorgid"),
        (KEY.replace("o-exampleorgid/", ""), None),
        ("", None),
        (f"o-logs-of/{ACCOUNT}/", None),
    ],
)
def test_the_organization_stands_before_the_account(folder, organization):
    name = parse_log_name(f"{folder}{ACCOUNT}_CloudTrail_eu-west-1_20261005T0010Z_x.json.gz")
    assert name is not None
    assert name.organization == organization


def test_folders_give_json_and_gz_files_and_count_the_others(tmp_path):
    for name in ("b.json", "sub/a.json.gz", "sub/deep/C.JSON", "README.md", ".hidden.json", ".git/x.json", "x.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    found = find_local([tmp_path])
    assert paths_of(found) == [f"{tmp_path}/{name}" for name in ("b.json", "sub/a.json.gz", "sub/deep/C.JSON")]
    assert (found.named, found.ignored) == (frozenset(), 3)


def test_a_named_file_is_read_whatever_its_ending(tmp_path):
    path = tmp_path / "events.txt"
    path.write_text("{}")
    found = find_local([str(path)])
    assert (paths_of(found), found.named) == ([str(path)], frozenset({str(path)}))


def test_a_file_reached_twice_is_read_once(tmp_path, monkeypatch):
    path = tmp_path / "sub" / "a.json"
    path.parent.mkdir()
    path.write_text("{}")
    monkeypatch.chdir(tmp_path)
    found = find_local([tmp_path, "sub", path, "sub/../sub/a.json"])
    assert len(paths_of(found)) == 1
    assert found.named == frozenset(paths_of(found))


def test_a_hidden_folder_that_is_named_is_read_beside_the_one_around_it(tmp_path):
    for name in ("a.json", ".kept/b.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    assert paths_of(find_local([tmp_path, tmp_path / ".kept"])) == [f"{tmp_path}/.kept/b.json", f"{tmp_path}/a.json"]


def test_sizes_are_those_of_the_files(tmp_path):
    (tmp_path / "a.json").write_text("12345")
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    (folder,) = find_local([tmp_path]).folders()
    assert sorted(folder.objects) == [("a.json", 5), ("gone.json", 0)]


def test_the_order_of_the_paths_makes_no_difference(tmp_path):
    paths = [tmp_path / name for name in ("c.json", "a.json", "b.json")]
    for path in paths:
        path.write_text("{}")
    assert find_files(paths) == find_files(paths[::-1])


def test_every_missing_path_is_named(tmp_path):
    with pytest.raises(BadInputError) as error:
        find_local([tmp_path / "no-such.json", tmp_path, tmp_path / "nor-this"])
    assert [str(problem).removeprefix(f"{tmp_path}/") for problem in error.value.problems] == [
        "no-such.json: no such file or folder — check the path",
        "nor-this: no such file or folder — check the path",
    ]
