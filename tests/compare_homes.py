"""Tells where two homes hold other content: the marts of their builds and of every role's release.

Usage: python -m tests.compare_homes HOME HOME. Compared is what rows say, not their order; which
release it is and when it was published is no content. Pseudonyms are equal where the homes share
their secrets.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb

from warehouse.layout import Layout
from warehouse.reading import open_release

BUILD = "build"
# Of a table by its column: type and a sum of hashes; of the whole rows under an empty name.
Content = dict[str, tuple[str, int]]
_NOT_CONTENT = {"dim_release": {"release_number", "published_at"}}
_MARTS = """
    select table_name from information_schema.tables
    where table_schema = 'marts' and table_catalog = current_database() order by table_name
"""


def content_of(relation: duckdb.DuckDBPyRelation, table: str) -> Content:
    """Return the content of a relation that is a table of this name."""
    left_out = _NOT_CONTENT.get(table, set())
    columns = zip(relation.columns, relation.types, strict=True)
    types = {name: str(of_type) for name, of_type in sorted(columns) if name not in left_out}
    hashed = [f"hash({names})" for names in (*types, ", ".join(types))]
    sums = ", ".join(f"coalesce(sum(cast({one} as hugeint)), 0)" for one in hashed)
    values = relation.aggregate(sums).fetchall()[0]
    return dict(zip([*types, ""], zip([*types.values(), ""], values, strict=True), strict=True))


def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, Content]:
    """Return the content of every mart that a build file or a release holds."""
    tables = [name for (name,) in connection.execute(_MARTS).fetchall()]
    return {table: content_of(connection.table(f"marts.{table}"), table) for table in tables}


def contents_of_home(home: Path) -> dict[str, dict[str, Content]]:
    """Return the content of every mart by its place: the build, and the role of each release."""
    layout = Layout(home)
    with duckdb.connect(str(layout.build_path), read_only=True) as built:
        places = {BUILD: contents(built)}
    for folder in sorted(layout.published_root.glob("*/current")):
        role = folder.parent.name
        with open_release(layout, role) as release:
            places[role] = contents(release)
    return places


def contents_of_sail(layout: Layout) -> dict[str, Content]:
    """Return the content of every mart with rows that `customs build --target sail` made."""
    made = sorted((layout.build_path.parent / "sail").iterdir())
    folders = [folder for folder in made if any(folder.glob("*.parquet"))]
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        return {
            folder.name: content_of(connection.read_parquet(f"{folder}/*.parquet"), folder.name)
            for folder in folders
        }


def differences(left: Mapping[str, Content], right: Mapping[str, Content]) -> list[str]:
    """Return a line for each table that is not the same in both, with the columns that differ."""
    found = [f"{table}: in one only" for table in sorted(left.keys() ^ right.keys())]
    for table in sorted(left.keys() & right.keys()):
        if left[table] == right[table]:
            continue
        names = sorted(left[table].keys() | right[table].keys())
        others = [name for name in names if left[table].get(name) != right[table].get(name)]
        found.append(f"{table}: {', '.join(filter(None, others)) or 'which values stand together'}")
    return found


def compare(left: Path, right: Path) -> list[str]:
    """Return a line for each difference of two homes."""
    one, other = contents_of_home(left), contents_of_home(right)
    places = sorted(one.keys() | other.keys())
    return [
        f"{place}: {line}"
        for place in places
        for line in differences(one.get(place, {}), other.get(place, {}))
    ]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tests.compare_homes HOME HOME")
    found = compare(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.write("\n".join([*found, f"{len(found)} differences\n"]))
    sys.exit(bool(found))
