"""Numbers of papers that several tables name."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.control.overdue import SEPARATE
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, digits, numbered, whole
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.papers.paper import Paper
from simulator.reference.agreements import FORMS, ORDINARY, SCHEDULES, UNTAXED
from simulator.reference.calendar import year_of
from simulator.reference.regimes import UNDER_LIST
from simulator.trade.batch import Batch
from simulator.trade.roster import Roster

# A licence holds half a year and is granted before (assumptions).
LICENCE_DAYS, GRANTED_BEFORE_DAYS = 182, 20
_GUARANTEES = (10**13, 10**14)


def certificate_texts(certificate: Keys, schedule: Ints, mask: Bools) -> pa.Array:
    """Return certificate numbers: the form and a serial of the certificate itself."""
    form = coded([FORMS.get(name, "") for name in SCHEDULES], np.maximum(schedule, 0))
    serial = digits((certificate >> np.uint64(16)).astype(np.int64))
    joined = pc.binary_join_element_wise(form.cast(pa.string()), serial, "-")
    return pc.if_else(pa.array(mask), pa.scalar(None, pa.string()), joined)


def shows_certificate(batch: Batch) -> Bools:
    """Return the declared items whose preference is proven by a certificate."""
    applied = batch.duties.schedule
    proven: Bools = (batch.declared.certificate > 0) & (applied > ORDINARY) & (applied < UNTAXED)
    return proven


def invoice_numbers(deal_key: Keys) -> pa.Array:
    """Return the seller's invoice number of each deal.

    Of a seller with 100,000 invoices a year two are the same in one of 20,000 years.
    """
    return numbered("INV-", keyed.integers(deal_key, "invoice", 0, 10**14), 14)


def invoice_days(roster: Roster) -> Ints:
    """Return the day of each deal's invoice, days since 1970: some weeks before it, at most."""
    age: Ints = 1 + keyed.integers(roster.deal_key, "invoice age", 0, 25)
    return roster.deal_day - age


def exemption_columns(nation: Nation, paper: Paper) -> dict[str, pa.Array]:
    """Return the exemption list and its line, for equipment imported under one."""
    deals, batch = paper.batch.deals, paper.batch
    listed = (deals.regime == UNDER_LIST)[batch.owner]
    year = year_of(batch.roster.day) - 1970
    number = list_numbers(nation, deals.trader, year)
    rows = np.flatnonzero(listed)
    place = np.zeros(len(listed), dtype=np.int64)
    place[rows] = list_places(nation, deals.trader[batch.owner[rows]], batch.declared.line[rows])
    owner = pa.array(batch.owner.astype(np.int32), mask=~listed)
    return {
        "SO_DMMT": pa.DictionaryArray.from_arrays(owner, number),
        "STT_DMMT": whole(place, ~listed),
    }


def list_numbers(nation: Nation, trader: Ints, year: Ints) -> pa.Array:
    """Return the number of the exemption list of each trader and year (since 1970)."""
    key = keyed.derive(nation.root("papers"), "exemption list", trader * 1_000 + year)
    return numbered("DMMT", keyed.integers(key, "list", 10**11, 10**12), 12)


def list_places(nation: Nation, trader: Ints, line: Ints) -> Ints:
    """Return the line of each trader's exemption list: its usual goods first, others behind."""
    usual = nation.traders.lines[:, 0].reshape(len(nation.traders), -1)
    own = usual[trader] == line[:, None]
    place = np.where(own.any(axis=1), own.argmax(axis=1), usual.shape[1] + line)
    return place + 1


def licence_numbers(nation: Nation, trader: Ints, licence: Ints, day: Ints) -> pa.Array:
    """Return the licence of a trader, kind of goods and half-year; it is used many times."""
    own = trader * 10_000 + licence * 400 + day // LICENCE_DAYS % 400
    key = keyed.derive(nation.root("papers"), "licence", own)
    return numbered("GP", keyed.integers(key, "licence", 10**11, 10**12), 12)


def general_guarantee_numbers(nation: Nation, trader: Ints, year: Ints | int) -> Ints:
    """Return the number of the general guarantee of a trader and year (of 365 days)."""
    own = keyed.derive(nation.root("teams"), "guarantee", trader * 10_000 + year)
    return keyed.integers(own, "guarantee", *_GUARANTEES)


def guarantee_numbers(nation: Nation, batch: Batch) -> Ints:
    """Return guarantee numbers: a separate one a declaration, a general one a trader and year."""
    deals, day = batch.deals, batch.roster.day
    separate = keyed.integers(batch.roster.key, "guarantee", *_GUARANTEES)
    general = general_guarantee_numbers(nation, deals.trader, day // 365)
    return np.where(deals.term == SEPARATE, separate, general)
