"""Names of the assets, `[layer, table or model]`, and their groups: the houses of the street."""

from typing import Literal

import dagster as dg

from data_contracts.loading import contracts_of
from data_contracts.model import Contract
from ingestion.sources.catalog import SOURCES
from orchestration.operations.build import SCORE_MART

Group = Literal["ingestion", "warehouse", "dbt_project", "ml", "published", "lanes", "dashboards"]

SNAPSHOT = dg.AssetKey(["lanes", "snapshot"])
TARGETS = dg.AssetKey(["reports", "audit_targets"])


def landing(source: str) -> dg.AssetKey:
    """Return the key of the deliveries of one source."""
    return dg.AssetKey(["landing", source])


def bronze(table: str) -> dg.AssetKey:
    """Return the key of a bronze table."""
    return dg.AssetKey(["bronze", table])


def mart(name: str) -> dg.AssetKey:
    """Return the key of a mart."""
    return dg.AssetKey(["marts", name])


def model(name: str) -> dg.AssetKey:
    """Return the key of a model."""
    return dg.AssetKey(["models", name])


def scores(model: str) -> dg.AssetKey:
    """Return the key of a model's scores in the lake."""
    return dg.AssetKey(["scores", model])


def published(role: str) -> dg.AssetKey:
    """Return the key of the releases of one role, with the newest scores if it sees them."""
    return dg.AssetKey(["published", role])


def before_scores(role: str) -> dg.AssetKey:
    """Return the key of a role's release of the marts, made before a model has scored them."""
    return (
        dg.AssetKey(["published", f"{role}_before_scores"])
        if sees_scores(role)
        else published(role)
    )


def sees_scores(role: str) -> bool:
    """Return whether the releases of a role carry the scores."""
    return any(contract.name == SCORE_MART for contract in marts_of(role))


def landings() -> list[dg.AssetKey]:
    """Return the keys of all sources' deliveries."""
    return [landing(source) for source in SOURCES]


def bronze_tables() -> list[dg.AssetKey]:
    """Return the keys of all bronze tables."""
    return [bronze(contract.name) for contract in contracts_of("bronze")]


def marts_of(role: str) -> list[Contract]:
    """Return the marts that the releases of a role carry."""
    return [contract for contract in contracts_of("mart") if role in contract.roles]
