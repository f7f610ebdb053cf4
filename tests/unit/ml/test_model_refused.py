"""What an author of a model or a feature may get wrong is refused by name, before it is used."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from data_contracts.errors import ContractViolationError, CustomsDataError
from ml import models
from ml.inputs import GOODS_ITEM
from ml.labels import LabelRule
from ml.model import HyperParameters
from ml.models.risk import MODEL
from tests.unit.ml.feature_rows import feature

USUAL = feature("declaration_customs_value_vnd_log")

GOOD = """
from dataclasses import replace

from ml.models.risk import MODEL as RISK

MODEL = replace(RISK, name="other")
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"target": "findings"}, "target.*\n.*'finding' or 'finding_in_goods'"),
        ({"source_systems": "vcis_extract"}, "source_systems.*\n.*valid tuple"),
        ({"source_systems": ()}, "source_systems.*\n.*at least 1 item"),
        ({"features": USUAL}, "features.*\n.*valid tuple"),
        ({"features": ("customs_value_vnd",)}, r"features\.0.*\n.*instance of Feature"),
        ({"features": (MODEL.features,)}, r"features\.0.*\n.*instance of Feature"),
        ({"inputs": GOODS_ITEM.schema}, "inputs.*\n.*instance of Inputs"),
        ({"name": None}, "name.*\n.*valid string"),
    ],
)
def test_a_value_of_a_model_is_of_its_kind(change, told):
    with pytest.raises(ValidationError, match=told):
        replace(MODEL, **change)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (HyperParameters, {"max_depth": 7}),
        (HyperParameters, {"learning_rate": "0.1"}),
        (HyperParameters, {"subsample": 0.0}),
        (HyperParameters, {"last_part_share": 1.0}),
        (LabelRule, {"delay_days": -1}),
        (LabelRule, {"paper_methods": "17"}),
        (LabelRule, {"goods_methods": ("3", "9")}),
        (LabelRule, {"delay": 1}),
    ],
)
def test_a_rule_out_of_its_range_is_refused(kind, change):
    with pytest.raises(ValidationError, match=next(iter(change))):
        kind(**change)


@pytest.mark.parametrize("name", ["../risk", "a/b", "risk-2", "Risk", "", "r" * 32])
def test_a_name_that_could_be_a_path_is_refused(name):
    with pytest.raises(ContractViolationError, match="small letters"):
        replace(MODEL, name=name)


def test_a_model_without_features_is_refused():
    with pytest.raises(ContractViolationError, match="features: expected one or more, found none"):
        replace(MODEL, features=())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reason_vi": "trị giá {amnt} VND"}, "may name value, amount in braces, found .*amnt"),
        ({"reason_en": "customs value {amnt} VND"}, "may name value, amount in braces.*amnt"),
        ({"reason_en": "customs value {amount VND"}, "in braces, found .*expected '}'"),
        ({"reason_en": "customs value {} VND"}, "in braces, found"),
        ({"reason_en": "customs value {amount:.1f} VND"}, "in braces, found"),
        (
            {"reads": ("net_mass_kg",)},
            r"compute fails, KeyError: 'declaration_.*'; it sees what it reads \(net_mass_kg\)",
        ),
        ({"reads": ("customs_value",)}, "reads what is no input: customs_value"),
        (
            {"evidence": (("amount", lambda columns: columns["net_mass_kg"]),)},
            "evidence amount fails, KeyError: 'net_mass_kg'; it sees what it reads",
        ),
        ({"evidence": USUAL.evidence * 2}, "two figures of its evidence have one name"),
        ({"compute": lambda _: 1.0}, "gives float, expected float64 of shape"),
        ({"compute": lambda _: np.zeros(3)}, r"gives float64 of shape \(3,\), expected"),
        (
            {"compute": lambda columns: columns["declaration_customs_value_vnd"] > 0},
            "gives bool of shape",
        ),
        ({"compute": lambda _: 1 / 0}, "compute fails, ZeroDivisionError"),
        ({"is_category": True}, "gives float64 of shape .*, expected text"),
        ({"group": "OTHER"}, "expected a group of reasons .*VALUE.*, found 'OTHER'"),
        ({"reason_vi": ""}, "told always: expected reason_vi and reason_en, found '' and 'total"),
        ({"reason_en": ""}, "told always: expected reason_vi and reason_en, found .* and ''"),
        ({"told": "never", "evidence": ()}, "told never: expected no reason_vi, reason_en and ev"),
        ({"told": "never", "reason_vi": "", "reason_en": ""}, "told never: expected no .*evidence"),
    ],
)
def test_a_feature_that_cannot_be_computed_or_told_is_refused_by_name(change, told):
    # Another feature of the model reads the column, so only this one's reads are wrong.
    features = (feature("value_to_declaration_ratio"), replace(USUAL, **change))
    with pytest.raises(ContractViolationError, match=f"feature {USUAL.name}.*{told}"):
        replace(MODEL, features=features)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "value <VND>"},
        {"reads": "customs_value_vnd"},
        {"reads": ()},
        {"compute": "log"},
        {"told": "sometimes"},
    ],
)
def test_a_value_of_a_feature_is_of_its_kind(change):
    with pytest.raises(ValidationError, match=next(iter(change))):
        replace(USUAL, **change)


def test_a_feature_that_is_told_by_another_input_needs_that_input():
    told = feature("unit_value_log_z")
    inputs = replace(GOODS_ITEM, schema=GOODS_ITEM.of(set(told.reads)))
    with pytest.raises(ContractViolationError, match=r"unit_value_log_z .*'direction_code'"):
        replace(MODEL, features=(told,), inputs=inputs)


def test_a_code_lies_below_nothing():
    told = replace(feature("hs2_code"), told="imports_below_peers")
    with pytest.raises(ContractViolationError, match=r"hs2_code: told .*below_peers: .*code"):
        replace(MODEL, features=(told,))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("MODEL = (\n", r"models/other\.py: line 1: SyntaxError: '\(' was never closed"),
        (
            "\nfrom ml.features.goods import NO_FEATURES\n",
            r"models/other\.py: line 2: ImportError: cannot import name 'NO_FEATURES'",
        ),
        ("import no_such_house\n", r"models/other\.py: line 1: ModuleNotFoundError: .*no_such"),
        ("MODEL = {}['risk']\n", r"models/other\.py: line 1: KeyError: 'risk'"),
        ("model = 1\n", r"ml/models/other\.py: expected MODEL, a value of .*, found None"),
        ("MODEL = 'risk'\n", r"ml/models/other\.py: expected MODEL, a value of .*, found 'risk'"),
        (
            GOOD.replace('"other"', '"other", target="findings"'),
            r"models/other\.py: line 6: Model\.target: .*'finding_in_goods', found 'findings'",
        ),
        (
            GOOD.replace('"other"', '"other", features=()'),
            r"models/other\.py: line 6: features: expected one or more, found none",
        ),
        (GOOD.replace("other", "../other"), r"models/other\.py: line 6: .*not '\.\./other'"),
        (GOOD.replace("other", "another"), r"ml/models/other\.py: expected the model other"),
    ],
)
def test_a_broken_file_is_refused_with_its_place_and_stops_no_other(
    monkeypatch, tmp_path, text, told
):
    put(monkeypatch, tmp_path, "other", text)
    for _ in range(2):
        with pytest.raises(CustomsDataError, match=told):
            models.find_model("other")
    assert models.find_model("risk") is MODEL


def test_a_file_that_is_named_as_no_model_is_refused(monkeypatch, tmp_path):
    put(monkeypatch, tmp_path, "my-model", GOOD)
    with pytest.raises(CustomsDataError, match=r"ml/models/my-model\.py: .*small letters"):
        models.find_model("my-model")


def test_a_good_file_is_found(monkeypatch, tmp_path):
    put(monkeypatch, tmp_path, "other", GOOD)
    assert models.find_model("other").features == MODEL.features


def put(monkeypatch, tmp_path, name, text):
    """Lay a file among the models, which nobody has read yet."""
    folder = tmp_path / "ml" / "models"
    folder.mkdir(parents=True)
    (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(folder)])
    # What is read from it goes with the test.
    monkeypatch.setitem(sys.modules, f"{models.__name__}.{name}", None)
    del sys.modules[f"{models.__name__}.{name}"]
