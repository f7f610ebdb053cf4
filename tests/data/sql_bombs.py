# ruff: noqa: S608  statements on purpose
"""Statements that pass the gate and must be ended: by time, memory, or the size of the answer."""

_TEN = "xxxxxxxxxx"
_RANGES = "range(100000) a(i), range(100000) b(j), range(100000) c(k), range(100000) d(l)"
_MONTHS = "marts.agg_clearance_month"


def _within(text: str, before: str, after: str, times: int) -> str:
    return before * times + text + after * times


_REPLACED = _within("'x'", "replace(", f", 'x', '{_TEN * 4}')", 7)
_DOUBLED = ", ".join(f"a{n} || a{n} AS a{n + 1}" for n in range(40))
_MANY_COLUMNS = ", ".join(f"i + {n} AS c{n}" for n in range(200))

# Each level makes eight names, or columns, or members of a type, out of one.
_NAMES = _within(
    "SELECT 1 AS a", "SELECT COLUMNS('(.*)') AS '\\1\\1\\1\\1\\1\\1\\1\\1' FROM (", ")", 8
)
_COLUMNS = _within("SELECT 1 AS a", "SELECT *, *, *, *, *, *, *, * FROM (", ")", 5)
_MEMBERS = ", ".join(f"{{'a': a{n}, 'b': a{n}}} AS a{n + 1}" for n in range(16))

# Never ends on any machine, and takes next to no memory.
ENDLESS = f"SELECT count(*) FROM {_RANGES} WHERE hash(i, j, k, l) = 0"

# Pass the gate, since what they name may be used, and would wear out the machine: time, memory, and
# answers that are small as they come and large as they are held.
BOMBS: tuple[str, ...] = (
    ENDLESS,
    f"SELECT max(hash(i, j, k, l)) FROM {_RANGES}",
    f"SELECT i, j, count(*) FROM {_RANGES} GROUP BY ALL",
    f"SELECT * FROM {_RANGES} ORDER BY hash(i, j, k, l)",
    f"SELECT count(DISTINCT (i, j, k)) FROM {_RANGES}",
    f"SELECT row_number() OVER (ORDER BY i + j) FROM {_RANGES}",
    f"EXPLAIN SELECT {_within('1', 'abs(', ')', 150)}",
    f"SUMMARIZE SELECT * FROM {_RANGES}",
    f"PIVOT (SELECT i, j FROM {_RANGES}) ON i IN (1, 2) USING sum(j)",
    f"UNPIVOT (SELECT i, j, k FROM {_RANGES}) ON i, j, k INTO NAME n VALUE v",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    "WITH RECURSIVE r AS (SELECT 'x' AS x UNION ALL SELECT x || x FROM r) SELECT max(x) FROM r",
    "WITH RECURSIVE r AS (SELECT [1] AS x UNION ALL SELECT x || x FROM r) SELECT max(x) FROM r",
    # what outlived the time in Superset
    f"SELECT length({_REPLACED})",
    f"SELECT '{_TEN}' AS a0, {_DOUBLED}, length(a40)",
    (
        "SELECT levenshtein(a, b) FROM (SELECT string_agg(i, '') AS a, string_agg(-i, '') AS b "
        "FROM range(100000) t(i))"
    ),
    (
        "SELECT damerau_levenshtein(a, a || 'x') FROM (SELECT string_agg(i, '') AS a "
        "FROM range(100000) t(i))"
    ),
    # lists and JSON
    "SELECT list_transform(range(100000), lambda x: range(100000)) FROM range(100000)",
    "SELECT list_reduce(list_transform(range(60), lambda n: 'xxxx'), lambda a, b: a || a)",
    "SELECT len(flatten(list(l))) FROM (SELECT range(100000) AS l FROM range(100000))",
    (
        "SELECT len(array_cross_product([1, 2, 3]::INT[3], [4, 5, 6]::INT[3])) "
        f"FROM {_RANGES} ORDER BY hash(i, j, k, l)"
    ),
    (
        "SELECT json_group_array(json_object('b', repeat('x', 1000))) FROM range(100000) a, "
        "range(100000) b"
    ),
    "SELECT json_group_object(i::VARCHAR, range(1000)) FROM range(100000) t(i)",
    (
        f"SELECT {_within('1', 'to_json([', '])', 40)}, list(r) FROM (SELECT range(100000) AS r "
        "FROM range(100000))"
    ),
    "SELECT string_agg(repeat(i::VARCHAR, 1000), '') FROM range(100000) t(i), range(100000)",
    (
        "SELECT regexp_replace(string_agg(repeat('x', 1000), ''), '(.)', '\\1\\1\\1\\1\\1', 'g') "
        "FROM range(100000)"
    ),
    f"SELECT list(lpad(repeat('x', 1000), 1000, 'y')) FROM {_RANGES}",
    f"SELECT list(printf('%999d', i)) FROM {_RANGES}",
    f"SELECT list(format('{{:999d}}', i)) FROM {_RANGES}",
    # small as they come, large as they are held
    f"SELECT repeat('x', 1000)::ENUM('{'x' * 1000}') FROM range(100000), range(2)",
    "SELECT [s, s, s, s, s, s, s, s, s, s] FROM (SELECT repeat('x', 1000) AS s), range(100000)",
    (
        "SELECT {'a': s, 'b': [s, s], 'c': MAP {s: s}} FROM (SELECT repeat('x', 1000) AS s), "
        "range(100000)"
    ),
    f"SELECT {_MANY_COLUMNS} FROM range(100000) t(i)",
    # names and types of columns, of no row at all, and what a message says of them
    _NAMES,
    _COLUMNS,
    f"{_COLUMNS} WHERE false",
    f"SELECT a16 FROM (SELECT 1 AS a0, {_MEMBERS}) WHERE false",
    f"SELECT a11 + 'x'::BLOB FROM (SELECT 1 AS a0, {_MEMBERS})",
    f"SELECT a.*, b.* FROM {_MONTHS} a, {_MONTHS} b, range(100000)",
)
