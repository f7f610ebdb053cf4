"""YAML as derived files have it: stable, readable, and marked as derived."""

from collections.abc import Mapping
from typing import Any

import yaml

_HEADER = "# Derived from data_contracts by every build; do not edit.\n"
_WIDTH = 100


def yaml_text(document: Mapping[str, Any]) -> str:
    """Return `document` as YAML, keys in their order, with the header of derived files."""
    body = yaml.dump(
        dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH
    )
    return _HEADER + body


class _Dumper(yaml.SafeDumper):
    """Writes lists indented below their key and never an anchor."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        return super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True
