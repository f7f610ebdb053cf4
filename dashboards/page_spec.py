"""The pages as they are written: rows of charts over marts, each checked against what it names.

A chart says its kind, its mart, its metrics, by what they are split, and the unit of a sum; its
place is the row it stands in.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from dashboards.datasets import Dataset, Metric, in_both, one_of, refuse
from data_contracts.columns import Label
from data_contracts.yaml_files import Name, read_yaml, shaped

PAGES = Path(__file__).parent / "pages"
COLUMNS = 12
"""Of a page; the charts of a row share them."""
_Positive = Annotated[int, msgspec.Meta(ge=1)]
TIME_FILTER = "time"
"""Name that links give the filter of time, which every page has."""


class Chart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chart as it is written.

    Attributes:
        kind: A total; lines or bars by month; a table of metrics; records as they are.
        title: Its name, where that is not the one of its metric.
        text: What it shows, where that is not the sentence of its metric.
        mart: What it is of, where that is not the mart of the page.
        metric: Figures, or columns that are summed.
        unit: Unit in which the sum of a column is shown.
        by: Columns that split the metrics, or the columns of records.
        without: Value of a column that is left out.
        width: Of a column of a table, in points.
        page_rows: Rows of a table that are shown at once, with a box to search.
        uuid: Id that Superset knew it by before ids were made of names.
    """

    kind: Literal["total", "lines", "bars", "stacked_bars", "table", "records"]
    title: Label | None = None
    text: str | None = None
    mart: str | None = None
    metric: str | tuple[str, ...] = ()
    unit: str | None = None
    by: str | tuple[str, ...] = ()
    without: dict[str, str] = {}
    width: dict[str, _Positive] = {}
    page_rows: _Positive | None = None
    uuid: UUID | None = None


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    height: _Positive
    charts: dict[Name, Chart] = {}
    says: Literal["finding"] | None = None


class Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reader may narrow a page by.

    Attributes:
        time: What the time is the time of.
        columns: Columns of the page's mart, by the name that links give their filters.
        where_there_are: Values are offered where the sum of this column is more than zero.
    """

    time: Label
    columns: dict[Name, str]
    where_there_are: str


class _Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Label
    text: str
    mart: str
    filters: Filters
    rows: tuple[_Row, ...]
    uuid: UUID | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with what it names.

    Attributes:
        name: Of the chart, and of nothing else on any page.
        title: In both languages, with the unit of its metrics.
        text: What it shows.
        chart: As it is written.
        dataset: Of its mart.
        metrics: Its metrics; of codes one each.
        by: Its columns.
    """

    name: str
    title: str
    text: str | None
    chart: Chart
    dataset: Dataset
    metrics: tuple[Metric, ...]
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a page: charts side by side, or the name of a sentence that all doors say."""

    height: int
    charts: tuple[Drawn, ...]
    says: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page with what it names.

    Attributes:
        name: Of its file.
        title: In both languages.
        text: What it is for.
        dataset: Of its mart, whose columns it is narrowed by.
        filters: As they are written.
        rows: From the top.
        uuid: Id that Superset knew it by before ids were made of names.
    """

    name: str
    title: str
    text: str
    dataset: Dataset
    filters: Filters
    rows: tuple[Row, ...]
    uuid: UUID | None

    @property
    def charts(self) -> Iterator[Drawn]:
        """Every chart, from the top, row by row."""
        return (chart for row in self.rows for chart in row.charts)


def read_page(path: Path, datasets: Mapping[str, Dataset]) -> Page:
    """Return a page after all that it names was found.

    Raises:
        ContractViolationError: Something is not there, or the file is not of its form; the message
            says file, place, what was expected and what was found.
    """
    shaped(path.stem, Name, f"{path.name}: name of the page")
    page = shaped(read_yaml(path), _Page, path.name)
    dataset = _dataset(page.mart, datasets, f"{path.name}: mart")
    named = (*page.filters.columns.values(), page.filters.where_there_are)
    _require_columns(dataset, named, f"{path.name}: filters")
    if dataset.time is None:
        refuse(f"{path.name}: mart", "a mart that datasets.yaml gives a time", page.mart)
    if TIME_FILTER in page.filters.columns:
        refuse(
            f"{path.name}: filters.columns", "a name that the filter of time has not", TIME_FILTER
        )
    return Page(
        name=path.stem,
        title=in_both(page.title),
        text=page.text,
        dataset=dataset,
        filters=page.filters,
        rows=tuple(
            _row(row, page.mart, datasets, f"{path.name}: rows[{place}]")
            for place, row in enumerate(page.rows)
        ),
        uuid=page.uuid,
    )


def _row(row: _Row, mart: str, datasets: Mapping[str, Dataset], place: str) -> Row:
    if bool(row.charts) is bool(row.says):
        refuse(place, "charts, or what it says", "both" if row.charts else "neither")
    if row.charts and COLUMNS % len(row.charts):
        refuse(
            f"{place}.charts", f"a number of charts that divides {COLUMNS}", str(len(row.charts))
        )
    charts = tuple(
        _drawn(name, chart, _dataset(chart.mart or mart, datasets, f"{place}.{name}.mart"),
               f"{place}.{name}")
        for name, chart in row.charts.items()
    )  # fmt: skip
    return Row(row.height, charts, row.says)


def _drawn(name: str, chart: Chart, dataset: Dataset, place: str) -> Drawn:
    by = _listed(chart.by)
    metrics = tuple(
        metric for one in _listed(chart.metric) for metric in dataset.asked(one, chart.unit, place)
    )
    _require_columns(dataset, by, f"{place}.by")
    _require_columns(dataset, chart.without, f"{place}.without")
    _require_shape(chart, dataset, (len(metrics), by), place)
    title = chart.title
    units = {metric.unit for metric in metrics} if chart.kind not in {"table", "records"} else set()
    unit = units.pop() if len(units) == 1 else None
    if title is None and len(metrics) != 1:
        refuse(f"{place}.title", "a title, as it has not one metric alone", "none")
    return Drawn(
        name=name,
        title=in_both(title, unit) if title else metrics[0].label,
        text=chart.text or (metrics[0].text if metrics else dataset.contract.purpose),
        chart=chart,
        dataset=dataset,
        metrics=metrics,
        by=by,
    )


def _require_shape(
    chart: Chart, dataset: Dataset, has: tuple[int, tuple[str, ...]], place: str
) -> None:
    """Refuse a chart that has not what its kind draws."""
    metrics, by = has
    if chart.kind == "records" and (metrics or not by):
        refuse(
            place, "records by columns, without metrics", f"{metrics} metrics, {len(by)} columns"
        )
    if chart.kind == "total" and (metrics != 1 or by):
        refuse(place, "one metric in total", f"{metrics} metrics by {len(by)} columns")
    if chart.kind != "records" and not metrics:
        refuse(f"{place}.metric", "a metric", "none")
    if chart.kind in {"lines", "bars", "stacked_bars"} and dataset.time is None:
        refuse(f"{place}.mart", "a mart that datasets.yaml gives a time", dataset.contract.name)
    if wrong := sorted(chart.width.keys() - set(by)):
        refuse(f"{place}.width", one_of(by, "column of the table"), wrong[0])


def _dataset(mart: str, datasets: Mapping[str, Dataset], place: str) -> Dataset:
    if mart not in datasets:
        refuse(place, one_of(datasets, "mart of the management release"), mart)
    return datasets[mart]


def _require_columns(dataset: Dataset, names: Iterable[str], place: str) -> None:
    for name in names:
        if name not in dataset.columns:
            refuse(place, one_of(dataset.columns, f"column of {dataset.contract.name}"), name)


def _listed(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names
