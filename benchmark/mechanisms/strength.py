"""How well the best single rule tells each mechanism from honest goods.

A rule is a sign and a threshold: what lies at it or above is flagged. Goods of other mechanisms are
left out, so that only honest goods are flagged wrongly. A rule flags items, whole declarations (by
the highest of their items) or traders (by the mean of theirs).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from scipy.special import ndtr, stdtrit

from benchmark.arrays import Bools, Floats, Ints
from benchmark.mechanisms.signs import SIGNS
from benchmark.mechanisms.stories import STORIES
from data_contracts.statements import statements_beside
from measures.intervals import Interval, ratio_interval, resampled_sums

_SQL = statements_beside(__file__)
ITEM, DECLARATION, TRADER = "item", "declaration", "trader"
# No single rule may reach this precision and this recall at once.
MOST = 0.6
# Standard errors (over traders) by which a sign must tell something, and a silent table must not:
# there are many of these.
_SURE, _SURE_OF_SILENT = 3.0, 4.0
# A table in which nothing shows puts irregular goods within so much of the middle of honest ones.
_MIDDLE = 0.1
# A sign that puts them no further from the middle than this is not worth naming.
_CLEAR = 0.15
_LEAST_ROWS, _LEAST_TRADERS = 10, 6
_SEED, _NOBODY = 1, -1
_NOTHING = -np.inf


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one grain.

    Attributes:
        grain: ITEM, DECLARATION or TRADER.
        trader: Number of the trader of each row, shape (n,).
        signs: Shape (signs, n), in the order of SIGNS; -inf where a sign says nothing.
        kinds: By mechanism, which rows hold goods of it.
        honest: Which rows hold no goods that anybody meant to be irregular.
        sorted_honest: Signs of the honest rows in rising order: of all traders, of each half.
    """

    grain: str
    trader: Ints
    signs: Floats
    kinds: dict[str, Bools]
    honest: Bools
    sorted_honest: tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class Mark:
    """How far from honest goods a sign puts those of a mechanism.

    Attributes:
        sign: Its name.
        apart: Mean share of honest items below an irregular one, less a half: -0.5 to 0.5.
        error: Standard error over traders; infinite where there is too little to tell.
    """

    sign: str
    apart: float
    error: float

    @property
    def shows(self) -> bool:
        """Whether it tells them beyond doubt."""
        return self.apart > _SURE * self.error

    @property
    def would_show(self) -> bool:
        """Whether there is enough of them that what tells a little would tell beyond doubt."""
        return _SURE * self.error < _CLEAR


@dataclass(frozen=True, slots=True)
class Strength:
    """What single rules do against one mechanism.

    Attributes:
        mechanism: Which.
        rows: Items of it.
        rule: Sign of the best rule, by F1; grain: what it flags.
        precision, recall: Of the rule that is best in one half of the traders, in the other half,
            both halves together; 95 % interval over traders.
        strictest: Highest of the lower of precision and recall that any threshold of any sign has
            in the whole nation; without its largest trader, if that is less: a rule that one trader
            makes tells that trader.
        strictest_rule: The rule that has it.
        marks: Of the signs that its story names.
        told_by: Tables that its story calls silent and that tell it from honest goods of the same
            traders.
    """

    mechanism: str
    rows: int
    rule: str
    grain: str
    precision: Interval
    recall: Interval
    strictest: float
    strictest_rule: str
    marks: tuple[Mark, ...]
    told_by: tuple[str, ...]


def measure_strength(connection: duckdb.DuckDBPyConnection) -> list[Strength]:
    """Return how single rules do against each meant mechanism of a nation.

    Args:
        connection: With the tables `sign` and `irregular`.
    """
    labelled = connection.sql(_SQL["labelled"]).to_arrow_table()
    items = _items(labelled)
    _, declaration = np.unique(labelled["base"].to_numpy(), return_inverse=True)
    grains = (
        items, _grouped(items, declaration.astype(np.int64), DECLARATION),
        _grouped(items, items.trader, TRADER),
    )  # fmt: skip
    return [_strength(name, grains) for name in sorted(items.kinds)]


def _items(labelled: pa.Table) -> Rows:
    # A sum of floats depends on its order in the last digits, and on nothing before them.
    columns = [labelled[name].cast(pa.float64()).to_numpy() for name in SIGNS]
    signs = np.round(np.stack(columns), 9)
    traders = labelled["trader"].combine_chunks().dictionary_encode().indices
    kind = np.asarray(labelled["mechanism"].to_pylist(), dtype=np.str_)
    meant = labelled["is_meant"].to_numpy().astype(bool)
    return _rows(
        ITEM, traders.to_numpy(zero_copy_only=False).astype(np.int64),
        np.where(np.isnan(signs), _NOTHING, signs),
        {str(name): kind == name for name in np.unique(kind[meant])}, ~meant,
    )  # fmt: skip


def _rows(grain: str, trader: Ints, signs: Floats, kinds: dict[str, Bools], honest: Bools) -> Rows:
    halves = (honest, honest & (trader % 2 == 0), honest & (trader % 2 == 1))
    every, even, odd = (np.sort(signs[:, own], axis=1) for own in halves)
    return Rows(grain, trader, signs, kinds, honest, (every, even, odd))


def _grouped(items: Rows, group: Ints, grain: str) -> Rows:
    """Return rows of groups: the highest of their items' signs, or for traders the mean."""
    count = int(group.max()) + 1
    signs = np.full((len(SIGNS), count), _NOTHING)
    for place, values in enumerate(items.signs):
        told = np.isfinite(values)
        if grain == TRADER:
            number = np.bincount(group[told], minlength=count)
            total = np.bincount(group[told], values[told], count)
            signs[place, number > 0] = total[number > 0] / number[number > 0]
        else:
            np.maximum.at(signs[place], group, values)
    trader = np.zeros(count, dtype=np.int64)
    trader[group] = items.trader
    kinds = {name: np.bincount(group, own, count) > 0 for name, own in items.kinds.items()}
    return _rows(grain, trader, signs, kinds, np.bincount(group, ~items.honest, count) == 0)


def _strength(mechanism: str, grains: Sequence[Rows]) -> Strength:
    # Of few rows some rule tells most by chance.
    usual = [rows for rows in grains if rows.kinds[mechanism].sum() >= _LEAST_ROWS] or grains[:1]
    every = [(_best(rows, rows.kinds[mechanism], rows.sorted_honest[0]), rows) for rows in usual]
    best, rows = max(every, key=lambda one: one[0].f1)
    largest = int(np.bincount(grains[0].trader[grains[0].kinds[mechanism]]).argmax())
    lower, lower_rule = min(_strictest(usual, mechanism, but) for but in (_NOBODY, largest))
    precision, recall = _in_other_halves(rows, mechanism)
    story = STORIES.get(mechanism)
    return Strength(
        mechanism=mechanism,
        rows=int(grains[0].kinds[mechanism].sum()),
        rule=best.sign,
        grain=rows.grain,
        precision=precision,
        recall=recall,
        strictest=lower,
        strictest_rule=lower_rule,
        marks=tuple(_mark(grains[0], mechanism, name) for name in (story.signs if story else ())),
        told_by=_told_by(grains[0], mechanism, story.silent if story else ()),
    )


def _strictest(grains: Sequence[Rows], mechanism: str, but: int) -> tuple[float, str]:
    """Return the highest lower of precision and recall, and its rule, but for goods of a trader."""
    every = []
    for rows in grains:
        of_kind = rows.kinds[mechanism] & (rows.trader != but)
        found = _best(rows, of_kind, rows.sorted_honest[0])
        every.append((found.lower, f"{found.lower_sign} by {rows.grain}"))
    return max(every)


@dataclass(frozen=True, slots=True)
class _Best:
    """The best rule by F1, and the highest lower of precision and recall, each with its sign."""

    f1: float
    sign: str
    threshold: float
    lower: float
    lower_sign: str


def _best(rows: Rows, of_kind: Bools, sorted_honest: Floats) -> _Best:
    found = [
        (*_curve(rows.signs[place, of_kind], sorted_honest[place]), name)
        for place, name in enumerate(SIGNS)
    ]
    f1, threshold, _, sign = max(found)
    _, _, lower, lower_sign = max(found, key=lambda one: one[2])
    return _Best(f1, sign, threshold, lower, lower_sign)


def _curve(of_kind: Floats, honest: Floats) -> tuple[float, float, float]:
    """Return the best F1 of a sign, its threshold, and the best lower of precision and recall.

    Between two values of irregular rows a higher threshold only flags fewer honest ones.
    """
    told = np.sort(of_kind[np.isfinite(of_kind)])
    if not len(told):
        return 0.0, np.inf, 0.0
    thresholds = np.unique(told)
    right = len(told) - np.searchsorted(told, thresholds)
    wrong = len(honest) - np.searchsorted(honest, thresholds)
    precision, recall = right / (right + wrong), right / len(of_kind)
    f1 = 2 * right / (right + wrong + len(of_kind))
    at = int(f1.argmax())
    return float(f1[at]), float(thresholds[at]), float(np.minimum(precision, recall).max())


def _in_other_halves(rows: Rows, mechanism: str) -> tuple[Interval, Interval]:
    """Return precision and recall of the rules chosen in the other half of the traders."""
    of_kind = rows.kinds[mechanism]
    flagged = np.zeros(len(of_kind), dtype=bool)
    for half in (0, 1):
        own = rows.trader % 2 == half
        rule = _best(rows, of_kind & ~own, rows.sorted_honest[2 - half])
        flagged |= own & (rows.signs[list(SIGNS).index(rule.sign)] >= rule.threshold)
    count = int(rows.trader.max()) + 1
    columns = (flagged & of_kind, flagged & (of_kind | rows.honest), of_kind)
    sums = np.stack([np.bincount(rows.trader, one, count) for one in columns], axis=1)
    hits, marked, kind = (float(one) for one in sums.sum(axis=0))
    drawn = resampled_sums(sums[sums.sum(axis=1) > 0], _SEED)
    return (
        ratio_interval(hits, marked, drawn[:, 0], drawn[:, 1]),
        ratio_interval(hits, kind, drawn[:, 0], drawn[:, 2]),
    )


def _mark(items: Rows, mechanism: str, sign: str) -> Mark:
    of_kind, place = items.kinds[mechanism], list(SIGNS).index(sign)
    return _placed(items, of_kind, items.sorted_honest[0][place], sign)


def _told_by(items: Rows, mechanism: str, silent: Sequence[str]) -> tuple[str, ...]:
    """Return the silent tables that put items apart from honest ones of the same traders."""
    of_kind = items.kinds[mechanism]
    alike = items.honest & np.isin(items.trader, np.unique(items.trader[of_kind]))
    telling: list[str] = []
    for place, (name, tables) in enumerate(SIGNS.items()):
        if set(tables) <= set(silent):
            mark = _placed(items, of_kind, np.sort(items.signs[place, alike]), name)
            if abs(mark.apart) > max(_MIDDLE, _SURE_OF_SILENT * mark.error):
                telling += tables
    return tuple(dict.fromkeys(telling))


def _placed(items: Rows, of_kind: Bools, honest: Floats, sign: str) -> Mark:
    """Return where items of a kind lie among honest ones by a sign; ties count half."""
    values = items.signs[list(SIGNS).index(sign)]
    told = of_kind & np.isfinite(values)
    honest = honest[np.searchsorted(honest, _NOTHING, "right") :]
    _, cluster = np.unique(items.trader[told], return_inverse=True)
    few = len(cluster) == 0 or cluster.max() + 1 < _LEAST_TRADERS
    if few or told.sum() < _LEAST_ROWS or len(honest) < _LEAST_ROWS:
        return Mark(sign, 0.0, np.inf)
    own = values[told]
    below = np.searchsorted(honest, own) + np.searchsorted(honest, own, "right")
    share = below / (2 * len(honest)) - 0.5
    mean = float(share.mean())
    # Linearised variance of a mean over clusters (traders), wider where they are few (Student).
    rest = np.bincount(cluster, share - mean)
    wider = float(stdtrit(len(rest) - 1, ndtr(_SURE))) / _SURE
    error = wider * float(np.sqrt((rest**2).sum())) / len(share)
    return Mark(sign, mean, max(error, 0.5 / len(share)))
