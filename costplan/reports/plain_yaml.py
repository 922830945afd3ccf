"""How all YAML is written that people edit: list items indented, nothing written once and pointed to later."""

import yaml


class PlainDumper(yaml.SafeDumper):
    """Writes list items indented, and no anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        """Write everything in full, wherever it stands again."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Go one step in, for a list in a mapping too."""
        super().increase_indent(flow, False)
