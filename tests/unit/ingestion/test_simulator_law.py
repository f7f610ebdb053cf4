"""What the law and the form demand of clean declarations, worked out here from the files alone."""

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from tests.unit.ingestion.nation import Row, latest, rows, simulate

_MASS_KG = {"KGM": Decimal(1), "TNE": Decimal(1000)}


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("law")
    simulate(folder)
    return folder


@pytest.fixture(scope="module")
def headers(out) -> dict[str, Row]:
    return {number: row for (number,), row in latest(out, "tk", "SO_TK").items()}


@pytest.fixture(scope="module")
def items(out) -> dict[tuple[str, ...], Row]:
    return latest(out, "hang", "SO_TK", "STT")


def _rates(out: Path, table: str) -> dict[str, list[tuple[str, str, Decimal]]]:
    """Return by line (and schedule) the periods with their rate in percent."""
    found = defaultdict(list)
    for row in rows(out, table):
        key = row.get("MA_BIEU_THUE", "") + row["MA_HS"]
        rate = Decimal(row["THUE_SUAT"].removesuffix("%"))
        found[key].append((row["TU_NGAY"], row["DEN_NGAY"] or "9999-12-31", rate))
    return found


def _on(periods: list[tuple[str, str, Decimal]], day: str) -> Decimal:
    rates = [rate for start, end, rate in periods if start <= day <= end]
    assert len(rates) <= 1
    return rates[0] if rates else Decimal(0)


def _half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def test_every_tax_line_equals_the_tariff_files_computed_anew(out, headers, items):
    tariff, vat, excise = (_rates(out, name) for name in ("bieuthue", "vat", "ttdb"))
    taxes = latest(out, "thue", "SO_TK", "STT", "MA_SAC_THUE")
    checked = 0
    for (number, item), row in items.items():
        header = headers[number]
        if header["NHOM"] != "N" or header["MA_LH"] not in {"A11", "A12", "A41", "H11"}:
            continue
        day, line, value = header["NGAY_DK"][:10], row["MA_HS"], Decimal(row["TRI_GIA_TT"])
        duty = _half_up(value * _on(tariff[row["MA_BIEU_THUE"] + line], day) / 100)
        special = _half_up((value + duty) * _on(excise[line], day) / 100)
        added = _half_up((value + duty + special) * _on(vat[line], day) / 100)
        found = [int(taxes[number, item, kind]["SO_TIEN"]) for kind in "NV"]
        assert found == [duty, added]
        if special:
            assert int(taxes[number, item, "T"]["SO_TIEN"]) == special
        checked += 1
    assert checked > 500


def test_unit_price_times_quantity_is_the_invoice_value_within_one(items):
    for row in items.values():
        amount = Decimal(row["LUONG1"]) * Decimal(row["DON_GIA"])
        assert abs(amount - Decimal(row["TRI_GIA_HD"])) <= 1


def test_customs_values_are_invoice_freight_and_insurance_at_the_rate_of_the_week(
    out, headers, items
):
    rates = {(row["TU_NGAY"], row["MA_NT"]): row["VND"] for row in rows(out, "tygia")}
    by_header = defaultdict(Decimal)
    for (number, _), row in items.items():
        by_header[number] += Decimal(row["TRI_GIA_HD"])
    for number, row in headers.items():
        day = dt.date.fromisoformat(row["NGAY_DK"][:10])
        monday = day - dt.timedelta(days=day.weekday())
        assert rates[str(monday), row["MA_NT"]] == row["TY_GIA"]
        assert Decimal(row["TONG_TG_HD"]) == by_header[number]
        extra = Decimal(row["PHI_VC"] or 0) + Decimal(row["PHI_BH"] or 0)
        expected = (by_header[number] + extra) * Decimal(row["TY_GIA"])
        assert abs(expected - Decimal(row["TONG_TG_TT"])) <= int(row["SO_DONG"]) + 1


def test_tax_codes_have_their_check_digit(out):
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    codes = {row["MA_DN"] for row in rows(out, "dn") if row["LOAI_DN"] == "DN"}
    assert len(codes) > 1_000
    for code in codes:
        total = sum(int(digit) * weight for digit, weight in zip(code, weights, strict=False))
        assert int(code[9]) == 10 - total % 11


def test_items_keep_the_rules_of_the_form(headers, items):
    for (number, item), row in items.items():
        regime = headers[number]["MA_LH"]
        assert 1 <= int(item) <= 50
        assert ("#&" in row["TEN_HANG"]) == regime.startswith("E")
        if row["MA_BIEU_THUE"] not in {"", "B01", "B30"}:
            assert row["SO_CO"]
        assert (row["MA_BIEU_THUE"] == "") == (headers[number]["NHOM"] == "X")


def test_net_mass_never_exceeds_gross_mass_unless_quantity_is_hidden(headers, items):
    net = defaultdict(Decimal)
    for (number, _), row in items.items():
        unit, quantity = (
            (row["MA_DVT2"], row["LUONG2"])
            if row["MA_DVT2"] in _MASS_KG
            else (row["MA_DVT1"], row["LUONG1"])
        )
        net[number] += Decimal(quantity) * _MASS_KG[unit]
    heavier = 0
    for number, row in headers.items():
        gross = Decimal(row["TRONG_LUONG"]) * _MASS_KG[row["MA_DVT_TL"]]
        heavier += number.endswith("0") and net[number] > gross * Decimal("1.02") + 1
    assert heavier == 0


def test_life_goes_forward(headers):
    for number, row in headers.items():
        assert row["NGAY_IDA"] <= row["NGAY_DK"]
        if row["NGAY_TQ"]:
            assert row["NGAY_DK"] <= row["NGAY_TQ"]
        assert (row["LAN_SUA"] != "") == (not number.endswith("0"))
