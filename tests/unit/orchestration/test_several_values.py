"""Options that take several values, as the issue writes them: --mechanisms NAME…"""

import json
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from orchestration.cli import bench, simulate
from orchestration.cli.several import TakesSeveral


def read(*words):
    """Return what a command with a list, a single value and a flag is given."""
    given = []

    def command(
        *,
        names: Annotated[list[str] | None, typer.Option("--names")] = None,
        one: Annotated[str, typer.Option("--one")] = "",
        sure: Annotated[bool, typer.Option("--sure")] = False,
    ) -> None:
        given.append((names, one, sure))

    app = typer.Typer()
    app.command(cls=TakesSeveral)(command)
    done = CliRunner().invoke(app, list(words))
    return given[0] if done.exit_code == 0 else done.output


@pytest.mark.parametrize(
    "words",
    [
        "--names A B C --one x --sure",
        "--sure --one x --names A B C",
        "--names A --names B --names C --one x --sure",
        "--names A B --sure --one=x --names C",
        "--names=A B C --one x --sure",
    ],
)
def test_several_values_are_the_same_as_the_option_again(words):
    assert read(*words.split()) == (["A", "B", "C"], "x", True)


def test_a_single_option_still_takes_one_value():
    assert "unexpected extra argument" in read("--one", "x", "y")
    assert "unexpected extra argument" in read("--sure", "y")
    assert "requires an argument" in read("--names")


def test_the_commands_of_the_nation_take_several():
    app = typer.Typer()
    simulate.register(app)
    bench.register(app)
    group = typer.main.get_command(app)
    taking = {
        f"{name} {own}": {word for one in found.params if one.multiple for word in one.opts}
        for name, inner in group.commands.items()
        for own, found in inner.commands.items()
        if isinstance(found, TakesSeveral)
    }
    assert taking == {
        "simulate run": {"--mechanisms", "--only", "--only-days"},
        "bench ceiling": {"--truth"},
        "bench page": {"--results"},
        "bench play": {"--policy", "--policy-folder", "--mechanisms"},
        "bench compare": {"--a", "--b", "--unseen"},
        "bench commit": {"--seed"},
    }


def test_a_nation_is_simulated_with_several_names_after_one_option(tmp_path):
    app = typer.Typer()
    simulate.register(app)
    app.callback()(lambda: None)
    words = ["simulate", "run", "--scale", "0.0005", "--days", "3", "--warmup", "0", "--json"]
    words += ["--only", "vcis_extract", "reference", "--mechanisms", "undervaluation", "mistake"]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert set(told["files"]) == {"vcis_extract", "reference"}
