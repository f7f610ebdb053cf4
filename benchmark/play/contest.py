"""Contests: policies that play the same nations, each in a copy of its own, and what came of it.

A nation answers those who look at it, so that each policy's nation ends differently. The share of
the oracle's is taken inside the policy's own nation as it turned out, where the oracle knows all of
it (`benchmark.oracle`); beside it stands what the oracle recovered when it played itself.
"""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.comparison import compare
from benchmark.judgement import Capacity
from benchmark.kinds import default_costs
from benchmark.play.detectors import ByValueAndDuty, Together
from benchmark.play.game import Policy, play
from benchmark.play.learning import ByPastRate, ByTrees
from benchmark.play.nation import LivedNation
from benchmark.play.opening import Opening, open_nation
from benchmark.play.outsiders import Entry, Outsider
from benchmark.play.policies import ByPractice, ByValue, Lot, Oracle
from benchmark.play.scratch import game_folder
from benchmark.play.terms import HISTORY_WEEKS
from benchmark.play.whole_weeks import whole_weeks
from benchmark.score import Rules, score
from benchmark.sums import summed
from data_contracts.errors import WrongUseError
from measures.intervals import rate
from simulator.arguments import VERSION, SimulationArguments
from simulator.mechanisms.loading import load_folder
from simulator.world import idle_in

Make = Callable[[LivedNation, int], Policy]
Progress = Callable[[str], None]
Told = dict[str, Any]
FORMAT = 3
ORACLE = "oracle"
POLICIES: Mapping[str, Make] = {
    ORACLE: lambda nation, seed: Oracle(nation.losses, seed),
    "random": lambda _, seed: Lot(seed),
    "legacy": lambda nation, seed: ByPractice(nation.practice, seed),
    "value": lambda _, seed: ByValue(seed),
    "past_rate": lambda nation, seed: ByPastRate(nation.history(), seed),
    "xgboost": lambda nation, seed: ByTrees(nation.history(), seed),
    "value_duty": lambda nation, seed: ByValueAndDuty((nation.past(), nation.history()), seed),
    "detectors": lambda nation, seed: Together((nation.past(), nation.history()), seed),
}
# Those that read the files of other systems.
READERS = frozenset({ByValueAndDuty.name, Together.name})


@dataclass(frozen=True, slots=True)
class Contest:
    """Who plays what.

    Attributes:
        arguments: What every nation is; each has a seed of its own.
        policies: Names of POLICIES, or of `others`; the first one is compared with each other one.
        capacity: Checks and audits a week.
        seeds: One for each nation.
        history_weeks: Weeks of the warm-up that a policy may read.
        others: Policies of others by name.
        show: Told each line that one of these prints.
    """

    arguments: SimulationArguments
    policies: Sequence[str]
    capacity: Capacity
    seeds: Sequence[int] = (1,)
    history_weeks: int = HISTORY_WEEKS
    others: Mapping[str, Entry] = field(default_factory=dict)
    show: Callable[[str], None] = lambda _: None


def hold(contest: Contest, progress: Progress = lambda _: None) -> Told:
    """Let every policy play every nation.

    Args:
        contest: Who plays what.
        progress: Told what is being done.

    Returns:
        Plain values, ready for JSON: scores by nation and policy, sums over the nations, and
        paired comparisons where there are two nations at least.

    Raises:
        WrongUseError: A policy is unknown or named twice, none is named, or seeds are equal.
    """
    _refuse_unclear(contest)
    nations: list[Told] = []
    for place, seed in enumerate(contest.seeds, start=1):
        there = f"nation {place} of {len(contest.seeds)}"
        progress(f"{there}: warm-up")
        arguments = replace(contest.arguments, seed=seed)
        with closing(open_nation(arguments, contest.history_weeks)) as opening:
            idle = idle_in(opening.nation)
            for mechanism in idle:
                progress(f"{there}: mechanism {mechanism}: no scheme begins by the last day")
            scores: dict[str, Told] = {}
            for name in contest.policies:
                scores[name] = _played(contest, opening, name, place, progress)
        nations.append(
            {
                "seed": seed,
                "weeks": opening.weeks,
                "idle_mechanisms": list(idle),
                "policies": scores,
            }
        )
    by_name = {
        name: [nation["policies"][name] for nation in nations] for name in contest.policies
    }  # fmt: skip
    unseen = _unseen(contest.arguments, by_name)
    return {
        "format": FORMAT,
        "nation": _nation(contest.arguments),
        "scale": contest.arguments.scale,
        "capacity": {"checks": contest.capacity.checks, "audits": contest.capacity.audits},
        "history_weeks": contest.history_weeks,
        "unseen": unseen,
        "policies": {
            name: _summed(scores, by_name.get(ORACLE)) for name, scores in by_name.items()
        },
        "comparisons": _compared(by_name, unseen) if len(nations) > 1 else [],
        "nations": nations,
    }


def _nation(arguments: SimulationArguments) -> Told:
    """Return what every nation is, but its seed and scale, as it is played: in whole weeks."""
    played = whole_weeks(arguments)
    return {
        "version": VERSION,
        "first_date": played.first_date.isoformat(),
        "days": played.days,
        "warmup_days": played.warmup_days,
        "random_arm": played.random_arm,
        "mechanisms": list(played.mechanisms),
    }


def _refuse_unclear(contest: Contest) -> None:
    names, known = list(contest.policies), (*POLICIES, *contest.others)
    if set(names) - set(known) or not names or len(set(names)) < len(names):
        message = f"policies: expected some of {', '.join(known)}, each once; "
        message += f"found {', '.join(names) or 'none'}"
        raise WrongUseError(message)
    taken = sorted(set(POLICIES) & set(contest.others))
    if taken:
        message = f"policies: {', '.join(taken)} is the name of a reference policy; take another"
        raise WrongUseError(message)
    if not contest.seeds or len(set(contest.seeds)) < len(contest.seeds):
        message = "nations: expected different seeds, one for each; found "
        message += ", ".join(map(str, contest.seeds)) or "none"
        raise WrongUseError(message)


def _played(contest: Contest, opening: Opening, name: str, place: int, progress: Progress) -> Told:
    """Return the score of one policy in one nation, with what it was told itself."""
    seed, capacity = contest.seeds[place - 1], contest.capacity
    there = f"nation {place} of {len(contest.seeds)}: {name}"

    def tell(week: int, weeks: int) -> None:
        progress(f"{there}, week {week} of {weeks}")

    begun = time.monotonic()
    with game_folder() as folder:
        nation, policy = _seated(contest, opening, name, place, folder)
        game = play(nation, policy, capacity, tell)
    seconds = round(time.monotonic() - begun, 1)
    report = score(game.selection, nation.judged(), Rules(capacity, default_costs(), seed))
    rows = report["rows"]
    rows["invalid"] += game.invalid
    rows["invalid_by_reason"] = dict(Counter(rows["invalid_by_reason"]) + Counter(game.refused))
    rows |= {"twice": game.twice, "surplus": game.surplus}
    used = {"seconds": seconds, "memory_bytes": getattr(policy, "memory_bytes", None)}
    plain: Told = msgspec.to_builtins({**report, "told": _told(game.outcomes), "used": used})
    return plain


def _seated(
    contest: Contest, opening: Opening, name: str, place: int, folder: Path
) -> tuple[LivedNation, Policy]:
    """Return a nation and a policy in it; who comes from outside gets its place for a seed."""
    seed = contest.seeds[place - 1]
    if name in POLICIES:
        nation = LivedNation(opening, folder / "nation" if name in READERS else None)
        return nation, POLICIES[name](nation, seed)
    # Of a name that can be guessed a policy learns sizes and times (`stat`).
    nation = LivedNation(opening, folder / secrets.token_hex())
    past = nation.past(), nation.history()
    return nation, Outsider(contest.others[name], past, place, folder / "policy", contest.show)


def _told(outcomes: pa.Table) -> Told:
    """Return what a policy was told: by the nation's own officers, who see less than the judge."""
    found = outcomes.filter(pc.equal(outcomes["KET_QUA"], "1"))
    duty = pc.sum(found["THUE_TANG"].cast(pa.int64())).as_py()
    return {
        "declarations": pc.count_distinct(outcomes["SO_TK_GOC"]).as_py(),
        "irregular_declarations": pc.count_distinct(found["SO_TK_GOC"]).as_py(),
        "irregular_items": found.num_rows,
        "duty_vnd": duty or 0,
    }


def _summed(scores: Sequence[Told], oracle: Sequence[Told] | None) -> Told:
    rows = [one["rows"] for one in scores]
    return {
        **summed(scores, oracle),
        "told": _told_in_all([one["told"] for one in scores]),
        "not_counted": {
            **{name: sum(one[name] for one in rows) for name in ("invalid", "twice", "surplus")},
            "invalid_by_reason": dict(
                sum((Counter(one["invalid_by_reason"]) for one in rows), Counter())
            ),
        },
        "used": _used_in_all([one["used"] for one in scores]),
    }


def _used_in_all(used: Sequence[Told]) -> Told:
    """Return the seconds of all games, and the most memory where it is known: of outsiders."""
    known = [one["memory_bytes"] for one in used if one["memory_bytes"] is not None]
    seconds = round(sum(one["seconds"] for one in used), 1)
    return {"seconds": seconds, "memory_bytes": max(known, default=None)}


def _told_in_all(told: Sequence[Told]) -> Told:
    sums = {name: sum(one[name] for one in told) for name in told[0]}
    found = rate(sums["irregular_declarations"], sums["declarations"])
    return {**sums, "hit_rate": msgspec.to_builtins(found)}


def _unseen(arguments: SimulationArguments, by_name: Mapping[str, Sequence[Told]]) -> list[str]:
    """Return the mechanisms from outside that did something in a nation."""
    if arguments.mechanism_folder is None:
        return []
    private = {one.name for one in load_folder(arguments.mechanism_folder)}
    every = [one["money"]["mechanisms"] for scores in by_name.values() for one in scores]
    return sorted(private & {name for names in every for name in names})


def _compared(by_name: Mapping[str, Sequence[Told]], unseen: Sequence[str]) -> list[Told]:
    """Return the first policy against each other one, nation by nation."""
    first, *others = by_name
    found = []
    for other in others:
        both = by_name[first], by_name[other]
        names = {name for one in both[0] for name in one["money"]["mechanisms"]}
        hidden = [name for name in unseen if name in names]
        found.append({"a": first, "b": other, **compare(*both, hidden, is_played=True)})
    plain: list[Told] = msgspec.to_builtins(found)
    return plain
