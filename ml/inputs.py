"""What a model may see of one row, and which statement reads it out of the release."""

import pyarrow as pa
from pydantic.dataclasses import dataclass

from data_contracts.statements import statements_beside
from ml.features.definition import AS_DECLARED

_SQL = statements_beside(__file__)
_MASS = pa.decimal128(22, 6)
_VND = pa.decimal128(20, 0)
_LOG_SUM = pa.decimal128(38, 9)


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class Inputs:
    """The columns that features may read, all of them known at registration.

    Attributes:
        name: As bundles know them.
        statement: SQL that gives one row per item of `item_key`.
        schema: The columns with their Arrow types.
        contracts: The marts they come from; a breaking change of one retires a model.
        lookups: Columns of the statement that the baseline keeps past rates by, each set together.
    """

    name: str
    statement: str
    schema: pa.Schema
    contracts: tuple[str, ...]
    lookups: tuple[tuple[str, ...], ...]

    def of(self, names: set[str]) -> pa.Schema:
        """Return those of the columns, in their order."""
        return pa.schema([entry for entry in self.schema if entry.name in names])


GOODS_ITEM = Inputs(
    name="goods_item_inputs",
    statement=_SQL["goods_item_inputs"],
    schema=pa.schema(
        [
            # the goods item, as declared
            ("hs6_code", pa.string()),
            ("country_of_origin_code", pa.string()),
            ("customs_value_vnd", _VND),
            ("net_mass_kg", _MASS),
            ("supplementary_quantity", _MASS),
            ("tariff_schedule_code", pa.string()),
            # its declaration, as declared
            ("direction_code", pa.string()),
            ("regime_code", pa.string()),
            ("customs_office_code", pa.string()),
            ("transport_mode_code", pa.string()),
            ("foreign_party_country_code", pa.string()),
            ("valuation_method_code", pa.string()),
            ("incoterm_code", pa.string()),
            ("registered_at", pa.timestamp("us", tz="UTC")),
            ("goods_item_count", pa.int32()),
            ("gross_mass_kg", _MASS),
            ("declaration_customs_value_vnd", _VND),
            ("declaration_duty_tax_vnd", _VND),
            # profile_trader_day, the last row before the day of registration
            ("trader_declaration_count", pa.int64()),
            ("trader_item_count", pa.int64()),
            ("trader_customs_value_vnd", pa.decimal128(38, 0)),
            ("trader_cancelled_count", pa.int64()),
            ("trader_amended_count", pa.int64()),
            ("trader_inspected_count", pa.int64()),
            ("trader_irregular_count", pa.int64()),
            ("trader_first_registered_date", pa.date32()),
            # profile_unit_value_day of the HS6 and origin, the last row before that day
            ("unit_value_item_count", pa.int64()),
            ("unit_value_log_sum", _LOG_SUM),
            ("unit_value_log_square_sum", _LOG_SUM),
        ]
    ),
    contracts=(
        "fct_declaration",
        "fct_goods_item",
        "profile_trader_day",
        "profile_unit_value_day",
    ),
    lookups=(("hs6_code", "country_of_origin_code"), ("trader_id",)),
)
"""A goods item with its declaration, and its history as of the end of the day before."""
