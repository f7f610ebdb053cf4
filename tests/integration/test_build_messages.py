"""What dbt and the engine say may quote a value; what the build says may not."""

import pytest

from orchestration.operations.dbt_process import masked


@pytest.mark.parametrize(
    "message",
    [
        "Conversion Error: Could not convert string '0100000017' to INT16",
        'Constraint Error: Duplicate key "trader_id: 0100000017" violates unique constraint',
        "Invalid Input Error: value 0100000017 is out of range",
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
