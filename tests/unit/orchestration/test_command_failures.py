"""Whatever goes wrong at the command line: one line, an exit status, one JSON object, no trace."""

import inspect
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from pydantic import ValidationError

from data_contracts.errors import CustomsDataError
from ml.lanes.server import bound_socket
from orchestration.cli import main as command
from orchestration.cli.commands import COMMANDS, load_command
from orchestration.cli.failure import failure_of
from tests import processes
from tests.patience import PATIENCE_SECONDS, wait_for
from warehouse.settings import LakeSettings


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["customs", *words])
    with pytest.raises(SystemExit) as ended:
        command.main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--nope"),
        ("sql", "--role", "king", "select 1"),
        ("simulate", "run", "--out", "x", "--from", "yesterday"),
        ("lanes", "decide", "/nowhere/request.json"),
        ("quarantine", "list", "--limit", "0"),
        ("nothing",),
        (),
    ],
)
def test_wrong_use_with_json_is_one_object(monkeypatch, capsys, words):
    assert run(monkeypatch, *words, "--json") == 2
    told = capsys.readouterr()
    assert json.loads(told.out)["error"] == "UsageError"
    assert told.err.count("\n") == 1


def test_the_module_runs_as_the_command_does():
    done = processes.customs("status", "--nope", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"] == "UsageError"


def test_wrong_use_for_people_shows_how(monkeypatch, capsys):
    assert run(monkeypatch, "status", "--nope") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Usage" in told.err


def test_a_home_that_is_a_file_is_told(monkeypatch, capsys, tmp_path):
    home = tmp_path / ("long" * 40)
    home.write_text("x")
    assert run(monkeypatch, "status", "--home", str(home), "--json") == 1
    told = capsys.readouterr()
    assert "give another --home" in json.loads(told.out)["message"]
    assert told.err.count("\n") == 1


def test_a_setting_that_cannot_be_is_wrong_use(monkeypatch, capsys):
    monkeypatch.setenv("CUSTOMS_THREADS", "abc")
    assert run(monkeypatch, "status", "--json") == 2
    assert "CUSTOMS_THREADS: " in json.loads(capsys.readouterr().out)["message"]


def test_an_error_of_the_system_is_one_line(monkeypatch, capsys, tmp_path):
    (tmp_path / "file").write_text("x")
    words = ("--scale", "0.00001", "--days", "1", "--warmup", "0")
    assert run(monkeypatch, "simulate", "run", "--out", str(tmp_path / "file" / "x"), *words) == 1
    told = capsys.readouterr().err
    assert told.splitlines()[-1].startswith("customs: ")
    assert "Traceback" not in told


def test_a_fault_of_the_program_says_where_and_no_value():
    try:
        {}["0101234567"]
    except KeyError as error:
        failure = failure_of(error)
    assert failure.status == 1
    assert "test_command_failures.py:" in failure.message
    assert "0101234567" not in failure.message


def test_a_file_that_python_cannot_read_is_the_place_of_the_fault():
    try:
        compile("\nX = (\n", "house/room.py", "exec")
    except SyntaxError as error:
        failure = failure_of(error)
    assert "SyntaxError at house/room.py:2;" in failure.message


@pytest.mark.parametrize(
    ("error", "status"),
    [(CustomsDataError("no"), 1), (typer.BadParameter("no"), 2)],
)
def test_each_kind_has_its_status(error, status):
    assert failure_of(error).status == status


@pytest.mark.parametrize(
    "words",
    [
        ("land", "vcis_extract", "{file}"),
        ("land", "vcis_extract", "{file}", "--check"),
        ("land", "--withdraw", "0" * 64),
        ("status",),
        ("quarantine", "list"),
        ("quarantine", "show", "0" * 64),
        ("build",),
        ("publish",),
        ("sql", "select 1"),
        ("train",),
        ("score",),
        ("targets",),
        ("lanes", "snapshot"),
        ("demo",),
    ],
    ids=" ".join,
)
def test_a_home_that_one_command_cannot_use_is_refused_by_all(monkeypatch, capsys, tmp_path, words):
    (tmp_path / "tk_1.csv").write_text("A\r\n1\r\n")
    filled = [word.format(file=tmp_path / "tk_1.csv") for word in words]
    home = tmp_path / "ho#me"
    assert run(monkeypatch, *filled, "--home", str(home), "--json") == 1
    assert "may not have # in its path" in json.loads(capsys.readouterr().out)["message"]
    assert not home.exists()


def test_a_setting_is_named_as_in_the_environment(monkeypatch):
    monkeypatch.setenv("CUSTOMS_MEMORY_LIMIT_MB", "-5")
    with pytest.raises(ValidationError) as refused:
        LakeSettings()
    assert "CUSTOMS_MEMORY_LIMIT_MB: " in failure_of(refused.value).message


@pytest.mark.parametrize(
    ("number", "times", "status", "json_output"),
    [
        (signal.SIGINT, 1, 130, False),
        (signal.SIGINT, 2, 130, True),
        (signal.SIGTERM, 1, 143, True),
    ],
)
def test_signals_end_a_command_without_a_trace(tmp_path, number, times, status, json_output):
    out = str(tmp_path / "nation")
    words = [*("simulate", "run", "--out", out, "--days", "300", "--scale", "0.02")]
    # A runner started in the background ignores SIGINT, and children inherit that.
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        " from orchestration.cli.main import main; main()"
    )
    words += ["--json"] * json_output
    with subprocess.Popen(
        [sys.executable, "-c", program, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    ) as process:
        wait_for(Path(out).exists, "the start of the command")
        for _ in range(times):
            process.send_signal(number)
        told, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == status
    assert "Traceback" not in errors
    assert (not json_output) or json.loads(told)["error"] == "Interrupted"


EARLY = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Import:
    def find_spec(name, *others):
        if name == "typer":
            signal.raise_signal(int(sys.argv.pop(1)))
sys.meta_path.insert(0, Import)
from orchestration.cli.main import main
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_command_is_imported_is_one_line(number):
    ended = processes.python("-c", EARLY, str(number.value), "status", "--json")
    assert ended.returncode == 128 + number
    assert json.loads(ended.stdout)["error"] == "Interrupted"
    assert ended.stderr.splitlines() == [f"customs: {json.loads(ended.stdout)['message']}"]


def test_a_taken_address_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CustomsDataError, match="give another --port"):
            bound_socket("127.0.0.1", port)
    bound_socket("127.0.0.1", port).close()


def test_every_command_takes_home_and_json():
    without = [
        path
        for name in COMMANDS
        for path, found in leaves(load_command(name), name)
        if not {"--home", "--json"} <= {name for one in found.params for name in one.opts}
    ]
    assert without == []


def test_the_list_says_of_a_command_what_the_command_says_of_itself():
    commands = {name: load_command(name) for name in COMMANDS}
    single = {name: one for name, one in commands.items() if not hasattr(one, "commands")}
    assert {name: inspect.getdoc(one.callback) for name, one in single.items()} == {
        name: COMMANDS[name] for name in single
    }


def leaves(found, path):
    if not hasattr(found, "commands"):
        yield path, found
        return
    for name, below in found.commands.items():
        yield from leaves(below, f"{path} {name}")
