"""Reference files tell what is known on their day: no rate, office or week before it begins."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from simulator.arguments import SimulationArguments
from simulator.chronicle.living import live_through
from simulator.delivery.gathering import publish
from simulator.delivery.plan import DeliveryPlan
from simulator.delivery.tables import TABLES
from simulator.reference.calendar import to_day
from simulator.reference.files import Reference, reference_tables
from simulator.reference.listed import told_by_day
from simulator.whole_tables import lists_of, publish_whole
from simulator.world import nation_of
from tests.simulator.decoded import table_files
from tests.simulator.foreknowledge import of_reference, told_by_file

REFERENCE = sorted(name for name, spec in TABLES.items() if spec.source == "reference")
# Across two turns of the year, the new offices, changes of the tariff, a lower VAT anew.
FIRST, DAYS = date(2024, 11, 20), 620


@pytest.fixture(scope="module")
def nation():
    return nation_of(
        SimulationArguments(out=Path(), first_date=FIRST, days=DAYS, scale=0.0004, seed=3)
    )


@pytest.fixture(scope="module")
def told(nation, tmp_path_factory):
    """The reference files of its whole time."""
    plan = DeliveryPlan(
        folder=tmp_path_factory.mktemp("told"), spill=Path(), seed=nation.seed,
        first_day=nation.written_from, last_day=nation.last_day,
    )  # fmt: skip
    days = nation.written_from, nation.last_day
    for name, day, rows in told_by_day(lists_of(nation), nation.written_from, days):
        publish(plan, name, day, rows)
    return plan.folder


def tables_on(nation, day):
    reference = Reference(
        nation.goods, nation.countries, nation.offices, nation.tariff, nation.rates
    )
    return reference_tables(reference, nation.first_day, day)


def rows_of(frame):
    """The rows as texts, sorted, null as the empty one."""
    return sorted(map(tuple, frame.fillna("").astype(str).to_numpy().tolist()))


def last_rows(told, name, by=None):
    """The last row of each key, of files up to a day."""
    rows = told_by_file(told, name)
    rows = rows if by is None else rows[rows["told"] <= pd.Timestamp(by)]
    return rows.drop_duplicates(list(TABLES[name].key), keep="last").drop(columns="told")


def test_no_file_tells_what_begins_or_ends_after_its_day(told):
    known = of_reference(told)
    assert sorted(known) == REFERENCE
    assert {name: one.value for name, one in known.items() if one.is_too_much} == {}


def test_no_file_of_a_run_tells_what_begins_or_ends_after_its_day(outside_folder):
    known = of_reference(outside_folder)
    assert sorted(known) == REFERENCE
    assert {name: one.value for name, one in known.items() if one.is_too_much} == {}
    assert len(table_files(outside_folder, "hq")) > 1


@pytest.mark.parametrize("name", REFERENCE)
def test_the_last_rows_of_all_files_are_the_table_of_the_last_day(nation, told, name):
    expected = tables_on(nation, nation.last_day)[name].to_pandas()
    assert rows_of(last_rows(told, name)[list(expected.columns)]) == rows_of(expected)


@pytest.mark.parametrize(
    "day", [FIRST, date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 31), date(2025, 12, 10)]
)
def test_the_last_rows_by_a_day_are_the_table_of_that_day(nation, told, day):
    for name, table in tables_on(nation, to_day(day)).items():
        expected = table.to_pandas()
        assert rows_of(last_rows(told, name, day)[list(expected.columns)]) == rows_of(expected)


def test_what_is_told_again_has_an_end_now(told):
    """No row comes twice as it was: later files hold what is new alone."""
    rows = told_by_file(told, "bieuthue")
    again = rows[rows.duplicated(list(TABLES["bieuthue"].key), keep="first")]
    # Of files that are sent again the rows are the same.
    again = again[again["told"] > rows["told"].min()]
    assert len(again) > 100
    assert again["DEN_NGAY"].notna().mean() > 0.9
    assert (pd.to_datetime(again["DEN_NGAY"].dropna()) < again["told"]).all()


def test_offices_are_told_their_end_with_the_reorganisation_and_holidays_with_the_year(told):
    offices = told_by_file(told, "hq")
    ended = offices[offices["DEN_NGAY"].notna()]
    assert set(ended["told"]) == {pd.Timestamp("2025-03-01")}
    assert set(offices["told"][offices["MA_MOI"].notna()]) == {pd.Timestamp("2025-03-01")}
    holidays = told_by_file(told, "ngaynghi").groupby("told")["NGAY"].min()
    assert [str(day.date()) for day in holidays.index[1:]] == ["2024-12-02", "2025-12-02"]


def test_what_holds_is_told_whatever_days_are_written(nation, tmp_path):
    """Days of two stretches with the new offices between them: all files are there."""
    first = nation.written_from
    plan = DeliveryPlan(
        folder=tmp_path / "out", spill=tmp_path, seed=nation.seed, first_day=first,
        last_day=nation.last_day, only=((first, first + 4), (first + 200, first + 205)),
        sources=frozenset({"reference"}),
    )  # fmt: skip
    publish_whole(plan, nation, live_through(nation))
    for name in REFERENCE:
        wanted = {
            day for table, day, _ in told_by_day(
                lists_of(nation), first, (first, nation.last_day)
            ) if table == name
        }  # fmt: skip
        files = table_files(plan.folder, name)
        assert len({path.name.split("_")[1][:8] for path in files}) == len(wanted), name
