"""The gate: one SELECT over published tables passes, everything else is refused with a reason."""

import subprocess
import sys

import duckdb
import pytest

from tests.data.sql_attacks import ATTACKS
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
)


@pytest.mark.parametrize("sql", ALLOWED)
def test_a_question_passes(sql):
    check_statement(sql)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack[:40])
def test_an_attack_is_refused(attack):
    with pytest.raises(RefusedStatementError):
        check_statement(attack.replace("{file}", "/lake/published/analyst/releases/1/hub.duckdb"))


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
        ("select 1 +", "cannot be parsed"),
    ):
        with pytest.raises(RefusedStatementError, match=reason):
            check_statement(sql)


def test_every_function_of_the_list_exists():
    with duckdb.connect() as connection:
        rows = connection.execute("select lower(function_name) from duckdb_functions()").fetchall()
    known = {name for (name,) in rows}
    windows = {"cume_dist", "dense_rank", "fill", "first_value", "lag", "last_value", "lead"}
    windows |= {"nth_value", "ntile", "percent_rank", "rank", "rank_dense", "row_number"}
    assert guard._allowed()["functions"] - known - windows == set()


def test_the_gate_needs_nothing_but_duckdb_and_can_be_loaded_by_its_path():
    program = (
        "import importlib.util, sys\n"
        "spec = importlib.util.spec_from_file_location('gate', sys.argv[1])\n"
        "gate = importlib.util.module_from_spec(spec)\n"
        "sys.modules['gate'] = gate\n"
        "spec.loader.exec_module(gate)\n"
        "gate.check_statement('select 1')\n"
        "ours = {'data_contracts', 'warehouse', 'sqlglot', 'pydantic'}\n"
        "sys.exit(len(ours.intersection(sys.modules)))\n"
    )
    arguments = [sys.executable, "-P", "-c", program, str(guard.__file__)]
    assert subprocess.run(arguments, check=False, cwd="/").returncode == 0
