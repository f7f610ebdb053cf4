"""Releases per role, in two steps.

All roles get the marts of a build at once, whatever becomes of the models. Roles that see scores
get a second release when the models that lists and lanes follow have scored what the first holds.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from orchestration import failures
from orchestration.assets import keys
from orchestration.operations.build import SCORE_MART
from orchestration.resources import WRITER_POOL, Lake, Materialized, Orchestration
from warehouse.publish import ROLES, PublishedRelease, publish


def published_assets() -> list[dg.AssetsDefinition]:
    """Return the step that publishes the marts, and the one that publishes them with new scores."""
    before = {role: keys.before_scores(role) for role in ROLES}
    scored = {role: keys.published(role) for role in ROLES if keys.sees_scores(role)}
    return [
        _releases("releases", before, "The marts of this build as {role} may see them."),
        _releases("scored_releases", scored, "The marts with their scores as {role} may see them."),
    ]


def _releases(name: str, roles: dict[str, dg.AssetKey], description: str) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=name,
        specs=[
            dg.AssetSpec(
                key,
                deps=_deps(role, key),
                group_name="published",
                description=description.format(role=role),
                kinds={"duckdb"},
            )
            for role, key in roles.items()
        ],
        pool=WRITER_POOL,
    )
    def releases(
        context: dg.AssetExecutionContext, lake: Lake, orchestration: Orchestration
    ) -> Iterator[Materialized]:
        with failures.mapped(orchestration):
            made = publish(lake, roles=list(roles), progress=context.log.info)
        for role, key in roles.items():
            yield dg.MaterializeResult(asset_key=key, metadata=_metadata(made[role]))

    return releases


def _deps(role: str, key: dg.AssetKey) -> Sequence[dg.AssetKey]:
    is_scored = key == keys.published(role) and keys.sees_scores(role)
    marts = [keys.mart(contract.name) for contract in keys.marts_of(role)]
    return [mart for mart in marts if is_scored or mart != keys.mart(SCORE_MART)]


def _metadata(made: PublishedRelease) -> dict[str, Any]:
    tables = made.manifest.tables
    return {
        "dagster/row_count": sum(table.rows for table in tables.values()),
        "release": made.manifest.release,
        "is_new": made.is_new,
        "rows": dg.MetadataValue.json({name: table.rows for name, table in tables.items()}),
        "months_written": len(made.manifest.changes.months_written) if made.is_new else 0,
        "lake_cut": dg.MetadataValue.json(made.manifest.lake_cut),
        "seconds": made.seconds,
    }
