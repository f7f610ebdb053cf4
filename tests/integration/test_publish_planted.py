"""Whatever a source writes into whatever column: it does not leave the restricted release."""

import pytest

from ingestion.land import land_files
from orchestration.operations.build import build
from tests.integration.planted_files import plant
from tests.integration.test_publish_identities import every_text, found_in
from warehouse.layout import Layout
from warehouse.publish import publish
from warehouse.release import current_release
from warehouse.settings import LakeSettings

# A number of a declaration has twelve digits too; its form is its own.
NUMBER_COLUMNS = {"SO_TK", "SO_TK_GOC"}


@pytest.fixture(scope="module")
def landed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    settings = LakeSettings(home=folder / "home", memory_limit_mb=1024)
    files, planted = plant(folder / "files")
    for source, paths in files.items():
        land_files(settings, source, paths)
    build(settings)
    publish(settings)
    wanted = {
        text: place
        for text, place in planted.items()
        if place.partition(".")[2] not in NUMBER_COLUMNS
    }
    return Layout(settings.home), wanted


def test_much_of_it_did_reach_the_restricted_release(landed):
    layout, wanted = landed
    found = {text for _, text in found_in(every_text(layout, "restricted"), wanted)}
    places = {wanted[text] for text in found}
    assert {"thue.THUE_SUAT", "kiemtra.MA_VP", "phanluong.CAN_CU", "dn.LOAI", "hq.TEN"} <= places


@pytest.mark.parametrize("role", ["analyst", "management"])
def test_none_of_it_is_in_the_other_releases(landed, role):
    layout, wanted = landed
    found = found_in(every_text(layout, role), wanted)
    assert {(table, wanted[text]) for table, text in found} == set()
    for file in current_release(layout, role).rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert {wanted[text] for text in wanted if text.encode() in content} == set()


def test_what_has_the_usual_form_stays_readable_and_the_rest_can_be_counted(landed):
    layout, _ = landed
    analyst = every_text(layout, "analyst")
    assert "RR-101;RR-204" in analyst["fct_selectivity_decision"]
    assert "ru_" in analyst["fct_selectivity_decision"]
    assert "ra_" not in every_text(layout, "management")["dim_tariff_line"]
