"""Records that grow for as long as a nation is lived: what is long lies on disk, not in memory."""

import shutil
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Generic

import numpy as np

from simulator.kernel.arrays import Record, join, pick

_HELD_BYTES = 4 * 2**20
# So many are looked at together where all are looked through.
_PIECE_ROWS = 2**17


class Kept(Generic[Record]):
    """Records of equally long arrays, one part after the other, each of the same types.

    A few megabytes are held in memory; then each column becomes a file, which is mapped when it is
    read: the system takes back pages that nobody looks at.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Begin with nothing.

        Args:
            folder: Where its files go, a folder that somebody else removes in time; None for a
                temporary one that goes with this object.
        """
        self._parent = folder
        self._folder: Path | None = None
        self._parts: list[Record] = []
        self._held_bytes = self._rows = 0
        self._empty: Record | None = None

    def append(self, part: Record) -> None:
        """Add records at the end."""
        self._parts.append(part)
        self._held_bytes += sum(column.nbytes for column in _columns(part).values())
        if self._held_bytes > _HELD_BYTES:
            self._put_down()

    def copy(self) -> "Kept[Record]":
        """Return the same records with files of their own, to go on differently."""
        other: Kept[Record] = Kept()
        other.append(self.whole())
        return other

    def whole(self) -> Record:
        """Return all records as one, not to be written into; at least one part must be there."""
        if self._folder is None:
            self._parts = [join(self._parts)]
            return self._parts[0]
        self._put_down()
        empty: Any = self._empty
        mapped = {
            name: np.memmap(self._folder / name, column.dtype, "r", shape=(self._rows,))
            for name, column in _columns(empty).items()
        }
        whole: Record = replace(empty, **{name: np.asarray(mapped[name]) for name in mapped})
        return whole

    def pieces(self) -> Iterator[Record]:
        """Give all records, some at a time, so that what is made of them stays small."""
        whole: Any = self.whole()
        columns = _columns(whole)
        rows = len(next(iter(columns.values())))
        for first in range(0, max(rows, 1), _PIECE_ROWS):
            some = slice(first, first + _PIECE_ROWS)
            yield replace(whole, **{name: column[some] for name, column in columns.items()})

    def _put_down(self) -> None:
        """Write what is held to the ends of the files."""
        if not self._parts:
            return
        part = join(self._parts)
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="customs-kept-", dir=self._parent))
            self._empty = pick(part, np.empty(0, dtype=np.int64))
            if self._parent is None:
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        for name, column in _columns(part).items():
            with (self._folder / name).open("ab") as file:
                file.write(np.ascontiguousarray(column).data)
        self._rows += len(column)
        self._parts, self._held_bytes = [], 0


def _columns(record: Any) -> dict[str, Any]:
    return {item.name: getattr(record, item.name) for item in fields(record)}
