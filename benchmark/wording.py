"""A score and a comparison in words, line by line; a rate under 30 hits says `too few`.

What is told is the report as JSON gives it back: plain dictionaries.
"""

from collections.abc import Iterator
from typing import Any


def score_lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a score."""
    money, rows = told["money"], told["rows"]
    yield (
        f"{rows['counted']:,} of {rows['given']:,} choices count "
        f"({rows['invalid']:,} impossible, {rows['surplus_checks']:,} checks and "
        f"{rows['surplus_audits']:,} audits over capacity)"
    )
    recovered = money["recovered_vnd"]
    yield (
        f"recovered {recovered['value']:,.0f} VND ({recovered['low']:,.0f} to "
        f"{recovered['high']:,.0f}) of {money['collectable_vnd']:,} collectable, cost "
        f"{money['cost_vnd']:,}; {_share(money)} of the oracle's"
    )
    for name, hits in told["hit_rate"].items():
        yield (f"hit rate of {name}: {_rate(hits)}")
    for name, kind in told["kinds"].items():
        yield (
            f"  {name}: {kind['checks']:,}, hit rate {_rate(kind['hit_rate'])}, "
            f"recovered {kind['recovered_vnd']:,} VND, cost {kind['cost_vnd']:,} VND"
        )
    warning = told["early_warning"]
    days = warning["median_days"]
    delay = warning["verdict"] if warning["verdict"] != "measured" else f"median {days} days"
    yield (f"{warning['new_schemes']:,} new schemes, seen {_rate(warning['seen'])}, {delay}")
    bothered = told["small_honest"]
    yield (
        f"small honest traders: {bothered['traders_bothered']:,} of {bothered['traders']:,} looked "
        f"at, {_rate(bothered['share_of_selections'])} of the choices"
    )
    for name, points in told["recall"].items():
        for point in points or ():
            yield from _point_lines(name, point)


def _point_lines(name: str, point: dict[str, Any]) -> Iterator[str]:
    rest = point["without_ten_largest"]
    yield (
        f"{name} at {point['capacity_pct']} % ({point['used']:,} of {point['allowed']:,} used): "
        f"{_share(point)} of the oracle's; {_share(rest)} without the ten largest losses"
    )
    for mechanism, entry in point["mechanisms"].items():
        yield (f"  {mechanism}: {_share(entry)}")


def comparison_lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a comparison."""
    yield (f"{told['nations']} nations, paired, 95 % intervals ({told['method']})")
    for name, found in told["measures"].items():
        value = found["difference"]
        if value["value"] is None:
            yield (f"  {name}: not measured")
            continue
        interval = "no interval" if value["low"] is None else f"{value['low']:.4g} to "
        interval += "" if value["low"] is None else f"{value['high']:.4g}"
        yield (
            f"  {name}: A {found['a']:.4g}, B {found['b']:.4g}, A - B {value['value']:.4g} "
            f"({interval}), A above in {found['wins']} of {found['nations']}"
        )


def _share(entry: dict[str, Any]) -> str:
    share = entry["share_of_oracle"]
    if share["value"] is None:
        return f"{entry['verdict']} ({entry['oracle_losses']} losses)"
    return f"{share['value']:.1%} ({share['low']:.1%} to {share['high']:.1%})"


def _rate(found: dict[str, Any]) -> str:
    if found["value"] is None:
        return f"{found['verdict']} ({found['hits']:,} of {found['of']:,})"
    return (
        f"{found['value']:.1%} ({found['low']:.1%} to {found['high']:.1%}; "
        f"{found['hits']:,} of {found['of']:,})"
    )
