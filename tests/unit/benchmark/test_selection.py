"""A selection file: what is right comes back the same, what is wrong is told with its place."""

import gzip
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmark.kinds import PHYSICAL
from benchmark.selection import join, read_selection, write_selection
from benchmark.selection_texts import COLUMNS
from data_contracts.errors import CustomsDataError
from simulator.chronicle.themes import THEMES
from tests.unit.benchmark.nations import MONDAY, audit_of, looks

HEADER = ",".join(name for name in COLUMNS if name != "theme")
CHECK = "1,30000000001,,,,physical,2025-03-03 10:00:00"
AUDIT = "1,,0100000001,2024-01-01,2024-12-31,audit,2025-03-03 10:00:00"


def file_of(tmp_path, *lines, header=HEADER):
    path = tmp_path / "selection.csv"
    path.write_text("\n".join((header, *lines)) + "\n")
    return path


@pytest.mark.parametrize("name", ["s.csv", "s.csv.gz", "s.parquet"])
def test_what_is_written_is_read_the_same(tmp_path, name):
    made = join(
        [
            looks([1, 2], MONDAY + timedelta(hours=3), PHYSICAL),
            audit_of("0100000001", MONDAY - timedelta(days=30), MONDAY, MONDAY),
        ]
    )
    write_selection(made, tmp_path / name)
    read = read_selection(tmp_path / name)
    for field in ("rank", "number", "period_from", "period_to", "kind", "selected"):
        np.testing.assert_array_equal(getattr(read, field), getattr(made, field))
    assert read.trader.to_pylist() == made.trader.to_pylist()


def test_columns_are_found_by_name_and_those_of_audits_may_lack(tmp_path):
    header = "selected_at,kind_of_check,so_tk_goc,rank"
    path = file_of(tmp_path, "2025-03-03T10:00:00,scanner,30000000001,7", header=header)
    read = read_selection(path)
    assert (read.rank.tolist(), read.number.tolist()) == ([7], [30000000001])


def test_a_packed_file_and_times_of_parquet_are_read(tmp_path):
    packed = tmp_path / "s.csv.gz"
    packed.write_bytes(gzip.compress(f"{HEADER}\n{CHECK}\n".encode()))
    table = pa.table(
        {
            "rank": [1],
            "so_tk_goc": ["30000000001"],
            "kind_of_check": ["physical"],
            "selected_at": pa.array([MONDAY + timedelta(hours=10)], pa.timestamp("us")),
        }
    )
    pq.write_table(table, tmp_path / "s.parquet")
    one, other = read_selection(packed), read_selection(tmp_path / "s.parquet")
    assert one.selected.tolist() == other.selected.tolist()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (CHECK.replace("1,3", "0,3"), "line 3, rank: expected a whole number from 1, found '0'"),
        (CHECK.replace("physical", "sniff"), "line 3, kind_of_check: expected one of documents"),
        (CHECK.replace("30000000001", "300"), "line 3, so_tk_goc: expected a number of 11 digits"),
        (CHECK.replace("30000000001", ""), "line 3, so_tk_goc: expected a value"),
        (CHECK.replace("03 10:00:00", "03"), "line 3, selected_at: expected a local time"),
        (CHECK.replace("2025-03-03 10:00:00", ""), "line 3, selected_at: expected a value"),
        (AUDIT.replace("0100000001", ""), "line 3, trader: expected a value"),
        (
            AUDIT.replace("2024-12-31", "2024-31-12"),
            "line 3, period_to: expected a day .* that exist, found",
        ),
        (AUDIT.replace("2024-12-31", ""), "line 3, period_to: expected a value"),
        (CHECK.replace(",,,,", ",0100000001,,,"), "line 3, trader: expected nothing"),
        (AUDIT.replace(",,", ",30000000001,"), "line 3, so_tk_goc: expected nothing"),
    ],
)
def test_a_wrong_value_is_told_with_its_place(tmp_path, line, told):
    with pytest.raises(CustomsDataError, match=told):
        read_selection(file_of(tmp_path, CHECK, line))


def test_a_row_of_parquet_is_counted_from_one(tmp_path):
    rows = {
        "rank": [1, -1],
        "kind_of_check": ["audit"] * 2,
        "selected_at": ["2025-03-03 10:00:00"] * 2,
    }
    pq.write_table(pa.table(rows), tmp_path / "s.parquet")
    with pytest.raises(CustomsDataError, match="row 2, rank"):
        read_selection(tmp_path / "s.parquet")


def test_an_audit_may_say_what_it_is_about(tmp_path):
    header = f"{HEADER},theme"
    read = read_selection(file_of(tmp_path, f"{AUDIT},TRI_GIA", f"{AUDIT},", header=header))
    assert [THEMES[place] for place in read.theme] == ["TRI_GIA", "TUAN_THU"]
    write_selection(read, tmp_path / "s.parquet")
    assert read_selection(tmp_path / "s.parquet").theme.tolist() == read.theme.tolist()
    with pytest.raises(CustomsDataError, match=r"line 2, theme: .* TRI_GIA, .*'PRICE'"):
        read_selection(file_of(tmp_path, f"{AUDIT},PRICE", header=header))
    with pytest.raises(CustomsDataError, match="theme: expected nothing: only an audit"):
        read_selection(file_of(tmp_path, f"{CHECK},TRI_GIA", header=header))


def test_what_a_stranger_wrote_is_shown_short_and_steers_no_terminal(tmp_path):
    names = ["\x1b[2J", "n" * 5_000, *(f"column_{place}" for place in range(900))]
    with pytest.raises(CustomsDataError, match=r"'\\x1b\[2J', 'n{40}'…, column_0, ") as raised:
        read_selection(file_of(tmp_path, header=",".join(names)))
    assert str(raised.value).endswith(" and 894 more")
    assert str(raised.value).isprintable()
    with pytest.raises(CustomsDataError, match=r"found '\\x1b\[2Jn{36}'…$"):
        read_selection(file_of(tmp_path, CHECK.replace("1,", "\x1b[2J" + "n" * 150 + ",", 1)))


def test_a_digit_of_another_script_is_named(tmp_path):
    line = CHECK.replace("30000000001", "3000000000\N{FULLWIDTH DIGIT ONE}")
    told = r"found '\[11 digits\]' with FULLWIDTH DIGIT ONE; write digits as 0 to 9"
    with pytest.raises(CustomsDataError, match=told):
        read_selection(file_of(tmp_path, line))


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("s.csv", lambda text: text.replace(b",", b";"), "header: .* by semicolons: separate them"),
        ("s.csv", lambda text: text.decode().encode("utf-16"), "UTF-16: save it as UTF-8"),
        ("s.csv", gzip.compress, "a packed file; unpack it"),
        ("s.csv.gz", bytes, "no packed file; let its name end without .gz"),
        ("s.parquet", bytes, "text; let its name end in .csv"),
        ("s.parquet", lambda _: b"PAR1 cut", "cut short or damaged; write it anew"),
        ("s.csv", lambda _: b"PAR1 \n\0", "Parquet: let its name end in .parquet"),
    ],
)
def test_what_a_file_is_whose_name_says_something_else(tmp_path, name, change, told):
    (tmp_path / name).write_bytes(change(f"{HEADER}\n{CHECK}\n".encode()))
    with pytest.raises(CustomsDataError, match=told) as raised:
        read_selection(tmp_path / name)
    assert str(raised.value).startswith(f"{tmp_path / name}")


def test_no_code_of_a_trader_stands_in_a_message(tmp_path):
    header = HEADER.split(",")
    for name in COLUMNS:
        row = dict(zip(header, CHECK.split(","), strict=True)) | {name: "0312345678"}
        if name not in header:
            continue
        with pytest.raises(CustomsDataError) as told:
            read_selection(file_of(tmp_path, ",".join(row[column] for column in header)))
        assert "0312345678" not in str(told.value)
        assert "[10 digits]" in str(told.value)


def test_a_lacking_and_a_broken_file_are_told(tmp_path):
    with pytest.raises(CustomsDataError, match="found nothing"):
        read_selection(tmp_path / "none.csv")
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"not a table")
    with pytest.raises(CustomsDataError, match="found a broken file"):
        read_selection(broken)
    with pytest.raises(CustomsDataError, match=r"csv, line 3: expected 7 columns, found 2$"):
        read_selection(file_of(tmp_path, CHECK, "1,2", CHECK))


@pytest.mark.parametrize("name", ["s.csv", "s.csv.gz"])
def test_no_choice_is_a_selection_and_an_empty_file_is_none(tmp_path, name):
    pack = gzip.compress if name.endswith(".gz") else bytes
    for text in (HEADER, f"{HEADER}\n", f"{HEADER}\r\n\r\n"):
        (tmp_path / name).write_bytes(pack(text.encode()))
        assert len(read_selection(tmp_path / name)) == 0
    (tmp_path / name).write_bytes(pack(b""))
    with pytest.raises(CustomsDataError, match="found an empty file"):
        read_selection(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("s.csv.gz", lambda rows: gzip.compress(rows)[:-9]),
        ("s.csv.gz", lambda rows: rows),
        ("s.csv", lambda rows: b"\xff" + rows),
        ("s.csv", lambda rows: rows.replace(b"physical", b"ph\xffsical")),
        ("s.csv", lambda rows: rows.decode().encode("utf-16")),
    ],
)
def test_a_file_of_broken_bytes_is_told(tmp_path, name, broken):
    (tmp_path / name).write_bytes(broken(f"{HEADER}\n{CHECK}\n".encode()))
    with pytest.raises(CustomsDataError, match=rf"{name}: expected .* found a broken file: \w"):
        read_selection(tmp_path / name)


def test_whatever_bit_of_parquet_is_turned_the_file_is_read_or_refused(tmp_path):
    write_selection(looks(range(300), MONDAY, PHYSICAL), tmp_path / "s.parquet")
    sound = (tmp_path / "s.parquet").read_bytes()
    refused = 0
    for place in range(0, len(sound), 83):
        turned = bytearray(sound)
        turned[place] ^= 1 << place % 8
        (tmp_path / "s.parquet").write_bytes(turned)
        try:
            read_selection(tmp_path / "s.parquet")
        except CustomsDataError:
            refused += 1
    assert refused > 5


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("so_tk_goc", pa.array([["30000000001"]])),
        ("so_tk_goc", pa.array([b"\xff\xfe"])),
        ("selected_at", pa.array([0], pa.timestamp("ms", "UTC"))),
    ],
)
def test_a_column_that_holds_no_text_is_told(tmp_path, column, values):
    rows = {
        "rank": [1],
        "so_tk_goc": ["30000000001"],
        "kind_of_check": ["physical"],
        "selected_at": ["2025-03-03 10:00:00"],
    }
    pq.write_table(pa.table(rows | {column: values}), tmp_path / "s.parquet")
    told = rf"header, {column}: expected a column of text, .* found \w"
    with pytest.raises(CustomsDataError, match=told):
        read_selection(tmp_path / "s.parquet")
