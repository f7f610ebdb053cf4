"""Two honest figures on the Korean declarations: with repeats, and on goods never seen.

Most declarations of the public files repeat a goods tuple of an earlier one together with its
label. A model that remembers tuples reaches an AUC of 0.98 as published, which says nothing about
goods it has not seen. So there are always two figures: `as_published`, and `tuple_disjoint`, for
which TRAIN rows whose tuple occurs in TEST leave model and encodings. Both come from the same code
with the same parameters, and nothing is fitted on TEST.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xgboost as xgb
from sklearn.isotonic import IsotonicRegression

from benchmark.public.korea_encodings import encode
from benchmark.public.korea_metrics import estimates
from benchmark.public.korea_rows import Rows, read_rows, repeated, together, tuple_codes
from data_contracts.errors import CustomsDataError
from data_contracts.finding import FINDING_EN, FINDING_VI
from measures.calibration import calibration
from measures.intervals import Estimate

_MISSING = float("nan")


@dataclass(frozen=True, slots=True)
class Parameters:
    """How a model is fitted.

    Chosen by the mean AUC over three cuts by time (July, October, January), both regimes; the
    surface is flat: depth 4 to 6, smoothing 10 to 60 and leaf weight 5 to 30 differ by 0.01.
    """

    max_depth: int = 4
    eta: float = 0.05
    min_child_weight: float = 10.0
    subsample: float = 0.8
    colsample_bytree: float = 0.7
    rounds: int = 800
    patience: int = 40
    seed: int = 11
    threads: int = 1
    """Two threads on two busy cores wait for each other: 60 s instead of 3 s, measured here."""
    held_back_share: float = 0.15
    """Share of TRAIN, its last days, that stops the boosting and calibrates."""


@dataclass(frozen=True, slots=True)
class Regime:
    """The outcome of one regime on TEST."""

    figures: dict[str, Estimate]
    calibration: dict[str, float]
    train_row_count: int
    tree_count: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Both regimes together; there is no way to get one alone."""

    as_published: Regime
    tuple_disjoint: Regime
    repeat_share: float
    """Share of TEST rows, 0 to 1, whose goods tuple occurs in TRAIN."""
    train_row_count: int
    test_row_count: int

    def as_json(self) -> dict[str, Any]:
        """Return the evaluation as plain values."""
        regimes = {"as_published": self.as_published, "tuple_disjoint": self.tuple_disjoint}
        return {
            **{
                regime: {name: figure.as_dict() for name, figure in one.figures.items()}
                for regime, one in regimes.items()
            },
            "repeat_share": self.repeat_share,
            "train_rows": {name: one.train_row_count for name, one in regimes.items()},
            "test_rows": self.test_row_count,
            "trees": {name: one.tree_count for name, one in regimes.items()},
            "calibration": {name: one.calibration for name, one in regimes.items()},
            "finding_vi": FINDING_VI,
            "finding_en": FINDING_EN,
        }


def evaluate_files(
    train_path: Path, test_path: Path, parameters: Parameters | None = None
) -> Evaluation:
    """Read both files and evaluate; see `evaluate`."""
    return evaluate(read_rows(train_path), read_rows(test_path), parameters)


def evaluate(train: Rows, test: Rows, parameters: Parameters | None = None) -> Evaluation:
    """Fit on TRAIN and measure on all of TEST, with and without TRAIN rows of TEST's tuples.

    Raises:
        CustomsDataError: TEST has only one outcome, or what is left of TRAIN has only one outcome
            or only one day.
    """
    chosen = parameters or Parameters()
    _require_both_outcomes("TEST", test)
    disjoint = train.where(~repeated(train, of=test))
    return Evaluation(
        as_published=_regime("TRAIN", train, test, chosen),
        tuple_disjoint=_regime("TRAIN without the goods of TEST", disjoint, test, chosen),
        repeat_share=float(repeated(test, of=train).mean()),
        train_row_count=len(train),
        test_row_count=len(test),
    )


def _regime(name: str, train: Rows, test: Rows, parameters: Parameters) -> Regime:
    _require_both_outcomes(name, train)
    held_back = _last_days(train, parameters.held_back_share)
    if held_back.all():
        message = f"{name}: expected declarations of at least two days; found one"
        raise CustomsDataError(message)
    _require_both_outcomes(f"{name}, but its last days", train.where(~held_back))
    known = np.arange(len(train) + len(test)) < len(train)
    columns = encode(together(train, test), known)
    matrix = np.column_stack(list(columns.values())).astype(np.float32)
    booster = _fit(matrix[known], train.irregular, held_back, parameters)
    margins = _margins(booster, matrix)
    probabilities = _calibrated(margins, train.irregular, known, held_back)
    # Isotonic steps make ties, so the order comes from the margin and the level from the steps.
    return Regime(
        figures=estimates(margins[~known], test.irregular, tuple_codes(test)),
        calibration=calibration(probabilities, test.irregular),
        train_row_count=len(train),
        tree_count=booster.best_iteration + 1,
    )


def _last_days(train: Rows, share: float) -> npt.NDArray[np.bool_]:
    """Return which rows lie on the last days that hold about `share` of TRAIN, whole days only."""
    newest_first = np.sort(train.days)[::-1]
    first_day = newest_first[int(len(train) * share)]
    later: npt.NDArray[np.bool_] = train.days > first_day
    return later if later.any() else np.equal(train.days, first_day)


def _fit(
    matrix: npt.NDArray[np.float32],
    irregular: npt.NDArray[np.float64],
    held_back: npt.NDArray[np.bool_],
    parameters: Parameters,
) -> xgb.Booster:
    settings = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "eval_metric": "logloss",
        "max_depth": parameters.max_depth,
        "eta": parameters.eta,
        "min_child_weight": parameters.min_child_weight,
        "subsample": parameters.subsample,
        "colsample_bytree": parameters.colsample_bytree,
        "seed": parameters.seed,
        "nthread": parameters.threads,
    }
    return xgb.train(
        settings,
        _matrix(matrix[~held_back], irregular[~held_back]),
        parameters.rounds,
        evals=[(_matrix(matrix[held_back], irregular[held_back]), "last_days")],
        early_stopping_rounds=parameters.patience,
        verbose_eval=False,
    )


def _matrix(
    values: npt.NDArray[np.float32], irregular: npt.NDArray[np.float64] | None = None
) -> xgb.DMatrix:
    return xgb.DMatrix(values, label=irregular, missing=_MISSING)


def _margins(booster: xgb.Booster, matrix: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    best = (0, booster.best_iteration + 1)
    margins = booster.predict(_matrix(matrix), output_margin=True, iteration_range=best)
    return np.asarray(margins, dtype=np.float64)


def _calibrated(
    margins: npt.NDArray[np.float64],
    irregular: npt.NDArray[np.float64],
    known: npt.NDArray[np.bool_],
    held_back: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float64]:
    isotonic = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    isotonic.fit(margins[known][held_back], irregular[held_back])
    return np.asarray(isotonic.predict(margins[~known]), dtype=np.float64)


def _require_both_outcomes(name: str, rows: Rows) -> None:
    outcomes = np.unique(rows.irregular)
    if len(rows) == 0 or len(outcomes) == 1:
        found = "no rows" if len(rows) == 0 else f"{len(rows)} rows, all {int(outcomes[0])}"
        message = f"{name}: expected irregular and regular declarations; found {found}"
        raise CustomsDataError(message)
