"""Files of one extract, landed as they might come, and the marts asked for the same figures."""

import random
from pathlib import Path

from ingestion.land import land_files
from tests.builders import write_csv
from tests.integration.vcis_rows import Figures, Rows
from warehouse import engine
from warehouse.layout import Layout
from warehouse.settings import LakeSettings


def send(rows: Rows, folder: Path, seed: int) -> list[Path]:
    """Write the rows shuffled, split, packed, repeated; return the files in random order."""
    choose = random.Random(seed)
    files = []
    for table, records in rows.items():
        repeated = choose.sample(records, len(records) // 5)
        shuffled = choose.sample(records + repeated, len(records) + len(repeated))
        parts = choose.randint(2, 4)
        for part in range(parts):
            suffix = choose.choice([".csv", ".csv.gz"])
            name = f"{table}_20250401_{part:02}{suffix}"
            files.append(write_csv(folder / name, shuffled[part::parts]))
    again = [file for file in files if choose.random() < 0.3]
    for number, file in enumerate(again):
        copy = folder / "again" / f"{file.name.split('_')[0]}_{number}{''.join(file.suffixes)}"
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes())
        files.append(copy)
    return choose.sample(files, len(files))


def land(settings: LakeSettings, files: list[Path], seed: int) -> None:
    """Land the files in several calls, as they would come night by night."""
    left = list(files)
    choose = random.Random(seed)
    while left:
        size = choose.randint(1, len(left))
        land_files(settings, "vcis_extract", left[:size])
        left = left[size:]


def marts_figures(settings: LakeSettings) -> Figures:
    """Return the figures of `vcis_rows.figures`, asked of the marts."""
    layout = Layout(settings.home)
    with engine.build_connection(layout, settings, read_only=True) as connection:

        def rows(query: str) -> list[tuple]:
            return connection.sql(query).fetchall()

        (declarations, value, tax, complete, cancelled, refused) = rows(
            """select count(*), coalesce(sum(customs_value_vnd), 0), coalesce(sum(duty_tax_vnd), 0),
            count(*) filter (is_complete), count(*) filter (is_cancelled),
            count(*) filter (is_refused) from marts.fct_declaration"""
        )[0]
        (items, orphans, items_value, mass) = rows(
            """select count(*), count(*) filter (not has_declaration), sum(customs_value_vnd),
            sum(net_mass_kg) from marts.fct_goods_item"""
        )[0]
        (inspections, additional) = rows(
            "select count(*), sum(additional_duty_vnd) from marts.fct_inspection"
        )[0]
        lanes = rows(
            """select control_channel, count(*) from marts.fct_declaration
            where control_channel is not null group by all"""
        )
        invoiced = rows(
            """select invoice_currency_code, sum(invoice_amount) from marts.fct_goods_item
            where has_declaration group by all"""
        )
        taxes = rows(
            """select tax_type_code, sum(assessed_vnd), sum(exempted_vnd)
            from marts.fct_duty_tax group by all"""
        )
    return {
        "declarations": declarations,
        "declared_vnd": value,
        "declared_tax_vnd": tax,
        "complete": complete,
        "cancelled": cancelled,
        "refused": refused,
        "lanes": dict(lanes),
        "items": items,
        "orphan_items": orphans,
        "items_vnd": items_value,
        "invoiced": dict(invoiced),
        "net_mass_kg": mass,
        "assessed_vnd": {kind: assessed for kind, assessed, _ in taxes},
        "exempted_vnd": {kind: exempted for kind, _, exempted in taxes},
        "inspections": inspections,
        "additional_vnd": additional,
    }
