"""The list of post-clearance audit targets as a workbook.

Four sheets: the list, what its amounts consist of, the items behind them, and how to read it. Their
columns are those of the contracts `audit_target`, `audit_target_part` and `audit_target_item`.

It holds names and tax codes: it is for auditors, and the file is made readable by its owner only.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from dashboards.reports.sheet import (
    Row,
    harmless,
    make_formats,
    sheet_columns,
    write_cell,
    write_table,
)
from data_contracts.errors import CustomsDataError
from data_contracts.loading import load_contract

_POINTS = str.maketrans(",", ".")


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What a reader must know about the list.

    Attributes:
        made_at: When it was made.
        as_of: The day from which the five years are counted back.
        simulated_sources: Sources with simulated deliveries; empty where all data are real.
        notes: (label, text) in both languages, for the sheet about the list.
    """

    made_at: datetime
    as_of: date
    simulated_sources: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]


def write_target_list(path: Path, traders: Sequence[Row], facts: ListFacts) -> None:
    """Write the workbook; a file of this name is replaced when the new one is complete.

    Args:
        path: Where to; its folder exists.
        traders: Answers of `audit_target`, in the order of their rank.
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


def _write(path: Path, traders: Sequence[Row], facts: ListFacts) -> None:
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
        tables = (
            ("Danh sách", title, "audit_target", [_with_reasons(one) for one in traders]),
            (
                "Cơ cấu số tiền",
                "Cơ cấu số tiền / What the amounts consist of",
                "audit_target_part",
                [_part(trader, part) for trader in traders for part in trader["reasons"]],
            ),
            (
                "Bằng chứng",
                "Bằng chứng / Evidence",
                "audit_target_item",
                [_with_reasons(_of(t) | item) for t in traders for item in t["evidence"]],
            ),
        )
        sheets = [workbook.add_worksheet(name) for name, *_ in tables]
        for sheet, (_, head, contract, rows) in zip(sheets, tables, strict=True):
            write_table(sheet, formats, head, sheet_columns(load_contract(contract)), rows)
        warning = _simulated(facts)
        for sheet in sheets if warning else ():
            sheet.write_string(1, 0, warning, formats["warning"])
        _write_about(workbook.add_worksheet("Giới thiệu"), formats, facts)


def _of(trader: Row) -> dict[str, Any]:
    """Return which trader a part or an item is of."""
    return {"rank": trader["rank"], "trader_id": trader["trader_id"]}


def _part(trader: Row, part: Row) -> Row:
    return {**_of(trader), **part, "share": part["amount_vnd"] / trader["expected_vnd"]}


def _with_reasons(row: Row) -> Row:
    """Return a row with its reasons as text, one line each: its amount, then what it rests on."""
    amounts = [f"{reason['amount_vnd']:,}" for reason in row["reasons"]]
    told = list(zip(amounts, row["reasons"], strict=True))
    return {
        **row,
        "reasons_vi": "\n".join(f"{a.translate(_POINTS)} VND: {r['text_vi']}" for a, r in told),
        "reasons_en": "\n".join(f"{a} VND: {r['text_en']}" for a, r in told),
    }


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
