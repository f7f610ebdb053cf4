"""What a post-clearance audit of a trader may be expected to collect, and the items behind it.

The five years of Art. 77 of the Law on Customs 54/2014 run from registration. Items whose goods
were examined, or that were found irregular, are left out: what is settled is not audited again
without new information.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from ml.bundle import Bundle
from ml.extraction import Connection, explained_inputs, rows, statement
from ml.features.definition import columns_from_arrow
from ml.intervals import gamma_interval
from ml.reasons import Reason, explain
from ml.scoring import score
from ml.uplift import Uplift

WINDOW_YEARS = 5
_QUARTER_DAYS = 91

# Assessed 360.92 bn VND and paid 234.34 bn over 1,980 audits, nine months of 2022.
COLLECTABLE_RATIO = 0.65


@dataclass(frozen=True, slots=True)
class TargetRule:
    """How a list is made.

    Attributes:
        top: Traders on the list.
        items_per_trader: Evidence items for each of them.
        collectable_ratio: Share of an assessed amount that is in fact collected.
    """

    top: int = 50
    items_per_trader: int = 5
    collectable_ratio: float = COLLECTABLE_RATIO


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One item that a target rests on.

    Attributes:
        source_system: Where the declaration was lodged.
        declaration_number: Its declaration.
        item_number: Its place there.
        registered_date: Day of registration.
        tariff_line_code: As declared.
        country_of_origin_code: As declared.
        customs_value_vnd: As declared.
        probability: That an examination like those in training finds an irregularity.
        expected_vnd: Expected collectable amount.
        reasons: The groups that raised its score most.
    """

    source_system: str
    declaration_number: str
    item_number: int
    registered_date: date
    tariff_line_code: str
    country_of_origin_code: str | None
    customs_value_vnd: Decimal
    probability: float
    expected_vnd: int
    reasons: tuple[Reason, ...]


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
        expected_irregular_count: Sum of their probabilities.
        expected_vnd: Expected collectable amount.
        low_vnd: Lower end of its 95 % interval.
        high_vnd: Upper end.
        expiring_vnd: Part of the expected amount whose five years end within 91 days.
        evidence: Its strongest items.
    """

    trader_id: str
    item_count: int
    declaration_count: int
    first_registered_date: date
    last_registered_date: date
    customs_value_vnd: Decimal
    expected_irregular_count: float
    expected_vnd: int
    low_vnd: int
    high_vnd: int
    expiring_vnd: int
    evidence: tuple[EvidenceItem, ...]


def list_targets(
    connection: Connection, bundle: Bundle, as_of: date, rule: TargetRule
) -> tuple[Target, ...]:
    """Return the traders with the highest expected collectable amounts, highest first.

    Args:
        connection: To the analyst release, after `ml.extraction.label_items`, with the scores of
            `bundle` published in `marts.fct_risk_score`.
        bundle: The model whose scores are read and whose reasons are given.
        as_of: The day from which the five years are counted back.
        rule: Length of the list and collectable share.
    """
    _expect(connection, bundle, as_of, rule)
    traders = rows(connection, "target_traders", {"top": rule.top}).to_pylist()
    if not traders:
        return ()
    evidence = _evidence(connection, bundle, [row["trader_id"] for row in traders], rule)
    low, high = gamma_interval(
        np.array([row["expected_vnd"] for row in traders]),
        np.array([row["variance"] for row in traders]),
    )
    return tuple(
        _target(row, float(low[place]), float(high[place]), evidence)
        for place, row in enumerate(traders)
    )


def window_start(as_of: date, *, years: int = WINDOW_YEARS) -> date:
    """Return the last day that lies outside the window: `years` before `as_of`."""
    is_leap_day = (as_of.month, as_of.day) == (2, 29)
    return as_of.replace(year=as_of.year - years, day=28 if is_leap_day else as_of.day)


def _expect(connection: Connection, bundle: Bundle, as_of: date, rule: TargetRule) -> None:
    uplift = bundle.facts.uplift
    connection.register("uplift_ratios", _uplift_table(uplift))
    connection.execute(statement("uplift_ratios"))
    connection.unregister("uplift_ratios")
    connection.execute(
        statement("expected_items"),
        {
            "model_id": bundle.model_id,
            "overall_ratio": uplift.overall_ratio,
            "variation": uplift.variation,
            "collectable_ratio": rule.collectable_ratio,
            "window_start": window_start(as_of),
            "as_of": as_of,
            "expiring_until": window_start(as_of + timedelta(days=_QUARTER_DAYS)),
        },
    )


def _uplift_table(uplift: Uplift) -> pa.Table:
    return pa.table(
        {
            "hs2_code": pa.array(list(uplift.ratio_by_hs2), pa.string()),
            "ratio": pa.array(list(uplift.ratio_by_hs2.values()), pa.float64()),
        }
    )


def _evidence(
    connection: Connection, bundle: Bundle, trader_ids: Sequence[str], rule: TargetRule
) -> Mapping[str, list[EvidenceItem]]:
    parameters = {"trader_ids": list(trader_ids), "items_per_trader": rule.items_per_trader}
    chosen = rows(connection, "target_evidence", parameters)
    reasons = _reasons(connection, bundle, chosen)
    evidence: dict[str, list[EvidenceItem]] = {}
    for row in chosen.to_pylist():
        key = (row["source_system"], row["declaration_number"], row["item_number"])
        evidence.setdefault(row["trader_id"], []).append(
            EvidenceItem(
                source_system=row["source_system"],
                declaration_number=row["declaration_number"],
                item_number=row["item_number"],
                registered_date=row["registered_date"],
                tariff_line_code=row["tariff_line_code"],
                country_of_origin_code=row["country_of_origin_code"],
                customs_value_vnd=row["customs_value_vnd"],
                probability=row["probability"],
                expected_vnd=round(row["expected_vnd"]),
                reasons=reasons.get(key, ()),
            )
        )
    return evidence


def _reasons(
    connection: Connection, bundle: Bundle, chosen: pa.Table
) -> dict[tuple[str, str, int], tuple[Reason, ...]]:
    inputs = explained_inputs(connection, chosen)
    columns = columns_from_arrow(inputs)
    explanations = explain(columns, score(bundle, columns))
    keys = inputs.select(["source_system", "declaration_number", "item_number"]).to_pylist()
    return {
        (key["source_system"], key["declaration_number"], key["item_number"]): explained.reasons
        for key, explained in zip(keys, explanations, strict=True)
    }


def _target(
    row: Mapping[str, Any], low: float, high: float, evidence: Mapping[str, list[EvidenceItem]]
) -> Target:
    return Target(
        trader_id=row["trader_id"],
        item_count=row["item_count"],
        declaration_count=row["declaration_count"],
        first_registered_date=row["first_registered_date"],
        last_registered_date=row["last_registered_date"],
        customs_value_vnd=row["customs_value_vnd"],
        expected_irregular_count=row["expected_irregular_count"],
        expected_vnd=round(row["expected_vnd"]),
        low_vnd=round(low),
        high_vnd=round(high),
        expiring_vnd=round(row["expiring_vnd"]),
        evidence=tuple(evidence.get(row["trader_id"], ())),
    )
