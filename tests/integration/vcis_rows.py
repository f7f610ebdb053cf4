"""Random rows of `vcis_extract`, and what they add up to, counted in plain Python.

The rows hold what real extracts hold: several versions, records replaced and withdrawn, items
without their declaration, events of all kinds. SEQ_NO says the order; files may come in any.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import count

from tests import builders

Rows = dict[str, list[dict[str, object]]]
Figures = dict[str, object]

KG = {"KGM": Decimal(1), "TNE": Decimal(1000), "LBR": Decimal("0.45359237")}
LANES = {"1": "green", "2": "yellow", "3": "red"}


class Extract:
    """Writes rows as the declaration system would, numbering changes per table."""

    def __init__(self, seed: int, declarations: int, first_base: int = 30000000000) -> None:
        self.rows: Rows = defaultdict(list)
        self._random = random.Random(seed)
        self._sequences: dict[str, Iterator[int]] = defaultdict(lambda: count(1))
        for offset in range(declarations):
            self._declare(str(first_base + offset * 7))

    def _add(self, table: str, row: dict[str, object]) -> None:
        self.rows[table].append(row | {"SEQ_NO": next(self._sequences[table])})

    def _declare(self, base: str) -> None:
        choose = self._random
        for version in range(choose.choice([1, 1, 1, 2, 3])):
            number = f"{base}{version}"
            if choose.random() < 0.95:
                self._head(number)
            for stt in range(1, choose.randint(1, 4) + 1):
                self._item(number, stt)
        self._events(base)
        if choose.random() < 0.3:
            self._inspect(base)

    def _head(self, number: str) -> None:
        choose = self._random
        day = choose.randint(1, 28)
        head = builders.tk(
            number,
            MA_DN=f"01000000{choose.randint(10, 19)}",
            MA_NT=choose.choice(["USD", "EUR", "VND"]),
            SO_DONG=choose.randint(1, 3),
            NGAY_DK=f"2025-{choose.randint(1, 3):02}-{day:02} 23:30:00",
            TONG_TG_TT=choose.randint(0, 10**13),
            TONG_THUE=choose.randint(0, 10**12),
        )
        self._change("tk", head, TONG_TG_TT=choose.randint(0, 10**13))

    def _item(self, number: str, stt: int) -> None:
        choose = self._random
        cents = choose.randint(0, 10**9)
        item = builders.hang(
            number,
            stt,
            TRI_GIA_HD=f"{Decimal(cents) / 100:.2f}",
            TRI_GIA_TT=choose.randint(0, 10**12),
            LUONG1=choose.randint(1, 10**6),
            MA_DVT1=choose.choice(["PCE", "TNE"]),
            LUONG2=f"{Decimal(choose.randint(1, 10**9)) / 1000:.3f}",
            MA_DVT2=choose.choice(["KGM", "LBR", "TNE", "PCE"]),
        )
        self._change("hang", item, TRI_GIA_TT=choose.randint(0, 10**12))
        for kind in choose.sample(["N", "T", "V"], choose.randint(0, 3)):
            due = choose.randint(0, 10**12)
            tax = builders.thue(number, stt, MA_SAC_THUE=kind, SO_TIEN=due, SO_TIEN_MIEN=due // 3)
            self._change("thue", tax, SO_TIEN=choose.randint(0, 10**12))

    def _change(self, table: str, row: dict[str, object], **replacement: object) -> None:
        """Add a new record and sometimes what follows: replaced, withdrawn, brought back."""
        self._add(table, row)
        fate = self._random.random()
        if fate < 0.25:
            self._add(table, row | replacement | {"OP": "U"})
        if fate < 0.10:
            self._add(table, row | {"OP": "D"})
        if fate < 0.03:
            self._add(table, row | {"OP": "U"})

    def _events(self, base: str) -> None:
        choose = self._random
        for code in choose.sample(["LUONG", "CHUYEN_LUONG", "TQ"], choose.randint(0, 3)):
            lane = None if code == "TQ" else choose.choice("123")
            self._add("sukien", builders.sukien(base, MA_SK=code, GIA_TRI=lane))
        if choose.random() < 0.15:
            code = choose.choice(["HUY", "TU_CHOI"])
            operation = choose.choice(["I", "I", "D"])
            self._add("sukien", builders.sukien(base, MA_SK=code, GIA_TRI=None, OP=operation))

    def _inspect(self, base: str) -> None:
        row: dict[str, object] = {
            "MA_KT": f"KT{base}",
            "STT_KT": 1,
            "OP": "I",
            "SO_TK_GOC": base,
            "STT": None,
            "HINH_THUC": "3",
            "TU": "2025-04-01 09:00:00",
            "DEN": "2025-04-01 17:00:00",
            "KET_QUA": self._random.choice("01"),
            "THUE_TANG": self._random.randint(0, 10**10),
        }
        self._change("kiemtra", row, THUE_TANG=self._random.randint(0, 10**10))


def figures(rows: Rows) -> Figures:
    """Return what the current truth adds up to, by the rules of the format."""
    heads = latest(rows["tk"], "SO_TK")
    living = sorted(number for number, row in heads.items() if row["OP"] != "D")
    current = {number[:11]: number for number in living}
    items = list(_children(rows["hang"], ("SO_TK", "STT"), heads, current))
    taxes = list(_children(rows["thue"], ("SO_TK", "STT", "MA_SAC_THUE"), heads, current))
    inspections = [
        row for row in latest(rows["kiemtra"], "MA_KT", "STT_KT").values() if row["OP"] != "D"
    ]
    events = [row for row in rows["sukien"] if row["OP"] != "D"]
    return {
        "declarations": len(current),
        "declared_vnd": sum(heads[number]["TONG_TG_TT"] for number in current.values()),
        "declared_tax_vnd": sum(heads[number]["TONG_THUE"] for number in current.values()),
        "complete": sum(_is_complete(heads[number], items) for number in current.values()),
        "cancelled": len(_bases(events, "HUY") & set(current)),
        "refused": len(_bases(events, "TU_CHOI") & set(current)),
        "lanes": _lanes(events, current),
        "items": len(items),
        "orphan_items": sum(row["SO_TK"] not in heads for row in items),
        "items_vnd": sum(row["TRI_GIA_TT"] for row in items),
        "invoiced": _invoiced(items, heads),
        "net_mass_kg": sum((_net_mass(row) for row in items), Decimal(0)),
        "assessed_vnd": _by_kind(taxes, "SO_TIEN"),
        "exempted_vnd": _by_kind(taxes, "SO_TIEN_MIEN"),
        "inspections": len(inspections),
        "additional_vnd": sum(row["THUE_TANG"] for row in inspections),
    }


def latest(rows: Iterable[dict[str, object]], *key: str) -> dict[object, dict[str, object]]:
    """Return the row with the highest SEQ_NO of each key."""
    found: dict[object, dict[str, object]] = {}
    for row in sorted(rows, key=lambda row: row["SEQ_NO"]):
        found[row[key[0]] if len(key) == 1 else tuple(row[name] for name in key)] = row
    return found


def _children(rows, key, heads, current):
    for row in latest(rows, *key).values():
        number = row["SO_TK"]
        counts = current.get(number[:11]) == number or number not in heads
        if counts and row["OP"] != "D":
            yield row


def _is_complete(head, items) -> bool:
    return head["SO_DONG"] == sum(row["SO_TK"] == head["SO_TK"] for row in items)


def _bases(events, code) -> set[str]:
    return {row["SO_TK_GOC"] for row in events if row["MA_SK"] == code}


def _lanes(events, current) -> dict[str, int]:
    setting = [row for row in events if row["MA_SK"] in {"LUONG", "CHUYEN_LUONG"}]
    found: dict[str, int] = defaultdict(int)
    for base, row in latest(setting, "SO_TK_GOC").items():
        found[LANES[row["GIA_TRI"]]] += base in current
    return {lane: number for lane, number in found.items() if number}


def _invoiced(items, heads) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in items:
        if row["SO_TK"] in heads:
            found[heads[row["SO_TK"]]["MA_NT"]] += Decimal(row["TRI_GIA_HD"])
    return dict(found)


def _net_mass(row) -> Decimal:
    for quantity, unit in (("LUONG2", "MA_DVT2"), ("LUONG1", "MA_DVT1")):
        if row[unit] in KG:
            mass = Decimal(str(row[quantity])) * KG[row[unit]]
            return mass.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    return Decimal(0)


def _by_kind(taxes, column) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for row in taxes:
        found[row["MA_SAC_THUE"]] += row[column]
    return dict(found)
