"""Contracts against the JSON schema of the Open Data Contract Standard that its package ships."""

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import jsonschema  # type: ignore[import-untyped]

from data_contracts.loading import contract_files, yaml_mapping

API_VERSION = "v3.1.0"


def schema_problems() -> Iterator[str]:
    """Yield a sentence for every place where a contract's file leaves the standard."""
    for _folder, file in contract_files():
        for problem in document_problems(file.read_text(encoding="utf-8"), file.name):
            yield f"{file.name}: {problem}"


@cache
def document_problems(text: str, file_name: str) -> tuple[str, ...]:
    """Return a sentence for every place where one document leaves the standard."""
    document = yaml_mapping(text, file_name)
    found = []
    for error in _validator().iter_errors(document):
        place = "/".join(str(part) for part in error.absolute_path)
        found.append(f"at {place or 'the root'}: {error.message}")
    if document.get("apiVersion") != API_VERSION:
        found.append(f"apiVersion is {document.get('apiVersion')}, expected {API_VERSION}")
    return tuple(found)


@cache
def _validator() -> Any:
    file = resources.files("open_data_contract_standard").joinpath("schema.json")
    schema = json.loads(file.read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)
