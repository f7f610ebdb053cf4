"""Features by hand-worked numbers, and what each may read."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from data_contracts.errors import ContractViolationError
from ml.features.fingerprint import feature_fingerprint, probe_table
from ml.features.matrix import encode, fitted_matrix, matrix
from ml.models.risk import MODEL
from tests.unit.ml.feature_rows import INPUTS, columns_of, feature, input_table, value

NAME = "country_of_origin_code"

# 30 peers, ln(unit value) with mean 10 and variance 0.25.
PEERS = {
    "unit_value_item_count": 30,
    "unit_value_log_sum": Decimal(300),
    "unit_value_log_square_sum": Decimal("3007.5"),
}


def test_the_unit_value_is_measured_in_deviations_of_its_peers():
    declared = {"customs_value_vnd": Decimal(100_000), "net_mass_kg": Decimal(10)}
    expected = (math.log(10_000) - 10) / 0.5
    assert value("unit_value_log_z", **declared, **PEERS) == pytest.approx(expected)
    assert value("unit_value_to_peer_log_ratio", **declared, **PEERS) == pytest.approx(
        math.log(10_000) - 10
    )


def test_a_unit_value_without_mass_or_with_few_peers_is_unknown():
    massless = {"customs_value_vnd": Decimal(100_000), "net_mass_kg": Decimal(0)}
    few = PEERS | {"unit_value_item_count": 19}
    declared = {"customs_value_vnd": Decimal(100_000), "net_mass_kg": Decimal(10)}
    with np.errstate(all="ignore"):
        assert math.isnan(value("unit_value_log_z", **massless, **PEERS))
        assert math.isnan(value("unit_value_log_z", **declared, **few))
        assert math.isnan(value("unit_value_log_z", **declared))


def test_the_time_of_registration_is_local():
    # 2024-05-05 18:30 UTC is Monday 01:30 in Vietnam.
    moment = datetime(2024, 5, 5, 18, 30, tzinfo=UTC)
    assert value("registered_weekday", registered_at=moment) == 0
    assert value("registered_hour", registered_at=moment) == 1


def test_history_is_counted_in_local_days():
    moment = datetime(2024, 5, 5, 18, 30, tzinfo=UTC)
    history = {"registered_at": moment, "trader_first_registered_date": date(2024, 5, 1)}
    assert value("trader_history_days", **history) == 5


def test_a_single_finding_does_not_make_a_trader_certain_to_offend():
    once = {"trader_irregular_count": 1, "trader_inspected_count": 1}
    assert value("trader_irregular_ratio", **once) == pytest.approx(1.5 / 11)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("B01", 0), ("B05", 1), ("B25", 1), ("B27", 1), ("B16", 0), ("B30", 0), ("B61", 0)],
)
def test_agreement_schedules_are_told_from_the_others(schedule, expected):
    assert value("has_agreement_rate", tariff_schedule_code=schedule) == expected


def test_an_origin_is_compared_with_the_partner_only_when_both_are_known():
    name = "is_origin_other_than_partner"
    assert value(name, country_of_origin_code="CN", foreign_party_country_code="SG") == 1
    assert value(name, country_of_origin_code="CN", foreign_party_country_code="CN") == 0
    assert math.isnan(value(name, country_of_origin_code="CN"))


@pytest.mark.parametrize("name", [feature.name for feature in MODEL.features])
def test_a_feature_and_its_evidence_read_only_what_they_declare(name):
    one = feature(name)
    columns = columns_of(probe_table(INPUTS))
    declared = {read: columns[read] for read in one.reads}
    with np.errstate(all="ignore"):
        for compute in (one.compute, *(compute for _, compute in one.evidence)):
            assert len(compute(declared)) == len(columns["hs6_code"])


@pytest.mark.parametrize("one", MODEL.features, ids=lambda one: one.name)
def test_every_feature_speaks_both_languages_and_can_be_filled_in(one):
    names = {name: "1" for name, _ in one.evidence} | {"value": "1"}
    is_told = one.told != "never"
    assert bool(one.reason_vi.format_map(names)) == is_told
    assert bool(one.reason_en.format_map(names)) == is_told
    assert all((one.label_vi, one.label_en, one.unit, one.null_means))


def test_a_row_gives_the_same_bits_alone_and_among_others():
    columns = columns_of(probe_table(INPUTS))
    count = len(columns["hs6_code"])
    batch = (np.arange(count), columns)
    fitted, categories = fitted_matrix(
        [batch], MODEL.features, np.ones(count, np.bool_), minimum_count=1
    )
    together = matrix(columns, MODEL.features, categories)
    assert fitted.tobytes() == together.tobytes()
    for row in range(len(together)):
        alone = {name: values[row : row + 1].copy() for name, values in columns.items()}
        assert matrix(alone, MODEL.features, categories).tobytes() == together[row].tobytes()


def test_an_unseen_code_is_missing_and_a_seen_one_is_its_place():
    codes = np.array(["CN", "", "JP", "XX", "VN"])
    np.testing.assert_array_equal(encode(codes, ("CN", "JP", "VN")), [0, np.nan, 1, np.nan, 2])
    assert np.isnan(encode(codes, ())).all()


def test_rare_codes_are_not_listed():
    codes = ("CN", "JP", "CN", None, "VN", "VN")
    batches = [
        (np.array(places), columns_of(input_table(*({NAME: codes[place]} for place in places))))
        for places in ([4, 0, 3], [2, 1, 5])
    ]
    # VN is there twice, but once only among what counts.
    is_counted = np.array([True, True, True, True, True, False])
    origin = (feature(NAME),)
    values, listed = fitted_matrix(batches, origin, is_counted, minimum_count=2)
    assert listed == {NAME: ("CN",)}
    np.testing.assert_array_equal(values[:, 0], [0, np.nan, 0, np.nan, np.nan, np.nan])


def test_a_decimal_arrives_as_the_same_float_whatever_its_scale():
    wide = input_table({"net_mass_kg": Decimal("0.1")})
    narrow = wide.set_column(
        wide.column_names.index("net_mass_kg"),
        "net_mass_kg",
        wide.column("net_mass_kg").cast(pa.decimal128(10, 2)),
    )
    for table in (wide, narrow):
        assert columns_of(table)["net_mass_kg"][0] == 0.1


@pytest.mark.parametrize(
    "number", ["-123.456789", "0", "900719925.474099", "-9999999999999999.999999", "0.000001"]
)
def test_a_decimal_becomes_the_nearest_float(number):
    rows = input_table({}, {"net_mass_kg": Decimal(number)}, {"net_mass_kg": Decimal(7)})
    column = columns_of(rows.slice(1))["net_mass_kg"]
    assert column.tolist() == [float(number), 7.0]
    assert math.isnan(columns_of(rows)["net_mass_kg"][0])


def test_a_long_decimal_keeps_its_first_digits():
    rows = input_table({"trader_customs_value_vnd": Decimal("-123456789012345678901234567890")})
    value_vnd = columns_of(rows)["trader_customs_value_vnd"][0]
    assert value_vnd == pytest.approx(-1.2345678901234568e29, rel=1e-15)


def test_a_missing_column_is_refused_by_name():
    with pytest.raises(ContractViolationError, match="hs6_code"):
        columns_of(input_table({}).drop_columns("hs6_code"))


def test_the_fingerprint_notices_another_behaviour_under_the_same_name():
    changed = tuple(
        one if one.name != "net_mass_kg_log" else _with_compute(one, lambda c: c["net_mass_kg"])
        for one in MODEL.features
    )
    assert feature_fingerprint(changed, INPUTS) != feature_fingerprint(MODEL.features, INPUTS)


def test_the_inputs_are_known_by_their_arrow_types():
    assert len(set(INPUTS.names)) == len(INPUTS)


def _with_compute(one, compute):
    return type(one)(
        **{name: getattr(one, name) for name in one.__slots__ if name != "compute"},
        compute=compute,
    )
