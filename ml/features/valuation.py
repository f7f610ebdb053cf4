"""Value features: the declared value against the mass, the quantity and like goods."""

import numpy as np

from ml.features.arithmetic import Floats, log_of_count, log_of_positive, quantity, ratio
from ml.features.definition import Columns, Feature

# Below this many earlier items of the HS6 and origin a mean says nothing about a price.
_MINIMUM_PEERS = 20
# ln(VND/kg); peers that all declare one price would otherwise make any other price infinitely odd.
_SMALLEST_DEVIATION = 0.05


def _unit_value(columns: Columns) -> Floats:
    return ratio(columns["customs_value_vnd"], columns["net_mass_kg"])


def _log_unit_value(columns: Columns) -> Floats:
    return log_of_positive(_unit_value(columns))


def _peer_log_mean(columns: Columns) -> Floats:
    count = columns["unit_value_item_count"]
    mean = ratio(columns["unit_value_log_sum"], count)
    return np.where(count >= _MINIMUM_PEERS, mean, np.nan)


def _peer_log_deviation(columns: Columns) -> Floats:
    mean = _peer_log_mean(columns)
    square_mean = ratio(columns["unit_value_log_square_sum"], columns["unit_value_item_count"])
    variance = np.maximum(square_mean - mean * mean, 0.0)
    return np.maximum(np.sqrt(variance), _SMALLEST_DEVIATION)


def _log_difference(columns: Columns) -> Floats:
    return _log_unit_value(columns) - _peer_log_mean(columns)


def _log_z(columns: Columns) -> Floats:
    return _log_difference(columns) / _peer_log_deviation(columns)


def _peer_unit_value(columns: Columns) -> Floats:
    return np.exp(_peer_log_mean(columns))


def _peer_count(columns: Columns) -> Floats:
    return quantity("unit_value_item_count", columns)


def _peer_count_log(columns: Columns) -> Floats:
    return log_of_count(columns["unit_value_item_count"])


def _log_value(columns: Columns) -> Floats:
    return log_of_positive(columns["customs_value_vnd"])


def _log_value_per_supplementary(columns: Columns) -> Floats:
    return log_of_positive(ratio(columns["customs_value_vnd"], columns["supplementary_quantity"]))


_PEER_READS = (
    "customs_value_vnd",
    "net_mass_kg",
    "unit_value_item_count",
    "unit_value_log_sum",
)
_PEER_EVIDENCE = (
    ("unit_value", _unit_value),
    ("peer_unit_value", _peer_unit_value),
    ("peer_count", _peer_count),
)
_PEER_REASON_VI = (
    "giá {unit_value} VND/kg; trung bình của HS6 và xuất xứ này {peer_unit_value} VND/kg, "
    "n = {peer_count}"
)
_PEER_REASON_EN = (
    "{unit_value} VND/kg; mean of this HS6 and origin {peer_unit_value} VND/kg, n = {peer_count}"
)

VALUATION_FEATURES: tuple[Feature, ...] = (
    Feature(
        name="unit_value_log_z",
        group="VALUE",
        compute=_log_z,
        reads=(*_PEER_READS, "unit_value_log_square_sum"),
        unit="1",
        null_means="no value or mass, or fewer than 20 earlier items of this HS6 and origin",
        label_vi="Độ lệch của đơn giá so với hàng cùng loại",
        label_en="Deviation of the unit value from like goods",
        told="imports_below_peers",
        reason_vi=_PEER_REASON_VI,
        reason_en=_PEER_REASON_EN,
        evidence=_PEER_EVIDENCE,
    ),
    Feature(
        name="unit_value_to_peer_log_ratio",
        group="VALUE",
        compute=_log_difference,
        reads=_PEER_READS,
        unit="1",
        null_means="no value or mass, or fewer than 20 earlier items of this HS6 and origin",
        label_vi="Tỷ lệ đơn giá trên trung bình hàng cùng loại",
        label_en="Unit value over the mean of like goods",
        told="imports_below_peers",
        reason_vi=_PEER_REASON_VI,
        reason_en=_PEER_REASON_EN,
        evidence=_PEER_EVIDENCE,
    ),
    Feature(
        name="unit_value_vnd_per_kg_log",
        group="VALUE",
        compute=_log_unit_value,
        reads=("customs_value_vnd", "net_mass_kg"),
        unit="1",
        null_means="no value or no net mass is declared",
        label_vi="Đơn giá theo khối lượng",
        label_en="Unit value by mass",
        told="never",
    ),
    Feature(
        name="unit_value_peer_count_log",
        group="GOODS",
        compute=_peer_count_log,
        reads=("unit_value_item_count",),
        unit="1",
        null_means="no earlier item of this HS6 and origin had a value and a mass",
        label_vi="Số dòng hàng cùng loại trước đó",
        label_en="Earlier items of like goods",
        told="always",
        reason_vi="trước đó có {peer_count} dòng hàng cùng HS6 và xuất xứ",
        reason_en="{peer_count} earlier items of this HS6 and origin",
        evidence=(("peer_count", _peer_count),),
    ),
    Feature(
        name="customs_value_vnd_log",
        group="VALUE",
        compute=_log_value,
        reads=("customs_value_vnd",),
        unit="1",
        null_means="no customs value, or no rate to convert it",
        label_vi="Trị giá tính thuế của dòng hàng",
        label_en="Customs value of the item",
        told="never",
    ),
    Feature(
        name="value_vnd_per_supplementary_unit_log",
        group="VALUE",
        compute=_log_value_per_supplementary,
        reads=("customs_value_vnd", "supplementary_quantity"),
        unit="1",
        null_means="no value or no supplementary quantity is declared",
        label_vi="Đơn giá theo đơn vị tính",
        label_en="Value per supplementary unit",
        told="never",
    ),
)
