"""A list of audit targets held against the truth of its simulated nation.

Open loss: duty evaded in items that the list calls open. Findable: the part of it that inspections
like those so far would find, each loss with the share of its mechanism's losses that were found
among the examined ones.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from scipy.stats import spearmanr

from benchmark.truth import read_truth

LISTED = 50
CAPACITIES = (10, 20, 50)
RESAMPLES = 400
_OPEN = """
select t.trader_id, t.mechanism, t.evaded
from losses as t
inner join open_item as o
    on t.number = o.declaration_number and t.item = o.item_number
order by all
"""
_SEEN = """
select t.mechanism, avg(case when l.is_irregular then 1.0 else 0.0 end) as seen_share
from losses as t
inner join labelled_item as l
    on t.number = l.declaration_number and t.item = l.item_number
where l.is_examined
group by t.mechanism
"""
_SIZE = """
select trader_id, sum(customs_value_vnd)::double as value from open_item group by trader_id
"""


@dataclass(frozen=True)
class Held:
    """Figures of all traders with open items, and which of them the list names first."""

    expected: np.ndarray
    low: np.ndarray
    high: np.ndarray
    found: np.ndarray
    value: np.ndarray
    open_loss: np.ndarray
    findable: np.ndarray
    drawn: np.ndarray


def hold(connection, targets, truth_folder: Path, collectable: float) -> Held:
    """Join a list of all traders with the truth.

    Args:
        connection: As `list_targets` left it, with `open_item` and `labelled_item`.
        targets: All traders, from `list_targets`.
        truth_folder: Truth of the nation.
        collectable: Share that the amounts of the list were multiplied by; taken out again.
    """
    losses = read_truth(truth_folder).losses
    keys = np.array(losses.ids.to_pylist(), dtype=np.int64)
    connection.register(
        "told_losses",
        pa.table(
            {
                "number": [str(key // 100) for key in keys.tolist()],
                "item": keys % 100,
                "mechanism": losses.mechanism,
                "evaded": losses.evaded,
            }
        ),
    )
    connection.execute(
        "create or replace temp table losses as select l.*, d.trader_id from told_losses as l"
        " inner join audit_declaration as d on l.number = d.declaration_number"
    )
    sizes = dict(connection.execute(_SIZE).fetchall())
    place = {trader: at for at, trader in enumerate(sorted(sizes))}
    seen = dict(connection.execute(_SEEN).fetchall())
    count, draws = len(place), 100
    open_loss, findable, drawn = np.zeros(count), np.zeros(count), np.zeros((draws, count))
    random = np.random.default_rng(3)
    for trader, mechanism, evaded in connection.execute(_OPEN).fetchall():
        chance = seen.get(mechanism, 0.0)
        open_loss[place[trader]] += evaded
        findable[place[trader]] += evaded * chance
        drawn[:, place[trader]] += evaded * (random.random(draws) < chance)
    arrays = {name: np.zeros(count) for name in ("expected", "low", "high", "found")}
    for target in targets:
        at = place[target.trader_id]
        for name in ("expected", "low", "high"):
            arrays[name][at] = getattr(target, f"{name}_vnd") / collectable
        arrays["found"][at] = target.found_vnd
    value = np.array([sizes[trader] for trader in sorted(sizes)])
    return Held(value=value, open_loss=open_loss, findable=findable, drawn=drawn, **arrays)


def figures(held: Held) -> dict:
    """Return the figures of the list and of what it has to beat, with intervals by trader."""
    rankings = {"list": held.expected, "declared_value": held.value, "found_so_far": held.found}
    listed = np.argsort(-held.expected, kind="stable")[:LISTED]
    low, high = np.floor(held.low[listed]), np.ceil(held.high[listed])
    total = held.open_loss.sum()
    is_unfound = held.found == 0
    return {
        "traders": len(held.value),
        "open_loss_vnd": round(float(total)),
        "findable_vnd": round(float(held.findable.sum())),
        "expected_vnd": round(float(held.expected.sum())),
        "rankings": {name: _ranking(score, held) for name, score in rankings.items()},
        "where_nothing_was_found": {
            name: _rank_correlation(score[is_unfound], held.open_loss[is_unfound])
            for name, score in rankings.items()
            if name != "found_so_far"
        },
        "list_with_declared_value": _rank_correlation(held.expected, held.value),
        "listed_with_declared_value": _rank_correlation(held.expected[listed], held.value[listed]),
        "coverage_findable": float(
            ((held.drawn[:, listed] >= low) & (held.drawn[:, listed] <= high)).mean()
        ),
        "coverage_open_loss": float(
            ((held.open_loss[listed] >= low) & (held.open_loss[listed] <= high)).mean()
        ),
    }


def _ranking(score, held):
    order = np.argsort(-score, kind="stable")
    best = np.sort(held.open_loss)[::-1]
    first = order[:LISTED]
    return {
        "with_open_loss": _rank_correlation(score, held.open_loss),
        "first_fifty_with_open_loss": _rank_correlation(score[first], held.open_loss[first]),
        "recovered_of_the_best": {
            str(k): float(held.open_loss[order[:k]].sum() / best[:k].sum()) for k in CAPACITIES
        },
    }


def _rank_correlation(first, second):
    """Return Spearman's coefficient with the percentile interval of a bootstrap by trader."""
    random = np.random.default_rng(5)
    drawn = random.integers(0, len(first), (RESAMPLES, len(first)))
    resampled = [spearmanr(first[one], second[one])[0] for one in drawn]
    low, high = np.nanquantile(resampled, (0.025, 0.975))
    return [round(float(figure), 3) for figure in (spearmanr(first, second)[0], low, high)]
