"""Rows of `hang`, `thue` and `chungtu`: the children of one version of a declaration."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.simulator.arrays import (
    Bools,
    Ints,
    constant,
    dates,
    decimals,
    digits,
    texts,
    whole,
)
from ingestion.simulator.block import Nation, Version
from ingestion.simulator.calendar import DAY_SECONDS
from ingestion.simulator.declarations import (
    EXPORT,
    IMPORT,
    IS_PROCESSING,
    TAXED,
    UNTAXED,
)
from ingestion.simulator.exchange import CURRENCIES
from ingestion.simulator.goods import MASS_UNITS
from ingestion.simulator.valuation import schedules
from ingestion.simulator.wording import descriptions


def item_columns(nation: Nation, version: Version) -> dict[str, pa.Array]:
    """Return the columns of `hang`."""
    own, items, lines = version.declarations, version.items, nation.lines
    owner = items.declaration
    is_processing: Bools = IS_PROCESSING[own.regime[owner]]
    by_mass: Bools = np.array([unit in MASS_UNITS for unit in lines.units])[items.line]
    names, schedule = schedules(own, items, nation.countries)
    code = pc.binary_join_element_wise(
        texts(("NPL", "SP"), own.direction[owner]), digits(items.line * 100 + items.model % 7), ""
    )
    no_code = pa.scalar(None, pa.string())
    return {
        "SO_TK": version.numbers.take(pa.array(owner)),
        "STT": whole(items.number),
        "MA_HS": texts(lines.codes, items.line),
        "MA_QL": pc.if_else(pa.array(is_processing), code, no_code),
        "TEN_HANG": _goods_names(nation, version, is_processing, code),
        "MA_NUOC_XX": pc.if_else(
            pa.array(own.direction[owner] == EXPORT),
            "VN",
            texts(nation.countries.codes, items.origin),
        ),
        "LUONG1": decimals(items.quantity, 2),
        "MA_DVT1": texts(lines.units, items.line),
        "LUONG2": decimals(items.mass, 2, by_mass),
        "MA_DVT2": texts(("KGM",), np.zeros(len(items), dtype=np.int64), by_mass),
        "TRI_GIA_HD": decimals(items.invoice_value, 2),
        "DON_GIA": decimals(items.unit_price, 4),
        "MA_NT_DG": texts(CURRENCIES, own.currency[owner]),
        "TRI_GIA_TT": whole(version.valuation.customs_value),
        "MA_BIEU_THUE": texts(names, np.maximum(schedule, 0), schedule < 0),
        "SO_CO": certificates(nation, version, np.arange(len(items)), ~items.has_preference),
    }


def _goods_names(nation: Nation, version: Version, coded: Bools, code: pa.Array) -> pa.Array:
    """Return descriptions: half of the hidden goods are still called by their own name."""
    items, lines = version.items, nation.lines
    named = np.where(items.model % 2 == 0, items.true_line, items.line)
    words = descriptions(lines.names_vi, named, items.model, items.model // 7)
    return pc.if_else(pa.array(coded), pc.binary_join_element_wise(code, words, "#&"), words)


def certificates(nation: Nation, version: Version, rows: Ints, mask: Bools) -> pa.Array:
    """Return certificate numbers of items: one for a declaration and form."""
    items = version.items
    form = texts(nation.countries.forms, items.origin[rows])
    number = digits(version.declarations.number[items.declaration[rows]])
    joined = pc.binary_join_element_wise(form, number, "-")
    return pc.if_else(pa.array(mask), pa.scalar(None, pa.string()), joined)


def tax_columns(version: Version) -> tuple[Ints, dict[str, pa.Array]]:
    """Return the item position of each row of `thue` and its columns."""
    own, items, taxes = version.declarations, version.items, version.valuation.taxes
    value = version.valuation.customs_value
    owner = items.declaration
    is_import = own.direction[owner] == IMPORT
    taxation = own.taxation[owner]
    none = np.zeros(len(items), dtype=np.int64)
    is_taxed = is_import & (taxation == TAXED)
    after_duty = value + taxes.duty
    kinds = (
        (is_import & (taxation != UNTAXED), taxes.duty_bp, taxes.duty, value, taxes.exempted),
        (~is_import & (taxes.duty_bp > 0), taxes.duty_bp, taxes.duty, value, none),
        (taxes.excise_bp > 0, taxes.excise_bp, taxes.excise, after_duty, none),
        (is_taxed, taxes.vat_bp, taxes.vat, after_duty + taxes.excise, none),
    )  # fmt: skip
    rows = np.concatenate([np.flatnonzero(has) for has, *_ in kinds])
    letter = np.concatenate([np.full(int(has.sum()), i) for i, (has, *_) in enumerate(kinds)])
    stacked = [np.concatenate([kind[i][kind[0]] for kind in kinds]) for i in range(1, 5)]
    order = np.lexsort((letter, rows))
    rows, letter = rows[order], letter[order]
    rate, amount, base, exempted = (column[order] for column in stacked)
    no_exemption: Bools = exempted == 0
    return rows, {
        "SO_TK": version.numbers.take(pa.array(owner[rows])),
        "STT": whole(items.number[rows]),
        "MA_SAC_THUE": texts(("N", "X", "T", "V"), letter),
        "THUE_SUAT": _rates(rate),
        "TG_TINH_THUE": whole(base),
        "SO_TIEN": whole(amount),
        "SO_TIEN_MIEN": whole(exempted, no_exemption),
        "MA_MIEN": texts(("XN021",), np.zeros(len(rows), dtype=np.int64), no_exemption),
        "HAN_NOP": dates(own.registered[owner[rows]] // DAY_SECONDS),
    }


def rate_text(basis_points: int) -> str:
    """Return a rate as the extract writes it: 5%, 2.5%."""
    return f"{basis_points / 100:g}%"


def _rates(basis_points: Ints) -> pa.Array:
    values, index = np.unique(basis_points, return_inverse=True)
    return texts([rate_text(value) for value in values.tolist()], index.astype(np.int64))


def document_columns(nation: Nation, version: Version) -> tuple[Ints, dict[str, pa.Array]]:
    """Return the declaration of each row of `chungtu` (certificates of origin) and its columns."""
    items = version.items
    forms = sorted(set(nation.countries.forms))
    form = np.array([forms.index(code) for code in nation.countries.forms])[items.origin]
    pairs = items.declaration * len(forms) + form
    _, first = np.unique(np.where(items.has_preference, pairs, -1), return_index=True)
    rows = first[items.has_preference[first]]
    owner = items.declaration[rows]
    starts = np.searchsorted(owner, owner)
    no: Bools = np.zeros(len(rows), dtype=bool)
    return owner, {
        "SO_TK": version.numbers.take(pa.array(owner)),
        "STT_CT": whole(np.arange(len(rows)) - starts + 1),
        "LOAI_CT": constant("CO", len(rows)),
        "SO_CT": certificates(nation, version, rows, no),
        "NGAY_CT": dates(version.declarations.day[owner] - 3 - items.model[rows] % 12),
        "NOI_CAP": texts(nation.countries.codes, items.origin[rows]),
        "MA_MAU": texts(forms, form[rows]),
    }
