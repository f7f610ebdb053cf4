"""Evaluation of the learning on public data sets, apart from the lake."""

import logging
import time
from enum import StrEnum
from pathlib import Path
from typing import Any

from benchmark.public.korea import evaluate_files

logger = logging.getLogger(__name__)


class Dataset(StrEnum):
    """Public labelled data sets that can be evaluated."""

    KOREA = "korea"


def evaluate_dataset(dataset: Dataset, train: Path, test: Path) -> dict[str, Any]:
    """Fit on `train`, measure on `test` and return the figures as plain values.

    Args:
        dataset: Which public set the files belong to; so far only the Korean one has labels.
        train: File to learn from; the only one that anything is fitted on.
        test: File that is scored whole.

    Raises:
        CustomsDataError: a file is not of this data set, or holds too little to learn from.
    """
    started = time.monotonic()
    evaluation = evaluate_files(train, test)
    logger.info(
        "evaluated dataset=%s train_rows=%d test_rows=%d seconds=%.1f",
        dataset.value,
        evaluation.train_row_count,
        evaluation.test_row_count,
        time.monotonic() - started,
    )
    return evaluation.as_json()
