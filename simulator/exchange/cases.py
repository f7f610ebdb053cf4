"""Seizures and cases: what control found and would not settle at the desk, and what else happens.

Cases from declarations are findings that claim a large sum, right or wrong, and say what control
believes; most cases have no declaration: they come from the green border, from passengers and from
the market. Published: 15,121 cases from
2024-12-15 to 2025-10-14, of which some 16 were prosecuted and 100 handed over; the rest are figures
of our own.
"""

import numpy as np
import pyarrow as pa

from simulator.block import Block
from simulator.control.beliefs import as_believed
from simulator.control.inspections import in_office_hours
from simulator.control.lifecycle import NEVER
from simulator.delivery.outbox import Outbox
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, dates, numbers_within, whole
from simulator.kernel.glyphs import fixed, hexes, joined
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import to_steps
from simulator.nation import Nation
from simulator.papers.paper import as_text, declaration_numbers
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.offices import codes
from simulator.trade.irregularities import differs_in
from simulator.trade.valuation import full_values

LEAST_EVADED_VND = 50_000_000
_CASES_A_DAY = 49.0
STATUSES = ("OPEN", "DECIDED", "TRANSFERRED", "PROSECUTED")
_END_SHARES = (0.0, 0.991, 0.007, 0.002)
_FOUND = (
    "Khai sai so với hàng thực nhập", "Khai sai trị giá", "Khai sai số lượng", "Khai sai xuất xứ",
    "Khai sai mã số hàng hoá",
)  # fmt: skip
_ELSEWHERE = (
    "Vận chuyển trái phép hàng hoá qua biên giới", "Buôn lậu", "Tàng trữ hàng nhập lậu",
    "Không khai báo ngoại tệ", "Xâm phạm quyền sở hữu trí tuệ", "Vận chuyển hàng cấm",
)  # fmt: skip
_OWNERLESS_SHARE, _CLOSED_SHARE = 0.35, 0.8
_LN_VALUE, _LN_VALUE_SD = 16.5, 1.9


def put_cases(outbox: Outbox, nation: Nation, block: Block, days: Ints) -> None:
    """Hand over `cases` of a block: those that checks began, and those without a declaration."""
    if outbox.wants("cases"):
        _put_found(outbox, nation, block)
        _put_elsewhere(outbox, nation, days)


def _put(outbox: Outbox, key: Keys, begun: Ints, columns: dict[str, pa.Array]) -> None:
    """Hand over each case when it is opened, and most of them again when they end."""
    columns = columns | {
        "id": joined("VA", fixed(hexes(key, 12))),
        "date": dates(begun // DAY_SECONDS),
    }
    count = len(key)
    opened = coded(STATUSES, np.zeros(count, dtype=np.int64))
    outbox.put("cases", begun, columns | {"status": opened})
    ended = in_office_hours(
        begun + keyed.integers(key, "ends after", 8 * DAY_SECONDS, 120 * DAY_SECONDS)
    )
    rows = pa.array(np.flatnonzero(keyed.happens(key, "ends", _CLOSED_SHARE)))
    again = {name: column.take(rows) for name, column in columns.items()}
    status = coded(STATUSES, keyed.choose(key, "end", _END_SHARES)).take(rows)
    outbox.put("cases", ended[rows.to_numpy()], again | {"status": status})


def _put_found(outbox: Outbox, nation: Nation, block: Block) -> None:
    checks, findings = block.checks, block.findings
    batch = as_believed(nation, block.batch, checks, findings)
    stands: Bools = block.lives.cancelled[batch.owner[findings.item]] == NEVER
    large = np.flatnonzero((batch.evaded_vnd[findings.item] >= LEAST_EVADED_VND) & stands)
    if not len(large):
        return
    item, check = findings.item[large], findings.check[large]
    owner = batch.owner[item]
    key = keyed.derive(batch.true.key[item], "case")
    wait = keyed.integers(key, "opened after", DAY_SECONDS, 9 * DAY_SECONDS)
    begun = in_office_hours(checks.ended[check] + wait)
    number = declaration_numbers(batch)
    value = full_values(nation, batch.roster, batch.deals, batch.true)
    _put(
        outbox,
        key,
        begun,
        {
            "office": codes(nation.offices, batch.deals.office[owner], begun // DAY_SECONDS),
            "offence": coded(_FOUND, differs_in(batch, item, by_certificate=False)),
            "subject": nation.actors.texts.codes_of(batch.deals.trader[owner]),
            "decl": as_text(number[owner]),
            "goods": coded(nation.goods.names_vi, batch.true.line[item]),
            "value_vnd": whole(value[item]),
        },
    )


def _put_elsewhere(outbox: Outbox, nation: Nation, days: Ints) -> None:
    day_key = keyed.derive(nation.root("cases"), "day", days)
    counts = keyed.poisson(day_key, "cases", _CASES_A_DAY * nation.scale)
    if not counts.sum():
        return
    day = np.repeat(days, counts)
    place = numbers_within(counts)
    key = keyed.derive(np.repeat(day_key, counts), "case", place)
    handling = np.flatnonzero(nation.offices.import_weight > 0)
    office = handling[keyed.integers(key, "office", 0, len(handling))]
    ownerless = keyed.happens(key, "ownerless", _OWNERLESS_SHARE)
    person = keyed.integers(key, "person", 10**9, 10**11)
    worth = np.exp(_LN_VALUE + _LN_VALUE_SD * keyed.normal(key, "worth"))
    document = pa.array([f"{number:012d}" for number in person.tolist()], mask=ownerless)
    line = keyed.choose(key, "goods", nation.goods.import_weight)
    _put(
        outbox,
        key,
        day * DAY_SECONDS + keyed.integers(key, "opened", 3_600, 82_800),
        {
            "office": codes(nation.offices, office, day),
            "offence": coded(_ELSEWHERE, keyed.choose(key, "offence", (30, 12, 22, 10, 14, 12))),
            "subject": document,
            "goods": coded(nation.goods.names_vi, line),
            "value_vnd": whole(to_steps(worth, 1_000)),
        },
    )
