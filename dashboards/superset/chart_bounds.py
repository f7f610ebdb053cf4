"""What a chart may make of its answers, in the one process of Superset that serves everybody.

It works on an answer with pandas in steps that a request names, and one step can make billions of
cells of a few hundred: measured, `resample` to 2 s took 35 s and 5 GB. So only the steps that
charts take are taken, each once, over tables whose size is known before they are made.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

# On the path since the configuration was read.
from access import tell_refusal

MOST_QUERIES = 5
_STEPS = frozenset(
    {"compare", "contribution", "cum", "flatten", "pivot", "rename", "rolling", "sort"}
)
_WINDOWS = frozenset({"mean", "std", "sum"})
# Each is worked out in Python, from rows that are there.
_MOST_FIGURES = 100_000
_MOST_PIVOTED_CELLS = 500_000
_MOST_JOINED_CELLS = 2_000_000


def chart_problem(query_context: Any) -> str:
    """Return why a request for a chart's data is too much, '' when it is not."""
    queries = query_context.queries
    # A time that is compared with is asked for like a query.
    if sum(1 + len(query.time_offsets or ()) for query in queries) > MOST_QUERIES:
        return f"a request has at most {MOST_QUERIES} queries, compared times included"
    if any(query.annotation_layers for query in queries):
        return "a chart shows no annotations from other charts here"
    kinds = {str(asked.result_type) for asked in (query_context, *queries)}
    if "post_processed" in kinds:
        return "a table is not turned on the server: take its rows, and turn them yourself"
    return next(filter(None, (_step_problem(query.post_processing) for query in queries)), "")


def _step_problem(steps: list[dict[str, Any]]) -> str:
    names = [str(step.get("operation")) for step in steps]
    if unknown := sorted(set(names) - _STEPS):
        return f"the step {unknown[0]!r} is not taken here; these are: {', '.join(sorted(_STEPS))}"
    if len(set(names)) < len(names):
        return "a query takes each step once"
    for step in steps:
        options = step.get("options") or {}
        # One figure is compared with itself at several times.
        repeats = {"source_columns"} if step["operation"] == "compare" else set()
        named = {key: value for key, value in options.items() if key not in repeats}
        if any(len(set(names)) < len(names) for names in _lists_of_names(named)):
            return "a step names each column once"
        is_rolling = step["operation"] == "rolling"
        if is_rolling and (options.get("win_type") or options.get("rolling_type") not in _WINDOWS):
            return f"a rolling step takes one of {', '.join(sorted(_WINDOWS))}, without weights"
    return ""


def _lists_of_names(node: Any) -> Iterator[list[str]]:
    if isinstance(node, Mapping):
        for value in node.values():
            yield from _lists_of_names(value)
    elif isinstance(node, list):
        yield [value for value in node if isinstance(value, str)]
        for value in node:
            yield from _lists_of_names(value)


def bound_tables() -> None:
    """Refuse to turn or to join tables whose result would be too large."""
    from superset.common.utils import dataframe_utils
    from superset.utils import pandas_postprocessing
    from superset.utils.pandas_postprocessing.utils import scalar_to_sequence

    pivot, join = pandas_postprocessing.pivot, dataframe_utils.left_join_df

    def bounded_pivot(df: Any, **options: Any) -> Any:
        names = [
            name for key in ("index", "columns") for name in scalar_to_sequence(options.get(key))
        ]
        figures = len(options.get("aggregates") or ())
        # As if each value met each other, for so it is done where no column may be missing.
        cells = math.prod(df[name].nunique(dropna=False) for name in names if name in df)
        if cells * figures > _MOST_PIVOTED_CELLS:
            _refuse(f"the chart would have more than {_MOST_PIVOTED_CELLS:,} points")
        if min(len(df), cells) * figures > _MOST_FIGURES:
            _refuse(f"the chart would work out more than {_MOST_FIGURES:,} figures")
        return pivot(df, **options)

    def bounded_join(left_df: Any, right_df: Any, join_keys: list[str], **options: Any) -> Any:
        left, right = (
            frame.groupby(join_keys, dropna=False).size().reset_index(name="rows")
            for frame in (left_df, right_df)
        )
        met = left.merge(right, on=join_keys)
        rows = len(left_df) + int((met["rows_x"] * met["rows_y"]).sum())
        if rows * (left_df.shape[1] + right_df.shape[1]) > _MOST_JOINED_CELLS:
            _refuse(f"the compared times would make more than {_MOST_JOINED_CELLS:,} cells")
        return join(left_df, right_df, join_keys, **options)

    pandas_postprocessing.pivot, dataframe_utils.left_join_df = bounded_pivot, bounded_join


def _refuse(problem: str) -> NoReturn:
    from superset.exceptions import QueryObjectValidationError

    message = f"{problem}; filter more, or take fewer columns"
    tell_refusal(422, message)
    raise QueryObjectValidationError(message)
