"""The plots of the report by group: what was generated beside the targets."""

import datetime as dt
from collections.abc import Callable, Sequence

from benchmark.realism.charts import Axis, Curve, bars, curves, histogram
from benchmark.realism.report import Point, Report

_SHARE = Axis(is_share=True)
_MOST_BARS = 12
_LANES = {1.0: "green", 2.0: "yellow", 3.0: "red"}
_GROUNDS = {
    "RR": "risk", "CN": "specialised management", "TG": "value", "NN": "random", "TK": "other",
}  # fmt: skip
_TAXES = {
    "N": "import", "X": "export", "B": "safeguard", "G": "anti-dumping", "C": "countervailing",
    "P": "retaliatory", "T": "special consumption", "M": "environment", "V": "value added",
    "D": "other",
}  # fmt: skip
# Points that a concentration curve should pass: figure and percent of the members.
_HELD = {
    "offices": (), "brokers": (), "traders": (), "codes": (),
    "exporters": (("exporter_top_1", 1.0),),
    "debtors": (("debt_top_8", 8.0),),
}  # fmt: skip
_METHODS = {
    "1": "documents", "2": "scanner", "3": "physical, part", "4": "physical, whole",
    "5": "specialised agency", "6": "laboratory", "7": "value consultation",
}  # fmt: skip
_BANDS = ("under 5 %", "5 to 10 %", "10 to 20 %", "20 % and more")
_TIMES = {0.0: "1 s", 1.78: "1 min", 3.56: "1 h", 4.94: "1 d", 5.78: "1 week", 6.5: ""}
_WEEKDAYS = dict(
    zip(map(float, range(1, 8)), ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), strict=True)
)


def draw(report: Report) -> dict[str, list[str]]:
    """Return the SVG texts by group; a plot without points is left out."""
    targets = {result.figure.key: result.target for result in report.results}
    drawn: dict[str, list[str]] = {}
    for group, needed, make in _PLOTS:
        if report.plots.get(needed):
            drawn.setdefault(group, []).append(make(report.plots[needed], targets))
    return drawn


_Targets = dict[str, float]


def _curve(points: Sequence[Point], series: str | None = None) -> Curve:
    chosen = [p for p in points if p.position is not None and series in {None, p.series}]
    return [p.position or 0.0 for p in chosen], [p.height for p in chosen]


def _series(points: Sequence[Point]) -> list[str]:
    return list(dict.fromkeys(point.series for point in points))


def _shares(points: Sequence[Point], series: str) -> dict[str, float]:
    return {point.label or "": point.height for point in points if point.series == series}


def _items(points: Sequence[Point], _: _Targets) -> str:
    return histogram(
        "Goods items per declaration", _curve(points), 1.0,
        (Axis("items"), Axis("declarations", is_share=True, is_log=True)),
    )  # fmt: skip


def _values(points: Sequence[Point], _: _Targets) -> str:
    ticks = {float(power): f"10^{power}" for power in range(0, 9, 2)}
    return histogram(
        "Value of a declaration", _curve(points), 0.2, (Axis("USD", ticks=ticks), _SHARE)
    )


def _masses(points: Sequence[Point], _: _Targets) -> str:
    ticks = {float(power): f"10^{power}" for power in range(-2, 7, 2)}
    return histogram(
        "Net mass of an import item", _curve(points), 0.25, (Axis("kg", ticks=ticks), _SHARE)
    )


def _regimes(points: Sequence[Point], _: _Targets) -> str:
    return _by_label("Regimes, share of each direction", points, {})


def _lanes(points: Sequence[Point], targets: _Targets) -> str:
    names = list(_LANES.values())
    series = {
        name: [dict(zip(*_curve(points, name), strict=True)).get(lane, 0.0) for lane in _LANES]
        for name in ("generated", "imports", "exports")
    }
    return bars("Lanes", names, series, {name: targets[f"{name}_share"] for name in names})


def _regime_lanes(points: Sequence[Point], _: _Targets) -> str:
    return _by_label("Not green, by regime", points, {})


def _grounds(points: Sequence[Point], targets: _Targets) -> str:
    shares = {
        _GROUNDS.get(code, code): share for code, share in _shares(points, "generated").items()
    }
    marks = {"specialised management": targets["yellow_managed_share"]}
    return bars(
        "Grounds of yellow", list(shares), {"generated": list(shares.values())},
        {name: share for name, share in marks.items() if name in shares},
    )  # fmt: skip


def _concentration(points: Sequence[Point], targets: _Targets) -> str:
    kinds = [kind for kind in _HELD if kind in set(_series(points))]
    return curves(
        "What the largest hold",
        {kind: _curve(points, kind) for kind in kinds},
        (Axis("largest members, %", is_log=True), _SHARE),
        {kind: [(x, targets[key]) for key, x in _HELD[kind]] for kind in kinds},
    )


def _families(points: Sequence[Point], targets: _Targets) -> str:
    return _both_directions("Goods, share of value", points, targets)


def _partners(points: Sequence[Point], targets: _Targets) -> str:
    return _both_directions("Partners, share of value", points, targets)


def _both_directions(title: str, points: Sequence[Point], targets: _Targets) -> str:
    """Bars named by direction and member, so that each can have its target."""
    labelled, marks = [], {}
    for direction in ("exports", "imports"):
        for name, share in list(_shares(points, direction).items())[: _MOST_BARS // 2]:
            label = f"{direction} · {name}"
            labelled.append((label, share))
            key = f"{direction[:-1]}_{name.lower()}"
            if key in targets:
                marks[label] = targets[key]
    labels, shares = zip(*labelled, strict=True)
    return bars(title, labels, {"generated": shares}, marks)


def _by_label(title: str, points: Sequence[Point], marks: dict[str, float]) -> str:
    names = _series(points)
    totals: dict[str, float] = {}
    for point in points:
        totals[point.label or ""] = totals.get(point.label or "", 0.0) + point.height
    labels = sorted(totals, key=lambda label: -totals[label])[:_MOST_BARS]
    series = {name: [_shares(points, name).get(label, 0.0) for label in labels] for name in names}
    return bars(title, labels, series, marks)


def _prices(points: Sequence[Point], _: _Targets) -> str:
    return histogram(
        "Unit values inside tariff line, origin and unit", _curve(points), 0.1,
        (Axis("ln of unit value less the cell's mean"), _SHARE),
    )  # fmt: skip


def _weeks(points: Sequence[Point], _: _Targets) -> str:
    days, heights = _curve(points)
    months = sorted({_first_of_month(day) for day in days})
    step = max(1, len(months) // 6)
    ticks = {float(m.toordinal() - _EPOCH): f"{m:%Y-%m}" for m in months[::step]}
    return curves(
        "Declarations a day, by week", {"": (days, heights)}, (Axis(ticks=ticks), Axis()), None
    )


_EPOCH = dt.date(1970, 1, 1).toordinal()


def _first_of_month(day: float) -> dt.date:
    return dt.date.fromordinal(int(day) + _EPOCH).replace(day=1)


def _tet(points: Sequence[Point], _: _Targets) -> str:
    return curves(
        "Around Tết (day 0), 1 = weeks 4–8 before and after",
        {"declarations": _curve(points)}, (Axis("days"), Axis()), None,
    )  # fmt: skip


def _weekdays(points: Sequence[Point], _: _Targets) -> str:
    return histogram("Weekdays", _curve(points), 1.0, (Axis(ticks=_WEEKDAYS), _SHARE))


def _hours(points: Sequence[Point], _: _Targets) -> str:
    return histogram("Hours of registration", _curve(points), 1.0, (Axis("hour"), _SHARE))


def _taxes(points: Sequence[Point], targets: _Targets) -> str:
    shares = {_TAXES.get(code, code): share for code, share in _shares(points, "generated").items()}
    marks = {"value added": targets["vat_share"]} if "value added" in shares else {}
    return bars("Revenue by tax", list(shares), {"generated": list(shares.values())}, marks)


def _clearance(points: Sequence[Point], _: _Targets) -> str:
    lines = {
        name: _stretched(_curve(points, str(int(lane))))
        for lane, name in _LANES.items()
        if str(int(lane)) in set(_series(points))
    }
    return curves(
        "From registration to clearance",
        lines,
        (Axis(ticks=_TIMES), Axis("cleared so far", is_share=True)),
    )


def _stretched(curve: Curve) -> Curve:
    """A curve of what is done so far stays at its end until the axis ends."""
    x, y = curve
    return [*x, max(_TIMES)], [*y, y[-1]]


def _audits(points: Sequence[Point], _: _Targets) -> str:
    ticks = {6.0: "1 M", 7.0: "10 M", 8.0: "100 M", 9.0: "1 bn", 10.0: "10 bn"}
    return histogram(
        "Assessed per audit with a finding", _curve(points), 0.25,
        (Axis("VND", ticks=ticks), Axis("audits")),
    )  # fmt: skip


def _hits(points: Sequence[Point], _: _Targets) -> str:
    names = _series(points)
    series = {
        name: [_shares(points, name).get(method, 0.0) for method in _METHODS] for name in names
    }
    return bars("Checks that find something, by method", list(_METHODS.values()), series, {})


def _mirror(points: Sequence[Point], _: _Targets) -> str:
    heights = _shares(points, "generated")
    bands = [band for band in _BANDS if band in heights]
    return bars(
        "Declared here above what partners tell, by tariff", bands,
        {"generated": [heights[band] for band in bands]}, {},
    )  # fmt: skip


def _list_prices(points: Sequence[Point], _: _Targets) -> str:
    return histogram(
        "Declared price of listed goods", _curve(points), 0.02,
        (Axis("ln of price over the list’s (0 = the list)"), _SHARE),
    )  # fmt: skip


def _bill_masses(points: Sequence[Point], _: _Targets) -> str:
    return histogram(
        "Gross mass, carrier’s bill against declarations", _curve(points), 0.02,
        (Axis("ln of bill over declared"), Axis(is_share=True, is_log=True)),
    )  # fmt: skip


def _gates(points: Sequence[Point], _: _Targets) -> str:
    days = [point.position or 0.0 for point in points]
    months = sorted({_first_of_month(day) for day in days})
    step = max(1, len(months) // 6)
    ticks = {float(m.toordinal() - _EPOCH): f"{m:%Y-%m}" for m in months[::step]}
    lines = {name: _curve(points, name) for name in _series(points)}
    return curves("Vehicles a day at Lạng Sơn", lines, (Axis(ticks=ticks), Axis()))


_PLOTS: tuple[tuple[str, str, Callable[[Sequence[Point], _Targets], str]], ...] = (
    ("declarations", "items", _items),
    ("declarations", "values", _values),
    ("declarations", "masses", _masses),
    ("declarations", "regimes", _regimes),
    ("lanes", "lanes", _lanes),
    ("lanes", "regime_lanes", _regime_lanes),
    ("lanes", "grounds", _grounds),
    ("lanes", "clearance", _clearance),
    ("concentration", "concentration", _concentration),
    ("goods", "families", _families),
    ("goods", "partners", _partners),
    ("goods", "prices", _prices),
    ("season", "weeks", _weeks),
    ("season", "tet", _tet),
    ("season", "weekdays", _weekdays),
    ("season", "hours", _hours),
    ("money", "taxes", _taxes),
    ("control", "audits", _audits),
    ("hits", "hits", _hits),
    ("shadows", "mirror", _mirror),
    ("shadows", "list_prices", _list_prices),
    ("shadows", "bill_masses", _bill_masses),
    ("border", "gates", _gates),
)
