"""A release in memory with a planted signal: what the learning reads, made from a few numbers.

Irregular items come mostly from one trader in five, whose past findings show it. Two in three of
them are undervalued: their unit value is some 0.6 of that of like goods. The third has an agreement
rate and an origin other than the partner's country. Inspections choose by noise and a little by the
trader; a random arm takes a share of everything.
"""

from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from data_contracts.loading import contracts_of

SYSTEM = "vcis_extract"
FIRST_DAY = date(2024, 1, 1)
PROBABILITY = 0.08

_PROFILES = """
insert into marts.profile_trader_day by name
select source_system, trader_id, as_of_date,
    min(first_date) over days as first_registered_date,
    sum(declarations) over days as declaration_count, sum(items) over days as item_count,
    sum(value_vnd) over days as customs_value_vnd, 0 as red_count, 0 as cancelled_count,
    0 as amended_count, sum(inspected) over days as inspected_count,
    sum(irregular) over days as irregular_count
from (
    select source_system, trader_id, as_of_date, min(first_date) as first_date,
        sum(declarations) as declarations, sum(items) as items, sum(value_vnd) as value_vnd,
        sum(inspected) as inspected, sum(irregular) as irregular
    from (
        select source_system, trader_id, registered_date as as_of_date,
            registered_date as first_date, 1 as declarations, goods_item_count as items,
            customs_value_vnd as value_vnd, 0 as inspected, 0 as irregular
        from marts.fct_declaration
        union all by name
        select d.source_system, d.trader_id, i.ended_date + 14 as as_of_date, 0 as declarations,
            0 as items, 0 as value_vnd, 1 as inspected, (i.outcome = 'irregular')::int as irregular
        from marts.fct_inspection as i
        inner join marts.fct_declaration as d using (source_system, declaration_number)
        where i.ended_date + 14 <= (select max(registered_date) from marts.fct_declaration)
    ) group by all
)
window days as (partition by source_system, trader_id order by as_of_date);
insert into marts.profile_unit_value_day by name
select source_system, hs6_code, country_of_origin_code, as_of_date,
    sum(items) over days as item_count, sum(logs) over days as log_unit_value_sum,
    sum(squares) over days as log_unit_value_square_sum
from (
    select source_system, hs6_code, country_of_origin_code, registered_date as as_of_date,
        count(*) as items,
        sum(ln(customs_value_vnd / net_mass_kg)::decimal(18, 9)) as logs,
        sum((ln(customs_value_vnd / net_mass_kg) ** 2)::decimal(18, 9)) as squares
    from marts.fct_goods_item group by all
)
window days as (
    partition by source_system, hs6_code, country_of_origin_code order by as_of_date
);
insert into marts.dim_source
select source_system, max(day) as as_of_date
from (
    select source_system, registered_date as day from marts.fct_declaration
    union all
    select source_system, ended_date as day from marts.fct_inspection
) group by source_system;
"""


def empty_release(file: str = ":memory:") -> duckdb.DuckDBPyConnection:
    """Return a connection with the marts, empty."""
    connection = duckdb.connect(file, config={"threads": 2})
    connection.execute("set TimeZone = 'UTC'; create schema marts")
    for mart in contracts_of("mart"):
        columns = ", ".join(f"{field.name} {field.sql_type}" for field in mart.fields)
        connection.execute(f"create table marts.{mart.name} ({columns})")
    return connection


def make_release(
    file: str = ":memory:",
    *,
    declarations: int = 6000,
    days: int = 500,
    seed: int = 5,
    until: date | None = None,
    flipped_after: date | None = None,
) -> duckdb.DuckDBPyConnection:
    """Return a connection with schema `marts`.

    Args:
        file: Where to; in memory by default.
        declarations: How many.
        days: Length of the period.
        seed: Of the draws.
        until: Later days are as if they had never been.
        flipped_after: Outcomes of inspections that ended later are turned round.
    """
    connection = empty_release(file)
    heads, items, inspections = _drawn(np.random.default_rng(seed), declarations, days)
    for table in (heads, items, inspections):
        connection.register(f"drawn_{table.schema.metadata[b'name'].decode()}", table)
    last = until or date(2999, 1, 1)
    for statement in _LOADS:
        connection.execute(statement, {"last": last})
    flip = {"after": flipped_after or date(2999, 1, 1)}
    connection.execute(_FLIP, flip)
    connection.execute(_PROFILES)
    return connection


_FLIP = """
update marts.fct_inspection
set outcome = case outcome when 'irregular' then 'as_declared' else 'irregular' end
where ended_date > $after
"""

_LOADS = (
    """
    insert into marts.fct_declaration_version by name
    select *, null::bigint as recorded_to, false as is_withdrawn, true as is_current
    from drawn_heads where registered_date <= $last
    """,
    """
    insert into marts.fct_declaration by name
    select * from drawn_heads where registered_date <= $last
    """,
    """
    insert into marts.fct_goods_item_version by name
    select *, null::bigint as recorded_to, false as is_withdrawn, true as is_current
    from drawn_items where registered_date <= $last
    """,
    """
    insert into marts.fct_goods_item by name
    select * from drawn_items where registered_date <= $last
    """,
    """
    insert into marts.fct_inspection by name
    select * exclude (is_random, selection_probability_ratio)
    from drawn_inspections where ended_date <= $last
    """,
    """
    insert into marts.fct_selectivity_decision by name
    select source_system, declaration_number, is_random,
        case when is_random then selection_probability_ratio end as selection_probability_ratio
    from drawn_inspections where item_number = 1 and registered_date <= $last
    """,
)


def _drawn(rng, count, days):
    day = np.sort(rng.integers(0, days, count))
    trader = rng.integers(0, 60, count)
    is_bad_trader = trader % 5 == 0
    number = np.array([f"1{place:010d}" for place in range(count)])
    per = rng.integers(1, 4, count)
    owner = np.repeat(np.arange(count), per)
    item_number = np.concatenate([np.arange(1, n + 1) for n in per])
    goods = rng.integers(0, 12, len(owner))
    origin = np.array(["CN", "KR", "JP"])[rng.integers(0, 3, len(owner))]
    is_irregular = rng.random(len(owner)) < np.where(is_bad_trader[owner], 0.3, 0.03)
    is_undervalued = is_irregular & (rng.random(len(owner)) < 0.67)
    partner = np.array(["CN", "SG"])[(rng.random(count) < 0.2).astype(int)]
    is_false_origin = is_irregular & ~is_undervalued
    origin = np.where(is_false_origin, "JP", origin)
    mass = np.round(rng.lognormal(5, 1, len(owner)), 3) + 1
    price = 50_000 * (1 + goods) * np.exp(rng.normal(0, 0.3, len(owner)))
    value = np.rint(mass * price * np.where(is_undervalued, 0.55, 1.0))
    total = np.bincount(owner, value)
    date64 = np.datetime64(FIRST_DAY) + day
    heads = _table(
        "heads",
        source_system=np.full(count, SYSTEM),
        declaration_number=number,
        declaration_version=np.zeros(count, np.int16),
        direction_code=np.full(count, "import"),
        regime_code=np.array(["A11", "A12"])[rng.integers(0, 2, count)],
        customs_office_code=np.array(["02CI", "03CC", "15BB"])[rng.integers(0, 3, count)],
        registered_at=_utc(date64, rng.integers(1, 10, count)),
        registered_date=date64,
        trader_id=np.array([f"tr_{t:03d}" for t in trader]),
        foreign_party_country_code=partner,
        transport_mode_code=np.array(["1", "3"])[rng.integers(0, 2, count)],
        goods_item_count=per.astype(np.int32),
        gross_mass_kg=np.round(np.bincount(owner, mass) * 1.1, 3),
        valuation_method_code=np.full(count, "1"),
        incoterm_code=np.full(count, "CIF"),
        other_law_codes=pa.array([_laws(place) for place in range(count)], pa.string()),
        invoice_currency_code=np.full(count, "USD"),
        customs_value_vnd=total,
        duty_tax_vnd=np.rint(total * 0.2),
    )
    items = _table(
        "items",
        source_system=np.full(len(owner), SYSTEM),
        declaration_number=number[owner],
        declaration_version=np.zeros(len(owner), np.int16),
        item_number=item_number.astype(np.int32),
        registered_date=date64[owner],
        tariff_line_code=np.array([f"{840000 + g:06d}00" for g in goods]),
        hs6_code=np.array([f"{840000 + g:06d}" for g in goods]),
        goods_description=np.full(len(owner), "Tôm thẻ chân trắng"),
        country_of_origin_code=origin,
        invoice_amount=value / 25_000,
        customs_value_vnd=value,
        net_mass_kg=mass,
        supplementary_quantity=np.rint(mass / 2) + 1,
        supplementary_unit_code=np.full(len(owner), "PCE"),
        tariff_schedule_code=np.where(
            is_false_origin | (rng.random(len(owner)) < 0.2), "B05", "B01"
        ),
        has_declaration=np.ones(len(owner), np.bool_),
    )
    is_random = rng.random(count) < PROBABILITY
    is_inspected = is_random | (rng.random(count) < np.where(is_bad_trader, 0.5, 0.25))
    seen = np.flatnonzero(is_inspected[owner])
    inspections = _table(
        "inspections",
        source_system=np.full(len(seen), SYSTEM),
        inspection_number=np.array([f"K{o:010d}" for o in owner[seen]]),
        inspection_line_number=item_number[seen].astype(np.int32),
        declaration_number=number[owner[seen]],
        item_number=item_number[seen].astype(np.int32),
        method_code=np.where(is_random[owner[seen]], "4", "3"),
        outcome=np.where(is_irregular[seen], "irregular", "as_declared"),
        additional_duty_vnd=np.where(is_irregular[seen], np.rint(value[seen] * 0.2), 0.0),
        started_at=_utc(date64[owner[seen]], 30),
        ended_at=_utc(date64[owner[seen]], 60),
        ended_date=date64[owner[seen]] + np.timedelta64(2, "D"),
        registered_date=date64[owner[seen]],
        is_random=is_random[owner[seen]],
        selection_probability_ratio=np.full(len(seen), PROBABILITY),
    )
    return heads, items, inspections


def _laws(place):
    """Every fifth declaration is under specialised control, some by two laws."""
    return {0: "TT", 7: "KH;TV"}.get(place % 10)


def _utc(days, hours):
    moments = days.astype("datetime64[us]") + np.asarray(hours).astype("timedelta64[h]")
    return pa.array(moments).cast(pa.timestamp("us", tz="UTC"))


def _table(name, **columns):
    return pa.table(columns).replace_schema_metadata({"name": name})
