"""Facts carry the office's day, a history is never rewritten, revenue is what is payable."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import deltalake
import pytest

from data_contracts.loading import load_contract
from ingestion.land import land_files
from orchestration.operations.build import build
from tests.builders import hang, tk, write_csv
from tests.integration.deliveries_by_day import (
    AHEAD_TRADER,
    MOVED_TRADER,
    OTHER_TRADER,
    first_delivery,
    second_delivery,
)
from warehouse.engine import build_connection
from warehouse.layout import Layout
from warehouse.publish import publish
from warehouse.reading import query
from warehouse.settings import LakeSettings

PROFILES = ("profile_trader_day", "profile_unit_value_day")
AHEAD_RECEIVED = datetime(2025, 2, 27, 1, tzinfo=UTC)
AHEAD = "2025-03-02 08:15:00"  # three days later
FACTS = (
    "declaration_count", "red_count", "cancelled_count", "amended_count", "inspected_count",
    "irregular_count",
)  # fmt: skip


@dataclass
class Lake:
    settings: LakeSettings
    early: dict[str, list]

    def rows(self, sql: str) -> list:
        with build_connection(Layout(self.settings.home), self.settings, read_only=True) as build:
            return build.sql(sql).fetchall()

    def day(self, profile: str) -> int:
        return list(load_contract(profile).names).index("as_of_date")


def land(settings, folder, day, tables):
    files = [write_csv(folder / f"{name}_{day}_1.csv", rows) for name, rows in tables.items()]
    report = land_files(settings, "vcis_extract", files)
    assert sum(count.quarantined for count in report.records.values()) == 0


def land_ahead(settings, folder):
    """Land a declaration that was received three days before the day that it states."""
    rows = {"tk": [tk("300000000080", 8, MA_DN=AHEAD_TRADER, NGAY_DK=AHEAD)]}
    rows["hang"] = [hang("300000000080", seq_no=8)]
    land(settings, folder, "20250227", rows)
    table = deltalake.DeltaTable(str(settings.home / "lake" / "bronze" / "declaration"))
    table.update(new_values={"received_at": AHEAD_RECEIVED})


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    folder = tmp_path_factory.mktemp("by_day")
    settings = LakeSettings(home=folder / "home", memory_limit_mb=1024)
    lake = Lake(settings, {})
    land_ahead(settings, folder)
    land(settings, folder, "20250301", first_delivery())
    build(settings)
    lake.early |= {name: lake.rows(f"from marts.{name} order by all") for name in PROFILES}
    land(settings, folder, "20250321", second_delivery())
    build(settings)
    publish(settings, roles=["analyst"])
    return lake


@pytest.mark.parametrize("profile", PROFILES)
def test_a_later_amendment_rewrites_no_earlier_day(lake, profile):
    early = [row for row in lake.early[profile] if row[lake.day(profile)] < date(2025, 3, 20)]
    assert len(early) > 1
    rows = lake.rows(f"from marts.{profile} where as_of_date < date '2025-03-20' order by all")
    assert rows == early
    later = lake.rows(f"select max(as_of_date) from marts.{profile}")  # noqa: S608
    assert later > [(date(2025, 3, 20),)]


def test_a_correction_counts_from_its_receipt(lake):
    columns = ", ".join(FACTS)
    rows = lake.rows(
        f"select as_of_date::varchar, {columns} from marts.profile_trader_day"  # noqa: S608
        f" where trader_id = '0100000001' order by as_of_date"
    )
    # Of five declarations; inspected 1, 3, 4, 5, irregular 1, 4; red 3, 4, 5; cancelled 3; amended
    # 1, 4. On the 20th an event sets another lane for 3.
    known = {row[0]: row[1:] for row in rows}
    assert known["2025-03-02"] == (5, 3, 0, 0, 4, 2)
    assert known["2025-03-04"] == (5, 3, 1, 2, 4, 2)
    assert known["2025-03-20"] == (5, 2, 1, 2, 4, 2)
    # Declaration 2 went to another trader. Inspected 3, 5, irregular 3; red 1; amended 5.
    assert rows[-1][1:] == (4, 1, 1, 1, 2, 1)
    last = rows[-1][0]
    received = lake.rows("select max(recorded_from_at)::date from marts.fct_declaration_version")
    assert abs((date.fromisoformat(last) - received[0][0]).days) <= 1


def test_an_amendment_counts_from_the_day_on_which_it_was_declared(lake):
    rows = lake.rows(
        "select as_of_date::varchar, item_count, customs_value_vnd from marts.profile_trader_day"
        " where trader_id = '0100000001' and as_of_date <= date '2025-03-31' order by 1"
    )
    # Five items of 25 and 50 million dong; the first one becomes 99 million on the 20th.
    assert [row for row in rows if row[0] in {"2025-03-01", "2025-03-20"}] == [
        ("2025-03-01", 5, 150_000_000),
        ("2025-03-20", 5, 224_000_000),
    ]


def test_what_has_no_day_of_its_own_counts_from_its_receipt(lake):
    received = lake.rows("select max(recorded_from_at)::date from marts.fct_declaration_version")
    rows = lake.rows(
        "select trader_id, item_count, customs_value_vnd from marts.profile_trader_day"
        " qualify row_number() over (partition by trader_id order by as_of_date desc) = 1"
        " order by 1"
    )
    # Two declarations went over to the other trader, whose own one was withdrawn: one by an
    # amendment, one by a correction of its record.
    # Of the third trader's two none has a day any more.
    assert rows == [
        ("0100000001", 4, 160_000_000),
        (OTHER_TRADER, 2, 102_000_000),
        (AHEAD_TRADER, 0, 0),
        (MOVED_TRADER, 0, 0),
    ]
    last = lake.rows("select max(as_of_date) from marts.profile_trader_day")[0][0]
    assert abs((last - received[0][0]).days) <= 1


def test_every_fact_carries_the_day_of_the_office(lake):
    moments = {
        "fct_declaration": [("registered_at", "registered_date"), ("cleared_at", "cleared_date")],
        "fct_inspection": [("started_at", "started_date"), ("ended_at", "ended_date")],
        "fct_declaration_amendment": [("amended_at", "amended_date")],
        "fct_selectivity_decision": [("decided_at", "decided_date")],
    }
    layout = Layout(lake.settings.home)
    for table, pairs in moments.items():
        for moment, day in pairs:
            # The door is in the office's zone, so that a cast says the same as the column.
            sql = f"select count(*) from marts.{table} where {moment}::date is distinct from {day}"  # noqa: S608
            assert query(layout, lake.settings, "analyst", sql).rows == [(0,)]
    sql = "select distinct registered_date from marts.fct_declaration where registered_at < $$"
    sql = sql.replace("$$", "timestamptz '2025-03-01 02:00:00+07'")
    assert query(layout, lake.settings, "analyst", sql).rows == [(date(2025, 3, 1),)]


def test_nothing_exempted_is_zero_and_revenue_is_net_and_of_living_declarations(lake):
    assert lake.rows("select count(*) from marts.fct_duty_tax where exempted_vnd is null") == [(0,)]
    # Seven lines of 2.5 million, one of them withdrawn, two cancelled or refused, 0.5 exempted.
    lines = lake.rows(
        "select sum(assessed_vnd - exempted_vnd), sum(assessed_vnd - exempted_vnd)"
        " filter (is_revenue) from marts.fct_duty_tax"
    )
    assert lines == [(14_500_000, 9_500_000)]
    months = lake.rows("select sum(revenue_vnd) from marts.agg_clearance_month")
    assert months == [(9_500_000,)]


def test_count_and_value_beside_revenue_are_of_the_same_declarations(lake):
    all_and_ended = "select count(*), count(*) filter (is_cancelled or is_refused), "
    all_and_ended += "count(*) filter (is_cancelled), sum(customs_value_vnd)"
    all_and_ended += " filter (not is_cancelled and not is_refused) from marts.fct_declaration"
    ((declared, ended, cancelled, value),) = lake.rows(all_and_ended)
    # One is refused, one cancelled: both are left out.
    assert (declared, ended, cancelled) == (9, 2, 1)
    months = lake.rows(
        "select sum(living_declaration_count)::int, sum(living_customs_value_vnd)"
        " from marts.agg_clearance_month"
    )
    assert months == [(7, value)]


def test_inspections_of_a_month_are_those_of_the_declarations_it_counts(lake):
    counts = ("", "documents_", "physical_")
    of_living = lake.rows(
        "select count(distinct i.declaration_number), count(distinct i.declaration_number)"
        " filter (i.outcome = 'irregular') from marts.fct_inspection as i"
        " join marts.fct_declaration as d using (source_system, declaration_number)"
        " where i.outcome is not null and not d.is_cancelled and not d.is_refused"
    )
    # Three inspections stand, all of goods; one of them is of a declaration that was cancelled.
    assert of_living == [(2, 1)]
    inspected = ", ".join(f"sum({kind}inspected_count)::int" for kind in counts)
    irregular = ", ".join(f"sum({kind}irregular_count)::int" for kind in counts)
    months = lake.rows(f"select {inspected}, {irregular} from marts.agg_clearance_month")  # noqa: S608
    assert months == [(2, 0, 2, 1, 0, 1)]


def test_a_month_names_its_office_where_the_list_does(lake):
    named = lake.rows(
        "select distinct customs_office_code, customs_office_name from marts.agg_clearance_month"
    )
    assert named == lake.rows(
        "select distinct d.customs_office_code, o.office_name from marts.fct_declaration as d"
        " left join marts.dim_customs_office as o using (customs_office_code)"
    )


def test_a_moment_in_the_future_is_kept_and_flagged_and_is_not_today(lake):
    flagged = lake.rows(
        "select declaration_number, registered_date::varchar from marts.fct_declaration"
        " where is_in_future order by 1"
    )
    # The second one was overtaken by what came later, and stays what it was at its receipt.
    assert flagged == [
        ("30000000007", "2052-08-01"),
        ("30000000008", "2025-03-02"),
        ("30000000009", "2052-03-01"),
    ]
    inspections = lake.rows("select inspection_number from marts.fct_inspection where is_in_future")
    assert inspections == [("KT2",)]
    assert lake.rows("select as_of_date::varchar from marts.dim_source") == [("2025-03-02",)]
    assert lake.rows("select as_of_date::varchar from marts.dim_release") == [("2025-03-02",)]
    months = lake.rows(
        "select month_code, sum(declaration_count)::int from marts.agg_clearance_month"
        " group by all order by all"
    )
    assert months == [("2025-03", 6), ("undated", 3)]
    for profile in PROFILES:
        last = lake.rows(f"select max(as_of_date) from marts.{profile}")[0][0]  # noqa: S608
        assert last < date(2052, 1, 1)


def test_a_correction_dated_in_the_future_ends_the_history_at_its_receipt(lake):
    rows = lake.rows(
        "select as_of_date::varchar, declaration_count, item_count from marts.profile_trader_day"
        " where trader_id = '0100000003' order by 1"
    )
    received = lake.rows(
        "select (recorded_from_at at time zone 'Asia/Ho_Chi_Minh')::date::varchar"
        " from marts.fct_declaration_version"
        " where declaration_number = '30000000009' and declaration_version = 1"
    )
    assert rows == [("2025-03-01", 1, 1), (received[0][0], 0, 0)]
