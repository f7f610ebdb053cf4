"""Lists beside the code: each row whole, with its source, and refused by file and line else."""

import pytest

from data_contracts.errors import ContractViolationError
from simulator.reference.agreements import AGREEMENTS
from simulator.reference.lists import make_each, named_values
from simulator.reference.regimes import REGIME_WEIGHTS, REGIMES


def made(text):
    return make_each("planted.csv", text, lambda row: int(row["share"]))


def test_rows_come_in_their_order():
    assert made("share,source\n3,assumption\n1,Decree 1\n") == [3, 1]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("3", "line 3: as many fields"),
        ("3,assumption,more", "line 3: as many fields"),
        ("3, ", "line 3: a source"),
        ("three,assumption", "line 3: invalid literal"),
    ],
)
def test_a_crooked_row_is_refused_with_its_line(row, says):
    with pytest.raises(ContractViolationError, match=f"planted.csv, {says}"):
        made(f"share,source\n1,assumption\n{row}\n")


def test_a_list_that_has_no_column_for_the_source_is_refused():
    with pytest.raises(ContractViolationError, match="line 2: a source"):
        made("share\n1\n")


def test_a_name_twice_in_a_field_is_refused():
    assert named_values("CN=2535 ID") == {"CN": "2535", "ID": ""}
    with pytest.raises(ValueError, match="stands twice"):
        named_values("CN=1 CN=2")


def test_a_member_without_a_day_of_its_own_joins_with_the_agreement():
    (cptpp,) = [one for one in AGREEMENTS if one.code == "B21"]
    days = {member: day.isoformat() for member, day in cptpp.members.items()}
    assert (days["JP"], days["PE"]) == ("2019-01-14", "2021-09-19")


def test_every_trade_has_a_regime_in_both_directions():
    assert REGIME_WEIGHTS.shape == (8, len(REGIMES))
    assert (REGIME_WEIGHTS.sum(axis=1) > 0).all()
