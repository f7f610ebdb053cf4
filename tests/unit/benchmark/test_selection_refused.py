"""What is no selection is told by its name, header or size before it takes memory."""

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmark.kinds import read_costs
from benchmark.selection import read_selection
from benchmark.selection_texts import COLUMNS
from data_contracts.errors import CustomsDataError
from tests.unit.benchmark.test_selection import AUDIT, CHECK, HEADER, file_of

# What came from a pool goes back to it, at times after its test.
POOLS = []


@pytest.fixture
def taken():
    """Tell how many bytes Arrow took at most."""
    usual = pa.default_memory_pool()
    POOLS.append(pa.proxy_memory_pool(usual))
    pa.set_memory_pool(POOLS[-1])
    yield POOLS[-1].max_memory
    pa.set_memory_pool(usual)


@pytest.mark.parametrize("name", ["s.csv", "s.csv.gz", "s.parquet"])
def test_a_small_file_of_long_values_takes_no_memory(tmp_path, taken, name):
    rows, long = 20_000, "1" * 20_000
    if name.endswith(".parquet"):
        columns = dict.fromkeys(COLUMNS, pa.array([long] * 1).take(pa.array([0] * 200)))
        with pq.ParquetWriter(tmp_path / name, pa.table(columns).schema) as writer:
            for _ in range(rows // 200):
                writer.write_table(pa.table(columns))
    else:
        text = f"{HEADER}\n" + f"{AUDIT.replace('0100000001', long)}\n" * (rows // 100)
        pack = gzip.compress if name.endswith(".gz") else bytes
        (tmp_path / name).write_bytes(pack(text.encode()))
    before = taken()
    with pytest.raises(CustomsDataError, match="expected values of 200 bytes at most"):
        read_selection(tmp_path / name)
    assert taken() - before < 100_000_000


@pytest.mark.parametrize("name", ["s.csv", "s.csv.gz", "s.parquet", "costs.csv"])
def test_columns_that_are_not_of_the_format_take_no_memory(tmp_path, taken, name):
    names = [f"a{place}" for place in range(15_000)]
    wide = "\n".join([",".join(names), *[",".join(["1"] * len(names))] * 12])
    path = tmp_path / name
    if name.endswith(".parquet"):
        pq.write_table(pa.table([pa.array([1])] * len(names), names=names), path)
    else:
        path.write_bytes(gzip.compress(wide.encode()) if name.endswith(".gz") else wide.encode())
    before = taken()
    with pytest.raises(CustomsDataError, match=r"expected the columns .* found "):
        (read_costs if name == "costs.csv" else read_selection)(path)
    assert taken() - before < 2**20


def test_many_values_that_are_each_short_enough_take_no_more_room_than_a_selection(tmp_path):
    wide = ",".join(["1" * 200] * len(COLUMNS))
    path = tmp_path / "wide.csv.gz"
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write(",".join(COLUMNS) + "\n")
        file.writelines(f"{wide}\n" for _ in range(60_000))
    with pytest.raises(CustomsDataError, match="expected values of 200 bytes at most"):
        read_selection(path)


def test_a_header_longer_than_any_is_not_read_to_its_end(tmp_path):
    header = f"{HEADER},{'a' * 100_000}"
    with pytest.raises(CustomsDataError, match=r"csv, header: expected a line of 100,000 bytes at"):
        read_selection(file_of(tmp_path, CHECK, header=header))


def test_a_header_may_begin_with_a_mark_and_be_quoted(tmp_path):
    path = tmp_path / "s.csv"
    names = ",".join(f'"{name}"' for name in HEADER.split(","))
    path.write_text(f"\n{names}\r\n{CHECK}\r\n", encoding="utf-8-sig", newline="")
    assert read_selection(path).number.tolist() == [30000000001]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("rank,so_tk_goc", "no kind_of_check, selected_at"),
        (",".join((*COLUMNS, "score")), "score"),
        (",".join((*COLUMNS, "rank")), "rank more than once"),
        (
            f"{HEADER},rank,score".replace("selected_at", "when"),
            "no selected_at, rank more than once, when, score",
        ),
        ("so_tk_goc", "none of them"),
        ("a,b", "a, b"),
    ],
)
def test_a_header_that_is_not_of_the_format_is_told(tmp_path, header, found):
    told = rf"header: expected the columns rank, so_tk_goc.* found {found}$"
    with pytest.raises(CustomsDataError, match=told):
        read_selection(file_of(tmp_path, header=header))


@pytest.mark.parametrize("name", ["s.xlsx", "s", "s.csv.txt", "s.parquet.gz"])
def test_a_file_of_another_name_is_not_read(tmp_path, name):
    (tmp_path / name).write_text(f"{HEADER}\n{CHECK}\n")
    with pytest.raises(CustomsDataError, match=r"expected a file named \.csv, \.csv\.gz, \.parq"):
        read_selection(tmp_path / name)
