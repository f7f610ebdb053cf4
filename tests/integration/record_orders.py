"""A table of each order that a contract can state, and files in which the latest comes early.

Each table holds what a barrier at a gate says of itself: its state, and what orders that.
"""

from pathlib import Path

from tests.worked_examples import Tree

# By the word in the files' names: the column that orders, and its values for the states a to e in
# the order in which they come. In each order b is the latest, and e is said of the same as b.
ORDERS = {
    "bysequence": ("sequence_number", ("1", "10", "2", "9", "8")),
    "byrevision": ("revision_number", ("1", "10", "2", "9", "10")),
    "bymonth": ("snapshot_month", tuple(f"2024-{m}-01" for m in ("09", "11", "08", "10", "11"))),
    # As moments, not as texts: b is 04:00 UTC, d is 03:30.
    "bymoment": (
        "sent_at",
        (
            "2025-03-01T09:00:00+07:00",
            "2025-03-01T04:00:00+00:00",
            "2025-03-01T08:30:00+07:00",
            "2025-03-01T10:30:00+07:00",
            "2025-03-01T11:00:00+07:00",
        ),
    ),
    "byreceipt": ("heard_at", ("2025-03-01T04:00:00+00:00",) * 5),
}
CURRENT = dict.fromkeys(ORDERS, "e") | {"bysequence": "b"}
_ORDERED_BY_DEFAULT = ("bysequence", "byreceipt")
# How many records each file holds: b stands before an older one, and the last two come late.
_FILES = (1, 2, 1, 1)
_STATES = "abcde"
# Beside what the example of a new table says: nothing of it orders a record.
_FIELDS = """\
barrier_state_code:
  label: {vi: Trạng thái cổng, en: State of the barrier}
  text: What the barrier says of itself.
  type: VARCHAR
  class: public
  check: {max_length: 17}
  shown: {pattern: '[a-z]'}
revision_number:
  label: {vi: Lần sửa, en: Revision}
  text: How many times the state was said anew.
  type: BIGINT
  unit: '1'
sent_at:
  label: {vi: Thời điểm gửi, en: Sent at}
  text: When the barrier sent what it says.
  type: TIMESTAMP WITH TIME ZONE
heard_at:
  label: {vi: Thời điểm nghe, en: Heard at}
  text: When somebody heard what it says.
  type: TIMESTAMP WITH TIME ZONE
"""
_CLOCKED = "dbt_project/models/intermediate/border/int_barrier_revisions_clocked.sql"


def write_into(tree: Tree) -> None:
    """Write the tables, their marts of what is current, and their source."""
    texts = {"data_contracts/fields/barriers.yaml": _FIELDS}
    tables = []
    for word, (column, _) in ORDERS.items():
        said = (
            f"version: 1.0.0\npurpose: What barriers say, {word}.\nlimitations: Made up.\n"
            f"grain: [source_system, site_code]\nrequired: [{column}]\n"
        )
        order = "" if word in _ORDERED_BY_DEFAULT else f"order: [{column}]\n"
        fields = f"fields: [source_system, site_code, barrier_state_code, {column}]\n"
        texts[f"data_contracts/contracts/border/barrier_{word}.yaml"] = said + order + fields
        shown = said if column != "sequence_number" else said.replace(f"required: [{column}]\n", "")
        texts[f"data_contracts/contracts/marts/fct_barrier_{word}.yaml"] = (
            f"{shown}domain: border\nview_of: barrier_{word}\n"
        )
        tables.append(
            f"  {word}:\n    contract: barrier_{word}\n    columns:\n"
            f"      SITE!: site_code\n      STATE!: barrier_state_code\n      SAID!: {column}\n"
        )
    texts["ingestion/sources/barriers.yaml"] = "forms: [csv]\ntables:\n" + "".join(tables)
    texts[_CLOCKED] = (
        "-- Grain: one row per record of a barrier.\n{{ clocked('barrier_byrevision') }}\n"
    )
    for name, text in texts.items():
        (tree.root / name).parent.mkdir(parents=True, exist_ok=True)
        (tree.root / name).write_text(text, encoding="utf-8")


def files(folder: Path) -> list[Path]:
    """Write the files of all tables; return them in the order in which they come."""
    folder.mkdir(parents=True)
    written = []
    for word, (_, values) in ORDERS.items():
        rows = [f"G-1,{state},{value}" for state, value in zip(_STATES, values, strict=True)]
        for number, count in enumerate(_FILES, start=1):
            path = folder / f"{word}_2025030{number}.csv"
            path.write_text("\n".join(["SITE,STATE,SAID", *rows[:count], ""]), encoding="utf-8")
            written.append(path)
            del rows[:count]
    return written
