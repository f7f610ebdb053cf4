"""A lake that is learned from once for all tests that look at it; never write into its home."""

import shutil

import pytest

from orchestration.operations import learning
from tests.ml.published_lake import build_scores, publish_again, published_lake


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    settings = published_lake(tmp_path_factory.mktemp("lake"), declarations=5000, days=260)
    report = learning.train_model(settings)
    return settings, report


@pytest.fixture(scope="session")
def scored(trained, tmp_path_factory):
    """A copy of the trained home, scored: the home of `trained` itself stays without scores."""
    settings, _ = trained
    home = tmp_path_factory.mktemp("scored") / "lake"
    shutil.copytree(settings.home, home, symlinks=True)
    settings = settings.model_copy(update={"home": home})
    first = learning.score_items(settings)
    build_scores(settings)
    publish_again(settings)
    return settings, first
