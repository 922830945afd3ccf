"""Recorders as the beginning of a scenario in YAML: what another scenario takes with ``from:``, or an estate."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import yaml

from costplan.model.recorders import Recorder
from costplan.model.scenario import Account, Organization
from costplan.reports.plain_yaml import PlainDumper
from costplan.reports.recorder_entries import recorder_entry

_WIDTH = 120
_OF_NUMBERS = frozenset("+-.0123456789")
# What ends a comment: every line break of YAML, and the breaks of text besides.
_BREAKS = dict.fromkeys(map(ord, "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), " ")


def render_trails_yaml(
    recorders: Sequence[Recorder],
    *,
    comment: Iterable[str] = (),
    accounts: Mapping[str, Account] | None = None,
    organization: Organization | None = None,
) -> str:
    """Return the recorders as a ``recorders:`` list, defaults filled in.

    comment: lines for the head of the file.
    accounts, organization: written beside the recorders, as a scenario writes them.
    """
    value: dict[str, Any] = {}
    if accounts:
        value["accounts"] = {code: _account_entry(account) for code, account in accounts.items()}
    if organization is not None:
        value["organization"] = _organization_entry(organization)
    value["recorders"] = [recorder_entry(recorder) for recorder in recorders]
    head = "".join(f"# {line.translate(_BREAKS)}".rstrip() + "\n" for line in comment)
    return head + yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def _account_entry(account: Account) -> dict[str, Any]:
    entry = {"name": account.name, "regions": None if account.regions is None else list(account.regions)}
    return {key: value for key, value in entry.items() if value is not None}


def _organization_entry(organization: Organization) -> dict[str, Any]:
    members = "all" if organization.members is None else list(organization.members)
    entry = {"id": organization.id, "management_account": organization.management_account, "members": members}
    return {key: value for key, value in entry.items() if value is not None}


class _Dumper(PlainDumper):
    """Writes short lists of texts on one line."""

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        is_plain = all(not isinstance(item, dict | list) for item in sequence)
        return super().represent_sequence(tag, sequence, flow_style=True if is_plain else flow_style)

    def represent_str(self, data: str) -> yaml.ScalarNode:
        # Texts that other readers take for numbers or days (1e3, 0x1F, 2024-05-01) must stay texts for all of them.
        return self.represent_scalar("tag:yaml.org,2002:str", data, style="'" if data[:1] in _OF_NUMBERS else None)

    def represent_decimal(self, value: Decimal) -> yaml.ScalarNode:
        # As the number it is: a scenario's reader takes no number in quotes.
        text = f"{value:f}"
        return self.represent_scalar("tag:yaml.org,2002:float" if "." in text else "tag:yaml.org,2002:int", text)


_Dumper.add_representer(str, _Dumper.represent_str)
_Dumper.add_representer(Decimal, _Dumper.represent_decimal)
