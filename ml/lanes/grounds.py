"""Why a declaration has its lane, in words: the law, the trader, the risk, the history's age.

Codes are those of the list `selectivity_ground`, which the selectivity decisions of the national
system use as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ml.lanes.policy import Policy
from ml.lanes.snapshot import Snapshot

SPECIALISED, RISK, OTHER = "CN", "RR", "TK"


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
    found = f"{margin:.4f}"
    threshold = f"{policy.red_margin if lane == 'red' else policy.yellow_margin:.4f}"
    place_vi, place_en = {
        "red": ("từ ngưỡng luồng đỏ", "at or above the red threshold"),
        "yellow": ("từ ngưỡng luồng vàng", "at or above the yellow threshold"),
        "green": ("dưới ngưỡng luồng vàng", "below the yellow threshold"),
    }[lane]
    return _ground(
        RISK,
        f"Rủi ro: điểm biên cao nhất {_vi(found)} {place_vi} {_vi(threshold)}",
        f"Risk: the highest margin {found} is {place_en} {threshold}",
    )


def _ground(code: str, text_vi: str, text_en: str) -> dict[str, Any]:
    return {"code": code, "text_vi": text_vi, "text_en": text_en}


def _vi(number: str) -> str:
    return number.replace(".", ",")
