"""Rows of `tk`: the header of one version of a declaration."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.simulator.arrays import (
    Bools,
    Ints,
    dates,
    decimals,
    digits,
    moments,
    numbered,
    texts,
    whole,
)
from ingestion.simulator.block import Nation, Version
from ingestion.simulator.declarations import (
    IMPORT,
    INCOTERMS,
    REGIMES,
    SEA_BULK,
    Declarations,
)
from ingestion.simulator.exchange import CURRENCIES
from ingestion.simulator.lifecycle import NEVER
from ingestion.simulator.wording import partner_names

_KINDS = ("DN", "HKD", "CN")
_PORTS = ("VNHPH", "VNSGN", "VNCLI", "VNDAD", "VNHAN", "VNHUU")
_PAYMENTS = ("TTR", "LC", "DP", "DA", "KHONGTT", "KC")


def header_columns(nation: Nation, version: Version, cleared: Ints) -> dict[str, pa.Array]:
    """Return the columns of `tk`; `cleared` is NEVER where the row does not know of it yet."""
    own = version.declarations
    values = version.valuation
    has_no_clearance: Bools = cleared == NEVER
    first: Bools = np.full(len(own), version.digit == 0)
    return (
        {
            "SO_TK": version.numbers,
            "SO_DONG": whole(own.item_count),
            "NHOM": texts(("N", "X"), own.direction),
            "MA_LH": texts(REGIMES, own.regime),
            "MA_HQ": texts(nation.offices.codes, own.office),
            "MA_DOI": texts(("00", "01", "02"), own.trader % 3),
            "NGAY_IDA": moments(own.pre_registered),
            "NGAY_DK": moments(own.registered),
            "NGAY_TQ": moments(cleared, has_no_clearance),
        }
        | _parties(nation, own)
        | _transport(nation, version)
        | _commerce(version)
        | {
            "TY_GIA": decimals(own.rate, 2),
            "TONG_TG_TT": whole(values.customs_total),
            "TONG_THUE": whole(_tax_totals(version)),
            "MA_THOI_HAN": texts(("D", "B", "A"), own.trader % 11 // 5),
            "LAN_SUA": whole(np.full(len(own), version.digit), first),
            "MA_LY_DO_SUA": pa.array(version.reason, pa.int64(), mask=first).cast(pa.string()),
        }
    )


def _parties(nation: Nation, own: Declarations) -> dict[str, pa.Array]:
    traders = nation.traders
    self_declared: Bools = own.broker < 0
    brokers = np.maximum(own.broker, 0)
    is_gift: Bools = (traders.kind[own.trader] == 2) & (own.spelling % 4 == 0)  # noqa: PLR2004
    return {
        "MA_DN": texts(traders.tax_codes, own.trader, is_gift),
        "LOAI_DN": texts(_KINDS, traders.kind[own.trader]),
        "TEN_DN": texts(nation.trader_names, own.trader),
        "DIA_CHI_DN": texts(nation.trader_addresses, own.trader),
        "MA_DL": texts(
            [f"{30_000 + i:05d}" for i in range(len(nation.broker_names))], brokers, self_declared
        ),
        "TEN_DL": texts(nation.broker_names, brokers, self_declared),
        "TEN_DT": partner_names(own.partner, own.spelling),
        "MA_NUOC_DT": texts(nation.countries.codes, own.country),
    }


def _transport(nation: Nation, version: Version) -> dict[str, pa.Array]:
    own, items = version.declarations, version.items
    grams = np.zeros(len(own))
    np.add.at(grams, items.declaration, items.true_mass_kg * 1_000)
    packing = 1.03 + own.spelling % 97 / 97 * 0.1
    gross = np.maximum(np.rint(grams * packing), 1.0).astype(np.int64)
    in_tonnes: Bools = own.transport == SEA_BULK
    # 1 g is 10^-3 kg and 10^-6 t: the same whole number under two scales.
    weight = pc.if_else(
        pa.array(in_tonnes),
        decimals(gross, 6).cast(pa.decimal128(25, 6)),
        decimals(gross, 3).cast(pa.decimal128(25, 6)),
    )
    is_import = own.direction == IMPORT
    foreign = texts(nation.countries.ports, own.country)
    home = texts(_PORTS, own.office % len(_PORTS))
    arrival = own.day - own.spelling % 6
    return {
        "MA_PTVT": digits(own.transport),
        "SO_HIEU_PTVT": numbered("V", own.spelling % 9_973, 5),
        "NGAY_DEN": dates(arrival, ~is_import),
        "MA_CANG_XEP": pc.if_else(pa.array(is_import), foreign, home),
        "MA_CANG_DO": pc.if_else(pa.array(is_import), home, foreign),
        "MA_NUOC_XUAT": pc.if_else(
            pa.array(is_import), texts(nation.countries.codes, own.country), "VN"
        ),
        "SO_VD1": numbered("BL", own.number % 10**9, 9),
        "SO_KIEN": whole(1 + (gross / 1_000 / 18).astype(np.int64)),
        "MA_DVT_KIEN": texts(("CT", "PK", "PX", "BX"), own.spelling % 4),
        "TRONG_LUONG": weight,
        "MA_DVT_TL": texts(("KGM", "TNE"), in_tonnes.astype(np.int64)),
    }


def _commerce(version: Version) -> dict[str, pa.Array]:
    own, values = version.declarations, version.valuation
    no_freight: Bools = values.freight == 0
    no_insurance: Bools = values.insurance == 0
    return {
        "SO_HD": numbered("INV-", own.spelling, 6),
        "NGAY_HD": dates(own.day - 2 - own.spelling % 25),
        "MA_DKGH": texts(INCOTERMS, own.incoterm),
        "MA_PTTT": texts(_PAYMENTS, own.partner % 9 // 2),
        "MA_NT": texts(CURRENCIES, own.currency),
        "TONG_TG_HD": decimals(values.invoice_total, 2),
        "MA_PL_TRI_GIA": texts(("6", "7"), own.is_related.astype(np.int64)),
        "PHI_VC": decimals(values.freight, 2, no_freight),
        "MA_NT_VC": texts(CURRENCIES, own.currency, no_freight),
        "PHI_BH": decimals(values.insurance, 2, no_insurance),
        "MA_NT_BH": texts(CURRENCIES, own.currency, no_insurance),
    }


def _tax_totals(version: Version) -> Ints:
    result = np.zeros(len(version.declarations), dtype=np.int64)
    np.add.at(result, version.items.declaration, version.valuation.taxes.total)
    return result
