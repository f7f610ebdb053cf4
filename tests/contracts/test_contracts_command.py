import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml
from typer.testing import CliRunner

from data_contracts.errors import ContractViolationError, CustomsDataError
from data_contracts.generated_files import (
    MARTS_FOLDER,
    SOURCES_FOLDER,
    committed_files,
    stale,
    write,
)
from data_contracts.loading import load_contracts
from data_contracts.to_dictionary import DICTIONARY_PATH
from ingestion.sources.catalog import find_source
from orchestration.cli import contracts
from orchestration.operations import dbt_process
from warehouse.layout import Layout


@pytest.fixture(scope="module")
def app():
    built = typer.Typer()
    contracts.register(built)
    return built


@pytest.fixture
def run(app):
    def invoke(*arguments):
        result = CliRunner().invoke(app, ["contracts", *arguments, "--json"])
        return result.exit_code, json.loads(result.stdout)

    return invoke


def test_the_repository_has_no_drift(run, monkeypatch):
    monkeypatch.delenv("CUSTOMS_HOME", raising=False)
    status, found = run("check")
    assert found["problems"] == []
    assert status == 0


def test_the_sources_of_a_lake_are_checked_too(run, tmp_path, monkeypatch):
    monkeypatch.delenv("CUSTOMS_HOME", raising=False)
    Layout(tmp_path).ensure()
    own = Layout(tmp_path).sources
    own.mkdir()
    (own / "bad_one.yaml").write_text("tabless: {}")
    (own / "other.yaml").write_text("tables: {rates: {contract: nope}}")
    (own / "reference.yaml").write_text("tables: {}")
    (own / "folder.yaml").mkdir()
    (own / "gone.yaml").symlink_to(tmp_path / "nothing")
    status, found = run("check", "--home", str(tmp_path))
    assert status == 1
    bad, folder, gone, other, reference = found["problems"]
    assert bad.startswith("bad_one.yaml: Object contains unknown field `tabless`")
    assert gone == "gone.yaml: cannot be read: FileNotFoundError"
    with pytest.raises(ContractViolationError, match=r"gone\.yaml: cannot be read"):
        find_source("gone", tmp_path)
    assert folder == "folder.yaml: cannot be read: IsADirectoryError"
    assert other == "other.yaml: rates: no contract is named nope"
    assert reference.endswith("reference.yaml: a source is called so already")
    assert run("check") == (0, {"contracts": len(load_contracts()), "problems": []})
    monkeypatch.setenv("CUSTOMS_HOME", str(tmp_path))
    assert run("check")[1] == found


def test_a_lake_that_is_named_must_be_there(app, tmp_path):
    words = ["contracts", "check", "--home", str(tmp_path / "nowhere")]
    assert isinstance(CliRunner().invoke(app, words).exception, CustomsDataError)


@pytest.fixture
def run_in_copy(tmp_path, repository):
    """Runs the command as it lies beside a copy of the contracts."""
    shutil.copytree(repository / "data_contracts", tmp_path / "data_contracts")
    path = os.pathsep.join(map(str, (tmp_path, repository)))

    def invoke(word):
        command = [sys.executable, "-m", "orchestration.cli.main", "contracts", word, "--json"]
        done = subprocess.run(
            command, cwd=tmp_path, env={"PYTHONPATH": path}, capture_output=True, check=False
        )
        return done.returncode, json.loads(done.stdout)

    return invoke


def test_the_contracts_beside_the_command_are_the_ones_that_are_checked(tmp_path, run_in_copy):
    file = tmp_path / "data_contracts/contracts/marts/fct_goods_item.yaml"
    grain = "declaration_version, item_number]"
    text = file.read_text(encoding="utf-8")
    assert grain in text
    file.write_text(text.replace(grain, "declaration_version]"), encoding="utf-8")
    request = tmp_path / "data_contracts/contracts/serving/lane_request.yaml"
    text = request.read_text(encoding="utf-8")
    request.write_text(text.replace("sum_of_values:", "sum_of_value:"), encoding="utf-8")
    status, found = run_in_copy("check")
    assert status == 1
    *planted, drift = found["problems"]
    key, agreement = planted
    assert key.startswith("fct_goods_item: grain: expected source_system, ")
    assert agreement.startswith("lane_request: agreement.sum_of_value: expected one of ")
    assert drift == f"{DICTIONARY_PATH}: missing"
    status, found = run_in_copy("generate")
    assert status == 0
    assert {DICTIONARY_PATH, f"{MARTS_FOLDER}/fct_goods_item.yml"} <= set(found["changed"])
    assert run_in_copy("check") == (1, {"contracts": len(load_contracts()), "problems": planted})


def test_a_source_that_names_what_is_not_there_is_told(tmp_path, repository, run_in_copy):
    shutil.copytree(repository / "ingestion", tmp_path / "ingestion")
    file = tmp_path / "ingestion" / "sources" / "reference.yaml"
    text = file.read_text(encoding="utf-8")
    assert "currency_code" in text
    file.write_text(text.replace("currency_code", "currency_cod"), encoding="utf-8")
    _, found = run_in_copy("check")
    (planted, *more) = [one for one in found["problems"] if one.startswith("reference.yaml: ")]
    assert "no fields ['currency_cod']" in planted
    assert all("requires" in one for one in more)


PLANTED_MART = """
version: 1.0.0
domain: clearance
purpose: Declarations by regime.
limitations: None known here.
grain: [source_system, declaration_number]
roles: [restricted, analyst, management]
required: [item_count]
fields:
  - source_system
  - declaration_number
  - item_count
"""


def test_a_mart_without_a_model_or_without_its_key_for_a_role_is_told(tmp_path, run_in_copy):
    file = tmp_path / "data_contracts" / "contracts" / "marts" / "agg_planted.yaml"
    file.write_text(PLANTED_MART, encoding="utf-8")
    _, found = run_in_copy("check")
    told = [problem for problem in found["problems"] if "agg_planted" in problem]
    assert told[0].startswith("agg_planted cannot be published for management: ")
    assert "expected a code list there, or no management in its roles" in told[0]
    assert told[1] == "agg_planted: no model is called so"


def test_an_edited_dictionary_is_caught_with_its_line(tmp_path):
    files = committed_files()
    assert write(tmp_path, files) == [DICTIONARY_PATH]
    assert write(tmp_path, files) == stale(tmp_path, files) == []
    file = tmp_path / DICTIONARY_PATH
    file.write_text(file.read_text(encoding="utf-8").replace("Declaration", "Entry", 1), "utf-8")
    (problem,) = stale(tmp_path, files)
    assert problem.startswith(f"{DICTIONARY_PATH}: line ")


@pytest.fixture
def derive(tmp_path):
    """Derives what dbt reads; returns the names of the files that changed."""
    return lambda: {Path(path).name for path in dbt_process.derive(tmp_path)}


@pytest.fixture
def derived(tmp_path, derive):
    """What dbt is given of the contracts."""
    derive()
    return tmp_path / MARTS_FOLDER


def test_what_dbt_is_given_is_brought_up_to_date(derive, derived):
    assert derive() == set()
    (derived / "gone.yml").write_text("")
    (derived / "fct_goods_item.sql").write_text("")
    (derived / "fct_goods_item.yml").unlink()
    assert derive() == {"gone.yml", "fct_goods_item.sql", "fct_goods_item.yml"}
    assert not (derived / "gone.yml").exists()
    assert derive() == set()


def test_a_mart_yaml_enforces_the_contract_and_tests_the_grain(derived):
    contract = load_contracts()["fct_goods_item"]
    text = (derived / "fct_goods_item.yml").read_text(encoding="utf-8")
    (model,) = yaml.safe_load(text)["models"]
    assert model["config"]["contract"]["enforced"] is True
    assert [(column["name"], column["data_type"]) for column in model["columns"]] == [
        (field.name, field.sql_type) for field in contract.fields
    ]
    grain_test, filled_test = model["data_tests"]
    assert grain_test == "grain_is_unique"
    assert model["config"]["meta"]["grain"] == list(contract.grain)
    required = [field.name for field in contract.fields if field.required]
    assert filled_test["required_columns_are_filled"]["arguments"]["columns"] == required


def test_sources_list_every_bronze_table_with_its_columns(tmp_path, derive):
    derive()
    text = (tmp_path / SOURCES_FOLDER / "sources.yml").read_text(encoding="utf-8")
    sources = {source["name"]: source for source in yaml.safe_load(text)["sources"]}
    tables = {table["name"]: table for table in sources["bronze"]["tables"]}
    for contract in load_contracts().values():
        if contract.kind == "bronze":
            columns = {column["name"] for column in tables[contract.name]["columns"]}
            assert columns > set(contract.names)


def test_the_dictionary_has_every_column_of_every_table():
    text = committed_files()[DICTIONARY_PATH]
    for contract in load_contracts().values():
        section = text.split(f"### {contract.name}\n")[1].split("\n### ")[0]
        for field in contract.fields:
            assert f"| `{field.name}`" in section
            assert field.label_vi in section


@pytest.fixture
def old_contracts(tmp_path, repository):
    folder = tmp_path / "data_contracts"
    shutil.copytree(repository / "data_contracts", folder)
    rate = folder / "fields" / "reference.yaml"
    text = rate.read_text(encoding="utf-8")
    rate.write_text(text.replace("DECIMAL(18,6)", "DECIMAL(18,8)"), encoding="utf-8")
    return folder


def test_a_break_since_an_earlier_folder_is_shown_and_refused(old_contracts, run):
    status, found = run("diff", str(old_contracts))
    assert status == 1
    assert found["version_too_low"] == ["dim_exchange_rate", "exchange_rate"]
    assert [change["is_breaking"] for change in found["changes"]] == [True, True]


@pytest.mark.usefixtures("old_contracts")
def test_a_break_since_a_git_reference_is_shown(tmp_path, run):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "old"]):
        subprocess.run([shutil.which("git"), *arguments], cwd=tmp_path, check=True)
    status, found = run("diff", "HEAD", "--root", str(tmp_path))
    assert status == 1
    assert found["version_too_low"] == ["dim_exchange_rate", "exchange_rate"]


def test_every_contract_is_exported_whole(tmp_path, run):
    status, told = run("export", "--out", str(tmp_path / "out"))
    written = {path.name: path for path in (tmp_path / "out").rglob("*.odcs.yaml")}
    assert (status, told["contracts"]) == (0, len(written))
    assert set(written) == {f"{name}.odcs.yaml" for name in load_contracts()}
    document = yaml.safe_load(written["goods_item.odcs.yaml"].read_text(encoding="utf-8"))
    (table,) = document["schema"]
    assert [column["name"] for column in table["properties"]] == [
        *load_contracts()["goods_item"].names
    ]
    (number,) = [one for one in table["properties"] if one["name"] == "declaration_number"]
    assert number["logicalTypeOptions"] == {"maxLength": 70, "pattern": "^[0-9]{11}$"}
    assert {"property": "labelVi", "value": "Số tờ khai"} in number["customProperties"]


def test_a_folder_of_something_else_is_told(app, tmp_path):
    result = CliRunner().invoke(app, ["contracts", "diff", str(tmp_path)])
    assert result.exit_code == 1
    assert "found no contracts in it" in str(result.exception)


def test_an_unknown_reference_is_a_known_error(app, tmp_path):
    result = CliRunner().invoke(app, ["contracts", "diff", "nowhere", "--root", str(tmp_path)])
    assert result.exit_code == 1
    assert type(result.exception).__name__ == "SourceUnavailableError"
