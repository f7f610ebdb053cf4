"""How good a model was on the last quarter, for people: a table and the words that belong to it."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

_RANKINGS = {
    "model": "model",
    "past_rate_lookup": "past rates (goods, trader)",
    "low_unit_value_rule": "low unit value rule",
    "random": "random order",
}


def quality_table(metrics: dict[str, Any]) -> Table:
    """Return the catches of all rankings at each capacity; no rate under 30 hits."""
    first, last = metrics["test_period"]
    table = Table(
        title=(
            f"{metrics['test_item_count']:,} inspected items registered {first} to {last}, "
            f"{metrics['test_hit_count']:,} irregular"
        )
    )
    headings = ("capacity", "ranking", "inspected", "hits", "hit rate", "recovered VND", "share")
    for heading in headings:
        table.add_column(heading)
    for capacity in metrics["capacities"]:
        for name, label in _RANKINGS.items():
            caught = capacity[name]
            table.add_row(
                f"{capacity['share']:.0%}",
                label,
                f"{caught['inspected_count']:,}",
                _hits(caught),
                _interval(caught["hit_rate"]),
                f"{caught['recovered_vnd']:,}",
                _interval(caught["recovered_share"]),
            )
    return table


def quality_lines(metrics: dict[str, Any]) -> Iterator[str]:
    """Yield what the table cannot say: the random arm and the selection bias."""
    arm = metrics["random_arm"]
    if arm["irregular_rate"] is None:
        yield (
            f"Random arm: {arm['hit_count']} irregular of {arm['item_count']:,} items drawn in "
            "that quarter; no rate is told under 30 hits."
        )
    else:
        yield f"Random arm: {_interval(arm['irregular_rate'])} of all goods are irregular."
    for capacity in arm["capacities"]:
        if capacity["hit_rate"] is not None:
            yield (
                f"Random arm: of the {capacity['share']:.0%} of all goods that the model puts "
                f"first, {_interval(capacity['hit_rate'])} are irregular."
            )
    yield metrics["selection_bias_en"]


def _hits(caught: dict[str, Any]) -> str:
    text = f"{caught['hit_count']:,.1f}".removesuffix(".0")
    worst, best = caught["worst_hit_count"], caught["best_hit_count"]
    return text if worst == best else f"{text} (ties {worst}–{best})"


def _interval(figure: dict[str, float] | None) -> str:
    if figure is None:
        return "–"
    return f"{figure['value']:.1%} [{figure['low']:.1%}, {figure['high']:.1%}]"
