import json
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_contracts.errors import ContractViolationError
from ingestion.sources import catalog
from simulator.delivery import numbering
from simulator.delivery.files import content_of, prepare
from simulator.delivery.gathering import deliver
from simulator.delivery.outbox import Outbox
from simulator.delivery.plan import DeliveryPlan, add_up
from simulator.delivery.rendering import as_text, as_written
from simulator.delivery.tables import SOURCES, TABLES
from simulator.kernel import keyed
from simulator.kernel.arrays import coded, dates, decimals, moments, texts, whole
from tests.simulator import decoded
from tests.unit.simulator.nation import written_columns

FIRST, DAYS = 20_089, 6  # 2025-01-01
DAY, ROWS_A_DAY = 86_400, 700


def rows_of(days):
    """Rows as producers make them: a function of their keys, whatever the block."""
    key = np.concatenate([np.arange(ROWS_A_DAY) + day * ROWS_A_DAY for day in days])
    registered = key // ROWS_A_DAY
    keys = keyed.derive(keyed.root(7, "declarations"), "declaration", key)
    moment = registered * DAY + keyed.integers(keys, "second", 0, DAY)
    return key, keys, registered, moment


def fill(outbox, days):
    key, keys, registered, moment = rows_of(days)
    number = texts([f"1{value:011d}" for value in key.tolist()], np.arange(len(key)))
    office = keyed.integers(keys, "office", 0, 40)
    used, local = np.unique(office, return_inverse=True)  # a dictionary that depends on the block
    header = {
        "SO_TK": number,
        "SO_DONG": whole(keyed.integers(keys, "items", 1, 50)),
        "MA_HQ": coded([f"{value:02d}AB" for value in used.tolist()], local),
        "NGAY_DK": moments(moment),
        "NGAY_DEN": dates(registered - 2, keyed.happens(keys, "unknown", 0.3)),
        "TONG_TG_HD": decimals(keyed.integers(keys, "total", 1, 10**9), 2),
        "TEN_DT": coded(['A, "B"', "Cửa hàng\nĐỏ", "Ô; \\"], keyed.integers(keys, "who", 0, 3)),
    }
    outbox.put("tk", moment, header, "I", registered)
    cleared = moment + keyed.integers(keys, "wait", 0, 3 * DAY)
    outbox.put("tk", cleared, header | {"NGAY_TQ": moments(cleared)}, "U", registered)
    gate = {"eventId": number, "type": coded(["GATE_IN"], np.zeros(len(key), dtype=np.int64)),
            "ts": whole(moment * 1000), "vehicle.plate": number,
            "containers": coded(['["ABCU1234567"]', "[]"], office % 2),
            "yard": coded(["Bãi 1", None], office % 2)}  # fmt: skip
    outbox.put("lang_son_gate", cleared, gate, registered=registered)
    outbox.put("seal_stream", moment, {"seal": number, "n": whole(office)}, registered=registered)
    lao_cai = {"Mã sự kiện": number, "Khối lượng (tấn)": header["TEN_DT"]}
    outbox.put("lao_cai_gate", cleared, lao_cai)
    bill = {"call": whole(office % 5), "bill": number, "gross": whole(office)}
    outbox.put("manifest", cleared, bill, registered=registered)
    few = number.take(pa.array(np.arange(0, len(key), 100)))
    outbox.put("co_form", cleared[::100], {"name": few, "text": few}, registered=registered[::100])


def calls(bills, day):
    grouped = bills.group_by("call").aggregate([("gross", "sum"), ("bill", "count")])
    grouped = grouped.sort_by("call")
    return pa.table({
        "id": grouped["call"], "revision": grouped["bill_count"],
        "bills": pa.array([f"[{gross}]" for gross in grouped["gross_sum"].to_pylist()]),
        "arrival": pa.array([str(day)] * len(grouped)),
    })  # fmt: skip


def send(folder, block=DAYS, split=1, **settings):
    last = FIRST + DAYS - 1
    plan = DeliveryPlan(
        folder=folder, spill=folder.with_name(f"{folder.name}-spill"), seed=3,
        first_day=FIRST, last_day=last, **settings,
    )  # fmt: skip
    receipts = []
    for start in range(FIRST - DAYS, last + 1, block):  # the days before: warm-up
        days = range(start, min(start + block, last + 1))
        outbox = Outbox(plan, days[0], days[-1])
        fill(outbox, days)
        receipts.append(outbox.close_block())
    receipts.extend(
        deliver(plan, range(FIRST + part, last + 1, split), {"manifest": calls})
        for part in range(split)
    )
    shutil.rmtree(plan.spill, ignore_errors=True)
    return plan, add_up(receipts)


def contents(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sent")
    return {form: send(folder / form, form=form) for form in ("csv", "parquet")}


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(("block", "split"), [(1, 1), (2, 3)])
def test_bytes_depend_neither_on_blocks_nor_on_processes(sent, tmp_path, form, block, split):
    send(tmp_path / "out", block, split, form=form)
    whole_run = contents(sent[form][0].folder)
    assert len(whole_run) > 100
    assert contents(tmp_path / "out") == whole_run


def test_one_source_alone_has_the_bytes_of_all(sent, tmp_path):
    send(tmp_path / "out", sources=frozenset(["lang_son_gate"]))
    whole_run = contents(sent["csv"][0].folder)
    expected = {name: text for name, text in whole_run.items() if name.startswith("lang_son_gate")}
    assert contents(tmp_path / "out") == expected != {}


def test_both_forms_say_the_same_and_are_counted(sent):
    (csv, counted), (parquet, _) = sent["csv"], sent["parquet"]
    hashes = decoded.golden_hashes(csv.folder, distinct=True)
    assert set(hashes) == {
        "tk",
        "lang_son_gate",
        "seal_stream",
        "lao_cai_gate",
        "manifest",
        "co_form",
    }
    others = decoded.golden_hashes(parquet.folder, distinct=True)
    assert {n: h for n, h in others.items() if n != "seal_stream"} == {
        n: h for n, h in hashes.items() if n != "seal_stream"
    }
    assert counted.rows["tk"] == len(decoded.decoded_rows(csv.folder, "tk"))
    assert counted.files["tk"] == len(decoded.table_files(csv.folder, "tk"))


def test_rows_of_the_day_and_later_changes_are_numbered_without_a_clash(sent):
    rows = [
        json.loads(row) for row in decoded.decoded_rows(sent["csv"][0].folder, "tk", distinct=True)
    ]
    numbers = [int(row["SEQ_NO"]) for row in rows]
    assert len(set(numbers)) == len(rows)
    first = {row["SO_TK"]: int(row["SEQ_NO"]) for row in rows if row["OP"] == "I"}
    changes = [row for row in rows if row["OP"] == "U" and row["SO_TK"] in first]
    assert len(changes) > ROWS_A_DAY
    assert all(int(row["SEQ_NO"]) > first[row["SO_TK"]] for row in changes)
    assert {row["TEN_DT"] for row in rows} == {'A, "B"', "Cửa hàng\nĐỏ", "Ô; \\"}


def test_rows_outside_the_run_are_dropped(sent):
    rows = [json.loads(row) for row in decoded.decoded_rows(sent["csv"][0].folder, "tk")]
    moments_of_change = {row.get("NGAY_TQ", row["NGAY_DK"])[:10] for row in rows}
    assert min(moments_of_change) == "2025-01-01"
    assert max(moments_of_change) == "2025-01-06"


def test_parquet_says_text_and_holds_dictionaries(sent):
    path = next(p for p in decoded.table_files(sent["parquet"][0].folder, "tk") if "_00" in p.name)
    file = pq.ParquetFile(path)
    assert {str(kind) for kind in file.schema_arrow.types} == {"string"}
    assert file.schema_arrow.names == list(written_columns("tk"))
    group = file.metadata.row_group(0)
    used = {
        group.column(at).path_in_schema: "RLE_DICTIONARY" in group.column(at).encodings
        for at in range(group.num_columns)
    }
    assert used["MA_HQ"]
    assert not used["SO_TK"]


def test_the_adapter_reads_what_is_written(sent):
    for form in ("csv", "parquet"):
        for path in decoded.table_files(sent[form][0].folder, "tk")[:4]:
            reading = catalog.SOURCES["vcis_extract"].read(path, path.name)
            assert (reading.status, reading.drift) == ("accepted", ("MA_NUOC_DICH",))
            (rows,) = reading.tables.values()
            assert [broken.num_rows for broken in reading.broken.values()] == [0]
            assert rows.num_rows == len(decoded.read_text_table(path, TABLES["tk"]))


def test_registry_has_the_columns_that_the_adapters_know():
    for name in ("vcis_extract", "reference", "trader_registry"):
        for table, outside in catalog.SOURCES[name].outside.tables.items():
            assert {*outside.required, *outside.optional} <= {*written_columns(table)}
    assert len(SOURCES) == 22


def test_json_lines_escape_leave_out_and_nest():
    table = pa.table({
        "eventId": ["a", "b"], "type": ['q"\\', "\n\x01"], "vehicle.plate": ["29C-1", None],
        "containers": ['["X"]', None], "weightKg": [12, None], "driver": ['{"doc":"1"}', "{}"],
    })  # fmt: skip
    spec = TABLES["lang_son_gate"]
    content, ending = content_of(spec, prepare(spec, table, "csv"), "csv")
    first, second = map(json.loads, content.splitlines())
    assert ending == ".jsonl"
    assert first == {
        "eventId": "a", "type": 'q"\\', "vehicle": {"plate": "29C-1"}, "containers": ["X"],
        "weightKg": 12, "driver": {"doc": "1"},
    }  # fmt: skip
    assert second == {"eventId": "b", "type": "\n\x01", "vehicle": {"plate": None}, "driver": {}}


def test_lao_cai_is_utf16_with_semicolons(sent):
    path = decoded.table_files(sent["csv"][0].folder, "lao_cai_gate")[0]
    text = path.read_bytes().decode("utf-16")
    assert path.read_bytes().startswith(b"\xff\xfe")
    assert text.startswith("Mã sự kiện;Thời gian;Loại;")
    assert '"Ô; \\"' in text
    assert "A, " in text


def test_finisher_gets_all_rows_of_a_day_in_one_call(sent, tmp_path):
    rows = [json.loads(row) for row in decoded.decoded_rows(sent["csv"][0].folder, "manifest")]
    assert {row["id"] for row in rows} == {"0", "1", "2", "3", "4"}
    assert all(row["means"] == {"name": None, "id": None, "voyage": None} for row in rows)
    folder = sent["csv"][0].folder
    plan = DeliveryPlan(folder=folder, spill=tmp_path, seed=3, first_day=0, last_day=9)
    outbox = Outbox(plan, 0, 9)
    outbox.put("manifest", np.array([5]), {"call": whole(np.array([1]))})
    outbox.close_block()
    with pytest.raises(ContractViolationError, match="finisher"):
        deliver(plan, [0])


@pytest.mark.parametrize(
    ("columns", "registered", "words"),
    [
        ({"SO_TK": pa.array(["1"]), "KHONG": pa.array(["1"])}, None, "no column KHONG"),
        ({"SO_TK": pa.array([1.5])}, None, "quantise"),
        ({"SO_TK": pa.array(["1"])}, np.array([FIRST + 3]), "outside the block"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, columns, registered, words):
    plan = DeliveryPlan(
        folder=tmp_path, spill=tmp_path, seed=1, first_day=FIRST, last_day=FIRST + 9
    )
    outbox = Outbox(plan, FIRST, FIRST + 1)
    with pytest.raises(ContractViolationError, match=words):
        outbox.put("tk", np.array([(FIRST + 3) * DAY]), columns, "I", registered)


def test_numbers_stay_unique_beyond_a_thousand_a_second_and_inside_the_day():
    crowded = np.sort(np.concatenate([np.full(2500, 10), np.full(1800, DAY - 1), [11, 12, 500]]))
    same = numbering.sequence_numbers(FIRST, 0, FIRST * DAY + crowded)
    later = numbering.sequence_numbers(FIRST, 1, FIRST * DAY + crowded)
    following = numbering.sequence_numbers(FIRST + 1, 0, np.array([(FIRST + 1) * DAY]))
    assert (np.diff(same) > 0).all()
    assert not set(same.tolist()) & set(later.tolist())
    assert max(same.max(), later.max()) < following[0]
    second_500 = same[crowded == 500][0]
    assert second_500 == ((FIRST - 10_957) * DAY + 500) * 2_000


def test_order_is_that_of_moment_then_operation_whatever_the_order_of_handing_over():
    table = pa.table({
        "_moment": pa.array([5, 5, 5, 1, 5], pa.int64()), "OP": ["U", "I", "D", "I", "I"],
        "SO_TK": ["a", "a", "a", "z", "b"], "GHI_CHU": ["1", "2", "3", "4", "5"],
    })  # fmt: skip
    orders = set()
    for turn in range(5):
        turned = table.take(pa.array(np.roll(np.arange(5), turn)))
        order = numbering.sending_order(turned, ["SO_TK"], np.uint64(9))
        orders.add(tuple(turned["GHI_CHU"].take(pa.array(order)).to_pylist()))
    assert len(orders) == 1
    (order,) = orders
    assert order[0] == "4"
    assert [value for value in order if value in "123"] == ["2", "1", "3"]


def test_hashes_of_text_do_not_depend_on_neighbours_or_representation():
    values = ["", "a", "ab", None, "Đường", "ab"]
    plain = numbering.text_keys(pa.array(values))
    assert (plain == numbering.text_keys(pa.array(values).dictionary_encode())).all()
    assert (plain[1:3] == numbering.text_keys(pa.array(values)[1:3])).all()
    assert plain[2] == plain[5] == numbering.text_keys(pa.array(["ab", "cd"]))[0]
    assert len(set(plain.tolist())) == 4  # the empty text and null are both 0


def test_values_become_text():
    assert as_text(moments(np.array([0, 86_399, 1_735_689_600]))).to_pylist() == [
        "1970-01-01 00:00:00", "1970-01-01 23:59:59", "2025-01-01 00:00:00",
    ]  # fmt: skip
    told = as_text(dates(np.array([0, 20_089, -1]), np.array([True, False, False])))
    assert told.to_pylist() == [None, "2025-01-01", "1969-12-31"]
    with pytest.raises(ContractViolationError, match="1900-01-01"):
        as_text(dates(np.array([-30_000])))
    assert as_text(decimals(np.array([-5, 120]), 2)).to_pylist() == ["-0.05", "1.20"]
    with_null = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array([7, None]))
    assert as_text(with_null).to_pylist() == ["7", None]
    at = moments(np.array([1_735_689_661]))
    assert as_written(at, "jsonl").to_pylist() == ["2025-01-01T00:01:01+07:00"]
    assert as_written(at, "utf16").to_pylist() == ["01/01/2025 00:01"]
    assert as_written(decimals(np.array([1250]), 2), "utf16").to_pylist() == ["12,50"]
