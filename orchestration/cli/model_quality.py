"""How good a model was on the last quarter, for people: a table and the words that belong to it."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from orchestration.cli.output import learned_from

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
            f"{metrics['test_hit_count']:,} found irregular"
        )
    )
    headings = ("capacity", "ranking", "inspected", "hits", "hit rate", "recovered VND", "share")
    for heading in headings:
        table.add_column(heading)
    for capacity in metrics["capacities"]:
        for name, label in _RANKINGS.items():
            if name not in capacity:
                continue  # a model without the feature of the rule
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
    """Yield what the table cannot say: what a rate is, the random arm and the selection bias."""
    yield metrics["finding_vi"]
    yield metrics["finding_en"]
    arm = metrics["random_arm"]
    if arm["found_rate"] is None:
        yield (
            f"Random arm: inspections of a random share found something in {arm['hit_count']} of "
            f"{arm['item_count']:,} items in that quarter; no rate is told under 30 hits."
        )
    else:
        yield (
            "Random arm: inspections of a random share found something in "
            f"{_interval(arm['found_rate'])} of the goods."
        )
    for capacity in arm["capacities"]:
        if capacity["hit_rate"] is not None:
            yield (
                f"Random arm: of the {capacity['share']:.0%} of the goods that the model puts "
                f"first, inspections found something in {_interval(capacity['hit_rate'])}."
            )
    yield metrics["selection_bias_en"]


def release_lines(report: dict[str, Any]) -> Iterator[str]:
    """Yield whether the new model is in use, why, and what to type where it is not.

    Args:
        report: A training's report as plain values.
    """
    if report["is_released"]:
        yield f"{report['model_id']} is in use: {report['why']}."
    else:
        yield f"{report['model_id']} is NOT in use: {report['why']}."
        yield f"{report['in_use_model_id']} stays in use. To use the new one all the same:"
        yield f"  {report['to_release']}"
    yield from learned_from(report["simulated_sources"])


def _hits(caught: dict[str, Any]) -> str:
    text = f"{caught['hit_count']:,.1f}".removesuffix(".0")
    worst, best = caught["worst_hit_count"], caught["best_hit_count"]
    return text if worst == best else f"{text} (ties {worst}–{best})"


def _interval(figure: dict[str, float] | None) -> str:
    if figure is None:
        return "–"
    return f"{figure['value']:.1%} [{figure['low']:.1%}, {figure['high']:.1%}]"
