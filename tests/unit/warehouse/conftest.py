"""An empty lake for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings


@pytest.fixture
def settings(tmp_path: Path) -> LakeSettings:
    return LakeSettings(home=tmp_path / "lake home", memory_limit_mb=512, threads=1)


@pytest.fixture
def layout(settings: LakeSettings) -> Layout:
    layout = Layout(settings.home)
    layout.ensure()
    return layout


@pytest.fixture
def ledger(layout: Layout) -> Iterator[Ledger]:
    with Ledger(layout.ledger_path) as ledger:
        yield ledger
