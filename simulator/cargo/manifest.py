"""Manifests: what carriers say is on board, call by call, with later revisions.

Bills of one call come from declarations of many days, so rows are handed over bill by bill and
`group_calls` makes the outside lines of a day of them. Carriers weigh four bills of five
themselves and copy the shipper's mass for the rest. A revision sends the whole call again:
mistyped masses and packages, bills left out at first, bills changed to transit. Notice periods:
12 hours before arrival by sea, 3 by air (Decree 08/2015); all rates are typical figures of ours.
Exports have no lines: the format is one of arrivals.
"""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.cargo import calls as means
from simulator.cargo.bill_lines import TRANSIT, Told, bill_lines
from simulator.cargo.calls import MODES, SEA, Calls
from simulator.cargo.consignments import Consignments, further_bill_keys
from simulator.cargo.shipments import Describe, Outbox, Shipments, Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import (
    Bools,
    Floats,
    Ints,
    coded,
    constant,
    numbers_within,
    pick,
    runs_of,
)
from simulator.kernel.glyphs import fixed, gathered, hexes, joined, merged, stamps
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import one_at_least
from simulator.reference.regimes import IMPORT

_NOTICE_HOURS = np.array([12.0, 3.0, 2.0, 1.0])
_MORE_HOURS = np.array([18.0, 4.0, 4.0, 6.0])
_REVISED_SHARE, _LATER_SHARE = 0.08, 0.0008
_LEAST_WAIT, _MEAN_WAIT = 3600, 100_000.0
_COPIED_SHARE, _WEIGHING_ERROR = 0.2, 0.006
_CHANGED_SHARE, _LATE_BILL_SHARE, _REROUTED_SHARE = 0.04, 0.01, 0.12
_MASS_SHARE = 0.6
_PASSING_SHARE, _PASSING_KG_E1 = 0.04, 120_000.0
_TYPO_FACTORS = np.array([0.1, 0.9, 1.1, 10.0, 0.5])


@dataclass(frozen=True, slots=True)
class Bills:
    """Bills on manifests, one position each; those in transit through here come last.

    Attributes:
        row: Declaration that leads the bill (or whose call a bill in transit shares).
        key: Identity of the bill.
        place: Which bill of its declaration it is, from 0.
        is_passing: In transit, declared by nobody here.
        is_revised: Its call is sent again on another day.
        is_changed: The carrier first told something wrong.
        gross_e1, packages, m3_e2: What the carrier knows in the end; tenths of kg, hundredths of
            m3.
        transit: Whether it is told as transit in the end.
    """

    row: Ints
    key: Keys
    place: Ints
    is_passing: Bools
    is_revised: Bools
    is_changed: Bools
    gross_e1: Ints
    packages: Ints
    m3_e2: Ints
    transit: Ints


def put_manifests(
    outbox: Outbox,
    around: Surroundings,
    shipments: Shipments,
    consignments: Consignments,
    describe: Describe,
) -> None:
    """Hand over the bills of arriving calls to the table `manifest`, to be grouped.

    A row of revision 1 may carry the bill as it is in the next revision (`later`); a call of which
    the revision comes on another day is handed over twice.
    """
    bills = _bills(shipments, consignments)
    if not len(bills.row):
        return
    calls = _calls_of(consignments, bills.row)
    lined = (around, shipments, consignments, describe)
    edited = shipments.bill_edited[bills.row] & ~bills.is_passing
    is_second = bills.is_revised | bills.is_changed | edited
    again = np.flatnonzero(is_second)
    first = bill_lines(*lined, bills.row, _first_told(bills))
    second = bill_lines(*lined, bills.row[again], _second_told(bills, edited, again))
    second = merged(len(bills.row), [(again, second)])
    is_later = is_second & ~bills.is_revised
    later = pc.if_else(pa.array(is_later), second, pa.scalar(None, pa.string()))
    heads = _heads(around, consignments, bills, calls)
    moment = _notice(calls)
    left_out = bills.is_revised & keyed.happens(bills.key, "left out", _LATE_BILL_SHARE)
    _put(outbox, moment, heads | {"bill": first, "later": later}, (np.flatnonzero(~left_out), 1))
    wait = keyed.exponential(calls.key, "next revision", _MEAN_WAIT).astype(np.int64)
    columns = heads | {"bill": second, "later": pa.nulls(len(first), pa.string())}
    revised = np.flatnonzero(bills.is_revised)
    _put(outbox, moment + _LEAST_WAIT + wait, columns, (revised, 2))


def _put(
    outbox: Outbox, moment: Ints, columns: dict[str, pa.Array], part: tuple[Ints, int]
) -> None:
    rows, revision = part
    if not len(rows):
        return
    taken = pa.array(rows)
    chosen = {name: column.take(taken) for name, column in columns.items()}
    chosen["revision"] = constant(str(revision), len(rows))
    outbox.put("manifest", moment[rows], chosen)


def _calls_of(consignments: Consignments, rows: Ints) -> Calls:
    return pick(consignments.calls, rows)


def _bills(shipments: Shipments, consignments: Consignments) -> Bills:
    mode = consignments.calls.mode
    leads = np.flatnonzero(shipments.leads & (shipments.direction == IMPORT) & (mode >= 0))
    has_companion = (mode[leads] == SEA) & keyed.happens(
        shipments.bill_key[leads], "bill in transit", _PASSING_SHARE
    )
    passing = leads[has_companion]
    counts = consignments.bills[leads]
    own, place = np.repeat(leads, counts), numbers_within(counts)
    row, place = np.concatenate([own, passing]), np.concatenate([place, 0 * passing])
    is_passing = np.arange(len(row)) >= len(own)
    first = shipments.bill_key[own]
    companion = keyed.derive(shipments.bill_key[passing], "bill in transit")
    further = further_bill_keys(first, place[: len(own)])
    key = np.concatenate([np.where(place[: len(own)] > 0, further, first), companion])
    share = np.concatenate([_shares(further, counts), np.ones(len(passing))])
    is_revised = keyed.happens(consignments.calls.key[row], "revised", _REVISED_SHARE)
    chance = np.where(is_revised, _CHANGED_SHARE, _LATER_SHARE)
    part = one_at_least(shipments.bill_packages[row] * share)
    return Bills(
        row=row,
        key=key,
        place=place,
        is_passing=is_passing,
        is_revised=is_revised,
        is_changed=keyed.happens(key, "changed", chance),
        gross_e1=_weighed_e1(shipments, row, (key, share), is_passing),
        packages=np.where(is_passing, keyed.integers(key, "packages", 1, 900), part),
        m3_e2=one_at_least(shipments.bill_m3_e2[row] * share),
        transit=(is_passing | keyed.happens(key, "transit told", 0.002)).astype(np.int64),
    )


def _shares(key: Keys, counts: Ints) -> Floats:
    """Return the share of each bill in the goods of its declaration; `counts` bills each."""
    weight = 0.5 + keyed.uniform(key, "share of the goods")
    group = runs_of(counts)
    share: Floats = weight / np.bincount(group, weight, minlength=len(counts))[group]
    return share


def _weighed_e1(
    shipments: Shipments, row: Ints, part: tuple[Keys, Floats], is_passing: Bools
) -> Ints:
    """Return the gross mass carriers know, tenths of kg, rounded as they write it.

    Args:
        shipments: All declarations.
        row: Declaration of each bill.
        part: Identity of each bill and its share in the declaration's goods.
        is_passing: Whether it is in transit through here.
    """
    key, share = part
    true_e1 = shipments.bill_true_kg_e2[row] * share / 10
    weighed = true_e1 * (1.0 + _WEIGHING_ERROR * keyed.normal(key, "carrier weighs"))
    is_copied = keyed.happens(key, "mass copied", _COPIED_SHARE)
    gross = np.where(is_copied, shipments.bill_kg_e2[row] * share / 10, weighed)
    own = keyed.exponential(key, "mass in transit", _PASSING_KG_E1)
    gross = np.where(is_passing, own, gross)
    step = np.where(gross > 200_000, 100, np.where(gross > 1000, 10, 1))  # noqa: PLR2004
    return one_at_least(gross, step)


def _notice(calls: Calls) -> Ints:
    """Return the second at which the carrier sends its manifest, the same for a whole call."""
    more = keyed.uniform(calls.key, "notice") * _MORE_HOURS[calls.mode]
    moment: Ints = calls.arrived - ((_NOTICE_HOURS[calls.mode] + more) * 3600).astype(np.int64)
    return moment


def _first_told(bills: Bills) -> Told:
    """Return gross, packages and transit as first told: some are mistyped."""
    factor = _TYPO_FACTORS[keyed.integers(bills.key, "typo", 0, len(_TYPO_FACTORS))]
    is_mass = keyed.happens(bills.key, "mass mistyped", _MASS_SHARE)
    mistyped = one_at_least(bills.gross_e1 * factor)
    miscount = keyed.integers(bills.key, "miscount", 1, 9) * (bills.is_changed & ~is_mass)
    return Told(
        key=bills.key,
        is_passing=bills.is_passing,
        place=bills.place,
        gross_e1=np.where(bills.is_changed & is_mass, mistyped, bills.gross_e1),
        m3_e2=bills.m3_e2,
        packages=bills.packages + miscount,
        transit=bills.transit,
    )


def _second_told(bills: Bills, edited: Bools, rows: Ints) -> Told:
    """Return gross, packages and transit of some bills as told in the next revision."""
    rerouted = bills.is_changed & keyed.happens(bills.key, "rerouted", _REROUTED_SHARE)
    transit = np.where(rerouted | edited, TRANSIT, bills.transit)
    told = Told(
        bills.key,
        bills.is_passing,
        bills.place,
        bills.gross_e1,
        bills.m3_e2,
        bills.packages,
        transit,
    )
    return pick(told, rows)


def _heads(
    around: Surroundings, consignments: Consignments, bills: Bills, calls: Calls
) -> dict[str, pa.Array]:
    """Return what all bills of a call say alike, and the number by which they are ordered."""
    at_sea, in_air, on_rail, on_road = order = [
        np.flatnonzero(calls.mode == mode) for mode in range(len(MODES))
    ]
    plate = consignments.means.take(pa.array(bills.row[on_road]))
    lorries = means.Means(plate, plate, pa.nulls(len(on_road), pa.string()))
    told = (
        means.ships(calls, at_sea),
        means.flights(around, calls, in_air),
        means.trains(calls, on_rail),
        lorries,
    )
    columns = {
        f"means.{field.name}": merged(
            len(bills.row),
            [(rows, getattr(one, field.name)) for rows, one in zip(order, told, strict=True)],
        )
        for field in fields(means.Means)
    }
    return {
        "id": joined("M", fixed(hexes(calls.key))),
        "mode": coded(MODES, calls.mode),
        **columns,
        "arrival": stamps(calls.arrived),
        "port": consignments.discharged_at.take(pa.array(bills.row)),
        "no": fixed(hexes(bills.key)),
    }


def group_calls(rows: pa.Table, _day: int = 0) -> pa.Table:
    """Return the manifest lines of a day, one a call and revision, from bills handed over.

    Args:
        rows: What `put_manifests` handed over for the day, in any order.
        _day: The day; the rows say everything.

    Returns:
        The outside columns (`bills` is raw JSON), and `_moment` where the rows have it. A call
        with bills that change on the same day gives two lines.
    """
    order = pc.sort_indices(
        rows, [("id", "ascending"), ("revision", "ascending"), ("no", "ascending")]
    )
    taken = rows.take(order)
    columns = {name: _unpacked(taken[name].combine_chunks()) for name in rows.column_names}
    calls = joined(columns["id"], columns["revision"]).to_numpy(zero_copy_only=False)
    starts = np.flatnonzero(np.concatenate([[True], calls[1:] != calls[:-1]]))
    counts = np.diff(np.append(starts, len(calls)))
    has_later = np.asarray(pc.is_valid(columns["later"]))
    again = np.flatnonzero(np.add.reduceat(has_later.astype(np.int64), starts) > 0)
    later = pc.coalesce(columns["later"], columns["bill"])
    lines = {
        "bills": pa.concat_arrays(
            [
                _in_list(columns["bill"], counts),
                _in_list(later, counts).take(pa.array(again)),
            ]
        ),
        "revision": pa.concat_arrays(
            [
                columns["revision"].take(pa.array(starts)),
                pa.array(["2"]).take(pa.array(again * 0)),
            ]
        ),
    }
    line_rows = pa.array(np.concatenate([starts, starts[again]]))
    outside = ("_moment", "id", "mode", "means.name", "means.id", "means.voyage", "arrival", "port")
    heads = {name: columns[name].take(line_rows) for name in outside if name in columns}
    return pa.table(heads | lines)


def _unpacked(column: pa.Array) -> pa.Array:
    """Return dictionaries and the revision as plain text; moments stay."""
    if pa.types.is_dictionary(column.type) or pa.types.is_null(column.type):
        return column.cast(pa.string())
    return column


def _in_list(texts: pa.Array, counts: Ints) -> pa.Array:
    return joined("[", gathered(texts, counts, ","), "]")
