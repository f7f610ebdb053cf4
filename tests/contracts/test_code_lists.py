import csv

import duckdb
import pyarrow as pa
import pytest

from benchmark.listed_codes import make_macros, of_agreements
from data_contracts.code_lists import (
    agreement_schedules,
    code_list_names,
    codes,
    crosswalk,
    crosswalk_names,
)
from data_contracts.errors import UnknownCodeError
from data_contracts.loading import load_contracts
from simulator.reference.agreements import (
    AGREEMENTS,
    MFN_CODE,
    ORDINARY_CODE,
    PROCESSING_CODE,
    UNTAXED_CODE,
)

TARGETS = {
    "vnaccs_transport_mode": "transport_mode",
    "korea_transport_mode": "transport_mode",
    "lane": "control_channel",
    "direction": "direction",
    "outcome": "inspection_outcome",
    "korea_inspection_outcome": "inspection_outcome",
}


def test_every_crosswalk_ends_in_a_code_list():
    assert set(crosswalk_names()) == set(TARGETS)
    for name, target in TARGETS.items():
        assert set(crosswalk(name).values()) <= codes(target), name


def test_national_transport_codes_do_not_swap_sea_and_air():
    modes = crosswalk("vnaccs_transport_mode")
    assert modes == {"1": "4", "2": "1", "3": "1", "4": "3", "5": "2", "6": "8", "9": "9"}


def test_the_regimes_of_the_decision_of_2021_are_all_there():
    regimes = codes("regime")
    assert len(regimes - {"E46", "E56"}) == 40
    assert {"A11", "E31", "G51", "H21"} <= regimes


def test_every_schedule_of_an_agreement_is_in_the_catalogue_as_one():
    assert {one.code for one in AGREEMENTS} <= agreement_schedules() < codes("tariff_schedule")
    others = {MFN_CODE, ORDINARY_CODE, UNTAXED_CODE, PROCESSING_CODE}
    assert others <= codes("tariff_schedule") - agreement_schedules()


def test_the_benchmark_takes_the_same_schedules_for_those_of_agreements_and_null_for_none():
    asked = [*sorted(codes("tariff_schedule")), "B77", None]
    with duckdb.connect() as connection:
        make_macros(connection)
        told = connection.execute(
            "select is_of_agreement(code) from unnest($asked::text[]) as listed(code)",
            {"asked": asked},
        ).fetchall()
    expected = [code in agreement_schedules() for code in asked]
    assert [found for (found,) in told] == expected
    assert of_agreements(pa.chunked_array([asked])).tolist() == expected


@pytest.mark.parametrize("lookup", [codes, crosswalk])
def test_an_unknown_list_is_an_error_with_its_name(lookup):
    with pytest.raises(UnknownCodeError, match="moneys"):
        lookup("moneys")


def test_every_list_is_used_by_a_contract_or_is_the_catalogue_of_schedules():
    fields = [field for contract in load_contracts().values() for field in contract.fields]
    used = {name for field in fields for name in (field.code_list, field.shown_codes)}
    # New agreements bring schedules before anybody lists them, so their code has a pattern instead.
    assert set(code_list_names()) - used == {"tariff_schedule"}


def test_the_korean_files_use_only_countries_and_modes_we_list(public_data):
    modes = crosswalk("korea_transport_mode")
    for file in sorted((public_data / "korea_customs").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            for row in csv.DictReader(text):
                assert row["Country of Origin"] in codes("country")
                assert row["Country of Departure"] in codes("country")
                assert row["Mode of Transport"] in modes
