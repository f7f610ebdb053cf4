"""Two editions of the nomenclature, and what became of every code of the first."""

from collections import defaultdict

import pytest

from simulator.reference.goods import load_goods
from simulator.reference.nomenclature import (
    FORMER_EDITION,
    HS_EDITION,
    LINE_EDITION,
    correlation_table,
    hs_table,
)

GOODS = load_goods()
ROWS = hs_table(GOODS).to_pylist()
MOVED = correlation_table(GOODS).to_pylist()


def codes(edition, level):
    return {row["code"] for row in ROWS if (row["edition"], row["level"]) == (edition, str(level))}


def test_a_code_stands_once_in_an_edition_and_under_what_it_begins_with():
    keys = [(row["edition"], row["code"]) for row in ROWS]
    assert len(set(keys)) == len(keys)
    assert {row["edition"] for row in ROWS} == {LINE_EDITION, HS_EDITION, FORMER_EDITION}
    for edition in (HS_EDITION, FORMER_EDITION):
        assert {code[:4] for code in codes(edition, 6)} == codes(edition, 4)
        assert {code[:2] for code in codes(edition, 4)} == codes(edition, 2)
    assert {code[:6] for code in codes(LINE_EDITION, 8)} == codes(HS_EDITION, 6)


def test_every_code_of_2017_became_something_of_2022_and_its_shares_sum_to_one():
    shares = defaultdict(float)
    for row in MOVED:
        shares[row["code_from"]] += float(row["share"])
    assert set(shares) == codes(FORMER_EDITION, 6)
    assert all(share == pytest.approx(1) for share in shares.values())
    assert codes(HS_EDITION, 6) <= {row["code_to"] for row in MOVED}


def test_telephones_had_one_code_in_2017_and_have_two_now():
    assert "851712" in codes(FORMER_EDITION, 6) - codes(HS_EDITION, 6)
    assert {"851713", "851714"} <= codes(HS_EDITION, 6) - codes(FORMER_EDITION, 6)
