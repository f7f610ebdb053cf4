"""Declaration features: regime, place, time, transport, and the item's part in the whole."""

import numpy as np

from ml.features.arithmetic import Floats, flag, log_of_positive, quantity, ratio
from ml.features.definition import Column, Columns, Feature

_SECONDS_PER_DAY = 86_400.0
# Vietnam keeps one offset all year round.
_LOCAL_OFFSET_SECONDS = 7 * 3_600.0
# 1970-01-01 was a Thursday; Monday counts as 0.
_WEEKDAY_OF_EPOCH = 3.0


def _local_seconds(columns: Columns) -> Floats:
    return quantity("registered_at", columns) + _LOCAL_OFFSET_SECONDS


def _weekday(columns: Columns) -> Floats:
    return np.mod(np.floor(_local_seconds(columns) / _SECONDS_PER_DAY) + _WEEKDAY_OF_EPOCH, 7.0)


def _hour(columns: Columns) -> Floats:
    return np.floor(np.mod(_local_seconds(columns), _SECONDS_PER_DAY) / 3_600.0)


def _is_import(columns: Columns) -> Floats:
    direction = columns["direction_code"]
    return flag(direction == "import", is_known=direction != "")


def _regime_code(columns: Columns) -> Column:
    return columns["regime_code"]


def _regime_family_code(columns: Columns) -> Column:
    return columns["regime_code"].astype("U1")


def _customs_office_code(columns: Columns) -> Column:
    return columns["customs_office_code"]


def _transport_mode_code(columns: Columns) -> Column:
    return columns["transport_mode_code"]


def _valuation_method_code(columns: Columns) -> Column:
    return columns["valuation_method_code"]


def _incoterm_code(columns: Columns) -> Column:
    return columns["incoterm_code"]


def _item_count(columns: Columns) -> Floats:
    return quantity("goods_item_count", columns)


def _declaration_value(columns: Columns) -> Floats:
    return quantity("declaration_customs_value_vnd", columns)


def _log_declaration_value(columns: Columns) -> Floats:
    return log_of_positive(columns["declaration_customs_value_vnd"])


def _value_share(columns: Columns) -> Floats:
    return ratio(columns["customs_value_vnd"], columns["declaration_customs_value_vnd"])


def _duty_ratio(columns: Columns) -> Floats:
    return ratio(columns["declaration_duty_tax_vnd"], columns["declaration_customs_value_vnd"])


def _mass_share(columns: Columns) -> Floats:
    return ratio(columns["net_mass_kg"], columns["gross_mass_kg"])


DECLARATION_FEATURES: tuple[Feature, ...] = (
    Feature(
        name="is_import",
        group="DECLARATION",
        compute=_is_import,
        reads=("direction_code",),
        unit="1",
        null_means="no declaration is there for the item",
        label_vi="Hướng",
        label_en="Direction",
        told="always",
        reason_vi="hướng {direction}",
        reason_en="direction: {direction}",
        evidence=(("direction", lambda columns: columns["direction_code"]),),
    ),
    Feature(
        name="regime_code",
        group="DECLARATION",
        compute=_regime_code,
        reads=("regime_code",),
        unit="code",
        null_means="the code is missing, or was rare or absent in training",
        label_vi="Mã loại hình",
        label_en="Regime",
        told="always",
        reason_vi="loại hình {value}",
        reason_en="regime {value}",
        is_category=True,
    ),
    Feature(
        name="regime_family_code",
        group="DECLARATION",
        compute=_regime_family_code,
        reads=("regime_code",),
        unit="code",
        null_means="the code is missing, or was rare or absent in training",
        label_vi="Nhóm loại hình",
        label_en="Family of regimes",
        told="always",
        reason_vi="nhóm loại hình {value}",
        reason_en="regimes {value}",
        is_category=True,
    ),
    Feature(
        name="customs_office_code",
        group="ROUTE",
        compute=_customs_office_code,
        reads=("customs_office_code",),
        unit="code",
        null_means="the code is missing, or was rare or absent in training",
        label_vi="Cơ quan hải quan",
        label_en="Customs office",
        told="always",
        reason_vi="đăng ký tại {value}",
        reason_en="registered at {value}",
        is_category=True,
    ),
    Feature(
        name="transport_mode_code",
        group="ROUTE",
        compute=_transport_mode_code,
        reads=("transport_mode_code",),
        unit="code",
        null_means="the code is missing, or was rare or absent in training",
        label_vi="Phương thức vận chuyển",
        label_en="Mode of transport",
        told="always",
        reason_vi="phương thức vận chuyển {value} (UNECE 19)",
        reason_en="mode of transport {value} (UNECE 19)",
        is_category=True,
    ),
    Feature(
        name="valuation_method_code",
        group="VALUE",
        compute=_valuation_method_code,
        reads=("valuation_method_code",),
        unit="code",
        null_means="the code is missing, or was rare or absent in training",
        label_vi="Phương pháp xác định trị giá",
        label_en="Valuation method",
        told="never",
        is_category=True,
    ),
    Feature(
        name="incoterm_code",
        group="DECLARATION",
        compute=_incoterm_code,
        reads=("incoterm_code",),
        unit="code",
        null_means="the code is missing, or was rare or absent in training",
        label_vi="Điều kiện giao hàng",
        label_en="Incoterm",
        told="always",
        reason_vi="điều kiện giao hàng {value}",
        reason_en="terms of delivery {value}",
        is_category=True,
    ),
    Feature(
        name="registered_weekday",
        group="ROUTE",
        compute=_weekday,
        reads=("registered_at",),
        unit="1",
        null_means="the time of registration is not known",
        label_vi="Ngày trong tuần",
        label_en="Day of the week",
        told="never",
    ),
    Feature(
        name="registered_hour",
        group="ROUTE",
        compute=_hour,
        reads=("registered_at",),
        unit="1",
        null_means="the time of registration is not known",
        label_vi="Giờ đăng ký",
        label_en="Hour of registration",
        told="never",
    ),
    Feature(
        name="goods_item_count",
        group="DECLARATION",
        compute=_item_count,
        reads=("goods_item_count",),
        unit="1",
        null_means="the declaration does not say it",
        label_vi="Số dòng hàng",
        label_en="Goods items",
        told="always",
        reason_vi="tờ khai có {value} dòng hàng",
        reason_en="{value} items in the declaration",
    ),
    Feature(
        name="declaration_customs_value_vnd_log",
        group="DECLARATION",
        compute=_log_declaration_value,
        reads=("declaration_customs_value_vnd",),
        unit="1",
        null_means="no total value is declared",
        label_vi="Tổng trị giá tờ khai",
        label_en="Total value of the declaration",
        told="always",
        reason_vi="tổng trị giá tờ khai {amount} VND",
        reason_en="total value of the declaration {amount} VND",
        evidence=(("amount", _declaration_value),),
    ),
    Feature(
        name="declared_duty_to_value_ratio",
        group="DECLARATION",
        compute=_duty_ratio,
        reads=("declaration_duty_tax_vnd", "declaration_customs_value_vnd"),
        unit="1",
        null_means="no total of duties and taxes or no total value is declared",
        label_vi="Tỷ lệ thuế khai trước miễn giảm trên trị giá",
        label_en="Declared duty before exemption over value",
        told="always",
        reason_vi="thuế khai trước miễn giảm bằng {value} trị giá tờ khai",
        reason_en="declared duty before exemption is {value} of the declaration's value",
    ),
    Feature(
        name="value_to_declaration_ratio",
        group="DECLARATION",
        compute=_value_share,
        reads=("customs_value_vnd", "declaration_customs_value_vnd"),
        unit="1",
        null_means="no value of the item or no total is declared",
        label_vi="Tỷ trọng trị giá của dòng hàng",
        label_en="Share of the declaration's value",
        told="always",
        reason_vi="{value} tổng trị giá tờ khai",
        reason_en="{value} of the declaration's value",
    ),
    Feature(
        name="net_mass_to_gross_ratio",
        group="DECLARATION",
        compute=_mass_share,
        reads=("net_mass_kg", "gross_mass_kg"),
        unit="1",
        null_means="no net mass of the item or no gross mass is declared",
        label_vi="Tỷ trọng khối lượng của dòng hàng",
        label_en="Share of the declaration's mass",
        told="always",
        reason_vi="{value} khối lượng cả bì của tờ khai",
        reason_en="{value} of the declaration's gross mass",
    ),
)
