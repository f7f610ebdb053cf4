"""dbt's view of the contracts: the sources it reads and the enforced YAML of each mart.

Nothing of it is committed; unit tests are written by hand in `<mart>__unit_tests.yml`.
"""

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from data_contracts.code_lists import column_of
from data_contracts.generated_text import yaml_text
from data_contracts.loading import (
    contracts_of,
    load_contract,
    load_contracts,
    load_dictionary,
    load_source_traits,
)
from data_contracts.model import Contract, Field

# A table only where files are what is left of a build.
_VIEW = "{{ config(materialized='view' if target.name == 'duckdb' else 'table') }}\n"

#: (layer, table, columns as (name, DuckDB type)) of one table of the lake.
LakeTable = tuple[str, str, Sequence[tuple[str, str]]]

_LAYERS = {
    "bronze": "Accepted records of all sources, as views of the live files of the lake.",
    "quarantine": "Records that were refused, with their reasons and their text as it came.",
    "scores": "Scores that models wrote into the lake.",
}
_TABLES = {
    "delivery_withdrawal": "Deliveries that were taken back; their records count nowhere any more.",
    "record": "One row per refused record.",
}


def sources_yaml(tables: Iterable[LakeTable]) -> str:
    """Return `sources.yml` for the tables of the lake that dbt may read.

    Args:
        tables: Every table with its columns, as the warehouse builds them.

    Raises:
        ContractViolationError: A column is in no contract and not in the dictionary.
    """
    layers: dict[str, list[dict[str, Any]]] = {}
    for layer, table, columns in tables:
        layers.setdefault(layer, []).append(_source_table(table, columns))
    return yaml_text({
        "version": 2,
        "sources": [
            {"name": layer, "schema": layer, "description": _LAYERS[layer], "tables": entries}
            for layer, entries in layers.items()
        ],
    })  # fmt: skip


def mass_units_csv() -> str:
    """Return the seed of the units of mass: kilograms in one unit, from their code list."""
    rows = [f"{unit},{kg}" for unit, kg in column_of("mass_unit", "kg").items()]
    return "\n".join(["unit_code,kg_per_unit", *rows, ""])


def contract_macro(lake_tables: Iterable[LakeTable]) -> str:
    """Return the macro that tells other macros what a lake table or a mart is.

    Args:
        lake_tables: Every table with its columns, as the warehouse builds them.
    """
    contracts = load_contracts()
    lake = {
        table: _table(contracts[table], layer, [name for name, _ in columns])
        for layer, table, columns in lake_tables
        if table in contracts
    }
    marts = {mart.name: _table(mart, "marts", list(mart.names)) for mart in contracts_of("mart")}
    return _macro("contract_of", "table", lake | marts)


def traits_macro() -> str:
    """Return the macro that tells other macros the sources of which a trait holds."""
    return _macro("sources_with", "trait", load_source_traits())


def _table(contract: Contract, layer: str, columns: list[str]) -> dict[str, Any]:
    grain, order = list(contract.grain), list(contract.order_by)
    return {"layer": layer, "columns": columns, "grain": grain, "order": order}


def _macro(name: str, argument: str, values: Mapping[str, Any]) -> str:
    return (
        "{#- Derived from data_contracts by every build; do not edit. -#}\n"
        f"{{% macro {name}({argument}) -%}}\n"
        f"    {{%- set values = {json.dumps(values, indent=4)} -%}}\n"
        f"    {{{{ return(values[{argument}]) }}}}\n"
        "{%- endmacro %}\n"
    )


def mart_sql(contract: Contract) -> str | None:
    """Return the model of a mart that shows the current rows of another contract; None for others.

    Current in a mart of versions is what it says so of; in a bronze table the record of each key
    that its source holds now and has not withdrawn.
    """
    if contract.view_of is None:
        return None
    origin = load_contract(contract.view_of)
    held = "coalesce(operation_code, 'I') <> 'D'" if "operation_code" in origin.names else "true"
    view, rows, condition = (
        (_VIEW, f"ref('{origin.name}')", "is_current")
        if origin.kind == "mart"
        else ("", f"'(' ~ latest('{origin.name}') ~ ')'", held)
    )
    columns = json.dumps(contract.names, indent=4)
    call = f'current_rows({rows}, "{condition}", {columns})'
    said = f"Grain: one row per current row of {origin.name} ({', '.join(contract.grain)})."
    head = textwrap.indent(textwrap.fill(said, 97), "-- ")
    return f"{head}\n{view}{{{{ {call} }}}}\n"


def mart_yaml(contract: Contract) -> str:
    """Return the dbt YAML of a mart: enforced contract, texts and data tests."""
    grain = ", ".join(contract.grain)
    model = {
        "name": contract.name,
        "description": f"One row per {grain}. {contract.purpose} {contract.limitations}",
        "config": {
            "contract": {"enforced": True},
            "meta": {"grain": list(contract.grain), "contract_version": contract.version},
        },
        "data_tests": ["grain_is_unique", _filled_test(contract)],
        "columns": [_mart_column(field) for field in contract.fields],
    }
    return yaml_text({"version": 2, "models": [model]})


def _filled_test(contract: Contract) -> dict[str, Any]:
    return {
        "required_columns_are_filled": {
            "name": f"{contract.name}__required_columns_are_filled",
            "description": f"Every row of {contract.name} has a value in each required column.",
            "arguments": {"columns": [field.name for field in contract.fields if field.required]},
        }
    }


def _mart_column(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "data_type": field.sql_type,
        "description": field.description,
        "config": {"meta": _meta(field)},
    }


def _meta(field: Field) -> dict[str, str]:
    facts = {
        "label_vi": field.label_vi,
        "label_en": field.label_en,
        "unit": field.unit,
        "wco_id": field.wco_id,
        "classification": field.classification,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _source_table(table: str, columns: Sequence[tuple[str, str]]) -> dict[str, Any]:
    contract = load_contracts().get(table)
    description = contract.purpose if contract else _TABLES[table]
    return {
        "name": table,
        "description": description,
        "columns": [
            {
                "name": name,
                "data_type": sql_type,
                "description": _description(contract, name),
            }
            for name, sql_type in columns
        ],
    }


def _description(contract: Contract | None, name: str) -> str:
    if contract is not None and name in contract.names:
        return contract.field(name).description
    return load_dictionary().text(name)
