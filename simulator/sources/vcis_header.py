"""Rows of `tk`: the header of one version of a declaration."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.kinds import BULK_SHIP, INCOTERMS, KINDS, PERSON
from simulator.control.lifecycle import NEVER
from simulator.control.overdue import must_leave, re_export_limit
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, dates, decimals, moments, numbered, whole
from simulator.nation import Nation
from simulator.papers.numbers import guarantee_numbers, invoice_days, invoice_numbers
from simulator.papers.paper import Paper, as_text, base_numbers, country_texts, drafted_at
from simulator.papers.parties import other_addresses, other_names
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.declaration_kinds import ON_THE_SPOT, TURNING_KINDS
from simulator.reference.exchange import CURRENCIES
from simulator.reference.goods import AUTHORITIES, PACKAGES
from simulator.reference.offices import codes
from simulator.reference.regimes import EXPORT, IMPORT, REGIMES
from simulator.trade.deals import PAYMENTS, TERMS, VALUATION_CODES
from simulator.trade.valuation import sums

# Gross mass has six digits before the point: more kilograms are told in tonnes.
_BULK_KG_E2, _TOO_MANY_KG_E2 = 10_000_000, 100_000_000
# Imports whose seller is not named: an assumption.
_NAMELESS_SHARE = 0.08
# Goods sold to a trading place go on to somewhere else more often; shares are assumptions.
_HUBS, _ONWARD_SHARES = ("SG", "HK", "AE", "NL"), (0.3, 0.04)
# Marks of trade on the spot: Circular 38/2015/TT-BTC, article 86.
_NOTES = (None, "Hàng gửi nhiều lần", "#&XKTC", "#&NKTC")
_LAWS = [""] + [agency.law for agency in AUTHORITIES]


def header_columns(nation: Nation, paper: Paper, cleared: Ints, taken: Ints) -> dict[str, pa.Array]:
    """Return the columns of `tk`, as far as the rows know.

    Args:
        nation: The nation.
        paper: Declarations of one version.
        cleared: Local second of clearance, NEVER where a row does not know of it yet.
        taken: Running number of the import that took the goods over on the spot, 0 for none.
    """
    roster, deals = paper.batch.roster, paper.batch.deals
    no_clearance: Bools = cleared == NEVER
    single: Bools = roster.branches == 1
    is_first = np.full(len(roster), paper.digit == 0)
    chain = base_numbers(deals.direction, roster.chain_number)
    team = keyed.integers(keyed.derive(nation.root("teams"), "team", deals.trader), "team", 0, 3)
    return (
        {
            "SO_TK": as_text(paper.so_tk),
            "SO_DONG": whole(roster.item_count),
            "SO_TK_DAU": as_text(chain, single),
            "SO_NHANH": whole(roster.branch, single),
            "TONG_NHANH": whole(roster.branches, single),
            "NHOM": coded(("N", "X"), deals.direction),
            "MA_LH": coded(REGIMES, deals.regime),
            "MA_HQ": codes(nation.offices, deals.office, roster.day),
            "MA_DOI": coded(("00", "01", "02"), team),
            "NGAY_IDA": moments(drafted_at(roster)),
            "NGAY_DK": moments(roster.registered),
            "NGAY_TQ": moments(cleared, no_clearance),
        }
        | _parties(nation, paper)
        | _transport(nation, paper)
        | _commerce(paper)
        | _money(nation, paper)
        | _links(nation, paper, taken)
        | {
            "LAN_SUA": whole(np.full(len(roster), paper.digit), is_first),
            "MA_LY_DO_SUA": coded(("0", "1", "2", "3", "4", "5", "6"), paper.reason, is_first),
        }
    )


def _of(values: pa.Array, index: Ints, mask: Bools | None) -> pa.Array:
    """Return `values[index]` as dictionary text, null where `mask` is true."""
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32), mask=mask), values)


def _without(texts: pa.Array, mask: Bools) -> pa.Array:
    """Return dictionary text, null where `mask` is true."""
    index = pc.if_else(pa.array(mask), pa.scalar(None, texts.indices.type), texts.indices)
    return pa.DictionaryArray.from_arrays(index, texts.dictionary)


def _parties(nation: Nation, paper: Paper) -> dict[str, pa.Array]:
    roster, deals = paper.batch.roster, paper.batch.deals
    traders = nation.traders
    self_declared: Bools = deals.broker < 0
    broker = np.maximum(deals.broker, 0)
    is_gift: Bools = (traders.kind[deals.trader] == PERSON) & keyed.happens(
        roster.key, "gift", 0.25
    )
    no_principal: Bools = deals.principal < 0
    nameless = keyed.happens(roster.deal_key, "nameless partner", _NAMELESS_SHARE)
    is_nameless: Bools = (deals.direction == IMPORT) & nameless & (deals.at_home < 0)
    return {
        "MA_DN": coded(nation.traders.tax_codes, deals.trader, is_gift),
        "LOAI_DN": coded(KINDS, traders.kind[deals.trader]),
        "TEN_DN": _of(nation.actors.texts.names, deals.trader, None),
        "DIA_CHI_DN": _of(nation.actors.texts.addresses, deals.trader, None),
        "MA_DL": _of(nation.brokers.codes, broker, self_declared),
        "TEN_DL": _of(nation.brokers.names, broker, self_declared),
        "MA_UT": coded(nation.traders.tax_codes, np.maximum(deals.principal, 0), no_principal),
        "TEN_DT": _without(other_names(nation, deals, deals.spelling), is_nameless),
        "DIA_CHI_DT": other_addresses(nation, deals, is_nameless),
        "MA_NUOC_DT": coded(nation.countries.codes, deals.country),
    }


def _transport(nation: Nation, paper: Paper) -> dict[str, pa.Array]:
    deals, cargo = paper.batch.deals, paper.consignments
    in_tonnes: Bools = paper.gross_kg_e2 >= np.where(
        deals.transport == BULK_SHIP, _BULK_KG_E2, _TOO_MANY_KG_E2
    )
    kilograms = decimals(paper.gross_kg_e2, 2).cast(pa.decimal128(25, 3))
    tonnes = decimals((paper.gross_kg_e2 + 50) // 100, 3).cast(pa.decimal128(25, 3))
    leading = np.searchsorted(paper.batch.owner, np.arange(len(paper.batch)))
    line = paper.batch.declared.line[leading]
    rows, arrived = pa.array(paper.rows), cargo.arrived[paper.rows]
    sent_from = np.where(paper.is_import, paper.batch.sent_from, nation.home)
    return {
        "MA_PTVT": coded([str(code) for code in range(10)], deals.transport),
        "SO_HIEU_PTVT": cargo.means.take(rows),
        "NGAY_DEN": dates(arrived // DAY_SECONDS, ~paper.is_import | (arrived < 0)),
        "MA_CANG_XEP": cargo.loaded_at.take(rows),
        "MA_CANG_DO": cargo.discharged_at.take(rows),
        "MA_NUOC_XUAT": country_texts(nation, sent_from),
        "SO_VD1": cargo.bill_numbers.take(rows),
        **{
            f"SO_VD{place}": numbers.take(rows)
            for place, numbers in enumerate(cargo.further_bills, 2)
        },
        "SO_KIEN": whole(paper.packages),
        "MA_DVT_KIEN": coded(PACKAGES, nation.goods.package[line]),
        "TRONG_LUONG": pc.if_else(pa.array(in_tonnes), tonnes, kilograms),
        "MA_DVT_TL": coded(("KGM", "TNE"), in_tonnes.astype(np.int64)),
    }


def _commerce(paper: Paper) -> dict[str, pa.Array]:
    roster, deals, values = paper.batch.roster, paper.batch.deals, paper.batch.valuation
    no_freight: Bools = values.freight_e2 == 0
    no_insurance: Bools = values.insurance_e2 == 0
    invoiced = invoice_days(roster)
    return {
        "SO_HD": invoice_numbers(roster.deal_key),
        "NGAY_HD": dates(invoiced),
        "MA_DKGH": coded(INCOTERMS, deals.incoterm),
        "MA_PTTT": coded(PAYMENTS, deals.payment),
        "MA_NT": coded(CURRENCIES, deals.currency),
        "TONG_TG_HD": decimals(values.invoice_total_e2, 2),
        "MA_PL_TRI_GIA": coded(VALUATION_CODES, deals.valuation),
        "PHI_VC": decimals(values.freight_e2, 2, no_freight),
        "MA_NT_VC": coded(CURRENCIES, deals.currency, no_freight),
        "PHI_BH": decimals(values.insurance_e2, 2, no_insurance),
        "MA_NT_BH": coded(CURRENCIES, deals.currency, no_insurance),
        "DC_TRI_GIA": whole(values.adjustment_vnd, values.adjustment_vnd == 0),
    }


def _money(nation: Nation, paper: Paper) -> dict[str, pa.Array]:
    batch = paper.batch
    values = batch.valuation
    duties = sums(batch.owner, batch.duties.total(), len(batch))
    is_guaranteed = np.isin(batch.deals.term, (TERMS.index("A"), TERMS.index("B")))
    return {
        "TY_GIA": decimals(values.rate_e2, 2),
        "TONG_TG_TT": whole(values.customs_total_vnd),
        "TONG_THUE": whole(duties),
        "MA_THOI_HAN": coded(TERMS, batch.deals.term),
        "SO_BAO_LANH": pc.if_else(
            pa.array(is_guaranteed),
            numbered("BL", guarantee_numbers(nation, batch), 14),
            pa.scalar(None, pa.string()),
        ),
    }


def _links(nation: Nation, paper: Paper, taken: Ints) -> dict[str, pa.Array]:
    roster, deals = paper.batch.roster, paper.batch.deals
    turned = np.isin(roster.kind, (*TURNING_KINDS, ON_THE_SPOT))
    other = np.where(turned, roster.parent_number, taken)
    return {
        "MA_LUAT_KHAC": _laws(nation, paper),
        "HAN_TAI_XUAT": dates(re_export_limit(deals.regime, roster.day), ~must_leave(deals)),
        "SO_TK_DOI_UNG": as_text(base_numbers(1 - deals.direction, other), other == 0),
        "MA_NUOC_DICH": _destinations(nation, paper),
        "GHI_CHU": coded(_NOTES, _notes(paper)),
    }


def _notes(paper: Paper) -> Ints:
    """Return the position in _NOTES of what is noted beside each declaration."""
    deals = paper.batch.deals
    on_the_spot = np.where(deals.direction == EXPORT, 2, 3)
    return np.where(deals.at_home >= 0, on_the_spot, paper.batch.roster.branches > 1)


def _destinations(nation: Nation, paper: Paper) -> pa.Array:
    """Return the last known destination of exports: the partner's country, for some another one."""
    roster, deals = paper.batch.roster, paper.batch.deals
    is_hub = np.isin(deals.country, [nation.countries.codes.index(code) for code in _HUBS])
    onward = keyed.happens(roster.deal_key, "goes on", np.where(is_hub, *_ONWARD_SHARES))
    other = keyed.choose(roster.deal_key, "destination", nation.countries.export_weight)
    onward &= deals.at_home < 0
    return country_texts(nation, np.where(onward, other, deals.country), paper.is_import)


def _laws(nation: Nation, paper: Paper) -> pa.Array:
    """Return the other-law codes of a declaration's goods, the first two different ones."""
    agency = nation.goods.agency[paper.batch.declared.line] + 1
    starts = np.searchsorted(paper.batch.owner, np.arange(len(paper.batch)))
    highest = np.maximum.reduceat(agency, starts)
    lower = np.where(agency == highest[paper.batch.owner], 0, agency)
    second = np.maximum.reduceat(lower, starts)
    count = len(_LAWS)
    texts = [
        ";".join(sorted({_LAWS[i], _LAWS[j]} - {""})) or None
        for i in range(count)
        for j in range(count)
    ]
    return coded(texts, highest * count + second)
