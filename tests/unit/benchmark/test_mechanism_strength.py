"""How well single rules tell a mechanism: rules of known strength are measured as they are."""

from dataclasses import replace
from zlib import crc32

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from benchmark.mechanisms.judge import (
    Unproven,
    UnprovenSign,
    faults_of,
    unproven_of,
    unproven_signs_of,
)
from benchmark.mechanisms.marks import Mark
from benchmark.mechanisms.signs import SIGNS
from benchmark.mechanisms.stories import STORIES
from benchmark.mechanisms.strength import MOST, measure_strength

TRADERS, ITEMS = 330, 9
_ITEM, _TRADER = np.arange(TRADERS * ITEMS) % ITEMS, np.arange(TRADERS * ITEMS) // ITEMS
_KIND = "short_quantity"


def measured(irregular=(_ITEM < 5) & (_TRADER % 11 == 0), is_import=_ITEM < ITEMS, **planted):
    """Measure 2,970 items of 330 traders, 150 of them irregular; signs are noise but those planted.

    All are imports unless told otherwise. A planted sign is a function of whether items are
    irregular and of 2,970 numbers in [0, 1).
    """
    count = TRADERS * ITEMS

    # A noise of its own for each, so that a new sign leaves the others as they are.
    def noise(name):
        return np.random.default_rng([3, crc32(name.encode())]).random(count)

    columns = {name: noise(name) for name in SIGNS}
    columns |= {name: made(irregular, noise(f"planted {name}")) for name, made in planted.items()}
    base, trader = np.arange(count) // 3, np.arange(count) // ITEMS
    places = {"base": base, "stt": np.arange(count) % 3}
    names = pa.array([f"{one * 7919 % TRADERS:03d}" for one in trader])
    with duckdb.connect() as opened:
        clients = [
            f"{name}|{item < 3}" for name, item in zip(names.to_pylist(), _ITEM, strict=True)
        ]
        who = {"trader": names, "client": pa.array(clients), "is_import": is_import}
        opened.from_arrow(pa.table(places | who | columns)).create("sign")
        rows = pa.table(places | {"is_meant": np.ones(count, bool)}).filter(pa.array(irregular))
        kinds = pa.array([_KIND] * len(rows))
        opened.from_arrow(rows.append_column("mechanism", kinds)).create("irregular")
        (found,) = measure_strength(opened)
    return found


def _tells_all(irregular, lot):
    return irregular + 0.1 * lot


def _tells_half(irregular, lot):
    return (irregular & (lot < 0.5)).astype(float)


def _tells_one_client(irregular, lot):
    # What is more with one client of the trader is less with the other.
    return 0.5 * irregular - 0.5 * ((_TRADER % 11 == 0) & ~irregular) + lot


def test_what_repeats_itself_with_a_client_tells_more_than_any_single_time():
    found = measured((_TRADER % 11 == 0) & (_ITEM >= 3), bill_over_net=_tells_one_client)
    assert found.strictest_rule == "bill_over_net by declaration of client"
    assert found.strictest > MOST


def test_noise_tells_nothing():
    found = measured()
    assert found.rows == 150
    assert found.strictest < MOST
    # A tenth of the traders is irregular: no better than anybody.
    assert found.precision.low < 0.1 < found.precision.high
    assert not any(mark.shows for mark in found.marks)
    assert found.told_by == ()
    named = faults_of([], [found])
    beginning = f"{_KIND}: port_over_declared (port_message) is named and does not show it: "
    assert any(fault.startswith(beginning) for fault in named)
    assert _KIND in {one.mechanism for one in unproven_of([found])}


@pytest.mark.parametrize("traders", [3, 9])
def test_too_few_to_tell_by_are_no_fault_and_no_proof(traders):
    found = measured((_ITEM == 0) & np.isin(_TRADER, np.arange(traders)))
    assert faults_of([], [found]) == []
    unproven = {one.mechanism: one for one in unproven_of([found])}
    assert unproven[_KIND] == Unproven(_KIND, traders, traders)
    # What the nation has no goods of is not proven either; of mistakes no sign is named.
    assert unproven["phoenix"] == Unproven("phoenix", 0, 0)
    assert set(unproven) == {name for name, story in STORIES.items() if story.signs}


def test_a_sign_at_chance_is_a_fault_unless_there_is_too_little_of_its_mechanism():
    found = replace(measured(), strictest=0.0, told_by=())
    at_chance, few, proven = (
        Mark("quick_look", apart, error) for apart, error in ((0, 0.01), (0.2, 0.5), (0.4, 0.01))
    )
    for marks, faults in (((at_chance,), 1), ((at_chance, proven), 1), ((at_chance, few), 0)):
        assert len(faults_of([], [replace(found, marks=marks)])) == faults


def test_a_rule_that_tells_all_is_found_and_is_too_much():
    found = measured(port_over_declared=_tells_all)
    assert (found.rule, found.strictest) == ("port_over_declared", 1.0)
    assert found.precision.value == 1.0
    assert found.recall.value > 0.95
    fault = faults_of([], [found])[0]
    assert "one rule tells it (port_over_declared by" in fault


def test_a_rule_that_one_trader_makes_is_not_too_much():
    mostly_one = (_TRADER == 0) | ((_ITEM == 0) & np.isin(_TRADER, [11, 22, 33]))
    found = measured(mostly_one, port_over_declared=lambda _, lot: (_TRADER == 0) + 0.1 * lot)
    assert (found.rows, found.rule) == (12, "port_over_declared")
    assert found.strictest < MOST


@pytest.mark.parametrize(("traders", "is_told"), [(5, False), (6, True)])
def test_a_rule_of_a_few_traders_tells_these_traders(traders, is_told):
    found = measured((_ITEM < 5) & (traders > _TRADER), port_over_declared=_tells_all)
    assert found.strictest == 1.0
    assert bool(faults_of([], [found])) == is_told
    assert (_KIND in {one.mechanism for one in unproven_of([found])}) != is_told


def test_a_rule_of_half_of_the_items_is_measured_by_item():
    found = measured(heading_differs=_tells_half)
    assert found.rule == "heading_differs"
    assert found.strictest >= 0.5


def test_the_signs_of_the_story_are_told_apart_from_others():
    found = measured(
        scale_over_declared=lambda irregular, lot: lot + 0.2 * irregular,
        bill_over_net=lambda irregular, lot: np.where(irregular, np.nan, lot),
    )
    shows = {mark.sign: mark.shows for mark in found.marks}
    assert shows == {name: name == "scale_over_declared" for name in STORIES[_KIND].signs}
    # Of two that do not show it one has enough to be told from what does, the other nothing at all.
    (fault,) = faults_of([], [found])
    assert fault.startswith(f"{_KIND}: port_over_declared (port_message) is named and does not")
    unproven = [UnprovenSign(_KIND, "bill_over_net", ("manifest",))]
    assert unproven_signs_of([found]) == unproven
    assert _KIND not in {one.mechanism for one in unproven_of([found])}


def test_what_tells_imports_from_exports_tells_no_mechanism_of_imports():
    is_import = (_ITEM < 6) & (_TRADER % 2 == 0)
    found = measured(
        is_import & (_ITEM < 3) & (_TRADER % 11 == 0),
        is_import,
        scale_over_declared=lambda _, lot: is_import + lot,
    )
    assert found.strictest < 0.5
    mark = next(mark for mark in found.marks if mark.sign == "scale_over_declared")
    assert not mark.shows


def test_what_is_told_of_a_declaration_counts_once_for_it():
    """The other goods of the declaration have the number too, and are no honest goods beside it."""

    def of_declarations(irregular, lot):
        return np.repeat(irregular.reshape(-1, 3).any(axis=1) + 0.1 * lot[::3], 3)

    first = (_ITEM == 0) & (_TRADER % 11 == 0)
    found = measured(first, scale_over_declared=of_declarations)
    mark = next(mark for mark in found.marks if mark.sign == "scale_over_declared")
    assert mark.apart == 0.5


def test_a_sign_that_says_little_has_no_rows_to_tell_by():
    def of_few(irregular, lot):
        return np.where(np.cumsum(irregular) <= 5, lot + irregular, np.nan)

    found = measured(bill_over_net=of_few)
    mark = next(mark for mark in found.marks if mark.sign == "bill_over_net")
    assert mark.error == float("inf")
    assert not mark.shows


@pytest.mark.parametrize("table", ["co_form", "seal_stream"])
def test_a_table_that_should_be_silent_and_is_not_is_named(table):
    sign = next(name for name, tables in SIGNS.items() if table in tables)
    found = measured(**{sign: lambda irregular, lot: lot + 0.5 * irregular})
    assert table in found.told_by


def test_every_table_that_is_called_silent_has_a_sign_of_its_own():
    silent = {table for story in STORIES.values() for table in story.silent}
    assert silent <= {tables[0] for tables in SIGNS.values() if len(tables) == 1}


@pytest.mark.parametrize(
    ("apart", "error", "shows", "is_at_chance"),
    [
        (0.0, 0.03, False, True), (-0.25, 0.006, False, True), (0.0, 0.04, False, False),
        # What shows a little is none of both, until there is enough of it.
        (0.07, 0.03, False, False), (0.07, 0.02, True, False), (0.012, 0.003, True, False),
    ],
)  # fmt: skip
def test_a_sign_stands_at_chance_only_where_it_would_show(apart, error, shows, is_at_chance):
    mark = Mark("any", apart, error)
    assert (mark.shows, mark.is_at_chance) == (shows, is_at_chance)
