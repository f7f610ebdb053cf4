"""What amounts have to do with each other is found where it tells, in tables and in a nation."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from simulator.arguments import SimulationArguments
from simulator.world import run
from tests.simulator.amount_tables import AmountTables, step_of
from tests.simulator.arithmetic import Amounts, search
from tests.unit.simulator.nation import many_schemes

ROWS, TRADERS = 6_000, 500
# Of what is declared and what is true; where a trader writes what he likes the share is not whole.
_TRUE_VALUE = """
    create or replace temp table true_values as
    with told as (select left(SO_TK, 11) as number, STT::integer as stt, TRI_GIA_TT from first_hang)
    select
        number,
        1 + sum(true_value_vnd - TRI_GIA_TT::double) / any_value(TONG_TG_TT::double) as factor
    from items
    join told on told.number = so_tk_goc and told.stt = items.stt
    join first_tk on left(SO_TK, 11) = number
    group by number
"""
_PLANTED = """
    update first_tk
    set
        MA_NT_VC = MA_NT,
        PHI_VC = round(
            TONG_TG_HD::double
            * coalesce((select factor from true_values where number = left(SO_TK, 11)), 1)
            * {basis_points} / 1e4,
            2
        )::varchar
    where NHOM = 'N'
"""
_BESIDE_FREIGHT = ("PHI_VC", "TONG_TG_HD", "TONG_TG_TT", "TY_GIA", "TRONG_LUONG", "SO_KIEN")
_WHOLE = "(100 + hash(SO_TK) % 900)"
_AS_IT_COMES = "(100 + hash(SO_TK) % 9000000 / 1e4)"


def made(seed=5):
    """Return honest amounts, one row in fifty of which is named irregular."""
    draw = np.random.default_rng(seed)
    quantity = np.exp(draw.normal(5, 2, ROWS)).round(2) + 1
    price = np.exp(draw.normal(2, 1, ROWS)).round(4) + 0.01
    values = {
        "LUONG1": quantity,
        "DON_GIA": price,
        "TRI_GIA_HD": (quantity * price).round(2),
        "PHI_VC": (quantity * price * draw.uniform(0.01, 0.2, ROWS)).round(2),
        "TRONG_LUONG": (quantity * draw.uniform(1.03, 1.14, ROWS)).round(2),
    }
    return Amounts(
        name="planted",
        values=values,
        steps={name: step_of(own) for name, own in values.items()},
        kinds=("", "undervaluation"),
        kind=(draw.random(ROWS) < 0.02).astype(np.int64),
        trader=draw.integers(0, TRADERS, ROWS),
        stratum=draw.integers(0, 3, ROWS),
        goods=draw.integers(0, 20, ROWS),
        base=0.2,
    )


def _with(table, **columns):
    values = table.values | columns
    return replace(table, values=values, steps={name: step_of(own) for name, own in values.items()})


def test_honest_amounts_tell_nothing():
    assert search(made()) == []


def _freight_of_the_true_value(table, bad):
    true = table.values["TRI_GIA_HD"] * np.where(bad, 1.37, 1)
    points = np.random.default_rng(1).integers(20, 3_500, ROWS)
    return {"PHI_VC": (true * points / 1e4).round(2)}


def _product_of_the_true_price(table, bad):
    price = table.values["DON_GIA"] * np.where(bad, 1.21, 1)
    return {"TRI_GIA_HD": (table.values["LUONG1"] * price).round(2)}


def _mass_of_the_true_quantity(table, bad):
    per_piece = 0.5 + table.goods / 7
    mass = table.values["LUONG1"] * np.where(bad, 1.3, 1) * per_piece
    return {"TRONG_LUONG": np.ceil(mass * 100) / 100}


def _mass_of_the_true_pieces(table, bad):
    per_piece = (0.5 + table.goods / 7) * np.exp(0.03 * np.random.default_rng(2).normal(size=ROWS))
    return {"LUONG2": (table.values["LUONG1"] * np.where(bad, 1.6, 1) * per_piece).round(2)}


def _equal(table, bad):
    other = table.values["LUONG1"] + 0.01 * bad
    return {"HANG": other.round(2)}


def _round_difference(table, bad):
    return {"TRONG_LUONG": (table.values["LUONG1"] + np.where(bad, 300, 17.31)).round(2)}


@pytest.mark.parametrize(
    ("plant", "rule"),
    [
        (_freight_of_the_true_value, "not: PHI_VC / TRI_GIA_HD * 1e4 is whole"),
        (_product_of_the_true_price, "not: LUONG1 * DON_GIA = TRI_GIA_HD"),
        (_mass_of_the_true_quantity, "not: TRONG_LUONG / LUONG1 is as usual for the goods"),
        (_mass_of_the_true_pieces, "LUONG1 / LUONG2 is far from usual for the goods"),
        (_equal, "not: LUONG1 = HANG"),
        (_round_difference, "LUONG1 - TRONG_LUONG is a multiple of 1e2"),
    ],
)
def test_a_planted_relation_is_found(plant, rule):
    table = made()
    found = [one.rule for one in search(_with(table, **plant(table, table.kind > 0)))]
    assert rule in found, found


def test_what_a_whole_stratum_does_is_no_teller_of_a_mechanism():
    """Who acts in one regime only has its arithmetic, as its honest traders have."""
    table = made()
    table = replace(table, kind=table.kind * (table.stratum == 1))
    mass = np.where(table.stratum == 1, table.values["LUONG1"], table.values["TRONG_LUONG"])
    assert search(_with(table, TRONG_LUONG=mass)) == []


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """The amounts of a small nation with many schemes."""
    folder = tmp_path_factory.mktemp("amounts")
    with many_schemes(40.0, (0.3, 0.6)):
        run(
            SimulationArguments(
                out=folder / "out", truth=folder / "truth", first_date=date(2025, 2, 1), days=20,
                scale=0.003, seed=5, warmup_days=60, form="parquet",
            )
        )  # fmt: skip
    (folder / "work").mkdir()
    return AmountTables(folder / "out", folder / "truth", folder / "work")


def _told_of_freight(nation, basis_points):
    nation.connection.execute(_TRUE_VALUE)
    nation.connection.execute(_PLANTED.format(basis_points=basis_points))
    table = nation.table("declarations")
    values = {name: table.values[name] for name in _BESIDE_FREIGHT}
    return search(replace(table, values=values))


def test_freight_by_whole_basis_points_of_the_true_value_is_found(nation):
    found = {one.rule: one for one in _told_of_freight(nation, _WHOLE)}
    told = found["not: PHI_VC / TONG_TG_HD * 1e4 is whole"]
    assert told.rows >= 20
    assert told.share > 0.9


def test_freight_as_it_comes_tells_nothing(nation):
    assert _told_of_freight(nation, _AS_IT_COMES) == []
