"""The columns of the list of targets, with their notes in Vietnamese and English."""

from collections.abc import Callable
from typing import Any

from dashboards.reports.sheet import Row, SheetColumn
from dashboards.reports.target_rows import ListedItem, ListedReason, ListedTrader
from data_contracts.finding import FINDING_EN, FINDING_VI

EvidenceRow = tuple[ListedTrader, ListedItem]
PartRow = tuple[ListedTrader, ListedReason]

_POINTS = str.maketrans(",", ".")


def _in_money(reasons: tuple[ListedReason, ...], language: str) -> str:
    """Return one line a reason: its amount, then what it rests on."""
    lines = []
    for reason in reasons:
        amount = f"{reason.amount_vnd:,}"
        written = amount.translate(_POINTS) if language == "vi" else amount
        lines.append(f"{written} VND: {getattr(reason, f'text_{language}')}")
    return "\n".join(lines)


def _share(trader: ListedTrader, reason: ListedReason) -> float:
    return reason.amount_vnd / trader.expected_vnd


def _reasons(
    of: Callable[[Row], tuple[ListedReason, ...]],
) -> tuple[SheetColumn[Row], SheetColumn[Row]]:
    """Return the columns with the reasons of an expected amount, in both languages."""
    return (
        SheetColumn(
            "Lý do, theo tiền",
            "Reasons in money (vi)",
            "Từng phần của số thu dự kiến; cộng lại đúng bằng số đó",
            "Parts of the expected amount, which add up to it, Vietnamese",
            "wrapped",
            80,
            lambda row: _in_money(of(row), "vi"),
        ),
        SheetColumn(
            "Lý do, theo tiền (en)",
            "Reasons in money",
            "Như trên, tiếng Anh",
            "The same in English",
            "wrapped",
            80,
            lambda row: _in_money(of(row), "en"),
        ),
    )


_WHOSE: tuple[SheetColumn[tuple[ListedTrader, Any]], ...] = (
    SheetColumn(
        "Hạng",
        "Rank",
        "Hạng của doanh nghiệp",
        "Rank of the trader",
        "vnd",
        7,
        lambda row: row[0].rank,
    ),
    SheetColumn(
        "Mã số thuế",
        "Tax code",
        "Mã số thuế của doanh nghiệp",
        "Tax code of the trader",
        "text",
        16,
        lambda row: row[0].trader_id,
    ),
)

LIST_COLUMNS: tuple[SheetColumn[ListedTrader], ...] = (
    SheetColumn(
        "Hạng",
        "Rank",
        "Xếp theo số thu dự kiến",
        "By expected amount",
        "vnd",
        7,
        lambda row: row.rank,
    ),
    SheetColumn(
        "Mã số thuế",
        "Tax code",
        "Mã số thuế của doanh nghiệp",
        "Tax code of the trader",
        "text",
        16,
        lambda row: row.trader_id,
    ),
    SheetColumn(
        "Doanh nghiệp",
        "Trader",
        "Tên trên tờ khai mới nhất",
        "Name on the latest declaration",
        "wrapped",
        34,
        lambda row: row.trader_name,
    ),
    SheetColumn(
        "Thu dự kiến (VND)",
        "Expected (VND)",
        "Số thu thêm dự kiến nếu hàng chưa kiểm tra được kiểm tra như từ trước đến nay",
        "What inspections like those so far would bring from the goods not examined",
        "vnd",
        18,
        lambda row: row.expected_vnd,
    ),
    SheetColumn(
        "Kiểm tra sẽ thu, cận dưới 95 % (VND)",
        "Inspections would bring, low 95 % (VND)",
        "Cận dưới của khoảng 95 % của số tiền mà kiểm tra sẽ tìm thấy và thu được",
        "Lower end of the 95 % interval of what inspections would find and collect",
        "vnd",
        20,
        lambda row: row.low_vnd,
    ),
    SheetColumn(
        "Kiểm tra sẽ thu, cận trên 95 % (VND)",
        "Inspections would bring, high 95 % (VND)",
        "Cận trên của khoảng đó; tổn thất thật có thể cao hơn, vì kiểm tra bỏ sót nhiều",
        "Upper end of it; the true loss may lie above, as inspections miss much",
        "vnd",
        20,
        lambda row: row.high_vnd,
    ),
    SheetColumn(
        "Đã tìm thấy (VND)",
        "Found so far (VND)",
        "Thuế tăng thêm mà kiểm tra đã tìm thấy ở doanh nghiệp này",
        "Additional duty that inspections have found at this trader",
        "vnd",
        16,
        lambda row: row.found_vnd,
    ),
    SheetColumn(
        "Số lần tìm thấy",
        "Findings",
        "Số dòng hàng hoặc tờ khai kiểm tra thấy sai",
        "Items or declarations that inspections found irregular",
        "vnd",
        10,
        lambda row: row.finding_count,
    ),
    SheetColumn(
        "Trong đó có thuế tăng thêm",
        "Findings with duty",
        "Số lần tìm thấy có thuế tăng thêm; các lý do nêu đủ những lần này",
        "Findings with additional duty; the reasons name all of these",
        "vnd",
        10,
        lambda row: row.paying_finding_count,
    ),
    SheetColumn(
        "Đã kiểm tra hồ sơ hoặc hàng: tờ khai",
        "Papers or goods examined: declarations",
        "Số tờ khai đã được kiểm tra hồ sơ hoặc hàng hóa",
        "Declarations whose papers or goods were examined",
        "vnd",
        20,
        lambda row: row.examined_declaration_count,
    ),
    SheetColumn(
        "Sắp hết hạn (VND)",
        "Expiring (VND)",
        "Phần hết hạn 5 năm trong 91 ngày tới",
        "Part whose five years end within 91 days",
        "vnd",
        16,
        lambda row: row.expiring_vnd,
    ),
    SheetColumn(
        "Chưa kiểm tra hàng: dòng hàng",
        "Goods not examined: items",
        "Dòng hàng trong 5 năm chưa được kiểm tra thực tế và chưa bị phát hiện sai",
        "Items of five years whose goods were not examined and that were not found irregular",
        "vnd",
        20,
        lambda row: row.item_count,
    ),
    SheetColumn(
        "Chưa kiểm tra hàng: tờ khai",
        "Goods not examined: declarations",
        "Số tờ khai của các dòng hàng đó; tờ khai đã kiểm tra hồ sơ có ở cả hai cột tờ khai",
        "Declarations of these items; where papers were examined, in both columns of declarations",
        "vnd",
        20,
        lambda row: row.declaration_count,
    ),
    SheetColumn(
        "Chưa kiểm tra hàng: trị giá (VND)",
        "Goods not examined: value (VND)",
        "Tổng trị giá tính thuế đã khai của các dòng hàng đó",
        "Declared customs value of these items",
        "vnd",
        20,
        lambda row: row.customs_value_vnd,
    ),
    SheetColumn(
        "Từ ngày",
        "From",
        "Tờ khai đầu tiên trong danh sách",
        "First registration",
        "date",
        12,
        lambda row: row.first_registered_date,
    ),
    SheetColumn(
        "Đến ngày",
        "To",
        "Tờ khai cuối cùng trong danh sách",
        "Last registration",
        "date",
        12,
        lambda row: row.last_registered_date,
    ),
    *_reasons(lambda row: row.reasons),
)

PART_COLUMNS: tuple[SheetColumn[PartRow], ...] = (
    *_WHOSE,
    SheetColumn(
        "Số tiền (VND)",
        "Amount (VND)",
        "Phần của số thu dự kiến; các phần cộng lại đúng bằng số thu dự kiến",
        "Part of the expected amount; the parts add up to it",
        "vnd",
        18,
        lambda row: row[1].amount_vnd,
    ),
    SheetColumn(
        "Tỷ trọng",
        "Share",
        "So với số thu dự kiến của doanh nghiệp",
        "Of the trader's expected amount",
        "percent",
        9,
        lambda row: _share(*row),
    ),
    SheetColumn(
        "Căn cứ",
        "Rests on (vi)",
        "Phần này dựa vào đâu",
        "What this part rests on, Vietnamese",
        "wrapped",
        80,
        lambda row: row[1].text_vi,
    ),
    SheetColumn(
        "Căn cứ (en)",
        "Rests on",
        "Như trên, tiếng Anh",
        "The same in English",
        "wrapped",
        80,
        lambda row: row[1].text_en,
    ),
)

EVIDENCE_COLUMNS: tuple[SheetColumn[EvidenceRow], ...] = (
    *_WHOSE,
    SheetColumn(
        "Số tờ khai",
        "Declaration",
        "Số tờ khai (không có lần khai)",
        "Declaration number, without the version",
        "text",
        16,
        lambda row: row[1].declaration_number,
    ),
    SheetColumn(
        "Dòng hàng",
        "Item",
        "Số thứ tự dòng hàng",
        "Number of the goods item",
        "vnd",
        8,
        lambda row: row[1].item_number,
    ),
    SheetColumn(
        "Ngày đăng ký",
        "Registered",
        "Ngày đăng ký tờ khai",
        "Day of registration",
        "date",
        12,
        lambda row: row[1].registered_date,
    ),
    SheetColumn(
        "Mã HS",
        "Tariff line",
        "Mã hàng đã khai",
        "Tariff line as declared",
        "text",
        12,
        lambda row: row[1].tariff_line_code,
    ),
    SheetColumn(
        "Xuất xứ",
        "Origin",
        "Nước xuất xứ đã khai",
        "Country of origin as declared",
        "text",
        9,
        lambda row: row[1].country_of_origin_code,
    ),
    SheetColumn(
        "Trị giá (VND)",
        "Value (VND)",
        "Trị giá tính thuế đã khai",
        "Customs value as declared",
        "vnd",
        18,
        lambda row: row[1].customs_value_vnd,
    ),
    SheetColumn(
        "Xác suất tìm thấy",
        "Chance of a finding",
        f"Của riêng mô hình; kết quả ở chính doanh nghiệp chỉ nằm trong số tiền. {FINDING_VI}",
        f"Of the model alone; the trader's own results are only in the amount. {FINDING_EN}",
        "percent",
        11,
        lambda row: row[1].probability,
    ),
    SheetColumn(
        "Thu dự kiến (VND)",
        "Expected (VND)",
        "Số thu dự kiến của dòng hàng",
        "Expected collectable amount of the item",
        "vnd",
        18,
        lambda row: row[1].expected_vnd,
    ),
    *_reasons(lambda row: row[1].reasons),
)
