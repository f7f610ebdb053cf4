"""Audits of a ledger that is complete: for tests that change what there is to be found."""

import numpy as np

from simulator.chronicle.audits import Audited, Auditors
from simulator.chronicle.ledger import Ledger
from simulator.chronicle.ranks import Ranks
from simulator.chronicle.record import Record, findings_of
from simulator.chronicle.themes import THEME_OF_DIFFERENCE
from simulator.chronicle.tips import tips_of
from simulator.control.lifecycle import NEVER
from simulator.kernel.arrays import pick
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS, WEEK_DAYS
from simulator.trade.scheme_states import SchemeStates


def draw_audits(
    nation: Nation, states: SchemeStates, ledger: Ledger, audits_a_year: int | None, ranks: Ranks
) -> Audited:
    """Return the audits of a nation whose ledger is complete, lived week by week.

    Args:
        nation: The nation.
        states: Its schemes, of which tips may come.
        ledger: Everything irregular; `Audited.item` points into it.
        audits_a_year: So many a year; None for the usual number at this scale.
        ranks: Risk rank of each trader by week.
    """
    auditors, record = Auditors(nation, audits_a_year), Record(nation)
    week_of = (ledger.day - nation.first_day) // WEEK_DAYS
    order = np.argsort(week_of, kind="stable")
    edges = np.searchsorted(week_of[order], np.arange(states.weeks + 1))
    for week in range(states.weeks):
        first = nation.first_day + week * WEEK_DAYS
        days = np.arange(first, min(first + WEEK_DAYS, nation.last_day + 1))
        own = pick(ledger, order[edges[week] : edges[week + 1]])
        auditors.live_week(own, days, ranks.of_week(week), record)
        found = pick(own, own.found != NEVER)
        theme = THEME_OF_DIFFERENCE[found.differs]
        known = found.found // DAY_SECONDS
        record.note(findings_of(known, found.trader, theme, found.evaded_vnd))
        record.note_tips(tips_of(nation, states, days))
        record.advance(int(days[-1]))
    done = auditors.closed()
    return Audited(done.audits, done.audit, order[done.item])
