"""A lake in a folder with a model and a snapshot, and its declarations as requests.

The release is the small one of the learning's tests; its traders carry real pseudonyms here, so
that requests come with tax codes and go through the key.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data_contracts.loading import load_contract
from ml import bundle as bundles
from ml import extraction
from ml.batch_scoring import score_month
from ml.bundle import Bundle
from ml.lanes.access import token_path
from ml.lanes.request import LaneRequest, read_request
from ml.lanes.settings import ServingSettings
from ml.lanes.snapshot import Snapshot
from ml.lanes.snapshot_writing import SnapshotOrder, make_snapshot
from ml.learning import Assignment, learn
from ml.model import HyperParameters
from ml.models.risk import MODEL
from tests.ml.small_release import SYSTEM, make_release
from warehouse.layout import Layout
from warehouse.masking import Pseudonymiser

TRADER_TABLES = ("fct_declaration", "fct_declaration_version", "profile_trader_day")
TOKEN = "lanes-are-asked-by-who-holds-this-00"
NOW = datetime(2026, 1, 1, 3, tzinfo=UTC)
SERVING = ServingSettings(golden_items=50, reload_seconds=0.2)


@dataclass
class LaneLake:
    """What the tests of the lanes start from."""

    layout: Layout
    connection: duckdb.DuckDBPyConnection
    bundle: Bundle
    model_folder: Path
    pseudonymiser: Pseudonymiser
    tax_codes: dict[str, str]

    def order(self, **changed: Any) -> SnapshotOrder:
        """Return the order of a snapshot of this lake."""
        facts: dict[str, Any] = {
            "lanes": self.layout.lanes,
            "model_folder": self.model_folder,
            "release": 1,
            "cut": {"bronze/declaration": 3},
            "simulated_sources": (SYSTEM,),
            "pseudonym_key": self.pseudonymiser.fingerprint,
            "serving": SERVING,
        }
        return SnapshotOrder(**(facts | changed))

    def make_snapshot(self, **changed: Any) -> Snapshot:
        """Make a snapshot and put it in use."""
        return make_snapshot(self.connection, self.order(**changed), progress=lambda _line: None)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The first snapshot, made once."""
        return self.make_snapshot()

    @cached_property
    def batch_margins(self) -> dict[tuple[str, int], float]:
        """Margins that the batch gave, by declaration and item."""
        query = "select declaration_number, item_number, margin from marts.fct_risk_score"
        return {(number, item): m for number, item, m in self.connection.execute(query).fetchall()}

    def requests(self, count: int) -> list[dict[str, Any]]:
        """Return declarations as requests, with every field that the release knows."""
        heads = self._rows(
            "select * from marts.fct_declaration order by md5(declaration_number) limit $n", n=count
        )
        by_number: dict[str, list[dict[str, Any]]] = {}
        for item in self._rows("select * from marts.fct_goods_item order by item_number"):
            by_number.setdefault(item["declaration_number"], []).append(item)
        return [
            as_request(
                head | {"trader_id": self.tax_codes[head["trader_id"]]},
                by_number[head["declaration_number"]],
            )
            for head in heads
        ]

    def _rows(self, query: str, **params: Any) -> list[dict[str, Any]]:
        return self.connection.sql(query, params=params).to_arrow_table().to_pylist()


def as_request(head: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return rows of the marts as a JSON document of plain values; nulls are left out."""
    document = _fields("lane_request", head)
    document["goods_items"] = [_fields("lane_request_item", item) for item in items]
    return document


def read(document: dict[str, Any], *, max_items: int = 50) -> LaneRequest:
    """Send a document through JSON into a request."""
    return read_request(json.dumps(document).encode(), max_items=max_items, now=NOW)


def make_lane_lake(home: Path, *, declarations: int = 3_000) -> LaneLake:
    """Make a small lake with a trained and applied model."""
    layout = Layout(home)
    layout.ensure()
    pseudonymiser = Pseudonymiser.load(layout)
    token_path(layout).write_text(f"{TOKEN}\n", encoding="ascii")
    token_path(layout).chmod(0o600)
    connection = make_release(declarations=declarations)
    tax_codes = _give_pseudonyms(connection, pseudonymiser)
    parameters = HyperParameters(threads=1, max_rounds=60)
    assignment = Assignment(
        model=replace(MODEL, parameters=parameters),
        release=1,
        cut={},
        simulated_sources=(SYSTEM,),
    )
    bundle = learn(connection, assignment, progress=lambda _line: None).bundle
    folder = bundles.save(bundle, layout.models)
    _score(connection, bundle)
    return LaneLake(layout, connection, bundle, folder, pseudonymiser, tax_codes)


def tax_code(trader: str) -> str:
    """Return the tax code of a trader of the small release, `tr_007`."""
    return trader.replace("tr_", "0100000")


def _give_pseudonyms(
    connection: duckdb.DuckDBPyConnection, pseudonymiser: Pseudonymiser
) -> dict[str, str]:
    made = [row[0] for row in connection.execute(
        "select distinct trader_id from marts.fct_declaration order by all"
    ).fetchall()]  # fmt: skip
    codes = [tax_code(trader) for trader in made]
    names = [pseudonymiser.pseudonym("trader", code) for code in codes]
    connection.register("naming", pa.table({"code": made, "name": names}))
    for table in TRADER_TABLES:
        connection.execute(
            f"update marts.{table} set trader_id = name from naming where trader_id = code"  # noqa: S608
        )
    connection.unregister("naming")
    return dict(zip(names, codes, strict=True))


def _score(connection: duckdb.DuckDBPyConnection, bundle: Bundle) -> None:
    connection.execute(
        "create temp table scored_item as select source_system, declaration_number,"
        " declaration_version, item_number from marts.fct_risk_score"
    )
    for month in extraction.months(connection, (SYSTEM,)):
        scores = pa.concat_tables(list(score_month(connection, bundle, month)))
        connection.register("scores", scores)
        connection.execute(
            "insert into marts.fct_risk_score by name select scores.*, registered_date from scores"
            " join marts.fct_goods_item using (source_system, declaration_number, item_number)"
        )
        connection.unregister("scores")


def _fields(contract: str, row: dict[str, Any]) -> dict[str, Any]:
    names = load_contract(contract).names
    return {name: _plain(row[name]) for name in names if row.get(name) is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else value
