"""A throw-away copy of the lake in which a landing can be tried: same answer, nothing landed.

Delta files never change once written, so the copy is made of hard links and costs no space.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from warehouse import landing, locks
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings


@contextmanager
def rehearse(settings: LakeSettings) -> Iterator[LakeSettings]:
    """Yield settings of a copy of the lake, which is removed at the end."""
    layout = Layout(settings.home)
    parent = layout.scratch if layout.scratch.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="rehearsal-", dir=parent) as folder:
        rehearsed = settings.model_copy(update={"home": Path(folder)})
        if layout.sources.is_dir():
            shutil.copytree(layout.sources, Layout(rehearsed.home).sources)
        if layout.ledger_path.exists():
            layout.ensure()
            with locks.landing(layout, settings.lock_wait_seconds):
                _copy(layout, Layout(rehearsed.home))
        yield rehearsed


def _copy(layout: Layout, copy: Layout) -> None:
    copy.ensure()
    with (
        closing(sqlite3.connect(layout.ledger_path)) as ledger,
        closing(sqlite3.connect(copy.ledger_path)) as ledger_copy,
    ):
        ledger.backup(ledger_copy)
    shutil.copytree(layout.lake_root, copy.lake_root, copy_function=_link, dirs_exist_ok=True)
    with Ledger(copy.ledger_path) as ledger_of_copy:
        for delivery in ledger_of_copy.deliveries("received"):
            raw = landing.raw_path(layout, delivery.sha256)
            for path in (raw, *landing.receipts(layout, delivery.sha256)):
                target = copy.landing / path.relative_to(layout.landing)
                target.parent.mkdir(parents=True, exist_ok=True)
                # Bytes that are gone are gone here too.
                if path.exists() and not target.exists():
                    _link(str(path), str(target))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        # Another file system, or one without hard links.
        shutil.copy2(source, target)
