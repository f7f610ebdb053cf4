"""What is no file of a round is told by place and kind, and nothing of a secret is shown."""

import json

import pytest

from benchmark.rounds import new_round, playable, reveal, write_round
from benchmark.told_rounds import read_commitment, read_round
from data_contracts.errors import CustomsDataError

SEEDS = [5817302264890117342, 902337184468152209]


@pytest.fixture
def files(tmp_path):
    write_round(new_round(SEEDS, {"mechanisms": ["phoenix"], "days": 91}, None), tmp_path)
    return tmp_path / "commitment.json", tmp_path / "secret.json"


def change(path, told):
    path.write_text(json.dumps(json.loads(path.read_text()) | told))


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"seeds": []}, r"seeds: expected different seeds, one for each nation, found 0"),
        ({"seeds": [SEEDS[0]] * 2}, "seeds: expected different seeds"),
        ({"seeds": [SEEDS[0], 817]}, "seeds: expected seeds drawn .*; entry 2 is none$"),
        ({"seeds": [*SEEDS, True]}, "seeds, entry 3: expected a whole number, found a boolean$"),
        ({"seeds": ["817"]}, "seeds, entry 1: expected a whole number, found a text$"),
        ({"seeds": SEEDS[0]}, "seeds: expected a list of whole numbers, found a whole number$"),
        ({"round": 817}, "round: expected a text, found a whole number$"),
        ({"capacity": {"checks": -817, "audits": 0}}, "capacity: expected checks .* another one$"),
        ({"capacity": {"checks": 817, "audits": 0, "more": 1}}, "capacity: expected checks a week"),
        ({"capacity": [817]}, "capacity: expected checks a week .*, found a list$"),
        ({"mechanisms": {"scheme.py": 817}}, "mechanisms: expected a SHA-256 by path, .*another"),
        ({"nonce": "817"}, "nonce: expected 64 hexadecimal digits, found another one$"),
        ({"nonce": None}, "nonce: expected 64 hexadecimal digits, found null$"),
        ({"note": "817"}, "expected .*; lacks none, has note beside; give a file"),
        ({"5817302264890117342": 1}, r"has '\[19 digits\]' beside; give a file"),
        ({"parameters": [817]}, "parameters: expected an object, found a list$"),
        (
            {"parameters": {"scale": "817"}},
            "parameters: simulation: scale .*, found another value$",
        ),
        ({"parameters": {"scale": 817}}, "scale: expected a share as .*, found a whole number$"),
        (
            {"parameters": {"audits": -817}},
            "parameters: simulation: audits .*, found another value",
        ),
        (
            {"parameters": {"only": ["x817"]}},
            "parameters: simulation: only .*, found another value",
        ),
        ({"parameters": {"faults": "817"}}, "parameters: simulation: faults .*, found another val"),
        ({"parameters": {"sclae": "817"}}, "parameters: expected first_date, .*; found sclae"),
        ({"parameters": {"policy_memory": -817}}, "policy_memory: expected whole GiB from 1 on"),
    ],
)
def test_what_is_wrong_in_a_secret_is_told_by_file_and_not_shown(files, told, why):
    """A hash made of it by hand does not make it a round either."""
    commitment, secret = files
    change(secret, told)
    said = []
    for read in (playable, lambda *places: reveal(commitment, *places)):
        with pytest.raises(CustomsDataError, match=why) as raised:
            read(secret, None)
        said.append(str(raised.value))
    assert said[0].startswith(str(secret))
    assert said[0] == said[1]
    words = said[0].removeprefix(str(secret))
    assert not any(value in words for value in ("817", "phoenix", *map(str, SEEDS)))


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"mechanisms": ["own_secret"]}, "parameters, mechanisms: expected names of mechanisms"),
        ({"mechanisms": ["none", "own_secret"]}, "parameters, mechanisms: expected names of mech"),
        ({"days": 6}, "parameters: a game: expected a week at least, found another value$"),
    ],
)
def test_what_cannot_be_played_is_not_shown_either(files, parameters, why):
    _, secret = files
    change(secret, {"parameters": json.loads(secret.read_text())["parameters"] | parameters})
    with pytest.raises(CustomsDataError, match=rf"secret\.json, {why}") as raised:
        playable(secret, None)
    assert "own_secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"note": "capacity 500"}, "lacks none, has note beside; give a file"),
        ({"sha256": 5}, "sha256: expected 64 hexadecimal digits, found a whole number$"),
        ({"sha256": "0" * 63}, "sha256: expected 64 hexadecimal digits, found another one$"),
        ({"nations": "2"}, "nations: expected a whole number from 1, found a text$"),
        ({"nations": True}, "nations: expected a whole number from 1, found a boolean$"),
        ({"nations": 0}, "nations: expected a whole number from 1, found another one$"),
        ({"round": None}, "round: expected a text, found null$"),
    ],
)
def test_what_is_wrong_in_a_commitment_is_told_by_file(files, told, why):
    commitment, secret = files
    change(commitment, told)
    with pytest.raises(CustomsDataError, match=rf"commitment\.json.*{why}"):
        reveal(commitment, secret, None)


def test_a_commitment_that_says_nothing_is_none(files):
    commitment, secret = files
    assert read_commitment(commitment).nations == len(SEEDS)
    commitment.write_text('{"format": 4}')
    with pytest.raises(
        CustomsDataError, match=r"lacks nations, round, sha256, has none beside; give a file"
    ):
        reveal(commitment, secret, None)


def test_a_secret_with_two_values_of_one_name_is_told(files):
    commitment, secret = files
    text = secret.read_text()
    for once, twice in (
        ("{", '{"seeds": [99999999999999999999],'),
        ('"days":', '"days": 7, "days":'),
        ('"checks":', '"checks": 7, "checks":'),
    ):
        assert once in text
        secret.write_text(text.replace(once, twice, 1))
        with pytest.raises(CustomsDataError, match="expected each name once"):
            reveal(commitment, secret, None)


LACKING = (
    '{"format": 4, "seeds": [1], "parameters": {}, "mechanisms": {}, "capacity": {"checks": 1}}'
)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 3}', '{"format": 4}', LACKING])
def test_what_is_no_secret_is_told(tmp_path, text):
    path = tmp_path / "secret.json"
    path.write_text(text)
    with pytest.raises(CustomsDataError, match="expected"):
        read_round(path)
