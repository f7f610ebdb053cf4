"""The ground truth has one writer, the simulator, and one reader, the benchmark."""

import ast
import json
from pathlib import Path

import pytest

from data_contracts.errors import ContractViolationError
from simulator.arguments import SimulationArguments
from simulator.delivery.tables import TABLES
from simulator.mechanisms.loading import NAMES
from tests.architecture.tree import HOUSES, REPOSITORY, tracked_files
from tests.simulator.decoded import decoded_rows
from tests.unit.simulator.nation import FIRST, simulate

FILES = ("items.parquet", "schemes.parquet", "slips.parquet", "traders.parquet")
WRITER, READER = "simulator.truth", "benchmark.truth"
# Columns and words that only the truth has.
HIDDEN_WORDS = (
    "latent_compliance", "duty_evaded_vnd", "true_value_vnd", "true_hs", "true_origin",
    "true_quantity", "collectable_share", "loss_id", "scheme_id", "shows_on",
)  # fmt: skip
# Commands pass the folder on; they do not look inside.
MAY_NAME_THE_FOLDER = {
    f"orchestration/cli/{name}.py"
    for name in (
        "simulate",
        "simulate_report",
        "bench_ceiling",
        "bench_mechanisms",
        "bench_options",
        "bench_play",
        "bench_select",
    )
}


def imported(python: str) -> set[str]:
    """Return every module and member that a module imports, dynamically by its name as well."""
    found = set()
    for node in ast.walk(ast.parse(python)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and node.value in {WRITER, READER}:
            found.add(str(node.value))
    return found


def texts_in_code(python: str) -> set[str]:
    """Return every text in a module that is not words about it."""
    tree = ast.parse(python)
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    }


def tells(path: Path, text: str, words: tuple[str, ...]) -> bool:
    """Tell whether a source file holds one of some words outside what it says about itself."""
    places = texts_in_code(text) if path.suffix == ".py" else {text}
    return any(word in place for place in places for word in words)


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    paths = (path.relative_to(REPOSITORY) for path in tracked_files())
    kinds = {".py", ".sql", ".yml", ".yaml", ".toml", ".json"}
    return {
        str(path): (REPOSITORY / path).read_text(encoding="utf-8")
        for path in paths
        if path.parts[0] in (*HOUSES, "dbt_project") and path.suffix in kinds
    }


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_only_the_writer_and_the_reader_name_the_files(sources):
    naming = {path for path, text in sources.items() if tells(Path(path), text, FILES)}
    assert {_module(path) for path in naming} == {WRITER, READER}


def test_only_the_simulator_knows_the_writer_and_only_the_benchmark_the_reader(sources):
    modules = {path: imported(text) for path, text in sources.items() if path.endswith(".py")}
    writing = {path for path, names in modules.items() if WRITER in names}
    outside = {path for path in writing if not path.startswith("benchmark/")}
    assert {_module(path) for path in outside} == {"simulator.world"}
    reading = {path for path, names in modules.items() if READER in names}
    assert reading
    assert {path for path in reading if not path.startswith("benchmark/")} == set()


def test_hidden_columns_are_named_by_none_but_them(sources):
    naming = {path for path, text in sources.items() if tells(Path(path), text, HIDDEN_WORDS)}
    inside = ("benchmark/", "simulator/")
    assert {path for path in naming if not path.startswith(inside)} == set()


def test_nothing_outside_the_simulator_looks_into_its_world(sources):
    """What draws schemes can tell them as well as the truth does."""
    inner = tuple(
        f"simulator.{name}"
        for name in ("chronicle", "block", "trade", "control", "nation", "actors", "mechanisms")
    )
    knowing = {
        path
        for path, text in sources.items()
        if path.endswith(".py") and any(name.startswith(inner) for name in imported(text))
    }
    outside = {path for path in knowing if not path.startswith(("simulator/", "benchmark/"))}
    assert outside <= MAY_NAME_THE_FOLDER


def test_only_commands_pass_the_folder_on(sources):
    naming = {
        path
        for path, text in sources.items()
        if path.endswith(".py") and any("--truth" in word for word in texts_in_code(text))
    }
    assert {path for path in naming if not path.startswith("benchmark/")} <= MAY_NAME_THE_FOLDER
    assert "orchestration/cli/simulate.py" in naming


@pytest.mark.parametrize(
    "planted",
    [
        'import pyarrow.parquet as pq\npq.read_table(folder / "items.parquet")',
        "frame = duckdb.sql(\"select * from read_parquet('truth/traders.parquet')\")",
    ],
)
def test_a_planted_reader_is_caught(planted):
    assert tells(Path("ml/planted.py"), planted, FILES)
    assert tells(Path("dbt_project/planted.sql"), planted, FILES)


@pytest.mark.parametrize(
    "planted",
    [
        "from benchmark import truth",
        "import benchmark.truth as t",
        "from benchmark.truth import read_truth",
        'importlib.import_module("benchmark.truth")',
    ],
)
def test_a_planted_import_is_caught(planted):
    assert READER in imported(planted)


@pytest.mark.parametrize("place", ["out", "out/truth", "out/a/../b", "other/../out"])
def test_the_truth_may_not_lie_where_it_could_be_landed(tmp_path, place):
    with pytest.raises(ContractViolationError, match="truth"):
        SimulationArguments(out=tmp_path / "out", truth=tmp_path / place, first_date=FIRST, days=1)


def test_a_link_into_the_output_does_not_help(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "apart").symlink_to(tmp_path / "out")
    with pytest.raises(ContractViolationError, match="truth"):
        SimulationArguments(
            out=tmp_path / "out", truth=tmp_path / "apart" / "x", first_date=FIRST, days=1
        )


def test_no_outside_file_says_a_word_of_the_truth(tmp_path):
    out = tmp_path / "out"
    simulate(out, truth=tmp_path / "truth", days=12)
    assert not {path.name for path in out.rglob("*")} & set(FILES)
    words = (*NAMES, *HIDDEN_WORDS, "mechanism_folder")
    told = (out / "world.json").read_text(encoding="utf-8")
    assert json.loads(told)["counts"]["declarations"] > 100
    assert [word for word in words if word in told] == []
    for name in TABLES:
        said = "\n".join(decoded_rows(out, name)).lower()
        assert [word for word in words if word in said] == [], name


def test_the_two_folders_are_the_only_places_written(tmp_path):
    simulate(tmp_path / "out", truth=tmp_path / "truth", days=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "truth"]
    assert sorted(path.name for path in (tmp_path / "truth").iterdir()) == sorted(
        (*FILES, "world.json")
    )
