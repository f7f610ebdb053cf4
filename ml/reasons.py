"""Reasons for a score in words: contributions summed by group, the largest groups first.

Codes of groups are stable (`ml.features.definition.GROUPS`); the sentence and its figures come
from the feature that added most inside the group. What convinces nobody is no reason, however much
the model makes of it (`may_be_said`). Reasons are for officers, never for declarants.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.features.definition import GROUPS, Column, Columns, Feature
from ml.features.trader import trader_history_days

Features = tuple[Feature, ...]

Bools = npt.NDArray[np.bool_]

_GROUP_CODES = tuple(GROUPS)
# Numbers below this show decimals.
_SMALL_NUMBER = 100

_NEW_DAYS, _NEW_DECLARATIONS = 365, 50
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Reason:
    """One group's part in a margin.

    Attributes:
        code: Stable code of the group.
        text_vi: Sentence with the evidence, Vietnamese.
        text_en: The same in English.
        contribution: Sum of the contributions of the group's features, log-odds.
    """

    code: str
    text_vi: str
    text_en: str
    contribution: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one item has its margin: base + reasons + other = margin, within 1e-5.

    Attributes:
        base_margin: What every item starts from.
        reasons: The groups that raised the margin most, first the largest.
        other_contribution: All other groups together.
    """

    base_margin: float
    reasons: tuple[Reason, ...]
    other_contribution: float


def explain(
    features: Features,
    columns: Columns,
    contributions: npt.NDArray[np.float32],
    known_since: date,
    *,
    reason_count: int = 3,
) -> list[Explanation]:
    """Put the contributions of every item into words.

    A group counts with what those of its features add that may be said (`may_be_said`) and whose
    figures are there and not zero: that a trader never cancelled is no reason for more. It is a
    reason only where that raises the margin; the rest is in `other_contribution`.

    Args:
        features: In the order of the model.
        columns: All of the model's inputs as they were scored, n_items long.
        contributions: As `ml.scoring.Scores` has them.
        known_since: As of `may_be_said`.
        reason_count: Reasons for each item, at most.
    """
    parts = contributions[:, :-1].astype(np.float64)
    may_be_told = may_be_said(features, columns, known_since) & _has_figures(features, columns)
    told = np.where(may_be_told, parts, 0.0)
    group_of_feature = np.array([_GROUP_CODES.index(feature.group) for feature in features])
    by_group = np.zeros((len(parts), len(_GROUP_CODES)))
    np.add.at(by_group.T, group_of_feature, told.T)
    strongest = _strongest_features(told, group_of_feature)
    order = np.argsort(-by_group, axis=1, kind="stable")[:, :reason_count]
    explanations = []
    for row, groups in enumerate(order.tolist()):
        item = {name: values[row : row + 1] for name, values in columns.items()}
        reasons = tuple(
            _reason(group, features[strongest[row, group]], item, float(by_group[row, group]))
            for group in groups
            if by_group[row, group] > 0
        )
        other = float(parts[row].sum()) - sum(reason.contribution for reason in reasons)
        explanations.append(Explanation(float(contributions[row, -1]), reasons, other))
    return explanations


def may_be_said(features: Features, columns: Columns, known_since: date) -> Bools:
    """Return which features may be told as a reason of each item, shape (n_items, n_features).

    Each says it itself (`Feature.told`). A trader is not new who has declared for a year, who has
    declared often, or whose first known declaration is so near the beginning of the data that there
    may be earlier ones.

    Args:
        features: In the order of the model.
        columns: All of the model's inputs, n_items long.
        known_since: A day from which on the data know every declaration: the first day of the
            model's training, which is the same at every door.
    """
    said = np.ones((_count(columns), len(features)), dtype=np.bool_)
    with np.errstate(divide="ignore", invalid="ignore"):
        for place, feature in enumerate(features):
            match feature.told:
                case "never":
                    said[:, place] = False
                case "imports_below_peers":
                    is_import = columns["direction_code"] != "export"
                    said[:, place] = is_import & (feature.compute(columns) < 0)
                case "new_traders":
                    said[:, place] = _is_new(columns, known_since)
    return said


def _is_new(columns: Columns, known_since: date) -> Bools:
    first_day = columns["trader_first_registered_date"]
    return np.asarray(
        (trader_history_days(columns) < _NEW_DAYS)
        & (columns["trader_declaration_count"] < _NEW_DECLARATIONS)
        & (first_day - (known_since - _EPOCH).days >= _NEW_DAYS)
    )


def _has_figures(features: Features, columns: Columns) -> Bools:
    """Return where a feature's value is there, and every figure of its sentence and not zero."""
    has = np.ones((_count(columns), len(features)), dtype=np.bool_)
    with np.errstate(divide="ignore", invalid="ignore"):
        for place, feature in enumerate(features):
            has[:, place] = _is_there(feature.compute(columns))
            for _, figure in feature.evidence:
                shown = figure(columns)
                has[:, place] &= _is_there(shown)
                if shown.dtype.kind != "U":
                    has[:, place] &= shown != 0
    return has


def _count(columns: Columns) -> int:
    return len(next(iter(columns.values())))


def _is_there(values: Column) -> Bools:
    return np.asarray(values != "" if values.dtype.kind == "U" else ~np.isnan(values))


def _strongest_features(told: Any, group_of_feature: Any) -> Any:
    """Return for each item and group the feature that raised the margin most."""
    strongest = np.zeros((len(told), len(_GROUP_CODES)), dtype=np.int64)
    for group in range(len(_GROUP_CODES)):
        members = np.flatnonzero(group == group_of_feature)
        if len(members):
            strongest[:, group] = members[np.argmax(told[:, members], axis=1)]
    return strongest


def _reason(group: int, feature: Feature, item: Columns, contribution: float) -> Reason:
    code = _GROUP_CODES[group]
    text_vi, text_en = sentences(feature, item)
    name_vi, name_en = GROUPS[code]
    return Reason(code, f"{name_vi}: {text_vi}", f"{name_en}: {text_en}", contribution)


def sentences(feature: Feature, item: Columns) -> tuple[str, str]:
    """Return what a feature says of the first item, in Vietnamese and in English."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shown = {name: compute(item)[0] for name, compute in feature.evidence}
        shown["value"] = feature.compute(item)[0]
    return _filled(feature.reason_vi, shown, "vi"), _filled(feature.reason_en, shown, "en")


def _filled(template: str, shown: dict[str, Any], language: str) -> str:
    return template.format_map({name: written(figure, language) for name, figure in shown.items()})


def written(figure: Any, language: str) -> str:
    """Write a code as it is and a number with three significant digits or in full if larger."""
    if isinstance(figure, str):
        return str(figure)
    number = float(figure)
    digits = 0
    if 0 < abs(number) < _SMALL_NUMBER and not number.is_integer():
        digits = min(max(2 - math.floor(math.log10(abs(number))), 0), 6)
    english = f"{number:,.{digits}f}"
    return english.translate(str.maketrans(",.", ".,")) if language == "vi" else english
