"""All that the judge says of the mechanisms of one nation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from benchmark.mechanisms.claims import Finding, judge_claims
from benchmark.mechanisms.files import NAMED_IN_FULL, OTHER_FORMS, TABLES
from benchmark.mechanisms.ground import lay
from benchmark.mechanisms.signs import SIGNS, make_signs
from benchmark.mechanisms.stories import STORIES
from benchmark.mechanisms.strength import Strength, measure_strength
from benchmark.outside import Limits, connection, told_arguments, told_rows
from benchmark.usable import unusable_rows
from data_contracts.errors import CustomsDataError
from data_contracts.simulated import NOTE
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)


@dataclass(frozen=True, slots=True)
class Unproven:
    """A mechanism of which no sign that it names can be told from chance: there is too little.

    Attributes:
        mechanism: Which.
        rows: Items of it, 0 where the nation has none; traders: of these.
    """

    mechanism: str
    rows: int
    traders: int


@dataclass(frozen=True, slots=True)
class UnprovenSign:
    """A sign that a mechanism names, of which there is too little to tell whether it shows.

    Attributes:
        mechanism: Which.
        sign: Its name.
        tables: Outside tables that it is about.
    """

    mechanism: str
    sign: str
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mechanism of whose loss no control can see all by the end of the files.

    Attributes:
        mechanism: Which.
        share: Of its loss, that shows only after the last day with registrations.
    """

    mechanism: str
    share: float


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What the nation's own control did with the declarations of a mechanism that stood.

    Attributes:
        mechanism: Which; "honest" for all declarations without one.
        declarations: Of it; inspected: of these, by any method.
        found: Those of which an inspection found something, rightly or not.
        audited: Those that a line of an audit charges, unless it was annulled.
    """

    mechanism: str
    declarations: int
    inspected: int
    found: int
    audited: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge says of a nation.

    Attributes:
        arguments: Of the run that made it, as far as its files tell them.
        declarations, items: Numbers registered; irregular: items that somebody means so.
        slips: Of border residents; stacked: those that carry somebody else's goods.
        first_day, last_day: Of registration.
        findings: How every claim stands.
        strengths: What single rules do against each meant mechanism.
        waiting: Mechanisms of whose loss a part is not visible yet.
        looked_at: What control did with the declarations of each mechanism.
        unproven: Mechanisms of which there is too little here for any sign that they name.
        unproven_signs: Signs of the others that neither show nor stand at chance beyond doubt.
        faults: What is not as it should be, in words.
    """

    arguments: dict[str, Any]
    declarations: int
    items: int
    irregular: int
    slips: int
    stacked: int
    first_day: date | None
    last_day: date | None
    findings: list[Finding]
    strengths: list[Strength]
    waiting: list[Waiting]
    looked_at: list[LookedAt]
    unproven: list[Unproven]
    unproven_signs: list[UnprovenSign]
    faults: list[str]


def judge_mechanisms(world: Path, truth: Path, limits: Limits) -> Judgement:
    """Return what truth and outside files say of the mechanisms of a nation.

    Args:
        world: Outside files.
        truth: Folder of the truth.
        limits: How much of the machine reading may take.

    Raises:
        CustomsDataError: One of the folders is not what it should be.
    """
    arguments = told_arguments(world)
    if partly := [name for name in ("only", "only_days", "reach") if arguments.get(name)]:
        message = f"{world}: expected the files of all sources and days, its world.json tells of a "
        message += f"run with {', '.join(partly)}; give that command again without"
        raise CustomsDataError(message)
    with connection(limits) as opened:
        unread = lay(opened, world, truth)
        make_signs(opened)
        findings = judge_claims(opened)
        strengths = measure_strength(opened)
        faults = [
            f"{name}: expected a file of its form, found one that could not be read"
            for name in unread
        ]
        faults += _lacking(opened, told_rows(world))
        faults += [str(one) for one in unusable_rows(opened, TABLES, "raw_")]
        faults += _unexplained(opened)
        waiting = [Waiting(*row) for row in opened.execute(_SQL["waiting"]).fetchall()]
        looked_at = [LookedAt(*row) for row in opened.execute(_SQL["looked_at"]).fetchall()]
        (size,) = opened.execute(_SQL["size"]).fetchall()
    declarations, items, irregular, slips, stacked, first, last = size
    return Judgement(
        arguments=arguments,
        declarations=declarations,
        items=items,
        irregular=irregular,
        slips=slips,
        stacked=stacked,
        first_day=first,
        last_day=last,
        findings=findings,
        strengths=strengths,
        waiting=waiting,
        looked_at=looked_at,
        unproven=unproven_of(strengths),
        unproven_signs=unproven_signs_of(strengths),
        faults=faults + faults_of(findings, strengths),
    )


def _lacking(opened: duckdb.DuckDBPyConnection, rows: Mapping[str, int]) -> list[str]:
    """Return which tables are told to have rows, and lie nowhere in the folder."""
    views = {NAMED_IN_FULL.get(name, name): f"raw_{name}" for name in (*TABLES, *OTHER_FORMS)}
    return [
        f"{name}: expected {rows[name]:,} rows, as {NOTE} tells; found none in the folder"
        for name, view in views.items()
        if rows.get(name) and not opened.table(view).limit(1).fetchall()
    ]


def _unexplained(opened: duckdb.DuckDBPyConnection) -> list[str]:
    """Return what the truth names and nobody explains: mechanisms without a story, schemes."""
    named = [name for (name,) in opened.execute(_SQL["named"]).fetchall()]
    strange = [name for name in named if name not in STORIES]
    untold = opened.execute(_SQL["untold"]).fetchall()
    return [
        *(f"{name}: no story tells of it, nothing of it is judged" for name in strange),
        *(f"{name}: {count:,} schemes of its items are not told" for name, count in untold),
    ]


def faults_of(findings: list[Finding], strengths: list[Strength]) -> list[str]:
    """Return what is not as it should be, in words.

    A claim that does not hold; a rule whose precision and recall are too high at once, of six
    traders and more; a sign that is named and stands at chance although there is enough; a table
    that should be silent and tells.
    """
    faults = [
        f"{one.mechanism}: {one.kind}, {one.statement} holds for {one.holds:,} of {one.rows:,}"
        for one in findings
        if one.is_kept is False
    ]
    for one in strengths:
        if one.is_told:
            faults.append(
                f"{one.mechanism}: one rule tells it ({one.strictest_rule}): precision and recall "
                f"of {one.strictest:.0%} at once"
            )
        faults += [
            f"{one.mechanism}: {mark.sign} ({', '.join(SIGNS[mark.sign])}) is named and does not "
            f"show it: {mark.apart + 0.5:.0%}"
            for mark in one.marks
            # Of a mechanism that no sign proves there is too little, unless all stand at chance.
            if mark.is_at_chance and (one.is_seen or all(mark.is_at_chance for mark in one.marks))
        ]
        faults += [f"{one.mechanism}: {table} tells it and should not" for table in one.told_by]
    return faults


def unproven_of(strengths: list[Strength]) -> list[Unproven]:
    """Return the mechanisms that none of the signs that they name shows."""
    told = {one.mechanism: one for one in strengths}
    named = [name for name, story in STORIES.items() if story.signs]
    return [
        *(
            Unproven(one.mechanism, one.rows, one.traders)
            for one in strengths
            if one.mechanism in STORIES and not one.is_seen
        ),
        *(Unproven(name, 0, 0) for name in sorted(named) if name not in told),
    ]


def unproven_signs_of(strengths: list[Strength]) -> list[UnprovenSign]:
    """Return the named signs of which there is too little, of mechanisms that others prove."""
    return [
        UnprovenSign(one.mechanism, mark.sign, SIGNS[mark.sign])
        for one in strengths
        if one.is_seen
        for mark in one.marks
        if not (mark.shows or mark.is_at_chance)
    ]
