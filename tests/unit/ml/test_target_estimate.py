"""What a trader's open items may bring, by numbers worked out another way and in a known world."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import spearmanr

from ml.targets.estimate import estimate, evidence_of, intervals

PAYING, EXEMPT = ("A11", "high"), ("E31", "none")


def rows(*given):
    """Each: trader, cell, open chance, examined chance, findings, found; a stake is a chance."""
    names = ("trader_id", "cell", "open_chance", "examined_chance", "finding_count", "found_vnd")
    table = [dict(zip(names, row, strict=True)) for row in given]
    for row in table:
        row["regime_code"], row["duty_band"] = row.pop("cell")
        row["open_item_count"] = 10
        row["open_stake"], row["examined_stake"] = row["open_chance"], row["examined_chance"]
        row["expiring_stake"] = 0.0
        row["lent_vnd"] = row["found_vnd"]
        row["lent_square"] = row["found_vnd"] ** 2
    return evidence_of(pa.Table.from_pylist(table))


def test_all_traders_and_the_trader_itself_meet_as_worked_out_by_hand():
    evidence = rows(
        ("a", PAYING, 4.0, 10.0, 10, 200.0),
        ("b", PAYING, 4.0, 10.0, 10, 0.0),
    )
    fitted = estimate(evidence)
    # 200 VND per 20 findings to expect, for the cell, its regime and the whole alike.
    assert fitted.cell_worth.tolist() == [10.0]
    # Half a finding of 10 VND weighs against what was found: K = 5, 40 VND by the goods alone,
    # 100 to expect of the examined.
    assert fitted.prior_vnd == 5.0
    assert fitted.expected_vnd == pytest.approx([40 * 205 / 105, 40 * 5 / 105])
    assert fitted.found_share == pytest.approx([200 / 205, 0.0])
    # Ten findings of 20 and ten of nothing, told as one amount a trader.
    assert fitted.dispersion == pytest.approx(200**2 / 20 / 10**2)


def test_goods_on_which_nothing_is_due_count_little_whatever_is_open():
    evidence = rows(
        ("large", EXEMPT, 500.0, 300.0, 300, 0.0),
        ("small", PAYING, 2.0, 100.0, 100, 10_000.0),
    )
    large, small = estimate(evidence).expected_vnd
    assert small > 50 * large


def test_whoever_was_examined_much_and_brought_little_falls_behind_who_was_not():
    evidence = rows(
        ("examined", PAYING, 5.0, 50.0, 2, 20.0),
        ("unknown", PAYING, 5.0, 0.0, 0, 0.0),
        ("others", PAYING, 0.0, 500.0, 500, 50_000.0),
    )
    fitted = estimate(evidence)
    expected = dict(zip(evidence.trader_ids.tolist(), fitted.expected_vnd, strict=True))
    assert expected["unknown"] > 20 * expected["examined"]


def test_where_inspections_brought_nothing_nothing_is_expected():
    evidence = rows(("a", PAYING, 5.0, 50.0, 2, 0.0), ("b", PAYING, 5.0, 0.0, 0, 0.0))
    fitted = estimate(evidence)
    assert fitted.expected_vnd.tolist() == [0.0, 0.0]
    low, high = intervals(evidence, fitted, np.array([0, 1]))
    assert (low.tolist(), high.tolist()) == ([0.0, 0.0], [0.0, 0.0])


def test_no_rows_are_no_traders():
    texts = ("trader_id", "regime_code", "duty_band")
    numbers = (
        "open_item_count", "open_chance", "open_stake", "expiring_stake", "examined_chance",
        "examined_stake", "finding_count", "found_vnd", "lent_vnd", "lent_square",
    )  # fmt: skip
    table = pa.table(
        {name: pa.array([], pa.string()) for name in texts}
        | {name: pa.array([], pa.float64()) for name in numbers}
    )
    assert len(estimate(evidence_of(table)).expected_vnd) == 0


def world(seed):
    """Return what `world_table` does, as evidence."""
    table, losses, size = world_table(seed)
    return evidence_of(table), losses, size


def world_table(seed, traders=600, bands=("high",)):
    """Return rows of evidence, what inspections would find in each trader's open items, and sizes.

    Every trader has one row a band.

    A trader's rate is his own for all his items (most near none, a few many times the usual); size
    has nothing to do with it; amounts are very unequal and most findings bring nothing.
    """
    random = np.random.default_rng(seed)
    rate = random.gamma(0.1, 1 / 0.1, traders)
    size = random.lognormal(0.7, 0.8, traders)
    examined, opened = 0.4 * size, size

    def amounts(count):
        pays = random.random(count) < 0.4
        return np.where(pays, random.lognormal(13, 1.3, count), 0.0)

    given, losses = [], []
    for place in range(traders):
        found = amounts(random.poisson(examined[place] * rate[place]))
        losses.append(amounts(random.poisson(opened[place] * rate[place])).sum())
        given.append((place, opened[place], examined[place], found))
    cut = np.quantile(np.concatenate([found for *_, found in given]), 0.99)
    table = pa.Table.from_pylist(
        [
            {
                "trader_id": f"tr_{place:04d}", "regime_code": "A11", "duty_band": band,
                "open_item_count": 10, "open_chance": opened_chance, "open_stake": opened_chance,
                "expiring_stake": 0.0, "examined_chance": chance, "examined_stake": chance,
                "finding_count": len(found), "found_vnd": found.sum(),
                "lent_vnd": np.minimum(found, cut).sum(),
                "lent_square": (np.minimum(found, cut) ** 2).sum(),
            }
            for band in bands
            for place, opened_chance, chance, found in given
        ]
    )  # fmt: skip
    return table, np.array(losses), size


def test_a_trader_has_the_same_interval_whoever_else_is_asked_for():
    evidence, _, _ = world(1)
    fitted = estimate(evidence)
    everybody = intervals(evidence, fitted, np.arange(len(evidence.trader_ids)))
    for asked in ([5], [5, 17], [17, 300, 5]):
        alone = intervals(evidence, fitted, np.array(asked))
        for whole, part in zip(everybody, alone, strict=True):
            assert part.tolist() == whole[asked].tolist()


def test_the_order_of_the_rows_does_not_matter():
    table, _, _ = world_table(2, bands=("high", "low"))
    shuffled = table.take(np.random.default_rng(9).permutation(len(table)))
    found = []
    for one in (table, shuffled):
        evidence = evidence_of(one)
        fitted = estimate(evidence)
        low, high = intervals(evidence, fitted, np.arange(40))
        found.append([fitted.expected_vnd.tolist(), low.tolist(), high.tolist()])
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_a_known_world_intervals_by_trader_hold_and_the_order_is_not_that_of_size(seed):
    evidence, losses, size = world(seed)
    fitted = estimate(evidence)
    listed = np.argsort(-fitted.expected_vnd, kind="stable")[:50]
    low, high = intervals(evidence, fitted, listed)
    held = (np.floor(low) <= losses[listed]) & (losses[listed] <= np.ceil(high))
    assert held.mean() >= 0.9
    assert (low <= fitted.expected_vnd[listed]).all()
    assert (fitted.expected_vnd[listed] <= high).all()
    by_size = np.argsort(-size, kind="stable")[:50]
    assert losses[listed].sum() > 1.3 * losses[by_size].sum()
    with_loss = spearmanr(fitted.expected_vnd, losses)[0]
    assert with_loss > spearmanr(size, losses)[0]
