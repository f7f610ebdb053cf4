"""A wrong delivery is taken back, and nothing that others brought is lost."""

from pathlib import Path

import pytest

from data_contracts.errors import CustomsDataError
from ingestion.delivery import deliver, withdraw
from tests import builders
from tests.lake_contents import column
from warehouse import lake, quarantine, summary
from warehouse.arrivals import Arrival, Inspected, inspect
from warehouse.layout import Layout
from warehouse.settings import LakeSettings


def _land(settings: LakeSettings, path: Path, rows: list[dict[str, object]]) -> str:
    builders.write_csv(path, rows)
    inspected = inspect(Arrival(path, path.name), settings)
    assert isinstance(inspected, Inspected)
    assert deliver(settings, "vcis_extract", [path]).accepted_files == 1
    return inspected.sha256


def _counts(settings: LakeSettings) -> tuple[int, int, int]:
    count = summary.summarise(settings)["tables"]["declaration"]
    return count["accepted"], count["quarantined"], count["repeated"]


def test_records_that_counted_as_repetitions_are_loaded_again(
    settings: LakeSettings, inbox: Path
) -> None:
    wrong = _land(settings, inbox / "tk_1_1.csv", [builders.tk(), builders.tk("300000000020", 2)])
    _land(settings, inbox / "tk_2_1.csv", [builders.tk(), builders.tk("300000000030", 3)])
    assert _counts(settings) == (3, 0, 1)
    withdrawal = withdraw(settings, wrong[:12])
    assert (withdrawal.file, withdrawal.reloaded_files) == ("tk_1_1.csv", 1)
    assert _counts(settings) == (2, 0, 0)
    assert column(settings, "delivery_withdrawal", "receipt_number") == [1]
    # The withdrawn records stay as history; the others' come after them.
    assert column(settings, "declaration", "receipt_number") == [1, 1, 2, 2]


def test_a_conflict_ends_when_the_wrong_side_is_withdrawn(
    settings: LakeSettings, inbox: Path
) -> None:
    _land(settings, inbox / "tk_1_1.csv", [builders.tk()])
    wrong = _land(settings, inbox / "tk_2_1.csv", [builders.tk(MA_LH="A12")])
    assert _counts(settings) == (0, 2, 0)
    assert column(settings, "declaration", "regime_code") == []
    withdraw(settings, wrong)
    assert _counts(settings) == (1, 0, 0)
    assert column(settings, "declaration", "regime_code") == ["A11"]
    assert quarantine.groups(settings) == ([], 0)


def test_a_withdrawn_content_stays_a_duplicate_but_its_records_may_come_otherwise(
    settings: LakeSettings, inbox: Path
) -> None:
    wrong = _land(settings, inbox / "tk_1_1.csv", [builders.tk()])
    withdraw(settings, wrong)
    assert deliver(settings, "vcis_extract", [inbox]).duplicate_files == 1
    _land(settings, inbox / "tk_2_1.csv", [builders.tk(), builders.tk("300000000020", 2)])
    assert _counts(settings) == (2, 0, 0)


def test_only_a_loaded_delivery_can_be_withdrawn(settings: LakeSettings, inbox: Path) -> None:
    sha256 = _land(settings, inbox / "tk_1_1.csv", [builders.tk()])
    withdraw(settings, sha256)
    before = lake.cut(Layout(settings.home))
    with pytest.raises(CustomsDataError, match="is withdrawn: it has no records"):
        withdraw(settings, sha256)
    with pytest.raises(CustomsDataError, match="0 deliveries"):
        withdraw(settings, "0" * 64)
    with pytest.raises(CustomsDataError, match="at least 8 characters"):
        withdraw(settings, sha256[:4])
    assert lake.cut(Layout(settings.home)) == before
