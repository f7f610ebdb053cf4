"""Quota stacking: the goods of one owner cross as those of many border residents.

Actors: importers by land of what residents carry, and residents who lend their papers. Motive:
goods of up to 2 million VND a person and day bear no tax. Method: on a day a load, often of a
chapter that the owner imports, is written on the papers of three to five neighbours in a van,
rather one whose village fills its quota anyway, all about one thing, each just below the quota but
the last, who often takes what is left; the more seldom the fewer others cross there; papers are
lent at the owner's gate or, more often, another. Evaded: value times the rate of the heading, less
what the slip paid. No declaration is made: the evidence is in the residents' slips (`cudan`) alone,
where honest neighbours share vans and fill their quota too.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from simulator.actors.kinds import COMMERCIAL
from simulator.cargo.crossings import INWARD, Crossings, land_gates
from simulator.cargo.residents import (
    FULL_FROM,
    LAST_SECONDS,
    OPENS,
    QUOTA_VND,
    Slips,
    border_goods,
    filling_vans,
    neighbours,
    numbers_at,
    quantities,
    residents_of,
    vans_of,
)
from simulator.cargo.shipments import Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, numbers_within, runs_of
from simulator.kernel.glyphs import DAY_SECONDS
from simulator.kernel.keyed import Keys
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes, truthful
from simulator.mechanisms.planning import (
    draw_schemes,
    imports_lines,
    leaning_of,
    plan_of,
    trades_as,
)
from simulator.reference.calendar import year_month
from simulator.reference.regimes import IMPORT
from simulator.setting import Setting

# Assumptions, as all that follow.
_USUAL_GATE_SHARE = 0.4
# How many loads are of a chapter that their owner imports, if it does any; who imports none stacks
# that much more seldom.
_OWN_CHAPTER_SHARE, _NO_CHAPTER = 0.6, 0.005
_OF_DAYS, _FEWEST, _MOST, _STEP_VND, _THINGS = 0.15, 3, 5, 1_000, 4
# How often a load does not come out even, and what is left for the last paper, in quotas.
_UNEVEN_SHARE, _LEAST_LEFT = 0.5, 0.2
# Slips a day from which a gate is busy enough for a load on any day.
_BUSY = 10.0


class QuotaStacking(Mechanism):
    """Brings its goods in on the papers of residents; nothing in the nation ever finds it."""

    name: ClassVar[str] = "quota_stacking"
    visible_by = ("audit",)
    warned_of: ClassVar[str] = "exemptions"
    collectable_share: ClassVar[float] = 0.4

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of importers by land gates."""
        at_gate = land_gates(setting.surroundings, setting.offices)
        office = setting.traders.office[:, IMPORT]
        use = np.where(at_gate[office], setting.traders.habit_weight[:, IMPORT], 0.0)
        leaning = (0.1 + leaning_of(setting)) * use.sum(axis=1) * trades_as(setting, COMMERCIAL)
        carried = np.isin(setting.goods.hs2, _chapters()[_is_taxed_inward()])
        leaning = leaning * (_NO_CHAPTER + imports_lines(setting, carried))
        leaning = leaning * setting.traders.is_ordinary
        schemes = draw_schemes(setting, plan_of(self.name, leaning))
        best = office[schemes.trader, use[schemes.trader].argmax(axis=1)]
        # Papers are lent wherever residents live, not only where most goods come in.
        key = keyed.derive(setting.traders.key[schemes.trader], "lenders")
        gates = np.flatnonzero(at_gate)
        other = gates[keyed.integers(key, "gate", 0, len(gates))]
        stays = keyed.happens(key, "by the usual gate", _USUAL_GATE_SHARE)
        return replace(schemes, office=np.where(stays, best, other))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare everything truly: what is stacked is on no declaration."""
        del setting
        return truthful(case, np.zeros(len(case), dtype=bool))


def stacked_slips(setting: Setting, schemes: Schemes, crossings: Crossings, runs: Ints) -> Slips:
    """Return the slips on which loads are stacked; their turns are not yet those of the day.

    Args:
        setting: The nation before anything goes wrong.
        schemes: All of its schemes.
        crossings: Days, and what crosses on them.
        runs: Position of the scheme and place of the day, of each day on which one runs,
            shape (n, 2).
    """
    scheme, day = runs[:, 0], crossings.days[runs[:, 1]]
    own = keyed.derive(setting.traders.key[schemes.trader[scheme]], "stacks", day)
    hidden = np.minimum(crossings.slips[schemes.office[scheme]] / _BUSY, 1.0)
    kept = keyed.happens(own, "brings a load", _OF_DAYS * schemes.share[scheme] * hidden)
    scheme, day, own = scheme[kept], day[kept], own[kept]
    papers = keyed.integers(own, "papers", _FEWEST, _MOST + 1)
    row, turn = runs_of(papers), numbers_within(papers)
    key = keyed.derive(own[row], "paper", turn)
    gate = schemes.office[scheme][row]
    around = setting.surroundings
    residents = residents_of(around, crossings.slips[gate], gate)
    goods = _goods_of(setting, schemes.trader[scheme], day, own)[row]
    is_left = (turn == papers[row] - 1) & keyed.happens(own, "is uneven", _UNEVEN_SHARE)[row]
    least = np.where(is_left, _LEAST_LEFT, FULL_FROM)
    value = QUOTA_VND * (least + (1 - least) * keyed.uniform(key, "part")) // _STEP_VND * _STEP_VND
    van = _vans(around, crossings, schemes.office[scheme], own)[row]
    seat = -1 - numbers_at(day[row], gate, van)
    begins = keyed.integers(own, "second", 0, LAST_SECONDS)[row]
    return Slips(
        key=key,
        gate=gate,
        day=day[row],
        second=day[row] * DAY_SECONDS + OPENS + begins + keyed.integers(key, "after", 0, 1_200),
        turn=turn,
        resident=neighbours(around, (gate, day[row], van), seat, residents),
        van=van,
        goods=goods,
        value_vnd=value.astype(np.int64),
        quantity_e2=quantities(key, goods, value),
        scheme=scheme[row],
    )


def _vans(around: Surroundings, crossings: Crossings, gate: Ints, load: Keys) -> Ints:
    """Return the van of each load: of two of the gate the one that fills its quotas more often."""
    count = vans_of(residents_of(around, crossings.slips[gate], gate))
    drawn = [keyed.integers(load, f"van {turn}", 0, 10**6) % count for turn in range(2)]
    return filling_vans(around, gate, np.stack(drawn, axis=1))


def _goods_of(setting: Setting, trader: Ints, day: Ints, load: Keys) -> Ints:
    """Return what each load is: one of the few things that its owner takes in a month."""
    shares: Floats = np.where(_is_taxed_inward(), border_goods().share, 0.0)
    lines = setting.traders.lines[:, IMPORT].reshape(len(setting.traders), -1)[trader]
    month = keyed.derive(setting.traders.key[trader], "stacked goods", year_month(day))
    own = keyed.derive(month, "thing", keyed.integers(load, "thing", 0, _THINGS))
    weights = shares * (setting.goods.hs2[lines][:, :, None] == _chapters()).any(axis=1)
    is_own = keyed.happens(own, "of its chapters", _OWN_CHAPTER_SHARE) & weights.any(axis=1)
    weights = np.where(is_own[:, None], weights, shares)
    row = np.arange(len(own))
    return keyed.choose_row(own, "goods", keyed.stacked(weights), row, len(shares))


def _is_taxed_inward() -> Bools:
    """Return which of the border goods come in and are taxed beyond the quota."""
    known = border_goods()
    taxed: Bools = (known.direction == INWARD) & (known.rate_pct > 0)
    return taxed


def _chapters() -> Ints:
    """Return the chapter of each of the border goods."""
    return np.array([int(heading[:2]) for heading in border_goods().headings])
