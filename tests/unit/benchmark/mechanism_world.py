"""A world of a few declarations: for each claim one that keeps it and one that does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmark.mechanisms.claims import Finding, judge_claims
from benchmark.mechanisms.ground import lay
from benchmark.mechanisms.signs import make_signs
from benchmark.outside import connection
from benchmark.required_columns import REQUIRED
from tests.builders import hang, tk, write_csv
from tests.unit.benchmark.nations import LIMITS, NO_SCHEMES, NO_SLIPS, loss, number, write_truth

FIRST = date(2025, 3, 3)
# A code at 10 % duty and 10 % VAT, a dearer one of its heading, and one of another heading.
CODE, DEARER, ELSEWHERE = "84713020", "84713090", "90303310"
VALUE = 25_000_000
# Duty and VAT on 30 M less those on 25 M: 21 % of 5 M.
SAVED = 1_050_000

Row = Mapping[str, object]


@dataclass
class World:
    """What is planted: rows by outside table, certificates, and what truth tells of them."""

    tables: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    losses: list[dict[str, object]] = field(default_factory=list)
    schemes: list[dict[str, object]] = field(default_factory=list)
    slips: list[dict[str, object]] = field(default_factory=list)
    certificates: list[str] = field(default_factory=list)

    def declared(
        self, trader: str, days: int = 0, goods: Row | None = None, **header: object
    ) -> int:
        """Plant a declaration of one item and return its position."""
        position = len(self.tables.get("tk", ()))
        told = f"{number(position)}0"
        moment = f"{FIRST + timedelta(days=days)} 08:15:00"
        head = tk(told, position + 1, NGAY_DK=moment, MA_DN=trader)
        self.add("tk", **_header() | head | header)
        self.add("hang", **_goods() | hang(told, 1, position + 1, MA_HS=CODE) | (goods or {}))
        return position

    def irregular(self, position: int, mechanism: str, scheme: str, **changes: object) -> None:
        """Let an item be irregular: undervalued by a sixth unless told otherwise."""
        usual = {
            "true_hs": CODE, "true_quantity": 10.0, "true_value_vnd": 30_000_000,
            "scheme_id": scheme, "mechanism": mechanism, "starts_on": FIRST,
        }  # fmt: skip
        self.losses.append(loss(position, SAVED, **usual | changes))

    def scheme(self, name: str, mechanism: str, trader: str, **changes: object) -> str:
        """Plant a scheme of 100 days and return its name."""
        usual = {
            "scheme_id": name, "mechanism": mechanism, "ma_dn": trader, "group_id": name,
            "starts_on": FIRST, "ends_on": FIRST + timedelta(days=100), "ma_dn_sau": None,
            "ma_hq": None, "ma_dl": None, "ma_cb": None,
        }  # fmt: skip
        self.schemes.append(usual | changes)
        return name

    def slip(self, scheme: str | None = None, evaded: int = 0, **changes: object) -> None:
        """Plant a slip of 1.9 M VND on a paper of its own; of a scheme's goods if one is named."""
        position = len(self.tables.get("cudan", ()))
        usual = {
            "SO_PHIEU": f"CD{position}", "NGAY": FIRST, "MA_HQ": "15BB", "SO_GT": f"P{position}",
            "PLATE": "12C1", "MA_HS4": "6404", "TRI_GIA": 1_900_000, "CHIEU": "N", "THUE": 0,
        }  # fmt: skip
        self.add("cudan", **usual | changes)
        if scheme:
            told = {"so_phieu": f"CD{position}", "mechanism": "quota_stacking"}
            self.slips.append(
                told | {"scheme_id": scheme, "duty_evaded_vnd": evaded, "collectable_share": 0.4}
            )

    def add(self, table: str, **row: object) -> None:
        """Plant a row of an outside table."""
        numbered = {"SEQ_NO": len(self.tables.get(table, ())) + 1, "OP": "I"}
        self.tables.setdefault(table, []).append(numbered | row)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write outside files and truth, and return their folders."""
        world = folder / "world"
        for table, rows in self.tables.items():
            required = REQUIRED[table.partition("_")[0]].split()
            columns = dict.fromkeys([*required, *(name for row in rows for name in row)])
            whole = [{name: row.get(name) for name in columns} for row in rows]
            write_csv(world / f"{table}_20250303.csv", whole)
        # One that is named twice is sent twice.
        for place, certificate in enumerate(self.certificates):
            item = f"<Item><HS>{CODE[:6]}</HS><Quantity>10</Quantity></Item>"
            sent = f"<C><ReferenceNo>{certificate}</ReferenceNo><Importer taxCode='D'/>{item}</C>"
            (world / f"co_{certificate}_{place}.xml").write_text(sent, encoding="utf-8")
        truth = write_truth(folder / "truth", self.losses)
        told = pa.Table.from_pylist(self.schemes, NO_SCHEMES)
        pq.write_table(told, truth / "schemes.parquet")
        pq.write_table(pa.Table.from_pylist(self.slips, NO_SLIPS), truth / "slips.parquet")
        return world, truth


def signs_in(world: World, folder: Path, sign: str) -> list[tuple[str, float]]:
    """Write a world and return trader and value of each item that a sign says something of."""
    tariff(world)
    folders = world.write(folder)
    with connection(LIMITS) as opened:
        lay(opened, *folders)
        make_signs(opened)
        named = opened.table("sign").select("trader", sign).order(f"trader, {sign}").fetchall()
    return [(trader, round(float(value), 3)) for trader, value in named if value is not None]


def columns_of_signs(folder: Path) -> list[str]:
    """Return the columns of the table of signs, of a world of one declaration."""
    world = World()
    tariff(world)
    world.declared("A")
    folders = world.write(folder)
    with connection(LIMITS) as opened:
        lay(opened, *folders)
        make_signs(opened)
        return opened.table("sign").columns


def judged(world: World, folder: Path) -> dict[tuple[str, str], Finding]:
    """Write a world and return what the judge finds of each claim of each mechanism."""
    folders = world.write(folder)
    with connection(LIMITS) as opened:
        lay(opened, *folders)
        make_signs(opened)
        return {(one.mechanism, one.statement): one for one in judge_claims(opened)}


def _header() -> dict[str, object]:
    return dict.fromkeys(("MA_DL", "SO_VD1", "SO_HD", "MA_PL_TRI_GIA", "TEN_DT"))


def _goods() -> dict[str, object]:
    names = ("SO_CO", "SO_DMMT", "STT_DMMT", "SO_TK_LQ", "STT_LQ", "MA_QL")
    return dict.fromkeys(names) | {"DON_GIA": "100.00"}


def tariff(world: World) -> None:
    """Plant duties and VAT: 10 % and 10 %, 20 % for the dearer code, 0 % from ASEAN."""
    for code, share in ((CODE, "10%"), (DEARER, "20%"), (ELSEWHERE, "30%")):
        usual = {"MA_HS": code, "TU_NGAY": "2020-01-01", "DEN_NGAY": None}
        world.add("vat", THUE_SUAT="10%", **usual)
        for schedule, rate in (("B01", share), ("B04", "0%")):
            world.add("bieuthue", MA_BIEU_THUE=schedule, MA_NHOM_NUOC=None, THUE_SUAT=rate, **usual)
