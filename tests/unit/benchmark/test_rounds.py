"""A round told afterwards is the one that was committed to, or it shows."""

import json
import os
import py_compile
from dataclasses import replace

import pytest

from benchmark.play.terms import Terms
from benchmark.round_arguments import USUAL, simulation_of, terms_of
from benchmark.rounds import (
    canonical,
    digest,
    new_round,
    playable,
    reveal,
    write_round,
)
from benchmark.told_rounds import read_round
from data_contracts.errors import CustomsDataError
from tests.unit.benchmark.test_lived_nation import GREEDY

SEEDS = list(range(2**60, 2**60 + 10))


def opened(tmp_path):
    private = tmp_path / "private"
    private.mkdir()
    (private / "scheme.py").write_text(GREEDY)
    made = new_round(SEEDS, {"scale": "0.01", "days": 730}, private, name="2026")
    write_round(made, tmp_path / "round")
    return made, tmp_path / "round" / "commitment.json", tmp_path / "round" / "secret.json"


def test_an_honest_reveal_is_true(tmp_path):
    made, commitment, secret = opened(tmp_path)
    assert read_round(secret) == made
    assert reveal(commitment, secret, tmp_path / "private").is_true
    assert set(json.loads(commitment.read_text())) == {"format", "round", "nations", "sha256"}
    assert secret.stat().st_mode & 0o077 == 0


def test_the_commitment_is_for_all_and_the_secret_for_its_owner(tmp_path):
    before = os.umask(0o077)
    try:
        write_round(new_round(SEEDS, {}, None), tmp_path / "round")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "round").iterdir()}
    assert modes == {"commitment.json": 0o644, "secret.json": 0o600}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("round", "2027"),
        ("seeds", SEEDS[::-1]),
        ("parameters", {"scale": "0.02", "days": 730}),
        ("capacity", {"checks": 132, "audits": 1}),
    ],
)
def test_a_changed_secret_shows(tmp_path, name, value):
    _, commitment, secret = opened(tmp_path)
    told = json.loads(secret.read_text()) | {name: value}
    secret.write_text(json.dumps(told))
    found = reveal(commitment, secret, tmp_path / "private")
    assert not found.is_true
    assert found.differences[0].startswith("sha256")


def test_a_commitment_under_another_name_shows(tmp_path):
    _, commitment, secret = opened(tmp_path)
    commitment.write_text(json.dumps(json.loads(commitment.read_text()) | {"round": "2027"}))
    found = reveal(commitment, secret, tmp_path / "private")
    assert (found.is_true, found.differences) == (
        False, ["round: published '2027', told '2026'"],
    )  # fmt: skip


def test_a_round_with_private_files_is_not_true_without_them(tmp_path):
    _, commitment, secret = opened(tmp_path)
    found = reveal(commitment, secret, None)
    assert not found.is_true
    (why,) = found.differences
    assert why.startswith(
        "mechanism files scheme.py: not compared; give --mechanism-folder the folder"
    )


@pytest.mark.parametrize("change", ["edit", "add", "remove"])
def test_a_changed_private_mechanism_shows(tmp_path, change):
    _, commitment, secret = opened(tmp_path)
    private = tmp_path / "private"
    if change == "edit":
        (private / "scheme.py").write_text(GREEDY + "\n")
    else:
        (private / "other.py").write_text("")
    if change == "remove":
        (private / "scheme.py").unlink()
    assert not reveal(commitment, secret, private).is_true


def test_a_round_is_played_with_the_files_committed_to_only(tmp_path):
    made, _, secret = opened(tmp_path)
    private = tmp_path / "private"
    assert playable(secret, private) == made
    with pytest.raises(CustomsDataError, match=r"private mechanisms \(scheme\.py\); give"):
        playable(secret, None)
    (private / "other.py").write_text("")
    with pytest.raises(CustomsDataError, match=r"differs in other\.py"):
        playable(secret, private)
    (private / "other.py").unlink()
    (private / "scheme.py").write_text(GREEDY + "\n")
    with pytest.raises(CustomsDataError, match=r"differs in scheme\.py"):
        playable(secret, private)
    write_round(new_round(SEEDS, {}, None), tmp_path / "open")
    with pytest.raises(CustomsDataError, match="no private mechanisms; leave"):
        playable(tmp_path / "open" / "secret.json", private)


@pytest.mark.parametrize("target", ["scheme.py", "nowhere", "/"])
def test_a_link_in_a_private_folder_is_refused(tmp_path, target):
    made, _, secret = opened(tmp_path)
    assert playable(secret, tmp_path / "private") == made
    (tmp_path / "private" / "linked").symlink_to(target)
    with pytest.raises(CustomsDataError, match=r"private/linked: expected files .*, no link"):
        playable(secret, tmp_path / "private")


def test_what_was_compiled_of_a_private_file_is_a_file_too(tmp_path):
    _, commitment, secret = opened(tmp_path)
    py_compile.compile(str(tmp_path / "private" / "scheme.py"))
    with pytest.raises(CustomsDataError, match=r"differs in __pycache__/scheme"):
        playable(secret, tmp_path / "private")
    assert not reveal(commitment, secret, tmp_path / "private").is_true


def test_a_round_says_its_nations_completely(tmp_path):
    told = new_round(SEEDS, {"days": 90, "mechanisms": ["phoenix"]}, None).parameters
    assert told == {**USUAL, "days": 90, "mechanisms": ["phoenix"]}
    made = simulation_of(told, 7, tmp_path)
    assert (made.scale, made.days, made.seed) == (0.004, 90, 7)
    assert (str(made.first_date), made.mechanisms) == ("2024-07-01", ("phoenix",))
    assert made.mechanism_folder == tmp_path
    assert terms_of(told) == Terms(26, 10.0, 16)
    assert terms_of({**told, "policy_seconds": "2.5"}).policy_seconds == 2.5


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"sclae": "0.01"}, "expected first_date, .*; found sclae"),
        ({"seed": 3}, "found seed"),
        ({"out": "/tmp"}, "found out"),
        ({"scale": 0.01}, r'parameters, scale: expected a share as a text, such as "0\.01"'),
        ({"scale": "1e-2"}, "scale: expected a share"),
        ({"scale": "40"}, r"scale must lie in \(0, 10\], found another value$"),
        ({"days": "90"}, "days: expected a whole number, found a text$"),
        ({"days": True}, "days: expected a whole number, found a boolean$"),
        ({"first_date": "July"}, "first_date: expected a day"),
        ({"mechanisms": "phoenix"}, "mechanisms: expected a list of texts"),
        ({"mechanisms": ["phenix"]}, "found phenix"),
        ({"faults": "no such"}, "faults must be one of"),
        ({"history_weeks": 0}, "history_weeks: expected weeks from 1 to 522, found another value$"),
        (
            {"policy_seconds": 10},
            'policy_seconds: expected seconds from 0.1 on as a text, such as "',
        ),
        ({"policy_seconds": "0.01"}, "policy_seconds: expected seconds from 0.1 on"),
        ({"policy_memory": 2**60}, "policy_memory: expected whole GiB from 1"),
        ({"faults": "a\udcff"}, "faults must be one of"),
        ({"warmup_days": 0}, "parameters: history: expected a warm-up of one week at least"),
        ({"days": 6}, "parameters: a game: expected a week at least, found another value"),
    ],
)
def test_what_is_no_argument_of_a_nation_is_not_committed_to(parameters, why):
    with pytest.raises(CustomsDataError, match=why):
        new_round(SEEDS, parameters, None)


def test_the_nonce_makes_equal_rounds_differ():
    one, other = new_round(SEEDS, {}, None), new_round(SEEDS, {}, None)
    assert digest(one) != digest(other)
    assert digest(one) == digest(replace(other, nonce=one.nonce))


def test_canonical_json_is_one_text():
    assert canonical({"b": [1, "ữ"], "a": None}) == '{"a":null,"b":[1,"ữ"]}'.encode()
    with pytest.raises(
        CustomsDataError, match=r"round\.a\[0\]: expected text.*found a number with"
    ):
        canonical({"a": [0.5]})
    with pytest.raises(CustomsDataError, match=r"round\.mechanisms: expected text in UTF-8 as a n"):
        canonical({"mechanisms": {"a\udcff.py": "7"}})


def test_a_round_is_not_written_over_and_seeds_differ(tmp_path):
    made, _, _ = opened(tmp_path)
    with pytest.raises(CustomsDataError, match="folder without a round"):
        write_round(made, tmp_path / "round")
    with pytest.raises(CustomsDataError, match="different seeds"):
        new_round(SEEDS[:1] * 2, {}, None)


@pytest.mark.parametrize(
    ("seeds", "words", "why"),
    [
        ([], {}, "expected different seeds, one for each nation, found 0"),
        ([2**56 - 1], {}, f"drawn at random from {2**56} .* guess one; entry 1 is none$"),
        ([-(2**60)], {}, "nobody can guess one; entry 1 is none$"),
        ([SEEDS[0], 2**63], {}, "nobody can guess one; entry 2 is none$"),
        (SEEDS, {"checks": 0}, "checks a week from 1 and audits from 0, found 0 and 0"),
        (SEEDS, {"checks": -3}, "found -3 and 0"),
        (SEEDS, {"audits": -1}, "found None and -1"),
        (SEEDS, {"name": "a\udcff"}, r"expected a name in UTF-8 .*, found 'a\\udcff'$"),
        (SEEDS, {"name": "\x1b[31m"}, r"without control characters, found '\\x1b\[31m'$"),
        (SEEDS, {"name": "a\nb"}, r"without control characters, found 'a\\nb'$"),
    ],
)
def test_what_is_no_round_is_not_committed_to(seeds, words, why):
    with pytest.raises(CustomsDataError, match=why):
        new_round(seeds, {}, None, **words)


def test_a_round_of_another_version_is_compared_and_not_played(tmp_path):
    made, _, _ = opened(tmp_path)
    older = replace(made, parameters={**made.parameters, "version": "0.0.1"})
    write_round(older, tmp_path / "older")
    secret = tmp_path / "older" / "secret.json"
    assert reveal(tmp_path / "older" / "commitment.json", secret, tmp_path / "private").is_true
    with pytest.raises(CustomsDataError, match=r"version of this simulator.*found another value$"):
        playable(secret, tmp_path / "private")


def test_a_round_says_how_many_may_be_looked_at():
    assert new_round(SEEDS, {"scale": "0.01"}, None).capacity == {"checks": 131, "audits": 0}
    told = new_round(SEEDS, {}, None, checks=40, audits=2).capacity
    assert told == {"checks": 40, "audits": 2}
