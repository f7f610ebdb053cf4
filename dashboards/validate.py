"""Checks the dashboard files offline: dashboard → chart → dataset → column of a mart's contract.

And that the file of the roles agrees with itself.
"""

from pathlib import Path
from typing import Any

import yaml

from dashboards.superset.security import SecurityFileError, load_security
from data_contracts.loading import contracts_of

ASSETS = Path(__file__).parent / "assets"
Asset = dict[str, Any]


def broken_references(assets: Path = ASSETS) -> list[str]:
    """Return one sentence for each reference to something that does not exist.

    Args:
        assets: Folder with `databases/`, `datasets/`, `charts/`, `dashboards/`.
    """
    databases = _assets_of(assets, "databases")
    datasets = _assets_of(assets, "datasets")
    charts = _assets_of(assets, "charts")
    dashboards = _assets_of(assets, "dashboards")
    return [
        *_broken_datasets(datasets, databases),
        *_broken_charts(charts, datasets),
        *_broken_dashboards(dashboards, charts),
        *_broken_security(),
    ]


def _broken_security() -> list[str]:
    try:
        load_security()
    except SecurityFileError as error:
        return [str(error)]
    return []


def _assets_of(assets: Path, kind: str) -> dict[str, Asset]:
    loaded = (yaml.safe_load(path.read_text()) for path in sorted((assets / kind).rglob("*.yaml")))
    return {asset["uuid"]: asset for asset in loaded}


def _broken_datasets(datasets: dict[str, Asset], databases: dict[str, Asset]) -> list[str]:
    columns_of = {
        contract.name: {field.name for field in contract.fields}
        for contract in contracts_of("mart")
        if "management" in contract.roles
    }
    broken = []
    for dataset in datasets.values():
        table = dataset["table_name"]
        if dataset["database_uuid"] not in databases:
            broken.append(f"dataset {table}: no such database")
        if table not in columns_of:
            broken.append(f"dataset {table}: no such mart in the management release")
            continue
        # A column with an expression is made of the others.
        named = {column["column_name"] for column in dataset["columns"] if not column["expression"]}
        broken += [
            f"dataset {table}: no column {name}" for name in sorted(named - columns_of[table])
        ]
    return broken


def _broken_charts(charts: dict[str, Asset], datasets: dict[str, Asset]) -> list[str]:
    broken = []
    for chart in charts.values():
        name = chart["slice_name"]
        dataset = datasets.get(chart["dataset_uuid"])
        if dataset is None:
            broken.append(f"chart {name}: no such dataset")
            continue
        columns = {column["column_name"] for column in dataset["columns"]}
        metrics = {metric["metric_name"] for metric in dataset["metrics"]}
        used_columns, used_metrics = _used(chart["params"])
        broken += [f"chart {name}: no column {used}" for used in sorted(used_columns - columns)]
        broken += [f"chart {name}: no metric {used}" for used in sorted(used_metrics - metrics)]
    return broken


def _used(params: Asset) -> tuple[set[str], set[str]]:
    columns = {*params.get("groupby", []), *params.get("all_columns", [])}
    columns |= {condition["subject"] for condition in params.get("adhoc_filters", [])}
    if "x_axis" in params:
        columns.add(params["x_axis"])
    metrics = {*params.get("metrics", [])}
    if "metric" in params:
        metrics.add(params["metric"])
    return columns, metrics


def _broken_dashboards(dashboards: dict[str, Asset], charts: dict[str, Asset]) -> list[str]:
    return [
        f"dashboard {dashboard['dashboard_title']}: no chart {part['meta']['sliceName']}"
        for dashboard in dashboards.values()
        for part in dashboard["position"].values()
        if isinstance(part, dict)
        and part.get("type") == "CHART"
        and part["meta"]["uuid"] not in charts
    ]
