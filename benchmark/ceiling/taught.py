"""Trees taught over some nations, and what the judged items of each are worth to them."""

from collections.abc import Callable, Sequence

from benchmark.arrays import Floats
from benchmark.ceiling.lessons import Lesson, true_lesson
from benchmark.ceiling.nation import Nation
from benchmark.ceiling.trees import Learned, learned
from benchmark.kinds import PHYSICAL

Teach = Callable[[Nation], Lesson]


def the_truth(kind: int, left_out: tuple[str, ...] = ()) -> Teach:
    """Return the lesson of all that a kind of check can see, without some mechanisms."""
    return lambda one: true_lesson(one.items, one.wrong, kind, one.first_week, left_out)


def the_whole_truth(nation: Nation) -> Lesson:
    """Return the lesson of all that a physical check can see, in the judged weeks as well."""
    after = int(nation.items.week.max()) + 1
    return true_lesson(nation.items, nation.wrong, PHYSICAL, after)


def the_labels(nation: Nation) -> Lesson:
    """Return the lesson of what inspections and audits had found."""
    return nation.told


def taught(nations: Sequence[Nation], teach: Teach, seed: int) -> Learned | None:
    """Return trees that learned a lesson in some nations; None where too little was irregular."""
    return learned([(one.items, teach(one)) for one in nations], seed)


def worth_of(nation: Nation, trees: Learned | None, *, by_chance: bool = False) -> Floats:
    """Return the worth of the judged items, shape (n,): their value where there are no trees.

    Args:
        nation: The nation.
        trees: Who judges.
        by_chance: The chance alone, whatever is at stake.
    """
    is_judged = nation.is_judged
    if trees is None:
        return nation.items.value[is_judged]
    features = nation.items.features[is_judged]
    return trees.chances(features) if by_chance else trees.worth(features)
