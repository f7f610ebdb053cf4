"""Settlement of duty-free materials: what came, what was made, what is left, what is reported."""

import datetime as dt
import gzip
from dataclasses import replace

import numpy as np
import pytest

from simulator.actors.kinds import COMMERCIAL
from simulator.block import make_block
from simulator.chronicle.life import Chronicle
from simulator.chronicle.living import live_through
from simulator.control.overdue import DUE_DAYS, filing_days
from simulator.delivery.outbox import Outbox
from simulator.delivery.partial_sums import add_parts
from simulator.delivery.plan import DeliveryPlan
from simulator.kernel import keyed
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import Nation, draw_nation
from simulator.reference.calendar import to_day
from simulator.reference.regimes import REGIMES
from simulator.settlement import balances, material_sums, norms, reports

FIRST = to_day(dt.date(2025, 1, 1))
YEAR = 2024


@pytest.fixture(scope="module")
def nation() -> Nation:
    return draw_nation(5, 0.01, (FIRST - 366, FIRST, FIRST + 119), 0.01, MECHANISMS)


@pytest.fixture(scope="module")
def chronicle(nation: Nation) -> Chronicle:
    short = replace(nation, last_day=FIRST + 119)
    return live_through(short)


@pytest.fixture(scope="module")
def sums(nation, chronicle):
    return material_sums.year_sums(nation, *material_sums.lived_sums(nation, chronicle, YEAR))


@pytest.fixture(scope="module")
def balance(nation, chronicle, sums):
    return balances.settle_year(nation, chronicle.states, YEAR, sums)


def _plan(folder) -> DeliveryPlan:
    (folder / "spill").mkdir()
    return DeliveryPlan(
        folder=folder / "out", spill=folder / "spill", seed=5,
        first_day=FIRST, last_day=FIRST + 119,
    )  # fmt: skip


def test_only_years_filed_while_days_are_written_are_settled(nation):
    assert material_sums.fiscal_years(nation) == [YEAR]
    assert material_sums.fiscal_years(replace(nation, last_day=FIRST + 20)) == []


def test_every_balance_closes_and_no_stock_is_negative(balance):
    for stock in (balance.materials, balance.products):
        gone = (stock.returned, stock.changed, stock.used, stock.lost, stock.other)
        assert (stock.opening + stock.came - sum(gone) == stock.closing).all()
        for part in (stock.opening, stock.came, *gone):
            assert (part >= 0).all()
        assert (stock.closing >= 0).all()


def test_what_came_is_what_was_declared(nation, sums, balance):
    own = sums.flow == material_sums.IMPORTED
    assert balance.materials.came.sum() == sums.quantity_e2[own].sum()
    out = sums.flow == material_sums.EXPORTED
    assert balance.products.used.sum() == sums.quantity_e2[out].sum()
    assert (nation.traders.trade[balance.materials.trader] != COMMERCIAL).all()


def test_some_materials_are_sent_back_and_some_leave_otherwise(sums, balance):
    back = sums.quantity_e2[sums.flow == material_sums.RETURNED]
    assert len(back) > 0
    assert 0.9 * back.sum() < balance.materials.returned.sum() <= back.sum()
    other = balance.materials.other
    assert 0.03 < (other > 0).mean() < 0.15
    half_a_thing = 50
    there = balance.materials.opening + balance.materials.came
    assert (other <= 0.06 * there + half_a_thing).all()


def test_days_lived_again_are_the_days_written(nation, chronicle, tmp_path):
    days = np.arange(FIRST - 6, FIRST)
    block = make_block(nation, chronicle, days)
    outbox = Outbox(_plan(tmp_path), int(days[0]), int(days[-1]))
    material_sums.put_material_sums(outbox, nation, block)
    end = material_sums.last_day_of(YEAR)
    name = f"{material_sums.NAME}_{YEAR}"
    codes, (quantity,) = add_parts(outbox.plan, name, (end, end), "code", ("quantity",))
    again, lived = material_sums._lived(nation, chronicle, days)
    same = np.isin(codes, again)
    assert same.mean() > 0.99
    assert np.median(quantity[same] / lived[np.searchsorted(again, codes[same])]) == 1.0
    flow = material_sums._FLOW_OF_REGIME[block.batch.deals.regime]
    assert {REGIMES[place] for place in np.unique(block.batch.deals.regime[flow >= 0])} <= {
        "E11", "E15", "E21", "E23", "E31", "E42", "E52", "E54", "E62", "E82",
    }  # fmt: skip


def test_firms_number_their_goods_themselves_and_some_codes_stand_for_two_lines(nation, chronicle):
    block = make_block(nation, chronicle, np.arange(FIRST - 40, FIRST))
    told, owner = block.batch.true, block.batch.owner
    own = np.flatnonzero(told.material > 0)
    firm, code, line = block.batch.deals.trader[owner[own]], told.material[own], told.line[own]
    pairs = np.unique(np.stack([code, line, firm]), axis=1)
    _, lines = np.unique(np.unique(pairs[:2], axis=1)[0], return_counts=True)
    assert np.median(lines) > 1
    _, of_firm = np.unique(pairs[[2, 0]], axis=1, return_counts=True)
    assert 0.002 < (of_firm > 1).mean() < 0.1
    units = nation.goods.unit1[line]
    in_units = np.unique(np.stack([firm, code, units]), axis=1)
    assert len(in_units.T) == len(np.unique(np.stack([firm, code]), axis=1).T)


def test_sums_do_not_depend_on_how_days_are_cut(nation, chronicle, tmp_path):
    found = []
    for length in (2, 6):
        folder = tmp_path / str(length)
        folder.mkdir()
        plan = _plan(folder)
        for first in range(FIRST - 6, FIRST, length):
            days = np.arange(first, first + length)
            outbox = Outbox(plan, first, first + length - 1)
            block = make_block(nation, chronicle, days)
            material_sums.put_material_sums(outbox, nation, block)
        end = material_sums.last_day_of(YEAR)
        name = f"{material_sums.NAME}_{YEAR}"
        codes, (quantity,) = add_parts(plan, name, (end, end), "code", ("quantity",))
        found.append((codes.tolist(), quantity.tolist()))
    assert found[0] == found[1]


def test_norms_account_for_the_material_used(balance):
    report, materials, products = balance.norms, balance.materials, balance.products
    per_product = report.norm_e6 / norms.NORM_SCALE * (1 + report.waste_bp / 10_000)
    explained = np.bincount(
        report.material, products.came[report.product] * per_product, minlength=len(materials.used)
    )
    has_norm = np.bincount(report.material, minlength=len(materials.used)) > 0
    whole = has_norm & (materials.used > 10_000)
    assert (explained[whole] > 0.97 * materials.used[whole]).mean() > 0.99


def test_norm_abuse_shows_against_peers_only(nation, chronicle, balance):
    report = balance.norms
    line = balance.materials.line[report.material]
    trader = balance.materials.trader[report.material]
    usual = norms.trade_norms(nation, balance.products.line[report.product], line)
    told = report.norm_e6 / norms.NORM_SCALE * (1 + report.waste_bp / 10_000)
    gap = np.log(told / usual)[report.norm_e6 > 1_000]
    share = norms.diverted_shares(nation, chronicle.states, YEAR, trader, line)
    share = share[report.norm_e6 > 1_000]
    honest = gap[share == 0]
    assert 0.03 < honest.std() < 0.08
    strong = gap[share > 0.03]
    assert len(strong)
    assert strong.mean() > honest.mean() + 0.02
    assert strong.min() < honest.max()


def test_what_an_abuser_hides_differs_by_material_and_is_told_as_norm_and_as_waste(
    nation, chronicle, balance
):
    line, trader = balance.materials.line, balance.materials.trader
    share = norms.diverted_shares(nation, chronicle.states, YEAR, trader, line)
    firms, counts = np.unique(trader[share > 0], return_counts=True)
    several = firms[counts >= 4]
    assert len(several)
    for firm in several:
        own = share[(trader == firm) & (share > 0)]
        assert own.std() > 0.1 * own.mean()
    count = 400
    nothing, key = np.zeros(count, dtype=np.int64), keyed.identities(keyed.root(5, "edges"), count)
    edges = norms.Edges(
        product=nothing, material=nothing, norm=np.full(count, 2.0), waste=np.full(count, 0.02),
        diverted=np.full(count, 0.1), key=key,
    )  # fmt: skip
    told = norms.told_norms(edges)
    norm, waste = told.norm_e6 / norms.NORM_SCALE, told.waste_bp / 10_000
    assert np.allclose(norm * (1 + waste), 2.0 * 1.02 / 0.9, rtol=1e-4)
    assert np.quantile(norm, 0.05) < 2.02
    assert np.quantile(waste, 0.05) < 0.03


def test_some_honest_factories_waste_one_and_the_same_more_of_many_products():
    factories, products = 3000, 8
    factory = keyed.identities(keyed.root(5, "factories"), factories)
    key = keyed.identities(keyed.root(5, "made"), factories * products)
    more = norms.more_wasted(np.repeat(factory, products), key).reshape(factories, products)
    most_like = np.array(
        [np.unique(row[row > 0], return_counts=True)[1].max(initial=0) for row in more]
    )
    assert 0.07 < (most_like >= 3).mean() < 0.13
    assert (more.max(axis=1) > 0).mean() < 0.3


def test_without_mechanisms_nothing_is_diverted(nation, chronicle):
    null = replace(nation, mechanisms=())
    share = norms.diverted_shares(null, chronicle.states, YEAR, np.arange(50), np.arange(50))
    assert not share.any()


def test_the_stock_left_is_the_stock_next_year(nation, chronicle, sums, balance):
    following = balances.settle_year(nation, chronicle.states, YEAR + 1, sums, balance)
    for before, after in (
        (balance.materials, following.materials),
        (balance.products, following.products),
    ):
        left = dict(
            zip(zip(before.trader, before.number, strict=True), before.closing, strict=True)
        )
        for trader, number, opening in zip(after.trader, after.number, after.opening, strict=True):
            assert opening == left.get((trader, number), 0)


def test_reports_are_due_in_ninety_days_and_some_are_late(nation):
    first, again = filing_days(nation, YEAR)
    after = first[first < 10**6] - material_sums.last_day_of(YEAR)
    assert after.min() >= material_sums.FIRST_FILING_DAYS
    assert 0.02 < (after > DUE_DAYS).mean() < 0.1
    assert after.max() <= material_sums.LAST_FILING_DAYS
    refiled = again < 10**6
    assert 0.01 < refiled.mean() < 0.06
    assert (again[refiled] > first[refiled]).all()


def test_reports_are_written_by_month(nation, chronicle, tmp_path):
    plan = _plan(tmp_path)
    receipts = reports.publish_settlement(plan, nation, chronicle)
    assert {table for receipt in receipts for table in receipt.rows} == set(reports.TABLES)
    files = sorted((plan.folder / "registry").glob("qtnvl_*.csv.gz"))
    assert files
    assert {file.name[6:12] for file in files} <= {"202502", "202503", "202504"}
    lines = [
        line for file in files for line in gzip.decompress(file.read_bytes()).decode().splitlines()
    ]
    rows = {line for line in lines if not line.startswith("MA_DN")}
    keys = [tuple(row.split(",")[:6]) for row in rows]
    assert len(keys) == len(set(keys))
    assert {key[1] for key in keys} == {"gc", "sx", "cx"}
    assert "1" in {key[5] for key in keys} <= {"1", "2"}
