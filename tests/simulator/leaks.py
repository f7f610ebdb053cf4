"""Whether anything that should say nothing tells irregular goods from others.

Outside rows are joined with the truth. A channel is something about a row that no scheme has a
reason to touch: its place in a file, its number, its seconds, the digits of its amounts. Within
groups that make rows alike (trader, regime, goods, or trader and day) the labels are permuted
among clusters, and the channel's distribution is compared.

Left out, because a scheme changes them for a reason and control may learn from them: declared
prices, values and taxes; quantity, mass and packages; code, origin, schedule and certificate (which
one and whether); office and broker after a catch; lane, checks, findings and what comes of them
(cancelling, declaring again, pieces of a deal); weights, images, seals and trips of goods that are
not as declared. What each mechanism leaves in other tables is said in `leak_tables.EVIDENCE`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

_BINS, _MOST_KINDS = 6, 12
_BATCH = 250
# Permutations of each stage, for what was at most so likely in the stage before.
_STAGES = ((1.0, 1_000), (0.01, 10_000), (0.0005, 100_000))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the permutations say of one channel.

    Attributes:
        channel: Its name, after the frame's.
        clusters: Clusters compared; irregular: those with an irregular row.
        p: Share of permutations that are at least as far from chance.
    """

    channel: str
    clusters: int
    irregular: int
    p: float


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows to compare.

    Attributes:
        name: What they are.
        label: Whether each row is irregular, shape (n,).
        group: Columns that rows must share; labels are permuted inside. Shape (n,) each.
        cluster: Rows of one cluster keep their label together, shape (n,).
        channels: By name, shape (n,); NaN where a row has none.
    """

    name: str
    label: pd.Series
    group: pd.DataFrame
    cluster: pd.Series
    channels: dict[str, pd.Series] = field(default_factory=dict)


def judge(frame: Frame, rounds: int, seed: int = 1) -> list[Verdict]:
    """Return the verdict on every channel of a frame.

    One row of each cluster is drawn, whatever its label, so that rows are exchangeable in their
    group when nothing leaks: rows of a cluster lie side by side, and its label is one. Each channel
    becomes a few columns: its kinds, or six bins of its distance from its group's mean. The
    statistic is the sum over columns of labels x column less its mean under permutation, squared
    over its variance.
    """
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"group": _codes(frame.group), "cluster": frame.cluster.to_numpy()})
    rows["label"] = frame.label.to_numpy(dtype=np.float64)
    rows = rows.iloc[rng.permutation(len(rows))]
    alike: dict[bytes, list[str]] = {}
    for name, values in frame.channels.items():
        shown = values.notna().to_numpy()
        alike.setdefault(np.packbits(shown).tobytes(), []).append(name)
    verdicts = []
    for names in alike.values():
        shown = frame.channels[names[0]].notna().to_numpy()
        own = _comparable(rows[shown[rows.index]])
        if not len(own):
            continue
        channels = [
            _columns(frame.channels[name].iloc[own.index], own["group"].to_numpy())
            for name in names
        ]
        labels, group = own["label"].to_numpy(), own["group"].to_numpy()
        found = _statistics(labels, group, channels, (rounds, rng))
        for name, of_channel in zip(names, found, strict=True):
            p = (1 + (of_channel[1:] >= of_channel[0] - 1e-9).sum()) / (1 + rounds)
            verdicts.append(Verdict(f"{frame.name}: {name}", len(own), int(labels.sum()), p))
    return verdicts


def examine(frames: Sequence[Frame]) -> list[Verdict]:
    """Return the verdict on every channel of some frames, the more exact the less likely it is.

    What looks unlikely is judged again by more and new permutations, so that a chance of one in
    a hundred thousand can be told where that many channels are compared.
    """
    found = []
    for frame in frames:
        verdicts = {one.channel: one for one in judge(frame, _STAGES[0][1])}
        for stage, (below, rounds) in enumerate(_STAGES[1:]):
            names = [name for name in frame.channels if _p(verdicts, frame, name) < below]
            if names:
                own = replace(frame, channels={name: frame.channels[name] for name in names})
                again = judge(own, rounds, seed=2 + stage)
                verdicts |= {one.channel: one for one in again}
        found += list(verdicts.values())
    return found


def _p(verdicts: dict[str, Verdict], frame: Frame, channel: str) -> float:
    """Return the p-value of a channel, 1 where there was nothing to compare."""
    found = verdicts.get(f"{frame.name}: {channel}")
    return found.p if found else 1.0


def leaking(verdicts: Sequence[Verdict], chance: float = 0.01) -> list[Verdict]:
    """Return the verdicts that are too unlikely by chance, all channels together (Bonferroni)."""
    return [found for found in verdicts if found.p * len(verdicts) < chance]


def _codes(group: pd.DataFrame) -> npt.NDArray[np.int64]:
    return group.groupby(list(group.columns), sort=False, dropna=False).ngroup().to_numpy()


def _comparable(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row of each cluster, of groups in which there are both kinds, by group."""
    rows = rows.drop_duplicates("cluster")
    mean = rows.groupby("group")["label"].transform("mean")
    return rows[(mean > 0) & (mean < 1)].sort_values("group", kind="stable")


def _columns(values: pd.Series, group: npt.NDArray[np.int64]) -> Floats:
    """Return the columns of a channel, shape (clusters, k)."""
    if values.nunique() > _MOST_KINDS:
        number = values.astype(float)
        centred = number - number.groupby(group).transform("mean")
        values = pd.Series(pd.qcut(centred.rank(method="first"), _BINS, labels=False))
    return pd.get_dummies(values).to_numpy(dtype=np.float64)


def _statistics(
    label: Floats,
    group: npt.NDArray[np.int64],
    channels: Sequence[Floats],
    draws: tuple[int, np.random.Generator],
) -> list[Floats]:
    """Return for each channel the statistic of the labels (first) and of each permutation."""
    stacked = np.concatenate(channels, axis=1)
    rounds, rng = draws
    found = [label[None, :] @ stacked]
    for start in range(0, rounds, _BATCH):
        size = min(_BATCH, rounds - start)
        shuffled = np.argsort(group + rng.random((size, len(label))), axis=1)
        found.append(label[shuffled] @ stacked)
    sums = np.concatenate(found)
    centre, spread = sums[1:].mean(axis=0), sums[1:].std(axis=0)
    squared = np.where(spread > 0, (sums - centre) / np.where(spread > 0, spread, 1), 0) ** 2
    ends = np.cumsum([columns.shape[1] for columns in channels])
    return [part.sum(axis=1) for part in np.split(squared, ends[:-1], axis=1)]
