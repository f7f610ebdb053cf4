"""A declaration of the year 2052 is kept and flagged; today stays today in all that asks for it."""

import json
import shutil
from datetime import date

import pytest

from ingestion.land import land_files
from ml import extraction
from ml.lanes.settings import ServingSettings
from ml.learning import last_known_date
from ml.models.risk import MODEL
from orchestration.operations.build import SCORE_MART, build
from orchestration.operations.lanes import make_snapshot
from orchestration.operations.learning import analyst_release, score_items
from orchestration.operations.targeting import make_target_list
from tests.builders import hang, tk, write_csv
from warehouse.layout import Layout
from warehouse.publish import publish
from warehouse.settings import LakeSettings

NUMBER = "99999999999"
CONTROL = {
    "MA_KT": "KT2052", "STT_KT": 1, "SEQ_NO": 1, "OP": "I", "SO_TK_GOC": NUMBER, "HINH_THUC": "4",
    "TU": "2052-08-02 09:00:00", "DEN": "2052-08-02 10:00:00", "KET_QUA": "1", "THUE_TANG": "100",
}  # fmt: skip


def known(settings, folder):
    """Return everything that hangs on what today is."""
    snapshot = make_snapshot(settings, ServingSettings(golden_items=20))
    listed = make_target_list(settings, folder / "targets.xlsx")
    with analyst_release(Layout(settings.home), settings) as (connection, _):
        today = last_known_date(connection, MODEL.source_systems)
        rule = extraction.LabelRule()
        labels = extraction.label_items(connection, rule, MODEL.source_systems, today)
        days = extraction.choose_learned(connection, MODEL.target).to_pylist()
        pages = connection.execute(
            "select max(month_date), (select max(as_of_date) from marts.dim_release)"
            " from marts.agg_clearance_month"
        ).fetchall()
    return {
        "today": today,
        "history": (snapshot.manifest.first_date, snapshot.manifest.last_date),
        "thresholds": (snapshot.policy.red_margin, snapshot.policy.yellow_margin),
        "measured": (snapshot.policy.first_date, snapshot.policy.declaration_count),
        "list": (listed.as_of, [json.dumps(str(trader)) for trader in listed.traders]),
        "labels": labels,
        "split": max(row["registered_date"] for row in days),
        "pages": pages,
    }


@pytest.mark.full
def test_a_date_in_the_future_moves_nothing(nation_home, tmp_path):
    shutil.copytree(nation_home, tmp_path / "home", symlinks=True)
    settings = LakeSettings(home=tmp_path / "home", memory_limit_mb=1024)
    before = known(settings, tmp_path)
    head = tk(f"{NUMBER}0", 900_000_001, NGAY_DK="2052-08-01 08:15:00")
    item = hang(f"{NUMBER}0", seq_no=900_000_001)
    for name, row in {"tk": head, "hang": item, "kiemtra": CONTROL}.items():
        land_files(
            settings, "vcis_extract", [write_csv(tmp_path / f"{name}_20250801_900.csv", [row])]
        )
    build(settings)
    publish(settings, roles=["analyst"])
    assert score_items(settings).scored_count == 1
    build(settings, select=SCORE_MART)
    publish(settings, roles=["restricted", "analyst"])
    after = known(settings, tmp_path)
    assert before["today"] < date(2027, 1, 1)
    assert after == before
    with analyst_release(Layout(settings.home), settings) as (connection, _):
        kept = connection.execute(
            "select declaration_number, is_in_future, year(registered_date)"
            " from marts.fct_declaration where is_in_future"
        ).fetchall()
    assert kept == [(NUMBER, True, 2052)]
