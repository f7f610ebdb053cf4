"""Checks of what must hold on the outside files of a world, whoever wrote them.

A rule is a statement in `rules/`: it gives `record_key` and `is_violated` for every record it is
about, and a verdict that cannot be reached counts as a violation. The number in front of a file's
name is that of the invariant in section 8b of the customs reference; 0 is what the page of formats
demands of all records, 16 what its section J does. Nothing here knows how the files were made.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from tests.simulator.code_lists import CODED_COLUMNS
from tests.simulator.outside_tables import PATTERNS, TABLES, OutsideTable
from tests.simulator.outside_world import CHILDREN, RULES, OutsideWorld

FORMATS_INVARIANT = 4
CHECK_COUNT = 16
_HEAD = re.compile(r"^-- (rule|tables|tolerated): (.*)$")


@dataclass(frozen=True, slots=True)
class Rule:
    """One check.

    Attributes:
        name: Unique; the table and column in brackets where the rule is made for each.
        invariant: Its number in section 8b; 0 for the general rules of the formats, 16 for J.
        tables: Outside tables it reads.
        tolerated: Share of records that may violate it in a clean world, because what goes wrong
            in the world itself (not in its files) breaks it.
        sql: The statement.
    """

    name: str
    invariant: int
    tables: tuple[str, ...]
    tolerated: float
    sql: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    Attributes:
        rule: The rule.
        compared: Records it is about.
        violating: Those that violate it.
        example: Key of one violating record.
        missing: Tables it needs and has no file of; then nothing was compared.
    """

    rule: Rule
    compared: int = 0
    violating: int = 0
    example: str | None = None
    missing: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """At most the tolerated share of the records violates the rule."""
        return self.violating <= self.rule.tolerated * self.compared


def check(world: OutsideWorld, rule: Rule) -> Finding:
    """Count the records of a world that violate a rule."""
    missing = world.lacks(rule.tables)
    if missing:
        return Finding(rule, missing=missing)
    world.load(rule.tables)
    verdicts = world.connection.sql(rule.sql)
    verdicts = verdicts.project("record_key, coalesce(is_violated, true) as is_violated")
    (counted,) = verdicts.aggregate(
        "count(*), count(*) filter (where is_violated),"
        " min(cast(record_key as varchar)) filter (where is_violated)"
    ).fetchall()
    return Finding(rule, *counted)


def check_all(world: OutsideWorld) -> list[Finding]:
    """Check every rule."""
    return [check(world, rule) for rule in all_rules()]


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule: the written ones, then those made for each table and column."""
    written = [
        rule
        for path in sorted(RULES.glob("[0-9][0-9]_*.sql"))
        for rule in _read(path, int(path.name[:2]))
    ]
    return tuple(written + [rule for table in TABLES.values() for rule in _made_for(table)])


def _made_for(table: OutsideTable) -> list[Rule]:
    words = {
        "name": table.name,
        "key": ", ".join(f'"{column}"' for column in table.key),
        "order": f'"{table.order}"',
        "is_incomplete": " or ".join(
            f'"{column}" is null' for column in table.key if column not in _MAY_BE_NULL
        )
        or "false",
    }
    tables = (table.name,)
    rules = _read(RULES / "each_table.sql", 0, tables, words, table.name)
    if table.has_sequence:
        rules += _read(RULES / "each_numbered.sql", 0, tables, words, table.name)
    if table.name in CHILDREN:
        rules += _read(RULES / "each_child.sql", 0, tables, words, table.name)
    for column, kind in table.kinds.items():
        if not table.is_nested and kind:
            more = words | {"column": f'"{column}"', "pattern": PATTERNS[kind]}
            place = f"{table.name}.{column}"
            path = RULES / "each_column.sql"
            rules += _read(path, FORMATS_INVARIANT, tables, more, place)
    for name, column, codes in CODED_COLUMNS:
        if name == table.name:
            more = words | {"column": f'"{column}"', "list": codes}
            place = f"{table.name}.{column}"
            rules += _read(RULES / "each_coded_column.sql", 0, tables, more, place)
    return rules


# STT null = whole declaration; no group of countries, no producer = all of them.
_MAY_BE_NULL = {"STT", "MA_NHOM_NUOC", "NHA_SX", "DEN_NGAY", "SO_TK_GOC", "MA_SAC_THUE"}


def _read(
    path: Path,
    invariant: int,
    tables: tuple[str, ...] = (),
    words: dict[str, str] | None = None,
    place: str = "",
) -> list[Rule]:
    rules = []
    for section in sections(path):
        part = Template(section).substitute(words) if words else section
        head = {"tables": ", ".join(tables), "tolerated": "0"}
        for line in part.splitlines():
            found = _HEAD.match(line)
            if found:
                head[found[1]] = found[2].strip()
        rules.append(
            Rule(
                name=head["rule"] + (f"[{place}]" if place else ""),
                invariant=invariant,
                tables=tuple(head["tables"].split(", ")),
                tolerated=float(head["tolerated"]),
                sql=part,
            )
        )
    return rules


def sections(path: Path) -> list[str]:
    """Return the statements of a file, each beginning with its `-- rule:` line."""
    parts = path.read_text(encoding="utf-8").split("-- rule: ")[1:]
    return [f"-- rule: {part.rstrip().removesuffix(';')}" for part in parts]
