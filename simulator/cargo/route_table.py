"""The table `tuyen`: approved routes as they hold, renewed every five years.

Approval runs for five years (assumption); its renewal is entered some days around its end, so that
a few honest trips follow a route whose time is over. New codes of offices are entered at once.
"""

import numpy as np
import pyarrow as pa

from simulator.cargo.routes import NODES, STEPS, Routes
from simulator.cargo.shipments import OfficeCodes
from simulator.delivery.numbering import MOMENT
from simulator.delivery.outside_table import OPERATION
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, dates, decimals, numbered, whole
from simulator.kernel.glyphs import DAY_SECONDS, gathered, joined
from simulator.reference.calendar import OFFICE_OPENS, OFFICE_SECONDS

TERM_DAYS = 1_826
_FIRST_APPROVED = 14_245  # 2009-01-01
_RENEWED_BEFORE, _RENEWED_AFTER = 25, 12


def route_codes(route: Ints, mask: Bools | None = None) -> pa.Array:
    """Return MA_TUYEN of routes, null where `mask` is true."""
    codes = numbered("T", route + 1, 5)
    return codes if mask is None else codes.take(pa.array(np.arange(len(route)), mask=mask))


def route_rows(
    routes: Routes, office_codes: OfficeCodes, days: tuple[int, int], recoded_day: int
) -> pa.Table:
    """Return the rows of `tuyen` with their moments and operations, unordered.

    Args:
        routes: The routes.
        office_codes: Office positions and days to codes.
        days: First and last day written; what holds on the first comes on it as new.
        recoded_day: Day on which offices get other codes.
    """
    first, last = days
    own = np.flatnonzero(routes.is_open)
    since = _FIRST_APPROVED + keyed.integers(routes.key[own], "approved", 0, TERM_DAYS)
    terms = (last + _RENEWED_BEFORE - _FIRST_APPROVED) // TERM_DAYS + 1
    row, term = np.divmod(np.arange(len(own) * terms), terms)
    begins = since[row] + term * TERM_DAYS
    key = keyed.derive(routes.key[own[row]], "approval", term)
    shift = keyed.integers(key, "entered", -_RENEWED_BEFORE, _RENEWED_AFTER)
    entered = begins + np.where(term > 0, shift, 0)
    # The last approval before the first day holds on it; each later one changes it.
    newest = np.zeros(len(own), dtype=np.int64)
    np.maximum.at(newest, row[entered <= first], term[entered <= first])
    known = np.where(term == newest[row], first, entered)
    kept = np.flatnonzero((term >= newest[row]) & (known <= last))
    parts = [(own[row[kept]], begins[kept], known[kept], (term == newest[row])[kept])]
    if first < recoded_day <= last:
        told = np.where(entered <= recoded_day, term, -1).reshape(len(own), terms).max(axis=1)
        again = since + np.maximum(told, 0) * TERM_DAYS
        day = np.full(len(own), recoded_day)
        parts.append((own, again, day, np.zeros(len(own), dtype=np.bool_)))
    route, begins, day, is_new = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _columns(routes, office_codes, (route, begins, day, is_new))


def _columns(
    routes: Routes, office_codes: OfficeCodes, known: tuple[Ints, Ints, Ints, Bools]
) -> pa.Table:
    route, begins, day, is_new = known
    second = keyed.integers(
        keyed.derive(routes.key[route], "entry", day), "second", 0, OFFICE_SECONDS
    )
    stops = routes.stops[route]
    stop_row, stop = np.nonzero(stops >= 0)
    return pa.table(
        {
            MOMENT: pa.array(day * DAY_SECONDS + OFFICE_OPENS + second),
            OPERATION: coded(("U", "I"), is_new.astype(np.int64)),
            "MA_TUYEN": route_codes(route),
            "MA_HQ_DI": office_codes(routes.origin[route], day),
            "MA_HQ_DEN": office_codes(routes.destination[route], day),
            "DUONG": _points(
                routes, np.repeat(route, NODES), np.tile(np.arange(NODES), len(route)),
                np.full(len(route), NODES),
            ),
            "RONG_KM": decimals(routes.width_km_e1[route], 1),
            "SO_GIO": whole(routes.hours[route]),
            "DIEM_DUNG": _points(
                routes, route[stop_row], stops[stop_row, stop], (stops >= 0).sum(axis=1)
            ),
            "TU_NGAY": dates(begins),
            "DEN_NGAY": dates(begins + TERM_DAYS - 1),
        }
    )  # fmt: skip


def _points(routes: Routes, route: Ints, node: Ints, counts: Ints) -> pa.Array:
    """Return runs of points as `lat lon` with `;` between them, null for an empty run."""
    place = np.rint(routes.path[route, node] * STEPS).astype(np.int64)
    north, east = (decimals(place[:, axis], 4).cast(pa.string()) for axis in (0, 1))
    text = gathered(joined(north, " ", east), counts, ";")
    return text.take(pa.array(np.arange(len(counts)), mask=counts == 0))
