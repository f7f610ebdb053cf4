"""Policies that everybody can compare with: lot, practice, value, past rates, plain trees.

Each reads the outside files of a finished nation and chooses week by week, at the end of each week,
among what the week registered; what it knows of checks is what had come of them before the week
(the trees: before the month), whatever is told later. The oracle, which reads the truth, stands
apart in `benchmark.oracle`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import DAY_SECONDS, Floats, Ints, last_second_of, rank_within, week_of
from benchmark.kinds import KINDS, PHYSICAL
from benchmark.outside import Limits, connection, load
from benchmark.outside_files import tell_days
from benchmark.plain_trees import make_features, tax_at_risk, told_features
from benchmark.selection import Selection, audits, checks, join
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
_ALWAYS = 2**53
_OF_RATES = ("facts", "items", "results", "labels", "past_rates")
_OF_TREES = (*_OF_RATES, "measured", "traders_so_far")
# In the order of `legacy_checks`.
_BY_DEPTH = (
    "physical", "physical", "laboratory", "value_consultation", "scanner", "specialised_agency",
    "documents",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """What a policy is asked for.

    Attributes:
        world: Folder of outside files.
        capacity: Checks a week.
        first_day, last_day: Days since 1970, both included; None is the nation's own.
        kind: Kind of check of those policies that choose declarations only; position in KINDS.
        seed: Seed of lots.
        limits: Of reading.
        progress: Told what is being done, where that takes long.
    """

    world: Path
    capacity: int
    first_day: int | None = None
    last_day: int | None = None
    kind: int = PHYSICAL
    seed: int = 1
    limits: Limits = field(default_factory=Limits)
    progress: Callable[[str], None] = lambda _: None

    @property
    def period(self) -> dict[str, int]:
        """First and last second."""
        first = 0 if self.first_day is None else self.first_day * DAY_SECONDS
        last = _ALWAYS if self.last_day is None else (self.last_day + 1) * DAY_SECONDS - 1
        return {"first": first, "last": last}


def by_lot(terms: Terms) -> Selection:
    """Return what a lot chooses: every declaration of a week has the same chance."""
    with _opened(terms, ("tk",), ("facts",)) as opened:
        number, week, score = _scores(opened, "value_scores", terms)
    return weekly_best(terms, number, week, np.random.default_rng(terms.seed).random(len(score)))


def by_value(terms: Terms) -> Selection:
    """Return the declarations with the highest customs value (TONG_TG_TT)."""
    with _opened(terms, ("tk",), ("facts",)) as opened:
        return weekly_best(terms, *_scores(opened, "value_scores", terms))


def by_past_rate(terms: Terms) -> Selection:
    """Return those whose trader and HS6 were irregular most often in checks known before."""
    with _opened(terms, ("tk", "hang", "kiemtra"), _OF_RATES) as opened:
        return weekly_best(terms, *_scores(opened, "past_rate_scores", terms))


def by_plain_trees(terms: Terms) -> Selection:
    """Return those with most tax at risk by boosted trees on obvious columns, renewed monthly."""
    with _opened(terms, ("tk", "hang", "kiemtra"), _OF_TREES) as opened:
        make_features(opened, terms.progress)
        number, week, _ = _scores(opened, "value_scores", terms)
        settings = {"seed": terms.seed, "nthread": terms.limits.threads}
        score = tax_at_risk(opened, number, settings, terms.progress)
    return weekly_best(terms, number, week, score)


def plain_items(world: Path, limits: Limits) -> pa.Table:
    """Return what the plain trees know of each goods item of a finished nation: `told_features`."""
    with _opened(Terms(world, 0, limits=limits), ("tk", "hang", "kiemtra"), _OF_TREES) as opened:
        make_features(opened)
        return told_features(opened)


def by_practice(terms: Terms) -> Selection:
    """Return what the legacy policy looked at: red first, then yellow; without its random arm.

    One check a declaration, the deepest on record, chosen when the lane was given; audits as they
    were decided. What the week's capacity does not hold is left out. Without a first day of its
    own the period begins with the first declaration: `ktstq` tells of audits long before it.
    """
    with connection(terms.limits) as opened:
        load(opened, terms.world, ("tk", "phanluong", "kiemtra", "ktstq"))
        period = terms.period
        if terms.first_day is None:
            row = opened.sql(_SQL["opening"]).to_arrow_table()
            period |= {"first": row["first"][0].as_py()}
        asked = {**period, "seed": terms.seed}
        lanes = opened.sql(_SQL["legacy_checks"], params=asked).to_arrow_table()
        decided = opened.sql(_SQL["legacy_audits"], params=period).to_arrow_table()
    return join([_practised(lanes, terms), _audited(decided)])


POLICIES: Mapping[str, Callable[[Terms], Selection]] = {
    "random": by_lot,
    "legacy": by_practice,
    "value": by_value,
    "past_rate": by_past_rate,
    "xgboost": by_plain_trees,
}


def weekly_best(terms: Terms, number: Ints, week: Ints, score: Floats) -> Selection:
    """Return the highest scores of each week, chosen in its last second.

    Args:
        terms: Capacity and kind.
        number: Declarations, 11 digits, shape (n,).
        week: Week of registration, same shape.
        score: Higher is chosen first, same shape; ties by number.
    """
    rank = rank_within(week, -score, number)
    kept = np.flatnonzero(rank < terms.capacity)
    kept = kept[np.lexsort((rank[kept], week[kept]))]
    return checks(number[kept], terms.kind, last_second_of(week[kept]), rank[kept] + 1)


@contextmanager
def _opened(
    terms: Terms, tables: tuple[str, ...], steps: tuple[str, ...]
) -> Iterator[duckdb.DuckDBPyConnection]:
    with connection(terms.limits) as opened:
        load(opened, terms.world, tables)
        if "kiemtra" in tables:
            tell_days(opened, "kiemtra")
        for step in steps:
            opened.execute(_SQL[step])
        yield opened


def _scores(
    opened: duckdb.DuckDBPyConnection, name: str, terms: Terms
) -> tuple[Ints, Ints, Floats]:
    """Return number, week and score of each declaration of the period, by number."""
    table = opened.sql(_SQL[name], params=terms.period).to_arrow_table()
    score = table["score"].cast(pa.float64()).to_numpy()
    return _whole(table["number"]), _whole(table["week"]), score


def _whole(column: pa.ChunkedArray) -> Ints:
    numbers: Ints = pc.fill_null(column.cast(pa.int64()), -1).to_numpy().astype(np.int64)
    return numbers


def _practised(lanes: pa.Table, terms: Terms) -> Selection:
    chosen = _whole(lanes["chosen"])
    week = week_of(chosen // DAY_SECONDS)
    lot = lanes["lot"].to_numpy()
    rank = rank_within(week, -_whole(lanes["lane"]), lot)
    kept = np.flatnonzero(rank < terms.capacity)
    kinds = np.array([KINDS.index(name) for name in _BY_DEPTH])
    kind = kinds[_whole(lanes["depth"])[kept] - 1]
    return checks(_whole(lanes["number"])[kept], kind, chosen[kept], rank[kept] + 1)


def _audited(decided: pa.Table) -> Selection:
    moment = _whole(decided["decided"])
    day = moment // DAY_SECONDS
    # An audit's period ends before it is decided; a longer one is cut to what had happened.
    last = np.minimum(_whole(decided["period_to"]), day)
    rank = rank_within(week_of(day), moment) + 1
    trader = decided["trader"].cast(pa.string()).combine_chunks()
    return audits(trader, (_whole(decided["period_from"]), last), moment, rank)
