"""One decision: the lane of a declaration, with up to three reasons for each of its goods items."""

from collections.abc import Callable
from typing import Any

from data_contracts.finding import FINDING_EN, FINDING_VI
from data_contracts.loading import load_contract
from ml.lanes.grounds import NEXT_STEPS, grounds_of, history_age
from ml.lanes.inputs import declared_table, scored_columns
from ml.lanes.refusal import RequestRefusedError
from ml.lanes.request import LaneRequest
from ml.lanes.snapshot import Snapshot
from ml.reasons import Explanation, explain
from ml.scoring import score

Pseudonym = Callable[[str, str], str]
"""From the kind of identity and the identity to its pseudonym."""

REASON_COUNT = 3

_DECISION, _ITEM, _REASON = map(
    load_contract, ("lane_decision", "lane_decision_item", "lane_decision_reason")
)


def decide(snapshot: Snapshot, request: LaneRequest, pseudonym: Pseudonym) -> dict[str, Any]:
    """Decide on a declaration with what one snapshot knows.

    Args:
        snapshot: Model, history and thresholds.
        request: The declaration as it is registered.
        pseudonym: History is kept under pseudonyms; the tax code itself is not looked up.

    Returns:
        The answer of the contract `lane_decision`, with at most `REASON_COUNT` reasons an item.
        For each item base margin + reasons + other = margin within 1e-5, all in log-odds before
        calibration.

    Raises:
        RequestRefusedError: The model was not trained on this source system, or the snapshot's
            history does not reach back to this day.
    """
    _refuse_unanswerable(snapshot, request)
    trader_id = request.declaration["trader_id"]
    trader = None if trader_id is None else pseudonym("trader", trader_id)
    declared = declared_table(request, trader)
    columns = scored_columns(declared, snapshot.traders, snapshot.unit_values)
    scores = score(snapshot.bundle, columns)
    known_since = snapshot.bundle.facts.period[0]
    features = snapshot.bundle.model.features
    explanations = explain(
        features, columns, scores.contributions, known_since, reason_count=REASON_COUNT
    )
    margins = [float(margin) for margin in scores.margin]
    items = [
        _item(item["item_number"], margin, explanation)
        for item, margin, explanation in zip(request.items, margins, explanations, strict=True)
    ]
    is_specialised = request.declaration["other_law_codes"] is not None
    history = history_age(snapshot, request.registered_date)
    lane = snapshot.policy.lane(
        max(margins), is_specialised=is_specialised, has_trader=trader is not None
    )
    next_step_vi, next_step_en = NEXT_STEPS[lane]
    return _DECISION.answered({
        "lane": lane,
        "next_step_vi": next_step_vi,
        "next_step_en": next_step_en,
        "grounds": grounds_of(snapshot.policy, max(margins), request.declaration, history),
        "declaration_number": request.declaration["declaration_number"],
        "margin": max(margins),
        "base_margin": explanations[0].base_margin,
        "finding_vi": FINDING_VI,
        "finding_en": FINDING_EN,
        "items": items,
        "history_as_of_date": history.as_of.isoformat(),
        "history_age_days": history.days,
        "is_history_stale": history.is_stale,
        "simulated_sources": snapshot.manifest.simulated_sources,
        "model_id": snapshot.bundle.model_id,
        "snapshot_id": snapshot.snapshot_id,
        "policy_id": snapshot.policy.policy_id,
    })  # fmt: skip


def _refuse_unanswerable(snapshot: Snapshot, request: LaneRequest) -> None:
    systems = snapshot.bundle.model.source_systems
    if request.source_system not in systems:
        expected = f"{' or '.join(systems)}, as the model was trained on nothing else"
        raise RequestRefusedError(
            field="$.source_system", expected=expected, found="another system"
        )
    first_date = snapshot.manifest.first_date
    if request.registered_date < first_date:
        expected = f"a registration from {first_date} on, as history is kept from there"
        raise RequestRefusedError(
            field="$.registered_at", expected=expected, found="an earlier one"
        )


def _item(item_number: int, margin: float, explanation: Explanation) -> dict[str, Any]:
    reasons = [
        _REASON.answered({
            "feature_code": reason.code,
            "text_vi": reason.text_vi,
            "text_en": reason.text_en,
            "contribution": reason.contribution,
        })
        for reason in explanation.reasons
    ]  # fmt: skip
    return _ITEM.answered({
        "item_number": int(item_number),
        "margin": margin,
        "reasons": reasons,
        "other_contribution": explanation.other_contribution,
    })  # fmt: skip
