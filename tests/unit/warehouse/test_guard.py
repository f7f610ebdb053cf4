"""The gate: one SELECT over published tables passes, everything else is refused with a reason."""

import subprocess
import sys

import duckdb
import pytest

from tests.data.sql_attack_kinds import attack_kinds
from tests.data.sql_attacks import ATTACKS
from tests.data.sql_bombs import BOMBS
from tests.data.sql_questions import DETAILS, FIGURES
from warehouse import guard
from warehouse.guard import RefusedStatementError, check_statement

ALLOWED = (
    "select 1",
    "select 1;",
    "-- a question\nselect 1 /* with a comment */",
    "(select 1)",
    "from marts.fct_declaration",
    "table marts.fct_declaration",
    'select "Trader_ID" from "Marts"."FCT_Declaration" as d',
    "select d.* exclude (trader_id) from hub.marts.fct_declaration d",
    "with a as (select 1 as x), b as (select * from a) select * from b join a using (x)",
    "with recursive r as (select 1 as n union all select n + 1 from r where n < 9) select * from r",
    "select 1 union all select 2 except select 3",
    "values (1), (2)",
    "select count(*) filter (where a), sum(b) from marts.t group by all having count(*) > 1",
    "select distinct on (a) a, b from marts.t order by all limit 5 offset 2",
    "select a, row_number() over (partition by b order by c desc) from marts.t qualify a < 3",
    "select lag(a) over w, sum(b) over w from marts.t window w as (order by c)",
    "select case when a is null then 'x' else cast(b as varchar) end, try_cast(c as date)",
    "select a like 'x%', b in (1, 2), c between 1 and 2, ifnull(a, b), exists (select 1)",
    "select date_trunc('month', d), strftime(d, '%Y-%m'), extract(year from d) from marts.t",
    "select d + interval 1 month, d at time zone 'Asia/Ho_Chi_Minh', current_date from marts.t",
    "select grouping(a), count(*) from marts.t group by rollup (a)",
    "select a.x, b.y from marts.a left join marts.b on a.id = b.id asof join marts.c on a.t >= c.t",
    "select unnest([1, 2, 3]) as n, {'a': 1}.a, [1, 2][1], list_transform([1], lambda x: x + 1)",
    "select * from marts.a, unnest([1, 2]) as u(n), lateral (select 1)",
    "select quantile_cont(x, 0.9), approx_quantile(x, 0.5), corr(x, y), arg_max(x, y) from marts.a",
    "select * from marts.a tablesample 10%",
    "select table_name, column_name from information_schema.columns where table_catalog = 'hub'",
    "select count(*) from fct_declaration d join dim_trader using (trader_id)",
    "from fct_declaration",
    "with tables as (select 1), columns as (from tables) select * from columns",
    'with "Kim ngạch 2026" as (select 1 as n) select * from "Kim ngạch 2026"',
    "pivot fct_declaration on control_channel in ('red', 'green') using count(*) group by month",
    "select * from marts.t pivot (sum(a) for b in ('x', 'y') group by c)",
    "unpivot marts.t on a, b into name n value v",
    "select * from marts.t unpivot (v for n in (a, b))",
    "select i, range(1, 10) from range(10) t(i)",
    "select * from generate_series(10, 1, -2)",
    "select unnest(range(date '2016-01-01', current_date, interval 1 day))",
    "from range(date_trunc('year', current_date), current_date, interval '1 day')",
    "from generate_series(make_date(2026, 1, 1), current_date, '3 months'::interval)",
    "select range(1, 5 * 20), generate_series(0, 10 * -2, -1)",
    "from generate_series(timestamp '2026-01-01 00:00', now(), interval '1' hour)",
    "from range(date '2026-01-01' - interval 3 month, date '2026-01-01' + 31, interval 1 week)",
    "from marts.t, range(least(t.item_count, 100)) r(i)",
    "select range(greatest(n, 1), 100) from marts.t",
    "select lpad(a, 8, '0'), rpad(a, least(b, 20), ' '), repeat('█', 10) from marts.t",
    "select printf('%05d: %-20s %.2f %%', a, b, c), format('{:,} {{}} {:>12}', a, b) from marts.t",
    "select list_reduce([1, 2], lambda a, b: a + b), list_zip([1], [2]), [1] && [2], [1] @> [1]",
    "select list_aggregate(l, 'median'), array_cosine_similarity(a, b) from marts.t",
    "select json_object('a', a), j ->> '$.a', json_group_array(a), from_json(j, '{}') from marts.t",
    "select e.key, e.value from marts.t, json_each(t.j) e",
    "select struct_keys(s), map_concat(m, m), union_tag(u), hex(a), to_base64(b) from marts.t",
    "select percentile_cont(0.9) within group (order by x) from marts.t",
    "show tables",
    "SHOW ALL TABLES;",
    "describe fct_declaration",
    "desc marts.fct_declaration",
    "describe select 1 as a",
    "summarize fct_declaration",
    "summarize select * from marts.t where a > 1",
    "explain select * from fct_declaration",
    "/* why so slow */ -- really\nexplain from fct_declaration",
    *FIGURES,
    *DETAILS,
)


@pytest.mark.parametrize("sql", ALLOWED)
def test_a_question_passes(sql):
    check_statement(sql)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack[:40])
def test_an_attack_is_refused(attack):
    with pytest.raises(RefusedStatementError):
        check_statement(attack.replace("{file}", "/lake/published/analyst/releases/1/hub.duckdb"))


def passing(every):
    """Return the attacks that pass, of each kind one in `every`."""
    return [
        attack for kind in attack_kinds().values() for attack in kind[::every] if passes(attack)
    ]


def passes(attack):
    try:
        check_statement(attack.replace("{file}", "/lake/published/analyst/releases/1/hub.duckdb"))
    except RefusedStatementError:
        return False
    return True


def test_no_attack_made_of_what_the_engine_has_passes():
    assert passing(every=4) == []


@pytest.mark.full
def test_no_attack_of_all_kinds_passes():
    assert passing(every=1) == []
    assert sum(map(len, attack_kinds().values())) > 4_000


def test_what_a_statement_reads_is_told():
    checked = check_statement(
        "with a as (select count(*) as n from marts.fct_inspection) "
        "select lower(b.x), a.n from a, HUB.marts.FCT_duty_tax b"
    )
    assert checked.tables == ("marts.fct_duty_tax", "marts.fct_inspection")
    assert {"count_star", "lower"}.intersection(checked.functions)


def test_the_reason_names_what_is_not_allowed():
    for sql, reason in (
        ("select 1; select 2", "found 2"),
        ("drop table marts.a", "found DROP"),
        ("select * from main.a", "'main.a' is not published"),
        ("select read_text('x')", "'read_text' is not on the list"),
        ("select to_char(d, 'YYYY')", "'to_char' is not DuckDB's; write strftime"),
        ("select nvl(a, 0)", "write coalesce"),
        ("select date_tunc('month', d)", "did you mean date_trunc"),
        ("select range(n) from marts.t", r"range needs bounds .* least\(n, 100\)"),
        ("select lpad(a, n, '0') from marts.t", "lpad needs a length"),
        ("select printf(a, 1) from marts.t", "printf needs its form"),
        ("pivot marts.t on a using count(*)", r"IN \('x', 'y'\)"),
        ("explain analyze select 1", "EXPLAIN takes a SELECT alone"),
        ("show threads", "SHOW threads is not answered"),
        ("select 1 +", "cannot be parsed"),
        ("select top 10 * from marts.a", "LIMIT 10 stands at the end"),
        ("select a from marts.a minus select 1", "EXCEPT stands for MINUS"),
        ("select a from marts.a limit 5, 10", "LIMIT 10 OFFSET 5"),
        ("select group_concat(a separator ',') from marts.a", "string_agg"),
        ("select a::number(10, 2) from marts.a", r"write decimal\(18, 2\)"),
        ("select a::varchr from marts.a", "did you mean varchar"),
        ("select list_aggregate(l, f) from marts.a", "list_aggregate needs the name of an allowed"),
        ("select format(d, 'dd/MM/yyyy') from marts.a", "of a date, strftime"),
        ('from marts."x.csv"', "not published"),
    ):
        with pytest.raises(RefusedStatementError, match=reason):
            check_statement(sql)


def test_every_function_of_the_list_exists():
    with duckdb.connect() as connection:
        rows = connection.execute("select lower(function_name) from duckdb_functions()").fetchall()
    known = {name for (name,) in rows}
    windows = {"cume_dist", "dense_rank", "fill", "first_value", "lag", "last_value", "lead"}
    windows |= {"nth_value", "ntile", "percent_rank", "rank", "rank_dense", "row_number"}
    assert guard._lists()["functions"] - known - windows == set()


@pytest.mark.parametrize(("name", "instead"), guard._lists()["instead"].items())
def test_what_is_to_be_written_instead_passes(name, instead):
    assert name not in guard._lists()["functions"]
    check_statement(f"select {instead}")


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb[:40])
def test_the_bombs_that_the_process_must_end_pass_the_gate(bomb):
    check_statement(bomb)


def test_show_tables_is_the_doors_own_statement_and_cannot_be_limited_from_outside():
    checked = check_statement("show tables")
    assert "information_schema.tables" in checked.sql
    assert not checked.is_select
    assert check_statement("from marts.t").is_select


def test_nothing_at_the_door_needs_more_than_duckdb_so_superset_can_stand_before_it():
    program = (
        "import sys\n"
        "from warehouse import audit, door, durations, guard, query_hints, opening, query_process\n"
        "from warehouse.layout import Layout\n"
        "ours = {'filelock', 'msgspec', 'numpy', 'pandas', 'pyarrow', 'pydantic', 'sqlglot'}\n"
        "sys.exit(' '.join(ours.intersection(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_callers_end_needs_the_standard_library_only():
    program = "import sys; from warehouse import door; sys.exit('duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
