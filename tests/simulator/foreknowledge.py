"""What a world's files must not know: what comes later, what is true, and how it was made.

Each function says how much a column knows and whether that is too much, whatever the world.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simulator.delivery.tables import TABLES
from tests.simulator.decoded import read_text_table, table_files
from tests.simulator.sent_rows import sent

# Nobody foresees within a third (of a standard deviation) what a firm will bring in of one good in
# a year, nor within a twentieth what a region will collect. Assumptions.
LEAST_SPREAD, LEAST_PLAN_SPREAD = 0.3, 0.05
# A rank goes with latent compliance that much, and so many standard errors, only if it knows it.
_MOST_ALIKE, _SURE = 0.2, 4.0
_QUARTILES_OF_NORMAL = 1.349
# Of pairs of an audited firm and another, so many have the larger evaded duty on the audited side.
MOST_SORTED, MOST_AUDITED = 0.9, 0.82
# The theme of an audit (CHU_DE) to which what a mechanism evades belongs; TRI_GIA for the others.
_THEMES = {
    "misclassification": "MA_HS", "false_certificate": "XUAT_XU", "transshipment": "XUAT_XU",
    "short_quantity": "SO_LUONG", "lane_shopping": "SO_LUONG", "officer_collusion": "SO_LUONG",
    "norm_abuse": "GIA_CONG", "exemption_overrun": "MIEN_THUE", "vat_refund_export": "HOAN_THUE",
    "temporary_import_kept": "MIEN_THUE",
}  # fmt: skip
_MOST_ON_ONE_RATIO, _RATIO_BAND, _MOST_USED = 0.15, 0.005, 0.95
# On fewer nothing can be said.
LEAST_RATIOS = 20
# Ends that an act names itself, and days that are announced for a whole year.
_NAMED_BEFORE = {("pvtm", "DEN_NGAY"), ("giamvat", "DEN_NGAY")}
_ANNOUNCED, _ANNOUNCED_BEFORE = ("ngaynghi", "NGAY"), pd.Timedelta(days=30)
# What follows from an end, and is told with it.
_FOLLOWS = {"hq": "MA_MOI"}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """How much something knows.

    Attributes:
        of: How many it was measured on.
        value: The measure.
        is_too_much: Whether nobody could know that.
    """

    of: int
    value: float
    is_too_much: bool


def spread_of(later: pd.Series, told: pd.Series, least: float) -> Knowledge:
    """Return how far what came lies from what was told before, as the sd of the ln of their ratio.

    Robust: by the quartiles. Too little is foreknowledge.
    """
    both = pd.concat([later, told], axis=1, keys=["later", "told"]).astype(float)
    both = both[(both > 0).all(axis=1)]
    if len(both) < LEAST_RATIOS:
        return Knowledge(len(both), float("nan"), is_too_much=False)
    ratio = np.log(both["later"] / both["told"])
    spread = float((ratio.quantile(0.75) - ratio.quantile(0.25)) / _QUARTILES_OF_NORMAL)
    return Knowledge(len(both), spread, spread < least)


def one_ratio(later: pd.Series, told: pd.Series) -> Knowledge:
    """Return the largest share of rows whose later and told figures stand in one and same ratio."""
    ratio = np.log((later.astype(float) / told.astype(float)).replace(0, np.nan)).dropna()
    ratio = np.sort(ratio[np.isfinite(ratio)].to_numpy())
    if len(ratio) < LEAST_RATIOS:
        return Knowledge(len(ratio), float("nan"), is_too_much=False)
    inside = np.searchsorted(ratio, ratio + _RATIO_BAND, "right") - np.arange(len(ratio))
    share = float(inside.max() / len(ratio))
    return Knowledge(len(ratio), share, share > _MOST_ON_ONE_RATIO)


def of_use(later: pd.Series) -> Knowledge:
    """Return the share of what was granted of which anything came; plans are not all carried out.

    Args:
        later: What came of each thing, null or 0 for nothing.
    """
    share = float((later.fillna(0) > 0).mean())
    return Knowledge(len(later), share, len(later) >= LEAST_RATIOS and share > _MOST_USED)


def rank_knows(rank: pd.Series, latent: pd.Series) -> Knowledge:
    """Return how a rank of firms in which nothing was found goes with their latent compliance.

    Args:
        rank: By tax code, less that of firms like it.
        latent: Latent compliance by tax code.
    """
    both = pd.concat([rank, latent], axis=1, join="inner").dropna()
    if len(both) < LEAST_RATIOS or both.nunique().min() < 2:
        return Knowledge(len(both), float("nan"), is_too_much=False)
    value = float(both.iloc[:, 0].corr(both.iloc[:, 1], method="spearman"))
    least = max(_MOST_ALIKE, _SURE / float(np.sqrt(len(both) - 1)))
    return Knowledge(len(both), value, abs(value) > least)


def audits_know(audited: set[str], evaded: pd.Series) -> Knowledge:
    """Return how often an audited firm evades more than another one.

    Args:
        audited: Tax codes.
        evaded: Duty evaded by tax code, 0 for those who evade nothing, VND.
    """
    is_audited = evaded.index.isin(audited)
    ranks = evaded.rank().to_numpy()
    count, others = int(is_audited.sum()), int((~is_audited).sum())
    if not count or not others:
        return Knowledge(count, float("nan"), is_too_much=False)
    above = ranks[is_audited].sum() - count * (count + 1) / 2
    share = float(above / (count * others))
    return Knowledge(count, share, share > MOST_AUDITED)


def themes_know(themes: pd.Series, largest: pd.Series) -> Knowledge:
    """Return how often an audit's theme is that of the largest evaded duty of its firm.

    Args:
        themes: Theme by tax code, of audited firms that evade something.
        largest: Theme of what they evade most in.
    """
    both = pd.concat([themes, largest], axis=1, join="inner").dropna()
    share = float((both.iloc[:, 0] == both.iloc[:, 1]).mean()) if len(both) else float("nan")
    return Knowledge(len(both), share, len(both) >= LEAST_RATIOS and share > MOST_SORTED)


def told_early(name: str, rows: pd.DataFrame) -> Knowledge:
    """Return how many rows of a reference table say what begins or ends after the day of a file.

    Args:
        name: Of the table.
        rows: As they were sent, as text, with the day of their file as `told`.
    """
    early = pd.Series(data=False, index=rows.index)
    for column in rows.columns.difference(["told"]):
        if (name, column) in _NAMED_BEFORE:
            continue
        days = pd.to_datetime(rows[column], format="%Y-%m-%d", errors="coerce")
        if (name, column) == _ANNOUNCED:
            early |= days.dt.year > (rows["told"] + _ANNOUNCED_BEFORE).dt.year
        else:
            early |= days > rows["told"]
    if name in _FOLLOWS:
        early |= rows[_FOLLOWS[name]].notna() & rows["DEN_NGAY"].isna()
    return Knowledge(len(rows), float(early.sum()), bool(early.any()))


def of_reference(out: Path) -> dict[str, Knowledge]:
    """Return by table how many rows of a world's reference files are told early."""
    return {
        name: told_early(name, told_by_file(out, name))
        for name, spec in TABLES.items()
        if spec.source == "reference" and table_files(out, name)
    }


def told_by_file(out: Path, name: str) -> pd.DataFrame:
    """Return all rows of a reference table in the order of its files, with the day of each."""
    parts = []
    for path in table_files(out, name):
        stamp = path.name.split(".")[0].split("_")[1]
        rows = read_text_table(path, TABLES[name]).to_pandas()
        parts.append(rows.assign(told=pd.to_datetime(stamp, format="%Y%m%d")))
    return pd.concat(parts, ignore_index=True)


def names_seed(out: Path, seed: int) -> list[str]:
    """Return the JSON files that tell of the run and name its seed, by key or by value."""

    def tells(value: object) -> bool:
        if isinstance(value, dict):
            return any("seed" in str(key).lower() or tells(own) for key, own in value.items())
        if isinstance(value, list):
            return any(map(tells, value))
        return str(value) == str(seed)

    told = (path for path in sorted(out.glob("*.json")) if path.is_file())
    return [path.name for path in told if tells(json.loads(path.read_text(encoding="utf-8")))]


def of_world(out: Path, truth: Path) -> dict[str, Knowledge]:
    """Return what the columns of a world's files know."""
    traders = pd.read_parquet(truth / "traders.parquet").set_index("ma_dn")
    header = sent(out, "tk").drop_duplicates("SO_TK")
    base = header["SO_TK"].str[:11]
    owner = pd.Series(header["MA_DN"].to_numpy(), index=base)
    owner = owner[~owner.index.duplicated()]
    items = pd.read_parquet(truth / "items.parquet")
    own = items["duty_evaded_vnd"].groupby(items["so_tk_goc"].map(owner)).sum()
    evaded = own.reindex(traders.index).fillna(0)
    theme = items["mechanism"].map(_THEMES).fillna("TRI_GIA")
    by_theme = items["duty_evaded_vnd"].groupby([items["so_tk_goc"].map(owner), theme]).sum()
    largest = by_theme[by_theme > 0].unstack().idxmax(axis=1)
    audits = sent(out, "ktstq").drop_duplicates("MA_QD")
    themes = audits.drop_duplicates("MA_DN").set_index("MA_DN")["CHU_DE"]
    lists, licences, ranks = _lists(out), _licences(out), _ranks(out, owner)
    return {
        "dmmt LUONG": spread_of(lists["later"], lists["told"], LEAST_SPREAD),
        "dmmt LUONG in one ratio": one_ratio(lists["later"], lists["told"]),
        "dmmt lines": of_use(lists["later"]),
        "licence quantity": spread_of(licences["used"], licences["quantity"], LEAST_SPREAD),
        "licence quantity in one ratio": one_ratio(licences["used"], licences["quantity"]),
        "rank of firms never found": rank_knows(
            _among_alike(out, ranks, owner), traders["latent_compliance"]
        ),
        "themes of audits": themes_know(themes, largest),
        "dutoan": _plan(out, header),
        "reference files": _together(of_reference(out)),
        **{
            f"audits by {ground}": audits_know(set(firms), evaded)
            for ground, firms in audits.groupby("CO_SO")["MA_DN"]
        },
    }


def _together(known: dict[str, Knowledge]) -> Knowledge:
    parts = known.values()
    return Knowledge(
        sum(one.of for one in parts),
        sum(one.value for one in parts),
        any(one.is_too_much for one in parts),
    )


def _lists(out: Path) -> pd.DataFrame:
    """Return what is imported under each list line, and what it was granted at first."""
    items = sent(out, "hang").dropna(subset="SO_DMMT").drop_duplicates(["SO_TK", "STT"])
    items = items[items["SO_TK"].str.endswith("0")]
    used = items["LUONG1"].astype(float).groupby([items["SO_DMMT"], items["STT_DMMT"]]).sum()
    lines = sent(out, "dmmt").sort_values("SEQ_NO").drop_duplicates(["SO_DMMT", "STT"])
    granted = lines.set_index(["SO_DMMT", "STT"])["LUONG"].astype(float)
    both = pd.concat([used.rename_axis(granted.index.names), granted], axis=1)
    return both.set_axis(["later", "told"], axis=1).dropna(subset="told")


def _licences(out: Path) -> pd.DataFrame:
    rows = sent(out, "licence").drop_duplicates(["type", "no"], keep="last")
    return rows[["used", "quantity"]].astype(float)


def _ranks(out: Path, owner: pd.Series) -> pd.Series:
    """Return the first rank by tax code of firms in which nothing was ever found."""
    checks = sent(out, "kiemtra")
    found = set(checks["SO_TK_GOC"][checks["KET_QUA"] == "1"].map(owner))
    found |= set(sent(out, "vipham")["MA_DN"]) | set(sent(out, "ktstq")["MA_DN"])
    lanes = sent(out, "phanluong").sort_values("SEQ_NO")
    rank = lanes["CAN_CU"].str.extract(r"XH-(\d)", expand=False).astype(float)
    first = rank.groupby(lanes["SO_TK_GOC"].map(owner)).first().dropna()
    result: pd.Series = first[~first.index.isin(found)]
    return result


def _among_alike(out: Path, values: pd.Series, owner: pd.Series) -> pd.Series:
    """Return values less the mean of firms alike: kind, priority, age, number of declarations."""
    firms = sent(out, "dn").drop_duplicates("MA_DN").set_index("MA_DN")
    year = firms["NGAY_TL"].astype(str).str[:4].reindex(values.index)
    busy = owner.value_counts().reindex(values.index).map(lambda count: int(np.log2(count)))
    same = [firms[name].reindex(values.index) for name in ("LOAI", "UU_TIEN")]
    groups = [*same, year, busy]
    return values - values.groupby(groups).transform("mean")


def _plan(out: Path, header: pd.DataFrame) -> Knowledge:
    """Return how near each region's plan of the larger taxes lies to what it assesses that year."""
    plan = sent(out, "dutoan").drop_duplicates(["NAM", "MA_KV", "MA_SAC_THUE"], keep="last")
    offices = sent(out, "hq").dropna(subset="MA_CHA").drop_duplicates("MA_HQ", keep="last")
    region = header["MA_HQ"].map(offices.set_index("MA_HQ")["MA_CHA"])
    of_base = pd.Series(region.to_numpy(), index=header["SO_TK"].str[:11])
    of_base = of_base[~of_base.index.duplicated()]
    paid = sent(out, "nop").drop_duplicates("SO_BT", keep="last")
    paid = paid[paid["LOAI"] == "AD"]
    year = paid["NGAY_HT"].str[:4].mode()[0]
    paid = paid[paid["NGAY_HT"].str[:4] == year]
    key = [paid["SO_TK_GOC"].map(of_base).rename("MA_KV"), paid["MA_SAC_THUE"]]
    actual = paid["SO_TIEN"].astype(float).groupby(key).sum()
    own = plan[plan["NAM"] == year].set_index(["MA_KV", "MA_SAC_THUE"])["SO_TIEN"].astype(float)
    large = own[own > own.sum() / 500]
    both = pd.concat([actual, large], axis=1, join="inner").set_axis(["later", "told"], axis=1)
    return spread_of(both["later"], both["told"], LEAST_PLAN_SPREAD)
