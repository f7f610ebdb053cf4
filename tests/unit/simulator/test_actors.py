import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from simulator.actors.cast import Actors, draw_actors
from simulator.actors.fitting import fitted
from simulator.actors.foreign_names import SPELLINGS
from simulator.actors.identifiers import tax_code_check_digits
from simulator.actors.kinds import COMMERCIAL, FAR, FIRM
from simulator.actors.officers import AUDIT, DOCUMENTS, INSPECTION
from simulator.actors.owners import HOUSEHOLDER, SHAREHOLDER
from simulator.actors.partners import partner_names, spelling_of
from simulator.actors.production import materials_of
from simulator.actors.provinces import PARTS, part_of_department
from simulator.actors.traders import Traders, activity, draw_traders, trader_count
from simulator.kernel import keyed
from simulator.reference.calendar import first_day_of
from simulator.reference.countries import load_countries
from simulator.reference.goods import load_goods
from simulator.reference.offices import load_offices
from simulator.reference.regimes import EXPORT, IMPORT
from simulator.sources.registry_tables import (
    chusohuu_month,
    cosx_month,
    dn_month,
    xephang_table,
)
from tests.unit.simulator.plain import plain_view

COUNT = 1_500
FIRST_DAY = 19_723
PERIOD = (FIRST_DAY, FIRST_DAY + 730)
MONTH = 54 * 12 + 18
PLACES = (load_goods(), load_countries(), load_offices())


@pytest.fixture(scope="module")
def actors() -> Actors:
    return draw_actors(5, COUNT, PERIOD, *PLACES)


@pytest.fixture(scope="module")
def traders(actors: Actors) -> Traders:
    return actors.traders


def _share_of_top(weights: np.ndarray, part: float) -> float:
    ordered = np.sort(weights)[::-1]
    return float(ordered[: max(1, round(len(ordered) * part))].sum() / ordered.sum())


def _yearly(traders: Traders) -> np.ndarray:
    return np.sum([activity(traders, month) for month in range(MONTH - 12, MONTH)], axis=0)


def test_the_number_of_traders_follows_the_scale_down_to_a_floor() -> None:
    assert trader_count(1.0) == 100_000
    assert trader_count(0.001) == COUNT


def test_the_same_seed_gives_the_same_traders_and_another_seed_others() -> None:
    first, again, other = (draw_traders(seed, COUNT, PERIOD, *PLACES) for seed in (5, 5, 6))
    assert first.tax_codes == again.tax_codes
    assert np.array_equal(first.lines, again.lines)
    assert np.array_equal(first.weight, again.weight)
    assert not set(first.tax_codes) & set(other.tax_codes[: COUNT // 10])


def test_tax_codes_are_valid_and_all_different(traders: Traders) -> None:
    assert len(set(traders.tax_codes)) == len(traders)
    firms = [code for code, kind in zip(traders.tax_codes, traders.kind, strict=True) if not kind]
    numbers = np.array([int(code[:10]) for code in firms])
    assert np.array_equal(tax_code_check_digits(numbers // 10), numbers % 10)
    natural = [code for code, kind in zip(traders.tax_codes, traders.kind, strict=True) if kind]
    assert all(re.fullmatch(r"0\d{2}[0-3]\d{8}", code) for code in natural)


def test_a_branch_has_the_ten_digits_of_its_head(traders: Traders) -> None:
    branches = np.flatnonzero(traders.head >= 0)
    assert len(branches) > 20
    for position in branches.tolist():
        head = traders.tax_codes[traders.head[position]]
        assert traders.tax_codes[position] == f"{head}-{traders.branch[position]:03d}"


def test_declarations_and_value_have_heavy_tails(traders: Traders) -> None:
    weight = _yearly(traders)
    ordinary = weight[~traders.is_priority & (weight > 0)]
    assert 0.07 < _share_of_top(ordinary, 0.01) < 0.16
    assert 0.33 < _share_of_top(ordinary, 0.1) < 0.44
    value = weight * np.exp(traders.log_size)
    assert traders.is_priority.sum() == 2
    assert 0.2 < value[traders.is_priority].sum() / value.sum() < 0.5


def test_a_tenth_of_the_brokers_makes_about_half_of_what_brokers_declare(actors: Actors) -> None:
    used, weight = actors.traders.broker, _yearly(actors.traders)
    declared = np.bincount(used[used >= 0], weight[used >= 0], len(actors.brokers))
    assert 0.42 < _share_of_top(declared, 0.1) < 0.6
    assert used.max() < len(actors.brokers)
    assert (used[actors.traders.is_priority] == -1).all()


def test_traders_come_and_go_at_the_stated_rates(traders: Traders) -> None:
    alive = (traders.founded_day < FIRST_DAY) & (traders.closed_day > FIRST_DAY)
    new = (traders.founded_day >= FIRST_DAY) & (traders.founded_day < FIRST_DAY + 365)
    gone = (traders.closed_day >= FIRST_DAY) & (traders.closed_day < FIRST_DAY + 365)
    assert 0.09 < new.sum() / alive.sum() < 0.17
    assert 0.02 < gone.sum() / alive.sum() < 0.06


def test_nobody_trades_before_founding_or_after_closing(traders: Traders) -> None:
    shown = activity(traders, MONTH)
    middle = first_day_of(MONTH)
    assert (shown[traders.founded_day > middle + 45] == 0).all()
    assert (shown[traders.closed_day < middle - 45] == 0).all()
    assert (shown >= 0).all()


def test_a_reserved_slot_trades_only_once_it_is_woken(traders: Traders) -> None:
    slots = np.flatnonzero(~traders.is_ordinary)
    assert (activity(traders, MONTH)[slots] == 0).all()
    founded = traders.founded_day.copy()
    founded[slots[0]] = first_day_of(MONTH) - 300
    woken = activity(replace(traders, founded_day=founded), MONTH)
    assert woken[slots[0]] > 0
    assert (woken[slots[1:]] == 0).all()


def test_a_slot_shares_owner_or_address_and_takes_over_habits_but_no_name(actors: Actors) -> None:
    traders = actors.traders
    slots = np.flatnonzero(~traders.is_ordinary)
    before = traders.predecessor[slots]
    assert np.array_equal(traders.successor[before], slots)
    same_owner = traders.owner_of[slots] == traders.owner_of[before]
    same_house = traders.address_of[slots] == traders.address_of[before]
    assert (same_owner | same_house).all()
    assert not same_owner.all()
    taken = traders.partner[slots] == traders.partner[before]
    assert 0.5 < taken.mean() < 0.9
    names = actors.texts.names.to_pylist()
    assert all(names[a] != names[b] for a, b in zip(slots, before, strict=True))
    capital = traders.capital_million_vnd
    assert (capital[slots] != capital[before]).mean() > 0.8


def test_honest_refoundings_look_like_rebirths(traders: Traders) -> None:
    new = np.flatnonzero((traders.predecessor >= 0) & traders.is_ordinary)
    before = traders.predecessor[new]
    assert len(new) > 4
    assert (traders.closed_day[before] < traders.founded_day[new]).all()
    assert (traders.partner[new] == traders.partner[before]).mean() > 0.3


def test_habits_are_shares_and_every_way_of_transport_exists(traders: Traders) -> None:
    assert np.allclose(traders.habit_weight.sum(axis=2), 1.0)
    _, countries, offices = PLACES
    moved = traders.transport != 9
    assert countries.has_port(traders.country[moved], traders.transport[moved]).all()
    assert offices.handles[traders.office].all()
    assert (traders.group == PLACES[0].hs2[traders.lines[..., 0]]).all()


def test_the_lines_of_a_habit_are_of_one_chapter_for_merchants(traders: Traders) -> None:
    merchants = traders.trade == COMMERCIAL
    chapters = PLACES[0].hs2[traders.lines[merchants]]
    assert (chapters == chapters[..., :1]).all()


def test_makers_import_the_materials_of_what_they_export(traders: Traders) -> None:
    goods = PLACES[0]
    makers = np.flatnonzero((traders.trade != COMMERCIAL) & (traders.predecessor < 0))
    product = materials_of(goods).model[traders.lines[makers, EXPORT, :5]]
    material = traders.lines[makers, IMPORT, :5]
    assert goods.is_material[material].all()
    assert (goods.product_of[material] == product).all()


def test_offices_and_lines_get_about_their_share_of_the_nation(traders: Traders) -> None:
    goods, _, offices = PLACES
    weight = traders.weight * traders.is_ordinary * traders.import_share
    habit = weight[:, None] * traders.habit_weight[:, IMPORT]
    by_office = np.bincount(traders.office[:, IMPORT].ravel(), habit.ravel(), len(offices.handles))
    assert 0.8 < _share_of_top(by_office[offices.handles], 0.1) < 0.97
    wanted = offices.import_weight * offices.handles
    gap = by_office / by_office.sum() - wanted / wanted.sum()
    assert np.abs(gap).max() < 0.03
    main = np.bincount(traders.lines[:, IMPORT, 0, 0], weight, len(goods))
    assert np.corrcoef(main, goods.import_weight)[0, 1] > 0.4


def test_fitted_tables_have_the_wanted_totals() -> None:
    rows, columns = np.array([0.7, 0.3]), np.array([0.2, 0.3, 0.5])
    table = fitted(np.array([[5.0, 1.0, 1.0], [1.0, 1.0, 4.0]]), rows, columns)
    assert np.allclose(table.sum(axis=1), 1.0)
    assert np.allclose(rows @ table, columns)
    assert table[0, 0] > table[1, 0]


def test_a_partner_is_written_in_several_ways(actors: Actors) -> None:
    partners = actors.partners
    assert set(partners.spellings.tolist()) <= set(range(3, SPELLINGS + 1))
    assert len(partners.names) == SPELLINGS * len(partners)
    everybody = np.arange(SPELLINGS)
    partner = np.full(SPELLINGS, int(np.argmax(partners.spellings == SPELLINGS)))
    assert len(set(partner_names(partners, partner, everybody).to_pylist())) == SPELLINGS
    keys = keyed.identities(np.uint64(1), 400)
    some = np.zeros(400, dtype=np.int64)
    drawn = spelling_of(partners, some, some + 7, keys)
    assert np.bincount(drawn).max() > 0.8 * len(keys)
    assert (drawn < partners.spellings[0]).all()


def test_the_parts_of_each_firm_sum_to_the_whole(actors: Actors) -> None:
    holdings = actors.owners.holdings
    rows = holdings.role == SHAREHOLDER
    parts = np.bincount(holdings.trader[rows], holdings.share_bp[rows], len(actors.traders))
    is_firm = actors.traders.kind == FIRM
    assert (parts[is_firm] == 10_000).all()
    assert (parts[~is_firm] == 0).all()


def test_a_household_is_owned_by_the_person_whose_number_it_bears(actors: Actors) -> None:
    holdings, documents = actors.owners.holdings, actors.owners.people.documents.to_pylist()
    assert len(set(documents)) == len(documents)
    rows = np.flatnonzero(holdings.role == HOUSEHOLDER)
    assert len(rows) > 10
    for row in rows.tolist():
        trader, person = int(holdings.trader[row]), int(holdings.person[row])
        assert actors.traders.tax_codes[trader] == documents[person]


def test_officers_serve_every_office_and_few_are_bought(actors: Actors) -> None:
    officers, offices = actors.officers, PLACES[2]
    assert len(set(officers.codes)) == len(officers)
    handling = np.flatnonzero(offices.handles)
    keys = keyed.identities(np.uint64(2), len(handling))
    for duty in (DOCUMENTS, INSPECTION, AUDIT):
        chosen = officers.on_duty(handling, duty, keys)
        assert np.array_equal(officers.office[chosen], handling)
    bought = np.flatnonzero(officers.is_bought)
    assert 3 < len(bought) < 0.02 * len(officers)
    parts = [part_of_department(offices.department[at][:2]) for at in officers.office[bought]]
    assert PARTS[actors.brokers.province[officers.broker[bought]]].tolist() == parts


def test_plates_and_documents_have_the_form_of_their_country(actors: Actors) -> None:
    home, (china, *_) = actors.carriers.home, actors.carriers.neighbours
    assert all(re.fullmatch(r"\d{2}[A-Z]\d{5}", plate) for plate in home.plates.to_pylist())
    assert all(re.fullmatch(r"[桂云粤湘][A-Z]\d{5}", text) for text in china.plates.to_pylist())
    assert len(set(home.plates.to_pylist())) == len(home)
    owners = set(actors.owners.people.documents.to_pylist())
    assert not owners & set(home.documents.to_pylist())


def test_the_snapshot_of_traders_shows_who_is_registered_and_how(actors: Actors) -> None:
    traders, view, day = actors.traders, plain_view(actors.traders), first_day_of(MONTH)
    rows = pa.table(dn_month(actors, MONTH, view)).to_pylist()
    codes = [row["MA_DN"] for row in rows]
    assert codes == sorted(set(codes))
    assert len(rows) == (traders.founded_day <= day).sum()
    # Struck off a month after the last deals.
    closed = {traders.tax_codes[at] for at in np.flatnonzero(traders.closed_day + 30 <= day)}
    assert {row["MA_DN"] for row in rows if row["TRANG_THAI"] == "03"} == closed
    assert {row["TRANG_THAI"] for row in rows} == {"00", "01", "03"}
    assert sum(row["UU_TIEN"] == "1" for row in rows) == 2
    named = {code for row in rows if (code := row["MA_CU"])}
    assert named <= set(codes)


def test_a_woken_slot_is_registered_without_its_earlier_code(actors: Actors) -> None:
    traders, view = actors.traders, plain_view(actors.traders)
    slots = np.flatnonzero(~traders.is_ordinary)
    founded = view.lives.founded_day.copy()
    founded[slots] = first_day_of(MONTH) - 40
    woken = replace(view, lives=replace(view.lives, founded_day=founded))
    rows = {row["MA_DN"]: row for row in pa.table(dn_month(actors, MONTH, woken)).to_pylist()}
    assert all(rows[traders.tax_codes[slot]]["MA_CU"] is None for slot in slots)


def test_the_other_tables_of_the_registry_have_unique_keys(actors: Actors) -> None:
    view = plain_view(actors.traders)
    held = pa.table(chusohuu_month(actors, MONTH, view)).to_pylist()
    keys = [(row["MA_DN"], row["SO_GT"], row["VAI_TRO"], row["TU_NGAY"]) for row in held]
    assert len(set(keys)) == len(keys)
    assert {row["VAI_TRO"] for row in held} == {"GD", "DDPL", "CD", "CH"}
    services = (actors.brokers, actors.carriers, actors.operators)
    levels = 2 + np.arange(sum(len(one) for one in services)) % 4
    ranked = pa.table(xephang_table(actors, levels)).to_pylist()
    assert len({(row["MA"], row["LOAI"]) for row in ranked}) == len(ranked)
    assert {row["MUC"] for row in ranked} == set("2345")
    sites = pa.table(cosx_month(actors, MONTH, view))
    assert sites.num_rows > 0
    assert FAR not in sites["TU_NGAY"].cast(pa.int32()).to_pylist()
