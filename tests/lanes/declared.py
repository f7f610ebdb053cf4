"""Declarations of a whole nation as their declarants would send them to the lane door."""

from contextlib import closing
from pathlib import Path
from typing import Any

from tests.lanes.lane_lake import as_request
from warehouse.layout import Layout
from warehouse.reading import open_release


def declared(home: Path, chosen: str, count: int) -> list[dict[str, Any]]:
    """Return requests of the declarations that a query chooses.

    Args:
        home: Of a lake with a restricted release.
        chosen: Query over rows of marts.fct_declaration; `$n` stands for `count`.
        count: How many.
    """
    with closing(open_release(Layout(home), "restricted")) as release:
        heads = release.sql(chosen, params={"n": count}).to_arrow_table()
        items = release.sql(
            "select * from marts.fct_goods_item where list_contains($wanted, declaration_number)",
            params={"wanted": heads.column("declaration_number").to_pylist()},
        ).to_arrow_table()
    of: dict[str, list[dict[str, Any]]] = {}
    for item in items.to_pylist():
        of.setdefault(item["declaration_number"], []).append(item)
    return [as_request(head, of[head["declaration_number"]]) for head in heads.to_pylist()]
