"""The ceiling over nations, beside all that is scored statically on the same ones."""

from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from typing import Any

import msgspec

from benchmark.arrays import Floats
from benchmark.ceiling.choices import audits_by, checks_by
from benchmark.ceiling.left_out import left_out
from benchmark.ceiling.nation import ORACLE, Nation, Question
from benchmark.ceiling.taught import taught, the_labels, the_truth, the_whole_truth, worth_of
from benchmark.comparison import compare
from benchmark.judgement import Capacity
from benchmark.kinds import AUDIT, PHYSICAL, default_costs
from benchmark.play.detectors import RULES
from benchmark.reference_policies import POLICIES
from benchmark.score import Rules, score
from benchmark.selection import Selection, join
from benchmark.sums import summed

Told = dict[str, Any]
Progress = Callable[[str], None]
Chosen = Iterator[tuple[str, list[Selection]]]
FORMAT = 2
# Trees that know the truth of all nations' past, ranked by money and by chance; of the past of
# their own nation alone; of every declaration of half of the other nations, and nothing of theirs.
CEILING, BY_CHANCE = "ceiling", "ceiling_by_chance"
OWN, OTHERS = "ceiling_own_nation", "ceiling_other_nations"
LABELS, OWN_LABELS = "labels", "labels_own_nation"
WITH_AUDITS = "_with_audits"
_LEGACY = "legacy"


def measure(nations: Sequence[Nation], question: Question, progress: Progress) -> Told:
    """Return the ceiling of some nations and what stands beside it.

    Args:
        nations: The nations, all asked the same.
        question: What they were asked.
        progress: Told what is being done.

    Returns:
        Plain values, ready for JSON, as of a contest; `left_out` tells by mechanism what is
        recovered when it is among what is taught, and when it is not.
    """
    scores: dict[str, list[Told]] = {}
    for name, chosen in (*_by_checks(nations, question), *_by_audits(nations, question)):
        progress(f"judging {name}")
        audits = question.audits if name.endswith(WITH_AUDITS) else 0
        scores[name] = _scores(chosen, nations, question, audits)

    def without(left: tuple[str, ...]) -> list[Told]:
        progress(f"learning without {', '.join(left)}")
        trees = taught(nations, the_truth(PHYSICAL, left), question.seed)
        chosen = [checks_by(one, worth_of(one, trees)) for one in nations]
        return _scores(chosen, nations, question, 0)

    return {
        "format": FORMAT,
        "scale": nations[0].scale,
        "capacity": {"checks": question.checks, "audits": question.audits},
        "history_weeks": max(one.learned_weeks for one in nations),
        "unseen": [],
        "policies": {
            name: summed(own, scores[_beside(ORACLE, name)]) for name, own in scores.items()
        },
        "comparisons": _compared(scores) if len(nations) > 1 else [],
        "left_out": left_out(nations, scores[CEILING], without),
        "nations": [
            {
                "weeks": question.judged_weeks,
                "policies": {name: own[place] for name, own in scores.items()},
            }
            for place in range(len(nations))
        ],
    }


def _by_checks(nations: Sequence[Nation], question: Question) -> Chosen:
    """Yield who chooses which checks, a selection for each nation."""
    ceiling = taught(nations, the_truth(PHYSICAL), question.seed)
    yield CEILING, [checks_by(one, worth_of(one, ceiling)) for one in nations]
    yield BY_CHANCE, [checks_by(one, worth_of(one, ceiling, by_chance=True)) for one in nations]
    labels = taught(nations, the_labels, question.seed)
    yield LABELS, [checks_by(one, worth_of(one, labels)) for one in nations]
    for name, teach in ((OWN, the_truth(PHYSICAL)), (OWN_LABELS, the_labels)):
        own = (worth_of(one, taught([one], teach, question.seed)) for one in nations)
        yield name, list(starmap(checks_by, zip(nations, own, strict=True)))
    if len(nations) > 1:
        yield OTHERS, _by_others(nations, question)
    for name in (*POLICIES, ORACLE, *RULES):
        yield name, [one.choices[name] for one in nations]


def _by_others(nations: Sequence[Nation], question: Question) -> list[Selection]:
    """Return the choices in each nation of trees that know the whole truth of every other one."""
    trees = [taught(nations[half::2], the_whole_truth, question.seed) for half in (1, 0)]
    return [checks_by(one, worth_of(one, trees[place % 2])) for place, one in enumerate(nations)]


def _by_audits(nations: Sequence[Nation], question: Question) -> Chosen:
    """Yield who chooses audits as well; none where there are no audits."""
    if not question.audits:
        return
    for name, teach in ((CEILING, the_truth), (LABELS, lambda _: the_labels)):
        trees = {kind: taught(nations, teach(kind), question.seed) for kind in (PHYSICAL, AUDIT)}
        both = [tuple(worth_of(one, own) for own in trees.values()) for one in nations]
        yield (
            name + WITH_AUDITS,
            [
                _both(one, looks, books, question.audits)
                for one, (looks, books) in zip(nations, both, strict=True)
            ],
        )
    for name in (_LEGACY, ORACLE):
        yield name + WITH_AUDITS, [one.choices[name] for one in nations]


def _both(nation: Nation, looks: Floats, books: Floats, audits: int) -> Selection:
    return join([checks_by(nation, looks), audits_by(nation, books, audits)])


def _scores(
    chosen: Sequence[Selection], nations: Sequence[Nation], question: Question, audits: int
) -> list[Told]:
    rules = Rules(Capacity(question.checks, audits), default_costs(), question.seed)
    pairs = zip(chosen, nations, strict=True)
    return [msgspec.to_builtins(score(own, one.judged, rules)) for own, one in pairs]


def _beside(one: str, name: str) -> str:
    """Return who is asked the same as another: with audits, or without."""
    return one + WITH_AUDITS if name.endswith(WITH_AUDITS) else one


def _compared(scores: dict[str, list[Told]]) -> list[Told]:
    """Return the ceiling against each other one, nation by nation."""
    pairs = [(_beside(CEILING, name), name) for name in scores]
    return [
        msgspec.to_builtins({"a": ceiling, "b": name, **compare(scores[ceiling], scores[name])})
        for ceiling, name in pairs
        if ceiling != name
    ]
