"""What must hold on the outside files of any world; and each check sees the record it is for."""

import pytest

from tests.simulator.invariants import CHECK_COUNT, all_rules, check, sections
from tests.simulator.outside_tables import TABLES
from tests.simulator.outside_world import RULES, OutsideWorld

_BY_NAME = {rule.name: rule for rule in all_rules()}
_PLANTED = [
    section
    for path in sorted((RULES.parent / "planted").glob("[0-9][0-9]_*.sql"))
    for section in sections(path)
]


def _head(section: str, word: str) -> str:
    (line,) = [line for line in section.splitlines() if line.startswith(f"-- {word}:")]
    return line.removeprefix(f"-- {word}:").strip()


def test_every_invariant_has_its_checks():
    assert {rule.invariant for rule in all_rules()} == set(range(CHECK_COUNT + 1))
    assert len(_BY_NAME) == len(all_rules())


def test_every_written_rule_has_its_planted_record():
    planted = {_head(section, "rule").partition("[")[0] for section in _PLANTED}
    assert {name.partition("[")[0] for name in _BY_NAME} == planted


@pytest.mark.parametrize("section", _PLANTED, ids=lambda section: _head(section, "rule"))
def test_a_planted_record_is_caught_and_its_neighbour_is_not(section):
    rule = _BY_NAME[_head(section, "rule")]
    world = OutsideWorld(None, None)
    world.plant(rule.tables, section)
    finding = check(world, rule)
    assert (finding.violating, finding.example) == (1, _head(section, "caught"))
    assert finding.compared > 1


def test_no_outside_table_is_missing(outside):
    assert outside.missing == []


def test_every_file_can_be_read(outside):
    outside.load(name for name in TABLES if not outside.lacks([name]))
    assert outside.refused == []


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_clean_files_keep_the_rule(outside, rule):
    finding = check(outside, rule)
    if finding.missing:
        pytest.skip(f"no file of {', '.join(finding.missing)}")
    told = f"{finding.violating} of {finding.compared}, such as {finding.example}"
    assert finding.holds, told


@pytest.mark.parametrize(
    "rule", [rule for rule in all_rules() if "[" not in rule.name], ids=lambda rule: rule.name
)
def test_the_rule_is_about_something(outside, rule):
    finding = check(outside, rule)
    if finding.missing:
        pytest.skip(f"no file of {', '.join(finding.missing)}")
    assert finding.compared > 0
