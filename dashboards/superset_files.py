"""The files that Superset imports, made of pages, datasets and the contracts of the marts.

What Superset wants of a chart beside what its page says is the same for every chart of its kind. An
object's id is made of its name, so that a Superset which has it gets it anew, and not once more.
"""

from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from dashboards.datasets import RELEASE, Column, Dataset, Metric, coded, read_datasets, refuse
from dashboards.page_spec import COLUMNS, PAGES, TIME_FILTER, Drawn, Page, Row, read_page
from data_contracts.code_lists import code_list
from data_contracts.finding import FINDING_EN, FINDING_VI

Asset = dict[str, Any]

_VERSION = {"version": "1.0.0"}
_ROW_LIMIT = 100_000
_DAY, _MONTH = "%d/%m/%Y", "%m/%Y"
# Said in one place for all doors.
_SAID = {"finding": f"{FINDING_VI} {FINDING_EN}"}


def superset_files(pages: Path = PAGES) -> dict[str, Asset]:
    """Return what Superset imports by the path of its file, such as `charts/sources.yaml`.

    Args:
        pages: Folder of the pages.

    Raises:
        ContractViolationError: A page or `datasets.yaml` names what is not there, or is not of its
            form; the message says file, place, what was expected and what was found.
    """
    databases, datasets = read_datasets()
    files: dict[str, Asset] = {
        "metadata.yaml": {**_VERSION, "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"}
    }
    for release, uuid in databases.items():
        files[f"databases/customs_{release}.yaml"] = _database(release, uuid)
    charts: dict[str, Drawn] = {}
    for path in sorted(pages.glob("*.yaml")):
        page = read_page(path, datasets)
        for chart in page.charts:
            if chart.name in charts:
                refuse(path.name, "a name that no other chart has", chart.name)
            charts[chart.name] = chart
        files[f"dashboards/{page.name}.yaml"] = _dashboard(page)
    for chart in charts.values():
        files[f"charts/{chart.name}.yaml"] = _chart(chart)
    for name, dataset in datasets.items():
        used = [chart for chart in charts.values() if chart.dataset is dataset]
        if used:
            path_name = f"datasets/customs_{RELEASE}/{name}.yaml"
            files[path_name] = _dataset(dataset, used, databases[RELEASE])
    _require_own_ids(files)
    return files


def _require_own_ids(files: dict[str, Asset]) -> None:
    """Refuse two objects of one id, of which Superset would keep one."""
    path_of: dict[str, str] = {}
    for path, asset in files.items():
        if path_of.setdefault(asset.get("uuid", path), path) != path:
            refuse(
                f"{path}: uuid", f"another one than that of {path_of[asset['uuid']]}", asset["uuid"]
            )


def _id(given: UUID | None, *name: str) -> str:
    return str(given or uuid5(NAMESPACE_URL, "/".join(name)))


def _dataset_id(dataset: Dataset) -> str:
    return _id(dataset.uuid, "dataset", RELEASE, dataset.contract.name)


def _nothing(*names: str) -> Asset:
    """Return what people may fill in and the files do not."""
    return dict.fromkeys(names)


def _database(release: str, uuid: UUID) -> Asset:
    return {
        "database_name": f"Customs: {release} release",
        "sqlalchemy_uri": f"duckdb:////customs/{release}?access_mode=read_only",
        "cache_timeout": 300,
        "expose_in_sqllab": True,
        **dict.fromkeys(
            ("allow_run_async", "allow_ctas", "allow_cvas", "allow_dml", "allow_file_upload"), False
        ),
        "extra": {"allows_virtual_table_explore": True, "schemas_allowed_for_file_upload": []},
        "uuid": str(uuid),
        **_VERSION,
    }


def _dataset(dataset: Dataset, charts: list[Drawn], database: UUID) -> Asset:
    given = [metric for metrics in dataset.metrics.values() for metric in metrics]
    drawn = [metric for chart in charts for metric in chart.metrics]
    return {
        "table_name": dataset.contract.name,
        "main_dttm_col": dataset.time,
        "description": f"{dataset.contract.purpose} "
        "Grain and meaning of every column: docs/data_dictionary.md",
        "offset": 0,
        "schema": "marts",
        "filter_select_enabled": True,
        "normalize_columns": False,
        "always_filter_main_dttm": False,
        **_nothing(
            "default_endpoint", "cache_timeout", "catalog", "sql", "params", "template_params",
            "fetch_values_predicate", "extra",
        ),
        "uuid": _dataset_id(dataset),
        "metrics": [_metric(metric) for metric in {m.name: m for m in (*given, *drawn)}.values()],
        "columns": [_column(column, dataset) for column in dataset.columns.values()],
        **_VERSION,
        "database_uuid": str(database),
    }  # fmt: skip


def _metric(metric: Metric) -> Asset:
    return {
        "metric_name": metric.name,
        "verbose_name": metric.label,
        "expression": metric.expression,
        "description": metric.text,
        "d3format": metric.unit.number_format,
        **_nothing("metric_type", "currency", "extra", "warning_text"),
    }


def _column(column: Column, dataset: Dataset) -> Asset:
    return {
        "column_name": column.name,
        "verbose_name": column.label,
        "is_dttm": column.name == dataset.time,
        "is_active": True,
        "type": column.sql_type.partition("(")[0],
        "groupby": True,
        "filterable": True,
        "expression": column.expression,
        "description": column.text,
        **_nothing("advanced_data_type", "python_date_format", "extra"),
    }


def _chart(drawn: Drawn) -> Asset:
    viz_type, params = {
        "total": _total,
        "lines": _series,
        "bars": _series,
        "stacked_bars": _series,
        "table": _table,
        "records": _records,
    }[drawn.chart.kind](drawn)
    return {
        "slice_name": drawn.title,
        "description": drawn.text,
        "viz_type": viz_type,
        "params": {
            "viz_type": viz_type,
            "adhoc_filters": _conditions(drawn),
            "extra_form_data": {},
            **params,
        },
        **_nothing("certified_by", "certification_details", "query_context", "cache_timeout"),
        "uuid": _id(drawn.chart.uuid, "chart", drawn.name),
        **_VERSION,
        "dataset_uuid": _dataset_id(drawn.dataset),
    }


def _conditions(drawn: Drawn) -> list[Asset]:
    any_time = [("TEMPORAL_RANGE", drawn.dataset.time, "No filter")] if drawn.dataset.time else []
    left_out = [("!=", column, value) for column, value in drawn.chart.without.items()]
    return [_condition(*one) for one in (*any_time, *left_out)]


def _condition(operator: str, column: str, value: object) -> Asset:
    return {
        "clause": "WHERE",
        "comparator": value,
        "expressionType": "SIMPLE",
        "operator": operator,
        "subject": column,
    }


def _total(drawn: Drawn) -> tuple[str, Asset]:
    (metric,) = drawn.metrics
    return "big_number_total", {
        "metric": metric.name,
        "y_axis_format": metric.unit.number_format,
        "header_font_size": 0.4,
        "subheader_font_size": 0.15,
        "time_format": _DAY,
    }


def _series(drawn: Drawn) -> tuple[str, Asset]:
    is_coloured = all(metric.colour for metric in drawn.metrics)
    kind = "line" if drawn.chart.kind == "lines" else "bar"
    drawing = {"seriesType": "line"} if kind == "line" else {"orientation": "vertical"}
    if drawn.chart.kind == "stacked_bars":
        drawing["stack"] = "Stack"
    if is_coloured:
        # The names of the lanes backwards are in the order of the scheme's colours.
        drawing |= {"sort_series_type": "name", "sort_series_ascending": False}  # type: ignore[dict-item]
    return f"echarts_timeseries_{kind}", {
        "metrics": [metric.name for metric in drawn.metrics],
        "groupby": list(drawn.by),
        **drawing,
        "x_axis": drawn.dataset.time,
        "time_grain_sqla": "P1M",
        "row_limit": _ROW_LIMIT,
        "show_legend": True,
        "legendType": "plain",
        "legendOrientation": "top",
        "rich_tooltip": True,
        "tooltipTimeFormat": _MONTH,
        "x_axis_time_format": _MONTH,
        "y_axis_format": drawn.metrics[0].unit.axis_format,
        "xAxisLabelRotation": 45,
        "truncate_metric": True,
        "show_empty_columns": True,
        "color_scheme": "customsLanes" if is_coloured else "supersetColors",
        "order_desc": True,
        "comparison_type": "values",
        "annotation_layers": [],
        "only_total": True,
        "truncateXAxis": True,
        "y_axis_bounds": [None, None],
    }


def _table(drawn: Drawn) -> tuple[str, Asset]:
    rows = drawn.chart.page_rows
    paged = {"server_pagination": True, "server_page_length": rows} if rows else {}
    widths = {column: {"columnWidth": width} for column, width in drawn.chart.width.items()}
    shares = {m.name: {"horizontalAlign": "right"} for m in drawn.metrics if m.is_share}
    return "table", {
        "query_mode": "aggregate",
        "groupby": list(drawn.by),
        "metrics": [metric.name for metric in drawn.metrics],
        "all_columns": [],
        "percent_metrics": [],
        "row_limit": _ROW_LIMIT,
        **paged,
        "order_desc": True,
        "timeseries_limit_metric": drawn.metrics[0].name,
        "table_timestamp_format": _DAY,
        "show_cell_bars": True,
        "color_pn": False,
        "include_search": rows is not None,
        "column_config": {**widths, **shares},
    }


def _records(drawn: Drawn) -> tuple[str, Asset]:
    fields = {field.name: field for field in drawn.dataset.contract.fields}
    whole = [name for name in drawn.by if name in fields and fields[name].logical_type == "integer"]
    return "table", {
        "query_mode": "raw",
        "groupby": [],
        "metrics": [],
        "all_columns": list(drawn.by),
        "percent_metrics": [],
        "row_limit": 10,
        "order_by_cols": [],
        "table_timestamp_format": _DAY,
        "show_cell_bars": False,
        "color_pn": False,
        "include_search": False,
        "column_config": {
            name: {"d3NumberFormat": "d", "horizontalAlign": "left"} for name in whole
        },
    }


def _dashboard(page: Page) -> Asset:
    colours = _colours(page)
    numbers = {chart.name: number for number, chart in enumerate(page.charts, 1)}
    return {
        "dashboard_title": page.title,
        "description": page.text,
        "css": "",
        "slug": page.name.replace("_", "-"),
        **_nothing("certified_by", "certification_details"),
        "published": True,
        "uuid": _id(page.uuid, "dashboard", page.name),
        "position": _position(page, numbers),
        "metadata": {
            "refresh_frequency": 300,
            "expanded_slices": {},
            "label_colors": colours,
            "timed_refresh_immune_slices": [],
            "cross_filters_enabled": True,
            "native_filter_configuration": _filters(page, numbers),
            "map_label_colors": colours,
            "shared_label_colors": [],
        },
        **_VERSION,
    }


def _colours(page: Page) -> dict[str, str]:
    """Return the colours of codes by whatever a series of them is called."""
    colours: dict[str, str] = {}
    for column in page.dataset.columns.values():
        for code in code_list(column.codes) if column.codes else ():
            if code.colour:
                colours |= dict.fromkeys((coded(code), code.code), code.colour)
    drawn = (metric for chart in page.charts for metric in chart.metrics)
    return colours | {metric.name: metric.colour for metric in drawn if metric.colour}


def _position(page: Page, numbers: dict[str, int]) -> Asset:
    rows = {f"ROW-{number}": row for number, row in enumerate(page.rows, 1)}
    place: Asset = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": _part("GRID", "GRID_ID", ["ROOT_ID"], [*rows]),
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": page.title}},
    }
    for row_id, row in rows.items():
        parts = _parts(row, numbers)
        above = ["ROOT_ID", "GRID_ID"]
        look = {"background": "BACKGROUND_TRANSPARENT"}
        place[row_id] = _part("ROW", row_id, above, [*parts], look)
        for part_id, meta in parts.items():
            kind = part_id.partition("-")[0]
            place[part_id] = _part(kind, part_id, [*above, row_id], [], meta)
    return place


def _part(
    kind: str, name: str, above: list[str], below: list[str], meta: Asset | None = None
) -> Asset:
    part: Asset = {"type": kind, "id": name, "parents": above, "children": below}
    return part if meta is None else {**part, "meta": meta}


def _parts(row: Row, numbers: dict[str, int]) -> dict[str, Asset]:
    """Return what stands in a row, by id."""
    if row.says is not None:
        size = {"width": COLUMNS, "height": row.height}
        return {f"MARKDOWN-{row.says}": {**size, "code": _SAID[row.says]}}
    size = {"width": COLUMNS // len(row.charts), "height": row.height}
    return {
        f"CHART-{chart.name}": {
            "chartId": numbers[chart.name],
            **size,
            "uuid": _id(chart.chart.uuid, "chart", chart.name),
            "sliceName": chart.title,
        }
        for chart in row.charts
    }


def _filters(page: Page, numbers: dict[str, int]) -> list[Asset]:
    """Return the filters of a page; they leave charts of other marts alone."""
    other = [numbers[chart.name] for chart in page.charts if chart.dataset is not page.dataset]
    time = page.filters.time
    filters = [_filter(TIME_FILTER, "Thời gian / Time", "filter_time", [{}], {}) | {
        "description": f"{time.vi} / {time.en}",
    }]  # fmt: skip
    for name, column in page.filters.columns.items():
        target = {"datasetUuid": _dataset_id(page.dataset), "column": {"name": column}}
        control = {
            "defaultToFirstItem": False,
            "multiSelect": True,
            # Of what is no code there may be more values than a list has.
            "searchAllOptions": page.dataset.columns[column].codes is None,
            "inverseSelection": False,
        }
        label = page.dataset.columns[column].label
        filters.append(_filter(name, label, "filter_select", [target], control) | {
            "adhoc_filters": [_condition(">", page.filters.where_there_are, 0)],
            "description": "",
        })  # fmt: skip
    return [one | {"scope": {"rootPath": ["ROOT_ID"], "excluded": other}} for one in filters]


def _filter(name: str, label: str, kind: str, targets: list[Asset], control: Asset) -> Asset:
    return {
        "id": f"NATIVE_FILTER-{name}",
        "name": label,
        "filterType": kind,
        "type": "NATIVE_FILTER",
        "targets": targets,
        "controlValues": {"enableEmptyFilter": False, **control},
        "defaultDataMask": {"extraFormData": {}, "filterState": {}},
        "cascadeParentIds": [],
    }
