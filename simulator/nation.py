"""The nation: its setting, and the schemes by which things go wrong in it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np

from simulator.kernel.arrays import Ints, join, pick
from simulator.mechanisms.mechanism import Mechanism, Schemes, no_schemes
from simulator.setting import Setting, draw_setting

SCHEME_SLOTS = 2
# Neither a mechanism nor -1, which stands for honest items.
ABSENT = -2

Trait = TypeVar("Trait", bool, int, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nation(Setting):
    """A nation, drawn once from its seed.

    Attributes:
        mechanisms: What can go wrong, in the order in which they may act on an item.
        schemes: All schemes; mechanism_of: position of each scheme's mechanism.
        scheme_of: Schemes of each trader, shape (traders, SCHEME_SLOTS); -1 for none.
    """

    mechanisms: tuple[Mechanism, ...]
    schemes: Schemes
    mechanism_of: Ints
    scheme_of: Ints

    def place_of(self, mechanism: str) -> int:
        """Return the position of a mechanism by its name, ABSENT where this nation has none."""
        names = [one.name for one in self.mechanisms]
        return names.index(mechanism) if mechanism in names else ABSENT

    def of_kind(self, mechanism: Ints, by_mechanism: Sequence[Trait], nothing: Trait) -> Any:
        """Return a trait of each mechanism.

        Args:
            mechanism: Positions in the nation's mechanisms, any shape; -1 for none.
            by_mechanism: The trait of each mechanism.
            nothing: What stands where there is none.

        Returns:
            An array of the shape of `mechanism`.
        """
        traits = np.array([*by_mechanism, nothing])
        return traits[np.where(mechanism >= 0, mechanism, len(by_mechanism))]

    def of_running(self, scheme: Ints, by_mechanism: Sequence[Trait], nothing: Trait) -> Any:
        """Return a trait of the mechanism of each running scheme.

        Args:
            scheme: Running schemes, shape (n, SCHEME_SLOTS); -1 for none.
            by_mechanism: The trait of each mechanism.
            nothing: What stands where no scheme runs.

        Returns:
            An array of shape (n, SCHEME_SLOTS).
        """
        if not len(self.schemes):
            return np.full(scheme.shape, nothing)
        mechanism = np.where(scheme >= 0, self.mechanism_of[np.maximum(scheme, 0)], -1)
        return self.of_kind(mechanism, by_mechanism, nothing)


def draw_nation(
    seed: int,
    scale: float,
    days: tuple[int, int, int],
    random_arm: float,
    mechanisms: tuple[Mechanism, ...],
) -> Nation:
    """Return a nation.

    Args:
        seed: Seed of every draw.
        scale: 1 is a national year of 13.7 million declarations.
        days: First day lived, first day written, last day (days since 1970).
        random_arm: Designed probability of the lot.
        mechanisms: What can go wrong.
    """
    setting = draw_setting(seed, scale, days, random_arm)
    known = {one.name: getattr(setting, one.name) for one in fields(Setting)}
    return Nation(**known, mechanisms=mechanisms, **_schemes(setting, mechanisms))


def _schemes(setting: Setting, mechanisms: tuple[Mechanism, ...]) -> dict[str, Any]:
    """Let every mechanism plan its schemes; a trader keeps the first two that it is drawn for.

    A reserved successor has those of the firm before it.
    """
    plans, kinds = [], []
    taken = np.zeros(len(setting.traders), dtype=np.int64)
    slots = np.full((len(setting.traders), SCHEME_SLOTS), -1, dtype=np.int64)
    total = 0
    for position, mechanism in enumerate(mechanisms):
        if not mechanism.intent:
            continue
        plan = mechanism.plan(setting)
        kept = np.flatnonzero(taken[plan.trader] < SCHEME_SLOTS)
        plan = pick(plan, kept)
        slot = taken[plan.trader]
        slots[plan.trader, slot] = total + np.arange(len(plan))
        taken[plan.trader] += 1
        heirs = setting.traders.successor[plan.trader]
        reborn = np.flatnonzero(heirs >= 0)
        slots[heirs[reborn], slot[reborn]] = total + reborn
        plans.append(plan)
        kinds.append(np.full(len(plan), position))
        total += len(plan)
    return {
        "schemes": join(plans) if plans else no_schemes(),
        "mechanism_of": np.concatenate([np.empty(0, dtype=np.int64), *kinds]),
        "scheme_of": slots,
    }
