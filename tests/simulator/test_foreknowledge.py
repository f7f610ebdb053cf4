"""Columns that know the future, the truth or the seed are caught; those that cannot are let be."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.simulator.foreknowledge import (
    LEAST_PLAN_SPREAD,
    LEAST_SPREAD,
    audits_know,
    names_seed,
    of_use,
    one_ratio,
    rank_knows,
    spread_of,
    themes_know,
    told_early,
)

COUNT = 400


@pytest.fixture
def draw():
    return np.random.default_rng(8)


@pytest.fixture
def year(draw):
    """What a year brings of each of 400 things."""
    return pd.Series(np.exp(draw.normal(6, 2, COUNT)))


@pytest.mark.parametrize(
    ("least", "told", "knows"),
    [
        (LEAST_SPREAD, lambda came, lot: came * (1.12 + 0.78 * lot.random(COUNT)), True),
        (LEAST_SPREAD, lambda came, lot: came * np.exp(0.6 * lot.normal(size=COUNT)), False),
        (LEAST_PLAN_SPREAD, lambda came, lot: came * np.exp(0.02 * lot.normal(size=COUNT)), True),
        (LEAST_PLAN_SPREAD, lambda came, lot: came * np.exp(0.15 * lot.normal(size=COUNT)), False),
    ],
)
def test_quantities_and_plans_made_from_the_year_itself_are_caught(year, draw, least, told, knows):
    """Lists with room for just what comes, licences, the plan of a region's revenue."""
    found = spread_of(year, pd.Series(told(year, draw)), least)
    assert (found.of, found.is_too_much) == (COUNT, knows)


def test_quantities_in_one_ratio_to_their_use_are_caught(year, draw):
    free = year * np.exp(0.6 * draw.normal(size=COUNT))
    fixed = free.where(draw.random(COUNT) < 0.7, 0.8 * year)
    assert one_ratio(year, fixed).is_too_much
    assert not one_ratio(year, free).is_too_much


def test_grants_that_are_all_used_are_caught(year, draw):
    assert of_use(year).is_too_much
    assert not of_use(year.where(draw.random(COUNT) < 0.8)).is_too_much


def test_ranks_from_latent_compliance_are_caught(draw):
    codes = pd.Index([f"{code:010d}" for code in range(COUNT)])
    latent = pd.Series(draw.random(COUNT), index=codes)
    noisy = pd.Series(9 - 8 * latent + draw.normal(0, 4, COUNT), index=codes)
    seen = pd.Series(draw.integers(1, 10, COUNT), index=codes)
    assert rank_knows(noisy, latent).is_too_much
    assert not rank_knows(seen, latent).is_too_much


def test_audits_chosen_by_what_is_evaded_are_caught(draw):
    codes = pd.Index([f"{code:010d}" for code in range(COUNT)])
    evaded = pd.Series(np.where(draw.random(COUNT) < 0.3, draw.pareto(1, COUNT), 0), index=codes)
    chosen = set(evaded.sort_values().index[-40:])
    guessed = set(draw.choice(codes, 40, replace=False))
    assert audits_know(chosen, evaded).is_too_much
    # As it once was: four in five hit, drawn by what is evaded.
    hit = draw.choice(codes, 32, replace=False, p=evaded / evaded.sum())
    missed = draw.choice(codes[evaded == 0], 8, replace=False)
    assert audits_know({*hit, *missed}, evaded).is_too_much
    assert not audits_know(guessed, evaded).is_too_much


def test_themes_that_name_what_is_evaded_most_are_caught(draw):
    codes = pd.Index([f"{code:010d}" for code in range(60)])
    largest = pd.Series(draw.choice(["TRI_GIA", "MA_HS", "XUAT_XU"], 60), index=codes)
    guessed = pd.Series(draw.choice(["TRI_GIA", "MA_HS", "XUAT_XU"], 60), index=codes)
    assert themes_know(largest, largest).is_too_much
    assert not themes_know(guessed, largest).is_too_much


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ({"arguments": {"scale": 0.01, "seed": 77}}, ["world.json"]),
        ({"made": [{"of": "88214"}]}, ["world.json"]),
        ({"arguments": {"scale": 0.01, "days": 365}, "counts": {"declarations": 9}}, []),
    ],
)
def test_a_file_that_names_the_seed_is_caught(tmp_path, told, names):
    (tmp_path / "world.json").write_text(json.dumps(told))
    assert names_seed(tmp_path, 88214) == names


@pytest.mark.parametrize(
    ("name", "row", "knows"),
    [
        ("tygia", {"TU_NGAY": "2025-03-03"}, False),
        ("tygia", {"TU_NGAY": "2025-03-10"}, True),
        ("bieuthue", {"TU_NGAY": "2025-01-01", "DEN_NGAY": None}, False),
        ("bieuthue", {"TU_NGAY": "2025-01-01", "DEN_NGAY": "2025-03-30"}, True),
        ("giamvat", {"TU_NGAY": "2025-01-01", "DEN_NGAY": "2025-06-30"}, False),
        ("pvtm", {"TU_NGAY": "2025-03-08", "DEN_NGAY": "2030-07-05"}, True),
        ("hq", {"TU_NGAY": "2010-01-01", "DEN_NGAY": None, "MA_MOI": "H202"}, True),
        ("hq", {"TU_NGAY": "2010-01-01", "DEN_NGAY": "2025-02-28", "MA_MOI": "H202"}, False),
        ("ngaynghi", {"NGAY": "2025-12-31"}, False),
        ("ngaynghi", {"NGAY": "2026-01-01"}, True),
    ],
)
def test_a_reference_file_that_tells_what_is_to_come_is_caught(name, row, knows):
    """All of a file of 3 March 2025."""
    rows = pd.DataFrame([row | {"told": pd.Timestamp("2025-03-03")}])
    assert told_early(name, rows).is_too_much == knows
