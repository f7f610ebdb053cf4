"""A score, a comparison and a contest in words; a rate under 30 hits says `too few`.

What is told is the report as JSON gives it back: plain dictionaries.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from benchmark.comparison import SHARE, unit_of, words_of
from benchmark.judgement import TWICE
from measures.counted import counted

_MILLION = 1e6
_METHODS = {"t": "Student's t", "bootstrap": "bootstrap over nations"}


def score_lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a score."""
    money, rows = told["money"], told["rows"]
    yield (
        f"{rows['counted']:,} of {counted(rows['given'], 'choice counts', 'choices count')} "
        f"({_left_out(rows['invalid'], rows['invalid_by_reason'].get(TWICE, 0))}, "
        f"{counted(rows['surplus_checks'], 'check')} and "
        f"{counted(rows['surplus_audits'], 'audit')} over capacity)"
    )
    yield from _impossible_lines(rows["invalid_by_reason"])
    recovered = money["recovered_vnd"]
    yield (
        f"recovered {recovered['value']:,.0f} VND ({recovered['low']:,.0f} to "
        f"{recovered['high']:,.0f}) of {money['collectable_vnd']:,} VND collectable, cost "
        f"{money['cost_vnd']:,} VND; {_share(money)} of the oracle's"
    )
    yield from _lines_of_unread(money)
    for name, hits in told["hit_rate"].items():
        yield (f"hit rate of {name}: {_rate(hits)}")
    for name, kind in told["kinds"].items():
        yield (
            f"  {name}: {kind['checks']:,}, hit rate {_rate(kind['hit_rate'])}, "
            f"recovered {kind['recovered_vnd']:,} VND, cost {kind['cost_vnd']:,} VND"
        )
    warning = told["early_warning"]
    days = warning["median_days"]
    delay = warning["verdict"]
    if delay == "measured":
        late = "fewer than half were seen" if days is None else counted(days, "day")
        delay = f"median {late}"
    schemes = counted(warning["new_schemes"], "new scheme")
    yield f"{schemes}, seen {_rate(warning['seen'])}, {delay}"
    yield f"small honest traders: {_bothered(told['small_honest'])}"
    for name, points in told["recall"].items():
        for point in points or ():
            yield from _point_lines(name, point)


def _lines_of_unread(money: dict[str, Any]) -> Iterator[str]:
    """Yield what of the world could not be read, and what the truth has beside it."""
    if unread := money["unread_rows_of_tk"]:
        yield (
            f"  {counted(unread, 'row')} of tk left out: expected SO_TK of 12 digits and a time as "
            "NGAY_DK, found others"
        )
    if outside := money["losses_outside_the_world"]:
        yield f"  {counted(outside, 'loss', 'losses')} in declarations that the world does not hold"
    if (waiting := money["not_yet_visible"])["losses"]:
        yield f"  not yet visible on the last day, and not counted: {_waiting(waiting)}"


def _waiting(told: dict[str, Any]) -> str:
    """Return how much no control can see yet."""
    losses = counted(told["losses"], "loss", "losses")
    return f"{losses}, {told['evaded_vnd'] / _MILLION:,.1f} million VND evaded"


def _impossible_lines(by_reason: dict[str, int]) -> Iterator[str]:
    for reason, count in by_reason.items():
        if reason != TWICE:
            yield f"  impossible: {count:,} {reason}"


def _left_out(invalid: int, twice: int) -> str:
    """Return how many choices were left out; those that stand twice are some of the invalid."""
    impossible = f"{invalid - twice:,} impossible"
    return f"{impossible}, {twice:,} standing twice in the file" if twice else impossible


def _bothered(told: dict[str, Any]) -> str:
    if told["verdict"] != "measured":
        return str(told["verdict"])
    share = _rate(told["share_of_selections"])
    return f"{told['traders_bothered']:,} of {told['traders']:,} looked at, {share} of the choices"


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
    nations = counted(told["nations"], "nation")
    yield f"{nations}, paired, 95 % intervals ({_METHODS[told['method']]})"
    for name, found in told["measures"].items():
        value = found["difference"]
        if value["value"] is None:
            yield f"  {words_of(name)}: not measured, or too few"
            continue
        unit = unit_of(name)
        ends = [value[end] for end in ("low", "high") if value[end] is not None]
        interval = " to ".join(_difference(end, unit) for end in ends) or "no interval"
        yield (
            f"  {words_of(name)}: A {_figure(found['a'], unit)}, B {_figure(found['b'], unit)}, "
            f"A - B {_difference(value['value'], unit)} ({interval}), "
            f"A above in {found['wins']} of {found['nations']}"
        )


def _figure(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == SHARE else f"{value:,.4g} {unit}"


def _difference(value: float, unit: str) -> str:
    return f"{100 * value:+.1f} points" if unit == SHARE else f"{value:+,.4g} {unit}"


def game_lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a contest."""
    if "round" in told:
        yield f"round {told['round']}"
    capacity = told["capacity"]
    weeks = ", ".join(f"{one['seed']} ({counted(one['weeks'], 'week')})" for one in told["nations"])
    nation = told["nation"]
    yield f"seeds {weeks}; scale {told['scale']}"
    yield (
        f"simulator {nation['version']}, from {nation['first_date']} after "
        f"{counted(nation['warmup_days'], 'day')} of warm-up, random arm {nation['random_arm']}"
    )
    if nation.get("mechanisms"):
        yield f"mechanisms {', '.join(nation['mechanisms'])}"
    yield (f"{_a_week(capacity)}; at most {counted(told['history_weeks'], 'week')} of history")
    for name, one in told["policies"].items():
        yield from _policy_lines(name, one)
    yield "recall by mechanism, as a share of what the oracle recovers in the same nation"
    names = sorted({name for one in told["policies"].values() for name in one["mechanisms"]})
    for name in names:
        mark = " (unseen)" if name in told["unseen"] else ""
        shares = [
            f"{policy} {_sum_share(one['mechanisms'][name])}"
            for policy, one in told["policies"].items()
            if name in one["mechanisms"]
        ]
        yield f"  {name}{mark}: {', '.join(shares)}"
    yield from idle_lines([one["idle_mechanisms"] for one in told["nations"]])
    for found in told["comparisons"]:
        yield f"A {found['a']}, B {found['b']}"
        yield from comparison_lines(found)


def idle_lines(idle: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the private mechanisms that do nothing, given those of each nation."""
    for name in sorted({name for own in idle for name in own}):
        times = sum(name in own for own in idle)
        nations = counted(len(idle), "nation")
        yield f"mechanism {name}: no scheme begins by the last day in {times} of {nations}"


def ceiling_lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a ceiling."""
    capacity, nations = told["capacity"], told["nations"]
    yield (
        f"{counted(len(nations), 'nation')}, the last {counted(nations[0]['weeks'], 'week')} "
        f"judged, {told['history_weeks']:,} learned from; {_a_week(capacity)}"
    )
    for name, one in told["policies"].items():
        yield from _policy_lines(name, one)
    yield "recall of a mechanism that is taught, and of one that is left out"
    for name, one in told["left_out"]["mechanisms"].items():
        shares = (
            _too_few(one)
            if one["taught"] is None
            else f"{one['taught']:.1%}, {one['left_out']:.1%}"
        )
        yield f"  {name}: {shares}"
    for found in told["comparisons"]:
        yield f"A {found['a']}, B {found['b']}"
        yield from comparison_lines(found)


def _policy_lines(name: str, one: dict[str, Any]) -> Iterator[str]:
    # What is too few for one share is too few for the other.
    played = one["share_of_played_oracle"] if one["share_of_oracle"] is not None else None
    beside = "" if played is None else f", {played:.1%} of what the oracle recovered that played"
    yield (
        f"{name}: recovered {one['recovered_vnd'] / _MILLION:,.1f} of "
        f"{one['collectable_vnd'] / _MILLION:,.1f} million VND, cost "
        f"{one['cost_vnd'] / _MILLION:,.1f} million VND; {_sum_share(one)} of the oracle's{beside}"
    )
    other = one.get("not_counted")
    if other is not None and any(other.values()):
        twice = other.get("twice", 0)
        again = f"{twice:,} standing twice in the file of a week, " if twice else ""
        yield (
            f"  not counted: {counted(other['invalid'] - twice, 'impossible choice')}, "
            f"{again}{other['surplus']:,} over capacity"
        )
        yield from _impossible_lines(other.get("invalid_by_reason", {}))
    checks, warning = one["hit_rate"]["checks"], one["early_warning"]
    days = [f"{own:.0f}" for own in warning["median_days"] if own is not None]
    yield (
        f"  hit rate of checks {_rate(checks)}, of audits {_rate(one['hit_rate']['audits'])}"
        f"{_as_told(one)}; "
        f"new schemes seen {warning['seen']:,} of {warning['new_schemes']:,}, median delay in days "
        f"{', '.join(days) or 'too few'}; evaded in its nation "
        f"{one['true_loss_vnd'] / _MILLION:,.1f} million VND"
    )
    if (waiting := one["not_yet_visible"])["losses"]:
        yield f"  not yet visible on the last day, and not counted: {_waiting(waiting)}"


def _a_week(capacity: dict[str, Any]) -> str:
    checks, audits = counted(capacity["checks"], "check"), counted(capacity["audits"], "audit")
    return f"{checks} and {audits} a week"


def _too_few(entry: dict[str, Any]) -> str:
    return f"{entry['verdict']} ({counted(entry['oracle_losses'], 'loss', 'losses')})"


def _as_told(one: dict[str, Any]) -> str:
    told = one.get("told")
    if told is None:
        return ""
    return f", of the declarations that officers told a result of {_rate(told['hit_rate'])}"


def _sum_share(entry: dict[str, Any]) -> str:
    if entry["share_of_oracle"] is None:
        return _too_few(entry)
    return f"{entry['share_of_oracle']:.1%}"


def _share(entry: dict[str, Any]) -> str:
    share = entry["share_of_oracle"]
    if share["value"] is None:
        return _too_few(entry)
    return f"{share['value']:.1%} ({share['low']:.1%} to {share['high']:.1%})"


def _rate(found: dict[str, Any]) -> str:
    if found["value"] is None:
        return f"{found['verdict']} ({found['hits']:,} of {found['of']:,})"
    return (
        f"{found['value']:.1%} ({found['low']:.1%} to {found['high']:.1%}; "
        f"{found['hits']:,} of {found['of']:,})"
    )
