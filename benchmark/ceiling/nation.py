"""A finished nation cut in two: weeks that are learned from, and the last ones, judged alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmark.arrays import Bools, last_second_of, week_of
from benchmark.broken_files import telling_broken
from benchmark.ceiling.items import Items, items_of
from benchmark.ceiling.lessons import Lesson, Wrong, told_lesson, wrong_items
from benchmark.nation import JudgedNation, joined
from benchmark.oracle import oracle_selection
from benchmark.outside import Declarations, Limits, read_declarations, told_arguments
from benchmark.play.detectors import RULES, by_rules
from benchmark.reference_policies import POLICIES, Terms
from benchmark.score import world_of
from benchmark.selection import Selection
from benchmark.truth import read_truth
from data_contracts.errors import CustomsDataError
from data_contracts.simulated import NOTE

ORACLE = "oracle"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of each nation.

    Attributes:
        checks, audits: A week.
        judged_weeks: Last weeks of the nation, which are judged; those before are learned from.
        seed: Of lots and trees.
        limits: How much of the machine reading may take.
    """

    checks: int
    audits: int = 0
    judged_weeks: int = 13
    seed: int = 1
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Nation:
    """All of a nation that a ceiling needs.

    Attributes:
        scale: As its files tell it.
        items: Its goods items, the learned and the judged.
        first_week: First judged week, since 1970.
        wrong: What is wrong with its items.
        told: What control had found before the first judged week.
        judged: What was registered and lost from then on.
        choices: What others choose in the judged weeks: policies, single rules, the oracle.
        terms: Under which everybody chooses.
    """

    scale: float
    items: Items
    first_week: int
    wrong: Wrong
    told: Lesson
    judged: JudgedNation
    choices: Mapping[str, Selection]
    terms: Terms

    @property
    def is_judged(self) -> Bools:
        """Which items are judged, shape (n,)."""
        judged: Bools = self.items.week >= self.first_week
        return judged

    @property
    def learned_weeks(self) -> int:
        """How many weeks there are before the judged ones."""
        return self.first_week - int(self.items.week.min())


def read(truth: Path, question: Question) -> Nation:
    """Return a nation by the folder of its truth, which names that of its outside files.

    Raises:
        CustomsDataError: It has no week to learn from, or is not of its format.
    """
    world = world_of(truth, None)
    with telling_broken(world):
        return _read(truth, world, question)


def _read(truth: Path, world: Path, question: Question) -> Nation:
    limits = question.limits
    declared = read_declarations(world, limits)
    weeks = week_of(declared.day)
    first_week = int(weeks.max(initial=0)) - question.judged_weeks + 1
    if first_week <= int(weeks.min(initial=first_week)):
        message = f"{truth}: expected weeks before the {question.judged_weeks} judged ones, "
        message += "found none; simulate more days or judge fewer weeks"
        raise CustomsDataError(message)
    items = items_of(world, limits)
    opening = int(last_second_of(np.array([first_week - 1]))[0])
    judged = joined(read_truth(truth), _after(declared, opening))
    terms = Terms(world, question.checks, seed=question.seed, limits=limits)
    return Nation(
        scale=_scale_of(world),
        items=items,
        first_week=first_week,
        wrong=wrong_items(truth, items),
        told=told_lesson(world, items, opening + 1, limits),
        judged=judged,
        choices=_choices(terms, judged, opening, question.audits),
        terms=terms,
    )


def _scale_of(world: Path) -> float:
    scale = told_arguments(world).get("scale")
    if not isinstance(scale, int | float):
        message = f"{world}: expected the scale of the nation in its {NOTE}, found none; "
        message += "make the nation anew"
        raise CustomsDataError(message)
    return float(scale)


def _after(declarations: Declarations, second: int) -> Declarations:
    kept = declarations.registered > second
    return replace(
        declarations,
        number=declarations.number[kept],
        registered=declarations.registered[kept],
        trader=declarations.trader[kept],
    )


def _choices(terms: Terms, judged: JudgedNation, opening: int, audits: int) -> dict[str, Selection]:
    chosen = {name: choose(terms) for name, choose in POLICIES.items()}
    chosen |= by_rules(RULES, terms)
    chosen = {name: one.where(one.selected > opening) for name, one in chosen.items()}
    weeks = sorted(set(week_of(judged.declarations.day).tolist()))
    chosen[ORACLE] = oracle_selection(judged, terms.capacity, audits, weeks)
    return chosen
