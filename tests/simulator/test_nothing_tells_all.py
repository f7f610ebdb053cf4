"""No table of a nation as it is tells irregular goods, or knows what nobody can know."""

from datetime import date

import pytest

from simulator.arguments import SimulationArguments
from simulator.chronicle.audit_scope import GROUNDS
from simulator.world import run
from tests.simulator.amount_tables import TABLES, AmountTables
from tests.simulator.arithmetic import search as search_amounts
from tests.simulator.foreknowledge import LEAST_RATIOS, of_world
from tests.simulator.tellers import LEAST_ROWS, search
from tests.simulator.told_tables import told_tables

# Every way of joining, and tables that only few rows are in.
_SEARCHED = {
    "tk", "hang", "thue", "chungtu", "cont", "sukien", "phanluong", "kiemtra", "vanchuyen", "dmmt",
    "ktstq", "nop", "baolanh", "dn", "chusohuu", "qtnvl", "dmtt", "manifest", "port_message",
    "seal_stream", "scan_result", "weighbridge", "licence", "cudan", "nsw_gate",
}  # fmt: skip


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """A nation without anything strengthened, large enough for every mechanism."""
    folder = tmp_path_factory.mktemp("nation")
    out, truth = folder / "out", folder / "truth"
    run(
        SimulationArguments(
            out=out, truth=truth, first_date=date(2025, 1, 1), days=365, scale=0.006, seed=11,
            form="parquet",
        )
    )  # fmt: skip
    return out, truth


@pytest.mark.full
def test_no_rule_over_any_table_tells_irregular_goods(nation):
    searched, found = set(), {}
    for table in told_tables(*nation):
        searched.add(table.name)
        found |= {f"{table.name}: {one.rule}": one for one in search(table)}
    assert searched >= _SEARCHED
    assert found == {}


@pytest.mark.full
def test_no_arithmetic_between_amounts_tells_irregular_goods(nation, tmp_path):
    counted, found = {}, {}
    for table in AmountTables(*nation, tmp_path).tables():
        counted[table.name] = int((table.kind > 0).sum())
        found |= {f"{table.name}: {one.rule}": one for one in search_amounts(table)}
    assert {name for name, count in counted.items() if count >= LEAST_ROWS} == set(TABLES)
    assert found == {}


@pytest.mark.full
def test_nothing_knows_the_future_or_the_truth(nation):
    known = of_world(*nation)
    assert {name: one for name, one in known.items() if one.is_too_much} == {}
    # Of that many at least each was measured: on fewer it could not be too much.
    least = dict.fromkeys(known, LEAST_RATIOS) | {f"audits by {ground}": 5 for ground in GROUNDS}
    assert {name: known[name].of for name in least if known[name].of < least[name]} == {}
    assert known["rank of firms never found"].of > 300
    assert known["dmmt LUONG"].of > 100
