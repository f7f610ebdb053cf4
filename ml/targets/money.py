"""Why an amount is expected, in money: parts that add up to the amount, in words.

Of a trader: what his own findings, by kind, and what like goods of all traders contribute. Of an
item: the same, the goods' part split further by what the model made of it. Reasons are for
auditors, never for declarants.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data_contracts.code_lists import code_list
from ml.reasons import Explanation, written

_KINDS = "irregularity_type"
_UNTOLD = ("không rõ loại", "a kind that is not told")
_BANDS: Mapping[str, tuple[str, str]] = {
    "none": ("không khai thuế", "no duty declared"),
    "low": (
        "thuế khai trước miễn giảm đến 10 % trị giá",
        "declared duty before exemption up to 10 % of the value",
    ),
    "middle": (
        "thuế khai trước miễn giảm trên 10 % đến 20 % trị giá",
        "declared duty before exemption over 10 to 20 % of value",
    ),
    "high": (
        "thuế khai trước miễn giảm trên 20 % trị giá",
        "declared duty before exemption over 20 % of the value",
    ),
}
_SHOWN_CELLS = 2
_OTHER = ("các yếu tố khác, có thể làm giảm", "everything else, which may lower the amount")


@dataclass(frozen=True, slots=True)
class MoneyReason:
    """One part of an expected amount.

    Attributes:
        code: FOUND (own findings), GOODS (like goods at all traders), a group of features, OTHER.
        text_vi: What it rests on, Vietnamese.
        text_en: The same in English.
        amount_vnd: The part, whole VND; below zero where it lowers the amount.
    """

    code: str
    text_vi: str
    text_en: str
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at a trader, one kind of irregularity.

    Attributes:
        kind_code: irregularity_type_code, empty where it is not told.
        finding_count: Items or declarations found irregular.
        paying_count: Of these, with additional duty.
        found_vnd: Additional duty.
    """

    kind_code: str
    finding_count: int
    paying_count: int
    found_vnd: int


@dataclass(frozen=True, slots=True)
class OpenGoods:
    """Open items of a trader in one cell.

    Attributes:
        regime_code: Their regime.
        duty_band: How high the declared duty is.
        item_count: How many.
        general_vnd: What like goods of all traders let expect of them.
    """

    regime_code: str
    duty_band: str
    item_count: int
    general_vnd: float


def trader_reasons(
    expected_vnd: float, found_share: float, found: Sequence[Found], goods: Sequence[OpenGoods]
) -> tuple[MoneyReason, ...]:
    """Return the parts of a trader's expected amount, largest first; they add up to it rounded.

    Args:
        expected_vnd: The amount.
        found_share: Share of it that rests on the trader's own findings.
        found: Own findings by kind.
        goods: Open items by cell.
    """
    own = _own_findings(expected_vnd * found_share, found)
    return _whole(
        [*own, *_like_goods(expected_vnd * (1.0 - found_share), goods)], round(expected_vnd)
    )


def item_reasons(
    expected_vnd: float, found_share: float, explanation: Explanation, chances: tuple[float, float]
) -> tuple[MoneyReason, ...]:
    """Return the parts of an item's expected amount; they add up to it rounded.

    The model's part is split along the straight line between the chance that every item starts
    from and the item's own.

    Args:
        expected_vnd: The amount.
        found_share: Share of it that rests on the trader's own findings.
        explanation: Of the item's margin.
        chances: That every item starts from, and of this item.
    """
    base, own = chances
    model = expected_vnd * (1.0 - found_share)
    drift = sum(reason.contribution for reason in explanation.reasons)
    drift += explanation.other_contribution
    per_margin = (own - base) / drift / own * model if drift and own > 0 else 0.0
    start = model - per_margin * drift
    parts = [
        ("FOUND", "sai phạm đã tìm thấy ở chính doanh nghiệp", "findings at the trader itself",
         expected_vnd * found_share),
        ("GOODS", "mức chung của hàng cùng loại hình, cùng mức thuế",
         "what like goods of all traders bring", start),
        *((reason.code, reason.text_vi, reason.text_en, per_margin * reason.contribution)
          for reason in explanation.reasons),
        ("OTHER", *_OTHER, per_margin * explanation.other_contribution),
    ]  # fmt: skip
    return _whole(parts, round(expected_vnd))


_Part = tuple[str, str, str, float]


def _kind(code: str | None) -> tuple[str, str]:
    """Return a kind of irregularity inside a sentence, Vietnamese and English."""
    told = {entry.code: (entry.label_vi, entry.label_en) for entry in code_list(_KINDS)}
    label_vi, label_en = told.get(code or "", _UNTOLD)
    return label_vi[:1].lower() + label_vi[1:], label_en[:1].lower() + label_en[1:]


def _own_findings(amount: float, found: Sequence[Found]) -> list[_Part]:
    total = sum(one.found_vnd for one in found)
    if total == 0:
        return []
    kinds: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        kinds.setdefault(_kind(one.kind_code), []).append(one)
    parts: list[_Part] = []
    for (kind_vi, kind_en), ones in kinds.items():
        count = sum(one.finding_count for one in ones)
        paying = sum(one.paying_count for one in ones)
        vnd = sum(one.found_vnd for one in ones)
        text_vi = (
            f"đã tìm thấy ở chính doanh nghiệp, {kind_vi}: {count} lần, {paying} lần có thuế tăng "
            f"thêm, tổng {written(vnd, 'vi')} VND"
        )
        text_en = (
            f"found at the trader itself, {kind_en}: findings {count}, with additional duty "
            f"{paying}, {written(vnd, 'en')} VND in all"
        )
        parts.append(("FOUND", text_vi, text_en, amount * vnd / total))
    return parts


def _like_goods(amount: float, goods: Sequence[OpenGoods]) -> list[_Part]:
    total = sum(one.general_vnd for one in goods)
    if total <= 0:
        return []
    ordered = sorted(goods, key=lambda one: (-one.general_vnd, one.regime_code, one.duty_band))
    parts: list[_Part] = []
    for one in ordered[:_SHOWN_CELLS]:
        band_vi, band_en = _BANDS[one.duty_band]
        regime, count = one.regime_code or "?", one.item_count
        text_vi = (
            f"mức chung của mọi doanh nghiệp với hàng loại hình {regime}, {band_vi}: "
            f"{written(count, 'vi')} dòng hàng chưa kiểm tra hàng hóa"
        )
        text_en = (
            f"what all traders' goods bring, regime {regime}, {band_en}: "
            f"{written(count, 'en')} items, goods not examined"
        )
        parts.append(("GOODS", text_vi, text_en, amount * one.general_vnd / total))
    rest = ordered[_SHOWN_CELLS:]
    if rest:
        count = sum(one.item_count for one in rest)
        text_vi = f"mức chung của mọi doanh nghiệp, hàng còn lại: {written(count, 'vi')} dòng hàng"
        text_en = f"what all traders' goods bring, all other goods: {written(count, 'en')} items"
        share = sum(one.general_vnd for one in rest) / total
        parts.append(("GOODS", text_vi, text_en, amount * share))
    return parts


def _whole(parts: Sequence[_Part], total: int) -> tuple[MoneyReason, ...]:
    """Round the parts so that they add up to `total`; the largest takes what rounding leaves."""
    ordered = sorted(parts, key=lambda part: -part[3])
    amounts = [round(part[3]) for part in ordered]
    if amounts:
        amounts[0] += total - sum(amounts)
    return tuple(
        MoneyReason(code, text_vi, text_en, amount)
        for (code, text_vi, text_en, _), amount in zip(ordered, amounts, strict=True)
        if amount != 0
    )
