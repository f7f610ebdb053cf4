"""What may stand in the YAML file of a source, and what is refused with its place."""

import pytest

from data_contracts.errors import ContractViolationError
from ingestion.sources.catalog import (
    FAULTS,
    SOURCES,
    UnknownSourceError,
    find_source,
    source_problems,
    sources_in,
)
from ingestion.sources.source_files import check
from tests.unit.ingestion.files import own_source
from tests.unit.ingestion.own_sources import MANIFEST, WEIGHED

REFUSED = [
    (("net_mass_kg", "colour"), r"goods_item has no fields \['colour'\]"),
    (("goods_item", "goods"), "no contract is named goods"),
    (("delimiter: ;", "delimiter: ;;"), "is no delimiter"),
    (("utf-16", "utf-99"), "there is no encoding utf-99"),
    (("mass: TNE", "mass: STONE"), "there is no unit of mass STONE"),
    (("mass: TNE", "weight: TNE"), "unknown field `weight`"),
    (("Trị giá", "DÒNG"), "differ in nothing but capitals"),
    (("delimiter", "zone: Asia/Nowhere\ndelimiter"), "there is no zone Asia/Nowhere whose"),
    (("delimiter", "zone: Europe/Paris\ndelimiter"),
     "there is no zone Europe/Paris whose clocks never change"),
    (("  can:", "  Can 1:"), "is no name"),
    (("  can:", "  c:"), "'c' is no name: expected 2 to 41 small letters"),
    (("{declaration_version: '0'}", "{source_system: vcis_extract}"), "source_system.* fills"),
    (("invoice_amount", "source_system"), "source_system.* that a source fills"),
    (("contract: goods_item", "contract: fct_goods_item"), "is made by the lake"),
    (("contract: goods_item", "contract: risk_score"), "is made by the lake"),
    (("Trị giá", "record_number"), "record_number.* of its own"),
    (("Trị giá", "Extras"), "extras.* of its own"),
    (("mass: TNE", "crosswalk: {}"), "a crosswalk names no code"),
    (("mass: TNE", "pattern: '([0-9'"), "is no regular expression"),
    (("mass: TNE", "pattern: '(?=x).*'"), "is no regular expression"),
    (("mass: TNE", "written: ''"), "does not say once where"),
    (("mass: TNE", "written: YYYYYYYYMMDD"), "does not say once where"),
    (("mass: TNE", "written: DD/MM/YYYY hh:mm"), "does not say once where"),
    (("mass: TNE", "written: DD/MM/YYYY"), "expected a field of a day or a time, found net"),
    (("mass: TNE", "when: {Dòng: ['1']}"), "there are no codes"),
    (("invoice_amount", "{goods_description: local_instant}"), "expected a field of a day or"),
    (("declaration_number", "{declaration_number: version_digit}"), "a field of its base number"),
    (("delimiter: ;", "forms: [jsonl]\ndelimiter: ;"), "delimiter: there is no delimited text"),
    (("delimiter: ;", "forms: [parquet]"), "encoding: there is no text of another one"),
    (("'0'}", "'0', extras: x}"), r"no fields \['extras'\]"),
    (("delimiter", "month_in_name: extras\ndelimiter"), r"no fields \['extras'\]"),
    (("invoice_amount",
      "{goods_description: {joined: ;}}\n      a: {goods_description: {joined: +}}"),
     "goods_description is joined in two ways"),
    (("invoice_amount", "{goods_description: {joined: ;}, extras: {joined: +}}"), "in two ways"),
    (("delimiter", "forms: []\ndelimiter"), "length >= 1"),
    (("mass: TNE", "crosswalk: {a: b}"), "'b' can be no net_mass_kg: expected a number"),
    (("mass: TNE", "codes: [a], when: {Loại: [b]}"), r"no columns \['Loại'\] to look at"),
    (("'0'}", "'x'}"), "'x' can be no declaration_version: expected a"),
    (("Trị giá: invoice_amount", "Trị giá: net_mass_kg"), "net_mass_kg is filled twice"),
    (("Trị giá: invoice_amount", "Trị giá: {net_mass_kg: {joined: ;}}"),
     "net_mass_kg is filled twice"),
    (("Trị giá: invoice_amount", "Trị giá: declaration_version"), "is filled twice"),
    (("Dòng!: item_number", "Dòng!: extras"), "no column fills item_number, which goods_item"),
    (("utf-16", "zlib"), "there is no encoding zlib"),
    (("delimiter", "month_in_name: reporting_month\ndelimiter"), r"\['reporting_month'\]"),
    (("delimiter", "month_in_name: item_number\ndelimiter"), "item_number is filled twice"),
    (("delimiter", "without_contract: [can]\ndelimiter"), "can: a table has its files"),
    (("contract: goods_item", "contract: goods_item\n    file: CAN"), "'CAN' is no name"),
    (("contract: goods_item", "contract: goods_item\n    rows: a"), "rows: there are no lists"),
    (("delimiter", "forms: [csv, jsonl]\ndelimiter"), "decimal: expected . where forms are"),
    (("mass: TNE", "tax_line: Loại"), r"no columns \['Loại'\] to look at"),
    (("mass: TNE", "otherwise: none"), "'none' can be no net_mass_kg: expected a number"),
    (("mass: TNE", "crosswalk: nowhere"), "there is no crosswalk nowhere"),
    (("invoice_amount", "{invoice_amount: {mass: TNE}}"), "expected a mass in kg, found inv"),
    (("invoice_amount", "{invoice_amount: kilograms}"), "expected a mass in kg, found inv"),
    (("  can:", "  mapped:"), "the name mapped is taken"),
    (("'0'}", "'0', net_mass_kg: '1'}"), "net_mass_kg is filled twice"),
    (("item_number", "{item_number: {exploded: +}, extras: {exploded: ;}}"), "or separators"),
    (("invoice_amount", "{extras: {exploded: +}}\n      a: {extras: {exploded: +}}"), "explode"),
    (("utf-16", "rot13"), "there is no encoding rot13"),
    (("delimiter: ;", "delimiter"), "not a YAML mapping|not YAML"),
    (("mass: TNE", "exploded: ''"), "length >= 1"),
    (("Trị giá", "''"), "'' is no column: expected visible characters"),
    (("Trị giá", '"a\\0b"'), "is no column: expected visible characters"),
    (("Trị giá: invoice_amount", "Trị giá: {}"), "Trị giá fills nothing"),
    (("utf-16", "undefined"), "there is no encoding undefined"),
    (("delimiter: ;", 'delimiter: "\\x01"'), "is no delimiter"),
    (("contract: goods_item", "<<: [{contract: goods_item}]"), "line 7: expected one mapping"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), REFUSED)
def test_a_file_that_says_what_cannot_be_is_told_with_its_place(tmp_path, change, said):
    with pytest.raises(ContractViolationError, match=said) as error:
        own_source(tmp_path, WEIGHED.replace(*change))
    assert str(error.value).startswith("a_new_one.yaml: ")


def test_two_tables_of_one_file_that_fill_one_contract_are_told(tmp_path):
    shared = WEIGHED.replace("columns:", "columns: &all")
    more = "file: can, contract: goods_item, constants: {declaration_version: '0'}, columns: *all"
    with pytest.raises(ContractViolationError, match="can: two tables of one file"):
        own_source(tmp_path, f"{shared}  more: {{{more}}}\n")


def test_no_column_is_called_as_the_month_of_the_name(tmp_path):
    monthly = (
        "month_in_name: snapshot_month\ntables:\n  firms:\n    contract: trader\n"
        "    columns: {id!: trader_id, name!: trader_name, Snapshot_Month: extras}\n"
    )
    with pytest.raises(ContractViolationError, match=r"\['snapshot_month'\] of its own"):
        own_source(tmp_path, monthly)
    own_source(tmp_path, monthly.replace("Snapshot_Month", "month"))


def test_a_list_that_no_column_is_of_is_told(tmp_path):
    with pytest.raises(ContractViolationError, match=r"bill: rows: no column is of the list bils"):
        own_source(tmp_path, MANIFEST.replace("rows: bills\n", "rows: bils\n"))


def test_a_file_that_is_no_text_is_told(tmp_path):
    own_source(tmp_path, WEIGHED)
    (tmp_path / "home" / "sources" / "other.yaml").write_bytes(b"zone: H\xe0 N\xf4i")
    with pytest.raises(ContractViolationError, match=r"other\.yaml: not YAML"):
        find_source("other", tmp_path / "home")


def test_no_file_of_a_home_takes_the_place_of_a_source_of_the_lake(tmp_path):
    with pytest.raises(ContractViolationError, match="a source is called so already"):
        own_source(tmp_path, WEIGHED, "reference")
    # The file of one stops no other.
    assert find_source("vcis_extract", tmp_path / "home") is SOURCES["vcis_extract"]
    with pytest.raises(UnknownSourceError, match="reference"):
        find_source("referenz")


def test_a_broken_file_of_the_house_stops_no_other(tmp_path, monkeypatch):
    (tmp_path / "weighed.yaml").write_text(WEIGHED)
    (tmp_path / "other.yaml").write_text("tables:\n\tx: {}\n")
    sources, faults = sources_in(tmp_path)
    assert [*sources] == ["weighed"]
    assert str(faults["other"]).startswith("other.yaml: not YAML")
    assert FAULTS == {}
    monkeypatch.setitem(FAULTS, "other", faults["other"])
    assert source_problems() == [str(faults["other"])]
    with pytest.raises(ContractViolationError, match="not YAML"):
        find_source("other")


@pytest.mark.parametrize("name", SOURCES)
def test_the_files_of_the_house_say_what_can_be(name):
    check(SOURCES[name].outside)
