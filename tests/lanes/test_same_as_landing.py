"""The lane door refuses what landing refuses: both judged with the same values, field by field."""

import csv
import io
import json
import random
import re
import string
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_contracts.code_lists import codes
from data_contracts.loading import load_contract
from data_contracts.model import Field
from data_contracts.rules import rules
from data_contracts.to_checks import check_query
from ingestion.sources.catalog import SOURCES
from ingestion.sources.columnar import read_columnar
from ingestion.sources.delimited import read_delimited
from ingestion.sources.mapping_query import own_reasons
from ml.lanes.refusal import RequestRefusedError
from ml.lanes.request import LaneRequest, read_request
from ml.lanes.request_fields import NATIONAL_SYSTEM
from tests.lanes.good_request import GOOD, ITEM, NOW, changed

LANDED_IN = {"lane_request": "declaration", "lane_request_item": "goods_item"}
LANDED_AS = {
    "supplementary_quantity": "first_quantity",
    "supplementary_unit_code": "first_quantity_unit_code",
}
# Landing takes the version from the number's last digit and the system from the folder; an item has
# its declaration's. Their absence means the original, the national system, and that declaration.
TOLD_ELSEWHERE = {
    *(
        (contract, name)
        for contract in LANDED_IN
        for name in ("source_system", "declaration_version")
    ),
    ("lane_request_item", "declaration_number"),
}
CONTRACTS = {"lane_request": "$", "lane_request_item": ITEM}
LENGTHS_AROUND = (-1, 2)
ANYWHERE = (
    "", " ", "?", "x", "X", "0", "1", "-1", "+1", " 1", "1 ", "1\n", "1.0", "1.", ".5", "1e3",
    "NaN", "inf", "1,5", "1_0", "00", "007", "-0", "AAAAA", "ế", "true", "\u00a0", "0101234567",
    "0101234567-001", "010123456789", "0101234567-0011", "B01", "B1", "C62",
    "a\u202eb", "\u2066a", "a\rb", "a\r", "\ra\r\n", "a\r\nb", "a\tb\r\n", "a\x7f", "a\x9f",
)  # fmt: skip
DAYS = (
    "2025-01-31", "2025-02-29", "2024-02-29", "2025-13-01", "2025-1-1", "0999-01-01",
    "1000-01-01", "1899-12-31", "1950-06-15", "1989-12-31", "1990-01-01", "2100-12-31",
    "2101-01-01",
)  # fmt: skip
CLOCKS = (
    "T08:30:00Z", " 08:30:00+07:00", "T24:00:00Z", "T08:30Z", "T08:30:00", "t08:30:00Z",
    "T08:30:60Z", "T08:30:00.123456Z", "T08:30:00.1234567Z", "T08:30:00+15:00", "",
)  # fmt: skip
BY_TYPE = {
    "number": (
        *(f"{'9' * n}.{'9' * m}" for n in (1, 16, 17, 18, 20, 21, 22, 23) for m in (1, 4, 6)),
        *("0.0000001", "1.10000000", "9" * 18, "9" * 20, "9" * 21, "12.3450"),
    ),
    "integer": (*(str(2**n - m) for n in (15, 31, 63) for m in (0, 1)), "9" * 60),
    "date": DAYS,
    "timestamp": tuple(day + clock for day in DAYS for clock in CLOCKS),
}
LETTERS = string.ascii_letters + string.digits + " .-_;:/?#áếữ０\t\r\n\x00\x85\u200b\u202a\u2069"


def fields(contract: str) -> Iterator[tuple[Field, Field]]:
    landed = {field.name: field for field in load_contract(LANDED_IN[contract]).fields}
    for field in load_contract(contract).fields:
        name = LANDED_AS.get(field.name, field.name)
        if name in landed:
            yield field, landed[name]


def values_of(field: Field, landed: Field) -> list[str]:
    """Return good and bad texts for a field; the bad ones are near the edges of its rules."""
    found = [*ANYWHERE, *BY_TYPE.get(field.logical_type, ()), *texts_at_random(field.name)]
    for rule in (field, landed):
        for bound in (rule.minimum, rule.maximum):
            if bound is not None:
                found += [str(bound), str(bound - 1), str(bound + 1)]
        for size in range(*LENGTHS_AROUND) if rule.max_length is not None else ():
            for letter in ("a", "7", "ế"):
                longest = letter * ((rule.max_length or 0) + size)
                found += [longest, normalize("NFD", longest)]
        if rule.code_list is not None:
            known = sorted(codes(rule.code_list))
            found += known + [code.lower() for code in known] + [f"{code} " for code in known[:5]]
    return list(dict.fromkeys(found))


def texts_at_random(seed: str) -> Iterator[str]:
    rng = random.Random(seed)
    for length in (2, 3, 4, 6, 8, 10, 11, 12, 13, 14):
        for letters in (string.digits, string.ascii_uppercase + "0189", LETTERS):
            for _ in range(3):
                yield "".join(rng.choices(letters, k=length))


def landed_reasons(contract: str, landed: Field, texts: list[str]) -> list[list[str]]:
    """Return what landing says of this field alone, for each text: its file, then its contract."""
    pairs = zip(file_reasons(texts), contract_reasons(contract, landed, texts), strict=True)
    return [[*of_file, *of_contract] for of_file, of_contract in pairs]


def file_reasons(texts: list[str]) -> list[list[str]]:
    """Return what delimited text and Parquet both say of a record that holds the text."""
    table = pa.table({"T": texts, "N": ["1"] * len(texts)})
    delimited = io.StringIO(newline="")
    writer = csv.writer(delimited, quoting=csv.QUOTE_ALL)
    writer.writerows([table.column_names, *zip(*table.to_pydict().values(), strict=True)])
    told = []
    for raw in (
        read_delimited([delimited.getvalue().encode()], lambda _: None),
        read_columnar(parquet_file(table), lambda _: None),
    ):
        assert raw.record_count == len(texts)
        broken = {row["record_number"]: row["reason_codes"] for row in raw.broken.to_pylist()}
        told.append([broken.get(number, []) for number in range(1, len(texts) + 1)])
    assert told[0] == told[1]
    return told[0]


def parquet_file(table: pa.Table) -> io.BytesIO:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink


def contract_reasons(contract: str, landed: Field, texts: list[str]) -> list[list[str]]:
    """Return what the check pass says of this field alone, for each text."""
    told = checked(contract, {landed.name: texts})
    return [[code for code in codes if code.endswith(f":{landed.name}")] for codes in told]


def checked(contract: str, columns: dict[str, list[str]]) -> list[list[str]]:
    """Return what the check pass says of national records that hold some columns alone."""
    whole = load_contract(LANDED_IN[contract])
    length = len(next(iter(columns.values())))
    given: dict[str, Any] = {
        name: pa.array(columns.get(name, [None] * length), pa.string()) for name in whole.names
    }
    if "source_system" not in columns:
        given["source_system"] = pa.array([NATIONAL_SYSTEM] * length)
    given["record_number"] = pa.array(range(length), pa.int64())
    given["mapping_errors"] = pa.array([None] * length, pa.list_(pa.string()))
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.register("presented_rows", pa.table(given))
        found = connection.sql(check_query(whole, "presented_rows")).order("record_number")
        return [codes for (codes,) in found.project("reason_codes").fetchall()]


PAIRS = [
    pytest.param(contract, field, landed, id=f"{contract}.{field.name}")
    for contract in CONTRACTS
    for field, landed in fields(contract)
]


def stated_at_the_door() -> Iterator[tuple[str, str]]:
    """Yield what the contracts of a request ask beyond landing: a path, a pattern of its words."""
    for contract, path in CONTRACTS.items():
        landed = dict(fields(contract))
        for field in load_contract(contract).fields:
            ours = {rule.expected for rule in rules(field)}
            theirs = {rule.expected for rule in rules(landed[field])} if field in landed else set()
            yield from ((f"{path}.{field.name}", re.escape(words)) for words in ours - theirs)
        for said in load_contract(contract).agreement:
            words = "(.+)".join(map(re.escape, re.split(r"\{\w+\}", said.expected)))
            yield from ((f"{path}.{name}", words) for name in said.fields)


DOOR_ONLY = list(stated_at_the_door())


def at_the_door(contract: str, field: Field, text: Any) -> LaneRequest | RequestRefusedError:
    body = json.dumps(changed(f"{CONTRACTS[contract]}.{field.name}", text)).encode()
    try:
        return read_request(body, max_items=50, now=NOW)
    except RequestRefusedError as error:
        return error


@pytest.mark.parametrize(("contract", "field", "landed"), PAIRS)
def test_the_door_refuses_what_landing_refuses_and_little_else(
    contract: str, field: Field, landed: Field
):
    texts = values_of(field, landed)
    path = f"{CONTRACTS[contract]}.{field.name}"
    good = bad = 0
    for text, reasons in zip(texts, landed_reasons(contract, landed, texts), strict=True):
        if text == "" and (contract, field.name) in TOLD_ELSEWHERE:
            continue
        answer = at_the_door(contract, field, text)
        if reasons:
            bad += 1
            assert isinstance(answer, RequestRefusedError), (text, reasons)
            assert answer.field == path, (text, reasons, answer)
        elif isinstance(answer, RequestRefusedError):
            place = re.sub(r"\[\d+\]", "[0]", answer.field)
            assert any(
                place == stated and re.fullmatch(words, answer.expected)
                for stated, words in DOOR_ONLY
            ), (text, str(answer))
        else:
            good += 1
    assert bad >= 3
    assert good + bad >= 10


@pytest.mark.parametrize("contract", list(CONTRACTS))
def test_what_landing_requires_is_required(contract: str):
    required = {
        field.name
        for field, landed in fields(contract)
        if (landed.required or NATIONAL_SYSTEM in landed.required_sources)
        and (contract, field.name) not in TOLD_ELSEWHERE
    }
    assert len(required) >= 6
    for name in required:
        field = load_contract(contract).field(name)
        for nothing in (None, ""):
            answer = at_the_door(contract, field, nothing)
            assert isinstance(answer, RequestRefusedError), name
            assert answer.field == f"{CONTRACTS[contract]}.{name}"


def test_the_good_request_is_one_that_landing_takes():
    for contract, path in CONTRACTS.items():
        given = GOOD if path == "$" else GOOD["goods_items"][0]
        row = {
            landed.name: [str(given[field.name])]
            for field, landed in fields(contract)
            if given.get(field.name) is not None
        }
        assert len(row) >= 9
        texts = [text for (text,) in row.values()]
        assert file_reasons(texts) == [[] for _ in texts]
        (codes,) = checked(contract, row)
        assert {code.partition(":")[2] for code in codes} & set(row) == set()


def test_the_source_has_no_rule_of_its_own_beside_the_contracts_that_are_compared_here():
    source = SOURCES[NATIONAL_SYSTEM].outside
    filling = [t for t in source.tables.values() if t.contract_name in LANDED_IN.values()]
    assert len(filling) == len(LANDED_IN)
    assert set().union(*(own_reasons(source, table) for table in filling)) == set()


def test_a_line_break_is_one_letter_and_kept_as_landing_keeps_it():
    text = "a" * 598 + "\r\nb"
    field = load_contract("lane_request_item").field("goods_description")
    assert landed_reasons("lane_request_item", field, [text]) == [[]]
    request = at_the_door("lane_request_item", field, text)
    assert isinstance(request, LaneRequest)
    assert request.items[0]["goods_description"] == "a" * 598 + "\nb"


def test_an_item_number_that_landing_refuses_is_refused():
    (pair,) = (pair for pair in fields("lane_request_item") if pair[0].name == "item_number")
    field, landed = pair
    reasons = landed_reasons("lane_request_item", landed, ["50", "51"])
    assert reasons == [[], ["E_RANGE:item_number"]]
    assert isinstance(at_the_door("lane_request_item", field, 50), LaneRequest)
    refused = at_the_door("lane_request_item", field, 51)
    assert isinstance(refused, RequestRefusedError)
    assert refused.field == f"{ITEM}.item_number"
