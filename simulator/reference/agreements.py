"""Who gets lower duties: import schedules, their partners, proofs of origin and way down.

Codes, partners, forms and first days are the published ones. B26 (UKVFTA), B27 (RCEP) and B28
(VIFTA) could not be confirmed: they are ours, change them in AGREEMENTS. The shares of lines that
fall at once, over so many years, down to a rest, or are left out, are those of a typical schedule.
"""

from datetime import date
from typing import NamedTuple

MFN_CODE, ORDINARY_CODE, UNTAXED_CODE, PROCESSING_CODE = "B01", "B03", "B30", "B61"
ASEAN = ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH")
EU = (
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV",
    "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
)  # fmt: skip
# Partners without most-favoured-nation treatment.
WITHOUT_MFN = ("KP",)
JANUARY, APRIL = 1, 4


class Staging(NamedTuple):
    """How part of the lines fall: in equal yearly steps from the MFN rate down to a rest.

    Attributes:
        share: Share of the lines.
        steps: Yearly steps, the first on the first day of the base year; 0 is at once.
        rest_bp: Where they stop.
    """

    share: float
    steps: int
    rest_bp: int = 0


class Agreement(NamedTuple):
    """A schedule as it holds for a group of exporting members.

    Attributes:
        code, form: Schedule and proof of origin.
        members: ISO country and the first day it may use the schedule.
        base_year: Year of the first step.
        staging: How lines fall; lines beyond all shares are left out.
        group: Name of the group of members where the schedule has several; else None.
        month: Month in which rates step down.
        like: Name by which lines are drawn; two schedules that share it treat lines alike.
    """

    code: str
    form: str
    members: dict[str, date]
    base_year: int
    staging: tuple[Staging, ...]
    group: str | None = None
    month: int = JANUARY
    like: str | None = None


def _since(start: date, *members: str) -> dict[str, date]:
    return dict.fromkeys(members, start)


_OLD, _RCEP, _CPTPP = date(2014, 1, 1), date(2022, 1, 1), date(2019, 1, 14)
_EVFTA = (Staging(0.49, 0), Staging(0.1, 4), Staging(0.16, 6), Staging(0.2, 8), Staging(0.04, 11))
_CPTPP_STAGING = (Staging(0.66, 0), Staging(0.2, 4), Staging(0.07, 8), Staging(0.05, 11))
_RCEP_STAGING = (Staging(0.45, 0), Staging(0.22, 10), Staging(0.18, 15), Staging(0.05, 20))
_CPTPP_MEMBERS = _since(_CPTPP, "AU", "CA", "JP", "NZ", "SG") | {
    "PE": date(2021, 9, 19), "MY": date(2022, 11, 29), "CL": date(2023, 2, 21),
    "BN": date(2023, 7, 12), "GB": date(2024, 12, 15),
}  # fmt: skip
_RCEP_GROUPS = {
    "ASEAN": dict.fromkeys(ASEAN, _RCEP)
    | {"MY": date(2022, 3, 18), "ID": date(2023, 1, 2), "PH": date(2023, 6, 2)},
    "AU": _since(_RCEP, "AU"),
    "CN": _since(_RCEP, "CN"),
    "JP": _since(_RCEP, "JP"),
    "KR": _since(date(2022, 2, 1), "KR"),
    "NZ": _since(_RCEP, "NZ"),
}
# In the order in which a trader prefers them where rates are equal.
AGREEMENTS = (
    Agreement("B04", "D", _since(_OLD, *ASEAN), 2014, (Staging(0.97, 5), Staging(0.03, 5, 500))),
    Agreement(
        "B05", "E", _since(_OLD, "CN", *ASEAN), 2013,
        (Staging(0.82, 3), Staging(0.08, 8), Staging(0.05, 8, 500), Staging(0.03, 6, 2000)),
    ),
    Agreement(
        "B18", "VK", _since(date(2015, 12, 20), "KR"), 2016,
        (Staging(0.85, 0), Staging(0.07, 6), Staging(0.04, 15)),
    ),
    Agreement(
        "B06", "AK", _since(_OLD, "KR", *ASEAN), 2013, (Staging(0.86, 6), Staging(0.08, 9, 500))
    ),
    Agreement(
        "B10", "VJ", _since(_OLD, "JP"), 2010,
        (Staging(0.7, 11), Staging(0.18, 16), Staging(0.06, 17)), month=APRIL,
    ),
    Agreement(
        "B09", "AJ", _since(_OLD, "JP", *ASEAN), 2009,
        (Staging(0.68, 15), Staging(0.2, 17), Staging(0.05, 17, 500)), month=APRIL,
    ),
    Agreement(
        "B07", "AANZ", _since(_OLD, "AU", "NZ", *ASEAN), 2011,
        (Staging(0.9, 8), Staging(0.03, 10), Staging(0.05, 10, 500)),
    ),
    Agreement(
        "B08", "AI", _since(_OLD, "IN", *ASEAN), 2011,
        (Staging(0.68, 9), Staging(0.12, 11), Staging(0.1, 11, 500)),
    ),
    Agreement("B11", "S", _since(_OLD, "LA"), 2014, (Staging(0.98, 0),)),
    Agreement("B12", "X", _since(_OLD, "KH"), 2014, (Staging(0.12, 0),)),
    Agreement(
        "B13", "VC", _since(_OLD, "CL"), 2014,
        (Staging(0.6, 8), Staging(0.25, 11), Staging(0.08, 15)),
    ),
    Agreement(
        "B19", "EAV", _since(date(2016, 10, 5), "RU", "BY", "KZ"), 2016,
        (Staging(0.59, 0), Staging(0.1, 4), Staging(0.12, 7), Staging(0.09, 11)),
    ),
    Agreement(
        "B23", "AHK", _since(date(2020, 2, 20), "HK"), 2019, (Staging(0.3, 3), Staging(0.55, 14))
    ),
    Agreement("B25", "EUR.1", _since(date(2020, 8, 1), *EU), 2020, _EVFTA, like="EVFTA"),
    Agreement("B26", "EUR.1", _since(date(2021, 1, 1), "GB"), 2020, _EVFTA, like="EVFTA"),
    Agreement("B21", "CPTPP", _CPTPP_MEMBERS, 2018, _CPTPP_STAGING, like="CPTPP"),
    Agreement("B20", "CPTPP", _since(_CPTPP, "MX"), 2018, _CPTPP_STAGING, like="CPTPP"),
    *(
        Agreement("B27", "RCEP", members, 2022, _RCEP_STAGING, f"RCEP_{name}",
                  APRIL if name == "JP" else JANUARY)
        for name, members in _RCEP_GROUPS.items()
    ),
    Agreement(
        "B28", "VI", _since(date(2024, 11, 17), "IL"), 2024, (Staging(0.66, 0), Staging(0.2, 8))
    ),
)  # fmt: skip
SCHEDULES = (
    MFN_CODE,
    ORDINARY_CODE,
    *dict.fromkeys(agreement.code for agreement in AGREEMENTS),
    UNTAXED_CODE,
    PROCESSING_CODE,
)
FORMS: dict[str, str] = {agreement.code: agreement.form for agreement in AGREEMENTS}
MFN, ORDINARY = SCHEDULES.index(MFN_CODE), SCHEDULES.index(ORDINARY_CODE)
UNTAXED, PROCESSING = SCHEDULES.index(UNTAXED_CODE), SCHEDULES.index(PROCESSING_CODE)
