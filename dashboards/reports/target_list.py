"""The list of post-clearance audit targets as a workbook.

Four sheets: the list, what its amounts consist of, the items behind them, and how to read it.

It holds names and tax codes: it is for auditors, and the file is made readable by its owner only.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from dashboards.reports.sheet import harmless, make_formats, write_cell, write_table
from dashboards.reports.target_columns import EVIDENCE_COLUMNS, LIST_COLUMNS, PART_COLUMNS
from dashboards.reports.target_rows import ListedTrader, ListFacts
from data_contracts.errors import CustomsDataError


def write_target_list(path: Path, traders: Sequence[ListedTrader], facts: ListFacts) -> None:
    """Write the workbook; a file of this name is replaced when the new one is complete.

    Args:
        path: Where to; its folder exists.
        traders: In the order of their rank.
        facts: For the titles and the sheet about the list.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(draft, traders, facts)
        draft.chmod(0o600)
        draft.replace(path)
    except (OSError, FileCreateError) as error:
        cause = error.args[0] if isinstance(error, FileCreateError) else error
        message = f"cannot write {path}: {cause.strerror}; give another --out or free the folder"
        raise CustomsDataError(message) from error
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, traders: Sequence[ListedTrader], facts: ListFacts) -> None:
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"title": "Post-clearance audit targets", "created": facts.made_at})
        formats = make_formats(workbook)
        title = f"Đối tượng kiểm tra sau thông quan, {facts.as_of:%Y-%m-%d} / Audit targets"
        parts = [(trader, reason) for trader in traders for reason in trader.reasons]
        items = [(trader, item) for trader in traders for item in trader.evidence]
        sheets = [
            workbook.add_worksheet(name) for name in ("Danh sách", "Cơ cấu số tiền", "Bằng chứng")
        ]
        write_table(sheets[0], formats, title, LIST_COLUMNS, traders)
        write_table(
            sheets[1], formats, "Cơ cấu số tiền / What the amounts consist of", PART_COLUMNS, parts
        )
        write_table(sheets[2], formats, "Bằng chứng / Evidence", EVIDENCE_COLUMNS, items)
        warning = _simulated(facts)
        for sheet in sheets if warning else ():
            sheet.write_string(1, 0, warning, formats["warning"])
        _write_about(workbook.add_worksheet("Giới thiệu"), formats, facts)


def _simulated(facts: ListFacts) -> str:
    """Return what is said of simulated data; empty where all data are real."""
    if not facts.simulated_sources:
        return ""
    sources = ", ".join(facts.simulated_sources)
    return (
        f"CÓ DỮ LIỆU MÔ PHỎNG ({sources}): không dùng cho việc thật / "
        f"HOLDS SIMULATED DATA ({sources}): not for real cases"
    )


def _write_about(sheet: Any, formats: dict[str, Any], facts: ListFacts) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, "Về danh sách này / About this list", formats["title"])
    warning = _simulated(facts)
    notes = (*((("Dữ liệu / Data", warning),) if warning else ()), *facts.notes)
    for line, (label, text) in enumerate(notes, start=2):
        sheet.write_string(line, 0, harmless(label), formats["header"])
        write_cell(sheet, (line, 1), text, formats["wrapped"])
