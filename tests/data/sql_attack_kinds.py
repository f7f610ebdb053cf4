# ruff: noqa: S608  statements on purpose
"""Attacks by kind: everything of the installed DuckDB that reads, writes or tells, in every place.

`sql_attacks` are written by hand; these are made of tables of parts, so a function, setting or view
that a new DuckDB brings is attacked on the day it comes. `{file}` is the opened hub file.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import cycle, product

import duckdb

from warehouse.guard import DESCRIBING_TABLES, _lists

_TABLE = "marts.agg_clearance_month"
_NAME = re.compile(r"[a-z_]\w*")
# Where a table may stand.
_TABLE_PLACES = (
    "FROM {}",
    "SELECT * FROM {} AS t",
    f"SELECT * FROM {_TABLE}, {{}}",
    f"SELECT * FROM {_TABLE} JOIN {{}} ON true",
    f"SELECT * FROM {_TABLE}, LATERAL (SELECT * FROM {{}})",
    f"SELECT (SELECT count(*) FROM {{}}) FROM {_TABLE}",
    "WITH a AS (SELECT * FROM {}) SELECT * FROM a",
    "WITH RECURSIVE a AS (SELECT 1 UNION ALL SELECT 1 FROM {}) SELECT * FROM a",
    f"SELECT * FROM {_TABLE} WHERE EXISTS (FROM {{}})",
    f"SELECT 1 FROM {_TABLE} HAVING 1 IN (SELECT count(*) FROM {{}})",
    f"SELECT 1 FROM {_TABLE} QUALIFY row_number() OVER (ORDER BY (SELECT count(*) FROM {{}})) = 1",
    f"SELECT 1 FROM {_TABLE} LIMIT (SELECT count(*) FROM {{}})",
    "SELECT 1 UNION ALL BY NAME (SELECT 1 FROM {})",
    f"SELECT 1 FROM {_TABLE} ASOF JOIN {{}} ON true",
    f"SELECT 1 FROM {_TABLE} POSITIONAL JOIN {{}}",
    "PIVOT (FROM {}) ON a IN (1) USING count(*)",
    "UNPIVOT (FROM {}) ON a INTO NAME n VALUE v",
    "DESCRIBE FROM {}",
    "SUMMARIZE FROM {}",
    "EXPLAIN FROM {}",
    "VALUES ((SELECT count(*) FROM {}))",
    "SELECT ARRAY(SELECT 1 FROM {})",
    "SELECT 1 = ANY (SELECT 1 FROM {})",
)
# Where a value may stand.
_VALUE_PLACES = (
    "SELECT {}",
    f"SELECT {{}} FROM {_TABLE}",
    f"SELECT 1 FROM {_TABLE} WHERE {{}} IS NULL",
    f"SELECT 1 FROM {_TABLE} ORDER BY {{}}",
    f"SELECT 1 FROM {_TABLE} GROUP BY {{}}",
    f"SELECT sum(1) FILTER (WHERE {{}} IS NULL) FROM {_TABLE}",
    f"SELECT sum(1) OVER (PARTITION BY {{}}) FROM {_TABLE}",
    "SELECT list_transform([1], lambda x: {})",
    "SELECT [{} FOR x IN [1]]",
    f"SELECT COLUMNS(lambda c: {{}} IS NULL) FROM {_TABLE}",
    f"SELECT * REPLACE ({{}} AS month_code) FROM {_TABLE}",
    "SELECT CASE WHEN true THEN {} END",
    "SELECT {{'a': {}}}",
    "SELECT TRY({})",
    "FROM unnest([{}])",
    "VALUES ({})",
    f"SELECT 1 FROM {_TABLE} a JOIN {_TABLE} b ON {{}} IS NULL",
    "SELECT 1 LIMIT {}",
    "PIVOT marts.agg_clearance_month ON month_code IN ('a') USING first({})",
    "EXPLAIN SELECT {}",
    "DESCRIBE SELECT {}",
    "SUMMARIZE SELECT {}",
)
_PATHS = (
    "{file}", "{file}/../../../../restricted/current/hub.duckdb", "/etc/passwd", "etc/passwd",
    "./x.csv", "../x.parquet", "~/x.json", "/proc/self/environ", "/proc/self/fd/3", "*.csv",
    "/**/*.duckdb", "x.csv.gz", "x.ndjson", "file:///etc/passwd", "https://example.org/x.parquet",
    "http://127.0.0.1/x.csv", "s3://bucket/x.parquet", "gcs://bucket/x.json", "hf://datasets/x.csv",
    "hive/a=1/x.parquet", "x.db", "x.arrow", "C:\\x.csv", "x[0].csv", "x?.csv",
)  # fmt: skip
_PATH_PLACES = (
    "FROM '{}'", 'FROM "{}"', 'FROM marts."{}"', 'FROM hub.marts."{}"', 'FROM hub."{}"',
    "SELECT * FROM '{}' AS t", "DESCRIBE '{}'", "SUMMARIZE '{}'", "SUMMARIZE marts.\"{}\"",
    "TABLE \"{}\"", "PIVOT '{}' ON a IN (1) USING count(*)", "EXPLAIN FROM '{}'",
    "WITH \"{}\" AS (SELECT 1) FROM \"{}\"", "FROM read_text('{}')", "FROM read_csv(['{}'])",
    "FROM read_blob(getvariable('x') || '{}')", "ATTACH '{}' AS a (READ_ONLY)", "ATTACH '{}'",
    "COPY (SELECT 1) TO '{}'", f"COPY {_TABLE} FROM '{{}}'", "IMPORT DATABASE '{}'",
    f"COPY {_TABLE} TO '{{}}' (FORMAT parquet, PARTITION_BY (month_code))", "LOAD '{}'",
    "INSTALL '{}'", "INSTALL x FROM '{}'", "EXPORT DATABASE '{}' (FORMAT parquet)",
)  # fmt: skip
_SETTING_PLACES = (
    "SET {} = 'x'", "SET GLOBAL {} = 1", "SET SESSION {} = true", "SET LOCAL {} = 1", "RESET {}",
    "RESET GLOBAL {}", "PRAGMA {} = 'x'", "PRAGMA {}", "SHOW {}",
    "SELECT current_setting('{}')", "SELECT * FROM duckdb_settings() WHERE name = '{}'",
)  # fmt: skip
_WRITES = (
    "INSERT INTO {t} DEFAULT VALUES", "INSERT OR REPLACE INTO {t} SELECT * FROM {t}",
    "INSERT INTO {t} BY NAME SELECT * FROM {t}", "UPDATE {t} SET month_code = 'x'",
    "DELETE FROM {t} WHERE true", "DELETE FROM {t} USING {t} b", "TRUNCATE TABLE {t}",
    "MERGE INTO {t} USING {t} s ON false WHEN MATCHED THEN DELETE", "DROP TABLE IF EXISTS {t}",
    "DROP VIEW marts.fct_declaration", "CREATE OR REPLACE TABLE {t} AS SELECT 1",
    "CREATE TABLE x (a INT)", "CREATE TEMP TABLE x AS FROM {t}", "CREATE VIEW x AS FROM {t}",
    "CREATE MACRO x(a) AS a", "CREATE FUNCTION x(a) AS TABLE FROM {t}",
    "CREATE TEMP MACRO sum(a) AS getenv(a)", "CREATE SCHEMA x", "CREATE SEQUENCE x",
    "CREATE TYPE x AS INT", "CREATE UNIQUE INDEX x ON {t} (month_code)",
    "CREATE TRIGGER x AFTER INSERT ON {t} EXECUTE FUNCTION x()", "CREATE SECRET (TYPE s3)",
    "DROP SECRET x", "ALTER TABLE {t} ADD COLUMN x INT", "ALTER TABLE {t} DROP month_code",
    "ALTER VIEW marts.fct_declaration RENAME TO x", "COMMENT ON COLUMN {t}.month_code IS 'x'",
    "COPY (SELECT 1) TO '{file}' (USE_TMP_FILE false)", "COPY {t} TO STDOUT",
    "COPY {t} TO PROGRAM 'sh'", "EXPORT DATABASE '/tmp/x'", "ATTACH '{file}' AS x", "DETACH hub",
    "CHECKPOINT hub", "VACUUM ANALYZE {t}", "PREPARE x AS SELECT 1", "EXECUTE x(1)", "CALL x()",
    "LOAD json", "INSTALL json", "FORCE INSTALL json FROM core_nightly", "UPDATE EXTENSIONS",
    "BEGIN", "START TRANSACTION", "COMMIT", "ABORT", "USE hub", "SET VARIABLE x = (FROM {t})",
    "GRANT SELECT ON {t} TO x", "REINDEX TABLE {t}", "SAVEPOINT x", "KILL 1", "DO $$x$$",
    "DECLARE x CURSOR FOR FROM {t}", "LISTEN x", "NOTIFY x", "LOCK TABLE {t}", "REFRESH x",
)  # fmt: skip
_WRITE_PLACES = (
    "{}", "{};", " \n\t{}", "/* SELECT */ {}", "-- SELECT 1\n{}", "EXPLAIN {}",
    "EXPLAIN ANALYZE {}", "EXPLAIN (FORMAT json) {}", "WITH a AS ({}) SELECT 1",
    "WITH a AS (SELECT 1) {}", "SELECT * FROM ({})", "SELECT ({})", "DESCRIBE {}",
    "SUMMARIZE ({})", "PREPARE p AS {}", "SELECT 1; {}", "{}; SELECT 1", "SELECT 1 UNION {}",
    "{} RETURNING *",
)  # fmt: skip
# Where one word, or two, are the name of a column, or of a table and its alias.
_NAME_PLACES = ("SELECT * FROM ({})", "SELECT ({})", "DESCRIBE {}")
# What could hide a second statement from a reader, or from another parser.
_HIDING = (
    ";", ";;", "; ", ";\n", "\n;\n", ";\t", ";\r\n", ";\x0b", ";\x0c", "; -- \n", "; /* x */ ",
    ";\u00a0", ";\u200b", ";\u2028", ";\u2029", ";\u3000", ";\ufeff", ";\u180e", ";\u2060",
    ";\x00", "\x00;", " -- \r; ", "/* /* */ ; */ ; ", "/* */;", "';';", "$$;$$;", "$a$;$a$;",
    "\\';", "e'\\'';", " \"a;\" ;", "/*;*/;--;\n", "\uff1b;",
)  # fmt: skip
_UNBOUNDED = (
    "1000000000", "100001", "month_code::int", "item_count", "item_count * 10",
    "(SELECT 1000000000)", "(SELECT max(item_count) FROM marts.agg_clearance_month)",
    "least(1000000000, item_count)", "greatest(item_count, 1)", "item_count + least(1, 2)",
    "'1000000000'", "'1000000000'::int", "1e9", "1e300", "1000000 * 1000000", "0 - -1000000000",
    "coalesce(item_count, 1)", "if(true, 1000000000, 1)", "length(repeat('x', 1000))",
    "abs(-1000000000)", "pow(10, 9)", "1 << 30", "random()", "[1000000000][1]", "{'a': 1}.a",
    "epoch(now())", "1000000000::double", "nan::double", "'inf'::double", "NULL", "hash(1)",
)  # fmt: skip
_GROWING = (
    "range({})", "range(0, {})", "range(0, 100, 1 / ({}))",
    "generate_series({})", "generate_series(0, {})",
    "lpad('x', {}, 'y')", "rpad('x', {}, 'y')", "repeat('x', {})", "repeat([1], {})",
    "list_resize([1], {})", "array_resize([1], {}, 0)", "list_resize([1], {}, 0)",
    "'x'.lpad({}, 'y')",
    "printf('%' || {} || 'd', 1)", "format('{{:' || {} || '}}', 1)",
)  # fmt: skip
_TYPES = (
    "regclass", "regtype", "regproc", "regnamespace", "name", "cid", "aclitem", '"x.csv"',
    '"/etc/passwd"', "marts.agg_clearance_month", "hub.marts.agg_clearance_month", "main.x",
    "system.main.varchar", "pg_catalog.oid", "variant", "geometry", "aggregate_state", '"*"',
)  # fmt: skip
_TYPE_PLACES = (
    "SELECT 'x'::{}", "SELECT CAST('x' AS {})", "SELECT TRY_CAST('x' AS {}[])",
    "SELECT {} 'x'", "SELECT NULL::STRUCT(a {})", "SELECT NULL::MAP(INT, {})",
)  # fmt: skip
_NAMED = (
    "'getenv'", "'bitstring_agg'", "'lttb'", "'histogram_values'", "'read_text'", "month_code",
    "'su' || 'm'", "chr(115) || 'um'", "(SELECT 'sum')", "NULL", "'system.main.sum'", "1", "''",
)  # fmt: skip
_OWN_NAMES = ("{}", '"{}"')
_CATALOGUE_FORMS = ("main.{}", "system.main.{}", "hub.main.{}", "pg_catalog.{}",
                    "temp.main.{}", "information_schema.{}",
                    "system.information_schema.{}")  # fmt: skip
_HIDING_NAMES = (
    "WITH {0} AS (SELECT 1) FROM {0}", "WITH a AS (FROM {0}), {0} AS (SELECT 1) FROM a",
)  # fmt: skip
_OTHER_RELEASES = tuple(
    form.format(name)
    for form, name in product(
        ("FROM {}.marts.fct_declaration", "FROM {}.fct_declaration",
         "FROM marts.{}.fct_declaration",
         "SELECT * FROM {}.parts.dim_trader", "DESCRIBE {}.marts.dim_trader",
         "SHOW TABLES FROM {}", "USE {}", "SELECT {}.lower('x')"),
        ("restricted", "management", "analyst", "customs", "month_2026_01", "month_undated",
         "parts",
         "build", "temp", "memory", "hub.hub", '"restricted/current"', '"../restricted"'),
    )
)  # fmt: skip


def attack_kinds() -> dict[str, list[str]]:
    """Return the attacks of each kind; none of them may pass the gate."""
    with duckdb.connect() as connection:
        tables = _names(connection, "function_type in ('table', 'table_macro', 'pragma')")
        values = _names(connection, "function_type in ('scalar', 'aggregate', 'macro')")
        settings = _column(connection, "select name from duckdb_settings() order by 1")
        views = _views(connection, "true")
        # A bare name reaches what stands in the schemas that are searched.
        bare = _views(connection, "schema_name <> 'information_schema'")
    tables = [name for name in tables if name not in _lists()["tables"]]
    values = [name for name in values if name not in _lists()["functions"]]
    calls = [f"{name}({given})" for name in tables for given in ("", "'x'", f"'{_TABLE}', 1")]
    hidden = [view for view in views if view not in DESCRIBING_TABLES]
    return {
        "table functions": list(_placed(calls, _TABLE_PLACES)),
        "pragma functions": [
            f"{word} {name}('x')" for name in tables for word in ("PRAGMA", "CALL")
        ],
        "functions": list(_placed([f"{name}('x')" for name in values], _VALUE_PLACES)),
        "functions of the system": list(
            _placed([f"system.main.{name}('x')" for name in values[::5]], _VALUE_PLACES)
        ),
        "paths": [place.replace("{}", path) for place, path in product(_PATH_PLACES, _PATHS)],
        "settings": list(_placed(settings, _SETTING_PLACES, each=2)),
        "catalogue": [
            statement
            for forms, names in ((_CATALOGUE_FORMS, hidden), (_OWN_NAMES, bare))
            for form in forms
            for statement in _placed([form.format(name) for name in names], _TABLE_PLACES)
        ],
        "hiding names": [form.format(view) for view, form in product(bare, _HIDING_NAMES)],
        "writes": [
            place.format(write.replace("{t}", _TABLE))
            for place, write in product(_WRITE_PLACES, _WRITES)
            if write.count(" ") > 1 or place not in _NAME_PLACES
        ],
        "second statements": [
            f"SELECT 1{hiding}{second}"
            for hiding, second in product(_HIDING, ("SELECT 2", "COPY (SELECT 1) TO '{file}'"))
        ],
        "without bound": [
            f"SELECT {place.format(bound)} FROM {_TABLE}"
            for place, bound in product(_GROWING, _UNBOUNDED)
        ],
        "types": [place.format(kind) for place, kind in product(_TYPE_PLACES, _TYPES)],
        "functions named in a text": [
            f"SELECT {name}([1], {called}) FROM {_TABLE}"
            for name, called in product(sorted(_lists()["named"]), _NAMED)
        ],
        "other releases": list(_OTHER_RELEASES),
    }


def _placed(things: Sequence[str], places: Sequence[str], each: int = 1) -> Iterator[str]:
    """Put each thing in `each` places, taking turns, so that all places come about."""
    turns = cycle(places)
    for thing in things:
        for _ in range(each):
            yield next(turns).replace("{{", "{").replace("}}", "}").replace("{}", thing)


def _names(connection: duckdb.DuckDBPyConnection, kind: str) -> list[str]:
    sql = f"select distinct lower(function_name) from duckdb_functions() where {kind} order by 1"
    return [name for name in _column(connection, sql) if _NAME.fullmatch(name)]


def _views(connection: duckdb.DuckDBPyConnection, which: str) -> list[str]:
    sql = "select distinct view_name from duckdb_views() where internal and {} order by 1"
    return _column(connection, sql.format(which))


def _column(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    return [str(value) for (value,) in connection.execute(sql).fetchall()]
