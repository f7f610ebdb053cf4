"""The rooms of the dbt project: who may read whom, and that every model says what a row is."""

import re
from pathlib import Path

import pytest
import yaml

from data_contracts.loading import contracts_of, load_contract, load_source_traits
from data_contracts.to_dbt import mart_yaml
from ingestion.sources.catalog import SOURCES
from tests.architecture.tree import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"
MODELS = sorted((PROJECT / "models").glob("**/*.sql"))
REF = re.compile(r"ref\('([a-z0-9_]+)'\)")
SOURCE = re.compile(r"source\('([a-z]+)', '([a-z_]+)'\)")
HEADER = re.compile(r"^-- (.*)", re.MULTILINE)
GRAIN = re.compile(r"\((\w+(?:,\s*\w+)*)\)")
NAMED_SOURCE = re.compile(rf"'(?:{'|'.join(SOURCES)})'")
TRAIT = re.compile(r"of_source\('(\w+)'")
SEEDS = ("mass_unit",)
# Written by the lake itself, about deliveries; records come through `records`, `latest`, `clocked`.
WITHDRAWALS = ("bronze", "delivery_withdrawal")
# What each layer may read, by the beginning of the name.
MAY_READ = {
    "staging": (),
    "intermediate": ("stg_", "int_"),
    "marts": ("int_", "fct_", "dim_", "profile_"),
}


def layer_of(model: Path) -> str:
    return model.relative_to(PROJECT / "models").parts[0]


def wrong_reads(layer: str, sql: str) -> list[str]:
    """Return what a model of this layer reads and may not."""
    wrong = [name for name in REF.findall(sql) if not name.startswith((*MAY_READ[layer], *SEEDS))]
    if layer != "staging":
        wrong += [".".join(read) for read in SOURCE.findall(sql) if read != WITHDRAWALS]
    return wrong


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_a_model_reads_only_the_rooms_before_it(model):
    assert wrong_reads(layer_of(model), model.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("layer", "sql"),
    [
        ("marts", "select * from {{ ref('stg_bronze__reference_reused') }}"),
        ("intermediate", "select * from {{ source('bronze', 'declaration') }}"),
        ("staging", "select * from {{ ref('int_declaration_versions') }}"),
    ],
)
def test_a_planted_wrong_read_is_caught(layer, sql):
    assert wrong_reads(layer, sql)


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_a_model_begins_with_its_grain_as_dbt_is_told(model):
    header = " ".join(HEADER.findall(model.read_text(encoding="utf-8")))
    assert header.startswith("Grain: one row per ")
    columns = re.split(r",\s*", GRAIN.search(header)[1])
    assert columns == described(model)["config"]["meta"]["grain"]


def sources_named(sql: str) -> list[str]:
    """Return the sources that a model or macro names: what differs by source is a trait of it."""
    return NAMED_SOURCE.findall(sql)


def test_no_model_names_a_source():
    texts = [*MODELS, *sorted((PROJECT / "macros").glob("*.sql"))]
    found = {path.name: sources_named(path.read_text(encoding="utf-8")) for path in texts}
    assert {name: named for name, named in found.items() if named} == {}


@pytest.mark.parametrize(
    "sql",
    [
        "case when source_system = 'vcis_extract' then 1 end",
        "where records.source_system <> 'wco_dec_xml'",
        "where items.source_system in ('vcis_extract', 'korea_customs_csv')",
        "case source_system when 'vcis_extract' then 1 end",
    ],
)
def test_a_planted_source_is_caught(sql):
    assert sources_named(sql)


def test_every_trait_of_a_source_is_asked_for_and_names_sources_that_land():
    texts = [*MODELS, *(PROJECT / "macros").glob("*.sql")]
    asked = {name for path in texts for name in TRAIT.findall(path.read_text(encoding="utf-8"))}
    traits = load_source_traits()
    assert asked == set(traits)
    assert {source for sources in traits.values() for source in sources} <= set(SOURCES)


def test_every_mart_has_a_model_and_every_model_of_the_marts_a_contract():
    models = {model.stem for model in MODELS if layer_of(model) == "marts"}
    assert models == {contract.name for contract in contracts_of("mart")}


def described(model: Path) -> dict:
    """Return what dbt is told of a model: of a mart by its contract, of others by their folder."""
    if layer_of(model) == "marts":
        text = mart_yaml(load_contract(model.stem))
    else:
        text = model.with_name("_models.yml").read_text(encoding="utf-8")
    (entry,) = [entry for entry in yaml.safe_load(text)["models"] if entry["name"] == model.stem]
    return entry
