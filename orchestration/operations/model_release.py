"""Whether a new model is put into use, and why, in words."""

from dataclasses import dataclass

from ml.bundle import Bundle
from ml.comparison import Comparison, Difference
from ml.learning import Learned


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a new model.

    Attributes:
        is_released: It is in use afterwards.
        puts_into_use: It was not in use before and is to be.
        why: In words.
    """

    is_released: bool
    puts_into_use: bool
    why: str


def judge(
    learned: Learned, current: Bundle | None, *, is_unfit: bool, must_release: bool
) -> Verdict:
    """Judge a new model by the comparison with the one in use.

    Args:
        learned: The new model and the comparison.
        current: The model in use, if this program can score with it.
        is_unfit: A model is in use that this program cannot score with.
        must_release: A person wants it whatever the comparison says.
    """
    if current is not None and current.fingerprint == learned.bundle.fingerprint:
        return Verdict(is_released=True, puts_into_use=False, why="it is the model in use already")
    comparison = learned.comparison
    if is_unfit or comparison is None:
        why = "the model in use does not fit this program" if is_unfit else "no model was in use"
        return Verdict(is_released=True, puts_into_use=True, why=why)
    why = _compared(comparison)
    if must_release:
        why = f"--release was given; {why}"
    is_good = must_release or (comparison.is_told and not comparison.is_worse)
    return Verdict(is_released=is_good, puts_into_use=is_good, why=why)


def _compared(comparison: Comparison) -> str:
    if not comparison.is_told:
        return (
            f"of the {comparison.item_count:,} inspected items that neither model has learned from "
            f"{comparison.hit_count} were found irregular, too few to tell the two apart"
        )
    worse = [difference for difference in comparison.differences if difference.is_worse]
    told = "; ".join(_difference(one) for one in worse or comparison.differences)
    verdict = "worse than" if worse else "not worse than"
    return (
        f"{verdict} the model in use on the same {comparison.item_count:,} inspected items "
        f"({comparison.hit_count:,} found irregular): {told}"
    )


def _difference(one: Difference) -> str:
    return (
        f"at {one.share:.0%} capacity {one.new_hit_count:,.1f} hits against "
        f"{one.current_hit_count:,.1f} (difference {one.hits.value:+,.1f}, 95 % interval "
        f"{one.hits.low:+,.1f} to {one.hits.high:+,.1f}), {one.new_recovered_vnd:,.0f} VND against "
        f"{one.current_recovered_vnd:,.0f} ({one.recovered_vnd.low:+,.0f} to "
        f"{one.recovered_vnd.high:+,.0f})"
    )
