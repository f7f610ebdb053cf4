"""Rows of `dmmt`: the lines of exemption lists, when they are registered and supplemented."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from simulator.chronicle.exemption_lists import Grants, of_codes
from simulator.delivery.numbering import MOMENT
from simulator.delivery.outside_table import OPERATION
from simulator.kernel import keyed
from simulator.kernel.arrays import (
    coded,
    constant,
    dates,
    decimals,
    numbers_within,
    pick,
    whole,
)
from simulator.kernel.rounding import one_at_least
from simulator.nation import Nation
from simulator.papers.numbers import list_numbers, list_places
from simulator.reference.calendar import DAY_SECONDS, new_year
from simulator.reference.goods import UNITS

_EXEMPTION = "MT"
# The value of a line is planned from the usual price, rounded to millions; the spread is an
# assumption.
_PRICE_SPREAD, _ROUNDED_VND = 0.15, 1_000_000
# Some supplements stand on paper alone until the yearly report on exempt goods, due on the 90th day
# of the next year (Decree 134/2016/ND-CP, article 31a); some are never entered, those of some firms
# hardly ever (assumptions).
_ON_PAPER_SHARE, _NEVER_SHARE, _REPORT_DAYS = 0.35, 0.25, 90
_CARELESS_SHARE, _CARELESS_NEVER_SHARE = 0.15, 0.9


def _entered(nation: Nation, grants: Grants) -> Grants:
    """Return grants as they are entered, by time: what stands on paper alone comes late, or never.

    A line never tells less than it did.
    """
    order = np.lexsort((grants.moment, grants.code))
    own = pick(grants, order)
    counts = np.diff(np.append(np.flatnonzero(np.diff(own.code, prepend=-1)), len(own.code)))
    key = keyed.derive(nation.root("papers"), "list line", own.code)
    key = keyed.derive(key, "supplement", numbers_within(counts))
    trader = nation.traders.key[of_codes(own.code)[0]]
    careless = keyed.happens(trader, "careless of supplements", _CARELESS_SHARE)
    kept = np.where(careless, 1.0, _ON_PAPER_SHARE)
    on_paper = ~own.is_new & keyed.happens(key, "on paper", kept)
    year = of_codes(own.code)[1] + 1
    ends = new_year(1970 + year) * DAY_SECONDS
    late = ends + keyed.integers(key, "reported", 0, _REPORT_DAYS * DAY_SECONDS)
    entered = replace(own, moment=np.where(on_paper, np.maximum(late, own.moment), own.moment))
    lost = np.where(careless, _CARELESS_NEVER_SHARE, _NEVER_SHARE)
    is_lost = on_paper & keyed.happens(key, "never entered", lost)
    entered = pick(entered, np.flatnonzero(~is_lost))
    entered = pick(entered, np.lexsort((entered.moment, entered.code)))
    sums, rank = np.unique(entered.granted_e2, return_inverse=True)
    line = np.cumsum(np.diff(entered.code, prepend=-1) != 0)
    most = np.maximum.accumulate(line * len(sums) + rank)
    entered = pick(entered, np.flatnonzero(np.diff(most, prepend=-1) > 0))
    return pick(entered, np.lexsort((entered.code, entered.moment)))


def list_rows(nation: Nation, grants: Grants) -> pa.Table:
    """Return all rows of `dmmt` of the days written; what is older comes first, as it stands.

    Args:
        nation: The nation.
        grants: Everything granted, by time.
    """
    first, last = nation.written_from * DAY_SECONDS, (nation.last_day + 1) * DAY_SECONDS
    told = _entered(nation, grants)
    told = pick(told, told.moment < last)
    moment, code = np.maximum(told.moment, first), told.code
    # Of several grants before the first day written the last one stands.
    older = np.flatnonzero(told.moment < first)
    _, again = np.unique(code[older][::-1], return_index=True)
    kept = np.sort(np.append(older[::-1][again], np.flatnonzero(told.moment >= first)))
    registered = told.moment[kept] // DAY_SECONDS
    lines, first_of_line = np.unique(told.code, return_index=True)
    opened = told.moment[first_of_line][np.searchsorted(lines, code[kept])] // DAY_SECONDS
    _, newest = np.unique(code[kept], return_index=True)
    is_new = np.zeros(len(kept), dtype=bool)
    is_new[newest] = True
    code, moment, granted = code[kept], moment[kept], told.granted_e2[kept]
    trader, year, line = of_codes(code)
    key = keyed.derive(nation.root("papers"), "list line", code)
    usd = np.exp(nation.goods.log_price[line] + _PRICE_SPREAD * keyed.normal(key, "planned price"))
    rate = nation.rates.on(np.maximum(registered, nation.first_day), 0 * line) / 100
    value = one_at_least(granted / 100 * usd * rate, _ROUNDED_VND)
    opens, closes = new_year(1970 + year), new_year(1971 + year) - 1
    return pa.table(
        {
            MOMENT: pa.array(moment),
            OPERATION: coded(("U", "I"), is_new.astype(np.int64)).cast(pa.string()),
            "SO_DMMT": list_numbers(nation, trader, year),
            "STT": whole(list_places(nation, trader, line)),
            "MA_DN": nation.actors.texts.codes_of(trader),
            "MA_HS": coded(nation.goods.codes, line).cast(pa.string()),
            "LUONG": decimals(granted, 2),
            "TRI_GIA": whole(value),
            "TU_NGAY": dates(np.maximum(np.minimum(opened, closes), opens)),
            "DEN_NGAY": dates(closes),
            "LOAI": constant(_EXEMPTION, len(code)),
            "MA_DVT": coded(UNITS, nation.goods.unit1[line]).cast(pa.string()),
        }
    )
