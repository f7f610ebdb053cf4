"""Landing takes time in proportion to its files, however many and small they are."""

from pathlib import Path
from time import process_time

import pytest

from ingestion.land import land_files
from tests import builders
from warehouse.settings import LakeSettings

pytestmark = pytest.mark.bench


def test_thousands_of_small_files_take_time_in_proportion(tmp_path: Path) -> None:
    seconds = []
    for count in (1500, 3000):
        folder = tmp_path / f"in{count}"
        for n in range(count):
            row = builders.sukien(f"3{n:010d}", n + 1)
            builders.write_csv(folder / f"sukien_20250301_{n}.csv", [row])
        home = LakeSettings(home=tmp_path / f"home{count}")
        started = process_time()
        assert land_files(home, "vcis_extract", [folder]).accepted_files == count
        seconds.append(process_time() - started)
    assert seconds[1] < 3 * seconds[0]
