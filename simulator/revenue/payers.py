"""Who pays when: most in time, some late, a few never.

Terms are those of Law 107/2016 article 9: tax is paid before clearance; with a guarantee of a bank
within 30 days of registration, with late interest from the clearance on, and the bank pays when
they are over; a priority firm pays by the tenth of the next month. How many are late, and how late,
are typical figures of our own: lateness is a habit of few traders with a long tail.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import FAR
from simulator.control.overdue import GENERAL, MONTHLY, SEPARATE, late_chances, pays_late
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS, OFFICE_OPENS, OFFICE_SECONDS, next_working
from simulator.trade.batch import Batch
from simulator.trade.scheme_states import SchemeStates

BANKS = (
    "01201001", "01202001", "01203001", "01204009", "01302001", "01303001", "01305001", "01307001",
    "01309001", "01310001", "01311001", "01314001", "01321001", "01348001", "01357001", "01501001",
)  # fmt: skip
# Hundredths of the accounts: assumption.
_BANK_WEIGHTS = (22, 18, 16, 9, 5, 4, 5, 6, 3, 2, 2, 2, 2, 1, 2, 1)
_DEFAULTING_SHARE, _CLOSED_DAYS = 0.3, 20
_DELAY_MU, _DELAY_SIGMA, _TRADER_DELAY = 1.7, 1.1, 0.7
_LONGEST_DELAY = 2_500
_EXTENDED_SHARE, _EXTENDED_FROM, _EXTENSION = 0.08, 40, (90, 361)
_AT_ONCE_SECONDS = 10_000
_BOOKED_LATER = 0.04


@dataclass(frozen=True, slots=True)
class Payments:
    """How the taxes assessed at clearance are paid, one position a declaration.

    Attributes:
        due_day: Last day in time; interest_from: day after which interest runs.
        paid_day: Value date; FAR for never. booked: local second at which it is booked.
        is_drawn: The bank pays under the guarantee instead of the trader.
        extended_until: Day until which payment was put off by a decision; 0 for most.
    """

    due_day: Ints
    interest_from: Ints
    paid_day: Ints
    booked: Ints
    is_drawn: Bools
    extended_until: Ints


def banks_of(nation: Nation, trader: Ints) -> Ints:
    """Return the position in BANKS of each trader's bank."""
    return keyed.choose(nation.traders.key[trader], "bank", _BANK_WEIGHTS)


def gone_days(nation: Nation, states: SchemeStates, trader: Ints) -> Ints:
    """Return the day from which each trader pays nothing any more; FAR for most.

    Firms that were re-born under another name, that vanished at the end of their scheme, and three
    in ten of those that simply close.
    """
    traders = nation.traders
    closes = keyed.happens(traders.key[trader], "defaults", _DEFAULTING_SHARE)
    closed = traders.closed_day[trader]
    gone = np.where(closes & (closed < FAR), closed + _CLOSED_DAYS, FAR)
    gone = np.minimum(gone, states.reborn_day[trader])
    scheme = nation.scheme_of[trader]
    vanishing = [kind.vanishes for kind in nation.mechanisms]
    row, slot = np.nonzero(nation.of_running(scheme, vanishing, nothing=False))
    np.minimum.at(gone, row, nation.schemes.end_day[scheme[row, slot]])
    return gone


def delays(nation: Nation, trader: Ints, key: Keys, name: str) -> Ints:
    """Return by how many days late payments are late: log-normal around the trader's own habit."""
    habit = _TRADER_DELAY * keyed.normal(nation.traders.key[trader], "long payer")
    own = _DELAY_SIGMA * keyed.normal(key, name)
    days: Floats = np.minimum(np.exp(_DELAY_MU + habit + own), _LONGEST_DELAY)
    return 1 + days.astype(np.int64)


def office_second(key: Keys, name: str, day: Ints) -> Ints:
    """Return a local second in office hours of each day."""
    return day * DAY_SECONDS + OFFICE_OPENS + keyed.integers(key, name, 0, OFFICE_SECONDS)


def is_guaranteed(batch: Batch) -> Bools:
    """Return which declarations are cleared under a guarantee."""
    result: Bools = np.isin(batch.deals.term, (SEPARATE, GENERAL))
    return result


def pay(nation: Nation, states: SchemeStates, batch: Batch, times: tuple[Ints, ...]) -> Payments:
    """Return how the taxes of declarations are paid.

    Args:
        nation: The nation.
        states: Who was re-born when.
        batch: Declarations.
        times: Second of assessment, second of clearance (NEVER where none) and due day of each.
    """
    assessed, cleared, due = times
    trader, term, key = batch.deals.trader, batch.deals.term, batch.roster.key
    guaranteed, assessed_day = is_guaranteed(batch), assessed // DAY_SECONDS
    late = pays_late(late_chances(nation, trader), term, key)
    paid_day = np.maximum(_days_in_time(nation, batch, due), assessed_day)
    rows = np.flatnonzero(late & ~guaranteed)
    delay = delays(nation, trader[rows], key[rows], "delay")
    paid_day[rows] = next_working(np.maximum(due, assessed_day)[rows] + delay)
    gone = gone_days(nation, states, trader)
    drawn: Bools = guaranteed & (late | (paid_day >= gone))
    paid_day = np.where(drawn, next_working(due + 1), paid_day)
    paid_day = np.where(~drawn & (paid_day >= gone), FAR, paid_day)
    extended = np.zeros_like(due)
    put_off = rows[delay > _EXTENDED_FROM]
    put_off = put_off[keyed.happens(key[put_off], "extended", _EXTENDED_SHARE)]
    extended[put_off] = due[put_off] + keyed.integers(key[put_off], "extension", *_EXTENSION)
    starts = np.where(guaranteed, np.minimum(cleared // DAY_SECONDS, due), due)
    return Payments(
        due_day=due,
        interest_from=np.maximum(starts, extended),
        paid_day=paid_day,
        booked=_booked(batch, assessed, cleared, paid_day),
        is_drawn=drawn,
        extended_until=extended,
    )


def _days_in_time(nation: Nation, batch: Batch, due: Ints) -> Ints:
    """Return value dates of those who pay in time."""
    day, term = batch.roster.day, batch.deals.term
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    own = keyed.derive(nation.traders.key[batch.deals.trader], "month paid", months)
    early = keyed.integers(own, "days before the tenth", 0, 7)
    after = keyed.integers(batch.roster.key, "days of guarantee", 1, 31)
    paid = np.where(is_guaranteed(batch), np.minimum(day + after, due), day)
    return np.where(term == MONTHLY, np.maximum(due - early, day), paid)


def _booked(batch: Batch, assessed: Ints, cleared: Ints, paid_day: Ints) -> Ints:
    """Return when payments are booked: at once before clearance, else in office hours."""
    key = batch.roster.key
    at_once = assessed + 1 + keyed.integers(key, "booked after", 1, _AT_ONCE_SECONDS)
    at_once = np.minimum(at_once, np.maximum(cleared - 1, assessed + 2))
    at_once = np.minimum(at_once, (assessed // DAY_SECONDS + 1) * DAY_SECONDS - 1)
    lag = keyed.happens(key, "booked later", _BOOKED_LATER).astype(np.int64)
    later = office_second(key, "booked at", paid_day + lag)
    return np.where(paid_day == assessed // DAY_SECONDS, at_once, later)
