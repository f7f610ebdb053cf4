"""Rows of `hang`: the goods items of one version."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, coded, decimals, digits, numbered, whole
from simulator.nation import Nation
from simulator.papers.numbers import certificate_texts, exemption_columns, shows_certificate
from simulator.papers.paper import Paper, as_text, base_numbers, country_texts
from simulator.papers.parties import other_names
from simulator.reference import regimes
from simulator.reference.agreements import SCHEDULES
from simulator.reference.calendar import year_of
from simulator.reference.declaration_kinds import BRANCH, CONTINUING_KINDS, PRIMARY, TURNING_KINDS
from simulator.reference.exchange import CURRENCIES
from simulator.reference.goods import UNITS
from simulator.reference.regimes import IMPORT
from simulator.reference.trade_defence import NO_PRODUCER, PRODUCERS
from simulator.reference.wording import describe, named_loosely
from simulator.trade.valuation import makers

# Assumptions.
_FRANK_SHARE, _LOOSE_SHARE = 0.3, 0.05
KILOGRAM = UNITS.index("KGM")
CONTRACT_REGIMES = tuple(regimes.position(code) for code in ("E21", "E23", "E52", "E54", "E82"))


def material_texts(paper: Paper) -> pa.Array:
    """Return material (NPL) and product (SP) codes; null outside the processing regimes."""
    items, deals = paper.batch.declared, paper.batch.deals
    way = coded(("NPL", "SP"), deals.direction[items.owner]).cast(pa.string())
    code = pc.binary_join_element_wise(way, digits(items.material), "")
    return pc.if_else(pa.array(items.material == 0), pa.scalar(None, pa.string()), code)


def item_columns(nation: Nation, paper: Paper) -> dict[str, pa.Array]:
    """Return the columns of `hang`."""
    batch, goods = paper.batch, nation.goods
    items, deals, roster = batch.declared, batch.deals, batch.roster
    owner, line = items.owner, batch.declared.line
    trader = deals.trader[owner]
    unit1 = goods.unit1[line]
    by_mass = goods.is_mass[line]
    code = material_texts(paper)
    applied = batch.duties.schedule
    is_proven = shows_certificate(batch)
    is_import = deals.direction[owner] == IMPORT
    follows = ~np.isin(roster.kind[owner], (PRIMARY, BRANCH)) & (roster.parent_number[owner] > 0)
    continues = follows & np.isin(roster.kind[owner], CONTINUING_KINDS)
    parent_way = np.where(np.isin(roster.kind[owner], TURNING_KINDS), ~is_import, is_import)
    parent = base_numbers(np.where(parent_way, 0, 1), roster.parent_number[owner])
    firm_key = keyed.derive(nation.root("papers"), "firm", trader)
    return {
        "SO_TK": paper.item_so_tk,
        "STT": whole(items.number),
        "MA_HS": coded(goods.codes, line),
        "MA_QL": code,
        "TEN_HANG": describe(goods, named_line(nation, paper), firm_key, items.key, code),
        "MA_NUOC_XX": country_texts(nation, items.origin),
        "NHA_SX": _producers(nation, paper),
        "LUONG1": decimals(items.quantity_e2, 2),
        "MA_DVT1": coded(UNITS, unit1),
        "LUONG2": decimals(items.kg_e2, 2, by_mass),
        "MA_DVT2": coded(UNITS, np.full(len(items), KILOGRAM), by_mass),
        "TRI_GIA_HD": decimals(items.value_e2, 2),
        "DON_GIA": decimals(items.unit_price_e4, 4),
        "MA_NT_DG": coded(CURRENCIES, deals.currency[owner]),
        "TRI_GIA_TT": whole(batch.valuation.customs_vnd),
        "MA_BIEU_THUE": coded(SCHEDULES, applied, ~is_import),
        "SO_CO": certificate_texts(items.certificate, applied, ~is_proven),
        "SO_HD_GC": _contracts(nation, paper),
        "SO_TK_LQ": as_text(parent, ~continues),
        "STT_LQ": whole(items.number, ~continues),
    } | exemption_columns(nation, paper)


def named_line(nation: Nation, paper: Paper) -> Ints:
    """Return the line whose words describe an item.

    Who lies about a code mostly takes the words that belong to it; now and then the old ones stay.
    Honest firms describe some of their goods badly, always alike (shares are assumptions).
    """
    batch = paper.batch
    is_frank = keyed.happens(batch.true.key, "names the goods", _FRANK_SHARE)
    line = np.where(is_frank, batch.true.line, batch.declared.line)
    firm_key = keyed.derive(nation.root("papers"), "firm", batch.deals.trader[batch.owner])
    return named_loosely(nation.goods, line, keyed.derive(firm_key, "names", line), _LOOSE_SHARE)


def _producers(nation: Nation, paper: Paper) -> pa.Array:
    """Return the producer's name: one that has a duty of its own, else the partner for some."""
    deals, owner, told = paper.batch.deals, paper.batch.owner, paper.batch.declared
    cell = nation.tariff.cell(told.line, paper.batch.roster.day[owner])
    own = nation.tariff.producer(cell, told.origin, makers(nation, deals.partner[owner], told.line))
    is_listed = (own != NO_PRODUCER) & paper.is_import[owner]
    given = keyed.happens(keyed.derive(paper.batch.roster.deal_key, "producer"), "given", 0.3)
    names = other_names(nation, deals, deals.spelling // 7).dictionary_decode()
    listed = pa.array([producer.name for producer in PRODUCERS])
    place = np.where(is_listed, len(names) + own, owner)
    return pa.DictionaryArray.from_arrays(
        pa.array(place.astype(np.int32), mask=~(is_listed | given[owner])),
        pa.concat_arrays([names, listed]),
    )


def _contracts(nation: Nation, paper: Paper) -> pa.Array:
    """Return the processing contract of each item of the regimes that have one."""
    deals, owner = paper.batch.deals, paper.batch.owner
    has = np.isin(deals.regime, CONTRACT_REGIMES)
    number = numbered(
        "HDGC", contract_numbers(nation, paper.batch.deals.trader, paper.batch.roster.day), 12
    )
    return pa.DictionaryArray.from_arrays(
        pa.array(owner.astype(np.int32), mask=~has[owner]), number
    )


def contract_numbers(nation: Nation, trader: Ints, day: Ints) -> Ints:
    """Return the serial of a trader's processing contract of a year: one a trader and year."""
    year = year_of(day) - 1970
    key = keyed.derive(nation.root("papers"), "contract", trader * 1_000 + year)
    return keyed.integers(key, "contract", 10**11, 10**12)
