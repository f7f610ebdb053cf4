"""The channels of the tables that can be joined with a declaration or a trader."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from simulator.delivery.tables import find_table
from tests.simulator.leak_tables import EVIDENCE, TABLES, Joined
from tests.simulator.leaks import Frame
from tests.simulator.sent_rows import sent

_ALIKE = ["NHOM", "MA_PTVT", "MA_DN", "DIA_CHI_DT"]
_ALIKE_IF_RARE = 2
_UNTRUE_PAPERS = ("false_certificate", "transshipment")
# Who is looked at is cleared later: what a declaration leaves behind is complete after so long.
_COMPLETE_AFTER = pd.Timedelta(days=20)
_SERIAL_MODULI, _TIME_MODULI = (2, 7, 10), (10, 60, 3600)
_LONGEST, _LEAST = 12, 1000


def joined_frames(out: Path, header: pd.DataFrame, traders: pd.DataFrame) -> list[Frame]:
    """Return the frames of all entries of TABLES, without those in which no row is irregular.

    Args:
        out: Outside files.
        header: First versions of declarations: SO_TK, `is_bad`, `mechanism`, `deal` and _ALIKE.
        traders: By MA_DN: `is_bad`, `mechanism` and what makes traders alike.
    """
    places = _places(out, header)
    held = {name: sent(out, name) for name in dict.fromkeys(entry.table for entry in TABLES)}
    frames, there = [], {}
    for entry in TABLES:
        rows = held[entry.table]
        rows = rows.rename(columns={name: name.replace(" ", "_") for name in rows})
        if entry.by == "trader":
            own = _of_traders(entry, rows, traders)
        else:
            found = _found(entry, rows, places[entry.by])
            own = _of_declarations(entry, rows, header, found)
            if entry.shows:
                there[f"in {entry.table}"] = header.index.isin(found).astype(int)
        if len(own) and 0 < own["is_bad"].mean() < 1:
            frames += _frames(entry, own.reset_index(drop=True))
    return [*frames, _presence(header, there)]


def certificates(out: Path, items: pd.DataFrame) -> Frame:
    """Return certificates that goods items name, by form and use: whether there is one.

    Irregular are those that prove another origin than the true one.

    Args:
        out: Outside files.
        items: Goods items of first versions: SO_CO, `deal` and `mechanism`.
    """
    named = items.dropna(subset="SO_CO")
    own = named.groupby("SO_CO")
    is_again = own["deal"].nunique() > 1
    is_there = is_again.index.to_series().isin(set(sent(out, "co_form")["ReferenceNo"]))
    how = own["mechanism"].first()
    is_untrue = how.isin(_UNTRUE_PAPERS)
    channels = {
        "there again": is_there.astype(float).where(is_again),
        "there once": is_there.astype(float).where(~is_again),
    }
    form = is_again.index.str.split("-").str[0].to_series(index=is_again.index)
    number = is_again.index.to_series()
    frame = Frame("", is_untrue, pd.DataFrame({"form": form, "again": is_again}), number)
    channels = {
        name: _without_evidence("certificates", name, values, how)
        for name, values in channels.items()
    }
    return _named("certificates", replace(frame, channels=channels))


def _presence(header: pd.DataFrame, there: dict[str, np.ndarray]) -> Frame:
    """Return cleared declarations that are alike: in which tables they leave rows."""
    registered = pd.to_datetime(header["NGAY_DK"])
    kept = header["NGAY_TQ"].notna() & (registered < registered.max() - _COMPLETE_AFTER)
    own = header[kept]
    channels = {name: pd.Series(values, index=header.index)[kept] for name, values in there.items()}
    group = own[[*_ALIKE, "MA_LH"]]
    return _named("presence", Frame("", own["is_bad"], group, own["deal"], channels))


def _places(out: Path, header: pd.DataFrame) -> dict[str, pd.Series]:
    """Return for each way to join the declaration's position in the header by the joining text."""
    position = pd.Series(header.index, index=header["SO_TK"])
    boxes = sent(out, "cont").drop_duplicates("SO_CONT")
    boxes = boxes[boxes["SO_TK"].isin(position.index)]
    items = sent(out, "hang").dropna(subset="SO_CO").drop_duplicates("SO_CO")
    items = items[items["SO_TK"].isin(position.index)]
    return {
        "declaration": position.set_axis(position.index.str[:11]),
        "bill": _first(header["SO_VD1"]),
        "container": pd.Series(position[boxes["SO_TK"]].to_numpy(), index=boxes["SO_CONT"]),
        "plate": _first(header["SO_HIEU_PTVT"].where(header["MA_PTVT"] == "4")),
        "certificate": pd.Series(position[items["SO_TK"]].to_numpy(), index=items["SO_CO"]),
        "guarantee": _first(header["SO_BAO_LANH"]),
    }


def _first(texts: pd.Series) -> pd.Series:
    known = texts.dropna().drop_duplicates()
    return pd.Series(known.index, index=known.to_numpy())


def _found(entry: Joined, rows: pd.DataFrame, place: pd.Series) -> pd.Series:
    """Return the declaration's position of each row, several times where it has several."""
    column = entry.column.replace(" ", "_")
    texts = rows[column].astype("string").str.split(r";| \+ ", regex=True).explode()
    if entry.by == "declaration":
        texts = texts.str.extract(r"(\d{11})", expand=False)
    return texts.map(place).dropna().astype(int)


def _of_declarations(
    entry: Joined, rows: pd.DataFrame, header: pd.DataFrame, found: pd.Series
) -> pd.DataFrame:
    """Return the rows that belong to a declaration; bad where any of theirs is."""
    one = header.loc[found.to_numpy()].set_axis(found.index)
    first = one[~one.index.duplicated()]
    return rows.loc[first.index].assign(
        is_bad=one["is_bad"].groupby(level=0).any(),
        how=one["mechanism"].groupby(level=0).first(),
        cluster=first["deal"],
        **{f"_{name}": first[name] for name in _ALIKE[: _ALIKE_IF_RARE if entry.is_rare else None]},
    )


def _of_traders(entry: Joined, rows: pd.DataFrame, traders: pd.DataFrame) -> pd.DataFrame:
    rows = rows.drop_duplicates(list(find_table(entry.table).key), keep="last")
    known = rows[rows[entry.column].isin(set(traders.index))]
    one = traders.loc[known[entry.column]].set_axis(known.index)
    named = ["LOAI"] if entry.is_rare else traders.columns[2:]
    alike = {f"_{name}": one[name] for name in named}
    is_bad = one["mechanism"] == entry.only if entry.only else one["is_bad"]
    return known.assign(is_bad=is_bad, how=one["mechanism"], cluster=known[entry.column], **alike)


def _frames(entry: Joined, rows: pd.DataFrame) -> list[Frame]:
    """Return a frame of what is drawn for each row, and one of what rows have in common."""
    same = entry.same.replace(" ", "_").split(";") if entry.same else []
    group = rows[[name for name in rows if name.startswith("_")] + same]
    frames = []
    for name, said in (("each", entry.each), ("once", entry.once)):
        channels = _sending(rows) if name == "once" or not entry.once else {}
        for column in said.split():
            channels |= _column(rows, *column.split("/"))
        channels = {
            channel: _without_evidence(entry.table, channel, values, rows["how"])
            for channel, values in channels.items()
            if values.nunique(dropna=False) > 1
        }
        if name == "each":
            whole = Frame("", rows["is_bad"], group, rows["cluster"], channels)
        else:
            # Rows of one cluster agree: any one of them stands for all, whatever its group.
            kept = rows.sample(frac=1, random_state=1).drop_duplicates("cluster").index
            own = {channel: values[kept] for channel, values in channels.items()}
            whole = Frame("", rows["is_bad"][kept], group.loc[kept], rows["cluster"][kept], own)
        if channels:
            frames.append(_named(f"{entry.table} by {entry.by}, {name}", whole))
    return frames


def _named(name: str, frame: Frame) -> Frame:
    clean = [values.reset_index(drop=True) for values in (frame.label, frame.group, frame.cluster)]
    channels = {one: values.reset_index(drop=True) for one, values in frame.channels.items()}
    return Frame(name, clean[0], clean[1], clean[2], channels)


def _without_evidence(table: str, channel: str, values: pd.Series, how: pd.Series) -> pd.Series:
    for one in EVIDENCE:
        if table in one.tables.split() and channel.startswith(one.channels):
            meant = how.notna() if one.mechanisms == "*" else how.isin(one.mechanisms.split())
            values = values.where(~meant)
    return values


def _sending(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return channels of the file and place of each row, and of its SEQ_NO.

    In which part a row comes follows from whether it happened on the day of registration.
    """
    if "place" not in rows:
        return {}
    found = {name: rows[name] for name in ("place", "late")}
    if "SEQ_NO" in rows:
        number = rows["SEQ_NO"].astype(float)
        # By a large one a number tells its hour and weekday, which go with who declares.
        moduli = (2, 3, 7, 1000) if "_MA_DN" in rows else (2, 3, 7)
        found |= {f"SEQ_NO mod {by}": number % by for by in moduli}
    return found


def _column(rows: pd.DataFrame, name: str, kind: str) -> dict[str, pd.Series]:
    """Return the channels of one column, kind with its number after a colon."""
    if name not in rows:
        return {}
    values, (kind, _, number) = rows[name], kind.partition(":")
    found = {} if kind == "mark" else {f"null {name}": values.isna().astype(int)}
    if kind in {"serial", "counter", "mark"}:
        found |= _serial(values, name, int(number or _LONGEST), has_range=kind != "counter")
    elif kind in {"moment", "minute"}:
        second = _seconds(values)
        moduli = _TIME_MODULI if kind == "moment" else _TIME_MODULI[1:]
        found |= {f"{name} mod {by}": second % by for by in moduli}
    elif kind == "amount":
        found |= _amount(values, name, int(number))
    elif kind == "text":
        found |= {f"length of {name}": values.str.len(), f"words of {name}": values.str.count(" ")}
    elif kind == "place":
        found[name] = values.astype(float)
    else:
        codes, _ = pd.factorize(values, sort=True)
        found[name] = pd.Series(codes, index=values.index).where(values.notna())
    return found


def _serial(values: pd.Series, name: str, digits: int, *, has_range: bool) -> dict[str, pd.Series]:
    text = values.astype("string")
    last = text.str.replace(r"[^0-9A-F]", "", regex=True).str[-digits:]
    number = last.map(lambda one: int(one, 16) if one else np.nan, na_action="ignore")
    number = number.astype("float64")
    found = {f"{name} mod {by}": number % by for by in _SERIAL_MODULI}
    if has_range:
        found |= {f"range of {name}": number, f"length of {name}": text.str.len().astype("float64")}
    return found


def _amount(values: pd.Series, name: str, places: int) -> dict[str, pd.Series]:
    number = pd.to_numeric(values.astype("string").str.replace(",", "."), errors="coerce")
    whole = (number.astype("float64") * 10**places).round()
    # Small amounts have few digits to tell anything by.
    whole = whole.where(whole >= _LEAST)
    zeros = sum((whole % 10**n == 0).astype("float64") for n in range(1, 5))
    return {
        f"digits of {name} mod 10": whole % 10,
        f"digits of {name} mod 100": whole % 100,
        f"zeros of {name}": pd.Series(zeros).where(whole.notna()),
    }


def _seconds(values: pd.Series) -> pd.Series:
    """Return local seconds of RFC 3339, epoch milliseconds, or the page's own times."""
    text = values.astype("string")
    if text.str.fullmatch(r"\d{12,}").any():
        return pd.to_numeric(text).astype("float64") // 1000
    is_day_first = bool(text.str.contains("/", regex=False).fillna(value=False).any())
    when = pd.to_datetime(text.str.replace("+07:00", ""), dayfirst=is_day_first)
    return (when - pd.Timestamp("1970-01-01")).dt.total_seconds()
