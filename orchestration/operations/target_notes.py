"""What the list of targets says about itself: model, lake cut, intervals and caveats."""

from datetime import date

from data_contracts.finding import FINDING_EN, FINDING_VI
from ml.bundle import Bundle
from ml.evaluate import SELECTION_BIAS_EN, SELECTION_BIAS_VI
from ml.targets.expected import WINDOW_YEARS, TargetRule, window_start
from warehouse.release import Manifest

Notes = tuple[tuple[str, str], ...]

_CALIBRATED = {
    "random_arm": (
        "Xác suất được hiệu chỉnh trên nhánh chọn ngẫu nhiên: điều mà kiểm tra một phần hàng bất "
        "kỳ tìm thấy.\n"
        "Probabilities are calibrated on the random arm: what inspections of a random share found."
    ),
    "inspected": (
        "Xác suất được hiệu chỉnh trên hàng đã được chọn để kiểm tra vì nhánh ngẫu nhiên còn quá "
        "ít kết quả: với hàng chưa ai chọn, xác suất có thể quá cao. Thứ hạng đáng tin hơn số "
        "tiền.\n"
        "Probabilities are calibrated on goods that were selected for inspection, because the "
        "random arm has found too little yet: for goods that nobody chose they may be too high. "
        "The order is more reliable than the amounts."
    ),
}
_EXPECTED_VI = (
    "Chưa có kết quả kiểm tra sau thông quan để học, nên số tiền là điều mà kiểm tra như từ "
    "trước đến nay sẽ tìm thấy ở hàng chưa kiểm tra, gồm ba bước. (1) Mô hình cho mỗi dòng hàng "
    "khả năng kiểm tra tìm thấy sai, tính nặng thêm theo căn bậc hai của trị giá. (2) "
    "Mỗi lần tìm thấy đáng giá bằng số thuế mà các lần tìm thấy ở hàng cùng loại hình và cùng "
    "mức thuế của mọi doanh nghiệp đã mang lại; hàng không chịu thuế thì hầu như không có gì, dù "
    "trị giá lớn. (3) Kết quả kiểm tra của chính doanh nghiệp điều chỉnh số đó: đã kiểm tra "
    "nhiều mà thu ít thì giảm, đã thu nhiều thì tăng. Nhân với tỷ lệ thu được {ratio} (9 tháng "
    "2022: nộp 234,34 trên 360,92 tỷ đồng)."
)
_EXPECTED_EN = (
    "There are no results of audits to learn from yet, so the amount is what inspections like "
    "those so far would find in the goods not examined, in three steps. (1) The model gives each "
    "item the chance that an inspection finds something, weighted by the root of its value. (2) "
    "A finding is worth the duty that findings brought in goods of the same regime and level of "
    "duty at all traders; where no duty is due there is next to nothing, whatever the value. (3) "
    "The trader's own results correct it: examined much and found little lowers it, found much "
    "raises it. Times the collectable share {ratio} (nine months of 2022: 234.34 of 360.92 bn "
    "VND paid)."
)
_INTERVAL = (
    "Khoảng 95 % của số tiền mà kiểm tra như từ trước đến nay sẽ tìm thấy ở doanh nghiệp, tính "
    "theo doanh nghiệp: các dòng hàng của một doanh nghiệp không độc lập với nhau. Khoảng rộng vì "
    "ít lần tìm thấy và số tiền rất không đều. Những gì kiểm tra không thấy được và sai số của tỷ "
    "lệ thu được không nằm trong khoảng: tổn thất thật có thể cao hơn cận trên.\n"
    "95 % interval of what inspections like those so far would find at the trader, by trader: the "
    "items of one trader do not stand for themselves. It is wide, because findings are few and "
    "their amounts very unequal. What inspections do not see, and the error of the collectable "
    "share, are not in it: the true loss may lie above the upper end."
)
_REASONS = (
    "Lý do là các phần của số tiền và cộng lại đúng bằng số tiền: phần dựa vào những gì đã tìm "
    "thấy ở chính doanh nghiệp và phần dựa vào mức chung của hàng cùng loại ở mọi doanh nghiệp.\n"
    "Reasons are parts of the amount and add up to it: the part that rests on what was found at "
    "the trader itself, and the part that rests on what like goods of all traders bring."
)
_USE = (
    "Danh sách là gợi ý để kiểm tra, không phải kết luận sai phạm. Không cung cấp lý do cho người "
    "khai.\n"
    "The list suggests whom to audit; it concludes nothing about anyone. Reasons are not shown to "
    "declarants."
)


def notes(bundle: Bundle, manifest: Manifest, as_of: date, rule: TargetRule) -> Notes:
    """Return (label, text) pairs, Vietnamese first, for the sheet about the list."""
    facts = bundle.facts
    cut = ", ".join(f"{table} {version}" for table, version in sorted(manifest.lake_cut.items()))
    return (
        ("Số thu dự kiến / Expected amount", _expected(rule)),
        ("Lý do / Reasons", _REASONS),
        ("Khoảng 95 % / 95 % interval", _INTERVAL),
        ("Xác suất / Probabilities", f"{FINDING_VI}\n{FINDING_EN}"),
        ("Hiệu chỉnh / Calibration", _CALIBRATED[facts.calibration.fitted_on]),
        ("Thời hạn / Window", _window(as_of)),
        ("Cách dùng / Use", _USE),
        ("Thiên lệch chọn mẫu / Selection bias", f"{SELECTION_BIAS_VI}\n{SELECTION_BIAS_EN}"),
        ("Mô hình / Model", bundle.model_id),
        (
            "Kỳ học / Training period",
            f"{facts.period[0].isoformat()} – {facts.period[1].isoformat()}",
        ),
        ("Bản phát hành / Release", f"{manifest.role} {manifest.release}, {manifest.published_at}"),
        ("Trạng thái kho / Lake cut", cut),
    )


def _expected(rule: TargetRule) -> str:
    ratio = f"{rule.collectable_ratio:.2f}"
    vietnamese = _EXPECTED_VI.format(ratio=ratio.replace(".", ","))
    return f"{vietnamese}\n{_EXPECTED_EN.format(ratio=ratio)}"


def _window(as_of: date) -> str:
    start = window_start(as_of)
    return (
        f"{WINDOW_YEARS} năm từ ngày đăng ký (Điều 77 Luật Hải quan 54/2014): sau "
        f"{start.isoformat()} đến {as_of.isoformat()}.\n"
        f"{WINDOW_YEARS} years from registration (Art. 77, Law on Customs 54/2014): after "
        f"{start.isoformat()} up to {as_of.isoformat()}."
    )
