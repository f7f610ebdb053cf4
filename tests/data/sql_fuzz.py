"""Statements put together at random from what the gate allows, deep and greedy, by a seed.

Each form says what it makes and takes: `T` a text, `N` a number, `L` a list, `X` any of them.
"""

import random
import re
from collections.abc import Iterator

_FORMS: dict[str, tuple[str, ...]] = {
    "T": (
        "replace({T}, {T}, {T})",
        "repeat({T}, 1000)",
        "lpad({T}, 1000, {T})",
        "({T} || {T})",
        "rpad({T}, least({N}, 1000)::int, 'xy')",
        "concat({T}, {X}, {X})",
        "concat_ws({T}, {X}, {X})",
        "regexp_replace({T}, '(.)', '\\1\\1\\1\\1', 'g')",
        "regexp_replace({T}, '(x*)*y', {T}, 'g')",
        "regexp_extract({T}, '((x|y|xx)*)*z')",
        "hex({T})",
        "to_base64({T}::blob)",
        "url_encode({T})",
        "translate({T}, 'xyz0123456789', {T})",
        "reverse({T})",
        "upper({T})",
        "strip_accents({T})",
        "format('{{:999}}{{:>999}}', {T}, {T})",
        "printf('%999s%-999s', {T}, {T})",
        "bin({T})",
        "array_to_string({L}, {T})",
        "to_json({X})::varchar",
        "{X}::varchar",
        "json_pretty(to_json({X}))",
        "overlay({T} placing {T} from 1)",
        "trim({T}, {T})",
        ("list_reduce(string_split({T}, 'x'), lambda a, b: a || b || a)"),
        "[{T}, {T}, {T}]::varchar",
        "json_object({T}, {X})::varchar",
        "list_aggregate(string_split({T}, ''), 'string_agg', {T})",
        "nfc_normalize({T})",
        "strftime(date '2026-01-01', {T})",
        "substr({T}, 1, 999999)",
        "split_part({T}, 'x', 1)",
        "row({X}, {X})::varchar",
        "struct_pack(a := {X}, b := {X})::varchar",
        "md5({T})",
        "'xyxy'",
        "(case when {N} > 0 then {T} else {T} end)",
        "coalesce({T}, {T})",
        "decode(encode({T}))",
        "repeat('x', 999)",
        "i::varchar",
    ),
    "N": (
        "length({T})",
        "levenshtein({T}, {T})",
        "damerau_levenshtein({T}, {T})",
        "jaccard({T}, {T})",
        "jaro_winkler_similarity({T}, {T})",
        "len({L})",
        "hash({X}, {X})",
        "strpos({T}, {T})",
        "list_sum({L})",
        "list_product({L})",
        "bit_count(hash({X}))",
        ("regexp_matches({T}, '(x+x+)+y')::int"),
        "({T} like '%x%y%x%y%x%y%x%')::int",
        "({T} similar to '(x|y)*z')::int",
        "({X} in ({X}, {X}))::int",
        "list_position({L}, {N})",
        ("list_cosine_similarity({L}::double[], {L}::double[])"),
        "list_aggregate({L}, 'median')",
        "list_aggregate({L}, 'entropy')",
        "factorial(20)",
        "ascii({T})",
        "json_array_length(to_json({L}))",
        "epoch(now())",
        "random()",
        "i",
        "j",
        "1",
        "pow({N}, {N})",
        "({N} % 1000003)",
        "len(string_split({T}, ''))",
        "list_unique({L})",
        "bit_length({T})",
        "({N} + {N})",
        "unicode({T})",
        "gcd({N}::bigint, {N}::bigint)",
    ),
    "L": (
        "range(100000)",
        "range(0, 1000)",
        "list_transform({L}, lambda x: x + {N})",
        "list_transform({L}, lambda x: len({T}))",
        "flatten([{L}, {L}, {L}])",
        "list_concat({L}, {L})",
        "flatten(list_transform({L}, lambda x: range(1000)))",
        "list_sort({L})",
        "list_distinct({L})",
        "list_reverse({L})",
        "list_filter({L}, lambda x: x % 2 = 0 or {N} > 0)",
        "({L} || {L})",
        "list_resize({L}, 1000, 1)",
        "repeat({L}, 1000)",
        "list_grade_up({L})",
        "array_slice({L}, 1, 9999)",
        "list_intersect({L}, {L})",
        "list_where({L}, list_transform({L}, lambda x: true))",
        "list_transform(list_zip({L}, {L}), lambda z: 1)",
        "map_values(list_histogram({L}))",
        "list_transform(regexp_extract_all({T}, '.'), lambda c: 1)",
        "list_select({L}, range(1, 1000))",
        "[{N}, {N}, {N}]",
        "list_append({L}, {N}::bigint)",
        "list_transform(string_split({T}, 'x'), lambda t: len(t))",
    ),
}
_AGGREGATES = (
    "max({T})",
    "string_agg({T}, {T})",
    "list({X})",
    "count(distinct {X})",
    "sum(hash({X}))",
    "quantile_cont({N}, [0.1, 0.5, 0.9])",
    "median({N})",
    "mode({X})",
    "histogram({T})",
    "approx_top_k({X}, 1000)",
    "json_group_array({X})",
    "json_group_object({T}, {X})",
    "max({L})",
    "arg_max({X}, {N}, 1000)",
    "list({X} order by {X})",
    "string_agg(distinct {T}, ',' order by {T})",
    "approx_count_distinct({X})",
    "reservoir_quantile({N}, 0.5, 100000)",
    "max(len({L}))",
    "entropy({X})",
    "bit_xor(hash({X}))",
    "product({N})",
    "mad({N})",
    "first({X})",
    "histogram_exact({N}, {L})",
)
_SOURCES = (
    "range(10) t(i), range(10) u(j)",
    "range(100000) t(i), range(10) u(j)",
    "range(100000) t(i), range(100000) u(j)",
    "range(100000) t(i), range(100000) u(j), range(100000)",
    "(select unnest(range(100000)) as i, 1 as j)",
    (
        "(with recursive r as (select 1 as i, 1 as j union "
        "all select i + 1, j * 2 % 7 from r) from r)"
    ),
    "range(1000) t(i) join range(1000) u(j) on i <= j",
    "range(100000) t(i) asof join range(100000) u(j) on i >= j",
    ("range(1000) t(i), lateral (select unnest(range(least(i, 1000))) as j)"),
    "(select 1 as i, 2 as j)",
    "json_each('[1, 2, 3]') e(i, j)",
    (
        "(pivot (select i, i % 3 as k from range(100000) t(i)) on k in "
        "(0, 1, 2) using sum(i)) p(i, j)"
    ),
)
_SHAPES = (
    "select {X} from {S}",
    "select {X}, {X}, {X} from {S}",
    "select {A} from {S}",
    "select {A}, {A} from {S}",
    "select {N}, {A} from {S} group by 1",
    "select {X} from {S} order by {X}",
    "select distinct {X} from {S}",
    "select {X} from {S} where {N} = -1",
    ("select sum({N}) over (order by {X} rows between 9999 preceding and 9999 following) from {S}"),
    (
        "select max({T}) over (partition by {N} order by {X}), "
        "row_number() over (order by {X}) from {S}"
    ),
    "select unnest({L}), unnest({L}) from {S}",
    "select count(*) from (select {X} as a from {S}) join (select {X} as b from {S}) on a > b",
    "summarize select {X} as a, {X} as b from {S}",
    "explain select {X} from {S}",
    (
        "with a as (select {X} as x from {S}), b as (select x, x as y from a), "
        "c as (select [x, y] as z from b) select [z, z, z] from c, range(1000)"
    ),
    "describe select {X}, {L} from {S}",
    "select {T} as a, a || a as b, b || b as c, c || c as d, d || d as e, length(e || e) from {S}",
    "select {A} from {S} group by grouping sets (({X}), ({N}), ())",
    ("select {X} from {S} union select {X} from {S}"),
    (
        "select quantile_cont({N}, 0.5) over (order by {N} rows between 99999 preceding and "
        "current row) from {S}"
    ),
    "values ({X}), ({X})",
    "select {{'a': {X}, 'b': [{X}, {X}]}} from {S}",
    "unpivot (select {N} as a, {N} as b from {S}) on a, b into name n value v",
)
_HOLE = re.compile(r"\{([TNLXAS])\}")
_DEEPEST = 6
_LONGEST = 6_000


def statements(seed: int, count: int) -> Iterator[str]:
    """Yield `count` statements that `seed` decides."""
    chance = random.Random(seed)
    made = 0
    while made < count:
        sql = _filled(chance, chance.choice(_SHAPES), chance.randint(1, _DEEPEST))
        sql = sql.replace("{{", "{").replace("}}", "}")
        if len(sql) <= _LONGEST:
            made += 1
            yield sql


def _filled(chance: random.Random, form: str, depth: int) -> str:
    return _HOLE.sub(lambda hole: _part(chance, hole[1], depth), form)


def _part(chance: random.Random, kind: str, depth: int) -> str:
    if kind == "S":
        return chance.choice(_SOURCES)
    if kind == "A":
        return _filled(chance, chance.choice(_AGGREGATES), depth)
    if kind == "X":
        kind = chance.choice("TNL")
    if depth == 0:
        return {"T": "'xy'", "N": "i", "L": "range(1000)"}[kind]
    return _filled(chance, chance.choice(_FORMS[kind]), depth - 1)
