"""What ``costplan init`` writes: a scenario that runs, made from what lies in a folder."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from costplan.inputs.configs import CONFIG_FORMATS, read_config
from costplan.inputs.documents import read_document
from costplan.inputs.scenarios import find_scenarios
from costplan.inputs.volumes.volumes_file import read_volumes
from costplan.inputs.volumes.volumes_shape import FORMAT
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.recorders import Recorder
from costplan.model.volumes import Volumes

SCENARIO_NAME = "scenario.yaml"
VOLUMES_NAME = "volumes.yaml"

_EXAMPLE_ACCOUNT, _EXAMPLE_REGION = "111122223333", "us-east-1"
_SUFFIXES = (".json", ".yaml", ".yml")
# What is larger, or more, is logs or a measurement, not configurations.
_LARGEST_CONFIG = 10_000_000
_MOST_FILES_OF_CONFIG = 200
_MOST_ENTRIES = 2_000


@dataclass(frozen=True, slots=True)
class _Found:
    """What a folder holds, as paths relative to it."""

    configs: tuple[str, ...] = ()
    loose_answers: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    logs: str | None = None
    account: str = _EXAMPLE_ACCOUNT
    region: str = _EXAMPLE_REGION


def starter_files(folder: str | Path) -> Mapping[str, str]:
    """Return the files to write into *folder*, by name: a scenario, and typed volumes unless some are there.

    A folder that is not there yet is an empty one.  Names that are taken are not written around: whoever writes
    refuses to overwrite.

    Raises:
        BadInputError: the folder is a file, or may not be looked into.
    """
    try:
        found = _look(Path(folder)) if Path(folder).exists() else _Found()
    except OSError as error:
        what = f"cannot be looked into: {error.strerror}"
        raise BadInputError([Problem(Location(str(folder)), what, "name another folder")]) from None
    files = {SCENARIO_NAME: _scenario(found)}
    if not found.volumes:
        files[VOLUMES_NAME] = _typed_volumes(found)
    return files


def _look(folder: Path) -> _Found:
    """Look at a folder and the folders in it."""
    configs: dict[Path, tuple[Recorder, ...]] = {}
    loose: list[Path] = []
    volumes: dict[Path, Volumes] = {}
    for entry in _entries(folder):
        kind = _kind_of_folder(entry) if entry.is_dir() else _kind_of_file(entry)
        if kind == "volumes":
            measured = _volumes_of(entry)
            if measured is not None:
                volumes[entry] = measured
        elif kind == "config":
            recorders = _recorders_of(entry)
            if recorders:
                configs[entry] = recorders
            elif entry.is_file():
                loose.append(entry)
    if loose:
        # Answers that belong together were saved side by side: some of them alone would say less than is true.
        loose += [path for path in configs if path.is_file()]
        configs = {path: recorders for path, recorders in configs.items() if path.is_dir()}
    places = [place for measured in volumes.values() for place in measured.places]
    places += [(r.account, r.home_region) for rs in configs.values() for r in rs if r.account and r.home_region]
    account, region = places[0] if places else (_EXAMPLE_ACCOUNT, _EXAMPLE_REGION)
    return _Found(
        configs=_names(folder, configs),
        loose_answers=_names(folder, loose),
        volumes=_names(folder, volumes),
        logs=_logs(folder),
        account=account,
        region=region,
    )


def _names(folder: Path, paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(path.relative_to(folder).as_posix() for path in sorted(paths))


def _entries(folder: Path) -> Iterator[Path]:
    """Yield what may hold a configuration or volumes: files and folders here, files in ``volumes``."""
    for entry in sorted(e for e in islice(folder.iterdir(), _MOST_ENTRIES) if not e.name.startswith(".")):
        if entry.is_dir() and entry.name == "volumes":
            yield from sorted(e for e in islice(entry.iterdir(), _MOST_ENTRIES) if e.suffix in _SUFFIXES)
        elif entry.is_dir() or entry.suffix in _SUFFIXES:
            yield entry


def _kind_of_folder(folder: Path) -> str:
    """Tell a folder of configurations from one of scenarios, logs or anything large, which is not read."""
    files = list(islice(folder.rglob("*"), _MOST_FILES_OF_CONFIG + 1))
    if len(files) > _MOST_FILES_OF_CONFIG or any(f.is_file() and f.stat().st_size > _LARGEST_CONFIG for f in files):
        return ""
    try:
        find_scenarios([folder])
    except BadInputError:
        return "config"
    return ""


def _kind_of_file(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST_CONFIG:
            with file.open(encoding="utf-8", errors="replace") as opened:
                return "volumes" if FORMAT in opened.read(1000) else ""
        document = read_document(file)
    except (BadInputError, OSError):
        return ""
    if isinstance(document.value, dict):
        if document.value.get("format") == FORMAT:
            return "volumes"
        if "scenario" in document.value:
            return ""
    return "config" if any(known.recognises(document) for known in CONFIG_FORMATS) else ""


def _volumes_of(file: Path) -> Volumes | None:
    try:
        return read_volumes(file)
    except BadInputError:
        return None


def _recorders_of(path: Path) -> tuple[Recorder, ...]:
    try:
        return read_config(path)
    except BadInputError:
        return ()


def _logs(folder: Path) -> str | None:
    """Return the folder that delivered log files lie in, if there is one."""
    if (folder / "AWSLogs").is_dir():
        return "AWSLogs"
    for path in islice(folder.rglob("*.json.gz"), _MOST_ENTRIES):
        if "_CloudTrail_" in path.name:
            inside = path.relative_to(folder).parts
            return inside[0] if len(inside) > 1 else "."
    return None


def _scenario(found: _Found) -> str:
    volumes = [_quoted(path) for path in found.volumes or (VOLUMES_NAME,)]
    shown = volumes[0] if len(volumes) == 1 else f"[{', '.join(volumes)}]"
    lines = [
        "# What the trails below cost a month, and what they record.",
        "scenario: first-estimate",
        "",
        "# How many events happen.  A list of files works too.",
        f"volumes: {shown}",
    ]
    if found.logs is not None:
        lines += [
            f"# There are log files in {found.logs}.  To count them instead of typing:",
            f"#   costplan volumes logs {found.logs} --for {SCENARIO_NAME} -o volumes.json",
            "# and write volumes: volumes.json here.",
        ]
    lines += [
        "",
        "# Names for people; left out, accounts go by their numbers.",
        "accounts:",
        f'  "{found.account}": {{name: my-account}}',
        "",
        *_recorders(found),
        "",
        "assumptions:",
        "  growth_per_month: 0%     # 2% is two percent more events each month",
        "  busy_factor: 1           # 2 doubles every volume, for a busy season",
        "  months: 12",
        "  # start: 2027-01         # the month that month 1 is: each month then has its own prices",
        "",
        "# discounts: {cloudtrail: 7%}     # share off the list price, by service or meter; stays in this file",
    ]
    return "\n".join(lines) + "\n"


def _recorders(found: _Found) -> list[str]:
    lines = ["recorders:"]
    if found.loose_answers:
        lines += [
            f"  # These answers of the AWS API belong together: {', '.join(found.loose_answers)}.",
            "  # Move them into a folder and write - from: FOLDER here.",
        ]
    if found.configs:
        lines += [f"  - from: {_quoted(config)}" for config in found.configs]
        lines += [
            "  # A trail to try beside them: take the # away.",
            *(f"  # {line}" for line in _trail(found, "tried")),
        ]
        return lines
    lines += [
        "  # Your own trails: save the answers of  aws cloudtrail describe-trails  and  get-event-selectors",
        "  # into a folder, and write - from: FOLDER here.",
        *(f"  {line}" for line in _trail(found, "my-trail")),
    ]
    return lines


def _trail(found: _Found, name: str) -> list[str]:
    return [
        f"- trail: {name}",
        f'  account: "{found.account}"',
        f"  home_region: {found.region}",
        "  is_multi_region: true",
        "  log_file_validation: true",
        "  # starts_in_month: 3     # of the projection; before, it records nothing and costs nothing",
        "  advanced_event_selectors:",
        "    - name: all management events",
        "      fields:",
        "        eventCategory: {equals: [Management]}",
        "    - name: object writes on one bucket",
        "      fields:",
        "        eventCategory: {equals: [Data]}",
        '        resources.type: {equals: ["AWS::S3::Object"]}',
        '        resources.ARN: {starts_with: ["arn:aws:s3:::my-bucket/"]}     # the slash closes the bucket\'s name',
        '        readOnly: {equals: ["false"]}',
    ]


def _typed_volumes(found: _Found) -> str:
    return f"""\
# How many events happen in a month, typed: replace them by your own.  Rates: 40M/month, 120/s, 5k/h.
format: {FORMAT}
covers_all: true           # nothing else happens; without this, say what is known under coverage:
account: "{found.account}"
region: {found.region}
events:
  # kms_share: how much of the reads are calls to KMS, which a trail can leave out.
  - {{category: management, reads: 4M/month, writes: 500k/month, kms_share: 30%}}
  - {{category: data, type: s3, bucket: my-bucket, reads: 30M/month, writes: 12M/month}}
  # - {{category: data, type: lambda, function: my-function, events: 120/s}}
  # - {{category: data, type: dynamodb, table: my-table, reads: 5k/h, writes: 1k/h}}
  # - {{category: network, event_source: s3.amazonaws.com, events: 2M/month}}
"""


def _quoted(path: str) -> str:
    """Return a path as YAML reads it back: plain where that is safe."""
    is_plain = all(c.isalnum() or c in "-_./" for c in path) and path[0].isalpha()
    return path if is_plain else "'" + path.replace("'", "''") + "'"
