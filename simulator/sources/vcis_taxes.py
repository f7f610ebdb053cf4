"""Rows of `thue`: each tax of each goods item, in the order of the law."""

import numpy as np
import pyarrow as pa

from simulator.control.overdue import due_days
from simulator.kernel.arrays import Bools, Ints, coded, dates, whole
from simulator.nation import Nation
from simulator.papers.paper import Paper
from simulator.reference import regimes
from simulator.reference.rate_text import rate_texts
from simulator.reference.regimes import IMPORT
from simulator.reference.tax_letters import LETTERS, is_forgiven, letters_of

# Of the rate that was chosen: by value, by amount, by both; letters of our own, the list is open.
_CLASSES = ("A", "B", "C")


def _choices(letter: Ints, basis_points: Ints, amount_e4: Ints) -> pa.Array:
    """Return the code of each rate: its tax, its class, and the part by value in tenths of 1 %."""
    kind = np.where(amount_e4 == 0, 0, np.where(basis_points == 0, 1, 2))
    packed = (letter * len(_CLASSES) + kind) * 100_000 + basis_points
    values, index = np.unique(packed, return_inverse=True)
    texts = []
    for value in values.tolist():
        which, rate = divmod(value, 100_000)
        tax, own_kind = divmod(which, len(_CLASSES))
        texts.append(f"{LETTERS[tax]}{_CLASSES[own_kind]}{rate // 10:04d}")
    return coded(texts, index.astype(np.int64))


def tax_columns(nation: Nation, paper: Paper) -> tuple[Ints, dict[str, pa.Array]]:
    """Return the declaration of each row of `thue` and its columns."""
    batch, duties = paper.batch, paper.batch.duties
    owner = batch.owner
    letters = letters_of(duties, batch.deals.direction[owner] == IMPORT)
    chosen = [np.flatnonzero(levy.applies) for levy in duties.levies()]
    rows = np.concatenate(chosen)
    letter = np.concatenate([own[at] for own, at in zip(letters, chosen, strict=True)])
    order = np.lexsort((letter, rows))
    names = ("bp", "amount_per_unit_e4", "currency", "base_vnd", "base_quantity_e2", "amount_vnd")
    bp, per_unit, currency, base, quantity, amount = (
        np.concatenate(
            [getattr(levy, name)[at] for levy, at in zip(duties.levies(), chosen, strict=True)]
        )[order]
        for name in names
    )
    rows, letter = rows[order], letter[order]
    declaration = owner[rows]
    regime = batch.deals.regime[declaration]
    exempted = np.where(is_forgiven(regime, letter), amount, 0)
    no_exemption: Bools = exempted == 0
    unit = nation.goods.unit1[batch.declared.line[rows]]
    return declaration, {
        "SO_TK": paper.of_declaration(declaration),
        "STT": whole(batch.declared.number[rows]),
        "MA_SAC_THUE": coded(LETTERS, letter),
        "THUE_SUAT": rate_texts(bp, per_unit, currency, unit),
        "MA_AP_DUNG": _choices(letter, bp, per_unit),
        "TG_TINH_THUE": whole(base, (base == 0) & (per_unit > 0)),
        "LUONG_TINH_THUE": _quantities(quantity, per_unit == 0),
        "SO_TIEN": whole(amount),
        "SO_TIEN_MIEN": whole(exempted, no_exemption),
        "MA_MIEN": coded(regimes.EXEMPTION_CODES, regime, no_exemption),
        "CAN_CU": coded(regimes.EXEMPTION_GROUNDS, regime, no_exemption),
        "HAN_NOP": dates(due_days(batch.roster.day, batch.deals.term)[declaration]),
    }


def _quantities(quantity_e2: Ints, mask: Bools) -> pa.Array:
    values = pa.array(quantity_e2, pa.int64(), mask=mask).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(19, 2), len(values), values.buffers())
