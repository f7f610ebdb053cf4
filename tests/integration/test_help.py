"""What `-h` says of each command: plain defaults, whole sentences, and the names that it takes."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from ingestion.sources.catalog import SOURCES
from orchestration.cli.commands import COMMANDS, load_command

# A default as the machine writes it: a moment for a day, brackets within the brackets.
UNPLAIN = re.compile(r"\d\d:\d\d:\d\d|\[default: [^]]*\(|\bNone\b|<[a-z_.]+ object")
ENDS = (".", ".)", "…")


def commands(command: Any, words: Sequence[str]) -> Iterator[tuple[Sequence[str], Any]]:
    """Yield a command and all below it, with the words that call them."""
    yield words, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, [*words, name])


def test_every_help_has_plain_defaults_and_whole_sentences(customs):
    every = [found for name in COMMANDS for found in commands(load_command(name), [name])]
    assert len(every) > len(COMMANDS)
    for words, command in every:
        shown = customs(*words, "-h")
        assert shown.returncode == 0, shown.stderr
        assert UNPLAIN.findall(shown.stdout) == [], words
        assert command.help.strip().endswith(ENDS), words
        for parameter in command.params:
            told = getattr(parameter, "help", None)
            assert told, (words, parameter.name)
            assert told.endswith(ENDS), (words, told)


@pytest.mark.parametrize("words", [["land"], ["demo"], ["quarantine", "list"]])
def test_a_help_names_the_sources(customs, words):
    shown = customs(*words, "-h").stdout
    assert [source for source in SOURCES if source not in shown] == []
