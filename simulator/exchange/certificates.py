"""Certificates of origin as other countries send them: XML, one certificate a file.

Only some are exchanged electronically, most of them form D of ASEAN (published: some 85,000 a year
received; about 70,000 a year here). Goods, quantity and number agree with the declaration for
honest traders, issued by a country on the way (back to back) for a few. A forged number mostly has
no certificate, or one about other goods.

A number may stand for two months. Honest firms have one for goods that come in parts, and it covers
them; a false one was issued for a single shipment and is used again. Both are sent and written
alike. Shares are typical figures of our own.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.kinds import AIR, FIRM, IS_WITHOUT_FREIGHT, ROAD
from simulator.actors.partners import partner_names
from simulator.block import Block
from simulator.delivery.outbox import Outbox
from simulator.exchange.xml_text import HEADER, attribute, element, inside, safe
from simulator.kernel import keyed
from simulator.kernel.arrays import (
    Bools,
    Floats,
    Ints,
    coded,
    dates,
    decimals,
    join,
    numbers_within,
    pick,
)
from simulator.kernel.glyphs import joined
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import one_at_least
from simulator.nation import Nation
from simulator.papers.numbers import certificate_texts
from simulator.reference.agreements import FORMS, ORDINARY, SCHEDULES, UNTAXED
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.certificates import (
    STANDING_DAYS,
    is_standing,
    issued_days,
    standing_certificate,
    stands,
)
from simulator.reference.declaration_kinds import BRANCH, PRIMARY
from simulator.reference.exchange import CURRENCIES
from simulator.reference.goods import UNITS, in_whole_units
from simulator.reference.regimes import IMPORT
from simulator.trade.scheme_states import SchemeStates

_ELECTRONIC = {"D": 0.135, "AK": 0.03, "VK": 0.03, "E": 0.008}
_BY_FORM = np.array([_ELECTRONIC.get(FORMS.get(name, ""), 0.0) for name in SCHEDULES])
_HUBS = ("SG", "TH", "MY")
_BACK_TO_BACK_SHARE, _OTHER_CODE_SHARE = 0.04, 0.02
_FORGED_EXISTS_SHARE, _OTHER_GOODS_SHARE = 0.3, 0.5
# The value without freight of a price that holds freight; certificates that were made out before
# the goods were loaded, and what they name of what came. Assumptions.
_FOB_OF_MORE = (0.88, 0.98)
_BEFORE_LOADING_SHARE, _BEFORE_LOADING = 0.1, (0.95, 1.06)
# ln of how much more than one shipment an honest one covers.
_COVERS_LN = 2.5
_WAYS = ("BY SEA", "BY AIR", "BY TRUCK")
_CRITERIA = ("PE", "WO", "RVC 40%", "CTH", "CTSH")
_CRITERION_SHARES = (0.06, 0.1, 0.44, 0.28, 0.12)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Items of certificates, one position each, those of one certificate side by side.

    Attributes:
        key: Identity of the certificate.
        row, owner: Item and declaration in the batch.
        first, counts: Where the items of each certificate begin and how many it has.
        is_other: A forged number: what it says is about other goods or another quantity.
    """

    key: Keys
    row: Ints
    owner: Ints
    first: Ints
    counts: Ints
    is_other: Bools


def _chosen(nation: Nation, block: Block) -> _Lines:
    """Return the items whose certificates are exchanged, ordered by certificate and form."""
    batch, told = block.batch, block.batch.declared
    applied = batch.duties.schedule
    proven = (told.certificate > 0) & (applied > ORDINARY) & (applied < UNTAXED)
    proven &= np.isin(batch.roster.kind, (PRIMARY, BRANCH))[batch.owner]
    chance = _BY_FORM[np.minimum(applied, len(_BY_FORM) - 1)]
    key = told.certificate
    proven &= keyed.happens(key, "sent electronically", chance)
    is_false = _is_false(nation, block)
    exists = keyed.happens(key, "forged one exists", _FORGED_EXISTS_SHARE)
    # One that stands for many deals comes once (`put_used_again`).
    row = np.flatnonzero(proven & (~is_false | exists) & ~is_standing(key))
    row = row[np.lexsort((row, applied[row], key[row]))]
    form = np.array([list(FORMS.values()).index(FORMS[name]) if name in FORMS else -1
                     for name in SCHEDULES])[applied[row]]  # fmt: skip
    starts = np.ones(len(row), dtype=bool)
    starts[1:] = (key[row][1:] != key[row][:-1]) | (form[1:] != form[:-1])
    first = np.flatnonzero(starts)
    return _Lines(
        key=key[row],
        row=row,
        owner=batch.owner[row],
        first=first,
        counts=np.diff(np.append(first, len(row))),
        is_other=is_false[row],
    )


def _is_false(nation: Nation, block: Block) -> Bools:
    """Return the items whose certificate is a forged one."""
    forges = [kind.forges_certificates for kind in nation.mechanisms]
    result: Bools = nation.of_kind(block.batch.planted.mechanism, forges, nothing=False)
    return result


def put_certificates(
    outbox: Outbox, nation: Nation, states: SchemeStates, block: Block, days: Ints
) -> None:
    """Hand over `co_form` of a block of days: honest, forged and used again."""
    if not outbox.wants("co_form"):
        return
    lines = _chosen(nation, block)
    if len(lines.row):
        batch = block.batch
        head, owner = lines.row[lines.first], lines.owner[lines.first]
        roster = batch.roster
        issued = issued_days(lines.key[lines.first], roster.deal_key[owner], roster.deal_day[owner])
        name = certificate_texts(
            batch.declared.certificate[head], batch.duties.schedule[head],
            np.zeros(len(head), dtype=bool),
        )  # fmt: skip
        _send(outbox, lines.key[lines.first], name, issued, _texts(nation, block, lines, issued))
    put_used_again(outbox, nation, states, days, _BY_FORM)


def _texts(nation: Nation, block: Block, lines: _Lines, issued: Ints) -> pa.Array:
    """Return the XML of each certificate."""
    batch, goods = block.batch, nation.goods
    owner = lines.owner[lines.first]
    head, key = lines.row[lines.first], lines.key[lines.first]
    deals = batch.deals
    origin = batch.declared.origin[head]
    hubs = np.array([nation.countries.position(code) for code in _HUBS])
    hub = hubs[keyed.integers(key, "hub", 0, len(hubs))]
    passes = keyed.happens(key, "back to back", _BACK_TO_BACK_SHARE)
    passes &= nation.countries.asean[origin]
    way = _way_of(deals.transport[owner])
    names = partner_names(nation.partners, deals.partner[owner], 0 * owner).cast(pa.string())
    other = np.where(
        keyed.happens(lines.key, "other goods", _OTHER_GOODS_SHARE) & lines.is_other,
        keyed.integers(lines.key, "which goods", 0, len(goods)),
        batch.declared.line[lines.row],
    )
    less = np.where(lines.is_other, 0.2 + 0.6 * keyed.uniform(lines.key, "less"), 1.0)
    items = _items(nation, block, lines, other, less)
    form = _form_texts(batch.duties.schedule[head])
    return _wrapped(
        form,
        certificate_texts(
            batch.declared.certificate[head], batch.duties.schedule[head],
            np.zeros(len(head), dtype=bool),
        ),
        dates(issued),
        coded(nation.countries.codes, np.where(passes, hub, origin)),
        (names, nation.actors.texts.codes_of(deals.trader[owner]),
         nation.actors.texts.names.take(pa.array(deals.trader[owner])), coded(_WAYS, way)),
        inside(items, lines.counts),
    )  # fmt: skip


def _items(nation: Nation, block: Block, lines: _Lines, line: Ints, less: Floats) -> pa.Array:
    """Return the element of each item."""
    batch, goods = block.batch, nation.goods
    told, row = batch.declared, lines.row
    place = numbers_within(lines.counts) + 1
    filed = np.where(
        keyed.happens(told.key[row], "exporter's code", _OTHER_CODE_SHARE)
        & (goods.sibling[line] >= 0),
        goods.sibling[line],
        line,
    )
    # Things that are counted come whole, on a forged paper too.
    key = told.key[row]
    low, high = _BEFORE_LOADING
    loaded = keyed.happens(key, "made out before loading", _BEFORE_LOADING_SHARE)
    less = less * np.where(loaded, low + (high - low) * keyed.uniform(key, "ordered"), 1.0)
    quantity = in_whole_units(goods, line, told.quantity_e2[row] * less)
    low, high = _FOB_OF_MORE
    fob = low + (high - low) * keyed.uniform(key, "fob")
    fob = np.where(IS_WITHOUT_FREIGHT[batch.deals.incoterm][lines.owner], 1.0, fob)
    value = one_at_least(told.value_e2[row] * less * fob)
    currency = batch.deals.currency[lines.owner]
    return _item_elements(
        nation, key, place, (filed, line), (quantity, value, coded(CURRENCIES, currency))
    )


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


def _way_of(transport: Ints) -> Ints:
    """Return the position in _WAYS of each VNACCS transport."""
    return np.where(transport == AIR, 1, np.where(transport == ROAD, 2, 0))


def put_used_again(
    outbox: Outbox, nation: Nation, states: SchemeStates, days: Ints, by_form: Floats
) -> None:
    """Hand over the one real certificate behind each number that stands for two months.

    It comes on the first day of its two months, whoever uses it afterwards.
    """
    windows = np.unique(days // STANDING_DAYS) * STANDING_DAYS
    windows = windows[(windows >= days[0]) | (days[0] == outbox.plan.first_day)]
    if not len(windows):
        return
    every = join([_honest_standing(nation, windows), _false_standing(nation, states, windows)])
    line = nation.traders.lines[every.trader, IMPORT, every.habit, every.slot]
    best = nation.tariff.best_preference(line, every.origin, every.day)
    key = again_keys(nation, every.trader, every.day, best, every.origin)
    chance = np.where(best >= 0, by_form[np.maximum(best, 0)], 0.0)
    kept = np.flatnonzero(keyed.happens(key, "sent electronically", chance))
    # A number has one certificate, an honest one before a false one.
    kept = np.sort(kept[np.unique(key[kept], return_index=True)[1]])
    if len(kept):
        _put_real(outbox, nation, pick(every, kept), (line[kept], best[kept], key[kept]))


def _honest_standing(nation: Nation, windows: Ints) -> _Standing:
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


def _false_standing(nation: Nation, states: SchemeStates, windows: Ints) -> _Standing:
    """Return those of schemes that run in the two months and show one number for many deals."""
    plans = nation.schemes
    origin = np.full(len(plans), -1, dtype=np.int64)
    for position, kind in enumerate(nation.mechanisms):
        rows = np.flatnonzero(nation.mechanism_of == position)
        origin[rows] = kind.shown_again(nation, plans.parameters[rows])
    own = np.flatnonzero(origin >= 0)
    weeks = np.stack([states.week(windows), states.week(windows + STANDING_DAYS - 1)], axis=1)
    runs = [
        states.runs(own[:, None], np.arange(first, last + 1)).any(axis=1)
        for first, last in weeks.tolist()
    ]
    window, place = np.nonzero(runs)
    scheme, day = own[place], windows[window]
    first = np.zeros_like(scheme)
    single = np.ones(len(scheme), dtype=bool)
    return _Standing(plans.trader[scheme], first, first, day, origin[scheme], single)


def _put_real(
    outbox: Outbox, nation: Nation, told: _Standing, known: tuple[Ints, Ints, Keys]
) -> None:
    """Hand over certificates; `known` is the line, the schedule and the identity of each."""
    traders, trader, day = nation.traders, told.trader, told.day
    line, schedule, key = known
    goods = traders.log_volume[trader, IMPORT, told.habit, told.slot]
    usd = np.exp(goods + keyed.normal(key, "worth") + np.where(told.is_single, 0.0, _COVERS_LN))
    amount = usd / np.exp(nation.goods.log_price[line]) * 100
    quantity = in_whole_units(nation.goods, line, amount)
    value = one_at_least(usd * 100)
    number = certificate_texts(key, schedule, np.zeros(len(key), dtype=bool))
    partner = traders.partner[trader, IMPORT, told.habit]
    issued = issued_days(key, key, day)
    text = _wrapped(
        _form_texts(schedule),
        number,
        dates(issued),
        coded(nation.countries.codes, told.origin),
        (partner_names(nation.partners, partner, 0 * partner).cast(pa.string()),
         nation.actors.texts.codes_of(trader),
         nation.actors.texts.names.take(pa.array(trader)),
         coded(_WAYS, _way_of(traders.transport[trader, IMPORT, told.habit]))),
        _item_elements(nation, key, 0 * line + 1, (line, line),
                      (quantity, value, coded(("USD",), 0 * line))),
    )  # fmt: skip
    _send(outbox, key, number, day, text)


def _form_texts(schedule: Ints) -> pa.Array:
    """Return the form of the certificates that each schedule asks for."""
    return coded([FORMS.get(one, "") for one in SCHEDULES], schedule)


def _wrapped(
    form: pa.Array,
    number: pa.Array,
    issued: pa.Array,
    country: pa.Array,
    parties: tuple[pa.Array, pa.Array, pa.Array, pa.Array],
    items: pa.Array,
) -> pa.Array:
    """Return certificates in the outside form; parties are exporter, tax code, importer, way."""
    exporter, tax_code, importer, way = parties
    content = joined(
        element("ReferenceNo", number),
        element("IssueDate", issued),
        element("IssuingCountry", country),
        element("Exporter", safe(exporter)),
        element("Importer", safe(importer), attribute("taxCode", tax_code)),
        element("Transport", way),
        items,
    )
    return joined(HEADER, element("CertificateOfOrigin", content, attribute("form", form)), "\n")


def _item_elements(
    nation: Nation,
    key: Keys,
    place: Ints,
    lines: tuple[Ints, Ints],
    amounts: tuple[Ints, Ints, pa.Array],
) -> pa.Array:
    """Return `<Item>` elements.

    Args:
        nation: The nation.
        key: Identities of the goods, shape (n,).
        place: Numbers in the certificate.
        lines: The line whose HS is given, and the line whose words are.
        amounts: Quantity and FOB value (hundredths), and the currency's code.
    """
    goods = nation.goods
    code, line = lines
    quantity, value, currency = amounts
    criterion = coded(_CRITERIA, keyed.choose(key, "origin criterion", _CRITERION_SHARES))
    hs6 = coded([f"{one:06d}" for one in goods.hs6.tolist()], code)
    unit = attribute("unit", coded(UNITS, goods.unit1[line]))
    content = joined(
        element("HS", hs6),
        element("Description", safe(pc.utf8_upper(coded(goods.names_en, line).cast(pa.string())))),
        element("OriginCriterion", criterion),
        element("Quantity", decimals(quantity, 2), unit),
        element("FOB", decimals(value, 2), attribute("currency", currency)),
    )
    return element("Item", content, attribute("no", pa.array(place)))


def _send(outbox: Outbox, key: Keys, name: pa.Array, issued: Ints, text: pa.Array) -> None:
    """Hand over certificates as they are issued; older ones come in the first days of a run."""
    sent = issued * DAY_SECONDS + keyed.integers(key, "sent at", 30_000, 160_000)
    begin = outbox.plan.first_day * DAY_SECONDS
    sent = np.maximum(sent, begin + keyed.integers(key, "first load", 0, DAY_SECONDS))
    file = joined(name, "_", pc.replace_substring(dates(issued).cast(pa.string()), "-", ""))
    outbox.put("co_form", sent, {"name": file, "text": text})
