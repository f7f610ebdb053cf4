"""A policy from outside: held to its contract, blamed by file and method, never near the truth."""

import gc
import re
import textwrap
from datetime import date
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

import pytest

from benchmark.judgement import Capacity
from benchmark.play.contest import Contest, hold
from benchmark.play.game import WeekView
from benchmark.play.nation import LivedNation
from benchmark.play.opening import History, Opening, open_nation
from benchmark.play.outsiders import load_policies
from benchmark.play.policies import Lot
from data_contracts.errors import CustomsDataError
from simulator.arguments import SimulationArguments
from simulator.mechanisms.loading import load_folder
from simulator.nation import Nation
from tests.architecture.tree import REPOSITORY

CAPACITY = Capacity(5)
ARGUMENTS = SimulationArguments(
    out=Path(), first_date=date(2025, 3, 3), days=14, scale=0.0005, warmup_days=28
)
SOUND = """
import numpy as np
import pyarrow.compute as pc

from benchmark.selection import checks


class POLICY:
    def __init__(self, history, seed):
        self.read = history.outcomes.num_rows

    def learn(self, outcomes):
        self.read += outcomes.num_rows

    def choose(self, week):
        number = pc.utf8_slice_codeunits(week.registered["tk"]["SO_TK"], 0, 11)
        number = number.cast("int64").to_numpy()[:5]
        kind = np.full(len(number), 2)
        rank = np.arange(len(number)) + 1
        week.registered.clear()
        return checks(number, kind, np.full(len(number), week.now), rank)
"""


def contest(others, seeds=(41,), **changes):
    names = changes.pop("policies", list(others))
    return hold(Contest(ARGUMENTS, names, CAPACITY, seeds, others=others, **changes))


def written(tmp_path, python, name="mine"):
    path = tmp_path / f"{name}.py"
    path.write_text(python, encoding="utf-8")
    return path


def test_a_policy_of_a_file_plays_under_the_name_of_the_file(tmp_path):
    report = contest(load_policies([written(tmp_path, SOUND)]))
    rows = report["nations"][0]["policies"]["mine"]["rows"]
    assert (rows["counted"], rows["invalid"]) == (10, 0)


@pytest.mark.parametrize(
    ("sound", "broken", "why"),
    [
        ("history.outcomes", "history.truth", r"mine\.py: POLICY\(history, seed\) fails: Attrib"),
        ("history, seed", "history", r"mine\.py: POLICY\(history, seed\) fails: TypeError"),
        ("+= outcomes", "+= outcome", r"mine\.py: learn fails: NameError: .* \(line 13\)"),
        ('["tk"]', '["kt"]', r"mine\.py: choose fails: KeyError: 'kt' \(line 16\)"),
        ("def learn", "def learned", "expected an object with learn"),
        ("return checks", "checks", "choose: expected a benchmark.selection.Selection; found None"),
        ("), 2)", "), 99)", "choose: expected kind from 0 to 6"),
        (" + 1\n", " + 0.5\n", "choose: expected rank of whole numbers"),
        (
            "week.now), rank",
            "week.now), rank[:2]",
            "choose: expected trader as an Arrow array of t",
        ),
        ("np.full(len(number), week.now)", "week.now", "expected selected of whole numbers"),
        ("class POLICY", "class Policy", "expected POLICY, called with a history and a seed"),
        ("class POLICY:", "class POLICY:\n    name = 3\n", "expected a name of its own"),
        ("import numpy", "import numpie", r"mine\.py: the module itself fails: ModuleNotFound"),
    ],
)
def test_what_fails_in_it_is_told_by_file_and_method(tmp_path, sound, broken, why):
    assert sound in SOUND
    path = written(tmp_path, SOUND.replace(sound, broken))
    with pytest.raises(CustomsDataError, match=why):
        contest(load_policies([path]))


def test_names_are_told_apart(tmp_path):
    one, other = written(tmp_path, SOUND), tmp_path / "more"
    other.mkdir()
    with pytest.raises(CustomsDataError, match="expected a name of its own"):
        load_policies([one, written(other, SOUND)])
    with pytest.raises(CustomsDataError, match="random is the name of a reference policy"):
        contest(load_policies([written(tmp_path, SOUND, "random")]))
    with pytest.raises(CustomsDataError, match="expected a Python file, found none"):
        load_policies([tmp_path / "nowhere.py"])


def reached_from(start):
    """Return every object that can be reached; code and classes lead to the whole program."""
    ends = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType)
    seen, waiting = {}, [start]
    while waiting:
        found = waiting.pop()
        if id(found) not in seen and not isinstance(found, ends):
            seen[id(found)] = found
            waiting += gc.get_referents(found)
    return list(seen.values())


def test_what_it_is_handed_reaches_no_nation_and_not_its_seed():
    handed = []

    class Curious(Lot):
        def __init__(self, history, seed):
            super().__init__(seed)
            handed.append((history, seed))
            history.registered.clear()

        def choose(self, week):
            handed.append(week)
            return super().choose(week)

    report = contest(
        {"curious": Curious}, seeds=(41, 42), policies=("curious", "past_rate")
    )  # fmt: skip
    (first, one), (second, two) = (own for own in handed if isinstance(own, tuple))
    assert isinstance(first, History)
    assert (one, two) == (1, 2)
    views = [own for own in handed if isinstance(own, WeekView)]
    assert len(views) == 4
    for own in (first, second, *views):
        kinds = {type(found) for found in reached_from(own)}
        assert not kinds & {LivedNation, Opening, Nation, SimulationArguments}
    # Its own copy of the history was emptied; the next policy read it all the same.
    assert report["nations"][0]["policies"]["past_rate"]["rows"]["counted"] == 10


def test_the_walk_finds_a_nation_where_there_is_one():
    nation = LivedNation(open_nation(ARGUMENTS))
    assert Nation in {type(found) for found in reached_from({"a": [nation]})}


def example(first):
    """Return the Python of docs/benchmark.md that begins with a line, up to its command."""
    text = (REPOSITORY / "docs" / "benchmark.md").read_text(encoding="utf-8")
    found = re.findall(rf"^    {re.escape(first)}.*?(?=^    customs )", text, re.M | re.S)
    assert len(found) == 1
    return textwrap.dedent(found[0])


def test_the_examples_of_the_documentation_run(tmp_path):
    policy = written(tmp_path, example('"""Looks first at traders'), "own")
    report = contest(load_policies([policy]))
    assert report["nations"][0]["policies"]["by_trader"]["rows"]["counted"] == 10
    (tmp_path / "private").mkdir()
    written(tmp_path / "private", example('"""Importers who round'), "round_kilos")
    assert [one.name for one in load_folder(tmp_path / "private")] == ["round_kilos"]
