"""How schemes come about: who leans to it, when a wave of it reaches a trade, how long it lasts.

A kind of scheme spreads: it reaches each sector (chapter of goods) on a day of its own, and the
firms that lean to it start one after the other from then on. `plans.csv` beside this module says
how common each kind is and how it goes on. All together about an eighth of the firms run a scheme
at some time of two years, such that 1 to 3 % of taxed imports are irregular on purpose: in a
country that inspected nearly everything 2.24 % of imports were illicit (Kim and others, DATE, KDD
2020). The single figures are assumptions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import COMMERCIAL, FIRM
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, pick
from simulator.mechanisms.mechanism import PARAMETERS, Schemes
from simulator.reference.lists import rows_of
from simulator.setting import Setting

ANSWERS = ("stay", "move", "rebroker", "pause", "stop")
PLANS = {row["mechanism"]: row for row in rows_of("plans.csv", "simulator.mechanisms")}
_MONTH_DAYS = 30.4
_SHORTEST_DAYS = 150
_LONGEST_LEAD_DAYS = 400
_SETTLES_IN_DAYS = 90
_BY_SIZE, _SIZE_LIMITS = 0.6, (0.05, 6.0)
_OTHER_GOODS = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """How common a kind of scheme is and how it goes on.

    Attributes:
        name: The mechanism's name.
        share: Share of the fitting traders that run it at some time.
        leaning: How much more each trader leans to it than others, any positive scale.
        first_month: Months after the start of the world before which none starts.
        mean_days: Mean length after the first five months.
        answers: Weights of STAY, MOVE, REBROKER, PAUSE, STOP after a catch.
        item_share: Lowest and highest share of covered items that take part.
    """

    name: str
    share: float
    leaning: Floats
    first_month: int = 0
    mean_days: float = 300.0
    answers: Sequence[float] = (5, 2, 1, 1, 1)
    item_share: tuple[float, float] = (0.6, 1.0)


def plan_of(name: str, leaning: Floats) -> Plan:
    """Return the plan of a mechanism of this package, as `plans.csv` has it.

    Args:
        name: The mechanism's name.
        leaning: As in Plan, shape (traders,).
    """
    row = PLANS[name]
    return Plan(
        name=name,
        share=float(row["share_of_fitting"]),
        leaning=leaning,
        first_month=int(row["first_month"]),
        mean_days=float(row["mean_days"]),
        answers=[float(row[answer]) for answer in ANSWERS],
        item_share=(float(row["item_share_low"]), float(row["item_share_high"])),
    )


def depth_of(name: str, lot: Floats) -> Floats:
    """Return by how much a mechanism of this package is false each time, as `plans.csv` has it.

    A share of the price, quantity, norm or load that is left out; of hidden goods their worth
    against the item they lie behind.

    Args:
        name: The mechanism's name.
        lot: Numbers of 0 to 1, any shape: 0 is the least.
    """
    row = PLANS[name]
    depth: Floats = float(row["depth_least"]) + float(row["depth_more"]) * lot
    return depth


def leaning_of(setting: Setting) -> Floats:
    """Return how traders lean to anything irregular: low compliance, young, not priority.

    Schemes are planned before the first day is lived: young is who is founded less than 600 days
    before it, or at any time after it.

    Who moves more has more to gain: the chance rises with the value traded, up to six times that of
    a firm of mean size. Losses are as concentrated as published for another country, where the five
    largest evaders made up three quarters of them and larger shipments were more at risk (World
    Bank, Policy Research Working Paper 10606, 2023).
    """
    traders = setting.traders
    young = traders.founded_day > setting.first_day - 600
    lean: Floats = np.exp(3.0 * (0.8 - traders.compliance) + 0.5 * young)
    lean = lean * np.where(traders.is_priority, 0.02, 1.0) * (traders.kind == FIRM)
    worth = np.exp(traders.log_volume.mean(axis=(1, 2, 3))) * traders.weight
    size = (worth / worth[traders.is_ordinary].mean()) ** _BY_SIZE
    lean = lean * np.clip(size, *_SIZE_LIMITS)
    return lean * traders.is_ordinary


def business_of(setting: Setting) -> Floats:
    """Return how much more often each trader has an occasion than one of mean size, 0.05 to 6.

    For what needs a regime that a small trader hardly ever uses.
    """
    weight = setting.traders.weight
    business: Floats = np.clip(weight / weight.mean(), 0.05, 6.0)
    return business


def imports_lines(setting: Setting, wanted: Bools) -> Floats:
    """Return the share of each trader's import lines for which `wanted` (by line) holds."""
    lines = setting.traders.lines[:, 0].reshape(len(setting.traders), -1)
    share: Floats = wanted[lines].mean(axis=1)
    return share


def by_common_chapter(setting: Setting, group: Ints) -> Floats:
    """Return how much each trader leans to join in a list of prices of its group of traders.

    A list is of somebody's goods: 1 for who mostly imports of the chapter that is the commonest
    among them, a tenth for others (assumption).

    Args:
        setting: The nation before anything goes wrong.
        group: Of each trader, 0 and up; -1 for none, shape (traders,).
    """
    chapter = setting.goods.hs2[setting.traders.lines[:, 0, 0, 0]]
    own = np.flatnonzero((group >= 0) & setting.traders.is_ordinary)
    counts = np.zeros((int(group.max(initial=0)) + 1, int(chapter.max(initial=0)) + 1))
    np.add.at(counts, (group[own], chapter[own]), 1)
    common = (group >= 0) & (chapter == counts.argmax(axis=1)[np.maximum(group, 0)])
    return np.where(common, 1.0, _OTHER_GOODS)


def dutiable_share(setting: Setting, least_bp: int) -> Floats:
    """Return the share of each trader's import lines with an MFN duty of at least `least_bp`."""
    return imports_lines(setting, setting.goods.mfn_bp >= least_bp)


def merchants(setting: Setting, dutiable_bp: int = 0) -> Floats:
    """Return how commercial firms lean to anything irregular; 0 for others.

    Args:
        setting: The nation before anything goes wrong.
        dutiable_bp: Firms count by the share of their lines with an MFN duty of at least so much.
    """
    leaning = leaning_of(setting) * trades_as(setting, COMMERCIAL)
    return leaning * dutiable_share(setting, dutiable_bp) if dutiable_bp else leaning


def draw_schemes(setting: Setting, plan: Plan, begins: Ints | None = None) -> Schemes:
    """Return the schemes of a plan; their traders are drawn by leaning, and there when they run.

    Args:
        setting: The nation before anything goes wrong.
        plan: How common they are, and how they go on.
        begins: Day on which each trader would begin, shape (traders,); None for when a wave reaches
            its trade.
    """
    traders = setting.traders
    key = keyed.derive(setting.traders.key, f"scheme {plan.name}")
    fitting = plan.leaning > 0
    mean = plan.leaning[fitting].mean() if fitting.any() else 1.0
    chance = np.minimum(plan.leaning / mean * plan.share, 0.6)
    trader = np.flatnonzero(keyed.happens(key, "runs", chance) & fitting)
    own = key[trader]
    sector = setting.goods.hs2[traders.lines[trader, 0, 0, 0]]
    wave = keyed.derive(setting.root("cover"), f"wave {plan.name}", sector)
    opening = setting.first_day + int(plan.first_month * _MONTH_DAYS)
    lead = 0 if plan.first_month else _LONGEST_LEAD_DAYS
    reach = setting.last_day - opening + lead
    start = opening - lead + keyed.uniform(wave, "reaches") * max(reach, 1) * 0.85
    start = np.maximum(start + keyed.exponential(own, "follows", 70.0), opening - lead)
    # A firm that is not there yet begins some weeks after its founding.
    founded = traders.founded_day[trader] + keyed.integers(own, "settles in", 0, _SETTLES_IN_DAYS)
    reached = np.maximum(start, founded).astype(np.int64)
    first_day: Ints = reached if begins is None else begins[trader]
    length = _SHORTEST_DAYS + keyed.exponential(own, "lasts", plan.mean_days)
    low, high = plan.item_share
    closed = traders.closed_day[trader]
    none = np.full(len(trader), -1, dtype=np.int64)
    schemes = Schemes(
        trader=trader,
        group=np.arange(len(trader)),
        start_day=first_day,
        end_day=np.minimum((first_day + length).astype(np.int64), closed + 1),
        share=low + (high - low) * keyed.uniform(own, "share"),
        office=none,
        broker=none.copy(),
        officer=none.copy(),
        response=keyed.choose(own, "answer", plan.answers),
        parameters=np.stack(
            [keyed.uniform(own, f"parameter {place}") for place in range(PARAMETERS)], axis=1
        ),
    )
    # Who closes before it could begin runs none.
    return pick(schemes, first_day < closed)


def one_of(choices: Ints, drawn: Floats) -> Ints:
    """Return one of some positions for each number in [0, 1), such as a scheme's parameter."""
    chosen: Ints = choices[np.floor(drawn * len(choices)).astype(np.int64)]
    return chosen


def trades_as(setting: Setting, *trades: int) -> Floats:
    """Return 1 for firms of some trades (COMMERCIAL …), 0 for all others."""
    traders = setting.traders
    fits: Bools = np.isin(traders.trade, trades) & (traders.kind == FIRM)
    return fits.astype(np.float64)
