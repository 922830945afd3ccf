"""``costplan prices update`` and ``verify``, as a person or a job calls them."""

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from costplan.cli.app import run
from tests.inputs.offers.conftest import price_lists
from tests.inputs.offers.price_list_server import PriceListServer

__all__ = ["price_lists"]

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "AWSCloudTrail.csv"
SAME = ["--region", "il-central-1"]
Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(EXAMPLE, tmp_path / "list.csv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


def replace_in_list(old: str, new: str) -> None:
    text = Path("list.csv").read_text()
    assert old in text
    Path("list.csv").write_text(text.replace(old, new))


def files_in(folder: Path = Path()) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# ---- verify ----


def test_books_that_agree_exit_0(capsys: Printed) -> None:
    assert run(["prices", "verify", "--from", "list.csv", *SAME]) == 0
    out = capsys.readouterr().out
    assert out.startswith("11 list prices beside those of AWS · 11 the same, 0 different\n")
    assert re.search(r"cloudtrail +11 +11 +1 Region +\d+ (months|years?) ago, on 2025-08-28 ", out)


def test_a_book_that_differs_exits_1_and_shows_both_prices(capsys: Printed) -> None:
    assert run(["prices", "verify", "--from", "list.csv"]) == 1
    out = capsys.readouterr().out
    assert re.search(r"^eu-west-1 +data +100,000 events +\$0\.10 +\$0\.08 +-20\.0 % +2026-07-16$", out, re.MULTILINE)


def test_every_price_is_listed_on_demand(capsys: Printed) -> None:
    assert run(["prices", "verify", "--from", "list.csv", "--all", *SAME]) == 0
    out = capsys.readouterr().out
    assert re.search(r"lake-extended-retention +GB-month +\$0\.023 +\$0\.023 +0 % +2026-01-01", out)
    assert len([line for line in out.splitlines() if line.startswith("il-central-1 ")]) == 11


def test_tiers_stand_below_one_another_with_both_ends(capsys: Printed) -> None:
    replace_in_list('"5120","25600"', '"6144","25600"')
    replace_in_list('"0","5120"', '"0","6144"')
    assert run(["prices", "verify", "--from", "list.csv", "--region", "eu-west-1"]) == 1
    out = capsys.readouterr().out
    assert re.search(r"lake-ingestion-\S+ +GB +5,120 → 6,144 +\$2\.50 +\$2\.50 +0 % +2025-08-28$", out, re.MULTILINE)
    assert re.search(r"^ +25,600 +\$1\.00 +\$1\.00 +0 %$", out, re.MULTILINE)


def test_what_cannot_be_told_exits_3(capsys: Printed) -> None:
    replace_in_list('"ILC1-DataEventsRecorded"', '"ILC1-NetworkEventsRecorded"')
    assert run(["prices", "verify", "--from", "list.csv", *SAME, "--service", "cloudtrail"]) == 1
    shutil.copy(EXAMPLE, "list.csv")
    replace_in_list('"Events","0.0000035000"', '"Days","0.0000035000"')
    capsys.readouterr()
    assert run(["prices", "verify", "--from", "list.csv", *SAME]) == 3
    assert 'the list counts it per "Days", the book per "events"' in capsys.readouterr().out


def test_a_damaged_list_exits_3_with_file_and_line(capsys: Printed) -> None:
    text = Path("list.csv").read_text()
    Path("list.csv").write_text(text[:-40])
    assert run(["prices", "verify", "--from", "list.csv"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"list.csv:{text.count(chr(10))}: is cut off")


def test_the_json_has_every_price_and_follows_its_schema(capsys: Printed) -> None:
    assert run(["schema", "price-check"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert run(["prices", "verify", "--from", "list.csv", "--format", "json", "-o", "checks.json"]) == 1
    found = json.loads(Path("checks.json").read_text())
    jsonschema.validate(found, schema)
    (data,) = (one for one in found["prices"] if (one["region"], one["meter"]) == ("eu-west-1", "data"))
    assert data["tiers"] == [{"old": "0.10", "new": "0.08", "old_up_to": None, "new_up_to": None, "change": "-0.2"}]
    assert (data["outcome"], data["confirmed"], data["seen"]) == ("changed", "2026-07-16", "2026-11-20")
    assert len(found["regions_without_offer"]["AWSCloudTrail"]) == 34


def test_unknown_usage_types_and_regions_are_named(capsys: Printed) -> None:
    replace_in_list('"EU-FreeTrialIngestion-Bytes","","eu-west-1"', '"EU-Novelty","","xx-north-9"')
    assert run(["prices", "verify", "--from", "list.csv"]) == 1
    out = capsys.readouterr().out
    assert "AWSCloudTrail: 1 usage type of no meter here: Novelty" in out
    assert "in the lists, without a price book: xx-north-9" in out
    assert "gone" in out


# ---- update ----


def test_a_dry_run_shows_and_writes_nothing(capsys: Printed) -> None:
    assert run(["prices", "update", "--from", "list.csv", "--to", "own", "--dry-run"]) == 0
    out, err = capsys.readouterr()
    assert "-20.0 %" in out
    assert err == "nothing was written: 1 new price, 23 dates of confirmation, 2 price books in own\n"
    assert files_in() == ["list.csv"]


def test_nobody_to_ask_writes_nothing(capsys: Printed) -> None:
    assert run(["prices", "update", "--from", "list.csv", "--to", "own"]) == 2
    out, err = capsys.readouterr()
    # Shown all the same.
    assert "-20.0 %" in out
    assert "give --yes" in err
    assert files_in() == ["list.csv"]


@pytest.mark.parametrize(("is_agreed", "written"), [(True, 2), (False, 0)])
def test_a_person_is_asked(is_agreed: bool, written: int, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    asked = []

    def confirm(question: str, **_: object) -> bool:
        asked.append(question)
        return is_agreed

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", confirm)
    assert run(["prices", "update", "--from", "list.csv", "--to", "own"]) == 0
    assert asked == ["Write 1 new price, 23 dates of confirmation, 2 price books in own?"]
    assert len(files_in()) - 1 == written
    assert ("written: 1 new price" in capsys.readouterr().err) is is_agreed


def test_books_that_were_written_are_used_and_say_so(capsys: Printed) -> None:
    assert run(["prices", "update", "--from", "list.csv", "--to", "own", "--yes"]) == 0
    assert files_in(Path("own")) == ["cloudtrail/eu-west-1.yaml", "cloudtrail/il-central-1.yaml"]
    show = ["prices", "show", "--service", "cloudtrail", "--region", "eu-west-1"]
    assert run([*show, "--pricing", "own"]) == 0
    assert "file: own/cloudtrail/eu-west-1.yaml" in capsys.readouterr().out
    assert run(["prices", "verify", "--from", "list.csv", "--pricing", "own"]) == 0

    def total(*options: str) -> str:
        capsys.readouterr()
        typed = ["--typed", "s3-writes=10M/month", "--region", "eu-west-1", "--months", "1"]
        assert run(["estimate", *typed, "--by", "meter", *options]) == 0
        found = re.search(r"^Data events +(\S+)", capsys.readouterr().out, re.MULTILINE)
        assert found
        return found[1]

    # 10,000,000 × 0.10 ÷ 100,000 and × 0.08 ÷ 100,000
    assert (total(), total("--pricing", "own")) == ("$10.00", "$8.00")
    assert total("--pricing", "own", "--as-of", "2026-10-31") == "$10.00"
    Path("costplan.yaml").write_text("pricing: own\n")
    assert total() == "$8.00"
    assert run([*show]) == 0
    assert "/own/cloudtrail/eu-west-1.yaml" in capsys.readouterr().out


def test_a_second_update_has_nothing_to_write(capsys: Printed) -> None:
    update = ["prices", "update", "--from", "list.csv", "--to", "own", "--yes"]
    assert run(update) == 0
    capsys.readouterr()
    assert run(update) == 0
    assert capsys.readouterr().err == "nothing was written: the price books say all of it already\n"


def test_a_shrunken_list_exits_3_unless_that_is_allowed(capsys: Printed) -> None:
    lines = Path("list.csv").read_text().splitlines(keepends=True)
    Path("list.csv").write_text("".join(line for line in lines if "ILC1-DataEventsRecorded" not in line))
    update = ["prices", "update", "--from", "list.csv", "--to", "own", "--yes"]
    assert run(update) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("cloudtrail: data in il-central-1: the list has no DataEventsRecorded there — ")
    assert files_in() == ["list.csv"]
    assert run([*update, "--allow-missing"]) == 0
    assert "gone" in capsys.readouterr().out


def test_json_asks_nobody(capsys: Printed) -> None:
    assert run(["prices", "update", "--from", "list.csv", "--format", "json"]) == 2
    assert "--dry-run or --yes" in capsys.readouterr().err
    assert run(["prices", "update", "--from", "list.csv", "--to", "own", "--dry-run", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["format"] == "costplan.price-check/1"


def test_a_folder_of_books_that_costplan_yaml_names_must_be_there(capsys: Printed) -> None:
    Path("costplan.yaml").write_text("pricing: nowhere\n")
    assert run(["estimate", "--typed", "management=1M/month"]) == 3
    assert "costplan.yaml:1: pricing: no such folder: " in capsys.readouterr().err


# ---- AWS ----


@pytest.mark.parametrize("command", ["update", "verify"])
def test_the_policy_is_printed_without_asking_aws(command: str, capsys: Printed) -> None:
    assert run(["prices", command, "--print-policy"]) == 0
    (statement,) = json.loads(capsys.readouterr().out)["Statement"]
    assert statement["Action"] == ["pricing:GetProducts", "pricing:ListPriceLists", "pricing:GetPriceListFileUrl"]


def test_without_credentials_the_next_step_is_told(
    price_lists: PriceListServer, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    assert price_lists.rows == []
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert run(["prices", "verify", "--service", "kms", "--region", "eu-west-1"]) == 3
    assert (
        capsys.readouterr().err == "AWS: no AWS credentials were found — sign in, or choose a profile with --profile\n"
    )
    assert price_lists.asked == []
