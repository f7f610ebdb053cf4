"""Who is audited: weights of all traders on each ground, and a race by these weights.

Grounds are those of the Customs Law 2014, article 78; a share by lot is practised. Auditors know
more than any table says, from tips, statistics and other authorities: what they know is drawn as a
noisy view of what is irregular. Audits by lot and of compliance know nothing of it. All weights are
figures of our own, set so that 43 to 92 of a hundred audits find something, as published.
"""

import numpy as np

from simulator.actors.kinds import FIRM
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.nation import Nation

GROUNDS = ("sign", "risk", "compliance", "random")
SIGN, RISK, COMPLIANCE, RANDOM = range(4)
GROUND_SHARES = (0.35, 0.40, 0.15, 0.10)
_PAUSE_DAYS, _PAUSE_AFTER_SIGNS_DAYS = 720, 300
_LEAST_AGE_DAYS, _GONE_DAYS, _QUARTER_DAYS = 90, 400, 91
_HINT_VND, _HINT_POWER, _HINT_NOISE = 40e6, 0.95, 0.9
_FALSE_HINT, _BORDER_FINDING = 0.004, 0.4
_RISK_KNOWN, _RISK_NOISE = 0.01, 0.7
_RANK_RISK = np.array([0.0, 0.2, 0.5, 1.0, 1.6, 3.0, 4.0, 1.2, 2.5, 4.0])
_TRUSTED_RANK, _OTHERS_SHARE = 4, 0.3
_SIZE_POWER, _MOST_LOG_SIZE = 0.35, 3.0
_NO_WEIGHT = 1e-300


def base_weights(nation: Nation) -> Floats:
    """Return what size and duty of their imports make of traders' weights, mean 1."""
    traders, goods = nation.traders, nation.goods
    lines = traders.lines[:, 0].reshape(len(traders), -1)
    duty = 0.4 + goods.mfn_bp[lines].mean(axis=1) / 1_000
    worth = traders.weight * np.exp(np.minimum(traders.log_size, _MOST_LOG_SIZE))
    base = worth**_SIZE_POWER * duty * np.where(traders.is_priority, 0.5, 1.0)
    return np.asarray(base / base.mean())


def weights_of(
    nation: Nation, day: int, knowledge: tuple[Floats, Floats, Floats], times: tuple[Ints, Ints]
) -> Floats:
    """Return how readily each trader is chosen on each ground, shape (grounds, traders).

    Args:
        nation: The nation.
        day: First day of the week.
        knowledge: `base_weights`; duty evaded and not yet found, VND; findings at the border, the
            older the less; each of shape (traders,).
        times: Risk rank of each trader, 1 to 9, and the day of its last audit, shape (traders,).
    """
    traders = nation.traders
    (base, hidden, border), (rank, last) = knowledge, times
    is_there = (traders.kind == FIRM) & (traders.weight > 0)
    is_there &= (traders.founded_day < day - _LEAST_AGE_DAYS) | (hidden > 0)
    fits = is_there & (traders.closed_day > day) & (last < day - _PAUSE_DAYS)
    hunted = is_there & (traders.closed_day > day - _GONE_DAYS)
    hunted &= last < day - _PAUSE_AFTER_SIGNS_DAYS
    quarter = keyed.derive(traders.key, "hint", day // _QUARTER_DAYS)
    noise = np.exp(_HINT_NOISE * keyed.normal(quarter, "sign"))
    hint = (np.maximum(hidden, 0.0) / _HINT_VND) ** _HINT_POWER
    sign = (hint + _FALSE_HINT) * noise + _BORDER_FINDING * border
    risk = base * (_RISK_KNOWN + hint) * _RANK_RISK[rank]
    risk *= np.exp(_RISK_NOISE * keyed.normal(quarter, "risk"))
    usual = base * np.where(rank <= _TRUSTED_RANK, 1.0, _OTHERS_SHARE)
    weights = np.stack([sign, risk, usual, np.ones(len(sign))])
    weights *= np.stack([hunted, fits, fits, fits & traders.is_ordinary])
    return weights


def choose_traders(nation: Nation, day: int, weights: Floats, drawn: Ints) -> tuple[Ints, Ints]:
    """Return the chosen traders and the ground of each, in no order.

    Args:
        nation: The nation.
        day: First day of the week.
        weights: As of `weights_of`; who is chosen on one ground is not on another.
        drawn: Ground of each audit.
    """
    chosen, grounds = [], []
    for ground, name in enumerate(GROUNDS):
        own = weights[ground]
        number = min(int((drawn == ground).sum()), int((own > 0).sum()))
        if not number:
            continue
        key = keyed.derive(nation.traders.key, f"audited by {name}", day)
        race = keyed.exponential(key, "turn", 1.0) / np.maximum(own, _NO_WEIGHT)
        first = np.argpartition(np.where(own > 0, race, np.inf), number - 1)[:number]
        weights[:, first] = 0.0
        chosen.append(first)
        grounds.append(np.full(number, ground))
    if not chosen:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    trader, ground_of = np.concatenate(chosen).astype(np.int64), np.concatenate(grounds)
    shuffle = keyed.derive(nation.traders.key[trader], "audit order", day)
    order = np.argsort(shuffle)
    return trader[order], ground_of[order]
