"""The plain model that every entry should beat: boosted trees on the obvious columns.

Renewed each month on the items whose checks were finished before it; no tuning, no oversampling.
A declaration's score is the tax at risk: the sum over its items of probability x declared taxes
(those of the declaration, shared out by customs value).
"""

from collections.abc import Callable

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xgboost

from benchmark.arrays import DAY_SECONDS, Floats, Ints, positions_in
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
LEAST_IRREGULAR = 30
_MOST_ITEMS = 500_000
ROUNDS = 150
_NOT_FEATURES = ("number", "month", "week", "item", "item_value_vnd", "item_tax_vnd")
SETTINGS = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "max_depth": 5,
    "learning_rate": 0.07,
    "min_child_weight": 2,
    "subsample": 0.8,
    "colsample_bytree": 0.6,
}

Progress = Callable[[str], None]
Matrix = npt.NDArray[np.float32]


def tax_at_risk(
    opened: duckdb.DuckDBPyConnection,
    number: Ints,
    settings: dict[str, int],
    progress: Progress = lambda _: None,
) -> Floats:
    """Return the score of each declaration, VND; 0 where no item can be read.

    While fewer than 30 irregular items are known, it is the declared taxes.

    Args:
        opened: Connection with the tables `features` and `labels`.
        number: Declarations wanted, sorted, shape (n,).
        settings: `seed` and `nthread` of the trees.
        progress: Told each month.
    """
    score = np.zeros(len(number))
    months = _months(opened)
    for place, month in enumerate(months, start=1):
        progress(f"learning and choosing: month {place} of {len(months)}")
        items = opened.sql(_SQL["month_features"], params={"month": month}).to_arrow_table()
        at = positions_in(number, items["number"].to_numpy().astype(np.int64))
        trees = _trained(opened, month, settings)
        chance = (
            np.ones(items.num_rows)
            if trees is None
            else trees.predict(xgboost.DMatrix(_matrix(items))).astype(np.float64)
        )
        stake = chance * items["item_tax_vnd"].cast(pa.float64()).to_numpy()
        score += np.bincount(at[at >= 0], stake[at >= 0], len(number))
    return score


def _months(opened: duckdb.DuckDBPyConnection) -> list[int]:
    """Return the months (since 1970-01) in which declarations were registered, in order."""
    return [row[0] for row in opened.execute(_SQL["months"]).fetchall()]


def make_features(opened: duckdb.DuckDBPyConnection, progress: Progress = lambda _: None) -> None:
    """Make the table `features` month after month, so that one month fits into memory."""
    months = _months(opened)
    # A month's features look at the cells of the twelve before it.
    for name in ("cell_months", "features"):
        for position, month in enumerate(months):
            progress(f"{name.replace('_', ' ')}: month {position + 1} of {len(months)}")
            rows = opened.sql(_SQL[name], params={"month": month})
            if position:
                rows.insert_into(name)
            else:
                rows.create(name)


def told_features(opened: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the table `features` with trader and second of registration.

    Returns:
        number, item, week, trader, registered, item_value_vnd and the features.
    """
    return opened.sql(_SQL["told_features"]).to_arrow_table()


def _trained(
    opened: duckdb.DuckDBPyConnection, month: int, settings: dict[str, int]
) -> xgboost.Booster | None:
    """Return trees trained on what was known before a month; None where too little was."""
    moment = int(np.datetime64(month, "M").astype("datetime64[D]").astype(np.int64)) * DAY_SECONDS
    asked = {"moment": moment, "most": _MOST_ITEMS}
    known = opened.sql(_SQL["known_features"], params=asked).to_arrow_table()
    irregular = known["is_irregular"].to_numpy()
    if int(irregular.sum()) < LEAST_IRREGULAR:
        return None
    matrix = xgboost.DMatrix(_matrix(known.drop_columns(["is_irregular"])), label=irregular)
    return xgboost.train({**SETTINGS, **settings}, matrix, num_boost_round=ROUNDS)


def _matrix(items: pa.Table) -> Matrix:
    """Return the features, shape (items, features), float32, NaN where unknown."""
    names = [name for name in items.column_names if name not in _NOT_FEATURES]
    columns = [items[name].cast(pa.float64()).to_numpy().astype(np.float32) for name in names]
    return np.stack(columns, axis=1) if columns else np.zeros((0, 0), dtype=np.float32)
