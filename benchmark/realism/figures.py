"""Published figures with their tolerances, and the verdict on what a nation shows of each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from data_contracts.yaml_files import read_yaml


class Verdict(StrEnum):
    """What can be said of a figure."""

    WITHIN = "within"
    OFF = "off"
    TOO_FEW = "too few observations"
    ABSENT = "not measured"


class Basis(StrEnum):
    """What a figure proves.

    PUBLISHED: a publication; the simulator has no constant of that meaning, it comes about.
    INPUT: what the simulator takes and gives back, published or not, or what its constants were set
        to bring about.
    ASSUMPTION: nobody published it.
    """

    PUBLISHED = "published"
    INPUT = "input"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure or shape.

    Attributes:
        key: Name for programs.
        group: Key of its group.
        title: Name for people.
        basis: What it proves.
        target: The published value, in `unit`.
        low: Smallest value that is still within.
        high: Largest value that is still within.
        unit: share (0 to 1), count, number, seconds, hours, USD, M VND or VND per USD.
        least: Observations under which there is no verdict.
        needs: Outside tables without which it is not measured; "truth" for the truth.
        source: Where it was published, or that it is an assumption.
        how: How it is computed here.
        scaled_by: Argument of the run by which target and tolerance are multiplied; "" for none.
        floor: Smallest target after that.
    """

    key: str
    group: str
    title: str
    basis: Basis
    target: float
    low: float
    high: float
    unit: str
    least: int
    needs: tuple[str, ...]
    source: str
    how: str
    scaled_by: str = ""
    floor: float = 0.0

    def scaled(self, arguments: Mapping[str, float]) -> tuple[float, float, float] | None:
        """Return target, low and high for a run; None where the argument is not told."""
        if not self.scaled_by:
            return self.target, self.low, self.high
        if self.scaled_by not in arguments:
            return None
        target = max(self.target * arguments[self.scaled_by], self.floor)
        return target, target * self.low / self.target, target * self.high / self.target


@dataclass(frozen=True, slots=True)
class Result:
    """A figure with what was generated.

    Attributes:
        figure: The figure.
        target: Its target for this run, low and high likewise.
        low: Smallest value within.
        high: Largest value within.
        generated: What the folder shows; None where nothing can be said.
        observations: Records that it rests on.
        verdict: The verdict.
    """

    figure: Figure
    target: float
    low: float
    high: float
    generated: float | None
    observations: int
    verdict: Verdict


@cache
def load_figures() -> tuple[Figure, ...]:
    """Return all figures, in the order of the report."""
    return tuple(
        Figure(
            key=key,
            **(entry | {"basis": Basis(entry["basis"]), "needs": tuple(entry["needs"])}),
        )
        for key, entry in _document()["figures"].items()
    )


@cache
def load_groups() -> dict[str, str]:
    """Return the headings of the groups by key, in the order of the report."""
    groups: dict[str, str] = _document()["groups"]
    return groups


def judge(
    figure: Figure,
    measured: tuple[float | None, int],
    *,
    present: Collection[str],
    arguments: Mapping[str, float],
) -> Result:
    """Hold what was measured against a figure.

    Args:
        figure: The figure.
        measured: The value (None where it is undefined) and the number of observations.
        present: Outside tables that the folder has, and "truth" where it was given.
        arguments: Numeric arguments of the run.
    """
    value, observations = measured
    limits = figure.scaled(arguments)
    target, low, high = limits or (figure.target, figure.low, figure.high)
    if limits is None or not set(figure.needs) <= set(present):
        return Result(figure, target, low, high, None, 0, Verdict.ABSENT)
    if value is None or observations < figure.least:
        return Result(figure, target, low, high, value, observations, Verdict.TOO_FEW)
    verdict = Verdict.WITHIN if low <= value <= high else Verdict.OFF
    return Result(figure, target, low, high, value, observations, verdict)


@cache
def _document() -> dict[str, Any]:
    return read_yaml(resources.files(__package__).joinpath("figures.yaml"))
