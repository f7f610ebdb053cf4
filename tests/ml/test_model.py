"""The model learns the planted signal, scores to the bit, and explains what it scored."""

import json
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from data_contracts.errors import BundleMismatchError, CustomsDataError, SourceUnavailableError
from ml import bundle as bundles
from ml.learning import learn
from ml.models.risk import MODEL
from ml.reasons import explain
from ml.scoring import score
from tests.ml.learned_model import assignment, example
from tests.ml.small_release import make_release
from tests.unit.ml.feature_rows import columns_of

pytestmark = pytest.mark.xdist_group("learning")


def test_it_beats_chance_the_rule_and_the_lookup_on_the_quarter_it_never_saw():
    metrics = example().learned.bundle.facts.metrics
    assert metrics["auc"] > 0.85
    for capacity in metrics["capacities"]:
        hits = {name: capacity[name]["hit_count"] for name in capacity if name != "share"}
        others = [hits[name] for name in hits if name != "model"]
        assert hits["model"] > 1.2 * max(others)


def test_its_probabilities_agree_with_what_was_found():
    metrics = example().learned.bundle.facts.metrics
    assert metrics["mean_probability"] == pytest.approx(metrics["found_share"], abs=0.05)


def test_rates_under_thirty_hits_are_not_told():
    arm = example().learned.bundle.facts.metrics["random_arm"]
    assert arm["hit_count"] < 30
    assert arm["found_rate"] is None


def test_the_same_training_gives_the_same_fingerprint():
    again = learn(make_release(), assignment(release=9), progress=lambda _line: None)
    assert again.bundle.fingerprint == example().learned.bundle.fingerprint


def test_too_few_findings_are_refused_in_words():
    with pytest.raises(CustomsDataError, match="irregular"):
        learn(make_release(declarations=300), assignment(), progress=lambda _line: None)


def test_an_item_has_the_same_bits_alone_and_in_a_batch():
    bundle, table = example().learned.bundle, example().inputs.slice(0, 400)
    together = score(bundle, columns_of(table))
    for row in range(0, 400, 7):
        alone = score(bundle, columns_of(table.slice(row, 1)))
        assert alone.margin.tobytes() == together.margin[row : row + 1].tobytes()
        np.testing.assert_array_equal(alone.contributions[0], together.contributions[row])


def test_base_and_contributions_add_up_to_the_margin():
    scores = score(example().learned.bundle, columns_of(example().inputs))
    total = scores.contributions.astype(np.float64).sum(axis=1)
    assert np.abs(total - scores.margin).max() < 1e-5
    assert np.unique(scores.contributions[:, -1]).size == 1


def test_reasons_and_the_rest_add_up_to_the_margin_and_name_the_planted_signal():
    columns = columns_of(example().inputs)
    scores = score(example().learned.bundle, columns)
    explanations = explain(
        MODEL.features, columns, scores.contributions, example().learned.bundle.facts.period[0]
    )
    for explained, margin in zip(explanations, scores.margin, strict=True):
        parts = [reason.contribution for reason in explained.reasons]
        assert len(parts) <= 3
        assert all(part > 0 for part in parts)
        assert parts == sorted(parts, reverse=True)
        total = explained.base_margin + sum(parts) + explained.other_contribution
        assert total == pytest.approx(float(margin), abs=1e-5)
    highest = explanations[int(scores.margin.argmax())].reasons
    assert highest[0].code in {"VALUE", "TRADER", "ORIGIN"}
    assert all(reason.text_vi and reason.text_en for reason in highest)
    assert not any("{" in reason.text_vi or "nan" in reason.text_en for reason in highest)


def test_no_items_give_no_scores():
    scores = score(example().learned.bundle, columns_of(example().inputs.slice(0, 0)))
    assert len(scores.margin) == 0


def test_a_bundle_comes_back_from_disk_and_scores_the_same_bits(tmp_path):
    bundle = example().learned.bundle
    folder = bundles.save(bundle, tmp_path)
    with pytest.raises(SourceUnavailableError):
        bundles.current_folder(tmp_path, "risk")
    bundles.put_into_use(folder)
    assert folder == bundles.current_folder(tmp_path, "risk")
    back = bundles.load(folder)
    assert (back.facts, back.fingerprint) == (bundle.facts, bundle.fingerprint)
    columns = columns_of(example().inputs.slice(0, 100))
    assert score(back, columns).margin.tobytes() == score(bundle, columns).margin.tobytes()
    assert not [path for path in folder.iterdir() if path.suffix not in {".ubj", ".json"}]


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"../../../etc", b"a" * 63, b"A" * 64])
def test_only_a_fingerprint_names_a_model(tmp_path, text):
    (tmp_path / "risk").mkdir()
    (tmp_path / "risk" / "CURRENT").write_bytes(text)
    with pytest.raises(BundleMismatchError, match=r"CURRENT: .*run customs train risk"):
        bundles.current_folder(tmp_path, "risk")


def test_a_bundle_that_is_there_is_kept_byte_for_byte(tmp_path):
    bundle = example().learned.bundle
    folder = bundles.save(bundle, tmp_path)
    before = (folder / "bundle.json").read_bytes()
    later = replace(bundle, facts=msgspec.structs.replace(bundle.facts, release=99, metrics={}))
    assert bundles.save(later, tmp_path) == folder
    assert (folder / "bundle.json").read_bytes() == before


def test_without_a_model_the_reader_learns_what_to_type(tmp_path):
    with pytest.raises(SourceUnavailableError, match="customs train risk"):
        bundles.current_folder(tmp_path, "risk")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"round_count": 1}, "was changed"),
        ({"feature_fingerprint": "0" * 64}, "features .* run customs train risk"),
        ({"inputs": "declaration_inputs"}, "inputs .* run customs train risk"),
        ({"target": "finding_in_goods"}, "target .* run customs train risk"),
        ({"source_systems": ["wco_dec_xml"]}, "source_systems .* run customs train risk"),
        ({"label_rule": {"delay_days": 0}}, "labels .* run customs train risk"),
        ({"contract_versions": {"fct_goods_item": "0.1.0"}}, "trained on"),
    ],
)
def test_a_bundle_that_does_not_fit_is_refused(tmp_path, change, words):
    folder = bundles.save(example().learned.bundle, tmp_path)
    facts = folder / "bundle.json"
    facts.write_text(json.dumps(json.loads(facts.read_text()) | change))
    if "round_count" not in change:
        # As another program would have written it: whole, only not for this one.
        changed = json.loads(facts.read_text())
        trees = (folder / "model.ubj").read_bytes()
        real = bundles.fingerprint_of(trees, msgspec.convert(changed, bundles.BundleFacts))
        folder = folder.rename(folder.with_name(real))
    with pytest.raises(BundleMismatchError, match=words):
        bundles.load(folder)


def test_a_damaged_description_is_refused(tmp_path):
    folder = bundles.save(example().learned.bundle, tmp_path)
    (folder / "bundle.json").write_text("{}")
    with pytest.raises(BundleMismatchError, match=r"bundle\.json, at \$: .* run customs train"):
        bundles.load(folder)
