"""What dbt and the engine say may quote a value; what the build says may not."""

import pytest
from dbt.exceptions import ContractError

from orchestration.operations.dbt_process import masked


@pytest.mark.parametrize(
    "message",
    [
        "Conversion Error: Could not convert string '0100000017' to INT16",
        'Constraint Error: Duplicate key "trader_id: 0100000017" violates unique constraint',
        "Invalid Input Error: value 0100000017 is out of range",
        "Binder Error: Cannot compare '0100000017' with \"0100000017\" or 0100000017",
        "Runtime Error in model m\n  | 0100000017 | x | y | z |\n  | 0100000017 | x |",
        "Runtime Error in model m (m.sql)\n  Conversion Error: it's '0100000017'",
    ],
)
def test_values_are_masked(message):
    assert "0100000017" not in masked(message)


def test_what_failed_stays_readable():
    said = masked(
        "Runtime Error in model fct_duty_tax (m.sql)\n  Catalog Error: no such table\n  LINE 1"
    )
    assert said == "Runtime Error in model fct_duty_tax (m.sql) Catalog Error: no such table"


def test_columns_that_a_model_makes_otherwise_are_named():
    said = [
        {"name": name, "data_type": "DOUBLE"} for name in ("month_date", "scanned_mass_kg", "rows")
    ]
    made = [{"name": name, "data_type": "DATE"} for name in ("month_date", "rows", "seal_code")]
    told = masked(
        f"Compilation Error in model m (m.sql)\n{ContractError(said, made).get_message()}"
    )
    assert told == (
        "Compilation Error in model m (m.sql) This model has an enforced contract that failed. "
        "month_date data type mismatch (model: DATE, contract: DOUBLE); "
        "rows data type mismatch (model: DATE, contract: DOUBLE); "
        "scanned_mass_kg missing in definition (contract: DOUBLE); "
        "seal_code missing in contract (model: DATE)"
    )


def test_of_many_columns_the_first_are_named():
    said = [{"name": f"column_{place}", "data_type": "DATE"} for place in range(9)]
    told = masked(
        f"Compilation Error in model m (m.sql)\n{ContractError(said, said[:1]).get_message()}"
    )
    assert "column_5 missing in definition" in told
    assert "column_6" not in told
    assert told.endswith(" (and 3 more)")


def test_a_column_that_is_not_there_is_named():
    said = 'Binder Error: Referenced column "scanned_mass_kg" not found in FROM clause!'
    assert said in masked(f"Runtime Error in model m (m.sql)\n  {said}\n  Candidate bindings: x")
