"""What a comparison reads of a score, as `customs bench score --json` prints it.

Figures are shares, VND and days as in `score`; None stands for too few, or nothing.
"""

from typing import TypedDict


class _Capacity(TypedDict):
    checks: int | None
    audits: int | None


class _Amount(TypedDict):
    value: float


class _Sum(TypedDict):
    recovered_vnd: _Amount
    oracle_vnd: float
    oracle_losses: int


class _Money(_Sum):
    mechanisms: dict[str, _Sum]


class _Share(TypedDict):
    value: float | None


class _HitRates(TypedDict):
    checks: _Share


class _Warning(TypedDict):
    median_days: float | None


class _Point(TypedDict):
    capacity_pct: int
    share_of_oracle: _Share


class _Recall(TypedDict):
    checks: list[_Point] | None


class ToldScore(TypedDict):
    """A score; what is not named here is not read."""

    nation: str
    capacity: _Capacity
    money: _Money
    hit_rate: _HitRates
    early_warning: _Warning
    recall: _Recall
