"""Complete contracts for others: documents of the Open Data Contract Standard v3.1.

Nothing of them is kept here: `customs contracts export` writes them, and `check` holds each to the
JSON schema that the standard's package ships.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import yaml

from data_contracts.model import Contract, Field

API_VERSION = "v3.1.0"
SUFFIX = ".odcs.yaml"
_WIDTH = 110


def document(contract: Contract) -> dict[str, Any]:
    """Return a contract as a document of the standard."""
    table = {
        "name": contract.name,
        "logicalType": "object",
        "dataGranularityDescription": ", ".join(contract.grain),
        "customProperties": _custom({
            "kind": contract.kind,
            "viewOf": contract.view_of,
            "orderBy": list(contract.order_by),
            "roles": list(contract.roles),
            "monthColumn": contract.month_column,
            "answer": [
                {field.name: [field.source] if field.is_list else field.source}
                for field in contract.answer
            ],
            "agreement": [
                {said.name: _stated({
                    "fields": list(said.fields),
                    "expected": said.expected,
                    "found": said.found,
                    "sources": list(said.sources),
                    "codes": list(said.codes),
                    "within": _number(said.within),
                })}
                for said in contract.agreement
            ],
        }),
        "properties": [_property(field) for field in contract.fields],
    }  # fmt: skip
    subject = "marts" if contract.kind == "mart" else contract.domain
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": f"urn:customs:{subject}:{contract.name}",
        "name": contract.name,
        "version": contract.version,
        "status": "active",
        "domain": contract.domain,
        "description": {"purpose": contract.purpose, "limitations": contract.limitations},
        "schema": [_stated(table)],
    }


def text(contract: Contract) -> str:
    """Return the document as YAML."""
    return yaml.safe_dump(document(contract), sort_keys=False, allow_unicode=True, width=_WIDTH)


def problems(contract: Contract) -> Iterator[str]:
    """Yield a sentence for every place where the document of a contract leaves the standard."""
    for error in _validator().iter_errors(document(contract)):
        place = "/".join(str(part) for part in error.absolute_path)
        yield f"{contract.name}: at {place or 'the root'}: {error.message}"


def _property(field: Field) -> dict[str, Any]:
    facts = {
        "name": field.name,
        "logicalType": field.logical_type,
        "physicalType": field.sql_type,
        "required": field.required or None,
        "primaryKey": field.key_position is not None or None,
        "primaryKeyPosition": field.key_position,
        "classification": field.classification,
        "logicalTypeOptions": _stated({
            "maxLength": field.max_length,
            "minimum": _number(field.minimum),
            "maximum": _number(field.maximum),
            "pattern": field.pattern,
        }),
        "description": field.description,
        "customProperties": _custom({
            "labelVi": field.label_vi,
            "labelEn": field.label_en,
            "unit": field.unit,
            "wcoId": field.wco_id,
            "pseudonym": field.pseudonym,
            "codeList": field.code_list,
            "codeListSources": list(field.code_list_sources),
            "patternSources": list(field.pattern_sources),
            "maximumOfSources": [f"{source}: {most}" for source, most in field.maximum_of],
            "firstYear": field.first_year,
            "bare": field.is_bare or None,
            "requiredSources": list(field.required_sources),
            "shownPattern": field.shown_pattern,
            "shownCodes": field.shown_codes,
        }),
    }  # fmt: skip
    return _stated(facts)


def _custom(facts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"property": name, "value": value} for name, value in _stated(facts).items()]


def _stated(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, [], {})}


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


@cache
def _validator() -> Any:
    file = resources.files("open_data_contract_standard").joinpath("schema.json")
    schema = json.loads(file.read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)
