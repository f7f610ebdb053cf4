import random
from dataclasses import replace

import pytest

from data_contracts.loading import load_contract
from data_contracts.to_checks import check_query
from warehouse.quality import judge as run_expectations

SPECIMENS = (
    None, "", "x", "import", "A11", "VND", "usd", "VN", "ZF", "0", "1", "-1", "007", "1.5", "1.50",
    "0.0000001", "1e3", "NaN", "99999999999999999999", "123456789012345678901", "12345678901",
    "0100109106", "2024-02-29", "2023-02-29", "2024-02-29 10:00:00+07:00", "2024-02-29T10:00:00Z",
    "2024-02-29 10:00:00", "true", "a\tb", "two\nlines", "A11\n", "a\x00b", "x" * 3000,
    "Tôm thẻ",
)  # fmt: skip
ROWS = 150

pytestmark = pytest.mark.xdist_group("great_expectations")


def crooked_rows(contract, seed):
    random_source = random.Random(seed)
    rows = []
    for _ in range(ROWS):
        row = {name: random_source.choice(SPECIMENS) for name in contract.names}
        row["source_system"] = random_source.choice(["vcis_extract", "wco_dec_xml", None])
        rows.append(row)
    return rows


@pytest.mark.parametrize(
    "name",
    ["duty_tax", "selectivity_decision", pytest.param("declaration", marks=pytest.mark.full)],
)
def test_suite_and_check_pass_give_one_verdict_on_the_same_rows(judge, text_table, name):
    contract = load_contract(name)
    rows = crooked_rows(contract, seed=len(name))
    by_check = {
        (row, reason)
        for row, found in enumerate(judge(name, rows))
        for reason in found["reason_codes"]
    }
    verdicts = run_expectations(contract, text_table(contract.names, rows))
    assert [verdict for verdict in verdicts if verdict.status == "error"] == []
    by_suite = {
        (row, f"{verdict.reason_code}:{verdict.field}")
        for verdict in verdicts
        for row in verdict.unexpected_rows
    }
    assert by_suite == by_check
    assert len({reason.split(":")[0] for _, reason in by_check}) >= 6
    for verdict in verdicts:
        assert verdict.unexpected_count == len(verdict.unexpected_rows)
        assert (verdict.status == "passed") == (verdict.unexpected_count == 0)


def test_accepted_rows_pass_the_suite_in_their_types(connection, judge, item):
    judge("goods_item", [item, item | {"item_number": "2"}])
    contract = load_contract("goods_item")
    typed = connection.sql(check_query(contract, "presented_rows")).to_arrow_table()
    verdicts = run_expectations(contract, typed)
    assert {verdict.status for verdict in verdicts} == {"passed"}


def test_an_expectation_that_cannot_run_is_an_error_and_not_a_failure(text_table):
    contract = load_contract("exchange_rate")
    bound_beyond_reach = replace(contract.field("rate_vnd"), pattern="(", sql_type="VARCHAR")
    broken = replace(contract, fields=(*contract.fields[:-1], bound_beyond_reach))
    verdicts = run_expectations(broken, text_table(contract.names, [{"rate_vnd": "1"}]))
    errors = [verdict for verdict in verdicts if verdict.status == "error"]
    assert [(verdict.reason_code, verdict.field) for verdict in errors] == [
        ("E_PATTERN", "rate_vnd")
    ]
    assert errors[0].unexpected_count is None
    assert errors[0].message
