import gzip
import unicodedata
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from data_contracts.errors import ContractViolationError
from ingestion.sources import tcvn3
from ingestion.sources.catalog import SOURCES
from ingestion.sources.reading import RefusedFileError
from simulator.delivery import faults, lateness, legacy_text
from simulator.delivery.breakers import BREAKERS
from simulator.delivery.gathering import publish
from simulator.delivery.outbox import Outbox
from simulator.delivery.plan import DeliveryPlan
from simulator.delivery.rendering import encoded
from simulator.delivery.tables import TABLES
from simulator.kernel import keyed
from simulator.kernel.arrays import whole
from tests.simulator import decoded
from tests.unit.simulator.nation import written_columns

# Columns of the outside formats that no contract holds yet: kept, and told as drift.
NOT_HELD = {"MA_NUOC_DICH", "DANG"}

FIRST, DAYS, DAY = 20_089, 60, 86_400
ROWS = 4_000
# Values that let every breaker of a table match some rows.
VALUES = {
    "SO_TK_LQ": "100000000010", "SO_DMMT": "DM1", "TEN_HANG": "VT01#&vải dệt kim", "SO_CO": "CO1",
    "SO_HD_GC": "HD1", "NGAY_TQ": "2025-01-02 10:00:00", "MA_SAC_THUE": "V", "MA_DN": "0100109106",
    "type": "GATE_OUT", "Loại": "Ra cửa khẩu", "TT_DEN": "2025-01-02 10:00:00",
    "ts": "1735700000000",
    "SO_CONT": "CSQU3054383", "LUONG1": "12.50", "SO_TIEN": "1000", "TRI_GIA_TT": "5000",
    "Thời gian": "02/01/2025 08:30", "THOI_DIEM": "2025-01-02 08:30:00", "gate": "HN",
    "MA_DVT1": "PCE", "MA_DVT_TL": "KGM", "MA_HQ": "01AB",
    "Cửa khẩu": "Kim Thành", "MA_CB": "7", "CHIEU": "N",
}  # fmt: skip

_FIXED_KEYS = {
    column: pa.array([VALUES[column]] * ROWS) for column in ("MA_SAC_THUE", "SO_CONT", "THOI_DIEM")
}


def clean(name):
    spec = TABLES[name]
    numbers = pa.array([f"1{value:011d}" for value in range(ROWS)])
    columns = {
        column: pa.array([VALUES.get(column, "1")] * ROWS)
        for column in written_columns(name)
        if column not in spec.key
    }
    told_apart = {column: _FIXED_KEYS.get(column, numbers) for column in spec.key}
    return pa.table(told_apart | columns)


def broken(profile, name):
    table = clean(name)
    keys = keyed.identities(keyed.root(1, name), ROWS)
    return table, *faults.broken_rows(profile, name, table, keys)


def changed(before, after, column):
    return sum(
        a != b for a, b in zip(before[column].to_pylist(), after[column].to_pylist(), strict=True)
    )


@pytest.mark.parametrize("breaker", BREAKERS, ids=lambda breaker: breaker.name)
def test_every_breaker_breaks_some_rows_and_not_most(breaker):
    before, after, origin = broken("values", breaker.table)
    assert set(breaker.changes) <= set(TABLES[breaker.table].columns)
    if breaker.copies:
        assert 0 < len(after) - ROWS < ROWS
        return
    kept = after.take(pa.array(np.unique(origin, return_index=True)[1]))
    hits = [changed(before, kept, column) for column in breaker.changes]
    assert 0 < max(hits) < ROWS / 2


def test_every_invariant_is_broken_somewhere_by_a_draw_of_its_own():
    assert {breaker.invariant for breaker in BREAKERS} == set(range(1, 17))
    assert len({breaker.name for breaker in BREAKERS}) == len(BREAKERS)


def test_missing_units_are_missing_and_nothing_else():
    before, after, _ = broken("units", "hang")
    assert 0 < after["MA_DVT1"].null_count < ROWS / 10
    for column in set(before.column_names) - {"MA_DVT1", "MA_DVT2"}:
        assert changed(before, after, column) == 0


@pytest.mark.parametrize(
    ("name", "column", "wrong"),
    [
        ("lang_son_gate", "ts", "1735725200000"),
        ("lao_cai_gate", "Thời gian", "02/01/2025 15:30"),
        ("sukien", "THOI_DIEM", "2025-01-02 15:30:00"),
    ],
)
def test_clocks_are_seven_hours_off(name, column, wrong):
    _, after, _ = broken("clocks", name)
    # A gate whose clock is wrong is wrong in all its rows, and here all are of one gate.
    found = set(after[column].to_pylist())
    assert wrong in found <= {VALUES[column], wrong}


def test_test_office_has_declarations_with_all_their_children():
    _, headers, _ = broken("test_office", "tk")
    extra = {n for n in headers["SO_TK"].to_pylist() if n.startswith("99")}
    offices = Counter(headers["MA_HQ"].to_pylist())
    assert 0 < offices["88AB"] == len(extra) == len(headers) - ROWS
    for child in ("hang", "thue", "chungtu"):
        _, rows, _ = broken("test_office", child)
        assert {n for n in rows["SO_TK"].to_pylist() if n.startswith("99")} == extra


def test_contradictions_have_the_same_key_and_number_and_other_content():
    before, after, origin = broken("contradictions", "hang")
    twice = np.flatnonzero(np.diff(origin) == 0)
    assert len(twice) == len(after) - len(before) > 0
    for place in twice[:5].tolist():
        one, other = after.slice(place, 2).to_pylist()
        assert {name for name in one if one[name] != other[name]} == {"TEN_HANG"}


def run(folder, profile, form="csv"):
    plan = DeliveryPlan(
        folder=folder, spill=folder / "spill", seed=5, first_day=FIRST, last_day=FIRST + DAYS,
        form=form, faults=profile,
    )  # fmt: skip
    outbox = Outbox(plan, FIRST, FIRST + DAYS - 1)
    day = np.repeat(np.arange(FIRST, FIRST + DAYS), 30)
    numbers = pa.array([f"1{value:011d}" for value in range(len(day))])
    for name in ("tk", "thue", "chungtu"):
        children = {"STT": whole(day % 7), "MA_SAC_THUE": pa.array(["V"] * len(day))}
        columns = children if name == "thue" else {}
        place = pa.array([f"Cửa khẩu Đồng Đăng {value % 9}" for value in range(len(day))])
        note = {"tk": "TEN_DN", "thue": "CAN_CU", "chungtu": "NOI_CAP"}[name]
        outbox.put(name, day * DAY + 30, {"SO_TK": numbers, note: place, **columns}, "I", day)
    outbox.close_block()
    return sorted(path for path in folder.rglob("*_*") if path.is_file())


def readings(files):
    return [SOURCES["vcis_extract"].read(path, path.name) for path in files]


def test_sound_files_are_accepted_and_cut_ones_refused(tmp_path):
    assert {reading.status for reading in readings(run(tmp_path / "sound", None))} == {"accepted"}
    for form in ("csv", "parquet"):
        found = Counter(r.reason_code for r in readings(run(tmp_path / form, "truncated", form)))
        assert set(found) == {None, "E_FILE_CORRUPT"}
        assert found[None] > 5 * found["E_FILE_CORRUPT"] > 0


def is_tcvn3(text):
    """Whether a file is TCVN3; another code page is refused as ambiguous."""
    try:
        return tcvn3.is_tcvn3([text])
    except RefusedFileError:
        return False


def test_wrong_encodings_are_those_three(tmp_path):
    found = Counter()
    for path in run(tmp_path, "encodings", "parquet"):
        if path.suffix == ".parquet":
            found["sound"] += 1
            continue
        text = gzip.decompress(path.read_bytes())
        if text.startswith(b"\xff\xfe"):
            found["utf-16"] += "Đồng Đăng" in text.decode("utf-16")
        elif is_tcvn3(text):
            found["tcvn3"] += "Cửa khẩu Đồng Đăng" in tcvn3.to_utf8(text).decode()
        else:
            plain = unicodedata.normalize("NFC", text.decode("cp1258"))
            found["windows-1258"] += "Cửa khẩu Đồng Đăng" in plain
    assert set(found) <= {"sound", *faults.ENCODINGS}
    assert sum(found[name] for name in faults.ENCODINGS) > 2


def test_headers_are_reordered_or_have_a_column_nobody_knows(tmp_path):
    found = readings(run(tmp_path, "headers"))
    assert {reading.status for reading in found} == {"accepted"}
    told = {tuple(sorted(set(reading.drift) - NOT_HELD)) for reading in found}
    assert told == {(), (faults.UNKNOWN_COLUMN,)}
    headers = {
        decoded.read_text_table(path, TABLES["tk"]).column_names[0]
        for path in decoded.table_files(tmp_path, "tk")
    }
    assert len(headers) > 1


def test_faults_are_the_same_again_and_touch_no_other_bytes(tmp_path):
    runs = [
        run(tmp_path / name, profile) for name, profile in (("a", "all"), ("b", "all"), ("c", None))
    ]
    first, second, sound = ({p.name: p.read_bytes() for p in files} for files in runs)
    assert first == second
    assert first.keys() == sound.keys()
    assert first != sound
    cut = {p.name: p.read_bytes() for p in run(tmp_path / "d", "truncated")}
    assert sum(cut[name] == sound[name] for name in sound) > 0.9 * len(sound)


def test_an_unknown_profile_is_refused(tmp_path):
    with pytest.raises(ContractViolationError, match="expected one of"):
        run(tmp_path, "floods")
    assert {"encodings", "truncated", "units", "headers", "clocks", "test_office", "all"} <= set(
        faults.PROFILES
    )


def test_every_letter_survives_the_old_encodings():
    letters = (
        "".join(
            unicodedata.normalize("NFC", vowel + tone)
            for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
            for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
        )
        + "đĐ abc,"
    )
    small = tcvn3.to_utf8(legacy_text.as_tcvn3(letters.encode())).decode()
    assert small.lower() == letters.lower()
    composed = legacy_text.as_windows_1258(letters.encode()).decode("cp1258")
    assert unicodedata.normalize("NFC", composed) == letters
    assert legacy_text.as_tcvn3("王 Đ".encode()) == b"? \xa7"


def test_lateness_has_the_shares_it_claims():
    counts = Counter()
    roots = keyed.identities(np.uint64(5), 20_000)
    for root in roots:
        found = lateness.sendings(root, 100, 0, 40)
        parts = {sending.part for sending in found}
        counts.update(parts)
        counts["late"] += found[0].sent_day > 100
        counts["shuffled"] += found[0].rows is not None and len(found[0].rows) == 40
        covered = [s.rows if s.rows is not None else np.arange(40) for s in found if s.part < 20]
        assert sorted(np.concatenate(covered).tolist()) == list(range(40))
        assert all(100 <= sending.sent_day <= 103 for sending in found)
    shares = {name: count / len(roots) for name, count in counts.items()}
    expected = {0: 1, 10: 0.03, 20: 0.02, 30: 0.02, "late": 0.02, "shuffled": 0.2 * 0.97}
    assert shares == pytest.approx(expected, rel=0.15)


def test_half_of_the_old_snapshots_are_tcvn3_and_are_read_back(tmp_path):
    plan = DeliveryPlan(
        folder=tmp_path, spill=tmp_path, seed=1, first_day=0, last_day=99_999, form="parquet"
    )
    names = ["công ty đường sắt Ắ", "Ô tô"]
    for month in range(24):
        publish(plan, "dn", 19_358 + 31 * month, {"MA_DN": pa.array(["1", "2"]),
                                                  "TEN_DN": pa.array(names)})  # fmt: skip
    files = decoded.table_files(tmp_path, "dn")
    old = [path for path in files if path.suffix == ".gz"]
    assert 5 <= len(old) <= 15
    assert {path.name[3:9] for path in old} < {f"2023{month:02d}" for month in range(1, 13)} | {
        f"20240{month}" for month in range(1, 7)
    }
    reading = SOURCES["trader_registry"].read(old[0], old[0].name)
    assert sorted(reading.tables["dn"]["TEN_DN"].to_pylist()) == sorted(
        name.replace("Ắ", "ắ") for name in names
    )
    assert any("đường sắt ắ" in row for row in decoded.decoded_rows(tmp_path, "dn"))


def test_equal_columns_have_equal_dictionaries():
    one = pa.DictionaryArray.from_arrays(pa.array([2, 0, None, 2]), ["x", "unused", "y"])
    other = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 3]), ["y", "x", "z", "y"])
    plain = pa.array(["y", "x", None, "y"])
    for column in (one, other, plain):
        assert encoded(column).dictionary.to_pylist() == ["y", "x"]
        assert encoded(column).to_pylist() == plain.to_pylist()
