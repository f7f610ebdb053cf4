"""What the page of results reads of a contest, as `customs bench play` and `ceiling` print it.

Figures are shares, VND and counts as in `results_page`; None stands for too few.
"""

from typing import Annotated, NotRequired, TypedDict

import msgspec

from measures.intervals import Interval, Rate


class _Capacity(TypedDict):
    checks: int
    audits: int | None


class _Share(TypedDict):
    share_of_oracle: float | None
    oracle_losses: int


class _Rates(TypedDict):
    checks: Rate
    audits: Rate


class _Told(TypedDict):
    hit_rate: Rate


class _Warning(TypedDict):
    seen: int
    new_schemes: int


class _NotCounted(TypedDict):
    invalid: int
    surplus: int


class _NotYetVisible(TypedDict):
    losses: int
    evaded_vnd: float


class _Used(TypedDict):
    seconds: float
    memory_bytes: int | None


class _Policy(_Share):
    mechanisms: dict[str, _Share]
    hit_rate: _Rates
    early_warning: _Warning
    recovered_vnd: float
    told: NotRequired[_Told]
    not_yet_visible: NotRequired[_NotYetVisible]
    not_counted: NotRequired[_NotCounted]
    used: NotRequired[_Used]


class _Money(TypedDict):
    oracle_losses: int
    share_of_oracle: Interval
    recovered_vnd: Interval
    oracle_vnd: float


class _PolicyThere(TypedDict):
    money: _Money


class _Played(TypedDict):
    version: str
    first_date: str
    warmup_days: int
    random_arm: float
    mechanisms: NotRequired[list[str]]


class _Nation(TypedDict):
    weeks: int
    seed: NotRequired[int]
    policies: dict[str, _PolicyThere]


class _Measure(TypedDict):
    difference: Interval
    wins: int
    nations: int


class _Measures(TypedDict):
    share_of_oracle: _Measure
    share_of_oracle_seen: _Measure
    share_of_oracle_unseen: _Measure
    recovered_million_vnd: _Measure
    check_hit_rate: _Measure


class _Comparison(TypedDict):
    a: str
    b: str
    measures: _Measures


class _Both(TypedDict):
    taught: Interval
    left_out: Interval


class _OfAMechanism(TypedDict):
    taught: float | None
    left_out: float | None
    verdict: str
    oracle_losses: int


class _LeftOut(TypedDict):
    all: _Both
    mechanisms: dict[str, _OfAMechanism]


class ToldContest(TypedDict):
    """A contest; what is not named here is not read."""

    policies: Annotated[dict[str, _Policy], msgspec.Meta(min_length=1)]
    comparisons: list[_Comparison]
    nations: Annotated[list[_Nation], msgspec.Meta(min_length=1)]
    capacity: _Capacity
    scale: float
    history_weeks: int
    unseen: list[str]
    nation: NotRequired[_Played]
    round: NotRequired[str]
    left_out: NotRequired[_LeftOut]
