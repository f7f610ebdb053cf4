"""Bars, curves and histograms as SVG text that can stand inside a page.

The same numbers give the same text: no date, no random ids.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, PercentFormatter

Marks = Mapping[str, float]
Curve = tuple[Sequence[float], Sequence[float]]

_TARGET = "#c8641b"
_COLOURS = ("#1d5b86", "#6aa5c9", "#93a86b", "#8a6fa8", "#b8862f", "#5c6670")
_LANE_COLOURS = {"green": "#3f8f4f", "yellow": "#d9a521", "red": "#b5392f"}
_INK = "#27323a"
_SIZE_INCHES = (5.2, 3.0)
_LEGEND_COLUMNS = 6
_STYLE = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#8b959c",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "legend.frameon": False,
    "legend.fontsize": 8,
}


_RING: dict[str, Any] = {
    "linestyle": "",
    "marker": "o",
    "markeredgecolor": _TARGET,
    "markeredgewidth": 1.6,
}


@dataclass(frozen=True, slots=True)
class Axis:
    """How an axis is written.

    Attributes:
        label: What it measures.
        is_share: Shares are written in percent.
        is_log: Logarithmic.
        ticks: Texts by position; none for numbers as they are.
    """

    label: str = ""
    is_share: bool = False
    is_log: bool = False
    ticks: Mapping[float, str] = field(default_factory=dict)


def bars(
    title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]], targets: Marks
) -> str:
    """Draw horizontal bars of shares, one group a label, with the targets as strokes."""
    with style.context({**_STYLE, "svg.hashsalt": title}):
        canvas, axes = _canvas(title, height=max(_SIZE_INCHES[1], 0.8 + 0.26 * len(labels)))
        places = np.arange(len(labels), dtype=np.float64)
        thickness = 0.8 / len(series)
        for number, (name, shares) in enumerate(series.items()):
            shift = (number - (len(series) - 1) / 2) * thickness
            axes.barh(
                places + shift, shares, thickness * 0.92, label=name, color=_colour(name, number)
            )
        for label, share in targets.items():
            place = labels.index(label)
            axes.plot([share, share], [place - 0.45, place + 0.45], color=_TARGET, linewidth=2.2)
        if targets:
            axes.plot([], [], color=_TARGET, linewidth=2.2, label="target")
        axes.set_yticks(places, labels)
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
        _legend(canvas, len(series) + bool(targets))
        return _svg(canvas)


def curves(
    title: str,
    lines: Mapping[str, Curve],
    axes_as: tuple[Axis, Axis],
    targets: Mapping[str, Sequence[tuple[float, float]]] | None = None,
) -> str:
    """Draw curves, each with the points that it should pass."""
    with style.context({**_STYLE, "svg.hashsalt": title}):
        canvas, axes = _canvas(title)
        for number, (name, (x, y)) in enumerate(lines.items()):
            colour = _colour(name, number)
            axes.plot(x, y, label=name, color=colour, linewidth=1.6)
            for across, upward in (targets or {}).get(name, ()):
                axes.plot(across, upward, color=colour, **_RING)
        if targets:
            axes.plot([], [], color="white", label="target", **_RING)
        _dress(axes, *axes_as)
        _legend(canvas, len(lines) + bool(targets))
        return _svg(canvas)


def histogram(title: str, counted: Curve, width: float, axes_as: tuple[Axis, Axis]) -> str:
    """Draw shares by class; `width` is that of a class."""
    with style.context({**_STYLE, "svg.hashsalt": title}):
        canvas, axes = _canvas(title)
        axes.bar(*counted, width * 0.92, color=_COLOURS[0])
        _dress(axes, *axes_as)
        return _svg(canvas)


def _canvas(title: str, height: float = _SIZE_INCHES[1]) -> tuple[Canvas, Axes]:
    canvas = Canvas(figsize=(_SIZE_INCHES[0], height), layout="constrained")
    axes = canvas.add_subplot()
    axes.set_title(title)
    return canvas, axes


def _dress(axes: Axes, across: Axis, upward: Axis) -> None:
    axes.set_xlabel(across.label)
    axes.set_ylabel(upward.label)
    if across.ticks:
        axes.set_xticks(list(across.ticks), list(across.ticks.values()))
    if across.is_log:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda place, _: f"{place:g}"))
    if upward.is_log:
        axes.set_yscale("log")
    if upward.is_share:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share * 100:g} %"))
    axes.grid(axis="y", color="#e3e7ea", linewidth=0.7)
    axes.set_axisbelow(True)


def _legend(canvas: Canvas, entries: int) -> None:
    # Below the axes: inside them it would cover bars.
    if entries > 1:
        canvas.legend(loc="outside lower center", ncols=min(entries, _LEGEND_COLUMNS))


def _colour(name: str, number: int) -> str:
    return _LANE_COLOURS.get(name, _COLOURS[number % len(_COLOURS)])


def _svg(canvas: Canvas) -> str:
    stream = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    canvas.savefig(stream, format="svg", metadata=nothing, transparent=True)
    text = stream.getvalue()
    # Inside a page there is no place for a document type of its own.
    return text[text.index("<svg") :]
