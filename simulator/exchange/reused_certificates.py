"""Numbers of certificates that stand for two months: the one certificate behind each of them.

Honest firms have one for goods that come in parts, and it covers them; a false one was issued for a
single shipment and is used again. Both are exchanged, sent and written alike.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.actors.kinds import AIR, FIRM, ROAD
from simulator.actors.partners import partner_names
from simulator.delivery.outbox import Outbox
from simulator.exchange.certificate_text import (
    WAYS,
    form_texts,
    item_elements,
    send,
    wrapped,
)
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, coded, dates, join, pick
from simulator.kernel.keyed import Keys
from simulator.mechanisms.false_certificate import (
    FalseCertificate,
    claimed_origins,
    uses_again,
)
from simulator.nation import Nation
from simulator.papers.numbers import certificate_texts
from simulator.reference.certificates import (
    STANDING_DAYS,
    issued_days,
    standing_certificate,
    stands,
)
from simulator.reference.regimes import IMPORT

# ln of how much more than one shipment an honest one covers.
_COVERS_LN = 2.5


@dataclass(frozen=True, slots=True)
class _Standing:
    """Certificates that stand for two months, one position each.

    Attributes:
        trader, habit, slot: Whose, and which of its goods it names.
        day: First day of the two months.
        origin: The country it proves.
        is_single: It was issued for one shipment.
    """

    trader: Ints
    habit: Ints
    slot: Ints
    day: Ints
    origin: Ints
    is_single: Bools


def again_keys(nation: Nation, trader: Ints, day: Ints, schedule: Ints, origin: Ints) -> Keys:
    """Return the certificate that a trader would use again in the two months of each day."""
    return standing_certificate(nation.traders.key[trader], day, schedule, origin)


def way_of(transport: Ints) -> Ints:
    """Return the position in WAYS of each VNACCS transport."""
    return np.where(transport == AIR, 1, np.where(transport == ROAD, 2, 0))


def put_used_again(outbox: Outbox, nation: Nation, days: Ints, by_form: Floats) -> None:
    """Hand over the one real certificate behind each number that stands for two months.

    It comes on the first day of its two months, whoever uses it afterwards.
    """
    windows = np.unique(days // STANDING_DAYS) * STANDING_DAYS
    windows = windows[(windows >= days[0]) | (days[0] == outbox.plan.first_day)]
    if not len(windows):
        return
    every = join([_honest(nation, windows), _false(nation, windows)])
    line = nation.traders.lines[every.trader, IMPORT, every.habit, every.slot]
    best = nation.tariff.best_preference(line, every.origin, every.day)
    key = again_keys(nation, every.trader, every.day, best, every.origin)
    chance = np.where(best >= 0, by_form[np.maximum(best, 0)], 0.0)
    kept = np.flatnonzero(keyed.happens(key, "sent electronically", chance))
    # A number has one certificate, an honest one before a false one.
    kept = np.sort(kept[np.unique(key[kept], return_index=True)[1]])
    if len(kept):
        _put(outbox, nation, pick(every, kept), (line[kept], best[kept], key[kept]))


def _honest(nation: Nation, windows: Ints) -> _Standing:
    """Return those of all firms with standing certificates, by the goods of their habits."""
    traders = nation.traders
    lines = traders.lines[:, IMPORT]
    trader, habit, slot = (place.ravel() for place in np.indices(lines.shape))
    origin = traders.country[trader, IMPORT, habit]
    own = np.flatnonzero(
        stands(traders.key[trader], origin)
        & traders.is_ordinary[trader]
        & (traders.kind[trader] == FIRM)
    )
    row, day = np.tile(own, len(windows)), np.repeat(windows, len(own))
    who = trader[row]
    alive = (traders.founded_day[who] < day + STANDING_DAYS) & (traders.closed_day[who] > day)
    row, day = row[alive], day[alive]
    single = np.zeros(len(row), dtype=bool)
    return _Standing(trader[row], habit[row], slot[row], day, origin[row], single)


def _false(nation: Nation, windows: Ints) -> _Standing:
    """Return those of running schemes that show one number for many deals."""
    plans = nation.schemes
    own = np.flatnonzero(nation.mechanism_of == nation.place_of(FalseCertificate.name))
    own = own[uses_again(plans.parameters[own])]
    scheme, day = np.repeat(own, len(windows)), np.tile(windows, len(own))
    runs = (plans.start_day[scheme] < day + STANDING_DAYS) & (plans.end_day[scheme] > day)
    scheme, day = scheme[runs], day[runs]
    claimed = claimed_origins(nation, plans.parameters[scheme])
    first = np.zeros_like(scheme)
    single = np.ones(len(scheme), dtype=bool)
    return _Standing(plans.trader[scheme], first, first, day, claimed, single)


def _put(outbox: Outbox, nation: Nation, told: _Standing, known: tuple[Ints, Ints, Keys]) -> None:
    """Hand over certificates; `known` is the line, the schedule and the identity of each."""
    traders, trader, day = nation.traders, told.trader, told.day
    line, schedule, key = known
    goods = traders.log_volume[trader, IMPORT, told.habit, told.slot]
    usd = np.exp(goods + keyed.normal(key, "worth") + np.where(told.is_single, 0.0, _COVERS_LN))
    unit = np.where(nation.goods.is_counted[line], 100, 1)
    amount = usd / np.exp(nation.goods.log_price[line]) * 100
    quantity = np.maximum(np.rint(amount / unit), 1.0).astype(np.int64) * unit
    value = np.maximum(np.rint(usd * 100), 1.0).astype(np.int64)
    number = certificate_texts(key, schedule, np.zeros(len(key), dtype=bool))
    partner = traders.partner[trader, IMPORT, told.habit]
    issued = issued_days(key, key, day)
    text = wrapped(
        form_texts(schedule),
        number,
        dates(issued),
        coded(nation.countries.codes, told.origin),
        (partner_names(nation.partners, partner, 0 * partner).cast(pa.string()),
         nation.actors.texts.tax_codes.take(pa.array(trader)),
         nation.actors.texts.names.take(pa.array(trader)),
         coded(WAYS, way_of(traders.transport[trader, IMPORT, told.habit]))),
        item_elements(nation, key, 0 * line + 1, (line, line),
                      (quantity, value, coded(("USD",), 0 * line))),
    )  # fmt: skip
    send(outbox, key, number, day, text)
