"""Reading the Korean files as text, and what is refused with file, row, expected and found."""

from pathlib import Path

import numpy as np
import pytest

from benchmark.public.korea_rows import read_rows, repeated, tuple_codes
from data_contracts.errors import CustomsDataError
from tests.unit.benchmark.korea_files import HEADER, line, write


def test_columns_are_found_by_name_whatever_their_order(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(
        "Fraud,Net Mass,Tax Type,Tax Rate,Country of Origin,Country of Departure,HS6 Code,Date\n"
        "1,5.50,A,8.0,VN,CN,010121,2020-02-29\n",
        encoding="utf-8-sig",
    )
    rows = read_rows(path)
    assert {name: values.to_pylist() for name, values in rows.texts.items()} == {
        "HS6 Code": ["010121"],
        "Country of Departure": ["CN"],
        "Country of Origin": ["VN"],
        "Tax Rate": ["8.0"],
        "Tax Type": ["A"],
        "Net Mass": ["5.50"],
    }
    assert rows.days.tolist() == [
        (np.datetime64("2020-02-29") - np.datetime64("1970-01-01")).astype(int)
    ]
    assert (rows.net_masses.tolist(), rows.irregular.tolist()) == ([5.5], [1.0])


def test_tuples_are_compared_as_text_and_empty_is_a_value(tmp_path: Path):
    masses = ["108.0", "108", "", "108.0", ""]
    lines = [line(n, "2020-01-01", net_mass=mass) for n, mass in enumerate(masses)]
    rows = read_rows(write(tmp_path / "a.csv", lines))
    codes = tuple_codes(rows).tolist()
    assert codes[0] == codes[3]
    assert codes[2] == codes[4]
    assert len(set(codes)) == 3
    assert np.isnan(rows.net_masses[2])


def test_repeats_are_found_whoever_declared_and_whatever_the_outcome(tmp_path: Path):
    train = read_rows(write(tmp_path / "a.csv", [line(1, "2020-01-01", irregular=1)]))
    test = read_rows(
        write(
            tmp_path / "b.csv",
            [line(2, "2020-05-01", irregular=0), line(3, "2020-05-01", origin="VN")],
        )
    )
    assert repeated(test, of=train).tolist() == [True, False]


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (line(3, "2020-01-02", irregular="yes"), r"row 3: expected Fraud 0 or 1; found 'yes'"),
        (line(3, "2020-01-02", irregular=""), r"row 3: expected Fraud 0 or 1; found ''"),
        (line(3, "2020-01-02", irregular=2), r"row 3: expected Fraud 0 or 1; found '2'"),
        (line(3, "2020-02-30"), r"row 3: expected Date as YYYY-MM-DD; found '2020-02-30'"),
        (line(3, "20200102"), r"row 3: expected Date as YYYY-MM-DD; found '20200102'"),
        (line(3, "2020-01-02", net_mass="nan"), r"row 3: expected Net Mass as a number"),
        (line(3, "2020-01-02", tax_rate="-8"), r"row 3: expected Tax Rate as a number"),
        ("3,2020-01-02,440890", r"row 3: expected 10 fields; found '3'"),
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, broken: str, expected: str):
    lines = [line(1, "2020-01-01"), broken, line(4, "2020-01-03")]
    path = write(tmp_path / "a.csv", lines)
    with pytest.raises(CustomsDataError, match=expected) as caught:
        read_rows(path)
    assert str(path) in str(caught.value)


def test_a_missing_column_is_named_and_no_value_is_shown(tmp_path: Path):
    path = write(tmp_path / "a.csv", [line(1, "2020-01-01")], HEADER.replace("Fraud", "Label"))
    with pytest.raises(CustomsDataError, match="expected the columns Fraud") as caught:
        read_rows(path)
    assert "QLRUBN9" not in str(caught.value)


def test_a_column_that_stands_twice_is_named(tmp_path: Path):
    path = write(tmp_path / "a.csv", [line(1, "2020-01-01") + ",1"], HEADER + ",Fraud")
    with pytest.raises(CustomsDataError, match="each column once; found Fraud again"):
        read_rows(path)


UTF_16 = HEADER.encode("utf-16") + "\n1,2,3\n".encode("utf-16-le")


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe\x00", b"\xff\xfeD\x00a\x00", b"{}", UTF_16]
)
def test_something_else_than_such_a_file_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(CustomsDataError):
        read_rows(path)


def test_a_header_without_rows_is_refused(tmp_path: Path):
    with pytest.raises(CustomsDataError, match="at least one row"):
        read_rows(write(tmp_path / "a.csv", []))
