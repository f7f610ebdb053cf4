"""Numbers of certificates that are used again and again: the one shipment that they belong to."""

import numpy as np
import pyarrow as pa

from ingestion.simulator import keyed
from ingestion.simulator.actors.partners import partner_names
from ingestion.simulator.arrays import Floats, Ints, coded, dates
from ingestion.simulator.delivery.outbox import Outbox
from ingestion.simulator.exchange.certificate_text import (
    WAYS,
    form_texts,
    item_elements,
    send,
    wrapped,
)
from ingestion.simulator.keyed import Keys
from ingestion.simulator.nation import Nation
from ingestion.simulator.sources.vcis_items import certificate_texts
from ingestion.simulator.trade.certificates import (
    STANDING_DAYS,
    issued_days,
    standing_certificate,
)

FALSE, WINDOW_DAYS = "false_certificate", STANDING_DAYS
_LN_USD = 8.0


def again_keys(nation: Nation, trader: Ints, day: Ints, schedule: Ints, origin: Ints) -> Keys:
    """Return the certificate that a trader would use again in the two months of each day."""
    return standing_certificate(nation.traders.key[trader], day, schedule, origin)


def put_used_again(outbox: Outbox, nation: Nation, days: Ints, by_form: Floats) -> None:
    """Hand over the one real certificate behind each number that is used again and again.

    It comes on the first day of its two months, whoever uses it afterwards.
    """
    names = [one.name for one in nation.mechanisms]
    windows = np.unique(days // WINDOW_DAYS) * WINDOW_DAYS
    windows = windows[(windows >= days[0]) | (days[0] == outbox.plan.first_day)]
    if FALSE not in names or not len(windows) or not len(nation.schemes):
        return
    plans = nation.schemes
    own = np.flatnonzero(nation.mechanism_of == names.index(FALSE))
    own = own[plans.parameters[own, 1] < 0.5]  # noqa: PLR2004 - as the mechanism itself
    scheme, day = np.repeat(own, len(windows)), np.tile(windows, len(own))
    runs = (plans.start_day[scheme] < day + WINDOW_DAYS) & (plans.end_day[scheme] > day)
    scheme, day = scheme[runs], day[runs]
    friends = np.flatnonzero(nation.countries.asean)
    claimed = friends[np.floor(plans.parameters[scheme, 0] * len(friends)).astype(np.int64)]
    trader = plans.trader[scheme]
    line = nation.traders.lines[trader, 0, 0, 0]
    best = nation.tariff.best_preference(line, claimed, day)
    chance = np.where(best >= 0, by_form[np.maximum(best, 0)], 0.0)
    own_keys = again_keys(nation, trader, day, best, claimed)
    kept = np.flatnonzero(keyed.happens(own_keys, "sent electronically", chance))
    if not len(kept):
        return
    trader, day, line, best, claimed = (one[kept] for one in (trader, day, line, best, claimed))
    key = again_keys(nation, trader, day, best, claimed)
    usd = np.exp(_LN_USD + keyed.normal(key, "worth"))
    units = np.maximum(np.rint(usd / np.exp(nation.goods.log_price[line])), 1.0) * 100
    quantity, value = units.astype(np.int64), np.rint(usd * 100).astype(np.int64)
    number = certificate_texts(key, best, np.zeros(len(key), dtype=bool))
    partner = nation.traders.partner[trader, 0, 0]
    issued = issued_days(key, key, day)
    text = wrapped(
        form_texts(best),
        number,
        dates(issued),
        coded(nation.countries.codes, claimed),
        (partner_names(nation.partners, partner, 0 * partner).cast(pa.string()),
         nation.actors.texts.tax_codes.take(pa.array(trader)),
         nation.actors.texts.names.take(pa.array(trader)), coded(WAYS, 0 * trader)),
        item_elements(nation, key, 0 * line + 1, (line, line),
                      (quantity, value, coded(("USD",), 0 * line))),
    )  # fmt: skip
    send(outbox, key, number, day, text)
