"""What a post-clearance audit of a trader may be expected to collect, and what that rests on.

The five years of Art. 77 of the Law on Customs 54/2014 run from registration. Items whose goods
were examined, or that were found irregular, are left out: what is settled is not audited again
without new information. Until results of audits are there to learn from, traders are ranked by what
inspections like those so far would find in their open items (`ml.targets.estimate`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data_contracts.statements import statements_beside
from ml.bundle import Bundle
from ml.extraction import Connection, rows
from ml.models import DEFAULT
from ml.targets.estimate import Estimate, Evidence, estimate, evidence_of, intervals
from ml.targets.evidence import EvidenceItem, evidence_items
from ml.targets.money import Found, MoneyReason, OpenGoods, trader_reasons

_SQL = statements_beside(__file__)

WINDOW_YEARS = 5
_QUARTER_DAYS = 91

# Assessed 360.92 bn VND and paid 234.34 bn over 1,980 audits, nine months of 2022.
COLLECTABLE_RATIO = 0.65

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TargetRule:
    """How a list is made.

    Attributes:
        model: The model whose scores and reasons it rests on.
        top: Traders on the list.
        items_per_trader: Evidence items for each of them.
        collectable_ratio: Share of an assessed amount that is in fact collected.
    """

    model: str = DEFAULT
    top: int = 50
    items_per_trader: int = 5
    collectable_ratio: float = COLLECTABLE_RATIO


@dataclass(frozen=True, slots=True)
class Target:
    """One trader on the list, by pseudonym.

    Attributes:
        trader_id: Pseudonym.
        item_count: Open items in the window.
        declaration_count: Their declarations.
        first_registered_date: Of the open items.
        last_registered_date: Of the open items.
        customs_value_vnd: Their declared value.
        examined_declaration_count: Declarations that inspections looked at so far.
        finding_count: Findings at this trader so far.
        paying_finding_count: Of these, with additional duty.
        found_vnd: Additional duty they brought.
        expected_vnd: Expected collectable amount.
        low_vnd: Lower end of the 95 % interval of what inspections would bring.
        high_vnd: Upper end.
        expiring_vnd: Part of the expected amount whose five years end within 91 days.
        reasons: Parts of the expected amount, which add up to it.
        evidence: Its strongest items.
    """

    trader_id: str
    item_count: int
    declaration_count: int
    first_registered_date: date
    last_registered_date: date
    customs_value_vnd: Decimal
    examined_declaration_count: int
    finding_count: int
    paying_finding_count: int
    found_vnd: int
    expected_vnd: int
    low_vnd: int
    high_vnd: int
    expiring_vnd: int
    reasons: tuple[MoneyReason, ...]
    evidence: tuple[EvidenceItem, ...]


def list_targets(
    connection: Connection, bundle: Bundle, as_of: date, rule: TargetRule
) -> tuple[Target, ...]:
    """Return the traders with the highest expected collectable amounts, highest first.

    A trader of whom less than one VND is expected is not on the list; where no inspection has
    brought anything yet, nobody is.

    Args:
        connection: To the analyst release, after `ml.extraction.label_items`, with the scores of
            `bundle` published in `marts.fct_risk_score`.
        bundle: The model whose scores are read and whose reasons are given.
        as_of: The day from which the five years are counted back.
        rule: Length of the list and collectable share.
    """
    evidence = evidence_of(_cells(connection, bundle, as_of))
    fitted = estimate(evidence)
    listed = _highest(fitted, rule)
    if not len(listed):
        return ()
    trader_ids = [str(evidence.trader_ids[place]) for place in listed]
    chosen = {"trader_ids": trader_ids}
    facts = {
        row["trader_id"]: row
        for row in rows(connection, _SQL["target_traders"], chosen).to_pylist()
    }
    found = _found(connection, chosen)
    items = evidence_items(
        connection, bundle, _worths(evidence, fitted, listed, rule), rule.items_per_trader
    )
    low, high = intervals(evidence, fitted, listed)
    return tuple(
        _target(
            facts[trader_id],
            (evidence, fitted, int(place), rule.collectable_ratio),
            (float(low[rank]), float(high[rank])),
            found.get(trader_id, ()),
            tuple(items.get(trader_id, ())),
        )
        for rank, (place, trader_id) in enumerate(zip(listed, trader_ids, strict=True))
    )


def window_start(as_of: date) -> date:
    """Return the last day that lies outside the window, `WINDOW_YEARS` before `as_of`."""
    is_leap_day = (as_of.month, as_of.day) == (2, 29)
    return as_of.replace(year=as_of.year - WINDOW_YEARS, day=28 if is_leap_day else as_of.day)


def _cells(connection: Connection, bundle: Bundle, as_of: date) -> pa.Table:
    model = {"model_id": bundle.model_id}
    connection.execute(_SQL["audit_declarations"])
    connection.execute(
        _SQL["audit_findings"],
        {"source_systems": list(bundle.model.source_systems), "as_of": as_of},
    )
    window = {
        "window_start": window_start(as_of),
        "as_of": as_of,
        "expiring_until": window_start(as_of + timedelta(days=_QUARTER_DAYS)),
    }
    connection.execute(_SQL["stake"])
    connection.execute(_SQL["open_items"], model | window)
    return rows(connection, _SQL["audit_cells"], model)


def _highest(fitted: Estimate, rule: TargetRule) -> Ints:
    """Return the places of the listed traders; traders are sorted, so ties fall by pseudonym."""
    amount = np.round(fitted.expected_vnd * rule.collectable_ratio)
    order = np.argsort(-amount, kind="stable")[: rule.top]
    return order[amount[order] >= 1].astype(np.int64)


def _worths(evidence: Evidence, fitted: Estimate, listed: Ints, rule: TargetRule) -> pa.Table:
    """Return VND to expect per unit of stake, by listed trader and cell."""
    is_listed = np.isin(evidence.trader, listed)
    trader, cell = evidence.trader[is_listed], evidence.cell[is_listed]
    worth = fitted.cell_worth[cell] * fitted.factor[trader] * rule.collectable_ratio
    return pa.table(
        {
            "trader_id": pa.array(evidence.trader_ids[trader].tolist(), pa.string()),
            "regime_code": pa.array([evidence.cells[c][0] for c in cell.tolist()], pa.string()),
            "duty_band": pa.array([evidence.cells[c][1] for c in cell.tolist()], pa.string()),
            "expected_per_stake_vnd": pa.array(worth),
            "found_share": pa.array(fitted.found_share[trader]),
        }
    )


def _found(
    connection: Connection, chosen: Mapping[str, Sequence[str]]
) -> dict[str, tuple[Found, ...]]:
    found: dict[str, list[Found]] = {}
    for row in rows(connection, _SQL["target_findings"], chosen).to_pylist():
        found.setdefault(row["trader_id"], []).append(
            Found(
                row["irregularity_type_code"],
                row["finding_count"],
                row["paying_count"],
                row["found_vnd"],
            )
        )
    return {trader_id: tuple(kinds) for trader_id, kinds in found.items()}


def _target(
    row: Mapping[str, Any],
    estimated: tuple[Evidence, Estimate, int, float],
    interval: tuple[float, float],
    found: tuple[Found, ...],
    items: tuple[EvidenceItem, ...],
) -> Target:
    evidence, fitted, place, ratio = estimated
    is_own = evidence.trader == place
    worth = fitted.cell_worth[evidence.cell[is_own]]
    expected = float(fitted.expected_vnd[place]) * ratio
    expiring = float(evidence.expiring_stake[is_own] @ worth) * float(fitted.factor[place]) * ratio
    goods = [
        OpenGoods(evidence.cells[cell][0], evidence.cells[cell][1], int(count), float(general))
        for cell, count, general in zip(
            evidence.cell[is_own].tolist(),
            evidence.open_item_count[is_own],
            evidence.open_stake[is_own] * worth,
            strict=True,
        )
        if count
    ]
    return Target(
        trader_id=row["trader_id"],
        item_count=row["item_count"],
        declaration_count=row["declaration_count"],
        first_registered_date=row["first_registered_date"],
        last_registered_date=row["last_registered_date"],
        customs_value_vnd=row["customs_value_vnd"],
        examined_declaration_count=row["examined_declaration_count"],
        finding_count=sum(one.finding_count for one in found),
        paying_finding_count=sum(one.paying_count for one in found),
        found_vnd=sum(one.found_vnd for one in found),
        expected_vnd=round(expected),
        low_vnd=round(interval[0] * ratio),
        high_vnd=round(interval[1] * ratio),
        expiring_vnd=round(expiring),
        reasons=trader_reasons(expected, float(fitted.found_share[place]), found, goods),
        evidence=items,
    )
