"""Rows of `chungtu` and `cont`: the supporting documents and containers of one version."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.cargo.containers import FULL, VNACCS_SIZES
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, coded, dates, numbered, whole
from simulator.nation import Nation
from simulator.papers.numbers import (
    GRANTED_BEFORE_DAYS,
    LICENCE_DAYS,
    certificate_texts,
    licence_numbers,
)
from simulator.papers.paper import Paper, country_texts
from simulator.reference.agreements import FORMS, ORDINARY, SCHEDULES, UNTAXED
from simulator.reference.certificates import issued_days
from simulator.reference.ministries import licensing_body
from simulator.reference.regimes import IMPORT

KINDS = ("INV", "BOL", "AWB", "CO", "GP", "CON")
INVOICE, BILL, WAYBILL, CERTIFICATE, LICENCE, CONTRACT = range(6)
MEDIA = ("DL", "AN", "GI")
# By kind: data, image, paper. The programme wants 95 % of documents as data by 2025; how far it is
# for each kind is an assumption.
_MEDIA_WEIGHTS = np.array([
    (62, 35, 3), (70, 26, 4), (80, 18, 2), (58, 36, 6), (72, 24, 4), (20, 70, 10.0),
])  # fmt: skip
_AIR = 1
_CONTRACT_SHARE = 0.35


def _first_of(owner: Ints, which: Ints) -> Ints:
    """Return the first position of each different (owner, which) pair, ascending."""
    if not len(owner):
        return owner
    _, first = np.unique(owner * 1_000 + which, return_index=True)
    return np.sort(first)


@dataclass(frozen=True, slots=True)
class _Documents:
    """Documents of one kind, one position each; texts may be None for no text at all."""

    declaration: Ints
    kind: Ints
    number: pa.Array
    day: Ints
    issuer: pa.Array | None = None
    form: pa.Array | None = None


def _invoices(paper: Paper) -> _Documents:
    roster = paper.batch.roster
    age = 1 + keyed.integers(roster.deal_key, "invoice age", 0, 25)
    number = numbered("INV-", keyed.integers(roster.deal_key, "invoice", 0, 10**8), 8)
    everyone = np.arange(len(roster))
    return _Documents(everyone, np.full(len(roster), INVOICE), number, roster.deal_day - age)


def _bills(paper: Paper) -> _Documents:
    cargo, key = paper.consignments, paper.batch.roster.deal_key
    numbers = cargo.bill_numbers.take(pa.array(paper.rows))
    rows = np.flatnonzero(np.asarray(numbers.is_valid()))
    issued = cargo.arrived[paper.rows] // 86_400 - keyed.integers(key, "sailed", 1, 18)
    kind = np.where(paper.batch.deals.transport == _AIR, WAYBILL, BILL)
    return _Documents(rows, kind[rows], numbers.take(pa.array(rows)), issued[rows])


def _certificates(nation: Nation, paper: Paper) -> _Documents:
    items, roster = paper.batch.declared, paper.batch.roster
    schedule = paper.batch.duties.schedule
    is_proven = (items.certificate > 0) & (schedule > ORDINARY) & (schedule < UNTAXED)
    proven = np.flatnonzero(is_proven)
    paper_key = keyed.derive(items.certificate[proven], "listed", items.owner[proven])
    paper_key = keyed.derive(paper_key, "form", schedule[proven])
    proven = proven[np.sort(np.unique(paper_key, return_index=True)[1])]
    rows = items.owner[proven]
    shown = items.certificate[proven]
    nothing = np.zeros(len(proven), dtype=bool)
    return _Documents(
        declaration=rows,
        kind=np.full(len(rows), CERTIFICATE),
        number=certificate_texts(shown, schedule[proven], nothing),
        day=issued_days(shown, roster.deal_key[rows], roster.deal_day[rows]),
        issuer=country_texts(nation, items.origin[proven]),
        form=coded([FORMS.get(name, "") for name in SCHEDULES], schedule[proven]),
    )


def _licences(nation: Nation, paper: Paper) -> _Documents:
    items, deals, roster = paper.batch.declared, paper.batch.deals, paper.batch.roster
    licence = nation.goods.licence[items.line]
    licensed = np.flatnonzero((licence >= 0) & (deals.direction[items.owner] == IMPORT))
    licensed = licensed[_first_of(items.owner[licensed], licence[licensed])]
    rows, kind = items.owner[licensed], licence[licensed]
    day = roster.day[rows]
    granted = day // LICENCE_DAYS * LICENCE_DAYS - GRANTED_BEFORE_DAYS
    return _Documents(
        declaration=rows,
        kind=np.full(len(rows), LICENCE),
        number=licence_numbers(nation, deals.trader[rows], kind, day),
        day=granted,
        issuer=licensing_body(kind, granted),
    )


def _contracts(paper: Paper) -> _Documents:
    roster = paper.batch.roster
    rows = np.flatnonzero(keyed.happens(roster.deal_key, "contract", _CONTRACT_SHARE))
    number = numbered("HD", keyed.integers(roster.deal_key, "contract number", 0, 10**7), 7)
    signed = roster.deal_day[rows] - 40
    return _Documents(rows, np.full(len(rows), CONTRACT), number.take(pa.array(rows)), signed)


def _texts(parts: list[_Documents], name: str, order: Ints) -> pa.Array:
    columns = []
    for part in parts:
        own = getattr(part, name)
        missing = pa.nulls(len(part.declaration), pa.string())
        columns.append(missing if own is None else own.cast(pa.string()))
    return pa.concat_arrays(columns).take(pa.array(order))


def document_columns(nation: Nation, paper: Paper) -> tuple[Ints, dict[str, pa.Array]]:
    """Return the declaration of each row of `chungtu` and its columns."""
    parts = [
        _invoices(paper),
        _bills(paper),
        _certificates(nation, paper),
        _licences(nation, paper),
        _contracts(paper),
    ]
    rows = np.concatenate([part.declaration for part in parts])
    order = np.lexsort((np.arange(len(rows)), rows))
    rows = rows[order]
    starts = np.searchsorted(rows, rows)
    return rows, {
        "SO_TK": paper.of_declaration(rows),
        "STT_CT": whole(np.arange(len(rows)) - starts + 1),
        "LOAI_CT": coded(KINDS, np.concatenate([part.kind for part in parts])[order]),
        "SO_CT": _texts(parts, "number", order),
        "NGAY_CT": dates(np.concatenate([part.day for part in parts])[order]),
        "NOI_CAP": _texts(parts, "issuer", order),
        "MA_MAU": _texts(parts, "form", order),
        "DANG": _media(paper, rows, np.concatenate([part.kind for part in parts])[order]),
    }


def _media(paper: Paper, rows: Ints, kind: Ints) -> pa.Array:
    """Return in which form each document comes: as data, as an image or on paper."""
    key = keyed.derive(paper.batch.roster.deal_key[rows], "medium", kind)
    cumulative = keyed.stacked(_MEDIA_WEIGHTS)
    return coded(MEDIA, keyed.choose_row(key, "medium", cumulative, kind, len(MEDIA)))


def container_columns(nation: Nation, paper: Paper) -> tuple[Ints, dict[str, pa.Array]]:
    """Return the declaration of each row of `cont` and its columns."""
    del nation
    boxes = paper.consignments.containers
    place = np.full(int(paper.rows.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[paper.rows] = np.arange(len(paper.rows))
    inside = boxes.owner < len(place)
    mine = np.flatnonzero(inside & boxes.is_declared)
    mine = mine[place[boxes.owner[mine]] >= 0]
    rows, at = place[boxes.owner[mine]], pa.array(mine)
    return rows, {
        "SO_TK": paper.of_declaration(rows),
        "SO_CONT": boxes.numbers.take(at),
        "SO_SEAL": boxes.seals.take(at),
        "MA_LOAI": coded(VNACCS_SIZES, boxes.size[mine]),
        "RONG_DAY": coded((FULL,), np.zeros(len(mine), dtype=np.int64)),
    }
