"""What is written for people cannot steer their terminal, whoever it comes from."""

import json

import pytest
from rich.table import Table
from rich.text import Text

from orchestration.cli.output import console, emit, progress_console, report_failure, tell

HOSTILE = "tk\x1b[31m_\x9b2J\u202e\r1\n2\t.csv"
SHOWN = "tk�[31m_�2J��1�2�.csv"


def _table() -> Table:
    table = Table(HOSTILE, title=HOSTILE)
    table.add_row(HOSTILE)
    return table


@pytest.mark.parametrize("thing", [HOSTILE, Text.assemble((HOSTILE, "red")), _table()])
def test_no_sign_of_a_text_steers_the_terminal(capsys, thing):
    console().print(thing)
    progress_console().print(thing)
    told = "".join(capsys.readouterr())
    assert "tk�[31m_�2J�" in told
    assert not [sign for sign in told if not sign.isprintable() and sign != "\n"]


def test_a_text_begins_no_line_of_its_own(capsys):
    console().print(f"refused {HOSTILE}: E_FILE_CORRUPT")
    console().print("one", "two", sep="\n")
    tell(HOSTILE)
    report_failure("Error", "a message\nof two lines", json_output=False)
    told = capsys.readouterr()
    assert told.out.splitlines() == [f"refused {SHOWN}: E_FILE_CORRUPT", "one", "two"]
    assert told.err.splitlines() == [SHOWN, "customs: a message of two lines"]


def test_lines_that_are_kept_look_like_none_of_ours(capsys):
    report_failure("Error", "printed:\ncustoms: x", json_output=False, keeps_lines=True)
    assert capsys.readouterr().err.splitlines() == ["customs: printed:", "  | customs: x"]


def test_letters_of_every_language_are_shown_as_they_are(capsys):
    console().print("Tờ khai hải quan: 日本 e\u0301")
    assert capsys.readouterr().out == "Tờ khai hải quan: 日本 e\u0301\n"


STEERING = "".join(map(chr, [*range(32), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F]))
STEERING += "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


def test_json_holds_no_sign_that_steers_the_terminal_and_is_the_same_json(capfdbinary):
    text = f"Đà Nẵng {STEERING} ‖ “日本” \u2065\u206a"
    payload = {f"name {STEERING}": [text, [text]], "one": {text: text}}
    emit(payload, json_output=True, render=lambda _: None)
    report_failure("Error", text, json_output=True)
    for line in capfdbinary.readouterr().out.splitlines():
        assert not set(line.decode()).intersection(STEERING)
        assert "Đà Nẵng" in line.decode()
        assert json.loads(line) in (payload, {"error": "Error", "message": text})
