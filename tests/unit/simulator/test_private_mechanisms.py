"""A mechanism from outside that breaks is blamed by file, method and line, not the program."""

import py_compile
from pkgutil import resolve_name

import numpy as np
import pytest

from data_contracts.errors import ContractViolationError
from simulator.mechanisms.loading import choose_mechanisms, load_folder
from tests.architecture.tree import REPOSITORY
from tests.unit.simulator.nation import simulate

SOUND = """
import numpy as np

from simulator.mechanisms.mechanism import Mechanism, Schemes, as_usual, truthful


class Halves(Mechanism):
    name = "halves"
    seen_by = (0, 0, 0, 1, 0, 0, 0, 1)
    visible_by = ("physical",)

    def plan(self, nation):
        ordinary = np.where(nation.traders.is_ordinary, nation.traders.weight, 0.0)
        trader = np.argsort(-ordinary)[:10]
        one = np.ones(10, dtype=np.int64)
        none = -one
        days = nation.written_from * one, (nation.last_day + 1) * one
        return Schemes(
            trader, np.arange(10), *days, one * 1.0, none, none, none, 0 * one, np.zeros((10, 4))
        )

    def act(self, nation, case):
        takes = case.unit_price_e4 > 1_000
        return truthful(case, takes, unit_price_e4=case.unit_price_e4 // 2)


INTERFACE = 3
MECHANISM = Halves()
"""
BY_NOBODY = """def route(self, nation, errand):
        return as_usual(errand, broker=errand.broker + 10**6)

    def act("""


def run_with(tmp_path, python):
    folder = tmp_path / "private"
    folder.mkdir()
    (folder / "halves.py").write_text(python, encoding="utf-8")
    given = {"days": 4, "warmup_days": 0, "scale": 0.0005, "only": ("vcis_extract",)}
    return simulate(tmp_path / "out", mechanism_folder=folder, mechanisms=("halves",), **given)


def test_a_sound_mechanism_is_planted(tmp_path):
    done = run_with(tmp_path, SOUND)
    assert done.declarations > 0
    assert done.idle_mechanisms == ()


def test_one_that_never_begins_is_told_and_not_in_the_world(tmp_path):
    late = SOUND.replace("nation.written_from * one", "(nation.last_day + 1) * one")
    assert run_with(tmp_path, late).idle_mechanisms == ("halves",)
    assert "halves" not in (tmp_path / "out" / "world.json").read_text(encoding="utf-8")


def test_what_runs_is_the_file_and_nothing_that_was_compiled_before(tmp_path):
    path = tmp_path / "halves.py"
    path.write_text(SOUND.replace('"halves"', '"planted"'), encoding="utf-8")
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(path), invalidation_mode=unchecked)
    path.write_text(SOUND, encoding="utf-8")
    assert [one.name for one in load_folder(tmp_path)] == ["halves"]
    (tmp_path / "linked.py").symlink_to(path)
    with pytest.raises(
        ContractViolationError, match=r"linked\.py: expected a Python file, no link"
    ):
        load_folder(tmp_path)


@pytest.mark.parametrize(
    ("sound", "broken", "why"),
    [
        (
            "none = -one",
            "none = -one[99]",
            r"halves\.py: plan of mechanism halves fails: IndexError: .* \(line 16\)",
        ),
        (
            "case.unit_price_e4 // 2",
            "case.no_such_column",
            r"halves\.py: act of mechanism halves fails: AttributeError: .*no_such_column",
        ),
        ("np.zeros((10, 4))", "np.zeros((9, 4))", r"parameters of shape \(10, 4\), found \(9, 4\)"),
        ("trader, np.arange(10)", "trader + 10**6, np.arange(10)", "plan to return trader of pos"),
        ("case.unit_price_e4 // 2", "case.unit_price_e4[:1]", "act to return unit_price_e4 of sha"),
        ("takes, unit", "takes * 1, unit", "takes_part of booleans"),
        ("return truthful", "truthful", "act to return a Deed, found NoneType"),
        ('name = "halves"', 'name = ""', "expected a name"),
        ("0, 1)\n", "0)\n", "seen_by of 8 chances"),
        ('("physical",)', '"physical"', "visible_by of documents, physical, audit"),
        ('name = "halves"', 'name = "halves"\n    collectable_share = 2', "collectable_share"),
        ('name = "halves"', 'name = "halves"\n    warned_of = "theft"', "warned_of empty or of"),
        ("import numpy", "import numpie", "the module itself fails: ModuleNotFoundError"),
        ("INTERFACE = 3", "INTERFACE = 2", r"halves\.py: expected INTERFACE = 3, .* found 2"),
        ("INTERFACE = 3\n", "", r"halves\.py: expected INTERFACE = 3, .* found None"),
        (
            "def act(",
            "def route(self, nation, errand):\n        return None\n\n    def act(",
            "expected route to return a Route, found NoneType",
        ),
        ("def act(", BY_NOBODY, r"route to return broker of positions from -1 to .*, found \d"),
    ],
)
def test_what_fails_in_it_is_told_by_file_and_method(tmp_path, sound, broken, why):
    assert sound in SOUND
    with pytest.raises(ContractViolationError, match=why):
        run_with(tmp_path, SOUND.replace(sound, broken))


@pytest.mark.parametrize("stop", ["SystemExit(0)", "GeneratorExit"])
@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("class Halves", r"halves\.py: the module itself fails: {} \(line 7\)"),
        ("        ordinary =", r"halves\.py: plan of mechanism halves fails: {} \(line 13\)"),
        ("        takes =", r"halves\.py: act of mechanism halves fails: {} \(line 23\)"),
    ],
)
def test_one_that_would_end_the_program_is_told_too(tmp_path, stop, place, why):
    said = {"SystemExit(0)": "SystemExit: 0", "GeneratorExit": "GeneratorExit: "}[stop]
    indent = place[: len(place) - len(place.lstrip())]
    with pytest.raises(ContractViolationError, match=why.format(said)):
        run_with(tmp_path, SOUND.replace(place, f"{indent}raise {stop}\n{place}"))


ATTRIBUTE = 'name = "halves"'


def attribute(said):
    return ATTRIBUTE, f"{ATTRIBUTE}\n    {said}"


def deed(said):
    return "takes, unit_price_e4=case.unit_price_e4 // 2", f"takes, {said}"


def scheme(place, said):
    """Return the plan with one argument of Schemes another."""
    names = "trader", "np.arange(10)", "*days", "one * 1.0", "none", "none", "none", "0 * one"
    line = ", ".join(names)
    told = ", ".join((*names[:place], said, *names[place + 1 :]))
    return line, told


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (scheme(4, "one * 10**6"), "plan to return office of positions from -1 .* found 1000000"),
        (scheme(5, "one * 10**6"), "plan to return broker of positions from -1 .* found 1000000"),
        (scheme(6, "one * 10**6"), "plan to return officer of positions from -1 .* 1000000"),
        (scheme(2, "one.astype(str), days[1]"), "plan to return start_day of whole numbers .* <U"),
        (scheme(2, "one * -(10**6), days[1]"), "start_day of whole numbers .* found -1000000"),
        (scheme(2, "days[1], days[0]"), "plan to return no end_day before its start_day"),
        (scheme(3, "one * -0.5"), r"share of numbers from 0 to 1, found -0\.5"),
        (scheme(3, "one * np.nan"), "share of numbers from 0 to 1, found nan"),
        (scheme(7, "5 * one"), "response of whole numbers from 0 to 4, found 5"),
        (scheme(0, "list(trader)"), "trader of shape .* found no array but list"),
        (("np.zeros((10, 4))", "np.full((10, 4), np.inf)"), "parameters of numbers .* found inf"),
        (deed("kg_e2=case.kg_e2.astype(object)"), "act to return kg_e2 of .* found object"),
        (deed("kg_e2=case.kg_e2.astype(str)"), "act to return kg_e2 of whole numbers .* <U"),
        (deed("schedule=case.schedule + 99"), r"schedule of positions from 0 to \d+, found \d+"),
        (deed("quantity_e2=-case.quantity_e2"), "quantity_e2 of whole numbers from 1 .* found -"),
        (deed("unit_price_e4=case.unit_price_e4 * np.nan"), "unit_price_e4 of .* found float64"),
        (deed("unit_price_e4=case.unit_price_e4 * 0 + 2**62"), f"unit_price_e4 .* found {2**62}"),
        (deed("unit_price_e4=case.unit_price_e4 * 101"), "100 times the true value"),
        (deed("hidden_vnd=case.kg_e2 * 0 - 1"), "hidden_vnd of whole numbers from 0 .* found -1"),
        (deed("hidden_worth=case.share * np.nan"), "hidden_worth of numbers .* found nan"),
        (deed("taken_off=case.share + 1"), r"taken_off of numbers from 0 to 1, found 2\.0"),
        (('("physical",)', "(1, [2])"), r"visible_by of documents, .* found \(1, \[2\]\)"),
        (attribute("collectable_share = '0.5'"), "collectable_share from 0 to 1, found '0.5'"),
        (attribute("collectable_share = 10**400"), "collectable_share from 0 to 1, found 1000"),
        (attribute("collectable_share = 10**5000"), "found a int that cannot be shown"),
        (attribute("intent = 'no'"), "intent True or False, found 'no'"),
        (attribute("vanishes = 1"), "vanishes True or False, found 1"),
        (attribute("most_pieces = 16"), "most_pieces a whole number from 1 to 15, found 16"),
        (attribute("suppressed_kinds = (99,)"), "suppressed_kinds of whole numbers"),
        (attribute("warned_of = []"), "warned_of empty or of"),
        (
            attribute("vanishes = property(lambda self: 1 / 0)"),
            r"an attribute of mechanism halves fails: ZeroDivisionError: .* \(line 9\)",
        ),
        (attribute("__class__ = property(lambda self: 1 / 0)"), "MECHANISM fails: ZeroDivision"),
        (
            (
                "MECHANISM = Halves()",
                "class No:\n    def __repr__(self): raise OSError\nMECHANISM = No()",
            ),
            "expected MECHANISM, an instance of Mechanism; found a No that cannot be shown",
        ),
        (("INTERFACE = 3", "INTERFACE = np.arange(3)"), r"INTERFACE = 3, .* found array\("),
        (("INTERFACE = 3", "INTERFACE = 3.0"), r"INTERFACE = 3, .* found 3\.0"),
        *(
            ((ATTRIBUTE, f"name = {name!r}"), "expected a name of a to z, .* found '")
            for name in ("honest", "none", "two\nlines", "\x1b[31m", "a,b", "x" * 500)
        ),
    ],
)
def test_what_no_mechanism_may_say_is_told_with_folder_and_value(tmp_path, change, why):
    assert change[0] in SOUND
    with pytest.raises(ContractViolationError, match=why) as told:
        run_with(tmp_path, SOUND.replace(*change))
    assert str(told.value).startswith(f"{tmp_path / 'private' / 'halves.py'}: ")
    assert len(str(told.value)) < len(str(tmp_path)) + 300


def test_certificates_that_it_shows_again_are_looked_at_too(tmp_path):
    own = "def shown_again(self, nation, parameters):\n        return parameters[:1, 0]\n\n    "
    (tmp_path / "halves.py").write_text(SOUND.replace("def act(", own + "def act("), "utf-8")
    (mechanism,) = load_folder(tmp_path)
    with pytest.raises(ContractViolationError, match=r"shown_again to return shape \(3,\), found"):
        mechanism.shown_again(None, np.zeros((3, 4)))


def test_all_names_that_an_author_may_use_are_there():
    text = (REPOSITORY / "docs" / "benchmark.md").read_text(encoding="utf-8")
    door = text.partition("| from | names |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = [row.split("`") for row in door.splitlines()]
    assert "simulator.mechanisms.mechanism" in {row[1] for row in rows}
    for _, home, _, *names in rows:
        assert [name for name in names[::2] if not hasattr(resolve_name(home), name)] == []


def test_two_of_one_name_are_refused(tmp_path):
    for name in ("one", "other"):
        (tmp_path / f"{name}.py").write_text(SOUND, encoding="utf-8")
    with pytest.raises(ContractViolationError, match=r"other\.py: mechanism halves exists already"):
        load_folder(tmp_path)


def test_an_unknown_name_is_answered_in_one_short_line():
    with pytest.raises(ContractViolationError, match="is undervaluation meant") as told:
        choose_mechanisms(("undervaluatoin",), None)
    assert len(str(told.value)) < 150
