"""Why a declaration has its lane, in words: the law, the trader, the risk, the history's age.

Codes are those of the list `selectivity_ground`, which the selectivity decisions of the national
system use as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from data_contracts.code_lists import column_of
from data_contracts.loading import load_contract
from ml.lanes.policy import Policy
from ml.lanes.snapshot import Snapshot

SPECIALISED, RISK, OTHER = "CN", "RR", "TK"

NEXT_STEPS: Mapping[str, tuple[str, str]] = {
    lane: (step_vi, column_of("control_channel", "next_step_en")[lane])
    for lane, step_vi in column_of("control_channel", "next_step_vi").items()
}
"""What a lane asks of the officer, Vietnamese and English."""

_GROUND = load_contract("lane_decision_ground")

# Two margins that are not the same are told with as many decimals as keep them apart, at most.
_MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class HistoryAge:
    """How far the history of an answer reaches.

    Attributes:
        as_of: Last day that counts: the day before `day`, or where the snapshot ends before it.
        days: From there to `day`; 1 is the freshest there is.
        is_stale: Whether that is more than the policy's limit.
    """

    as_of: date
    days: int
    is_stale: bool


def history_age(snapshot: Snapshot, day: date) -> HistoryAge:
    """Return how old the history is for what is registered on `day`."""
    as_of = min(snapshot.manifest.last_date, day - timedelta(days=1))
    days = (day - as_of).days
    return HistoryAge(as_of, days, days > snapshot.policy.history_stale_days)


def grounds_of(
    policy: Policy, margin: float, declaration: dict[str, Any], history: HistoryAge
) -> list[dict[str, Any]]:
    """Return the grounds, one of a code: another law, the risk, and whatever else.

    Args:
        policy: Thresholds of the lanes.
        margin: Highest margin of the declaration's items, log-odds.
        declaration: Fields of `lane_request`; `other_law_codes` and `trader_id` decide.
        history: How far the history reaches.
    """
    grounds = []
    if declaration["other_law_codes"] is not None:
        codes = declaration["other_law_codes"].replace(";", ", ")
        grounds.append(_ground(
            SPECIALISED,
            f"Quản lý chuyên ngành: mã luật khác {codes}, ít nhất là luồng vàng",
            f"Specialised control: other-law codes {codes}, yellow at least",
        ))  # fmt: skip
    grounds.append(_by_risk(policy, margin))
    others = [*_without_trader(declaration), *_on_stale_history(policy, history)]
    if others:
        texts_vi, texts_en = zip(*others, strict=True)
        grounds.append(_ground(OTHER, ". ".join(texts_vi), ". ".join(texts_en)))
    return grounds


def _without_trader(declaration: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if declaration["trader_id"] is None:
        yield (
            "Không có mã số thuế nên không có lịch sử để xét: ít nhất là luồng vàng",
            "No tax code, so there is no history to judge by: yellow at least",
        )


def _on_stale_history(policy: Policy, history: HistoryAge) -> Iterator[tuple[str, str]]:
    if history.is_stale:
        limit = policy.history_stale_days
        yield (
            (
                f"Lịch sử chỉ đến hết ngày {history.as_of:%d/%m/%Y}, {history.days} ngày trước khi "
                f"đăng ký (giới hạn {limit}): quyết định không biết những gì xảy ra sau đó"
            ),
            (
                f"History ends on {history.as_of}, {history.days} days before registration (limit "
                f"{limit}): the decision knows nothing of what happened since"
            ),
        )


def _by_risk(policy: Policy, margin: float) -> dict[str, Any]:
    lane = policy.lane_by_risk(margin)
    found, threshold = _apart(margin, policy.red_margin if lane == "red" else policy.yellow_margin)
    place_vi, place_en = {
        "red": ("từ ngưỡng luồng đỏ", "at or above the red threshold"),
        "yellow": ("từ ngưỡng luồng vàng", "at or above the yellow threshold"),
        "green": ("dưới ngưỡng luồng vàng", "below the yellow threshold"),
    }[lane]
    return _ground(
        RISK,
        f"Rủi ro: dòng hàng cao nhất {_vi(found)} điểm, {place_vi} {_vi(threshold)}",
        f"Risk: the highest item has {found} points, {place_en} {threshold}",
    )


def _apart(margin: float, threshold: float) -> tuple[str, str]:
    """Return both as risk points: one decimal, more where they would look alike and are not."""
    for decimals in range(1, _MOST_DECIMALS):
        told = f"{margin:.{decimals}f}", f"{threshold:.{decimals}f}"
        if margin == threshold or told[0] != told[1]:
            return told
    return f"{margin:.{_MOST_DECIMALS}f}", f"{threshold:.{_MOST_DECIMALS}f}"


def _ground(code: str, text_vi: str, text_en: str) -> dict[str, Any]:
    return _GROUND.answered({"ground_code": code, "text_vi": text_vi, "text_en": text_en})


def _vi(number: str) -> str:
    return number.replace(".", ",")
