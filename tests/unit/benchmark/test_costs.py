"""Costs that somebody gives are read as they are meant, or refused by line."""

import os

import pytest

from benchmark.kinds import KINDS, PHYSICAL, default_costs, read_costs
from data_contracts.errors import CustomsDataError

HEADER = "kind_of_check,cost_vnd"


def test_a_cost_that_is_given_takes_the_place_of_the_usual_one(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text(f"{HEADER}\naudit,5\nscanner,99999999999\n")
    assert read_costs(path)[KINDS.index("audit")] == 5
    assert read_costs(path)[KINDS.index("scanner")] == 10**11 - 1
    assert read_costs(path)[PHYSICAL] == default_costs()[PHYSICAL]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{HEADER}\naudit,-5\n", "line 2: expected a cost in whole VND, 11 digits .* found '-5'$"),
        (f"{HEADER}\naudit,{'9' * 5000}\n", r"line 2: expected a cost .* found '\[80 digits\]'$"),
        (f"{HEADER}\naudit,100000000000\n", r"line 2: .* found '\[12 digits\]'$"),
        (f"{HEADER}\naudit,\n", "line 2: expected a cost in whole VND.* found ''$"),
        (f"{HEADER}\naudit,\u0663\n", "found '\u0663' with ARABIC-INDIC DIGIT THREE; write digits"),
        (f"{HEADER}\naudit,1\nscanner,1\naudit,2\n", r"line 4: .*found audit again \(line 2\)$"),
        (f"{HEADER}\nx,5\n", "line 2: expected one of .*, found 'x'$"),
        (f"{HEADER}\n0100000017,5\n", r"found '\[10 digits\]'$"),
        ("kind,cost_vnd\nx,5\n", "found no kind_of_check"),
    ],
)
def test_what_is_no_cost_is_told_by_its_line(tmp_path, text, told):
    path = tmp_path / "costs.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CustomsDataError, match=told):
        read_costs(path)


def test_costs_are_read_from_a_plain_file_alone(tmp_path):
    path = tmp_path / "costs.csv"
    with pytest.raises(CustomsDataError, match="expected a CSV of costs, found nothing"):
        read_costs(path)
    os.mkfifo(path)
    with pytest.raises(CustomsDataError, match="expected a CSV of costs, found a pipe or a device"):
        read_costs(path)
