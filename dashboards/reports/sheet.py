"""Tables in a workbook, in cells that nobody can turn into a formula.

A text from a declaration may begin with a sign that a spreadsheet takes for a formula. Here every
text is written as text, and such a one gets an apostrophe in front, so that it stays harmless even
when it is copied into a CSV file and opened from there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")

HEADER_ROW = 2
"""Above the header: a title and a blank line."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST_TEXT = 32_000  # a cell holds 32,767 characters

_FORMATS: Mapping[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "warning": {"bold": True, "font_color": "#9C0006", "bg_color": "#FFC7CE", "text_wrap": True},
    "header": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": "#1F3864",
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
    },
    "text": {"num_format": "@", "valign": "top"},
    "wrapped": {"num_format": "@", "valign": "top", "text_wrap": True},
    "vnd": {"num_format": "#,##0", "valign": "top"},
    "percent": {"num_format": "0.0%", "valign": "top"},
    "date": {"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"},
}


@dataclass(frozen=True, slots=True)
class SheetColumn(Generic[Row]):
    """One column of a table.

    Attributes:
        title_vi: Header, Vietnamese.
        title_en: Header, English; below the Vietnamese one.
        note_vi: What it means and in which unit, shown when the mouse rests on the header.
        note_en: The same in English.
        style: Format of the cells: text, wrapped, vnd, percent or date.
        width: In characters.
        value: From a row to the cell.
    """

    title_vi: str
    title_en: str
    note_vi: str
    note_en: str
    style: str
    width: int
    value: Callable[[Row], object]


def make_formats(workbook: Any) -> dict[str, Any]:
    """Return the formats of a workbook by name."""
    return {name: workbook.add_format(given) for name, given in _FORMATS.items()}


def harmless(text: str) -> str:
    """Return the text, with an apostrophe in front where it could be taken for a formula."""
    shortened = text[:_LONGEST_TEXT]
    return f"'{shortened}" if shortened.lstrip(" ").startswith(_FORMULA_STARTS) else shortened


def write_table(
    sheet: Any,
    formats: Mapping[str, Any],
    title: str,
    columns: Sequence[SheetColumn[Row]],
    rows: Sequence[Row],
) -> None:
    """Write title, header and rows; the header stays in view and can filter."""
    sheet.write_string(0, 0, harmless(title), formats["title"])
    sheet.set_row(HEADER_ROW, 64)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        header = f"{column.title_vi}\n{column.title_en}"
        sheet.write_string(HEADER_ROW, place, header, formats["header"])
        note = f"{column.note_vi}\n{column.note_en}"
        sheet.write_comment(HEADER_ROW, place, note, {"x_scale": 2.5, "y_scale": 1.5})
    for line, row in enumerate(rows, start=HEADER_ROW + 1):
        for place, column in enumerate(columns):
            write_cell(sheet, (line, place), column.value(row), formats[column.style])
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(len(rows), 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)


def write_cell(sheet: Any, place: tuple[int, int], value: object, style: Any) -> None:
    """Write one value by its type: a text is never anything but text.

    Raises:
        TypeError: There is no cell for this type.
    """
    if value is None or value == "":
        sheet.write_blank(*place, None, style)
    elif isinstance(value, str):
        sheet.write_string(*place, harmless(value), style)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(*place, value, style)
    else:
        message = f"no cell for {type(value).__name__}"
        raise TypeError(message)
