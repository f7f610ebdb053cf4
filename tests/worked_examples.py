"""The worked examples of the run book, as a reader would carry them out in a tree of their own."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.tree import HOUSES, REPOSITORY, tracked_files

RUNBOOK = REPOSITORY / "docs" / "runbook.md"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PLACE = re.compile(r"^(?:#|--|//) (add to )?([\w./]+)\n")
_COPIED = (*HOUSES, "dbt_project", "docs", "pyproject.toml")


@dataclass(frozen=True)
class Example:
    """One worked example.

    Attributes:
        texts: What it writes, by the path of the file.
        added: The paths of files that are there before, which it adds to.
        sent: Text of the outside file that it lands, if it does.
        commands: What it types, each as words without `customs`.
    """

    texts: dict[str, str]
    added: frozenset[str]
    sent: str | None
    commands: tuple[tuple[str, ...], ...]

    def line_count(self) -> int:
        """Return how many lines a person writes."""
        return sum(text.count("\n") for text in self.texts.values())


def example(title: str) -> Example:
    """Return the worked example under a heading of the run book."""
    section = RUNBOOK.read_text(encoding="utf-8").split(f"\n### {title}\n")[1]
    section = re.split(r"^##", section, maxsplit=1, flags=re.MULTILINE)[0]
    texts, added, sent, commands = {}, set(), None, []
    for language, text in _BLOCK.findall(section):
        if language == "text":
            sent = text
        elif language:
            place = _PLACE.match(text)
            assert place, f"{title}: a text does not name its file: {text[:60]}"
            texts[place[2]] = text[place.end() :]
            if place[1]:
                added.add(place[2])
        else:
            commands += [tuple(shlex.split(line)) for line in text.splitlines()]
    assert {words[0] for words in commands} <= {"customs"}
    return Example(texts, frozenset(added), sent, tuple(words[1:] for words in commands))


class Tree:
    """A copy of the project that a reader changes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for path in tracked_files():
            relative = path.relative_to(REPOSITORY)
            if relative.parts[0] in _COPIED:
                (root / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, root / relative)

    def write(self, worked: Example) -> None:
        """Write what an example writes."""
        for name, text in worked.texts.items():
            path = self.root / name
            before = ""
            if name in worked.added:
                before = path.read_text(encoding="utf-8")
            else:
                assert not path.exists(), f"{name} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(before + text, encoding="utf-8")

    def customs(self, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command of this tree to its end."""
        return subprocess.run(
            [sys.executable, "-m", "orchestration.cli.main", "--home", home, *words],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
        )
