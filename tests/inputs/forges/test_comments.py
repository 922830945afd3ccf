"""What is sent to a forge: one comment of one's own, found by its tag on any page, and a token for one host alone."""

import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import trustme

from costplan.inputs.aws.patience import Patience
from costplan.inputs.forges.connection import Token
from costplan.model.problems import BadInputError, UsageError
from costplan.workflows.comment import CommentResult, ForgeKind, post_comment
from tests.forge import DROP, GITHUB_COMMENTS, TOKEN, Failure, FakeForge

TAG = "<!-- costplan: infra -->"
TEXT = f"{TAG}\n**$12 more a month**\n"
AT_ONCE = Patience(attempts=3, first_pause=0.0)
FORGES = ("github", "gitlab")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "comment.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def post(
    server: FakeForge, forge: str, file: Path, environment: dict[str, str] | None = None, **options: Any
) -> CommentResult:
    variables = {**getattr(server, forge), **(environment or {})}
    return post_comment(file, environment=variables, patience=AT_ONCE, **options)


def problems(raised: pytest.ExceptionInfo[BadInputError]) -> str:
    text = "\n".join(str(problem) for problem in raised.value.problems)
    assert TOKEN not in text
    assert TOKEN not in repr(raised.value)
    return text


# ---- found, or posted ----


@pytest.mark.parametrize("forge", FORGES)
def test_the_first_time_a_comment_is_posted(forge: str, server: FakeForge, file: Path) -> None:
    result = post(server, forge, file)

    assert server.bodies == [TEXT]
    assert (result.is_new, result.repository, result.pull, result.tag) == (True, "acme/infra", 7, TAG)
    assert result.host == server.url.removeprefix("http://")


@pytest.mark.parametrize("forge", FORGES)
def test_the_next_time_the_same_comment_is_updated(forge: str, server: FakeForge, file: Path) -> None:
    post(server, forge, file)
    file.write_text(TEXT.replace("12", "15"), encoding="utf-8")

    result = post(server, forge, file)

    assert server.bodies == [TEXT.replace("12", "15")]
    assert result.is_new is False
    assert [request.method for request in server.writes] == ["POST", "PATCH" if forge == "github" else "PUT"]


@pytest.mark.parametrize("forge", FORGES)
def test_a_comment_with_another_tag_is_another_comment(forge: str, server: FakeForge, file: Path) -> None:
    post(server, forge, file)
    other = TEXT.replace("infra", "network")
    file.write_text(other, encoding="utf-8")

    assert post(server, forge, file).is_new
    assert server.bodies == [TEXT, other]


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize(
    "text",
    [
        "looks good",
        f"> {TAG}\n> quoted",
        f"see below\n{TAG}",
        TAG.replace("infra", "infra2"),
        f"{TAG} and more",
        "",
    ],
)
def test_what_does_not_begin_with_the_tag_is_left_alone(forge: str, text: str, server: FakeForge, file: Path) -> None:
    server.add(text)

    assert post(server, forge, file).is_new
    assert server.bodies == [text, TEXT]


@pytest.mark.parametrize("forge", FORGES)
def test_a_comment_that_came_back_with_other_line_ends_is_found(forge: str, server: FakeForge, file: Path) -> None:
    server.add(f"{TAG}\r\nold")

    assert post(server, forge, file).is_new is False


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize("login", [None, "cost-bot"])
def test_a_comment_of_somebody_else_is_never_touched(
    forge: str, login: str | None, server: FakeForge, file: Path
) -> None:
    server.login = login
    server.add(f"{TAG}\nfrom a stranger", "mallory", "User")

    assert post(server, forge, file).is_new
    assert post(server, forge, file).is_new is False
    assert server.bodies == [f"{TAG}\nfrom a stranger", TEXT]


@pytest.mark.parametrize("forge", FORGES)
def test_it_is_found_on_any_page_and_the_newest_of_several_is_updated(
    forge: str, server: FakeForge, file: Path
) -> None:
    server.page_size = 2
    for body in ("a", f"{TAG}\nold", "b", "c", f"{TAG}\nnewer", "d", "e"):
        server.add(body)

    assert post(server, forge, file).is_new is False
    assert server.bodies == ["a", f"{TAG}\nold", "b", "c", TEXT, "d", "e"]


def test_further_pages_are_asked_of_the_same_host_whatever_the_link_names(server: FakeForge, file: Path) -> None:
    server.page_size = 1
    for body in ("a", "b", "c"):
        server.add(body)

    post(server, "github", file)

    asked = [request.path for request in server.requests if request.path.startswith(GITHUB_COMMENTS)]
    assert asked == [
        f"{GITHUB_COMMENTS}{rest}" for rest in ("?per_page=100", "?per_page=1&page=2", "?per_page=1&page=3", "")
    ]


def test_the_token_stands_where_each_forge_wants_it(server: FakeForge, file: Path) -> None:
    post(server, "github", file)
    post(server, "gitlab", file)

    github = [request.headers for request in server.requests if request.path.startswith("/api/v3")]
    gitlab = [request.headers for request in server.requests if request.path.startswith("/api/v4")]
    assert github
    assert gitlab
    assert {headers["Authorization"] for headers in github} == {f"Bearer {TOKEN}"}
    assert {headers["X-Github-Api-Version"] for headers in github} == {"2022-11-28"}
    assert {headers["Private-Token"] for headers in gitlab} == {TOKEN}
    assert not [headers for headers in gitlab if "Authorization" in headers]
    assert not [request.path for request in server.requests if TOKEN in request.path]


def test_a_token_shows_itself_nowhere() -> None:
    token = Token(TOKEN, "Authorization", "Bearer ")

    assert TOKEN not in f"{token} {token!r}"


def test_lines_that_gitlab_would_carry_out_are_only_shown(server: FakeForge, file: Path) -> None:
    file.write_text(f"{TAG}\n/close\nand a/b\n", encoding="utf-8")

    post(server, "gitlab", file)

    assert server.bodies == [f"{TAG}\n /close\nand a/b\n"]


# ---- which pull request ----


@pytest.mark.parametrize(
    "event",
    [
        '{"pull_request": {"number": 7}}',
        '{"issue": {"number": 7, "pull_request": {"url": "x"}}}',
    ],
)
def test_github_tells_the_pull_request_in_the_event_too(
    event: str, server: FakeForge, file: Path, tmp_path: Path
) -> None:
    (tmp_path / "event.json").write_text(event)
    path = str(tmp_path / "event.json")

    result = post(server, "github", file, {"GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_PATH": path})

    assert result.pull == 7


@pytest.mark.parametrize(
    "event", ['{"issue": {"number": 7}}', "{}", "[1]", '{"pull_request": {"number": "7"}}', '{"pull_request": 7}']
)
def test_an_event_that_is_about_no_pull_request_names_none(
    event: str, server: FakeForge, file: Path, tmp_path: Path
) -> None:
    (tmp_path / "event.json").write_text(event)
    path = str(tmp_path / "event.json")

    with pytest.raises(BadInputError) as raised:
        post(server, "github", file, {"GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_PATH": path})

    assert "GITHUB_REF: is not that of a pull request" in problems(raised)
    assert server.requests == []


@pytest.mark.parametrize("forge", FORGES)
def test_the_command_line_names_what_the_environment_does_not(forge: str, server: FakeForge, file: Path) -> None:
    variables = getattr(server, forge)
    secret = {name: text for name, text in variables.items() if name.endswith("TOKEN")}
    (api_url,) = (text for name, text in variables.items() if text.startswith("http"))

    result = post_comment(
        file, forge=ForgeKind(forge), repository="acme/infra", pull=7, api_url=api_url, environment=secret
    )

    assert result.is_new
    assert server.bodies == [TEXT]


def test_nothing_is_sent_to_try_it(server: FakeForge, file: Path) -> None:
    result = post_comment(
        file, forge=ForgeKind.GITHUB, repository="acme/infra", pull=7, environment={}, is_dry_run=True
    )

    assert (result.is_new, result.host, result.characters) == (None, "api.github.com", len(TEXT))
    assert server.requests == []


# ---- what goes wrong before anything is sent ----


@pytest.mark.parametrize(
    ("forge", "changes", "said"),
    [
        ("github", {"GITHUB_TOKEN": ""}, ["GITHUB_TOKEN: is not set — give the job env"]),
        ("github", {"GITHUB_TOKEN": f"{TOKEN} {TOKEN}"}, ["GITHUB_TOKEN: holds characters that no token has"]),
        ("github", {"GITHUB_TOKEN": f"{TOKEN}\r\nX: y"}, ["GITHUB_TOKEN: holds characters that no token has"]),
        (
            "github",
            {"GITHUB_TOKEN": "", "GITHUB_REPOSITORY": "", "GITHUB_REF": "refs/heads/main"},
            ["GITHUB_REPOSITORY: is not set", "GITHUB_REF: is not that of a pull request", "GITHUB_TOKEN: is not set"],
        ),
        ("github", {"GITHUB_REPOSITORY": "acme/../x"}, ["GITHUB_REPOSITORY: is no repository of GitHub's"]),
        ("github", {"GITHUB_API_URL": "http://github.example/api/v3"}, ["github.example: is not one of https"]),
        ("github", {"GITHUB_API_URL": "ftp://127.0.0.1/"}, ["127.0.0.1: is not one of https"]),
        ("github", {"GITHUB_API_URL": f"https://ann:{TOKEN}@github.example"}, ["address of the API: is none"]),
        ("github", {"GITHUB_API_URL": "https://github.example:x/"}, ["address of the API: is none"]),
        ("github", {"GITHUB_API_URL": "https://[::1"}, ["address of the API: is none"]),
        ("github", {"GITHUB_API_URL": "https://git hub.example"}, ["address of the API: is none"]),
        ("github", {"GITHUB_API_URL": "no address"}, ["address of the API: is none"]),
        ("gitlab", {"CI_API_V4_URL": "http://gitlab.internal/api/v4"}, ["gitlab.internal: is not one of https"]),
        (
            "gitlab",
            {"GITLAB_TOKEN": "", "CI_JOB_TOKEN": TOKEN},
            ["GITLAB_TOKEN: is not set — set it, masked, to a project access token"],
        ),
        ("gitlab", {"CI_MERGE_REQUEST_IID": "", "CI_PROJECT_ID": ""}, ["CI_PROJECT_ID: is", "CI_MERGE_REQUEST_IID: n"]),
        ("gitlab", {"CI_MERGE_REQUEST_IID": "x"}, ["CI_MERGE_REQUEST_IID: names no merge request"]),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_all_at_once_and_nothing_is_sent(
    forge: str, changes: dict[str, str], said: list[str], server: FakeForge, file: Path
) -> None:
    with pytest.raises(BadInputError) as raised:
        post(server, forge, file, changes)

    lines = problems(raised).splitlines()
    assert len(lines) == len(said)
    assert [line for line, start in zip(lines, said, strict=True) if not line.startswith(start)] == []
    assert server.requests == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "does not begin with the tag"),
        ("# Cost\n", "does not begin with the tag"),
        (f" {TAG}\n", "does not begin with the tag"),
        ("<!-- costplan: -->\n", "does not begin with the tag"),
        ("<!-- other: infra -->\n", "does not begin with the tag"),
        (f"{TAG}\n{'x' * 65_536}", "has 65,561 characters; 127.0.0.1:"),  # 24 of the tag, 1 of the line's end
    ],
)
def test_a_file_that_is_no_comment_is_not_sent(text: str, said: str, server: FakeForge, file: Path) -> None:
    file.write_text(text, encoding="utf-8")

    with pytest.raises(BadInputError) as raised:
        post(server, "github", file)

    assert said in problems(raised)
    assert server.requests == []


def test_a_file_that_is_not_there_is_told(server: FakeForge, tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as raised:
        post(server, "github", tmp_path / "lost.md")

    assert "lost.md: no such file" in problems(raised)


@pytest.mark.parametrize("environment", [{}, {"GITHUB_ACTIONS": "true", "GITLAB_CI": "true"}])
def test_where_nothing_tells_the_forge_it_has_to_be_named(environment: dict[str, str], file: Path) -> None:
    with pytest.raises(UsageError, match="--github or --gitlab"):
        post_comment(file, environment=environment)


def test_a_repository_of_the_command_line_that_is_none_is_a_wrong_command_line(server: FakeForge, file: Path) -> None:
    with pytest.raises(UsageError, match="OWNER/NAME"):
        post(server, "github", file, repository="infra")


# ---- what a forge can answer instead ----

HTML = b"<html>a proxy's page</html>"
FAILURES = [
    pytest.param("github", Failure(401), "does not accept the token (acme/infra 7: status 401)", id="401"),
    pytest.param("gitlab", Failure(401), "a project access token with the scope api", id="401 of GitLab"),
    pytest.param("github", Failure(403, method="POST"), "permissions: pull-requests: write", id="403"),
    pytest.param("gitlab", Failure(403), "at least the role Reporter", id="403 of GitLab"),
    pytest.param("github", Failure(404, path="issues"), "check repository and number", id="404"),
    pytest.param("gitlab", Failure(404), "check project and number", id="404 of GitLab"),
    pytest.param("github", Failure(422, method="POST"), "does not take the comment", id="422"),
    pytest.param("github", Failure(418), "answers what was not expected", id="418"),
    pytest.param("github", Failure(500), "failed (acme/infra 7: status 500)", id="500"),
    pytest.param("github", Failure(500, body=b""), "failed (acme/infra 7: status 500)", id="500 without a body"),
    pytest.param("github", Failure(502), "is not there for now", id="502"),
    pytest.param("github", Failure(503, {"Retry-After": "0"}), "is not there for now", id="503"),
    pytest.param("github", Failure(429, {"Retry-After": "0"}), "takes no more requests for now", id="429"),
    pytest.param("github", Failure(429, {"Retry-After": "3600"}), "try again in 3600 seconds", id="429 for an hour"),
    pytest.param("github", Failure(429, {"Retry-After": "Wed, 21 Oct"}), "try again later", id="429 until a day"),
    pytest.param("github", Failure(403, {"Retry-After": "0"}), "takes no more requests", id="a secondary limit"),
    pytest.param("github", Failure(200, body=HTML), "the answer is no JSON", id="HTML"),
    pytest.param("github", Failure(200, body=b""), "the answer is no JSON", id="an empty answer"),
    pytest.param("github", Failure(200, body=b"[" * 10**5), "the answer is no JSON", id="deep JSON"),
    pytest.param("github", Failure(200, body=b"{}", path="comments"), "a list was expected", id="no list"),
    pytest.param("gitlab", Failure(200, body=b'"x"'), "a list was expected", id="no list of GitLab's"),
    pytest.param("github", Failure(DROP), "does not answer", id="no answer"),
    pytest.param("github", Failure(301, {"Location": "ELSEWHERE"}), "sends elsewhere", id="301"),
    pytest.param("github", Failure(302, {"Location": "ELSEWHERE"}), "sends elsewhere", id="302"),
    pytest.param("github", Failure(307, {"Location": "ELSEWHERE"}, method="POST"), "sends elsewhere", id="307"),
    pytest.param("gitlab", Failure(308, {"Location": "ELSEWHERE"}), "sends elsewhere", id="308"),
    pytest.param(
        "github",
        Failure(200, {"Link": f'<{GITHUB_COMMENTS}>; rel="next"'}, b"[]", path="comments"),
        "more than 100 pages",
        id="pages without end",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("forge", "failure", "said"), FAILURES)
def test_a_forge_that_does_not_take_the_comment_is_told_with_what_to_do(
    forge: str, failure: Failure, said: str, server: FakeForge, file: Path
) -> None:
    elsewhere = FakeForge()
    try:
        if "Location" in failure.headers:
            failure.headers["Location"] = f"{elsewhere.url}/api/v3/user"
        server.failures.append(failure)

        with pytest.raises(BadInputError) as raised:
            post(server, forge, file)

        text = problems(raised)
        assert said in text
        assert text.startswith(f"{server.url.removeprefix('http://')}: ")
        assert " — " in text
        assert server.bodies == []
        assert elsewhere.requests == []
    finally:
        elsewhere.close()


def test_where_nobody_listens_is_told(server: FakeForge, file: Path) -> None:
    variables = server.github
    server.close()

    with pytest.raises(BadInputError) as raised:
        post_comment(file, environment=variables, patience=AT_ONCE)

    assert "does not answer (Connection refused)" in problems(raised)


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize("status", [429, 502, 503, DROP])
def test_what_passes_is_tried_again(forge: str, status: int | str, server: FakeForge, file: Path) -> None:
    server.failures += [Failure(status, {"Retry-After": "0"}, times=1), Failure(status, method="POST", times=1)]

    assert post(server, forge, file).is_new
    assert server.bodies == [TEXT]


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize("status", [502, DROP])
def test_a_comment_that_was_posted_though_no_answer_came_is_not_posted_twice(
    forge: str, status: int | str, server: FakeForge, file: Path
) -> None:
    server.failures.append(Failure(status, method="POST", times=1, is_done_all_the_same=True))

    post(server, forge, file)

    assert server.bodies == [TEXT]


def test_what_does_not_pass_is_not_tried_again(server: FakeForge, file: Path) -> None:
    server.failures.append(Failure(422, method="POST"))

    with pytest.raises(BadInputError):
        post(server, "github", file)

    assert len(server.writes) == 1


def test_a_token_for_this_machine_does_not_go_through_a_proxy(
    server: FakeForge, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")

    assert post(server, "github", file).is_new


# ---- TLS ----


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure_server(authority: trustme.CA) -> Iterator[FakeForge]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with closing(FakeForge(context)) as server:
        yield server


def test_a_certificate_that_nobody_trusts_is_told_and_the_token_not_shown(secure_server: FakeForge, file: Path) -> None:
    with pytest.raises(BadInputError) as raised:
        post(secure_server, "github", file)

    assert "its certificate is not trusted — SSL_CERT_FILE names" in problems(raised)
    assert secure_server.requests == []


def test_a_forge_with_a_certificate_of_ones_own_is_trusted_when_it_is_named(
    authority: trustme.CA, secure_server: FakeForge, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))

    assert post(secure_server, "gitlab", file).is_new
    assert secure_server.bodies == [TEXT]
