"""Two policies on the same nations: paired differences, seen and unseen mechanisms apart.

One nation's money is dominated by a few losses, and these are the same for both policies; so the
difference is taken inside each nation, and the interval is over nations. A mechanism is unseen when
its file was private in the round.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmark.arrays import Floats
from benchmark.curves import CAPACITY_PCT
from data_contracts.errors import CustomsDataError, WrongUseError
from measures.intervals import MINIMUM_HITS, Interval, bootstrap_mean_interval, t_interval

_MILLION = 1e6
SHARE = "share"
# How their names begin, by unit; all others are of money.
_SHARES = ("check_recall_at_", "share_of_oracle", "check_hit_rate")
_DAYS = "warning_median_days"
_WORDS = {
    **{f"check_recall_at_{pct}_pct": f"recall of checks at {pct} %" for pct in CAPACITY_PCT},
    "recovered_million_vnd": "recovered",
    "recovered_million_vnd_seen": "recovered, published mechanisms",
    "recovered_million_vnd_unseen": "recovered, private mechanisms",
    "share_of_oracle": "share of the oracle's",
    "share_of_oracle_seen": "share of the oracle's, published mechanisms",
    "share_of_oracle_unseen": "share of the oracle's, private mechanisms",
    "check_hit_rate": "hit rate of checks",
    _DAYS: "median delay until a new scheme is seen",
}
Measure = Callable[[dict[str, Any]], float | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of policy A less that of policy B.

    Attributes:
        nations: Nations where both have the measure.
        a, b: Means over those nations.
        difference: Mean of a - b with its 95 % interval.
        wins: Nations where A is above B.
    """

    nations: int
    a: float | None
    b: float | None
    difference: Interval
    wins: int


def compare(
    a: Sequence[dict[str, Any]],
    b: Sequence[dict[str, Any]],
    unseen: Sequence[str] = (),
    *,
    method: str = "t",
    seed: int = 1,
    is_played: bool = False,
) -> dict[str, Any]:
    """Return paired differences of two policies' scores over nations, in the same order.

    Args:
        a: Scores of policy A, as `customs bench score --json` prints them, one a nation.
        b: Those of policy B.
        unseen: Names of the mechanisms that were private.
        method: `t` for Student's interval, `bootstrap` for percentiles over nations.
        seed: Of the bootstrap.
        is_played: The nations were played in closed loop: they answered each policy in their own
            way, so that what was lost differs.

    Raises:
        WrongUseError: There are not as many scores of each policy, or none; or an unseen name is in
            none.
        CustomsDataError: The lists are not of the same nations in the same order, a nation stands
            twice in one, or a pair has two capacities.
    """
    _refuse_unpaired(a, b, unseen, is_played=is_played)
    hidden = set(unseen)
    known = {name for score in a for name in _mechanisms(score)} - hidden
    measures: dict[str, Measure] = {
        **{f"check_recall_at_{pct}_pct": _recall_at(pct) for pct in CAPACITY_PCT},
        "recovered_million_vnd": lambda score: _recovered(score, None),
        "recovered_million_vnd_seen": lambda score: _recovered(score, known),
        "recovered_million_vnd_unseen": lambda score: _recovered(score, hidden),
        "share_of_oracle": _share_of(None, a, b),
        "share_of_oracle_seen": _share_of(known, a, b),
        "share_of_oracle_unseen": _share_of(hidden, a, b),
        "check_hit_rate": lambda score: _number(score["hit_rate"]["checks"]["value"]),
        _DAYS: lambda score: _number(score["early_warning"]["median_days"]),
    }
    return {
        "nations": len(a),
        "method": method,
        "unseen": sorted(hidden),
        "measures": {
            name: _paired(name, (_of(measure, a), _of(measure, b)), method, seed)
            for name, measure in measures.items()
        },
    }


def unit_of(measure: str) -> str:
    """Return the unit of a measure: SHARE (from 0 to 1), `days` or `million VND`."""
    if measure.startswith(_SHARES):
        return SHARE
    return "days" if measure == _DAYS else "million VND"


def words_of(measure: str) -> str:
    """Return what people call a measure."""
    return _WORDS[measure]


def _refuse_unpaired(
    a: Sequence[dict[str, Any]],
    b: Sequence[dict[str, Any]],
    unseen: Sequence[str],
    *,
    is_played: bool,
) -> None:
    if len(a) != len(b) or not a:
        message = f"expected as many scores of each policy, found {len(a)} and {len(b)}"
        raise WrongUseError(message)
    if not is_played:
        _refuse_other_nations(a, b)
    for position, (one, other) in enumerate(zip(a, b, strict=True), start=1):
        if one["capacity"] != other["capacity"]:
            message = f"pair {position}: expected two scores of one capacity, found "
            message += f"{one['capacity']} and {other['capacity']}; score both with the same"
            raise CustomsDataError(message)
    names = {name for score in a for name in _mechanisms(score)}
    strange = sorted(set(unseen) - names)
    if strange:
        message = f"unseen mechanisms: expected among {', '.join(sorted(names))}, "
        message += f"found {', '.join(strange)}"
        raise WrongUseError(message)


def _refuse_other_nations(a: Sequence[dict[str, Any]], b: Sequence[dict[str, Any]]) -> None:
    for position, (one, other) in enumerate(zip(a, b, strict=True), start=1):
        if one["nation"] != other["nation"]:
            message = f"pair {position}: expected two scores of one nation, found "
            message += f"{one['nation']} and {other['nation']}; give --b in the order of --a"
            raise CustomsDataError(message)
    # Twice the same nation would make an interval look surer than it is.
    nations = [score["nation"] for score in a]
    for position, nation in enumerate(nations, start=1):
        first = nations.index(nation) + 1
        if first < position:
            message = f"pairs {first} and {position}: expected each nation once, found {nation} "
            message += "twice; leave one of them out of --a and --b"
            raise CustomsDataError(message)


def _paired(name: str, values: tuple[Floats, Floats], method: str, seed: int) -> Difference:
    a, b = values
    both = ~(np.isnan(a) | np.isnan(b))
    differences = a[both] - b[both]
    interval = (
        bootstrap_mean_interval(differences, seed)
        if method == "bootstrap"
        else t_interval(differences)
    )
    return Difference(
        nations=int(both.sum()),
        a=float(a[both].mean()) if both.any() else None,
        b=float(b[both].mean()) if both.any() else None,
        difference=_possible(interval) if unit_of(name) == SHARE else interval,
        wins=int((differences > 0).sum()),
    )


def _possible(interval: Interval) -> Interval:
    """Return the interval of a difference of shares, cut to what such a difference can be."""
    if interval.value is None or interval.low is None or interval.high is None:
        return interval
    # A greedy oracle can be beaten by a little: the mean itself stays inside.
    low = min(max(interval.low, -1.0), interval.value)
    return Interval(interval.value, low, max(min(interval.high, 1.0), interval.value))


def _of(measure: Measure, scores: Sequence[dict[str, Any]]) -> Floats:
    values = [measure(score) for score in scores]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _mechanisms(score: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = score["money"]["mechanisms"]
    return found


def _recall_at(pct: int) -> Measure:
    """Return the measure "share of the oracle's money at this capacity" of the list of checks."""

    def recall(score: dict[str, Any]) -> float | None:
        points = score["recall"]["checks"] or ()
        shares = [point["share_of_oracle"]["value"] for point in points]
        at = [point["capacity_pct"] for point in points]
        return _number(shares[at.index(pct)]) if pct in at else None

    return recall


def _recovered(score: dict[str, Any], names: set[str] | None) -> float | None:
    """Return millions of VND recovered by some mechanisms; None where the nation has none."""
    return _total(score, names, lambda entry: float(entry["recovered_vnd"]["value"]) / _MILLION)


def _share_of(names: set[str] | None, *policies: Sequence[dict[str, Any]]) -> Measure:
    """Return the measure "share of the oracle's" of some mechanisms.

    No nation has it where the oracle's part in all of them has fewer than 30 losses.
    """
    losses = [
        sum(_total(one, names, lambda entry: float(entry["oracle_losses"])) or 0 for one in scores)
        for scores in policies
    ]
    is_enough = min(losses) >= MINIMUM_HITS
    return lambda score: _share(score, names) if is_enough else None


def _share(score: dict[str, Any], names: set[str] | None) -> float | None:
    own = _total(score, names, lambda entry: float(entry["recovered_vnd"]["value"]))
    best = _total(score, names, lambda entry: float(entry["oracle_vnd"]))
    return None if own is None or not best else own / best


def _total(
    score: dict[str, Any], names: set[str] | None, amount: Callable[[dict[str, Any]], float]
) -> float | None:
    if names is None:
        return amount(score["money"])
    amounts = [amount(entry) for name, entry in _mechanisms(score).items() if name in names]
    return sum(amounts) if amounts else None


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
