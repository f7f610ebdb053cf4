"""Rows of `chungtu` and `cont`: the supporting documents and containers of one version."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.actors.kinds import AIR
from simulator.cargo.containers import EMPTY, FULL, VNACCS_SIZES
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, coded, dates, numbered, whole
from simulator.nation import Nation
from simulator.papers.numbers import (
    GRANTED_BEFORE_DAYS,
    LICENCE_DAYS,
    certificate_texts,
    invoice_days,
    invoice_numbers,
    licence_numbers,
    shows_certificate,
)
from simulator.papers.paper import Paper, country_texts
from simulator.reference.agreements import FORMS, SCHEDULES
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.certificates import issued_days
from simulator.reference.goods import LICENCES
from simulator.reference.ministries import licensing_body
from simulator.reference.regimes import IMPORT, position

KINDS = ("INV", "BOL", "AWB", "CO", "GP", "CITES", "CON", "DM", "ETC")
INVOICE, BILL, WAYBILL, CERTIFICATE, LICENCE, CITES, CONTRACT, NORMS, OTHER = range(9)
MEDIA = ("DL", "AN", "GI")
# By kind: data, image, paper. The programme wants 95 % of documents as data by 2025; how far it is
# for each kind is an assumption.
_MEDIA_WEIGHTS = np.array([
    (62, 35, 3), (70, 26, 4), (80, 18, 2), (58, 36, 6), (72, 24, 4), (72, 24, 4), (20, 70, 10.0),
    (40, 52, 8), (30, 60, 10),
])  # fmt: skip
# Shares of declarations with a contract, of processed exports with the norms of their product, and
# of declarations with anything else (packing list, catalogue, analysis): assumption.
_CONTRACT_SHARE, _NORMS_SHARE, _OTHER_SHARE = 0.35, 0.15, 0.22
# Of those who share a container with others, the share that lists it: assumption.
_SHARED_BOX_SHARE = 0.3
_WITH_NORMS = tuple(position(code) for code in ("E52", "E62"))


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
    number = invoice_numbers(roster.deal_key)
    everyone = np.arange(len(roster))
    return _Documents(everyone, np.full(len(roster), INVOICE), number, invoice_days(roster))


def _bills(paper: Paper) -> list[_Documents]:
    """Return the bills of declarations, the first of each, then the second and so on.

    What is named was issued by then: an export whose goods are not yet on board shows no bill.
    """
    cargo, roster = paper.consignments, paper.batch.roster
    sailed = keyed.integers(roster.deal_key, "sailed", 1, 18)
    issued = cargo.arrived[paper.rows] // DAY_SECONDS - sailed
    is_import = paper.batch.deals.direction == IMPORT
    issued = np.where(is_import, np.minimum(issued, roster.day), issued)
    kind = np.where(paper.batch.deals.transport == AIR, WAYBILL, BILL)
    found = []
    for numbers in (cargo.bill_numbers, *cargo.further_bills):
        own = numbers.take(pa.array(paper.rows))
        rows = np.flatnonzero(np.asarray(own.is_valid()) & (issued <= roster.day))
        found.append(_Documents(rows, kind[rows], own.take(pa.array(rows)), issued[rows]))
    return found


def _certificates(nation: Nation, paper: Paper) -> _Documents:
    items, roster = paper.batch.declared, paper.batch.roster
    schedule = paper.batch.duties.schedule
    proven = np.flatnonzero(shows_certificate(paper.batch))
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
        kind=np.where(kind == LICENCES.index("CITES"), CITES, LICENCE),
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


def _norms(paper: Paper) -> _Documents:
    """Return the norms of products that go out: a paper of the firm, made before the deal."""
    roster, deals = paper.batch.roster, paper.batch.deals
    has = keyed.happens(roster.deal_key, "norms attached", _NORMS_SHARE)
    rows = np.flatnonzero(has & np.isin(deals.regime, _WITH_NORMS))
    number = numbered("DM", keyed.integers(roster.deal_key, "norms", 0, 10**9), 9)
    made = roster.deal_day[rows] - keyed.integers(roster.deal_key[rows], "norms made", 5, 200)
    return _Documents(rows, np.full(len(rows), NORMS), number.take(pa.array(rows)), made)


def _others(paper: Paper, taken: Ints) -> _Documents:
    """Return other papers; at most three attachments go with a declaration, `taken` have them."""
    roster = paper.batch.roster
    has = keyed.happens(roster.deal_key, "other paper", _OTHER_SHARE)
    has[taken] = False
    rows = np.flatnonzero(has)
    number = numbered("PL", keyed.integers(roster.deal_key, "other number", 0, 10**9), 9)
    made = roster.deal_day[rows] - keyed.integers(roster.deal_key[rows], "other made", 1, 20)
    return _Documents(rows, np.full(len(rows), OTHER), number.take(pa.array(rows)), made)


def _texts(parts: list[_Documents], name: str, order: Ints) -> pa.Array:
    columns = []
    for part in parts:
        own = getattr(part, name)
        missing = pa.nulls(len(part.declaration), pa.string())
        columns.append(missing if own is None else own.cast(pa.string()))
    return pa.concat_arrays(columns).take(pa.array(order))


def document_columns(nation: Nation, paper: Paper) -> tuple[Ints, dict[str, pa.Array]]:
    """Return the declaration of each row of `chungtu` and its columns."""
    contracts, norms = _contracts(paper), _norms(paper)
    parts = [
        _invoices(paper),
        *_bills(paper),
        _certificates(nation, paper),
        _licences(nation, paper),
        contracts,
        norms,
        _others(paper, np.intersect1d(contracts.declaration, norms.declaration)),
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
    """Return the declaration of each row of `cont` and its columns.

    A box that several consignees share is listed by few of them; one whose goods are stuffed at
    the port after the registration is declared empty.
    """
    del nation
    cargo = paper.consignments
    boxes = cargo.containers
    place = np.full(int(paper.rows.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[paper.rows] = np.arange(len(paper.rows))
    inside = boxes.owner < len(place)
    shared = np.flatnonzero(inside & cargo.is_groupage[boxes.owner])
    shared = shared[place[boxes.owner[shared]] >= 0]
    deal = paper.batch.roster.deal_key[place[boxes.owner[shared]]]
    is_listed = boxes.is_declared.copy()
    is_listed[shared] = keyed.happens(deal, "lists its box", _SHARED_BOX_SHARE)
    mine = np.flatnonzero(inside & is_listed)
    mine = mine[place[boxes.owner[mine]] >= 0]
    rows, at = place[boxes.owner[mine]], pa.array(mine)
    is_empty = boxes.stuffed[mine] > paper.batch.roster.registered[rows]
    return rows, {
        "SO_TK": paper.of_declaration(rows),
        "SO_CONT": boxes.numbers.take(at),
        "SO_SEAL": boxes.seals.take(at),
        "MA_LOAI": coded(VNACCS_SIZES, boxes.size[mine]),
        "RONG_DAY": coded((FULL, EMPTY), is_empty.astype(np.int64)),
    }
