"""YAML as the generated files write it: stable, readable, and marked as generated."""

from collections.abc import Mapping
from typing import Any

import yaml

HEADER = "# Generated from data_contracts/contracts by `customs contracts generate`; do not edit.\n"
_WIDTH = 100


def yaml_text(document: Mapping[str, Any]) -> str:
    """Return `document` as YAML, keys in their order, with the header of generated files."""
    body = yaml.dump(
        dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH
    )
    return HEADER + body


class _Dumper(yaml.SafeDumper):
    """Writes lists indented below their key and never an anchor."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        return super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True
