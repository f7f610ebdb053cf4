"""Policies of others: a command in a process of its own, with a folder of what each week knows.

A policy is a folder with an executable `run`. Each week it is called as `run WEEK SELECTION`: the
folder of the week, and the CSV that it writes. It runs confined (`confined`): it reads its own
folder, the weeks so far and the programs of the system; it writes into one folder, kept from week
to week, that is its home. No argument, variable or file that it can reach leads to the truth or to
the seed of the nation, from which anybody could make it again with its truth. What fails is told by
name and week.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmark.play import confined, forbidden_calls
from benchmark.play.game import WeekView
from benchmark.play.opening import History
from benchmark.play.terms import GIB, MEMORY_GIB, SECONDS_A_WEEK
from benchmark.selection import Selection, read_selection
from data_contracts.errors import CustomsDataError

FILE_BYTES = 4 * 2**30
# The first week has the history to read.
_FIRST_TIMES = 10
# What it left behind is ended after its time.
_ENDING_SECONDS = 60
# What is said of a file of another form; here the game gives it its name.
_NAMING = re.compile(r"(unpack it, or )?let its name end in \S+$")
_RUN, _SELECTION = "run", "selection.csv"
_SHOWN, _SELECTION_BYTES = 2_000, 100_000_000
# The year 2100: a time to come, so that no reading is noted.
_NEVER_READ_NS = 4_102_444_800 * 10**9


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody sends in.

    Attributes:
        name: Of the policy: that of its folder.
        folder: With the executable `run`.
        seconds: Time that a week may take; the first one ten times as much.
        memory_bytes: Addresses that each of its processes may have.
        file_bytes: Size that each file it writes may have.
    """

    name: str
    folder: Path
    seconds: float = SECONDS_A_WEEK
    memory_bytes: int = MEMORY_GIB * GIB
    file_bytes: int = FILE_BYTES


def entries_in(
    folders: Sequence[Path],
    secrets: Sequence[Path] = (),
    seconds: float = SECONDS_A_WEEK,
    memory_bytes: int = MEMORY_GIB * GIB,
) -> dict[str, Entry]:
    """Return the policies of some folders by name.

    Args:
        folders: Of the policies.
        secrets: What none of them may read.
        seconds: Time that a week may take.
        memory_bytes: Addresses that each of their processes may have.

    Raises:
        CustomsDataError: A folder has no executable `run`, two have one name or lie in each other,
            a secret or the place of games lies where a policy may read, or this system cannot
            confine a command.
    """
    entries: dict[str, Entry] = {}
    for folder in folders:
        own = folder.resolve()
        if not (own / _RUN).is_file():
            message = f"{folder}: expected a folder with an executable `{_RUN}`, found none"
            raise CustomsDataError(message)
        if not os.access(own / _RUN, os.X_OK):
            message = f"{folder / _RUN}: expected a program that may be run; chmod +x it"
            raise CustomsDataError(message)
        if own.name in entries:
            message = f"{folder}: expected a name of its own, found another policy {own.name}"
            raise CustomsDataError(message)
        entries[own.name] = Entry(own.name, own, seconds, memory_bytes)
    if entries:
        own_folders = [entry.folder for entry in entries.values()]
        _refuse_open([*secrets, Path(tempfile.gettempdir())], own_folders)
        for one, other in permutations(own_folders, 2):
            if other.is_relative_to(one):
                message = f"{other}: expected a folder that no other policy can read, found one "
                message += f"under {one}; move it elsewhere"
                raise CustomsDataError(message)
    return entries


def _refuse_open(secrets: Sequence[Path], folders: Sequence[Path]) -> None:
    if not confined.landlock_version():
        message = "policies of others: expected a Linux with Landlock (5.13 or later), which keeps "
        message += "them from the truth; found none"
        raise CustomsDataError(message)
    if forbidden_calls.machine() not in forbidden_calls.MACHINES:
        message = "policies of others: expected a processor whose calls are known, "
        message += f"{' or '.join(forbidden_calls.MACHINES)}; found {forbidden_calls.machine()}"
        raise CustomsDataError(message)
    open_to_all = [*folders, *map(Path, _programs()), *map(Path, confined.SYSTEM)]
    for secret in secrets:
        for folder in open_to_all:
            if secret.resolve().is_relative_to(folder.resolve()):
                message = f"{secret}: expected a place that no policy can read, found one under "
                message += f"{folder}; move it elsewhere"
                raise CustomsDataError(message)


def _programs() -> list[str]:
    """Return the folders of this Python and its packages."""
    return [sys.prefix, sys.base_prefix]


def _let_reading_leave_no_trace(folder: Path) -> None:
    """Give all files of a folder one time of access, which reading does not change.

    What was read in one nation could be seen in the next: as a mount usually is (relatime), it
    notes a reading only where the time before is a day old or older than the last change.
    """
    for path in (folder, *folder.rglob("*")):
        with suppress(OSError):
            changed = path.lstat().st_mtime_ns
            os.utime(path, ns=(_NEVER_READ_NS, changed), follow_symlinks=False)


class PolicyFailedError(CustomsDataError):
    """The command of a policy failed; what it printed is told line by line."""

    keeps_lines = True


class Outsider:
    """A policy of others in one nation.

    Attributes:
        name: Of the policy.
        memory_bytes: The most that one of its processes has held so far.
    """

    def __init__(
        self,
        entry: Entry,
        past: tuple[Path, History],
        place: int,
        folder: Path,
        show: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Lay out what the history knows.

        Args:
            entry: The policy.
            past: Folder of the files sent before the game, and what legacy control left behind.
            place: Number of the nation in the contest; all that is told of it.
            folder: Empty folder for the weeks and for the policy's own files.
            show: Told each line that the command prints, when its week is over.
        """
        self.name, self._entry, self._place = entry.name, entry, place
        self._weeks, self._home = folder / "weeks", folder / "home"
        self._home.mkdir(parents=True)
        self.memory_bytes = 0
        self._show = show
        self._count = 0
        _let_reading_leave_no_trace(entry.folder)
        sent, history = past
        self._lay("history", sent, history.registered, history.outcomes)

    def learn(self, outcomes: pa.Table) -> None:
        """Keep what came back; it is laid out with the week."""
        del outcomes

    def choose(self, week: WeekView) -> Selection:
        """Return what the command chooses.

        Raises:
            CustomsDataError: It fails, takes too long, or writes no selection.
        """
        self._count += 1
        folder = self._lay(f"{self._count:03d}", week.sent, week.registered, week.outcomes)
        told = {
            "nation": self._place,
            "week": self._count,
            "now": str(np.datetime64(week.now, "s")).replace("T", " "),
            "checks": week.capacity.checks,
            "audits": week.capacity.audits,
        }
        (folder / "week.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        chosen = self._home / _SELECTION
        chosen.unlink(missing_ok=True)
        self._called(folder, chosen)
        return self._read(chosen)

    def _lay(
        self, name: str, sent: Path | None, tables: Mapping[str, pa.Table], outcomes: pa.Table
    ) -> Path:
        folder = self._weeks / name
        (folder / "registered").mkdir(parents=True)
        for table, rows in tables.items():
            pq.write_table(rows, folder / "registered" / f"{table}.parquet")
        pq.write_table(outcomes, folder / "outcomes.parquet")
        if sent is not None:
            shutil.copytree(sent, folder / "sent")
        return folder

    def _called(self, week: Path, chosen: Path) -> None:
        entry = self._entry
        seconds = entry.seconds * (_FIRST_TIMES if self._count == 1 else 1)
        paths = [str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]
        wanted: dict[str, Any] = {
            "command": [str(entry.folder / _RUN), str(week), str(chosen)],
            "folder": str(self._home),
            "environment": {
                "HOME": str(self._home),
                "TMPDIR": str(self._home),
                "PATH": os.pathsep.join(paths),
                "LANG": "C.UTF-8",
            },
            "readable": [str(entry.folder), str(self._weeks), *_programs()],
            "writable": [str(self._home)],
            "seconds": seconds,
            "memory_bytes": entry.memory_bytes,
            "file_bytes": entry.file_bytes,
        }
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-m", confined.__name__],
                input=json.dumps(wanted),
                capture_output=True,
                text=True,
                check=False,
                env={},
                timeout=seconds + _ENDING_SECONDS,
            )
        except subprocess.TimeoutExpired:
            self._refuse(
                f"what runs it gave no answer within {seconds + _ENDING_SECONDS:g} seconds"
            )
        if done.returncode:
            why = (done.stderr.splitlines() or [f"ended with status {done.returncode}"])[-1]
            self._refuse(f"what runs it failed: {why[-_SHOWN:]}")
        told = json.loads(done.stdout)
        self.memory_bytes = max(self.memory_bytes, told.get("memory_bytes", 0))
        for line in told["printed"].splitlines():
            self._show(f"{self.name} | {line}")
        if "failed" in told:
            why = f"{told['failed']}; its first line names a program that it may read"
            self._refuse(f"could not be run: {why}")
        if told["status"] is None:
            self._refuse(f"expected a selection within {seconds:g} seconds, found none")
        if told["status"]:
            printed = told["printed"][-_SHOWN:].strip() or "it printed nothing"
            message = f"{self._place_of()}: ended with status {told['status']}: {printed}"
            raise PolicyFailedError(message)

    def _read(self, chosen: Path) -> Selection:
        """Return what was written; only a plain file is opened, never what it might point to."""
        try:
            kind = chosen.lstat()
        except FileNotFoundError:
            self._refuse("wrote no selection")
        if not stat.S_ISREG(kind.st_mode) or kind.st_size > _SELECTION_BYTES:
            self._refuse(f"expected a plain file of {_SELECTION_BYTES:,} bytes at most")
        try:
            return read_selection(chosen)
        except CustomsDataError as error:
            why = str(error).replace(str(chosen), _SELECTION)
            self._refuse(_NAMING.sub("write CSV", why))

    def _refuse(self, why: str) -> NoReturn:
        message = f"{self._place_of()}: {why}"
        raise CustomsDataError(message)

    def _place_of(self) -> str:
        return f"policy {self.name}, nation {self._place}, week {self._count}"
