"""Who looks at its papers again and tells what it finds, and what a check found before.

Within 60 days of clearance and before a check a trader may correct a declaration without a fine
(Customs Law 2014 article 29, Circular 39/2018); later only under one. Shares are typical figures of
our own.
"""

import numpy as np

from simulator.control.inspections import Checks, Findings, in_office_hours
from simulator.control.lifecycle import NEVER, Lives
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.published_lists import limit_of
from simulator.trade.batch import Batch

FREE_DAYS = limit_of("KHAI_BO_SUNG")
_WILLING_SHARE = 0.12
_IN_TIME_SHARE, _MEAN_DAYS, _LATEST_DAYS = 0.86, 18.0, 400


def _is_willing(nation: Nation, batch: Batch) -> Bools:
    """Return who looks at its papers again and tells what it finds, a declaration."""
    share = _WILLING_SHARE * (0.4 + 0.8 * nation.traders.compliance[batch.deals.trader])
    return keyed.happens(batch.roster.key, "corrects voluntarily", share)


def lodged_at(batch: Batch, lives: Lives) -> Ints:
    """Return when each declaration would be corrected voluntarily; NEVER for those not cleared."""
    key = batch.roster.key
    soon = np.minimum(1 + keyed.exponential(key, "corrected after", _MEAN_DAYS), FREE_DAYS - 1.0)
    late = keyed.integers(key, "corrected late", FREE_DAYS + 1, _LATEST_DAYS)
    in_time = keyed.happens(key, "corrected in time", _IN_TIME_SHARE)
    days = np.where(in_time, soon.astype(np.int64), late)
    cleared = np.maximum(lives.cleared, batch.roster.registered)
    last = np.maximum(lives.amended.max(axis=1), np.maximum(lives.withdrawn, cleared))
    hour = keyed.integers(key, "corrected at", 0, DAY_SECONDS)
    lodged = in_office_hours(np.maximum(cleared + days * DAY_SECONDS, last + 3_600) + hour)
    return np.where(lives.cleared == NEVER, NEVER, lodged)


def corrected_voluntarily(nation: Nation, batch: Batch, lives: Lives, found: Ints) -> Bools:
    """Return the items whose honest mistake the trader itself corrects: their loss is gone.

    Args:
        nation: The nation.
        batch: Declarations.
        lives: Their lives: declarations that were never cleared have no correction.
        found: Second at which a check found each item, NEVER for most; who is found first can no
            longer correct by its own will.
    """
    honest = [not kind.intent for kind in nation.mechanisms]
    slips = nation.of_kind(batch.planted.mechanism, honest, nothing=False)
    result: Bools = slips & _is_willing(nation, batch)[batch.owner]
    lodged = lodged_at(batch, lives)[batch.owner]
    result &= (lodged != NEVER) & ((found == NEVER) | (found > lodged))
    return result


def found_at(batch: Batch, lives: Lives, checks: Checks, findings: Findings) -> Ints:
    """Return when each item was found by a check that came to its end; NEVER for most."""
    result = np.full(len(batch.owner), NEVER, dtype=np.int64)
    declaration = checks.declaration[findings.check]
    stands = lives.cleared[declaration] != NEVER
    result[findings.item[stands]] = checks.ended[findings.check[stands]]
    return result
