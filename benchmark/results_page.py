"""The results of contests as one page that needs nothing but itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from benchmark.comparison import words_of
from benchmark.told_contests import ToldContest
from data_contracts.errors import CustomsDataError
from data_contracts.json_files import read_json
from measures.counted import counted
from measures.intervals import Interval, t_interval

Told = dict[str, Any]
_MEASURES = (
    "share_of_oracle", "share_of_oracle_seen", "share_of_oracle_unseen", "recovered_million_vnd",
    "check_hit_rate",
)  # fmt: skip
_OF_ALL = tuple(name for name in _MEASURES if not name.endswith("seen"))
_OF_A_CONTEST = ("policies", "comparisons", "nations", "capacity", "scale")
_RATES = ("Hit rate of checks", "Of audits", "As officers told it")
# What older contests, and ceilings, do not tell has no column.
_WAITING, _LEFT_OUT, _USED = "Not yet visible", "Choices left out", "Seconds"
_NOTHING, _SPACE = "–", "\N{NO-BREAK SPACE}"
_MILLION, _MIB = 1e6, 2**20
_COUNTS = {
    "hits", "of", "seen", "new_schemes", "oracle_losses", "weeks", "checks", "audits",
    "history_weeks", "wins", "nations", "scale", "share_of_oracle", "recovered_vnd", "oracle_vnd",
    "seconds", "memory_bytes", "invalid", "surplus", "warmup_days", "random_arm", "losses",
    "evaded_vnd",
}  # fmt: skip
_MOST, _LONGEST = 1e18, 300
# Parts that are no more than their whole; and ranges: the oracle is greedy, so that a policy may
# find somewhat more than it.
_PARTS = (("hits", "of"), ("wins", "nations"), ("seen", "new_schemes"))
_WITHIN = {"share_of_oracle": (0.0, 10.0), "scale": (1e-6, 10.0)}

CONTEST = "the output of customs bench play --json or customs bench ceiling --json"


@dataclass(frozen=True, slots=True)
class _Line:
    """A policy; places on the bar in percent of its width."""

    name: str
    whole: str
    mean: str
    interval: str
    of: str
    place: float | None
    low: float | None
    high: float | None
    recovered: str
    rates: list[list[str]]
    schemes: str
    waiting: list[str]
    left_out: list[str]
    used: list[str]


@dataclass(frozen=True, slots=True)
class _Contest:
    """A contest, all as text; `more` are the heads of `waiting`, `left_out` and `used`."""

    title: str
    about: str
    rates: list[str]
    more: list[str]
    lines: list[_Line]
    pairs: list[tuple[str, ...]]
    mechanisms: list[tuple[str, list[str]]]
    nations: list[tuple[str, list[str]]]
    left_out: list[tuple[str, str, str]]


def read_contest(path: Path) -> Told:
    """Return a contest as a command printed it.

    Raises:
        CustomsDataError: The file is something else.
    """
    remedy = f"give {CONTEST}"
    told: Told = read_json(path, Told, remedy=remedy, each_once=True)
    lacking = [name for name in _OF_A_CONTEST if name not in told]
    if lacking:
        message = f"{path}: expected {CONTEST}, found no {', '.join(lacking)}"
        raise CustomsDataError(message)
    read_json(path, ToldContest, remedy=remedy)
    for where, found in _impossible(told, "$"):
        message = f"{path}, at {where}: expected a figure that can be, found {found}; {remedy}"
        raise CustomsDataError(message)
    for place, nation in enumerate(told["nations"]):
        if absent := sorted(set(told["policies"]) - set(nation["policies"])):
            message = f"{path}, at $.nations[{place}].policies: expected every policy, found no "
            message += f"{', '.join(absent)}; {remedy}"
            raise CustomsDataError(message)
    return told


def _impossible(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Yield the figures and texts of a contest that no contest has, each with its place."""
    if isinstance(value, dict):
        yield from ((place, found) for found in _contradictions(value))
        for name, inner in value.items():
            if found := _misnamed(name, inner):
                yield f"{place}.{name}" if _can_be_shown(name) else place, found
            else:
                yield from _impossible(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _impossible(inner, f"{place}[{number}]")
    elif isinstance(value, str) and not _can_be_shown(value):
        yield place, "a text that cannot be shown"
    elif isinstance(value, int | float) and abs(value) > _MOST and not place.endswith(".seed"):
        yield place, "more than any money or count"


def _misnamed(name: str, value: object) -> str:
    """Return what is wrong with a figure of a name, or with the name; empty where nothing is."""
    if not _can_be_shown(name):
        return "a name that cannot be shown"
    if name in _COUNTS and isinstance(value, int | float) and value < 0:
        return "less than nothing"
    is_within = name not in _WITHIN or _lies_within(value, *_WITHIN[name])
    return "" if is_within else "what lies beyond all that can be"


def _contradictions(figures: Told) -> Iterator[str]:
    """Yield what figures beside each other contradict."""
    low, high = figures.get("low"), figures.get("high")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        yield "an interval whose ends are turned round"
    for part, whole in _PARTS:
        some, every = figures.get(part), figures.get(whole)
        if isinstance(some, int | float) and isinstance(every, int | float) and some > every:
            yield f"more {part} than {whole}"
    if "hits" in figures and not _lies_within(figures.get("value"), 0, 1):
        yield "a rate that is no share"


def _lies_within(figure: object, least: float, most: float) -> bool:
    """Return whether a figure, or the value of an interval, is in its range; what is none, is."""
    value = figure.get("value") if isinstance(figure, dict) else figure
    return not isinstance(value, int | float) or least <= value <= most


def _can_be_shown(text: str) -> bool:
    return len(text) <= _LONGEST and text.isprintable()


def render(contests: Mapping[str, Told]) -> str:
    """Return the page of some contests by title as HTML; the same contests give the same text."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = resources.files(__package__).joinpath("results_page.html").read_text("utf-8")
    told = [_contest(title, one) for title, one in contests.items()]
    return environment.from_string(template).render(contests=told)


def _contest(title: str, told: Told) -> _Contest:
    capacity, policies = told["capacity"], told["policies"]
    about = f"{counted(len(told['nations']), 'nation')} of scale {told['scale']:g}, "
    about += f"{counted(told['nations'][0]['weeks'], 'week')}; "
    about += f"{counted(capacity['checks'], 'check')} and "
    about += f"{counted(capacity['audits'] or 0, 'audit')} a week; "
    about += f"at most {counted(told['history_weeks'], 'week')} of history"
    about += _played(told)
    lines = [_line(name, told) for name in policies]
    shown = [place for place in range(len(_RATES)) if any(line.rates[place] for line in lines)]
    names = sorted({name for one in policies.values() for name in one["mechanisms"]})
    return _Contest(
        title=title,
        about=about,
        rates=[_RATES[place] for place in shown],
        more=[
            *([_WAITING] if any(line.waiting for line in lines) else []),
            *([_LEFT_OUT] if any(line.left_out for line in lines) else []),
            *([_USED] if any(line.used for line in lines) else []),
        ],
        lines=[replace(line, rates=[line.rates[place] for place in shown]) for line in lines],
        pairs=[pair for one in told["comparisons"] for pair in _pairs(one, told["unseen"])],
        mechanisms=[
            (
                f"{name} (private)" if name in told["unseen"] else name,
                [_share(one["mechanisms"].get(name)) for one in policies.values()],
            )
            for name in names
        ],
        nations=[
            (str(place), [_share_there(nation["policies"][name]["money"]) for name in policies])
            for place, nation in enumerate(told["nations"], start=1)
        ],
        left_out=_left_out(told["left_out"]) if "left_out" in told else [],
    )


def _played(told: Told) -> str:
    """Return of which nations a contest is, as far as it tells; of a round its hash says it."""
    words = f"; round {told['round']}" if "round" in told else _seeds(told["nations"])
    if (nation := told.get("nation")) is None:
        return words
    words += f"; simulator {nation['version']}, from {nation['first_date']} after "
    words += f"{counted(nation['warmup_days'], 'day')} of warm-up with a random arm of "
    words += f"{nation['random_arm']:g}"
    named = nation.get("mechanisms")
    return f"{words}; mechanisms {', '.join(named)}" if named else words


def _seeds(nations: list[Told]) -> str:
    seeds = [one["seed"] for one in nations if "seed" in one]
    if not seeds:
        return ""
    if len(seeds) > 1 and seeds == list(range(seeds[0], seeds[0] + len(seeds))):
        return f"; seeds {seeds[0]} to {seeds[-1]}"
    return f"; seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}"


def _left_out(told: Told) -> list[tuple[str, str, str]]:
    """Return what a ceiling recovers of taught and of left out mechanisms; all of them first."""
    both = ("taught", "left_out")
    means = (Interval(**told["all"][which]) for which in both)
    taught, unseen = (f"{_percent(mean.value)} ({_between(mean)})" for mean in means)
    rows = [("all, mean of nations (95 %)", taught, unseen)]
    for name, one in told["mechanisms"].items():
        few = f"{one['verdict']} ({one['oracle_losses']})"
        taught, unseen = (few if one[which] is None else _percent(one[which]) for which in both)
        rows.append((name, taught, unseen))
    return rows


def _line(name: str, told: Told) -> _Line:
    one, mean = told["policies"][name], _mean(name, told)
    rates, warning = one["hit_rate"], one["early_warning"]
    return _Line(
        name=name,
        whole=_share(one),
        mean=_percent(mean.value),
        interval=_between(mean),
        of="" if mean.value is None else _nations_in(name, told),
        place=_place(mean.value),
        low=_place(mean.low),
        high=_place(mean.high),
        recovered=f"{one['recovered_vnd'] / _MILLION:,.0f}",
        rates=[
            _rate(rates["checks"]),
            _rate(rates["audits"]),
            _rate(one["told"]["hit_rate"]) if "told" in one else [],
        ],
        schemes=f"{warning['seen']:,} of {warning['new_schemes']:,}",
        waiting=_waiting(one["not_yet_visible"]) if "not_yet_visible" in one else [],
        left_out=_not_counted(one["not_counted"]) if "not_counted" in one else [],
        used=_used(one["used"]) if "used" in one else [],
    )


def _waiting(told: Told) -> list[str]:
    """Return how many losses no control can see by the last day, and of how much, line by line."""
    if not told["losses"]:
        return ["none"]
    return [f"{told['losses']:,}", f"{told['evaded_vnd'] / _MILLION:,.0f} million VND"]


def _not_counted(other: Told) -> list[str]:
    """Return how many choices did not count, and why, line by line."""
    whole = other["invalid"] + other["surplus"]
    if not whole:
        return ["none"]
    return [f"{whole:,}", f"{other['invalid']:,} impossible", f"{other['surplus']:,} over capacity"]


def _used(used: Told) -> list[str]:
    """Return the seconds of all games, and the memory of the largest process where it is known."""
    memory = used["memory_bytes"]
    seconds = f"{used['seconds']:,.0f}"
    return [seconds] if memory is None else [seconds, f"{memory / _MIB:,.0f}{_SPACE}MiB"]


def _mean(name: str, told: Told) -> Interval:
    """Return the mean share of the nations with Student's interval, from 0; of one nation, its own.

    Nations with too few losses for a share are left out. There is none where all of them have too
    few for a share of the sum.
    """
    nations = told["nations"]
    if told["policies"][name]["share_of_oracle"] is None:
        return Interval(None, None, None)
    if len(nations) == 1:
        return Interval(**nations[0]["policies"][name]["money"]["share_of_oracle"])
    shares = [_of_nation(nation, name) for nation in nations]
    found = t_interval(np.array([share for share in shares if share is not None], dtype=float))
    # A share may lie above that of a greedy oracle, never below nothing.
    return found if found.low is None else replace(found, low=max(found.low, 0.0))


def _of_nation(nation: Told, name: str) -> float | None:
    share: float | None = nation["policies"][name]["money"]["share_of_oracle"]["value"]
    return share


def _nations_in(name: str, told: Told) -> str:
    """Return how many nations a mean is of, where some have too few losses for a share."""
    nations = told["nations"]
    measured = sum(_of_nation(nation, name) is not None for nation in nations)
    few = len(nations) - measured
    return f"{measured} of {counted(len(nations), 'nation')}; {few} too few" if few else ""


def _pairs(found: Told, unseen: list[str]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    # Without private mechanisms all are published, and none is not.
    for name in _MEASURES if unseen else _OF_ALL:
        measure = found["measures"][name]
        difference = Interval(**measure["difference"])
        if difference.value is not None:
            show = _number if name.startswith("recovered") else _points
            rows.append(
                (
                    f"{found['a']} − {found['b']}",
                    words_of(name) + (", million VND" if name.startswith("recovered") else ""),
                    show(difference.value),
                    _between(difference, show),
                    f"{measure['wins']} of {measure['nations']}",
                )
            )
    return rows


def _share(entry: Told | None) -> str:
    if entry is None:
        return _NOTHING
    share = entry["share_of_oracle"]
    return f"too few ({entry['oracle_losses']})" if share is None else _percent(share)


def _share_there(money: Told) -> str:
    share = money["share_of_oracle"]["value"]
    return f"too few ({money['oracle_losses']})" if share is None else _percent(share)


def _rate(found: Told) -> list[str]:
    """Return a rate, its interval and its counts, line by line; nothing where nothing was done."""
    counts = f"{found['hits']:,} of {found['of']:,}"
    if found["value"] is None:
        return [found["verdict"], counts] if found["of"] else []
    inside = _between(Interval(found["value"], found["low"], found["high"]))
    return [_percent(found["value"]), inside, counts]


def _percent(value: float | None) -> str:
    return _NOTHING if value is None else f"{value * 100:.1f}{_SPACE}%"


def _points(value: float | None) -> str:
    return _NOTHING if value is None else f"{value * 100:+.1f} points"


def _number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:+,.0f}"


def _between(found: Interval, show: Any = _percent) -> str:
    if found.low is None or found.high is None:
        return "no interval"
    return f"{show(found.low)} to {show(found.high)}"


def _place(value: float | None) -> float | None:
    return None if value is None else min(max(100 * value, 0.0), 100.0)
