"""What is wrong, in the realism report: checks, mirror, prices, masses and the truth, by hand."""

import datetime as dt
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmark.realism.figures import Verdict, load_figures
from benchmark.realism.report import measure
from data_contracts.errors import CustomsDataError
from tests.unit.benchmark.realism_rows import BASE, found, hang, numbered, put, tk


def _check(number, method, result, place):
    return {"MA_KT": f"k{place}", "STT_KT": "1", "SO_TK_GOC": str(BASE + number),
            "HINH_THUC": method, "KET_QUA": result, "THUE_TANG": ""}  # fmt: skip


def test_hits_are_told_by_method_and_the_lot_apart(tmp_path):
    put(tmp_path, "tk_1.csv", [tk(n) for n in range(5)])
    put(tmp_path, "phanluong_1.csv", numbered("phanluong", [
        {"SO_TK_GOC": str(BASE + n), "LUONG": "3", "NGAU_NHIEN": str(int(n > 2)),
         "THOI_DIEM": "2024-03-05 08:15:02"}
        for n in range(5)
    ]))  # fmt: skip
    checks = [
        (0, "1", "0"), (1, "1", "1"), (0, "3", "1"), (1, "4", "0"), (0, "4", "0"), (2, "3", "9"),
        (2, "2", "0"), (3, "1", "0"), (3, "3", "1"), (4, "1", "0"),
    ]  # fmt: skip
    put(tmp_path, "kiemtra_1.csv", numbered("kiemtra", [
        _check(*check, place) for place, check in enumerate(checks)
    ]))  # fmt: skip
    taken_back = _check(1, "1", "0", 1) | {"OP": "U", "SEQ_NO": "99", "STT": "", "DEN": ""}
    put(tmp_path, "kiemtra_2.csv", [taken_back])
    shown = found(tmp_path)
    assert shown["documents_hit_share"] == (0.0, 2)
    assert shown["physical_hit_share"] == (0.5, 2)
    assert shown["scanner_hit_share"] == (0.0, 1)
    assert shown["laboratory_hit_share"] == (None, 0)
    assert shown["laboratory_tax_share"] == (None, 0)
    assert shown["lot_documents_share"] == (0.0, 2)
    assert shown["lot_physical_share"] == (1.0, 1)
    assert shown["lot_irregular_share"] == (0.5, 2)


def test_samples_with_another_code_are_told_apart_from_those_with_more_tax(tmp_path):
    put(tmp_path, "tk_1.csv", [tk(n) for n in range(5)])
    put(tmp_path, "phanluong_1.csv", numbered("phanluong", [
        {"SO_TK_GOC": str(BASE + n), "LUONG": "3", "NGAU_NHIEN": "0",
         "THOI_DIEM": "2024-03-05 08:15:02"}
        for n in range(5)
    ]))  # fmt: skip
    samples = [("1", "100"), ("1", "0"), ("1", ""), ("0", ""), ("9", "100")]
    put(tmp_path, "kiemtra_1.csv", numbered("kiemtra", [
        _check(n, "6", result, n) | {"THUE_TANG": tax} for n, (result, tax) in enumerate(samples)
    ]))  # fmt: skip
    shown = found(tmp_path)
    assert shown["laboratory_hit_share"] == (0.75, 4)
    assert shown["laboratory_tax_share"] == (0.25, 4)


def test_an_image_counts_once_and_a_bad_one_suspects_nothing(tmp_path):
    put(tmp_path, "tk_1.csv", [tk(1)])
    images = ["SUSPECT", "OPEN", "RESCAN", "NORMAL", "NORMAL"]
    rows = [{"scan_id": str(n), "decision": decision} for n, decision in enumerate(images)]
    put(tmp_path, "scan_20240305.jsonl", [*rows, rows[0]])
    assert found(tmp_path)["scanner_suspect_share"] == (pytest.approx(2 / 5), 5)


def _mirror(folder, gaps):
    """Write 20 items of 100 USD a line in March, and what the partner tells: exp(gap) as much."""
    put(folder, "tygia_1.csv", [{"TU_NGAY": "2024-01-01", "MA_NT": "USD", "VND": "25000"}])
    rows, items = [tk(0, NGAY_DK="2024-02-10 08:00:00"), tk(1, NGAY_DK="2024-04-20 08:00:00")], []
    for place, line in enumerate(gaps):
        for n in range(20):
            number = 10 + 20 * place + n
            rows.append(tk(number, NGAY_DK="2024-03-05 08:00:00"))
            items.append(hang(number, MA_HS=line, MA_NUOC_XX="KR", TRI_GIA_TT="2500000"))
    put(folder, "tk_1.csv", rows)
    put(folder, "hang_1.csv", items)
    put(folder, "partner_202405.csv", [
        {"year": "2024", "month": "3", "reporter": "KR", "partner": "VN", "hs6": line[:6],
         "flow": "X", "value_usd": str(2000 * math.exp(gap))}
        for line, (gap, _) in gaps.items()
    ])  # fmt: skip
    put(folder, "bieuthue_1.csv", [
        {"MA_BIEU_THUE": "B01", "MA_HS": line, "THUE_SUAT": rate, "TU_NGAY": "2020-01-01"}
        for line, (_, rate) in gaps.items()
    ])  # fmt: skip


def test_the_mirror_rises_with_the_tariff_by_its_slope(tmp_path):
    _mirror(tmp_path, {
        "85171300": (-0.1, "0%"), "22042111": (0.3, "50%"), "39269099": (-0.02, "10"),
    })  # fmt: skip
    shown = found(tmp_path)
    assert shown["mirror_gap"] == (pytest.approx(math.exp(0.02)), 3)
    assert shown["mirror_elasticity"] == (pytest.approx(0.8), 3)


def test_a_rate_that_is_told_again_with_its_end_counts_once(tmp_path):
    _mirror(tmp_path, {
        "85171300": (-0.1, "0%"), "22042111": (0.3, "50%"), "39269099": (-0.02, "0"),
    })  # fmt: skip
    line = {"MA_BIEU_THUE": "B01", "MA_HS": "39269099"}
    put(tmp_path, "bieuthue_20240401.csv", [
        line | {"THUE_SUAT": "0", "TU_NGAY": "2020-01-01", "DEN_NGAY": "2024-03-31"},
        line | {"THUE_SUAT": "20", "TU_NGAY": "2024-04-01"},
    ])  # fmt: skip
    assert found(tmp_path)["mirror_elasticity"] == (pytest.approx(0.8), 3)


def _listed(folder, prices):
    """Write an item of a declaration of its number at each price, on a list price of 100 USD."""
    put(folder, "tygia_1.csv", [
        {"TU_NGAY": "2024-01-01", "MA_NT": currency, "VND": vnd}
        for currency, vnd in (("USD", "25000"), ("EUR", "50000"))
    ])  # fmt: skip
    put(folder, "ruirotg_1.csv", [
        {"MA_HS": "85171300", "TEN": "x", "MA_DVT": "PCE", "MA_NT": "USD", "TU_NGAY": first,
         "DEN_NGAY": last, "GIA_THAM_KHAO": price}
        for first, last, price in (("2023-01-01", "2023-12-31", "50"), ("2024-01-01", "", "100"))
    ])  # fmt: skip
    put(folder, "tk_1.csv", [tk(n) for n in prices])
    put(folder, "hang_1.csv", [
        hang(n, MA_HS="85171300", LUONG1="1", MA_DVT1="PCE", DON_GIA=price, MA_NT_DG=currency,
             TRI_GIA_TT="2500000")
        for n, (price, currency) in prices.items()
    ])  # fmt: skip


def test_prices_are_held_against_the_list_of_their_day(tmp_path):
    _listed(tmp_path, {1: ("101", "USD"), 2: ("51", "EUR"), 3: ("97", "USD"), 4: ("105", "USD"),
                       5: ("93", "USD"), 6: ("50", "USD")})  # fmt: skip
    # Two of them 0 to 4 % above; one in each of the three neighbours.
    assert found(tmp_path)["list_price_step"] == (pytest.approx(2.0), 5)


def test_only_who_shades_a_price_by_itself_counts_among_prices_just_above_the_list(tmp_path):
    prices = {0: "101", 1: "140", 2: "103", 3: "102", 4: "102", 5: "102", 6: "102"}
    _listed(tmp_path / "in", {number: (price, "USD") for number, price in prices.items()})
    true = {
        0: 2_750_000,
        1: 5_000_000,
        2: 2_700_000,
        3: 5_000_000,
        4: 5_000_000,
        5: 5_000_000,
        6: 5_000_000,
    }
    _truth(
        tmp_path / "truth",
        [(number, 1, value, 1) for number, value in true.items()],
        [(f"01{n:08d}", dt.date(2024, 3, 1), None) for n in prices],
        honest=(4,),
        helped=(3,),
        ring=(5,),
        twice=(6,),
    )
    # The first is just above; the second is not, and the third is hardly too cheap.
    shown = found(tmp_path / "in", tmp_path / "truth")
    assert shown["list_price_bunching"] == (0.5, 2)


def test_sums_are_counted_around_the_one_that_is_looked_at(tmp_path):
    sums = [410, 420, 455, 460, 470, 499, 510, 520, 700]
    rows = [tk(n, TONG_TG_TT=f"{sum_}000000") for n, sum_ in enumerate(sums)]
    put(tmp_path, "tk_1.csv", [*rows, tk(99, MA_LH="E31", TONG_TG_TT="480000000")])
    assert found(tmp_path)["sum_step"] == (pytest.approx(2.0), 4)


def test_a_bill_is_held_against_all_declarations_on_it(tmp_path):
    put(tmp_path, "tk_1.csv", [
        tk(1, SO_VD1="A", TRONG_LUONG="400", MA_DVT_TL="KGM"),
        tk(2, SO_VD1="A", TRONG_LUONG="0.6", MA_DVT_TL="TNE"),
        tk(3, SO_VD1="B", TRONG_LUONG="100", MA_DVT_TL="KGM"),
        tk(4, SO_VD1="C", SO_VD2="D", TRONG_LUONG="100", MA_DVT_TL="KGM"),
    ])  # fmt: skip
    calls = [
        {"id": "1", "revision": revision, "bills": [{"no": no, "gross_kg": kg} for no, kg in bills]}
        for revision, bills in ((1, [("A", 2000), ("B", 100)]), (2, [("A", 1010), ("B", 120)]))
    ]
    put(tmp_path, "manifest_20240305.jsonl", [*calls, calls[0] | {"bills": [{"no": "C"}]}])
    assert found(tmp_path)["bill_mass_share"] == (0.5, 2)


def _truth(folder, items, schemes, *, honest=(), helped=(), ring=(), twice=()):
    """Write items, each of the scheme of its number; some err, have help, a list, or are two."""
    folder.mkdir()
    day = dt.date(2024, 3, 1)
    kind = dict.fromkeys(ring, "broker_ring")
    rows = [
        {"so_tk_goc": str(BASE + number), "stt": stt, "mechanism": kind.get(number, "m"),
         "loss_id": f"l{number}", "scheme_id": str(number), "intent": int(number not in honest),
         "visible_by": "audit", "true_hs": "85171300", "true_origin": "KR",
         "true_quantity": 2.0 if number in twice else 1.0,
         "true_value_vnd": value,
         "duty_evaded_vnd": evaded, "collectable_share": 1.0, "starts_on": day, "shows_on": day}
        for number, stt, value, evaded in items
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), folder / "items.parquet")
    run = [
        {"scheme_id": str(n), "mechanism": "m", "ma_dn": trader, "group_id": "0",
         "starts_on": first, "ends_on": last, "ma_dn_sau": None, "ma_hq": "x",
         "ma_dl": "x", "ma_cb": "x" if n in helped else None}
        for n, (trader, first, last) in enumerate(schemes)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(run), folder / "schemes.parquet")


def test_what_is_hidden_needs_the_truth(tmp_path):
    put(tmp_path / "in", "tk_1.csv", [tk(n, MA_DN=f"01{n:08d}") for n in range(4)])
    march = dt.date(2024, 3, 1)
    _truth(
        tmp_path / "truth",
        [(0, 1, 200, 50), (1, None, 0, 0)],
        [("0100000000", march, dt.date(2024, 4, 1)), ("0100000001", march, dt.date(2024, 3, 5)),
         ("0199999999", march, dt.date(2024, 4, 1))],
    )  # fmt: skip
    shown = found(tmp_path / "in", tmp_path / "truth")
    assert shown["schemer_share"] == (0.25, 4)
    assert shown["irregular_import_share"] == (0.25, 4)
    hidden = {figure.key for figure in load_figures() if "truth" in figure.needs}
    without = {r.figure.key: r.verdict for r in measure(tmp_path / "in").results}
    assert {without[key] for key in hidden} == {Verdict.ABSENT}
    with pytest.raises(CustomsDataError, match="truth"):
        measure(tmp_path / "in", truth=tmp_path / "nowhere")


def test_every_figure_is_measured_where_its_tables_are(tmp_path):
    """A figure of which no statement tells would pass as one of too few observations."""
    put(tmp_path / "in", "tk_1.csv", [tk(1)])
    _truth(tmp_path / "truth", [(1, 1, 2, 3)], [("01", dt.date(2024, 3, 1), None)])
    report = measure(tmp_path / "in", truth=tmp_path / "truth")
    assert report.measured == {figure.key for figure in load_figures()}
