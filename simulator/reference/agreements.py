"""Who gets lower duties: import schedules, their partners, proofs of origin and way down.

`agreements.csv` holds them in the order in which a trader prefers them where rates are equal:
`since` is the first day of members without one of their own; `staging` is a share of the lines,
yearly steps and rest (hundredths of a percent) for each part; two schedules that are `like` each
other treat lines alike. The codes B26 (UKVFTA), B27 (RCEP), B28 (VIFTA) and B29 (the Emirates)
could not be confirmed: they are ours, change them there.
"""

from datetime import date
from typing import NamedTuple

from simulator.reference.lists import named_values, read_list

MFN_CODE, ORDINARY_CODE, UNTAXED_CODE, PROCESSING_CODE = "B01", "B03", "B30", "B61"
# Partners without most-favoured-nation treatment.
WITHOUT_MFN = ("KP",)
JANUARY, APRIL = 1, 4
_MONTHS = (JANUARY, APRIL)


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


def _agreement(row: dict[str, str]) -> Agreement:
    """Return an agreement from a row of the list.

    Raises:
        ValueError: Its parts take more than all lines, or a month or day is none.
    """
    staging = [part.split("/") for part in row["staging"].split()]
    agreement = Agreement(
        code=row["code"],
        form=row["form"],
        members={
            member: date.fromisoformat(since or row["since"])
            for member, since in named_values(row["members"]).items()
        },
        base_year=int(row["base_year"]),
        staging=tuple(Staging(float(part[0]), *map(int, part[1:])) for part in staging),
        group=row["group"] or None,
        month=int(row["month"]),
        like=row["like"] or None,
    )
    if sum(part.share for part in agreement.staging) > 1 + 1e-9 or agreement.month not in _MONTHS:
        message = f"{agreement.code}: shares up to 1 and a month of {_MONTHS} expected"
        raise ValueError(message)
    return agreement


AGREEMENTS = read_list("agreements.csv", _agreement)
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
