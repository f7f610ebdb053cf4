"""A lake whose build is the small release, published for auditors and analysts."""

from pathlib import Path

import duckdb
from sqlglot import exp

from data_contracts.loading import load_contract
from tests.ml.small_release import SYSTEM, make_release
from warehouse.build_record import record
from warehouse.engine import attach_lake, memory_connection
from warehouse.lake import cut
from warehouse.layout import Layout
from warehouse.publish import publish
from warehouse.settings import LakeSettings

CUT = {"bronze/declaration": 7, "bronze/goods_item": 4}


def published_lake(
    home: Path, *, simulated_sources: tuple[str, ...] = (SYSTEM,), **size: int
) -> LakeSettings:
    """Build and publish the small release at `home`."""
    settings = LakeSettings(home=home, memory_limit_mb=1024, threads=1, lock_wait_seconds=1)
    layout = Layout(home)
    layout.ensure()
    with make_release(str(layout.build_path), **size) as connection:
        connection.execute(
            "update marts.fct_declaration_version set trader_name = 'CTY ' || trader_id"
        )
        for name in ("fct_declaration", "fct_goods_item"):
            _as_view(connection, name)
        record(connection, CUT, simulated_sources)
    publish_again(settings)
    return settings


def publish_again(settings: LakeSettings) -> None:
    """Publish the build as it is now."""
    publish(settings, roles=("restricted", "analyst"))


def build_scores(settings: LakeSettings) -> None:
    """Do what a build does with the scores in the lake."""
    layout = Layout(settings.home)
    with memory_connection(settings) as connection:
        attach_lake(connection, layout, cut(layout))
        scores = connection.sql("from scores.risk_score").to_arrow_table()
    with duckdb.connect(str(layout.build_path)) as connection:
        connection.register("lake_scores", scores)
        connection.execute(
            "delete from marts.fct_risk_score; insert into marts.fct_risk_score by name"
            " select s.*, left(model_id, -13) as model_name, i.registered_date"
            " from lake_scores as s inner join marts.fct_goods_item"
            " as i using (source_system, declaration_number, declaration_version, item_number)"
        )


def _as_view(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    columns = [exp.column(column) for column in load_contract(name).names]
    current = exp.select(*columns).from_(exp.table_(f"{name}_version", db="marts"))
    view = exp.Create(
        kind="VIEW", this=exp.table_(name, db="marts"), expression=current.where("is_current")
    )
    connection.execute(f"drop table marts.{name}")
    connection.execute(view.sql(dialect="duckdb"))
