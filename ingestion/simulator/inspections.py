"""Inspections: who looks at which declaration with which method, when it ends and what it sees.

Red means a physical check of a part (3) or of all (4); yellow means documents (1), a value doubt a
consultation (7); a declaration chosen by lot gets a whole physical check and its documents read.
Each method sees each mechanism with its own chance; what it misses stays unknown.
"""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator.arrays import Bools, Generator, Ints
from ingestion.simulator.control import RED, VALUE, YELLOW, Decisions
from ingestion.simulator.declarations import Declarations
from ingestion.simulator.items import Items
from ingestion.simulator.schemes import MECHANISMS

DOCUMENTS, PHYSICAL_PART, PHYSICAL_WHOLE, CONSULTATION = 1, 3, 4, 7
_CONSULTED_SHARE = 0.75
_UNFINISHED_SHARE = 0.01
# Chance that a method (1…7) sees: nothing, undervaluation, misclassification, short quantity,
# false preference, mistake.
_SEES = np.zeros((8, len(MECHANISMS)))
_SEES[DOCUMENTS] = (0, 0.22, 0.22, 0.1, 0.42, 0.24)
_SEES[PHYSICAL_PART] = (0, 0.1, 0.45, 0.48, 0.18, 0.3)
_SEES[PHYSICAL_WHOLE] = (0, 0.1, 0.68, 0.75, 0.2, 0.42)
_SEES[CONSULTATION] = (0, 0.62, 0.08, 0.02, 0.08, 0.1)


@dataclass(frozen=True, slots=True)
class Inspections:
    """Inspections of a block, one position each.

    Attributes:
        declaration: Position of the declaration in its block.
        method: HINH_THUC, 1 to 7.
        started, ended: Local seconds since 1970.
        officer: Serial of the officer inside the office.
        is_late: A first message says "not finished" before the result.
    """

    declaration: Ints
    method: Ints
    started: Ints
    ended: Ints
    officer: Ints
    is_late: Bools

    def __len__(self) -> int:
        """Return the number of inspections."""
        return len(self.declaration)


@dataclass(frozen=True, slots=True)
class Findings:
    """Result rows: one for the whole declaration, or one for each item when one is irregular.

    Attributes:
        inspection: Position in Inspections.
        item: Position of the item in its block; -1 for the whole declaration.
        is_irregular: The method saw an irregularity.
        is_new: Nobody had found this item before; only then does money count.
        line_number: 1, 2, … inside the inspection.
    """

    inspection: Ints
    item: Ints
    is_irregular: Bools
    is_new: Bools
    line_number: Ints


def _durations(rng: Generator, method: Ints) -> Ints:
    """Return seconds from start to result: hours to days for papers, weeks for consultations."""
    count = len(method)
    median = np.where(method == DOCUMENTS, 9_000.0, 72_000.0)
    spread = np.where(method == DOCUMENTS, 1.5, 1.1)
    common = np.minimum(median * np.exp(rng.normal(0.0, spread, count)), 45 * 86_400)
    weeks = rng.uniform(6, 60, count) * 86_400
    return np.rint(np.where(method == CONSULTATION, weeks, common)).astype(np.int64)


def plan_inspections(
    rng: Generator, declarations: Declarations, decisions: Decisions
) -> Inspections:
    """Return the inspections that follow from the lanes, by declaration, then method."""
    count = len(declarations)
    looked = ~decisions.is_refused
    red = looked & (decisions.final_lane == RED)
    doubt = looked & (decisions.ground == VALUE) & (decisions.final_lane == YELLOW)
    whole = decisions.is_random | (rng.random(count) < 0.35)  # noqa: PLR2004
    consulted = doubt & (rng.random(count) < _CONSULTED_SHARE)
    papers = looked & ((decisions.final_lane == YELLOW) & ~consulted | decisions.is_random)
    chosen = ((papers, DOCUMENTS), (red & ~whole, PHYSICAL_PART), (red & whole, PHYSICAL_WHOLE),
              (consulted, CONSULTATION))  # fmt: skip
    rows = np.concatenate([np.flatnonzero(mask) for mask, _ in chosen])
    method = np.concatenate([np.full(int(mask.sum()), code) for mask, code in chosen])
    order = np.lexsort((method, rows))
    rows, method = rows[order], method[order].astype(np.int64)
    started = decisions.decided[rows] + rng.integers(600, 14_400, len(rows))
    return Inspections(
        declaration=rows,
        method=method,
        started=started,
        ended=started + 600 + _durations(rng, method),
        officer=rng.integers(1, 40, len(rows)),
        is_late=rng.random(len(rows)) < _UNFINISHED_SHARE,
    )


def look(
    rng: Generator, declarations: Declarations, items: Items, inspections: Inspections
) -> Findings:
    """Return the result rows of all inspections of a block."""
    starts = np.cumsum(declarations.item_count) - declarations.item_count
    counts = declarations.item_count[inspections.declaration]
    owner = np.repeat(np.arange(len(inspections)), counts)
    first_row = np.cumsum(counts) - counts
    within = np.arange(len(owner)) - first_row[owner]
    item = starts[inspections.declaration][owner] + within
    sees = _SEES[inspections.method[owner], items.mechanism[item]]
    seen = rng.random(len(item)) < sees
    has_any = np.zeros(len(inspections), dtype=bool)
    has_any[owner[seen]] = True
    kept = has_any[owner]
    clean = np.flatnonzero(~has_any)
    inspection = np.concatenate([owner[kept], clean])
    rows = np.concatenate([item[kept], np.full(len(clean), -1)])
    irregular = np.concatenate([seen[kept], np.zeros(len(clean), dtype=bool)])
    number = np.concatenate([within[kept] + 1, np.ones(len(clean), dtype=np.int64)])
    order = np.lexsort((number, inspection))
    findings = Findings(
        inspection[order], rows[order], irregular[order], irregular[order], number[order]
    )
    return _with_first_finders(findings, inspections)


def _with_first_finders(findings: Findings, inspections: Inspections) -> Findings:
    """Mark as new only the finding of an item that ends first."""
    ended = inspections.ended[findings.inspection]
    order = np.lexsort((ended, ~findings.is_irregular, findings.item))
    ordered = findings.item[order]
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    is_first = np.zeros(len(ordered), dtype=bool)
    is_first[order] = first
    return Findings(
        findings.inspection,
        findings.item,
        findings.is_irregular,
        findings.is_irregular & is_first,
        findings.line_number,
    )
