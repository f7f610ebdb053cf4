"""Tables in a workbook, in cells that nobody can turn into a formula.

A text from a declaration may begin with a sign that a spreadsheet takes for a formula. Here every
text is written as text, and such a one gets an apostrophe in front, so that it stays harmless even
when it is copied into a CSV file and opened from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from data_contracts.finding import FINDING_EN, FINDING_VI
from data_contracts.model import Contract, Field, Listed

Row = Mapping[str, Any]
"""From the name of a column to its value."""

HEADER_ROW = 2
"""Above the header: a title and a blank line."""

# Wider texts are sentences: they are broken into lines.
_WIDEST_CODE = 20
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
    "whole": {"num_format": "#,##0", "valign": "top"},
    "percent": {"num_format": "0.0%", "valign": "top"},
    "date": {"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"},
}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a table.

    Attributes:
        name: Of the column in its contract.
        head: Header, the Vietnamese above the English.
        note: What it means, in both languages, shown when the mouse rests on the header.
        style: Format of the cells: text, wrapped, whole, percent or date.
        width: In characters.
    """

    name: str
    head: str
    note: str
    style: str
    width: int


def sheet_columns(contract: Contract) -> tuple[SheetColumn, ...]:
    """Return the columns of a contract that a list for people shows, in their order."""
    return tuple(
        SheetColumn(
            field.name,
            _in_both(field.listed.head_vi, field.listed.head_en, _unit(field)),
            _note(field, field.listed),
            _style(field, field.listed),
            field.listed.width,
        )
        for field in contract.fields
        if field.listed is not None
    )


def _in_both(vietnamese: str, english: str, more: str = "") -> str:
    return f"{vietnamese}{more}\n{english}{more}"


def _unit(field: Field) -> str:
    """Return how a header says the unit; a count and a share need none."""
    return "" if field.unit in {None, "1"} else f" ({field.unit})"


def _note(field: Field, listed: Listed) -> str:
    if field.name == "probability":
        vietnamese = f"{listed.note_vi} {FINDING_VI}"
        return _in_both(vietnamese, f"{listed.note_en} {FINDING_EN}")
    return _in_both(listed.note_vi, listed.note_en)


def _style(field: Field, listed: Listed) -> str:
    if field.logical_type == "string":
        return "wrapped" if listed.width > _WIDEST_CODE else "text"
    if field.logical_type == "date":
        return "date"
    return "percent" if field.logical_type == "number" and field.unit == "1" else "whole"


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
    columns: Sequence[SheetColumn],
    rows: Sequence[Row],
) -> None:
    """Write title, header and rows; the header stays in view and can filter."""
    sheet.write_string(0, 0, harmless(title), formats["title"])
    sheet.set_row(HEADER_ROW, 64)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(HEADER_ROW, place, column.head, formats["header"])
        sheet.write_comment(HEADER_ROW, place, column.note, {"x_scale": 2.5, "y_scale": 1.5})
    for line, row in enumerate(rows, start=HEADER_ROW + 1):
        for place, column in enumerate(columns):
            write_cell(sheet, (line, place), row[column.name], formats[column.style])
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
