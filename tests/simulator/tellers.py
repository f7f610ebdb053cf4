"""Whether a table tells irregular goods too well: rules over all its columns, one to three deep.

Side channels (`leaks`) say nothing by intent; what is searched here may say something, and must
not say all. A rule is a conjunction of up to three facts about a row: a column has this value, is
null, holds this among several, is the only one of its value, lies at the end of its range, or goes
together with what mostly goes with something else. A rule that is right in nine of ten rows, of
several traders, tells too much, and so does a column that sorts nine of ten pairs of an irregular
and an honest row aright.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Masks = npt.NDArray[np.float32]

# Right in more than so many of the rows it flags, or sorts more than so many pairs aright.
MOST_RIGHT, MOST_SORTED = 0.9, 0.9
LEAST_ROWS, LEAST_TRADERS = 10, 5
_MOST_VALUES, _LEAST_NUMBERS, _MOST_FACTS = 3_000, 20, 120
_ENDS = (0.01, 0.05, 0.95, 0.99)
# What goes together less often than this is odd, of what stands often enough to tell.
_ODD, _OFTEN = 0.2, 5
_DEPTH_TWO, _DEPTH_THREE = 60, 40
# By luck one rule of so many as are tried would be right about so many traders this rarely.
_LUCK = 0.01 / 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """A table with what is irregular.

    Attributes:
        name: Of the table.
        rows: Its columns as they were sent, one row each of what is labelled.
        bad: Whether each row is about irregular goods (or traders), shape (n,).
        trader: Whose each row is: a rule of few traders says nothing of others.
        base: Share of all traders that have anything irregular.
    """

    name: str
    rows: pd.DataFrame
    bad: Bools
    trader: pd.Series
    base: float


@dataclass(frozen=True, slots=True)
class Teller:
    """A rule or a column that tells too much.

    Attributes:
        rule: What it looks at.
        rows: Rows it flags; right: those that are irregular (of a column: 0 and 0).
        share: Share that is right, or of pairs sorted aright.
    """

    rule: str
    rows: int
    right: int
    share: float


def search(table: Told) -> list[Teller]:
    """Return every fact or pair or triple of facts, and every column, that tells too much."""
    rows, bad = table.rows, table.bad
    codes = pd.factorize(table.trader)[0]
    told = rows.astype(object).where(rows.notna(), None)
    columns = {name: told[name] for name in told.columns if told[name].notna().any()}
    found = [
        Teller(f"{name} sorts", 0, 0, share)
        for name, share in _sorted_shares(columns, bad, codes)
        if share > MOST_SORTED
    ]
    facts = _usable(columns, bad, codes)
    names, masks = list(facts), np.array(list(facts.values()), dtype=np.float32)
    if not names:
        return found
    for depth in (_singles, _pairs, _triples):
        found += tell(*depth(names, masks, bad), bad, codes, table.base)
    return found


def _sorted_shares(
    columns: dict[str, pd.Series], bad: Bools, codes: Ints
) -> Iterator[tuple[str, float]]:
    """Yield for each numeric column the share of pairs that it sorts, one way or the other."""
    for name, values in columns.items():
        number = _number(values)
        if number is None:
            continue
        known = number.notna().to_numpy()
        ranks = number[known].rank().to_numpy()
        own = bad[known]
        if not _is_enough(own, codes[known]) or own.all():
            continue
        right = int(own.sum())
        above = ranks[own].sum() - right * (right + 1) / 2
        share = above / (right * (len(own) - right))
        yield name, float(max(share, 1 - share))


def _number(values: pd.Series) -> pd.Series | None:
    """Return a column as numbers, moments as days; None where it is mostly something else."""
    known = values.dropna()
    if known.nunique() < _LEAST_NUMBERS:
        return None
    number = pd.to_numeric(values.astype("string"), errors="coerce").astype("float64")
    if number[known.index].notna().mean() > 0.95:
        return number
    return None


def _is_enough(bad: Bools, codes: Ints) -> bool:
    return int(bad.sum()) >= LEAST_ROWS and len(np.unique(codes[bad])) >= LEAST_TRADERS


def _usable(columns: dict[str, pd.Series], bad: Bools, codes: Ints) -> dict[str, Bools]:
    """Return the facts with enough irregular rows, those that tell most if they are many."""
    lift: dict[str, float] = {}
    kept: dict[str, Bools] = {}
    for name, mask in _facts(columns, bad):
        if 0 < mask.sum() < len(mask) and _is_enough(bad & mask, codes):
            kept[name], lift[name] = mask, float(bad[mask].mean())
    best = sorted(kept, key=lambda name: -lift[name])[:_MOST_FACTS]
    return {name: kept[name] for name in best}


def _facts(columns: dict[str, pd.Series], bad: Bools) -> Iterator[tuple[str, Bools]]:
    kinds = {name: values.nunique() for name, values in columns.items()}
    for name, values in columns.items():
        yield f"{name} is null", values.isna().to_numpy()
        count = values.map(values.value_counts())
        yield f"{name} stands once", (count == 1).to_numpy()
        if kinds[name] <= _MOST_VALUES:
            often = values[bad].value_counts()
            for value in often[often >= LEAST_ROWS].index:
                yield f"{name} = {value}", (values == value).to_numpy()
        if values.dropna().astype(str).str.contains(";", regex=False).any():
            yield from _parts(name, values, bad)
        number = _number(values)
        if number is not None:
            for end in _ENDS:
                edge = number.quantile(end)
                beyond = number <= edge if end < 0.5 else number >= edge
                yield f"{name} beyond {end:.0%}", beyond.to_numpy()
    yield from _differing(columns, kinds)
    yield from _odd_pairs(columns, kinds)


def _parts(name: str, values: pd.Series, bad: Bools) -> Iterator[tuple[str, Bools]]:
    padded = ";" + values.astype("string").fillna("") + ";"
    told = values[bad].dropna().astype(str).str.split(";").explode().value_counts()
    for part in told[told >= LEAST_ROWS].index:
        yield f"{name} has {part}", padded.str.contains(f";{re.escape(part)};").to_numpy()


def _differing(columns: dict[str, pd.Series], kinds: dict[str, int]) -> Iterator[tuple[str, Bools]]:
    """Yield for two columns that mostly agree where they do not."""
    usable = [name for name in columns if 1 < kinds[name] <= _MOST_VALUES]
    for place, one in enumerate(usable):
        for other in usable[:place]:
            both = columns[one].notna() & columns[other].notna()
            same = both & (columns[one] == columns[other])
            if same.sum() > both.sum() / 2:
                yield f"{one} differs from {other}", (both & ~same).to_numpy(dtype=bool)


def _odd_pairs(columns: dict[str, pd.Series], kinds: dict[str, int]) -> Iterator[tuple[str, Bools]]:
    """Yield for two columns whether their values rarely stand together.

    Of a text the first words count. Both ways: a name under a code that is not its usual one.
    """
    heads = {
        name: _head(values) if kinds[name] > _MOST_VALUES else values
        for name, values in columns.items()
    }
    usable = [name for name, values in heads.items() if 1 < values.nunique() <= _MOST_VALUES * 4]
    for one in usable:
        often = heads[one].map(heads[one].value_counts())
        for other in usable:
            if one != other and heads[one].nunique() > 30:
                together = heads[one].groupby([heads[one], heads[other]]).transform("size")
                odd = (together / often < _ODD) & (often >= _OFTEN)
                yield f"{other} unusual for {one}", odd.fillna(value=False).to_numpy(dtype=bool)


def _head(values: pd.Series) -> pd.Series:
    text = values.astype("string").str.replace(r"^[^#]*#&", "", regex=True)
    return text.str.split(r"[;,(/]| - ", regex=True).str[0].str.strip().str.lower()


def _singles(names: list[str], told: Masks, bad: Bools) -> tuple[list[str], Masks]:
    del bad
    return names, told


def _pairs(names: list[str], told: Masks, bad: Bools) -> tuple[list[str], Masks]:
    return _joined((names, told), (names, told), bad, _DEPTH_TWO)


def _triples(names: list[str], told: Masks, bad: Bools) -> tuple[list[str], Masks]:
    pairs = _joined((names, told), (names, told), bad, _DEPTH_THREE)
    return _joined(pairs, (names, told), bad, _DEPTH_THREE)


def _joined(
    some: tuple[list[str], Masks], others: tuple[list[str], Masks], bad: Bools, most: int
) -> tuple[list[str], Masks]:
    """Return the conjunctions of two lists of facts that are right most often, at most so many.

    What holds no less often than one of its parts alone is no new rule.
    """
    (names, told), (also_names, also) = some, others
    rows, right = told @ also.T, told[:, bad] @ also[:, bad].T
    smaller = np.minimum(told.sum(axis=1)[:, None], also.sum(axis=1)[None, :])
    usable = (right >= LEAST_ROWS) & (rows < smaller)
    share = np.where(usable, right / np.maximum(rows, 1), -1)
    best = np.argsort(-share, axis=None, kind="stable")[: 2 * most]
    places = [(int(at // len(also_names)), int(at % len(also_names))) for at in best]
    kept = {frozenset((names[one], also_names[other])): (one, other) for one, other in places
            if share[one, other] > 0}  # fmt: skip
    chosen = list(kept.values())[:most]
    named = [f"{names[one]} and {also_names[other]}" for one, other in chosen]
    if not chosen:
        return [], np.zeros((0, told.shape[1]), dtype=np.float32)
    return named, np.stack([told[one] * also[other] for one, other in chosen])


def tell(names: list[str], told: Masks, bad: Bools, codes: Ints, base: float) -> list[Teller]:
    """Return those of the rules that are right too often, and about too many traders for luck."""
    found = []
    for name, mask in zip(names, told.astype(bool), strict=True):
        rows, right = int(mask.sum()), int((mask & bad).sum())
        if right <= MOST_RIGHT * rows or not _is_enough(mask & bad, codes):
            continue
        traders, guilty = len(np.unique(codes[mask])), len(np.unique(codes[mask & bad]))
        if binom.sf(guilty - 1, traders, base) < _LUCK:
            found.append(Teller(name, rows, right, right / rows))
    return found
