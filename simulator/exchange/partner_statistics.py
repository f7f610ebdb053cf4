"""What partner countries publish of their trade with us: the other side of the mirror.

Made of what really came and went (true line, origin, mass and value), so undervaluation,
misclassification, transshipment and goods on no paper show as gaps, among the usual reasons for
gaps: goods sent by way of Hong Kong and Singapore, other months, CIF here and FOB there (a factor
of 1.05 to 1.10, the usual allowance of mirror studies), confidential cells, mistakes of reporting.
What passes through a third country to change its papers is told by either. A month is published two
months late. Shares and errors are typical figures of our own.
"""

import numpy as np
import pyarrow as pa

from simulator.actors.kinds import AIR, IS_WITHOUT_FREIGHT
from simulator.block import Block
from simulator.delivery.gathering import publish
from simulator.delivery.outbox import Outbox
from simulator.delivery.partial_sums import add_parts, added_up, leave_part
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, coded, constant, decimals, digits, whole
from simulator.kernel.rounding import one_at_least
from simulator.nation import Nation
from simulator.reference.calendar import year_month
from simulator.reference.declaration_kinds import PURPOSE_CHANGE, REDECLARED
from simulator.reference.regimes import IMPORT, REGIMES

NAME = "partner_sums"
# What moves across the border for good; the rest is in nobody's statistics of trade.
_COUNTED = np.array([code[0] in "ABEH" and code not in {"A42", "E23", "E54"} for code in REGIMES])
_BY_AIR_DAYS, _OTHERWISE_DAYS = (1, 5), (2, 32)
_HUBS = ("HK", "SG")
_BY_HUB_SHARE, _HUB_TELLS_SHARE = 0.7, 0.85
_LOW_FACTOR, _HIGH_FACTOR = 1.05, 1.10
_CONFIDENTIAL_SHARE, _SILENT_SHARE, _SUPPRESSED_USD_E2 = 0.03, 0.04, 100_000
_NOISE, _MISFILED_SHARE = 0.05, 0.01
_PUBLISHED_DAY, _LATE_MONTHS = 24, 2
# Of firms whose goods pass through a third country, how many have them told by it as its own.
_PASSED_TOLD_SHARE = 0.5


def put_partner_sums(outbox: Outbox, nation: Nation, block: Block) -> None:
    """Leave a block's sums of mass and value by month, reporter, direction and line."""
    if not outbox.wants("partner_statistics"):
        return
    batch, deals = block.batch, block.batch.deals
    stands = block.remains
    stands &= (
        _COUNTED[deals.regime]
        & (deals.at_home < 0)
        & ~np.isin(batch.roster.kind, (REDECLARED, PURPOSE_CHANGE))
    )
    low, high = _OTHERWISE_DAYS
    travelled = keyed.integers(batch.roster.deal_key, "partner's days", low, high)
    by_air = keyed.integers(batch.roster.deal_key, "partner's days by air", *_BY_AIR_DAYS)
    travelled = np.where(deals.transport == AIR, by_air, travelled)
    is_import = deals.direction == IMPORT
    day = batch.roster.day + np.where(is_import, -travelled, travelled)
    rows = np.flatnonzero(stands[batch.owner])
    owner, true = batch.owner[rows], batch.true
    usd = _usd_e2(nation, block, rows, owner)
    line, reporter = true.line[rows], _reporters(nation, block, rows)
    month = year_month(day)[owner]
    hidden_worth = block.batch.planted.hidden_worth[rows]
    extra = np.flatnonzero(hidden_worth)
    worth = hidden_worth[extra]
    code = cell_code(nation, month, reporter, deals.direction[owner], line)
    hidden_line = _hidden_lines(nation, true.key[rows[extra]])
    more = cell_code(nation, month[extra], reporter[extra], 0 * extra, hidden_line)
    kilograms = usd[extra] * worth / 100 / np.exp(nation.goods.log_price[hidden_line])
    kilograms = np.rint(kilograms * nation.goods.kg_per_unit[hidden_line] * 100)
    codes, (mass, value) = added_up(
        np.concatenate([code, more]),
        [
            np.concatenate([true.kg_e2[rows], kilograms.astype(np.int64)]),
            np.concatenate([usd, np.rint(usd[extra] * worth).astype(np.int64)]),
        ],
    )
    published = publication_day(codes // _cells(nation))
    leave_part(outbox, NAME, published, {"code": codes, "mass": mass, "value": value})


def _cells(nation: Nation) -> int:
    return len(nation.countries.codes) * 2 * len(nation.goods)


def cell_code(nation: Nation, month: Ints, country: Ints, direction: Ints, line: Ints) -> Ints:
    """Return one number for month (since 1970-01), country, direction (ours) and line."""
    code: Ints = (month * len(nation.countries.codes) + country) * 2 + direction
    return code * len(nation.goods) + line


def publication_day(month: Ints) -> Ints:
    """Return the day on which the statistics of each month (since 1970-01) come."""
    first = (month + _LATE_MONTHS).astype("datetime64[M]").astype("datetime64[D]")
    day: Ints = first.astype(np.int64) + _PUBLISHED_DAY
    return day


def _usd_e2(nation: Nation, block: Block, rows: Ints, owner: Ints) -> Ints:
    """Return what partners report, cents: FOB of what they sell, CIF of what they buy."""
    deals, roster = block.batch.deals, block.batch.roster
    rates = nation.rates.on(roster.deal_day, deals.currency)
    dollar = nation.rates.on(roster.deal_day, 0 * deals.currency)
    factor = _LOW_FACTOR + (_HIGH_FACTOR - _LOW_FACTOR) * keyed.uniform(
        roster.deal_key, "freight there"
    )
    is_fob, is_import = IS_WITHOUT_FREIGHT[deals.incoterm], deals.direction == IMPORT
    factor = np.where(is_import, np.where(is_fob, 1.0, 1.0 / factor), factor)
    usd = block.batch.true.value_e2[rows] * (rates / dollar * factor)[owner]
    return one_at_least(usd)


def _reporters(nation: Nation, block: Block, rows: Ints) -> Ints:
    """Return which country tells of each item: its origin, or the hub it came by.

    What a hub does not tell either is in nobody's statistics of trade with us: -1 would be a cell
    of its own, so it goes to the home country, which never reports.
    """
    batch, deals = block.batch, block.batch.deals
    owner = batch.owner[rows]
    hubs = [nation.countries.position(code) for code in _HUBS]
    seller, origin = deals.country[owner], _told_origins(nation, block, rows, owner)
    key = batch.roster.deal_key[owner]
    by_hub = np.isin(seller, hubs) & (seller != origin)
    by_hub &= keyed.happens(key, "by the hub", _BY_HUB_SHARE)
    told = np.where(keyed.happens(key, "hub tells", _HUB_TELLS_SHARE), seller, nation.home)
    imports = np.where(by_hub, told, origin)
    return np.where(deals.direction[owner] == IMPORT, imports, seller)


def _told_origins(nation: Nation, block: Block, rows: Ints, owner: Ints) -> Ints:
    """Return of which country items are in the statistics of those who sell them."""
    batch = block.batch
    passes = [kind.passes_through for kind in nation.mechanisms]
    passed = nation.of_kind(batch.planted.mechanism[rows], passes, nothing=False)
    trader = nation.traders.key[batch.deals.trader[owner]]
    passed &= keyed.happens(trader, "told where it passed", _PASSED_TOLD_SHARE)
    return np.where(passed, batch.declared.origin[rows], batch.true.origin[rows])


def _hidden_lines(nation: Nation, key: keyed.Keys) -> Ints:
    """Return what is hidden: a dutiable line by its share of imports."""
    dutiable = nation.goods.mfn_bp >= 1_500  # noqa: PLR2004
    return keyed.choose(key, "hidden line", nation.goods.import_weight * dutiable)


def publish_partner_statistics(plan: DeliveryPlan, nation: Nation) -> list[Receipt]:
    """Write one file for each month whose statistics come inside the run."""
    months = year_month(np.array([plan.first_day, plan.last_day])) - _LATE_MONTHS
    receipts = []
    for month in range(int(months[0]), int(months[1]) + 1):
        day = int(publication_day(np.array([month]))[0])
        if plan.first_day <= day <= plan.last_day:
            codes, (mass, value) = add_parts(plan, NAME, (day, day), "code", ("mass", "value"))
            rows = statistics(nation, codes, mass, value)
            receipts.append(publish(plan, "partner_statistics", day, rows))
    return receipts


def statistics(nation: Nation, codes: Ints, mass_e2: Ints, usd_e2: Ints) -> dict[str, pa.Array]:
    """Return the outside rows of one month from the true sums of its cells.

    Args:
        nation: The nation.
        codes: As `cell_code`, ascending.
        mass_e2: Hundredths of kg.
        usd_e2: Cents.
    """
    goods = nation.goods
    lines = len(goods)
    hs6, of_line = np.unique(goods.hs6, return_inverse=True)
    line = _as_filed(nation, codes, codes % lines)
    group = (codes // lines) * len(hs6) + of_line[line]
    group, (mass, usd) = added_up(group, [mass_e2, usd_e2])
    cell, kind = np.divmod(group, len(hs6))
    rest, direction = np.divmod(cell, 2)
    month, country = np.divmod(rest, len(nation.countries.codes))
    key = keyed.derive(nation.root("partner statistics"), "cell", group)
    pair = keyed.derive(nation.root("partner statistics"), "pair", country * len(hs6) + kind)
    silent = keyed.derive(nation.root("partner statistics"), "silent", country * 2_000 + month)
    shown = (country != nation.home) & (usd >= _SUPPRESSED_USD_E2)
    shown &= ~keyed.happens(pair, "confidential", _CONFIDENTIAL_SHARE)
    shown &= ~keyed.happens(silent, "silent", _SILENT_SHARE)
    at = np.flatnonzero(shown)
    mass = np.rint(mass[at] * np.exp(_NOISE * keyed.normal(key[at], "mass")))
    usd = np.rint(usd[at] * np.exp(_NOISE * keyed.normal(key[at], "usd")) / 100)
    year = month[at] // 12 + 1970
    is_export_there = direction[at] == IMPORT
    return {
        "year": digits(year),
        "month": digits(month[at] % 12 + 1),
        "reporter": coded(nation.countries.codes, country[at]),
        "partner": constant("VN", len(at)),
        "hs6": coded([f"{code:06d}" for code in hs6.tolist()], kind[at]),
        "flow": coded(("X", "M"), 1 - is_export_there.astype(np.int64)),
        "quantity": decimals(np.maximum(mass, 1.0).astype(np.int64), 2),
        "unit": constant("KGM", len(at)),
        "value_usd": whole(np.maximum(usd, 1.0).astype(np.int64)),
        "basis": coded(("FOB", "CIF"), 1 - is_export_there.astype(np.int64)),
    }


def _as_filed(nation: Nation, codes: Ints, line: Ints) -> Ints:
    """Return the lines as partners file them: now and then a look-alike."""
    key = keyed.derive(nation.root("partner statistics"), "filed", codes)
    sibling = nation.goods.sibling[line]
    other = keyed.happens(key, "filed elsewhere", _MISFILED_SHARE) & (sibling >= 0)
    return np.where(other, sibling, line)
