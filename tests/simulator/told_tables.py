"""Every outside table of a world that can be joined with goods or traders, with what is irregular.

Results of control are left out: they tell because somebody has looked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from simulator.delivery.tables import TABLES
from tests.simulator.sent_rows import sent
from tests.simulator.tellers import Told

# Columns by which a table is joined, the nearest way first; of those with the same way any one.
_WAYS = (
    ("slip", ("SO_PHIEU",)),
    (
        "declaration",
        ("SO_TK", "SO_TK_GOC", "decl", "declarations", "DeclarationNo", "Số tờ khai", "ID"),
    ),
    ("bill", ("bill",)),
    ("container", ("container", "CONTAINER", "cont", "ContainerNo", "Số container")),
    ("certificate", ("ReferenceNo",)),
    ("plate", ("PLATE", "vehicle", "plate")),
    ("trader", ("MA_DN", "holder", "subject.value")),
)
# Tables and columns that say what a check or an audit of the goods has found.
_RESULTS = {
    "kiemtra": {
        "STT", "STT_KT", "KET_QUA", "MA_VP", "MA_HS_XD", "MA_NUOC_XD", "LUONG_XD", "TRI_GIA_XD",
        "THUE_TANG",
    },
    "ktstq": {"NGAY_KL", "KET_QUA", "THUE_AN_DINH", "TIEN_PHAT", "DA_NOP"},
    "nop": {"LOAI", "SO_QD", "MA_NH", "SO_TIEN", "NGAY_HT", "NGAY_CT", "SO_BT", "MA_SAC_THUE"},
    "sukien": {"LY_DO"},
}  # fmt: skip
_ALL_RESULTS = {"ktstqct", "andinh", "khaibosung", "vipham", "cases", "no", "hoanthue"}
_UNJOINED = {"parcels", "partner_statistics"}
# Where rows lie in files and how they are numbered is the business of `leaks`.
_OF_SENDING = ("SEQ_NO", "OP", "part", "late", "place")


@dataclass(frozen=True, slots=True)
class _Guilt:
    """Who and what is irregular, and whose each declaration is.

    Attributes:
        items: Numbers of declarations with item numbers; `*` for a whole declaration.
        declarations: Numbers; traders: tax codes.
        slips: Scheme by number of each border resident's slip that carries another's goods.
        owner: Tax code by number of the declaration.
        roles: Role by tax code.
    """

    items: set[str]
    declarations: set[str]
    traders: set[str]
    slips: pd.Series
    owner: pd.Series
    roles: pd.Series

    def base(self, way: str) -> float:
        """Return the share of traders with anything irregular: schemes, or goods declared."""
        if way == "trader":
            return len(self.traders) / len(self.roles)
        own = self.owner[self.owner.index.isin(self.declarations)]
        return float(own.nunique() / max(self.owner.nunique(), 1))


def told_tables(out: Path, truth: Path) -> Iterator[Told]:
    """Yield every table that can be joined with declarations or traders.

    Args:
        out: Outside files.
        truth: Their truth.
    """
    header = sent(out, "tk").drop_duplicates("SO_TK", keep="last")
    header = header[header["SO_TK"].str.endswith("0")]
    guilt, places, headings = _guilt(truth, header), _places(out, header), _headings(out)
    for name in TABLES:
        if name in _ALL_RESULTS | _UNJOINED:
            continue
        rows = sent(out, name)
        if name == "manifest":
            rows = rows.rename(columns={"no": "bill"})
            number = _numbers(rows["bill"], "bill", places)
            rows["hs4 declared"] = _nearest(rows["hs4"], number.map(headings))
        way, column = _way(rows)
        if not way:
            continue
        trader, bad = _labels(rows, way, column, (guilt, places))
        rows = rows.drop(columns=[*_RESULTS.get(name, ()), *_OF_SENDING], errors="ignore")
        # A snapshot says the same each month.
        once = trader.notna() & ~rows.astype(str).duplicated(keep="last")
        label = bad[once].to_numpy(dtype=bool)
        if label.any():
            told = rows[once].assign(**_beside(rows[once], header)).reset_index(drop=True)
            whose = trader[once].reset_index(drop=True)
            base = whose[label].nunique() / whose.nunique() if way == "slip" else guilt.base(way)
            yield Told(name, told, label, whose, base)


def _guilt(truth: Path, header: pd.DataFrame) -> _Guilt:
    items = pd.read_parquet(truth / "items.parquet")
    place = items["stt"].astype("Int64").astype("string").fillna("*")
    owner = pd.Series(header["MA_DN"].to_numpy(), index=header["SO_TK"].str[:11])
    roles = pd.read_parquet(truth / "traders.parquet").set_index("ma_dn")["role"]
    return _Guilt(
        items=set(items["so_tk_goc"] + " " + place),
        declarations=set(items["so_tk_goc"]),
        traders=set(roles.index[roles != "honest"]),
        slips=pd.read_parquet(truth / "slips.parquet").set_index("so_phieu")["scheme_id"],
        owner=owner,
        roles=roles,
    )


def _labels(
    rows: pd.DataFrame, way: str, column: str, known: tuple[_Guilt, dict[str, pd.Series]]
) -> tuple[pd.Series, pd.Series]:
    """Return whose each row is, null where that cannot be told, and whether it is irregular."""
    guilt, places = known
    if way == "slip":
        # No slip names an owner: its own goods are of the van's village.
        scheme = rows[column].map(guilt.slips)
        return scheme.fillna(rows["PLATE"]), scheme.notna()
    if way == "trader":
        trader = rows[column].where(rows[column].isin(set(guilt.roles.index)))
        return trader, trader.isin(guilt.traders)
    number = _numbers(rows[column], way, places)
    bad = number.isin(guilt.declarations)
    if {"SO_TK", "STT"} <= set(rows):
        own = number + " " + rows["STT"].astype(str)
        bad = own.isin(guilt.items) | (number + " *").isin(guilt.items)
    return number.map(guilt.owner), bad


def _headings(out: Path) -> pd.Series:
    """Return the headings (HS4) of the items of each declaration."""
    items = sent(out, "hang").drop_duplicates(["SO_TK", "STT"])
    return items["MA_HS"].str[:4].groupby(items["SO_TK"].str[:11]).agg(set)


def _nearest(heading: pd.Series, declared: pd.Series) -> pd.Series:
    """Return the declared heading that a bill's heading agrees with, else any of them."""
    pairs = zip(heading, declared, strict=True)
    found = [
        (one if one in own else min(own)) if isinstance(own, set) else None for one, own in pairs
    ]
    return pd.Series(found, index=heading.index)


def _way(rows: pd.DataFrame) -> tuple[str, str]:
    for way, columns in _WAYS:
        for column in columns:
            if column in rows and rows[column].notna().any():
                return way, column
    return "", ""


def _places(out: Path, header: pd.DataFrame) -> dict[str, pd.Series]:
    """Return for each way the declaration's number by the joining text, shared ones left out."""
    base = header["SO_TK"].str[:11]
    boxes = sent(out, "cont").drop_duplicates(["SO_TK", "SO_CONT"])
    items = sent(out, "hang").dropna(subset="SO_CO").drop_duplicates(["SO_TK", "SO_CO"])
    by_road = header["MA_PTVT"] == "4"
    return {
        "bill": _single(header["SO_VD1"], base),
        "container": _single(boxes["SO_CONT"], boxes["SO_TK"].str[:11]),
        "certificate": _single(items["SO_CO"], items["SO_TK"].str[:11]),
        "plate": _single(header["SO_HIEU_PTVT"][by_road], base[by_road]),
    }


def _single(texts: pd.Series, base: pd.Series) -> pd.Series:
    found = pd.Series(base.to_numpy(), index=texts.to_numpy())
    found = found[found.index.notna()]
    return found[~found.index.duplicated(keep=False)]


def _numbers(texts: pd.Series, way: str, places: dict[str, pd.Series]) -> pd.Series:
    first = texts.astype("string").str.split(r";| \+ ", regex=True).str[0]
    if way == "declaration":
        return first.str.extract(r"(\d{11})", expand=False)
    return first.map(places[way])


def _beside(rows: pd.DataFrame, header: pd.DataFrame) -> dict[str, pd.Series]:
    """Return what the declaration says beside a row of its items: regime, office, partner, way."""
    if not {"SO_TK", "STT"} <= set(rows):
        return {}
    head = header.set_index("SO_TK")
    named = ("MA_LH", "MA_HQ", "MA_NUOC_DT", "MA_NUOC_XUAT", "MA_PTVT", "MA_PL_TRI_GIA", "MA_DKGH")
    return {f"tk.{name}": rows["SO_TK"].map(head[name]) for name in named}
