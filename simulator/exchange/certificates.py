"""Certificates of origin as other countries send them: XML, one certificate a file.

Only some are exchanged electronically, most of them form D of ASEAN (published: some 85,000 a year
received; about 70,000 a year here). Goods, quantity and number agree with the declaration for
honest traders, issued by a country on the way (back to back) for a few. A forged number mostly has
no certificate, or one about other goods; one that is used again and again has one about a single
shipment, where an honest one for two months covers what comes.
Shares are typical figures of our own.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.actors.kinds import INCOTERMS
from simulator.actors.partners import partner_names
from simulator.block import Block
from simulator.delivery.outbox import Outbox
from simulator.exchange.certificate_text import (
    WAYS,
    form_texts,
    item_elements,
    send,
    wrapped,
)
from simulator.exchange.reused_certificates import put_used_again, way_of
from simulator.exchange.xml_text import inside
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, coded, dates
from simulator.kernel.keyed import Keys
from simulator.mechanisms.false_certificate import FalseCertificate
from simulator.nation import Nation
from simulator.papers.numbers import certificate_texts
from simulator.reference.agreements import FORMS, ORDINARY, SCHEDULES, UNTAXED
from simulator.reference.certificates import is_standing, issued_days
from simulator.reference.declaration_kinds import BRANCH, PRIMARY
from simulator.reference.exchange import CURRENCIES

_ELECTRONIC = {"D": 0.135, "AK": 0.03, "VK": 0.03, "E": 0.008}
_BY_FORM = np.array([_ELECTRONIC.get(FORMS.get(name, ""), 0.0) for name in SCHEDULES])
_HUBS = ("SG", "TH", "MY")
_BACK_TO_BACK_SHARE, _OTHER_CODE_SHARE = 0.04, 0.02
_FORGED_EXISTS_SHARE, _OTHER_GOODS_SHARE = 0.3, 0.5
_FOB_PERCENT = np.array([100 if term in {"FOB", "EXW", "FCA"} else 94 for term in INCOTERMS])


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
    result: Bools = block.batch.planted.mechanism == nation.place_of(FalseCertificate.name)
    return result


def put_certificates(outbox: Outbox, nation: Nation, block: Block, days: Ints) -> None:
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
        send(outbox, lines.key[lines.first], name, issued, _texts(nation, block, lines, issued))
    put_used_again(outbox, nation, days, _BY_FORM)


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
    way = way_of(deals.transport[owner])
    names = partner_names(nation.partners, deals.partner[owner], 0 * owner).cast(pa.string())
    other = np.where(
        keyed.happens(lines.key, "other goods", _OTHER_GOODS_SHARE) & lines.is_other,
        keyed.integers(lines.key, "which goods", 0, len(goods)),
        batch.declared.line[lines.row],
    )
    less = np.where(lines.is_other, 0.2 + 0.6 * keyed.uniform(lines.key, "less"), 1.0)
    items = _items(nation, block, lines, other, less)
    form = form_texts(batch.duties.schedule[head])
    return wrapped(
        form,
        certificate_texts(
            batch.declared.certificate[head], batch.duties.schedule[head],
            np.zeros(len(head), dtype=bool),
        ),
        dates(issued),
        coded(nation.countries.codes, np.where(passes, hub, origin)),
        (names, nation.actors.texts.tax_codes.take(pa.array(deals.trader[owner])),
         nation.actors.texts.names.take(pa.array(deals.trader[owner])), coded(WAYS, way)),
        inside(items, lines.counts),
    )  # fmt: skip


def _items(nation: Nation, block: Block, lines: _Lines, line: Ints, less: Floats) -> pa.Array:
    """Return the element of each item."""
    batch, goods = block.batch, nation.goods
    told, row = batch.declared, lines.row
    place = np.arange(len(row)) - np.repeat(lines.first, lines.counts) + 1
    filed = np.where(
        keyed.happens(told.key[row], "exporter's code", _OTHER_CODE_SHARE)
        & (goods.sibling[line] >= 0),
        goods.sibling[line],
        line,
    )
    # Things that are counted come whole, on a forged paper too.
    unit = np.where(goods.is_counted[line], 100, 1)
    quantity = np.maximum(np.rint(told.quantity_e2[row] / unit * less), 1.0).astype(np.int64) * unit
    percent = _FOB_PERCENT[batch.deals.incoterm][lines.owner]
    value = np.maximum(np.rint(told.value_e2[row] * less * percent / 100), 1).astype(np.int64)
    key = told.key[row]
    currency = batch.deals.currency[lines.owner]
    return item_elements(
        nation, key, place, (filed, line), (quantity, value, coded(CURRENCIES, currency))
    )
