"""Dated changes of MFN, excise and export rates: from a day on, a rate or a highest rate."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from simulator.kernel.arrays import Ints
from simulator.reference.lists import read_list
from simulator.reference.timeline import Timeline, starting_with

_RULES = ("is", "at most")


class RateChange(NamedTuple):
    """From a day on, lines that begin with a prefix and bore at least `from_bp` bear another rate.

    Attributes:
        tax: MFN, EXCISE or EXPORT.
        is_cap: Whether they pay at most that rate; else just that.
        since: First day.
        prefixes: First digits of the codes.
        from_bp, rate_bp: Hundredths of a percent.
    """

    tax: str
    is_cap: bool
    since: date
    prefixes: tuple[str, ...]
    from_bp: int
    rate_bp: int


def _change(row: dict[str, str]) -> RateChange:
    return RateChange(
        row["tax"],
        bool(_RULES.index(row["rule"])),
        date.fromisoformat(row["since"]),
        tuple(row["prefixes"].split()),
        int(row["from_bp"]),
        int(row["rate_bp"]),
    )


_CHANGES = read_list("rate_changes.csv", _change)


def change_days() -> list[date]:
    """Return every day on which a rate changes."""
    return [change.since for change in _CHANGES]


def changed_rates(codes: Sequence[str], base_bp: Ints, tax: str, time: Timeline) -> Ints:
    """Return rates by line and stretch, shape (lines, epochs).

    Args:
        codes: Eight digits of each line.
        base_bp: Rates before the changes, shape (lines,), or by stretch, shape (lines, epochs).
        tax: MFN, EXCISE or EXPORT.
        time: Timeline cut at `change_days`.
    """
    base = base_bp.reshape(len(codes), -1)
    rates = np.repeat(base, len(time), axis=1) if base.shape[1] == 1 else base.copy()
    for change in (change for change in _CHANGES if change.tax == tax):
        lines = starting_with(codes, change.prefixes) & (base[:, 0] >= change.from_bp)
        cells = np.ix_(lines, time.since(change.since))
        capped = np.minimum(rates[cells], change.rate_bp)
        rates[cells] = capped if change.is_cap else change.rate_bp
    return rates
