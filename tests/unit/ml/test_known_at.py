"""Nothing that is known only after lodgement may become a feature."""

import dataclasses

import pytest

from data_contracts.errors import ContractViolationError
from data_contracts.loading import load_contract
from ml.inputs import GOODS_ITEM
from ml.model import check_features
from ml.models.risk import MODEL

INPUTS = GOODS_ITEM.schema
AFTERWARDS = ("control_channel", "cleared_at", "outcome", "additional_duty_vnd", "is_cancelled")


def test_the_features_in_use_pass():
    check_features(MODEL.features, INPUTS)


def test_no_input_is_known_only_afterwards():
    assert not set(AFTERWARDS) & set(INPUTS.names)


def test_every_declared_input_is_in_the_request_of_the_lane_service():
    asked = set(load_contract("lane_request").names) | set(load_contract("lane_request_item").names)
    history = ("trader_", "unit_value_")
    declared = [name for name in INPUTS.names if not name.startswith(history)]
    assert {name.removeprefix("declaration_") for name in declared} <= asked


@pytest.mark.parametrize("column", AFTERWARDS)
def test_a_planted_feature_that_reads_the_future_is_refused(column):
    planted = dataclasses.replace(MODEL.features[0], name="from_the_future", reads=(column,))
    with pytest.raises(ContractViolationError, match=column):
        check_features((*MODEL.features, planted), INPUTS)


def test_a_planted_feature_that_says_it_is_known_later_is_refused():
    planted = dataclasses.replace(MODEL.features[0], name="later", known_at="inspection")
    with pytest.raises(ContractViolationError, match="not at lodgement"):
        check_features((*MODEL.features, planted), INPUTS)


def test_two_features_of_one_name_and_an_unknown_group_are_refused():
    with pytest.raises(ContractViolationError, match="one name"):
        check_features((MODEL.features[0], MODEL.features[0]), INPUTS)
    with pytest.raises(ContractViolationError, match="group"):
        check_features((dataclasses.replace(MODEL.features[0], group="OTHER"),), INPUTS)
