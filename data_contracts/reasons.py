"""Why a record is refused: every reason code of the check pass with its text in two languages."""

REASON_TEXTS: dict[str, tuple[str, str]] = {
    "E_REQUIRED": ("Thiếu giá trị bắt buộc", "A required value is missing"),
    "E_TYPE": (
        "Giá trị sai kiểu hoặc sai định dạng",
        "The value does not have the form of its type",
    ),
    "E_SCALE": (
        "Số có nhiều chữ số thập phân hơn mức cho phép; không làm tròn",
        "The number has more decimals than the field keeps; nothing is rounded",
    ),
    "E_RANGE": ("Giá trị ngoài phạm vi cho phép", "The value is outside the allowed range"),
    "E_PATTERN": ("Giá trị không đúng mẫu", "The text does not have the required pattern"),
    "E_LENGTH": ("Văn bản quá dài", "The text is too long"),
    "E_CODE": ("Mã không có trong danh mục", "The code is not in its list"),
    "E_BLANK": (
        "Văn bản có khoảng trắng thừa hoặc ký tự ẩn",
        "The text has blanks around it or invisible characters in it",
    ),
    "E_CTRL_CHAR": ("Văn bản chứa ký tự điều khiển", "The text contains a control character"),
    "E_RAGGED": (
        "Số cột của dòng không khớp với tiêu đề",
        "The row has more or fewer fields than the header",
    ),
    "E_QUOTE": (
        "Dấu ngoặc kép không đóng hoặc đặt sai chỗ",
        "A quotation mark is not closed or stands in the wrong place",
    ),
    "E_ENCODING": ("Văn bản không đúng mã UTF-8", "The text is not UTF-8"),
    "E_JSON": (
        "Dòng hoặc phần của dòng không phải là đối tượng JSON",
        "The line, or a part of it, is no JSON object",
    ),
    "E_RECORD_TOO_LONG": (
        "Bản ghi dài quá 1 MiB (dòng JSON: 16 MiB)",
        "The record is longer than 1 MiB (a line of JSON: 16 MiB)",
    ),
}
"""Texts in Vietnamese and English by code; a result carries its field too: `E_TYPE:rate_vnd`."""
