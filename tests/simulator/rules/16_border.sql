-- rule: slips_name_a_route_between_their_offices
-- tables: vanchuyen, tuyen
-- The route of a bonded movement joins its offices, under the codes of one of its records.
select
    SO_VC as record_key,
    (MA_HQ_DI, MA_HQ_DEN, TUYEN) not in (
        select (tuyen_distinct.MA_HQ_DI, tuyen_distinct.MA_HQ_DEN, MA_TUYEN) from tuyen_distinct
    ) as is_violated
from vanchuyen where TUYEN is not null;

-- rule: planned_in_the_time_of_the_route
-- tables: vanchuyen, tuyen
-- No movement is planned to last longer than its route allows.
select SO_VC as record_key, KH_DEN > KH_DI + SO_GIO * interval 1 hour as is_violated
from vanchuyen inner join tuyen on MA_TUYEN = TUYEN;

-- rule: routes_are_paths
-- tables: tuyen
-- A route has two points at least, its stops are among them, its corridor has a width.
select
    MA_TUYEN as record_key,
    not regexp_full_match(DUONG, '\d+\.\d+ \d+\.\d+(;\d+\.\d+ \d+\.\d+)+')
    or coalesce(not list_has_all(string_split(DUONG, ';'), string_split(DIEM_DUNG, ';')), false)
    or RONG_KM <= 0 or SO_GIO <= 0 or coalesce(TU_NGAY > DEN_NGAY, false) as is_violated
from tuyen;

-- rule: sealed_goods_stay_in_the_corridor
-- tables: vanchuyen, tuyen, seal_stream
-- tolerated: 0.2
-- Every position of a movement lies in the corridor; one in twenty honest ones rests away or goes
-- round a closed road, and a small world has few of them.
with node as (
    select
        MA_TUYEN, RONG_KM,
        unnest(string_split(DUONG, ';')) as point,
        generate_subscripts(string_split(DUONG, ';'), 1) as turn
    from tuyen
),

place as (
    select
        MA_TUYEN, RONG_KM, turn,
        111.2 * cast(split_part(point, ' ', 1) as double) as north,
        111.2 * cast(split_part(point, ' ', 2) as double) as east,
        avg(cos(radians(north / 111.2))) over (partition by MA_TUYEN) as narrow
    from node
),

leg as (
    select
        *, lead(north) over way - north as to_north, (lead(east) over way - east) * narrow as to_east
    from place
    window way as (partition by MA_TUYEN order by turn)
),

away as (
    select
        vc, seal, n, RONG_KM, to_north, to_east,
        111.2 * lat - north as at_north, (111.2 * lon - east) * narrow as at_east,
        greatest(0, least(1, (at_north * to_north + at_east * to_east)
            / nullif(to_north * to_north + to_east * to_east, 0))) as part
    from seal_stream
    inner join vanchuyen on SO_VC = vc
    inner join leg on MA_TUYEN = TUYEN and to_north is not null
),

nearest as (
    select
        vc, RONG_KM, seal, n,
        min(sqrt(pow(at_north - part * to_north, 2) + pow(at_east - part * to_east, 2))) as km
    from away group by all
)

-- Seals read their place to some hundred metres.
select vc as record_key, max(km) > RONG_KM + 0.3 as is_violated
from nearest group by vc, RONG_KM;

-- rule: residents_pay_above_their_quota
-- tables: cudan
-- What a resident brings in on a day is taxed when it is worth more than 2 million VND, else not.
select
    concat_ws(' ', SO_GT, NGAY) as record_key,
    (sum(TRI_GIA) filter (where CHIEU = 'N') > 2000000) <> (sum(THUE) > 0)
    or coalesce(sum(THUE) filter (where CHIEU = 'X') > 0, false) as is_violated
from cudan group by SO_GT, NGAY
having count(*) filter (where CHIEU = 'N') > 0;

-- rule: vehicles_leave_after_they_came
-- tables: ptvt
-- The second crossing is not before the first, the limit is the first and the days allowed.
select
    SO_TN as record_key,
    case CHIEU when 'N' then NGAY_VAO > NGAY_RA else NGAY_RA > NGAY_VAO end is true
    or coalesce(case CHIEU when 'N' then NGAY_VAO else NGAY_RA end + cast(SO_NGAY as int) <> HAN, true)
        as is_violated
from ptvt;

-- rule: vehicles_are_back_in_time
-- tables: ptvt
-- tolerated: 0.15
-- Most vehicles are back within their limit, as far as it is over.
select
    SO_TN as record_key,
    case CHIEU when 'N' then NGAY_RA else NGAY_VAO end > HAN
    or NGAY_RA is null or NGAY_VAO is null as is_violated
from ptvt
where HAN < (select max(greatest(NGAY_VAO, NGAY_RA)) from ptvt);
