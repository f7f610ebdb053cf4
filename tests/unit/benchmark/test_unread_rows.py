"""What cannot be read of a world is left out, and the score says how much."""

from benchmark.kinds import PHYSICAL
from benchmark.outside import read_declarations
from benchmark.score import score
from benchmark.wording import score_lines
from tests.unit.benchmark.nations import (
    LIMITS,
    MONDAY,
    looks,
    loss,
    nation_of,
    registered,
    write_world,
)
from tests.unit.benchmark.test_score import LATER, RULES, told

BROKEN = [
    registered(1, MONDAY) | {"NGAY_DK": "9999-99-99"},
    registered(2, MONDAY) | {"NGAY_DK": ""},
    registered(3, MONDAY) | {"SO_TK": "1'; DROP--"},
    registered(4, MONDAY) | {"SO_TK": ""},
]


def test_rows_without_number_or_time_are_counted(tmp_path):
    found = read_declarations(write_world(tmp_path, [registered(0, MONDAY), *BROKEN]), LIMITS)
    assert (len(found), found.unread) == (1, 4)


def test_the_score_tells_what_was_left_out(tmp_path):
    losses = [loss(0, 1_000_000), loss(1, 1_000_000)]
    sound = [registered(0, MONDAY), registered(1, MONDAY)]
    left_out = (
        "  4 rows of tk left out: expected SO_TK of 12 digits and a time as NGAY_DK, found others",
        "  1 loss in declarations that the world does not hold",
    )
    for rows, expected in ((sound, set()), ([sound[0], *BROKEN], set(left_out))):
        nation = nation_of(tmp_path / str(len(rows)), rows, losses)
        report = told(score(looks([0], LATER, PHYSICAL), nation, RULES))
        lines = set(score_lines(report))
        assert lines & set(left_out) == expected
        assert any("left out: expected" in line for line in lines) == bool(expected)
