"""Planted tables that tell too much are found, one to three facts deep; honest ones are not."""

import numpy as np
import pandas as pd
import pytest

from tests.simulator.tellers import Told, search

ROWS, TRADERS = 4_000, 400


def made(seed=5):
    """Return an honest table, whether each row is irregular (one in fifty), and its trader."""
    draw = np.random.default_rng(seed)
    trader = draw.integers(0, TRADERS, ROWS)
    rows = pd.DataFrame(
        {
            "MA_HQ": draw.choice(["01AB", "02CI", "03CC", "15BB"], ROWS),
            "MA_HS": draw.choice([f"{code:08d}" for code in range(40)], ROWS),
            "LUONG1": np.exp(draw.normal(3, 2, ROWS)).round(2).astype(str),
            "SO_CO": np.where(draw.random(ROWS) < 0.8, None, "D-1"),
            "CAN_CU": draw.choice(["R1;XH-3", "R2;XH-5", "R1;R2;XH-4"], ROWS),
        }
    )
    rows["TEN_HANG"] = "tên hàng " + rows["MA_HS"] + "; mới " + pd.Series(range(ROWS)).astype(str)
    return rows, draw.random(ROWS) < 0.02, pd.Series(trader)


def searched(rows, bad, trader):
    base = trader[bad].nunique() / TRADERS
    return search(Told("planted", rows, np.asarray(bad), trader, base))


def test_an_honest_table_tells_nothing():
    assert searched(*made()) == []


def _value(rows, bad):
    rows.loc[bad, "MA_HQ"] = "99ZZ"


def _null(rows, bad):
    rows["SO_CO"] = rows["SO_CO"].fillna("D-2")
    rows.loc[bad, "SO_CO"] = None


def _part(rows, bad):
    rows.loc[bad, "CAN_CU"] = "R1;R9"


def _name_of_the_true_line(rows, bad):
    other = rows["MA_HS"].astype(int).add(7).mod(40).astype(str).str.zfill(8)
    names = "tên hàng " + other + "; mới " + pd.Series(range(len(rows))).astype(str)
    rows.loc[bad, "TEN_HANG"] = names[bad]


def _text_that_stands_once(rows, bad):
    rows["MA_QL"] = "NPL" + (rows.index % 50).astype(str)
    rows.loc[bad, "MA_QL"] = "NPL" + (100 + rows.index[bad]).astype(str)


def _number(rows, bad):
    rows["DIEM"] = (np.arange(len(rows)) * 37 % 1_000 + 700 * bad).astype(str)


def _other_column_agrees(rows, bad):
    rows["hs4"] = rows["MA_HS"].where(~bad, rows["MA_HS"].shift(1, fill_value="00000000"))


def _two_facts(rows, bad):
    rows["A"], rows["B"] = (np.arange(len(rows)) // 3 % 4), (np.arange(len(rows)) // 12 % 5)
    honest = ~bad & (rows["A"] == 1) & (rows["B"] == 1)
    rows.loc[honest, "A"] = 0
    rows.loc[bad, ["A", "B"]] = 1


def _three_facts(rows, bad):
    for place, name in enumerate("ABC"):
        rows[name] = np.arange(len(rows)) // 2**place % 2
    honest = ~bad & (rows[["A", "B", "C"]] == 1).all(axis=1)
    rows.loc[honest, "C"] = 0
    rows.loc[bad, ["A", "B", "C"]] = 1


@pytest.mark.parametrize(
    ("plant", "rule"),
    [
        (_value, "MA_HQ = 99ZZ"),
        (_null, "SO_CO is null"),
        (_part, "CAN_CU has R9"),
        (_name_of_the_true_line, "MA_HS unusual for TEN_HANG"),
        (_text_that_stands_once, "MA_QL stands once"),
        (_number, "DIEM sorts"),
        (_other_column_agrees, "hs4 differs from MA_HS"),
        (_two_facts, "A = 1 and B = 1"),
        (_three_facts, "A = 1 and B = 1 and C = 1"),
    ],
)
def test_a_planted_teller_is_found(plant, rule):
    rows, bad, trader = made()
    plant(rows, bad)
    found = {one.rule: one for one in searched(rows, bad, trader)}
    told = [name for name in found if set(rule.split(" and ")) <= set(name.split(" and "))]
    assert told, sorted(found)
    assert all(found[name].share > 0.9 for name in found)


def test_what_one_trader_alone_does_is_no_teller():
    rows, bad, trader = made()
    own = trader == 3
    rows.loc[own, "MA_HQ"] = "99ZZ"
    assert searched(rows, (bad | own).to_numpy(), trader) == []
