"""The channels of a world's files: everything about a row that should say nothing of its goods."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.delivery.tables import find_table
from tests.simulator.joined_channels import certificates, joined_frames
from tests.simulator.leaks import Frame
from tests.simulator.sent_rows import sent

_DAY = 86_400


def frames(out: Path, truth: Path) -> list[Frame]:
    """Return everything that is compared in one world."""
    items, hang, header = _labelled(out, truth)
    return [
        _declarations(out, header),
        _same_day(header),
        _goods(items),
        _inside(items),
        _copies(hang),
        _checked(out, header),
        certificates(out, items),
        *joined_frames(out, header, _traders(out, truth)),
    ]


def _labelled(out: Path, truth: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return items and headers of first versions with their label, and items as often as sent."""
    known = pq.read_table(
        truth / "items.parquet", columns=["so_tk_goc", "stt", "intent", "mechanism"]
    )
    meant = known.filter(pa.compute.equal(known["intent"], 1)).to_pandas()
    places = zip(meant["so_tk_goc"], meant["stt"].astype(str), strict=True)
    bad = dict(zip(places, meant["mechanism"], strict=True))
    hang, tk = sent(out, "hang"), sent(out, "tk")
    hang, tk = (rows[rows["SO_TK"].str.endswith("0")].copy() for rows in (hang, tk))
    pairs = zip(hang["SO_TK"].str[:11], hang["STT"], strict=True)
    hang["mechanism"] = [bad.get(pair) for pair in pairs]
    hang["is_bad"] = hang["mechanism"].notna()
    tk["SEQ_NO"], hang["SEQ_NO"] = tk["SEQ_NO"].astype(int), hang["SEQ_NO"].astype(int)
    tk["copies"] = tk.groupby(["SO_TK", "SEQ_NO"])["part"].transform("size")
    header = tk.sort_values(["SEQ_NO", "part"]).drop_duplicates("SO_TK").reset_index(drop=True)
    items = hang.sort_values(["SEQ_NO", "part"]).drop_duplicates(["SO_TK", "STT"])
    header = header[header["MA_DN"].notna()].reset_index(drop=True)
    header["deal"] = header["MA_DN"] + " " + header["SO_HD"]
    how = items.dropna(subset="mechanism").drop_duplicates("SO_TK").set_index("SO_TK")["mechanism"]
    header["mechanism"] = header["SO_TK"].map(how)
    header["is_bad"] = header["mechanism"].notna()
    shared = ["MA_DN", "deal", "MA_LH", "MA_NUOC_DT", "MA_NT"]
    items = items.merge(header[["SO_TK", *shared]], on="SO_TK").reset_index(drop=True)
    return items, hang, header


def _seconds(values: pd.Series) -> pd.Series:
    return (pd.to_datetime(values) - pd.Timestamp("1970-01-01")).dt.total_seconds()


def _moduli(name: str, number: pd.Series, *moduli: int) -> dict[str, pd.Series]:
    return {f"{name} mod {modulus}": number % modulus for modulus in moduli}


def _digits(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text.str.replace(r"\D", "", regex=True).str[-9:], errors="coerce")


def _lengths(rows: pd.DataFrame, *names: str) -> dict[str, pd.Series]:
    return {f"length of {name}": rows[name].str.len() for name in names}


def _nulls(rows: pd.DataFrame, names: list[str]) -> dict[str, pd.Series]:
    empty = {f"null {name}": rows[name].isna().astype(int) for name in names}
    return {name: values for name, values in empty.items() if 0 < values.mean() < 1}


def _numbers(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Channels of the running number, SEQ_NO and the moments of a header."""
    number = rows["SO_TK"].str[1:11].astype(int)
    registered = _seconds(rows["NGAY_DK"])
    day = registered // _DAY
    order = number.sort_values().index
    gap = number[order].diff().reindex(number.index)
    drafted = registered - _seconds(rows["NGAY_IDA"])
    first = rows["part"] % 10 == 0
    sequence = rows["SEQ_NO"].where(first)
    sequence_gap = sequence.sort_values().diff().reindex(rows.index)
    rank = number.groupby(day).rank(pct=True) - registered.groupby(day).rank(pct=True)
    return {
        "gap of number": gap.clip(upper=5),
        "number against time": rank,
        "gap of SEQ_NO": sequence_gap,
        "place in file": rows["place"].where(first),
        "draft time": drafted,
        **_moduli("number", number, 2, 3, 7, 10),
        **_moduli("SEQ_NO", rows["SEQ_NO"], 2, 3, 7, 1000),
        **_moduli("registered", registered, 2, 10, 60, 3600),
        **_moduli("drafted", _seconds(rows["NGAY_IDA"]), 10, 60),
        **_moduli("cleared", _seconds(rows["NGAY_TQ"]), 10, 60),
    }


def _group(rows: pd.DataFrame) -> pd.DataFrame:
    kind = rows[["MA_DN", "NHOM", "MA_LH", "DIA_CHI_DT", "MA_PTVT", "MA_DKGH"]].copy()
    return kind.assign(items=np.searchsorted([2, 4, 9, 20], rows["SO_DONG"].astype(int)))


def _declarations(out: Path, rows: pd.DataFrame) -> Frame:
    """Headers of one trader that are alike in regime, partner, route, terms and number of items."""
    follows = {"NGAY_TQ", "MA_DL", "TEN_DL", "SO_TK_DOI_UNG", "SO_BAO_LANH", "MA_LUAT_KHAC"}
    named = [name for name in find_table("tk").columns if name not in follows]
    channels = _numbers(rows) | _nulls(rows, named)
    channels |= _lengths(rows, "TEN_DT", "SO_VD1", "SO_HIEU_PTVT")
    for name in ("SO_HD", "SO_VD1", "SO_BAO_LANH"):
        channels |= _moduli(name, _digits(rows[name]), 2, 7, 10)
        channels[f"range of {name}"] = _digits(rows[name])
    channels["age of invoice"] = (
        _seconds(rows["NGAY_DK"]) // _DAY - _seconds(rows["NGAY_HD"]) // _DAY
    )
    channels |= {name: rows[name] for name in ("part", "late", "copies")}
    channels["hour"] = _seconds(rows["NGAY_DK"]) % _DAY // 3600
    channels |= _beside(out, rows)
    return Frame("declaration", rows["is_bad"], _group(rows), rows["deal"], channels)


def _beside(out: Path, rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Channels of a declaration's events, documents and containers."""
    channels: dict[str, pd.Series] = {}
    events = sent(out, "sukien").drop_duplicates(["SO_TK_GOC", "MA_SK"]).set_index("SO_TK_GOC")
    base = rows["SO_TK"].str[:11]
    for kind in ("LUONG", "TQ", "QKVGS"):
        second = _seconds(events.loc[events["MA_SK"] == kind, "THOI_DIEM"])
        channels |= _moduli(f"event {kind}", base.map(second), 10, 60)
    for kind in ("BP", "MHBQ"):
        channels[f"has {kind}"] = base.isin(events.index[events["MA_SK"] == kind]).astype(int)
    papers = sent(out, "chungtu").drop_duplicates(["SO_TK", "STT_CT"])
    for kind in ("INV", "CON", "DM", "ETC", "GP"):
        own = papers[papers["LOAI_CT"] == kind].drop_duplicates("SO_TK").set_index("SO_TK")
        channels |= _moduli(f"paper {kind}", rows["SO_TK"].map(_digits(own["SO_CT"])), 2, 10)
        if kind != "GP":
            channels[f"has {kind}"] = rows["SO_TK"].isin(set(own.index)).astype(int)
    boxes = sent(out, "cont").drop_duplicates("SO_TK").set_index("SO_TK")
    channels |= _moduli("container", rows["SO_TK"].map(_digits(boxes["SO_CONT"])), 2, 10)
    channels |= _moduli("seal", rows["SO_TK"].map(_digits(boxes["SO_SEAL"])), 2, 10)
    return channels


def _same_day(rows: pd.DataFrame) -> Frame:
    """Headers of one trader, direction and day."""
    group = rows[["MA_DN", "NHOM"]].assign(day=rows["NGAY_DK"].str[:10])
    return Frame("same day", rows["is_bad"], group, rows["deal"], _numbers(rows))


def _whole(values: pd.Series, places: int) -> pd.Series:
    """Return amounts as whole numbers of 10^-places."""
    return (pd.to_numeric(values) * 10**places).round()


def _goods(rows: pd.DataFrame) -> Frame:
    """Goods items of one trader with the same code, regime, partner country and currency."""
    follows = {"SO_CO", "MA_BIEU_THUE", "MA_HS", "MA_NUOC_XX", "SO_TK_LQ", "STT_LQ"}
    named = [name for name in find_table("hang").columns if name not in follows]
    channels = _nulls(rows, named) | _lengths(rows, "NHA_SX", "SO_CO")
    amounts = {
        "DON_GIA": (4, 1000), "LUONG1": (2, 2000), "LUONG2": (2, 1000), "TRI_GIA_HD": (2, 2000),
        "TRI_GIA_TT": (0, 100_000),
    }  # fmt: skip
    for name, (places, least) in amounts.items():
        number = _whole(rows[name], places)
        # Small amounts have few digits to tell anything by, and less can be left out of them.
        number = number.where(number >= least)
        channels |= _moduli(f"digits of {name}", number, 10, 100)
        channels[f"zeros of {name}"] = sum((number % 10**n == 0) * 1 for n in range(1, 5)).where(
            number.notna()
        )
    price, quantity = _whole(rows["DON_GIA"], 4), _whole(rows["LUONG1"], 2)
    off = (_whole(rows["TRI_GIA_HD"], 2) - price * quantity / 10_000).abs()
    channels["invoice off price x quantity"] = (off > 1).astype(int)
    same = [rows["MA_DN"], rows["MA_HS"], rows["DON_GIA"]]
    channels["price seen again"] = (rows.groupby(same)["deal"].transform("nunique") > 1) * 1
    # Half of those who name a cheaper code describe what it really is: that is evidence.
    named_truly = rows["TEN_HANG"].where(rows["mechanism"] != "misclassification")
    words = named_truly.str
    channels["length of TEN_HANG"] = words.len()
    channels |= {
        "words": words.count(" "), "commas": words.count(","), "capitals": words.count("[A-Z]"),
        "accents": words.count(r"[^\x00-\x7f]"), "numbers": words.count(r"\d"),
    }  # fmt: skip
    channels |= _moduli("certificate", _digits(rows["SO_CO"]), 2, 7, 10)
    group = rows[["MA_DN", "MA_LH", "MA_HS", "MA_NUOC_DT", "MA_NT"]]
    return Frame("goods", rows["is_bad"], group, rows["deal"], channels)


def _inside(rows: pd.DataFrame) -> Frame:
    """Goods items of one declaration: their numbers and their order in the file."""
    # Pieces of one deal repeat its items: one declaration of each deal is enough.
    rows = rows[rows["SO_TK"] == rows.groupby("deal")["SO_TK"].transform("min")]
    own = rows.groupby("SO_TK")
    number = rows["STT"].astype(int)
    channels = {
        "item number": number,
        "is first": (number == 1).astype(int),
        "order in file": own["SEQ_NO"].rank(),
        **_moduli("SEQ_NO", rows["SEQ_NO"], 2, 3, 7),
        **_moduli("item number", number, 2, 3),
    }
    item = rows["SO_TK"] + " " + rows["STT"]
    return Frame("inside", rows["is_bad"], rows[["SO_TK"]], item, channels)


def _copies(rows: pd.DataFrame) -> Frame:
    """Goods items of one trader and regime: late, in which part, how often sent."""
    item = rows["SO_TK"] + " " + rows["STT"]
    once = rows.assign(item=item, copies=item.map(item.value_counts())).drop_duplicates("item")
    channels = {name: once[name] for name in ("part", "late", "copies")}
    return Frame("copies", once["is_bad"], once[["SO_TK"]], once["item"], channels)


def _checked(out: Path, rows: pd.DataFrame) -> Frame:
    """Checks of one trader's declarations by method: their seconds."""
    checks = sent(out, "kiemtra").drop_duplicates("MA_KT")
    header = rows.set_index(rows["SO_TK"].str[:11])
    checks = checks[checks["SO_TK_GOC"].isin(set(header.index))].reset_index(drop=True)
    own = checks["SO_TK_GOC"]
    channels = _moduli("begun", _seconds(checks["TU"]), 2, 10, 60)
    channels |= _moduli("ended", _seconds(checks["DEN"]), 2, 10, 60)
    group = pd.DataFrame({"MA_DN": own.map(header["MA_DN"]), "method": checks["HINH_THUC"]})
    return Frame("checks", own.map(header["is_bad"]), group, own.map(header["deal"]), channels)


def _traders(out: Path, truth: Path) -> pd.DataFrame:
    """Return for each firm what makes it alike with others, and whether it runs a scheme."""
    rows = sent(out, "dn").drop_duplicates("MA_DN", keep="last").set_index("MA_DN")
    role = pq.read_table(truth / "traders.parquet").to_pandas().set_index("ma_dn")["role"]
    staff = pd.to_numeric(rows["SO_LD"]).fillna(0).astype(float)
    return pd.DataFrame(
        {
            "is_bad": rows.index.map(role) != "honest",
            "mechanism": rows.index.map(role.where(role != "honest")),
            "LOAI": rows["LOAI"],
            "MA_NGANH": rows["MA_NGANH"],
            "UU_TIEN": rows["UU_TIEN"],
            "is_young": (rows["NGAY_TL"] > "2023-06").astype(int),
            "staff": np.searchsorted([5, 10, 20, 50, 200], staff),
        },
        index=rows.index,
    )
