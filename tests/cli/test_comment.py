import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from costplan.cli.app import run
from tests.forge import TOKEN, Failure, FakeForge

TEXT = "<!-- costplan: infra -->\n**$12.00 more a month**\n"


@pytest.fixture
def server() -> Iterator[FakeForge]:
    with closing(FakeForge()) as server:
        yield server


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "comment.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def comment(file: Path, environment: Mapping[str, str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a process of its own: nothing of it may show the token."""
    done = subprocess.run(
        [sys.executable, "-m", "costplan", "comment", str(file), *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert TOKEN not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_in_a_job_of_github_the_file_is_all_there_is_to_name(server: FakeForge, file: Path) -> None:
    host = server.url.removeprefix("http://")
    url = "https://github.example/acme/infra/pull/7#issuecomment-1"

    assert comment(file, server.github) == (0, f"posted the comment on acme/infra 7 at {host}: {url}\n", "")
    assert comment(file, server.github) == (0, f"updated the comment on acme/infra 7 at {host}: {url}\n", "")
    assert server.bodies == [TEXT]


def test_in_a_job_of_gitlab_too(server: FakeForge, file: Path) -> None:
    host = server.url.removeprefix("http://")

    assert comment(file, server.gitlab) == (0, f"posted the comment on acme/infra 7 at {host}\n", "")
    assert server.bodies == [TEXT]


@pytest.mark.parametrize("status", [401, 403, 404, 418, 422, 500])
@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_a_forge_that_refuses_is_one_line_and_exits_3(forge: str, status: int, server: FakeForge, file: Path) -> None:
    # As servers do that are set up carelessly: the request is shown back.
    echo = f'{{"message": "Authorization: Bearer {TOKEN}"}}'.encode()
    server.failures.append(Failure(status, {"X-Token": TOKEN}, echo, path="notes" if forge == "gitlab" else "comments"))

    code, out, err = comment(file, getattr(server, forge))

    assert (code, out) == (3, "")
    assert f"(acme/infra 7: status {status}) — " in err
    assert err.count("\n") == 1
    assert server.bodies == []


def test_a_token_that_cannot_be_sent_is_not_shown(server: FakeForge, file: Path) -> None:
    code, out, err = comment(file, {**server.github, "GITHUB_TOKEN": f"{TOKEN}\nsecond line"})

    assert (code, out) == (3, "")
    assert "GITHUB_TOKEN: holds characters that no token has" in err


def test_an_answer_cannot_steer_the_terminal(server: FakeForge, file: Path) -> None:
    server.failures.append(Failure(201, body=b'{"html_url": "https://x.example/\\u001b[2J\\nposted"}', method="POST"))

    code, out, err = comment(file, server.github)

    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert "\x1b" not in out


def test_a_dry_run_says_what_would_be_done(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["comment", str(file), "--github", "--repository", "acme/infra", "--pull", "7", "--dry-run"]

    assert run(command) == 0
    assert capsys.readouterr() == (
        "would post the comment on acme/infra 7 at api.github.com, or update it: "
        f"{len(TEXT)} characters, <!-- costplan: infra -->\n",
        "",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give --github or --gitlab"),
        (["--github", "--gitlab"], "give one of them"),
        (["--github", "--pull", "0"], "--pull"),
        (["--github", "--repository", "infra"], "OWNER/NAME"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_exits_2(arguments: list[str], said: str, file: Path) -> None:
    code, out, err = comment(file, {}, *arguments)

    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize("command", ["check", "diff"])
def test_several_comments_of_one_pull_request_have_a_name_each(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    layouts = ["scenarios/layouts/3-multi-region.yaml", "scenarios/layouts/3-multi-region.yaml"]
    sides = layouts if command == "diff" else layouts[:1]
    assert run([command, *sides, "--format", "markdown", "--comment-name", "prod/eu"]) == 0
    assert capsys.readouterr().out.startswith("<!-- costplan: prod/eu -->\n")
    assert run([command, *sides, "--format", "markdown", "--comment-name", "a --> b"]) == 2
    assert "a comment cannot be called" in capsys.readouterr().err
