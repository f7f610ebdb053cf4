"""A mass is converted by one list, in the marts, in messages, in extracts and in the benchmark."""

import csv
import re
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest
import yaml
from lxml import etree

from benchmark.listed_codes import kilograms_in, make_macros
from data_contracts.code_lists import codes, column_of
from data_contracts.generated_files import dbt_files
from ingestion.sources.wco_dec_xml.elements import Reader
from tests.architecture.tree import REPOSITORY, tracked_files

LISTED = {unit: Decimal(kg) for unit, kg in column_of("mass_unit", "kg").items()}
SEED = "mass_unit.csv"
# A unit that SQL names itself would be converted by nobody's list.
NAMED_UNIT = re.compile(rf"'(?:{'|'.join(LISTED)})'")


def seeds() -> list[str]:
    """Return the text of each seed of this name that dbt is given, derived or by hand."""
    derived = [text for path, text in dbt_files(()).items() if path.endswith(f"/{SEED}")]
    by_hand = [
        path for path in tracked_files() if "dbt_project" in path.parts and path.name == SEED
    ]
    return [*derived, *(path.read_text(encoding="utf-8") for path in by_hand)]


def of_seed(text: str) -> dict[str, Decimal]:
    """Return the factors of a seed as dbt loads them: numbers of the column's type."""
    (seed,) = yaml.safe_load((REPOSITORY / "dbt_project/seeds/mass_unit.yml").read_text())["seeds"]
    types = seed["config"]["column_types"]
    with duckdb.connect() as connection:
        return {
            row["unit_code"]: connection.execute(
                f"select cast('{row['kg_per_unit']}' as {types['kg_per_unit']})"
            ).fetchall()[0][0]
            for row in csv.DictReader(text.splitlines())
        }


def of_messages(unit: str) -> Decimal:
    """Return the kilograms of one unit as the reader of messages converts a million of it."""
    element = etree.fromstring(f'<Item><Mass unitCode="{unit}">1000000</Mass></Item>')
    return Decimal(Reader("", "+07:00").kilograms(element, "Mass")) / 1_000_000


def test_dbt_is_given_the_units_and_factors_of_the_list_that_messages_are_converted_by():
    (seed,) = seeds()
    assert of_seed(seed) == LISTED == {unit: of_messages(unit) for unit in of_seed(seed)}
    assert LISTED.keys() == codes("mass_unit") > {"GRM"}


@pytest.mark.parametrize(("line", "instead"), [("GRM,0.001\n", ""), ("GRM,0.001", "GRM,0.01")])
def test_a_seed_without_a_unit_or_with_another_factor_is_seen(line, instead):
    (seed,) = seeds()
    assert line in seed
    assert of_seed(seed.replace(line, instead)) != LISTED


def test_no_sql_of_the_houses_names_a_unit_of_mass_itself():
    sql = [path.relative_to(REPOSITORY) for path in tracked_files() if path.suffix == ".sql"]
    named = [
        str(path)
        for path in sql
        if path.parts[0] != "tests"
        and NAMED_UNIT.search((REPOSITORY / path).read_text(encoding="utf-8"))
    ]
    assert named == []


def test_the_benchmark_converts_by_the_same_list():
    with duckdb.connect() as connection:
        make_macros(connection)
        found = {
            unit: connection.execute("select kilograms($unit)", {"unit": unit}).fetchall()[0][0]
            for unit in (*LISTED, "PCE")
        }
    assert found == {unit: float(kg) for unit, kg in LISTED.items()} | {"PCE": None}
    counted = kilograms_in(pa.chunked_array([list(found)])).tolist()
    assert dict(zip(found, counted, strict=True)) == found | {"PCE": 0.0}
