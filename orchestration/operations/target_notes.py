"""What the list of targets says about itself: model, lake cut, intervals and caveats."""

from datetime import date

from ml.bundle import BundleFacts
from ml.evaluate import SELECTION_BIAS_EN, SELECTION_BIAS_VI
from ml.targets.expected import WINDOW_YEARS, TargetRule, window_start
from warehouse.release import Manifest

Notes = tuple[tuple[str, str], ...]

_CALIBRATED = {
    "random_arm": (
        "Xác suất được hiệu chỉnh trên nhánh chọn ngẫu nhiên, đúng cho toàn bộ hàng hóa.\n"
        "Probabilities are calibrated on the random arm and hold for all goods."
    ),
    "inspected": (
        "Xác suất được hiệu chỉnh trên hàng đã được chọn để kiểm tra vì nhánh ngẫu nhiên còn quá "
        "ít kết quả: với hàng chưa ai chọn, xác suất có thể quá cao; những gì việc kiểm tra không "
        "thấy được thì không có trong đó. Thứ hạng đáng tin hơn số tiền.\n"
        "Probabilities are calibrated on goods that were selected for inspection, because the "
        "random arm has found too little yet: for goods that nobody chose they may be too high, "
        "and what a check cannot see is not in them. The order is more reliable than the amounts."
    ),
}
_USE = (
    "Danh sách là gợi ý để kiểm tra, không phải kết luận vi phạm. Không cung cấp lý do cho người "
    "khai.\n"
    "The list suggests whom to audit; it concludes nothing about anyone. Reasons are not shown to "
    "declarants."
)


def notes(
    facts: BundleFacts, model_id: str, manifest: Manifest, as_of: date, rule: TargetRule
) -> Notes:
    """Return (label, text) pairs, Vietnamese first, for the sheet about the list."""
    cut = ", ".join(f"{table} {version}" for table, version in sorted(manifest.lake_cut.items()))
    return (
        ("Mô hình / Model", model_id),
        ("Bản công bố / Release", f"{manifest.role} {manifest.release}, {manifest.published_at}"),
        ("Trạng thái kho / Lake cut", cut),
        (
            "Kỳ học / Training period",
            f"{facts.period[0].isoformat()} – {facts.period[1].isoformat()}",
        ),
        (
            "Thời hạn / Window",
            _window(as_of),
        ),
        ("Số thu dự kiến / Expected amount", _expected(facts, rule)),
        ("Khoảng 95 % / 95 % interval", _interval()),
        ("Xác suất / Probabilities", _CALIBRATED[facts.calibration.fitted_on]),
        ("Thiên lệch chọn mẫu / Selection bias", f"{SELECTION_BIAS_VI}\n{SELECTION_BIAS_EN}"),
        (
            "Cách dùng / Use",
            _USE,
        ),
    )


def _window(as_of: date) -> str:
    start = window_start(as_of)
    return (
        f"{WINDOW_YEARS} năm từ ngày đăng ký (Điều 77 Luật Hải quan 54/2014): sau "
        f"{start.isoformat()} đến {as_of.isoformat()}.\n"
        f"{WINDOW_YEARS} years from registration (Art. 77, Law on Customs 54/2014): after "
        f"{start.isoformat()} up to {as_of.isoformat()}."
    )


def _expected(facts: BundleFacts, rule: TargetRule) -> str:
    uplift = facts.uplift
    return (
        "Tổng theo dòng hàng chưa kiểm tra: xác suất × trị giá × tỷ lệ thuế tăng thêm của chương "
        f"HS (chung {uplift.overall_ratio:.3f}, {uplift.item_count} dòng hàng vi phạm) × tỷ lệ thu "
        f"được {rule.collectable_ratio:.2f} (9 tháng 2022: nộp 234,34 trên 360,92 tỷ đồng).\n"
        "Sum over items not examined: probability x value x additional duty ratio of the chapter "
        f"(overall {uplift.overall_ratio:.3f}, from {uplift.item_count} irregular items) x "
        f"collectable share {rule.collectable_ratio:.2f} (nine months of 2022: 234.34 of 360.92 bn "
        "VND paid)."
    )


def _interval() -> str:
    return (
        "Dao động ngẫu nhiên của số vi phạm và số tiền mỗi vi phạm (phân phối gamma), coi các dòng "
        "hàng là độc lập; chưa gồm sai số của mô hình và của tỷ lệ thu được.\n"
        "Chance in how many irregularities there are and in the amount of each (gamma "
        "distribution), items taken as independent; errors of the model and of the collectable "
        "share are not in it."
    )
