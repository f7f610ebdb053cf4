"""Chances of log odds, tables of them that fit given totals, draws from a span of such a table."""

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.keyed import Keys

_ROUNDS = 40


def chances(log_odds: Floats) -> Floats:
    """Return the chance that has these log odds, 0 to 1, in the same shape."""
    result: Floats = 1 / (1 + np.exp(-log_odds))
    return result


def fitted(affinity: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return weights like `affinity` whose totals agree with `rows` and, nearly, `columns`.

    Iterative proportional fitting (Deming and Stephan 1940); rows are scaled last and so are exact.

    Args:
        affinity: How well row and column go together, shape (r, c), not negative.
        rows: Wanted totals of rows, shape (r,); 0 leaves a row by its affinity alone.
        columns: Wanted totals of columns, shape (c,).
    """
    weights: Floats = affinity * columns
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
    wanted_rows = rows / rows.sum()
    wanted_columns = columns / columns.sum()
    for _ in range(_ROUNDS):
        totals = wanted_rows @ weights
        weights *= np.where(totals > 0, wanted_columns / np.maximum(totals, 1e-300), 1.0)
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
    return weights


def spans(weights: Floats, group: Ints) -> tuple[Floats, Floats, Floats]:
    """Return the flat cumulative shares of rows and where each group begins and ends in them.

    Args:
        weights: Shape (r, c), each row with a positive sum.
        group: Group of each column, shape (c,), whole numbers from 0 in rising order.

    Returns:
        Flat cumulative shares of `keyed.stacked`, and begins and ends of shape (r, groups), counted
        from 0 in each row.
    """
    flat = keyed.stacked(weights)
    shares = flat.reshape(weights.shape) - np.arange(len(weights))[:, None]
    before = np.concatenate([np.zeros((len(weights), 1)), shares], axis=1)
    starts = np.searchsorted(group, np.arange(int(group[-1]) + 2))
    edges = before[:, starts]
    return flat, edges[:, :-1], edges[:, 1:]


def draw_in_span(
    keys: Keys, name: str, flat: Floats, row: Ints, span: tuple[Floats, Floats], columns: int
) -> Ints:
    """Return one column for each key, by the weights of its row inside a span of that row."""
    begin, end = span
    wanted = row + begin + keyed.uniform(keys, name) * (end - begin)
    drawn: Ints = np.searchsorted(flat, wanted, side="right") - row * columns
    return np.minimum(drawn, columns - 1)


def laid_along(keys: Keys, weights: Floats, shares: Floats) -> Ints:
    """Return one column for each key: those of a row, in chance order, laid along the shares.

    So even few rows of great weight have together about what everybody has.

    Args:
        keys: Shape (n, m).
        weights: How long a piece each takes, of the same shape; 0 for none.
        shares: Weights of the columns, shape (c,).
    """
    order = np.argsort(keyed.uniform(keys, "place along"), axis=1, kind="stable")
    pieces = np.take_along_axis(weights + 1e-12, order, axis=1)
    middle = (np.cumsum(pieces, axis=1) - pieces / 2) / pieces.sum(axis=1, keepdims=True)
    middle = (middle + keyed.uniform(keys[:, :1], "start along")) % 1.0
    edges = np.cumsum(shares) / shares.sum()
    found = np.empty(keys.shape, dtype=np.int64)
    np.put_along_axis(found, order, np.searchsorted(edges, middle, side="right"), axis=1)
    return np.minimum(found, len(shares) - 1)
