"""The open items that a target rests on, with the reasons of each in money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa

from data_contracts.statements import statements_beside
from ml.bundle import Bundle
from ml.extraction import KEYS, Connection, choose_asked, inputs_of_keys, rows
from ml.features.definition import columns_from_arrow
from ml.reasons import Explanation, explain
from ml.scoring import score
from ml.targets.money import MoneyReason, item_reasons

_SQL = statements_beside(__file__)

_Key = tuple[str, str, int]


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
        probability: That an inspection like those in training finds something.
        expected_vnd: Expected collectable amount.
        reasons: Parts of that amount, which add up to it.
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
    reasons: tuple[MoneyReason, ...]


def evidence_items(
    connection: Connection, bundle: Bundle, worths: pa.Table, items_per_trader: int
) -> Mapping[str, list[EvidenceItem]]:
    """Return the items with the highest expected amounts by trader, highest first.

    Args:
        connection: To the analyst release, with `open_item`.
        bundle: The model whose reasons are given.
        worths: One row per listed trader and cell: trader_id, regime_code, duty_band,
            expected_per_stake_vnd, found_share.
        items_per_trader: Items for each trader, at most.
    """
    connection.register("target_worths", worths)
    chosen = rows(connection, _SQL["target_evidence"], {"items_per_trader": items_per_trader})
    connection.unregister("target_worths")
    explained = _explained(connection, bundle, chosen)
    shares = dict(
        zip(
            worths.column("trader_id").to_pylist(),
            worths.column("found_share").to_pylist(),
            strict=True,
        )
    )
    items: dict[str, list[EvidenceItem]] = {}
    for row in chosen.to_pylist():
        key = (row["source_system"], row["declaration_number"], row["item_number"])
        explanation, chances = explained[key]
        items.setdefault(row["trader_id"], []).append(
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
                reasons=item_reasons(
                    row["expected_vnd"], shares[row["trader_id"]], explanation, chances
                ),
            )
        )
    return items


def _explained(
    connection: Connection, bundle: Bundle, chosen: pa.Table
) -> dict[_Key, tuple[Explanation, tuple[float, float]]]:
    """Return each item's explanation, and the chance that every item starts from and its own."""
    model = bundle.model
    choose_asked(connection, chosen)
    names = [*KEYS, *model.inputs.schema.names]
    inputs = pa.concat_tables(inputs_of_keys(connection, model.inputs, names))
    columns = columns_from_arrow(inputs, model.inputs.schema)
    scores = score(bundle, columns)
    explanations = explain(model.features, columns, scores.contributions, bundle.facts.period[0])
    base = bundle.facts.calibration.probability(scores.contributions[:, -1])
    own = bundle.facts.calibration.probability(scores.margin)
    keys = inputs.select(["source_system", "declaration_number", "item_number"]).to_pylist()
    return {
        (key["source_system"], key["declaration_number"], key["item_number"]): (
            explanation,
            (float(base[place]), float(own[place])),
        )
        for place, (key, explanation) in enumerate(zip(keys, explanations, strict=True))
    }
