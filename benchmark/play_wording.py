"""A contest in words, line by line; a rate under 30 hits says `too few`.

What is told is the report as JSON gives it back: plain dictionaries.
"""

from collections.abc import Iterator
from typing import Any

from benchmark.wording import comparison_lines

_MILLION = 1e6


def game_lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a contest."""
    if "round" in told:
        yield f"round {told['round']}"
    capacity = told["capacity"]
    weeks = ", ".join(f"{one['seed']} ({one['weeks']} weeks)" for one in told["nations"])
    yield f"seeds {weeks}; scale {told['scale']}"
    yield (
        f"{capacity['checks']} checks and {capacity['audits']} audits a week; "
        f"at most {told['history_weeks']} weeks of history"
    )
    for name, one in told["policies"].items():
        yield from _policy_lines(name, one)
    yield "recall by mechanism, as a share of what the oracle recovers in the same nation"
    names = sorted({name for one in told["policies"].values() for name in one["mechanisms"]})
    for name in names:
        mark = " (unseen)" if name in told["unseen"] else ""
        shares = [
            f"{policy} {_share(one['mechanisms'][name])}"
            for policy, one in told["policies"].items()
            if name in one["mechanisms"]
        ]
        yield f"  {name}{mark}: {', '.join(shares)}"
    for found in told["comparisons"]:
        yield f"A {found['a']}, B {found['b']}"
        yield from comparison_lines(found)


def _policy_lines(name: str, one: dict[str, Any]) -> Iterator[str]:
    played = one["share_of_played_oracle"]
    beside = "" if played is None else f", {played:.1%} of what the oracle recovered that played"
    yield (
        f"{name}: recovered {one['recovered_vnd'] / _MILLION:,.1f} of "
        f"{one['collectable_vnd'] / _MILLION:,.1f} million VND, cost "
        f"{one['cost_vnd'] / _MILLION:,.1f}; {_share(one)} of the oracle's{beside}"
    )
    checks, warning = one["hit_rate"]["checks"], one["early_warning"]
    days = [f"{own:.0f}" for own in warning["median_days"] if own is not None]
    yield (
        f"  hit rate of checks {_rate(checks)}, of audits {_rate(one['hit_rate']['audits'])}, as "
        f"the nation's officers told it {_rate(one['told']['hit_rate'])}; "
        f"new schemes seen {warning['seen']:,} of {warning['new_schemes']:,}, median delay "
        f"{', '.join(days) + ' days' if days else 'too few'}; evaded in its nation "
        f"{one['true_loss_vnd'] / _MILLION:,.1f} million VND"
    )


def _share(entry: dict[str, Any]) -> str:
    if entry["share_of_oracle"] is None:
        return f"{entry['verdict']} ({entry['oracle_losses']} losses)"
    return f"{entry['share_of_oracle']:.1%}"


def _rate(found: dict[str, Any]) -> str:
    counts = f"{found['hits']:,} of {found['of']:,}"
    if found["value"] is None:
        return f"{found['verdict']} ({counts})"
    return f"{found['value']:.1%} ({found['low']:.1%} to {found['high']:.1%}; {counts})"
