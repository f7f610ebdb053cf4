"""Trader features: what the trader did up to the end of the day before registration."""

import numpy as np

from ml.features.arithmetic import Floats, log_of_count, log_of_positive, quantity, ratio
from ml.features.definition import Columns, Feature

_SECONDS_PER_DAY = 86_400.0
# Vietnam keeps one offset all year round.
_LOCAL_OFFSET_SECONDS = 7 * 3_600.0
# A trader with one inspection and one finding is not certain to offend again: shares are drawn
# towards these priors as if that many cases had been seen before.
_PRIOR_INSPECTIONS = 10.0
_PRIOR_IRREGULAR_RATIO = 0.05
_PRIOR_DECLARATIONS = 20.0
_PRIOR_CANCELLED_RATIO = 0.02
_PRIOR_AMENDED_RATIO = 0.05


def trader_history_days(columns: Columns) -> Floats:
    """Return the days from the trader's first declaration to this one, shape (n_items,)."""
    local_day = np.floor((columns["registered_at"] + _LOCAL_OFFSET_SECONDS) / _SECONDS_PER_DAY)
    return local_day - columns["trader_first_registered_date"]


def _declaration_count(columns: Columns) -> Floats:
    return quantity("trader_declaration_count", columns)


def _log_declaration_count(columns: Columns) -> Floats:
    return log_of_count(columns["trader_declaration_count"])


def _items_per_declaration(columns: Columns) -> Floats:
    return ratio(columns["trader_item_count"], columns["trader_declaration_count"])


def _usual_item_value(columns: Columns) -> Floats:
    return ratio(columns["trader_customs_value_vnd"], columns["trader_item_count"])


def _value(columns: Columns) -> Floats:
    return quantity("customs_value_vnd", columns)


def _log_value_to_usual(columns: Columns) -> Floats:
    return log_of_positive(ratio(columns["customs_value_vnd"], _usual_item_value(columns)))


def _cancelled_ratio(columns: Columns) -> Floats:
    cancelled = columns["trader_cancelled_count"] + _PRIOR_DECLARATIONS * _PRIOR_CANCELLED_RATIO
    return cancelled / (columns["trader_declaration_count"] + _PRIOR_DECLARATIONS)


def _cancelled_count(columns: Columns) -> Floats:
    return quantity("trader_cancelled_count", columns)


def _amended_count(columns: Columns) -> Floats:
    return quantity("trader_amended_count", columns)


def _amended_ratio(columns: Columns) -> Floats:
    amended = columns["trader_amended_count"] + _PRIOR_DECLARATIONS * _PRIOR_AMENDED_RATIO
    return amended / (columns["trader_declaration_count"] + _PRIOR_DECLARATIONS)


def _inspected_count(columns: Columns) -> Floats:
    return quantity("trader_inspected_count", columns)


def _irregular_count(columns: Columns) -> Floats:
    return quantity("trader_irregular_count", columns)


def _log_irregular_count(columns: Columns) -> Floats:
    return log_of_count(columns["trader_irregular_count"])


def _irregular_ratio(columns: Columns) -> Floats:
    irregular = columns["trader_irregular_count"] + _PRIOR_INSPECTIONS * _PRIOR_IRREGULAR_RATIO
    return irregular / (columns["trader_inspected_count"] + _PRIOR_INSPECTIONS)


_NEW = "the trader is not named or had no declaration before this day"
_CHECKS_REASON_VI = "{irregular} lần có sai phạm trong {inspected} lần kiểm tra trước đây"
_CHECKS_REASON_EN = "{irregular} irregular of {inspected} earlier inspections"
_CHECKS_EVIDENCE = (("irregular", _irregular_count), ("inspected", _inspected_count))

TRADER_FEATURES: tuple[Feature, ...] = (
    Feature(
        name="trader_history_days",
        group="NOVELTY",
        compute=trader_history_days,
        reads=("registered_at", "trader_first_registered_date"),
        unit="days",
        null_means=_NEW,
        label_vi="Thời gian hoạt động",
        label_en="Length of history",
        told="new_traders",
        reason_vi="tờ khai đầu tiên cách đây {value} ngày",
        reason_en="first declaration {value} days ago",
    ),
    Feature(
        name="trader_declaration_count_log",
        group="NOVELTY",
        compute=_log_declaration_count,
        reads=("trader_declaration_count",),
        unit="1",
        null_means=_NEW,
        label_vi="Số tờ khai trước đây",
        label_en="Earlier declarations",
        told="new_traders",
        reason_vi="{declarations} tờ khai trước đây",
        reason_en="{declarations} earlier declarations",
        evidence=(("declarations", _declaration_count),),
    ),
    Feature(
        name="trader_items_per_declaration",
        group="TRADER",
        compute=_items_per_declaration,
        reads=("trader_item_count", "trader_declaration_count"),
        unit="1",
        null_means=_NEW,
        label_vi="Số dòng hàng mỗi tờ khai của doanh nghiệp",
        label_en="Items per declaration of the trader",
        told="always",
        reason_vi="doanh nghiệp thường khai {value} dòng hàng mỗi tờ khai",
        reason_en="the trader's declarations hold {value} items on average",
    ),
    Feature(
        name="value_to_trader_usual_log_ratio",
        group="TRADER",
        compute=_log_value_to_usual,
        reads=("customs_value_vnd", "trader_customs_value_vnd", "trader_item_count"),
        unit="1",
        null_means="no value, or no earlier value of this trader to compare with",
        label_vi="Trị giá so với mức thường khai của doanh nghiệp",
        label_en="Value against the trader's usual",
        told="always",
        reason_vi="trị giá {amount} VND; doanh nghiệp thường khai {usual} VND mỗi dòng hàng",
        reason_en="{amount} VND; the trader's items are usually {usual} VND",
        evidence=(("amount", _value), ("usual", _usual_item_value)),
    ),
    Feature(
        name="trader_cancelled_ratio",
        group="TRADER",
        compute=_cancelled_ratio,
        reads=("trader_cancelled_count", "trader_declaration_count"),
        unit="1",
        null_means=_NEW,
        label_vi="Tỷ lệ tờ khai hủy",
        label_en="Share of cancelled declarations",
        told="always",
        reason_vi="{cancelled} tờ khai hủy trong {declarations} tờ khai trước đây",
        reason_en="{cancelled} of {declarations} earlier declarations cancelled",
        evidence=(("cancelled", _cancelled_count), ("declarations", _declaration_count)),
    ),
    Feature(
        name="trader_amended_ratio",
        group="TRADER",
        compute=_amended_ratio,
        reads=("trader_amended_count", "trader_declaration_count"),
        unit="1",
        null_means=_NEW,
        label_vi="Tỷ lệ tờ khai sửa đổi",
        label_en="Share of amended declarations",
        told="always",
        reason_vi="{amended} tờ khai sửa đổi trong {declarations} tờ khai trước đây",
        reason_en="{amended} of {declarations} earlier declarations amended",
        evidence=(("amended", _amended_count), ("declarations", _declaration_count)),
    ),
    Feature(
        name="trader_inspected_count_log",
        group="TRADER",
        compute=lambda columns: log_of_count(columns["trader_inspected_count"]),
        reads=("trader_inspected_count", "trader_irregular_count"),
        unit="1",
        null_means=_NEW,
        label_vi="Số lần kiểm tra trước đây",
        label_en="Earlier inspections",
        told="always",
        reason_vi=_CHECKS_REASON_VI,
        reason_en=_CHECKS_REASON_EN,
        evidence=_CHECKS_EVIDENCE,
    ),
    Feature(
        name="trader_irregular_count_log",
        group="TRADER",
        compute=_log_irregular_count,
        reads=("trader_irregular_count", "trader_inspected_count"),
        unit="1",
        null_means=_NEW,
        label_vi="Số lần có sai phạm trước đây",
        label_en="Earlier irregularities",
        told="always",
        reason_vi=_CHECKS_REASON_VI,
        reason_en=_CHECKS_REASON_EN,
        evidence=_CHECKS_EVIDENCE,
    ),
    Feature(
        name="trader_irregular_ratio",
        group="TRADER",
        compute=_irregular_ratio,
        reads=("trader_irregular_count", "trader_inspected_count"),
        unit="1",
        null_means=_NEW,
        label_vi="Tỷ lệ sai phạm trước đây",
        label_en="Share of irregular inspections",
        told="always",
        reason_vi=_CHECKS_REASON_VI,
        reason_en=_CHECKS_REASON_EN,
        evidence=_CHECKS_EVIDENCE,
    ),
)
