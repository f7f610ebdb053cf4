"""Goods features: what it is, where from, under which tariff schedule, and how it weighs."""

import numpy as np

from data_contracts.code_lists import agreement_schedules
from ml.features.arithmetic import Floats, flag, log_of_positive, quantity, ratio
from ml.features.definition import Column, Columns, Feature


def _hs2_code(columns: Columns) -> Column:
    return columns["hs6_code"].astype("U2")


def _hs4_code(columns: Columns) -> Column:
    return columns["hs6_code"].astype("U4")


def _country_of_origin_code(columns: Columns) -> Column:
    return columns["country_of_origin_code"]


def _has_agreement_rate(columns: Columns) -> Floats:
    schedule = columns["tariff_schedule_code"]
    return flag(np.isin(schedule, sorted(agreement_schedules())), is_known=schedule != "")


def _tariff_schedule_code(columns: Columns) -> Column:
    return columns["tariff_schedule_code"]


def _is_origin_other_than_partner(columns: Columns) -> Floats:
    origin = columns["country_of_origin_code"]
    partner = columns["foreign_party_country_code"]
    return flag(origin != partner, is_known=(origin != "") & (partner != ""))


def _log_net_mass(columns: Columns) -> Floats:
    return log_of_positive(columns["net_mass_kg"])


def _net_mass(columns: Columns) -> Floats:
    return quantity("net_mass_kg", columns)


def _mass_per_supplementary(columns: Columns) -> Floats:
    return ratio(columns["net_mass_kg"], columns["supplementary_quantity"])


def _log_mass_per_supplementary(columns: Columns) -> Floats:
    return log_of_positive(_mass_per_supplementary(columns))


GOODS_FEATURES: tuple[Feature, ...] = (
    Feature(
        name="hs2_code",
        group="GOODS",
        compute=_hs2_code,
        reads=("hs6_code",),
        unit="code",
        null_means="the chapter was rare or absent in training",
        label_vi="Chương HS",
        label_en="HS chapter",
        told="always",
        reason_vi="chương HS {value}",
        reason_en="HS chapter {value}",
        is_category=True,
    ),
    Feature(
        name="hs4_code",
        group="GOODS",
        compute=_hs4_code,
        reads=("hs6_code",),
        unit="code",
        null_means="the heading was rare or absent in training",
        label_vi="Nhóm HS",
        label_en="HS heading",
        told="always",
        reason_vi="nhóm HS {value}",
        reason_en="HS heading {value}",
        is_category=True,
    ),
    Feature(
        name="country_of_origin_code",
        group="ORIGIN",
        compute=_country_of_origin_code,
        reads=("country_of_origin_code",),
        unit="code",
        null_means="no origin is declared, or it was rare or absent in training",
        label_vi="Nước xuất xứ",
        label_en="Country of origin",
        told="always",
        reason_vi="xuất xứ {value}",
        reason_en="origin {value}",
        is_category=True,
    ),
    Feature(
        name="has_agreement_rate",
        group="ORIGIN",
        compute=_has_agreement_rate,
        reads=("tariff_schedule_code", "country_of_origin_code"),
        unit="1",
        null_means="no tariff schedule is declared",
        label_vi="Thuế suất ưu đãi đặc biệt",
        label_en="Preferential rate of a trade agreement",
        told="always",
        reason_vi="biểu thuế {schedule}, xuất xứ {origin}",
        reason_en="tariff schedule {schedule}, origin {origin}",
        evidence=(("schedule", _tariff_schedule_code), ("origin", _country_of_origin_code)),
    ),
    Feature(
        name="tariff_schedule_code",
        group="ORIGIN",
        compute=_tariff_schedule_code,
        reads=("tariff_schedule_code",),
        unit="code",
        null_means="no tariff schedule is declared, or it was rare or absent in training",
        label_vi="Biểu thuế",
        label_en="Tariff schedule",
        told="always",
        reason_vi="biểu thuế {value}",
        reason_en="tariff schedule {value}",
        is_category=True,
    ),
    Feature(
        name="is_origin_other_than_partner",
        group="ORIGIN",
        compute=_is_origin_other_than_partner,
        reads=("country_of_origin_code", "foreign_party_country_code"),
        unit="1",
        null_means="the origin or the country of the foreign party is not declared",
        label_vi="Nước xuất xứ và nước của đối tác nước ngoài",
        label_en="Origin and country of the foreign party",
        told="always",
        reason_vi="xuất xứ {origin}, đối tác nước ngoài ở {country}",
        reason_en="origin {origin}, foreign party in {country}",
        evidence=(
            ("origin", _country_of_origin_code),
            ("country", lambda columns: columns["foreign_party_country_code"]),
        ),
    ),
    Feature(
        name="net_mass_kg_log",
        group="GOODS",
        compute=_log_net_mass,
        reads=("net_mass_kg",),
        unit="1",
        null_means="no net mass is declared",
        label_vi="Khối lượng tịnh",
        label_en="Net mass",
        told="always",
        reason_vi="khối lượng tịnh {mass} kg",
        reason_en="net mass {mass} kg",
        evidence=(("mass", _net_mass),),
    ),
    Feature(
        name="mass_kg_per_supplementary_unit_log",
        group="GOODS",
        compute=_log_mass_per_supplementary,
        reads=("net_mass_kg", "supplementary_quantity"),
        unit="1",
        null_means="no net mass or no supplementary quantity is declared",
        label_vi="Khối lượng mỗi đơn vị tính",
        label_en="Mass per supplementary unit",
        told="always",
        reason_vi="{mass} kg mỗi đơn vị tính",
        reason_en="{mass} kg per supplementary unit",
        evidence=(("mass", _mass_per_supplementary),),
    ),
)
