"""Which side of an irregular item names it, wherever that is told."""

from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from benchmark.play import audits as played
from benchmark.selection import audits
from simulator.chronicle import themes
from simulator.chronicle.ledger import Ledger
from simulator.reference.regimes import EXPORT, position
from simulator.sources.vcis_control import IRREGULARITIES
from simulator.trade.irregularities import LINE, NOTHING, ORIGIN, QUANTITY, VALUE, differs_in

SIDES = {"unit_price_e4": "p", "quantity_e2": "q", "certificate": "c", "origin": "o", "line": "l"}
# Each side alone, then all of them, then all but the line, the origin, and the quantity.
WRONG = ["", "p", "q", "c", "o", "l", "pqcol", "pqco", "pqc", "pq"]
BY_PAPER = [NOTHING, VALUE, QUANTITY, ORIGIN, ORIGIN, LINE, LINE, ORIGIN, ORIGIN, QUANTITY]


def is_wrong(side):
    return np.array([side in wrong for wrong in WRONG], dtype=np.int64)


@pytest.mark.parametrize("by_certificate", [True, False])
def test_the_farthest_side_names_what_differs(by_certificate):
    told = {name: is_wrong(side) for name, side in SIDES.items()}
    true = {name: np.zeros(len(WRONG), dtype=np.int64) for name in SIDES}
    batch = SimpleNamespace(true=SimpleNamespace(**true), declared=SimpleNamespace(**told))
    expected = list(BY_PAPER)
    if not by_certificate:
        expected[WRONG.index("c")], expected[WRONG.index("pqc")] = NOTHING, QUANTITY
    items = np.arange(len(WRONG))[::-1]
    found = differs_in(batch, items, by_certificate=by_certificate)
    assert found.tolist() == expected[::-1]


def ledger():
    nothing = np.zeros(len(WRONG), dtype=np.int64)
    columns = {field.name: nothing for field in fields(Ledger)}
    columns |= {
        "number": 400_000_000 + np.arange(len(WRONG)),
        "item_number": 1 + np.arange(len(WRONG)),
        "regime": nothing + position("A11"),
        "declared_value_vnd": is_wrong("p"),
        "differs": np.array(BY_PAPER),
    }
    return Ledger(**columns)


def test_an_audit_is_about_the_side_that_names_an_item():
    by_side = {
        NOTHING: themes.VALUE,
        VALUE: themes.VALUE,
        QUANTITY: themes.QUANTITY,
        ORIGIN: themes.ORIGIN,
        LINE: themes.CLASSIFICATION,
    }
    assert themes.themes_of(ledger()).tolist() == [by_side[side] for side in BY_PAPER]
    exported = replace(ledger(), direction=np.full(len(WRONG), EXPORT))
    sides = [themes.REFUND if side <= VALUE else by_side[side] for side in BY_PAPER]
    assert themes.themes_of(exported).tolist() == sides


def test_a_played_audit_tells_of_each_item_found_what_differs_in_it():
    day = np.zeros(1, dtype=np.int64)
    chosen = audits(pa.array(["0100000001"]), (day, day), day, day)
    found = np.array([9, 5, 3, 0])
    nothing = np.zeros(len(found), dtype=np.int64)
    told = played._told(ledger(), chosen, (nothing, found, day))
    assert told["STT"].to_pylist() == [str(item + 1) for item in found]
    assert told["MA_VP"].to_pylist() == [IRREGULARITIES[BY_PAPER[item]] for item in found]
