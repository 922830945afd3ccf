"""Templates as YAML: intrinsic functions by their short tags, short lists on one line, texts that stay texts."""

import re
from typing import Any

import yaml

from costplan.reports.plain_yaml import PlainDumper

_SHORT_LIST = 100
# Texts that some version of YAML takes for a number: PyYAML knows only its own, which is not CloudFormation's.
_LIKE_A_NUMBER = re.compile(r"[-+]?\.?[0-9][0-9a-fA-FoOxX_.,:+-]*")
_OF_A_NAME = ("!Ref", "!GetAtt")


def dump_template(template: dict[str, Any]) -> str:
    """Return a template as YAML, its keys in their order.

    >>> print(dump_template({"Name": {"Ref": "Logs"}, "Arn": {"Fn::GetAtt": ["Group", "Arn"]}, "On?": "true"}), end="")
    Name: !Ref Logs
    Arn: !GetAtt Group.Arn
    On?: 'true'
    """
    # No line is folded: ARNs are looked for as a whole.
    return yaml.dump(template, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**31 - 1)


class _Dumper(PlainDumper):
    """Writes ``{"Ref": …}`` and its like as tags."""

    def choose_scalar_style(self) -> str:
        # Names of a template need no quotation marks, which PyYAML sets after every tag.
        if getattr(self.event, "tag", None) in _OF_A_NAME:
            return ""
        return str(super().choose_scalar_style())

    def represent_text(self, text: str) -> yaml.ScalarNode:
        # With escapes: what is broken over lines is hard to read.
        style = '"' if "\n" in text else "'" if _LIKE_A_NUMBER.fullmatch(text) else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        match list(mapping.items()):
            case [("Ref", str(name))]:
                return self.represent_scalar("!Ref", name)
            case [("Fn::GetAtt", [str(name), str(attribute)])]:
                return self.represent_scalar("!GetAtt", f"{name}.{attribute}")
            case [(("Fn::And" | "Fn::Equals") as function, list(arguments))]:
                return self.represent_sequence(function.replace("Fn::", "!"), arguments, flow_style=True)
        return super().represent_mapping(tag, mapping, flow_style)

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        is_plain = all(not isinstance(item, dict | list) or set(item) == {"Ref"} for item in sequence)
        is_short = sum(len(str(item)) + 2 for item in sequence) <= _SHORT_LIST
        return super().represent_sequence(tag, sequence, flow_style=True if is_plain and is_short else flow_style)


_Dumper.add_representer(str, _Dumper.represent_text)
