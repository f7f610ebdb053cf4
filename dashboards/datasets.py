"""What Superset knows of marts: their columns, columns made of them, and metrics.

`datasets.yaml` says what the contracts of the marts do not. Labels, sentences and units are those
of the contracts, names and colours of codes those of their lists.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import msgspec
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from data_contracts.code_lists import Code, code_list, code_list_names
from data_contracts.columns import Label
from data_contracts.errors import ContractViolationError
from data_contracts.loading import contracts_of
from data_contracts.model import Contract
from data_contracts.yaml_files import Name, read_yaml, shaped

DATASETS = Path(__file__).parent / "datasets.yaml"
RELEASE = "management"
"""The release that every page reads."""


@dataclass(frozen=True, slots=True)
class ShownUnit:
    """A unit in which metrics are shown.

    Attributes:
        of: Unit of the columns that are shown in it (`data_contracts.units`).
        divisor: What their numbers are divided by; None for nothing.
        number_format: Of a metric that stands alone or in a table, for d3.
        axis_format: Of an axis, for d3.
        label: Its name behind that of a metric; None where there is nothing to say.
    """

    of: str
    divisor: str | None
    number_format: str
    axis_format: str
    label: Label | None


_SHARE = "%"
SHOWN_UNITS: Mapping[str, ShownUnit] = {
    "1": ShownUnit("1", None, ",d", ",d", None),
    _SHARE: ShownUnit(_SHARE, None, ",.1%", ",.1%", None),
    "VND": ShownUnit("VND", None, ",d", ",d", Label("VND", "VND")),
    "billion VND": ShownUnit("VND", "1e9", ",.1f", ",.0f", Label("tỷ đồng", "billion VND")),
    "kg": ShownUnit("kg", None, ",d", ",d", Label("kg", "kg")),
    "tonne": ShownUnit("kg", "1e3", ",.1f", ",.0f", Label("tấn", "tonnes")),
}


class _Made(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column made of others: by SQL, or the names of the codes of the column `of`."""

    label: Label
    sql: str | None = None
    of: str | None = None
    codes: str | None = None
    otherwise: Label | None = None


class _Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A metric: the sum of a column, the share of one sum in another, or SQL.

    Attributes:
        sum: Column that is summed.
        each: Column made of the names of codes; there is one metric for each code.
        share: Column whose sum is the hits of a share.
        whole: Column whose sum it is a share in, written `in`.
        from_hits: Hits from which on a share is told.
        where: What must hold, in SQL, for a share to be told.
        sql: The metric itself.
        unit: Unit it is shown in.
        label: Name, where it is not that of the column.
        text: Sentence, where it is not that of the column.
    """

    sum: str | None = None
    each: str | None = None
    share: str | None = None
    whole: str | None = msgspec.field(name="in", default=None)
    from_hits: int = 1
    where: str | None = None
    sql: str | None = None
    unit: str | None = None
    label: Label | None = None
    text: str | None = None


class _Mart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    metrics: dict[Name, _Metric] = {}
    columns: dict[Name, _Made] = {}
    time: str | None = None
    uuid: UUID | None = None


class _Datasets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    databases: dict[Name, UUID]
    marts: dict[str, _Mart] = {}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a dataset.

    Attributes:
        name: Of the mart, or of what is made of its columns.
        label: Vietnamese and English, with the unit.
        text: What it says, if there is more to say.
        sql_type: DuckDB type.
        expression: SQL over the mart, where it is made of others.
        codes: Code list whose names it holds.
    """

    name: str
    label: str
    text: str | None
    sql_type: str
    expression: str | None = None
    codes: str | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as Superset works it out.

    Attributes:
        name: Name by which charts call it.
        label: Vietnamese and English, with the unit.
        text: What it says, if there is more to say.
        unit: Unit it is shown in.
        expression: SQL over the mart.
        colour: Of its series, where its code has one.
    """

    name: str
    label: str
    text: str | None
    unit: ShownUnit
    expression: str
    colour: str | None = None

    @property
    def is_share(self) -> bool:
        """Whether it is told in percent."""
        return self.unit.of == _SHARE


@dataclass(frozen=True, slots=True)
class Dataset:
    """A mart as Superset knows it.

    Attributes:
        contract: Of the mart.
        uuid: Id that Superset knew it by before ids were made of names.
        time: Column by which charts are cut into months.
        columns: By name.
        metrics: Those of `datasets.yaml` by name; of codes there is one metric each.
    """

    contract: Contract
    uuid: UUID | None
    time: str | None
    columns: Mapping[str, Column]
    metrics: Mapping[str, tuple[Metric, ...]]

    def asked(self, name: str, unit: str | None, place: str) -> tuple[Metric, ...]:
        """Return what a chart asks for: a metric of this name, or the sum of a column.

        Args:
            name: Metric or column.
            unit: Unit in which the sum of a column is shown.
            place: Of the chart that asks, for the error.

        Raises:
            ContractViolationError: There is no such metric, column or unit.
        """
        if name not in self.metrics:
            known = [*self.metrics, *_numbers(self.contract)]
            if name not in known:
                what = f"metric or number of {self.contract.name}"
                refuse(f"{place}.metric", one_of(known, what), name)
            metric = _sum(self.contract, name, _Metric(sum=name, unit=unit), place)
            is_own = unit in {None, self.contract.field(name).unit}
            return (metric if is_own else replace(metric, name=f"{name} in {unit}"),)
        if unit is not None:
            refuse(f"{place}.unit", f"none, as the metric {name} has its own", unit)
        return self.metrics[name]


def read_datasets(path: Path = DATASETS) -> tuple[dict[str, UUID], dict[str, Dataset]]:
    """Return the ids of the databases by release, and every mart of the release as a dataset.

    Raises:
        ContractViolationError: The file refers to what does not exist; the message says where.
    """
    written = shaped(read_yaml(path), _Datasets, path.name)
    if RELEASE not in written.databases:
        refuse(f"{path.name}: databases", f"one of {RELEASE}", ", ".join(written.databases))
    contracts = {one.name: one for one in contracts_of("mart") if RELEASE in one.roles}
    for name in written.marts:
        if name not in contracts:
            refuse(f"{path.name}: {name}", one_of(contracts, f"mart of {RELEASE}"), name)
    return written.databases, {
        name: _dataset(contract, written.marts.get(name, _Mart()), f"{path.name}: {name}")
        for name, contract in contracts.items()
    }


def refuse(place: str, expected: str, found: str) -> NoReturn:
    """Say that something refers to what does not exist.

    Raises:
        ContractViolationError: Always.
    """
    message = f"{place}: expected {expected}, found {found}"
    raise ContractViolationError(message)


def in_both(label: Label, unit: ShownUnit | None = None) -> str:
    """Return a label as pages show it, Vietnamese first, each with its unit."""
    if unit is None or unit.label is None:
        return f"{label.vi} / {label.en}"
    return f"{label.vi}, {unit.label.vi} / {label.en}, {unit.label.en}"


def coded(code: Code) -> str:
    """Return the short name of a code as pages show it."""
    return f"{code.short_vi} / {code.short_en}"


def _dataset(contract: Contract, mart: _Mart, place: str) -> Dataset:
    columns = {
        field.name: Column(
            field.name,
            in_both(Label(field.label_vi, field.label_en), SHOWN_UNITS.get(field.unit or "")),
            field.description,
            field.sql_type,
        )
        for field in contract.fields
    }
    if mart.time is not None:
        _require(contract, mart.time, f"{place}.time")
    for name, made in mart.columns.items():
        expression = _made(contract, made, f"{place}.columns.{name}")
        columns[name] = Column(name, in_both(made.label), None, "VARCHAR", expression, made.codes)
    return Dataset(
        contract=contract,
        uuid=mart.uuid,
        time=mart.time,
        columns=columns,
        metrics={
            name: _metrics(contract, mart, (name, metric), f"{place}.metrics.{name}")
            for name, metric in mart.metrics.items()
        },
    )


def _made(contract: Contract, made: _Made, place: str) -> str:
    if made.sql is not None:
        return _checked(contract, made.sql, f"{place}.sql")
    if made.of is None or made.codes is None:
        refuse(place, "sql, or of and codes", "neither")
    _require(contract, made.of, f"{place}.of")
    case = exp.Case(this=exp.column(made.of))
    for code in _codes(made.codes, f"{place}.codes"):
        case = case.when(exp.Literal.string(code.code), exp.Literal.string(coded(code)))
    other = exp.Literal.string(in_both(made.otherwise)) if made.otherwise else exp.column(made.of)
    return case.else_(other).sql("duckdb")


def _metrics(
    contract: Contract, mart: _Mart, named: tuple[str, _Metric], place: str
) -> tuple[Metric, ...]:
    name, metric = named
    given = [key for key in ("sum", "share", "sql") if getattr(metric, key) is not None]
    if len(given) != 1:
        refuse(place, "one of sum, share and sql", " and ".join(given) or "none")
    if metric.sum is None:
        return (_share_or_sql(contract, name, metric, place),)
    if metric.each is None:
        return (replace(_sum(contract, name, metric, place), name=name),)
    made = mart.columns.get(metric.each)
    if made is None or made.of is None or made.codes is None:
        refuse(f"{place}.each", "a column made of codes", metric.each)
    return tuple(
        replace(
            _sum(contract, name, metric, place, only=(made.of, code.code)),
            name=f"{name}_{code.code}",
            label=coded(code),
            colour=code.colour,
        )
        for code in _codes(made.codes, f"{place}.each")
    )


def _sum(
    contract: Contract,
    name: str,
    metric: _Metric,
    place: str,
    only: tuple[str, str] | None = None,
) -> Metric:
    """Return the sum of a column in its unit; `only` of rows with a code in another column."""
    column: exp.Expression = _number(contract, metric.sum or name, place)
    field = contract.field(metric.sum or name)
    shown = [key for key, unit in SHOWN_UNITS.items() if unit.of == field.unit]
    asked = metric.unit or field.unit or "1"
    if asked not in shown:
        refuse(f"{place}.unit", one_of(shown, f"unit for {field.unit}"), asked)
    unit = SHOWN_UNITS[asked]
    if only is not None:
        is_it = exp.column(only[0]).eq(exp.Literal.string(only[1]))
        column = exp.Case().when(is_it, column).else_(exp.Literal.number(0))
    total: exp.Expression = exp.Sum(this=column)
    if unit.divisor is not None:
        total = exp.Div(this=total, expression=exp.Literal.number(unit.divisor))
    label = metric.label or Label(field.label_vi, field.label_en)
    text = metric.text or field.description
    return Metric(name, in_both(label, unit), text, unit, total.sql("duckdb"))


def _share_or_sql(contract: Contract, name: str, metric: _Metric, place: str) -> Metric:
    if metric.label is None:
        refuse(f"{place}.label", "a name in both languages", "none")
    if metric.sql is not None:
        unit = SHOWN_UNITS.get(metric.unit or "1")
        if unit is None:
            refuse(f"{place}.unit", one_of(SHOWN_UNITS, "unit"), str(metric.unit))
        expression = _checked(contract, metric.sql, f"{place}.sql")
        return Metric(name, in_both(metric.label, unit), metric.text, unit, expression)
    hits = exp.Sum(this=_number(contract, metric.share or "", f"{place}.share"))
    whole = exp.Sum(this=_number(contract, metric.whole or "", f"{place}.in"))
    told: exp.Condition = exp.GTE(this=hits, expression=exp.Literal.number(metric.from_hits))
    if metric.where is not None:
        told = exp.and_(_checked(contract, metric.where, f"{place}.where"), told, dialect="duckdb")
    share = exp.Div(
        this=exp.Mul(this=hits.copy(), expression=exp.Literal.number("1.0")),
        expression=exp.func("NULLIF", whole, exp.Literal.number(0)),
    )
    label = Label(
        f"{metric.label.vi} (từ {metric.from_hits} lần phát hiện)",
        f"{metric.label.en} (from {metric.from_hits} hits)",
    )
    expression = exp.Case().when(told, share).sql("duckdb")
    return Metric(name, in_both(label), metric.text, SHOWN_UNITS[_SHARE], expression)


def _checked(contract: Contract, sql: str, place: str) -> str:
    """Return SQL over columns of a mart as it is written, after every column was found."""
    try:
        parsed = parse_one(sql, dialect="duckdb")
    except SqlglotError as error:
        message = f"{place}: not SQL: {sql}"
        raise ContractViolationError(message) from error
    for column in parsed.find_all(exp.Column):
        _require(contract, column.name, place)
    return sql


def _number(contract: Contract, name: str, place: str) -> exp.Column:
    if name not in _numbers(contract):
        refuse(place, one_of(_numbers(contract), f"number of {contract.name}"), name or "none")
    return exp.column(name)


def _numbers(contract: Contract) -> list[str]:
    return [field.name for field in contract.fields if field.unit is not None]


def _require(contract: Contract, name: str, place: str) -> None:
    if name not in contract.names:
        refuse(place, one_of(contract.names, f"column of {contract.name}"), name)


def _codes(name: str, place: str) -> tuple[Code, ...]:
    if name not in code_list_names():
        refuse(place, one_of(code_list_names(), "code list"), name)
    return code_list(name)


def one_of(names: Iterable[str], what: str) -> str:
    """Return what was expected where one of several names must stand."""
    return f"a {what} ({', '.join(names)})"
