"""Each rule is one value: SQL, Python and Great Expectations say the same of every field."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from itertools import chain

import duckdb
import pytest

from data_contracts.code_lists import codes
from data_contracts.loading import contracts_of, load_contract, load_contracts
from data_contracts.model import Contract
from data_contracts.reasons import REASON_TEXTS
from data_contracts.rules import rules, rules_at, rules_of
from data_contracts.text_forms import BARE_TEXT
from data_contracts.to_checks import check_query
from data_contracts.to_python import judge_of, one_form
from ingestion.reason_hints import hint
from tests.contracts.conftest import Row, as_text_table
from tests.contracts.specimens import specimens
from warehouse.quality import judge as run_expectations
from warehouse.quarantine import Record, explain

CONTRACTS = load_contracts()
# Nothing lands in a mart: only its types give rules, and those stand in the other contracts too.
OFTEN_AND_MARTS = [
    pytest.param(name, marks=pytest.mark.full if contract.kind == "mart" else ())
    for name, contract in CONTRACTS.items()
]

pytestmark = pytest.mark.xdist_group("great_expectations")


@cache
def records(name: str) -> list[Row]:
    """Return records that bring each field its specimens, at each source that a rule names."""
    contract = CONTRACTS[name]
    values = {field.name: specimens(field) for field in contract.fields}
    block = [
        {name: of_field[row % len(of_field)] for name, of_field in values.items()}
        for row in range(max(map(len, values.values())))
    ]
    return block + [row | {"source_system": source} for source in sources(name) for row in block]


def sources(name: str) -> list[str]:
    """Return the sources that a rule names, and another one; none where no record names its own."""
    if "source_system" not in CONTRACTS[name].names:
        return []
    named = {rule.sources for field in CONTRACTS[name].fields for rule in rules(field)}
    return [*sorted(set(chain.from_iterable(named))), "another_source"]


@cache
def by_check(name: str) -> dict[tuple[int, str], list[str]]:
    """Return what the check pass says: the reason codes by record and field, in their order."""
    found: dict[tuple[int, str], list[str]] = {}
    with duckdb.connect() as connection:
        connection.register("specimens", as_text_table(CONTRACTS[name].names, records(name)))
        judged = connection.sql(check_query(CONTRACTS[name], "specimens"))
        for number, reasons in judged.project("record_number, reason_codes").fetchall():
            for reason in reasons:
                code, field = reason.split(":")
                found.setdefault((number - 1, field), []).append(code)
    return found


def by_python(contract: Contract, rows: list[Row]) -> Iterator[tuple[tuple[int, str], str]]:
    """Yield the first rule that each value breaks."""
    for field in contract.fields:
        judges = {
            source: judge_of(field, rules_at(field, source))
            for source in {row.get("source_system") for row in rows}
        }
        for number, row in enumerate(rows):
            broken = judges[row.get("source_system")](one_form(field, row[field.name] or ""))
            if broken is not None:
                yield (number, field.name), broken.code


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_door_and_the_check_pass_give_one_verdict(name):
    first = {place: told[0] for place, told in by_check(name).items()}
    assert dict(by_python(CONTRACTS[name], records(name))) == first


def refused(name: str) -> dict[tuple[str, str, str | None], list[str | None]]:
    """Return what the check pass refuses, in its one form, by field, reason code and source."""
    found: dict[tuple[str, str, str | None], list[str | None]] = {}
    for (number, field), told in by_check(name).items():
        row = records(name)[number]
        source = row.get("source_system")
        if source in sources(name) or not sources(name):
            value = one_form(CONTRACTS[name].field(field), row[field] or "")
            for code in told:
                found.setdefault((field, code, source), []).append(value)
    return found


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_hint_of_every_reason_of_the_check_pass_is_what_its_rules_say(name, tmp_path):
    for (field, code, source), values in refused(name).items():
        record = Record(
            source=source or "another_source", table_name=name, sha256="", file="of no table",
            record_number=1, reasons=(), raw=None, contract_version="", is_withdrawn=False,
            received_at=datetime.now(UTC),
        )  # fmt: skip
        found = hint(record, explain(f"{code}:{field}"), tmp_path)
        english = [part.partition(": ") for part in found.expected_en.split("; ")]
        of_field = rules_at(CONTRACTS[name].field(field), source)
        told = [rule for rule in of_field if rule.expected in {words for words, _, _ in english}]
        assert [words for words, _, _ in english] == list(dict.fromkeys(r.expected for r in told))
        vietnamese = [part.partition(": ")[0] for part in found.expected_vi.split("; ")]
        assert vietnamese == list(dict.fromkeys(rule.expected_vi for rule in told))
        # It explains every refusal, and what it lists would have been taken.
        refuses = judge_of(CONTRACTS[name].field(field), [r for r in told if r.code == code])
        assert all(refuses(value) for value in values), (field, code)
        listed = {one for _, _, codes in english for one in codes.split(", ")} - {"", "…"}
        assert bool(listed) == (code == "E_CODE")
        takes = judge_of(CONTRACTS[name].field(field), of_field)
        assert [one for one in listed if takes(one)] == [], (field, source)


@pytest.mark.parametrize("name", OFTEN_AND_MARTS)
def test_the_suite_for_stewards_gives_the_verdict_of_the_check_pass(name):
    contract = CONTRACTS[name]
    verdicts = run_expectations(contract, as_text_table(contract.names, records(name)))
    assert [verdict for verdict in verdicts if verdict.status == "error"] == []
    assert {
        (row, verdict.field, verdict.reason_code)
        for verdict in verdicts
        for row in verdict.unexpected_rows
    } == {(*place, code) for place, told in by_check(name).items() for code in told}
    for verdict in verdicts:
        assert verdict.unexpected_count == len(verdict.unexpected_rows)
        assert (verdict.status == "passed") == (verdict.unexpected_count == 0)


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_specimens_break_every_rule_and_keep_them_all(name):
    found = by_check(name)
    for field, of_field in rules_of(CONTRACTS[name]).items():
        told = [codes for (_, of), codes in found.items() if of == field.name]
        assert {code for codes in told for code in codes} == {rule.code for rule in of_field}
        assert len(told) < len(records(name)), field.name


def test_every_rule_has_a_reason_in_both_languages():
    told = {
        rule.code
        for contract in CONTRACTS.values()
        for field in contract.fields
        for rule in rules(field)
    }
    assert told < set(REASON_TEXTS)
    for code, (text_vi, text_en) in REASON_TEXTS.items():
        assert code.startswith("E_")
        assert text_vi
        assert text_en


def test_bare_text_has_no_blanks_around_it_and_no_invisible_character():
    is_bare = re.compile(BARE_TEXT).fullmatch
    assert is_bare("")
    for point in range(0x110000):
        character = chr(point)
        is_invisible = unicodedata.category(character) == "Cf"
        assert (is_bare(f"a{character}b") is None) == is_invisible, hex(point)
        if point < 0x3100:
            for text in (character, f"{character}b", f"a{character}"):
                assert (is_bare(text) is None) == (is_invisible or character.isspace()), hex(point)


@pytest.mark.parametrize(
    "name",
    ["country_of_origin_code", "country_of_export_code", "found_country_of_origin_code"],
)
def test_a_code_that_iso_leaves_open_names_no_country_in_the_national_system(name):
    field = next(
        field
        for contract in contracts_of("bronze")
        for field in contract.fields
        if field.name == name
    )
    known = {
        source: {
            code
            for code in codes("country")
            if judge_of(field, rules_at(field, source))(code) is None
        }
        for source in ("vcis_extract", "korea_customs_csv")
    }
    assert known["korea_customs_csv"] == codes("country")
    left_open = known["korea_customs_csv"] - known["vcis_extract"]
    assert left_open == {
        code for code in codes("country") if re.fullmatch("AA|Q[M-Z]|X[A-JL-Z]|ZZ", code)
    }


def test_the_widest_decimal_keeps_all_digits_of_its_limit():
    limits = rules(load_contract("agg_clearance_month").field("revenue_vnd"))[-2:]
    assert [rule.wanted for rule in limits] == [Decimal("-" + "9" * 38), Decimal("9" * 38)]


def test_accepted_rows_pass_the_suite_in_their_types(connection, judge, item):
    judge("goods_item", [item, item | {"item_number": "2"}])
    contract = load_contract("goods_item")
    typed = connection.sql(check_query(contract, "presented_rows")).to_arrow_table()
    verdicts = run_expectations(contract, typed)
    assert {verdict.status for verdict in verdicts} == {"passed"}


def test_an_instant_of_the_first_national_hour_passes_the_suite_in_its_type(connection, judge):
    judge("declaration_event", [{"occurred_at": "1990-01-01 00:00:00+07:00"}])
    contract = load_contract("declaration_event")
    typed = connection.sql(check_query(contract, "presented_rows")).to_arrow_table()
    broken = [one for one in run_expectations(contract, typed) if one.field == "occurred_at"]
    assert {verdict.status for verdict in broken} == {"passed"}


def test_an_expectation_that_cannot_run_is_an_error_and_not_a_failure():
    contract = load_contract("exchange_rate")
    bound_beyond_reach = replace(contract.field("rate_vnd"), pattern="(", sql_type="VARCHAR")
    broken = replace(contract, fields=(*contract.fields[:-1], bound_beyond_reach))
    verdicts = run_expectations(broken, as_text_table(contract.names, [{"rate_vnd": "1"}]))
    errors = [verdict for verdict in verdicts if verdict.status == "error"]
    assert [(verdict.reason_code, verdict.field) for verdict in errors] == [
        ("E_PATTERN", "rate_vnd")
    ]
    assert errors[0].unexpected_count is None
    assert errors[0].message
