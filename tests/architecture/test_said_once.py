"""What is written by hand stands once: in the dictionary, the contracts, dbt, the programs."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import resources

import yaml

from data_contracts.columns import TECHNICAL_FILE, read_dictionary
from ingestion.sources.catalog import SOURCES
from tests.architecture.counts import contract_lines, lines_of, new_table, private_lines
from tests.architecture.tree import HOUSES, REPOSITORY, tracked_files

MOST_CONTRACT_LINES = 3_000
MOST_PRIVATE_LINES = 600
MOST_NEW_TABLE_LINES, MOST_NEW_TABLE_FILES = 160, 4

# What the sources of today take, and a quarter; a table of ten columns takes fifteen lines.
MOST_LINES_OF_AN_OUTSIDE_TABLE = 20


def test_contracts_and_all_that_they_take_stay_short():
    assert 0 < contract_lines() <= MOST_CONTRACT_LINES


def contract_files():
    """Return what each file of the contracts and their dictionary says, by its path."""
    folder = REPOSITORY / "data_contracts"
    return {
        path.relative_to(folder).as_posix(): yaml.safe_load(path.read_text(encoding="utf-8"))
        for part in ("contracts", "fields")
        for path in sorted((folder / part).glob("**/*.yaml"))
    }


def sentences(said, place):
    """Yield each sentence about a column, with where it stands."""
    for name, value in said.items() if isinstance(said, dict) else enumerate(said):
        if isinstance(value, dict | list):
            yield from sentences(value, f"{place}: {name}")
        elif name == "text" or place == f"fields/{TECHNICAL_FILE}":
            yield from ((sentence, place) for sentence in re.split(r"(?<=\.)\s+", value.strip()))


def sentences_said_twice(files):
    """Return where each sentence about columns stands that stands in two places."""
    places = defaultdict(list)
    for path, said in files.items():
        for sentence, place in sentences(said, path):
            places[sentence].append(place)
    return {sentence: found for sentence, found in places.items() if len(found) > 1}


def test_no_sentence_about_a_column_stands_twice():
    assert sentences_said_twice(contract_files()) == {}


def test_a_planted_sentence_is_caught():
    files = contract_files()
    mart, taken = files["contracts/marts/dim_trader.yaml"], files["fields/clearance.yaml"]
    mart["fields"].append({"item_number": {"text": taken["item_number"]["text"]}})
    (found,) = sentences_said_twice(files).values()
    assert len(found) == 2


def test_another_meaning_is_named_where_two_contracts_take_it():
    files = contract_files()
    named = {
        (column, meaning)
        for path, said in files.items()
        if path.startswith("fields/")
        for column, facts in said.items()
        for meaning in (facts.get("meanings", {}) if isinstance(facts, dict) else {})
    }
    taken = Counter(
        (column, facts["means"])
        for path, said in files.items()
        if path.startswith("contracts/")
        for entry in said.get("fields", [])
        for column, facts in (entry.items() if isinstance(entry, dict) else ())
        if isinstance(facts, dict) and "means" in facts
    )
    assert {found for found, count in taken.items() if count > 1} == named
    assert named


def test_private_models_say_their_grain_and_their_smallest_rows_in_few_lines():
    assert private_lines() <= MOST_PRIVATE_LINES


def test_an_outside_table_with_its_mart_is_a_few_texts():
    lines, files = new_table()
    assert 0 < lines <= MOST_NEW_TABLE_LINES
    assert files <= MOST_NEW_TABLE_FILES


def test_an_outside_table_is_a_few_lines_and_no_program():
    tables = sum(len(source.outside.tables) for source in SOURCES.values())
    written = lines_of("ingestion", "sources", ending=".yaml")
    assert 0 < written <= MOST_LINES_OF_AN_OUTSIDE_TABLE * tables
    assert lines_of("ingestion", "sources", ending=".sql") == 0
    assert not [name for name in SOURCES for path in tracked_files() if path.name == f"{name}.py"]


def test_the_zone_of_the_office_stands_once():
    """What zone a source writes in is said of each source; everything else takes the office's."""
    said = [
        path.relative_to(REPOSITORY)
        for path in tracked_files()
        if path.suffix in {".py", ".sql", ".yml"} and path.parts[-2] != "sources"
        if "Ho_Chi_Minh" in path.read_text(encoding="utf-8")
    ]
    houses = [str(path) for path in said if path.parts[0] in {*HOUSES, "dbt_project"}]
    assert houses == ["data_contracts/office_time.py"]


def test_what_is_derived_for_dbt_is_not_committed():
    assert [path for path in tracked_files() if "derived" in path.parts] == []


def programs() -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules of the houses by their place."""
    for path in tracked_files():
        place = path.relative_to(REPOSITORY)
        if place.suffix == ".py" and place.parts[0] in HOUSES:
            yield str(place), ast.parse(path.read_text(encoding="utf-8"))


def shapes_of_functions(module: ast.Module) -> Iterator[str]:
    """Yield what each function of a few lines takes and does, whatever it is called."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            is_said = ast.get_docstring(node) is not None
            body = node.body[1:] if is_said else node.body
            if len(body) > 1:
                yield "\n".join(ast.dump(part) for part in (node.args, *body))


def test_no_function_stands_twice():
    found = Counter(shape for _, module in programs() for shape in shapes_of_functions(module))
    assert [shape for shape, times in found.items() if times > 1] == []


def test_a_function_under_another_name_is_the_same():
    one, same, other = (
        list(shapes_of_functions(ast.parse(f"def {name}(size):\n    {text}\n    {rest}")))
        for name, text, rest in (
            ("one", "size += 1", "return size"),
            ("same", "'In words.'", "size += 1\n    return size"),
            ("other", "size += 2", "return size"),
        )
    )
    assert one == same
    assert one != other


def test_what_a_technical_column_means_stands_in_the_dictionary_alone():
    technical = read_dictionary(resources.files("data_contracts")).technical
    said = [
        (place, name)
        for place, module in programs()
        for line in (ast.get_docstring(module) or "").split("\n")
        if (name := line.strip().partition(":")[0]) in technical
    ]
    assert said == []
