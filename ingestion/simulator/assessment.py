"""Duties and taxes of goods items, in whole VND, each line rounded half up.

Order of the law: import or export duty on the customs value; special consumption tax on value and
duty; value-added tax on value, duty and special consumption tax.
"""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator.arrays import Ints, half_up

_FULL_BP = 10_000


@dataclass(frozen=True, slots=True)
class Assessment:
    """Rates (hundredths of a percent) and amounts (VND) by item.

    Attributes:
        duty_bp, excise_bp, vat_bp: Rates applied.
        duty, excise, vat: Amounts before exemption.
        exempted: Part of the duty that the regime forgives.
    """

    duty_bp: Ints
    excise_bp: Ints
    vat_bp: Ints
    duty: Ints
    excise: Ints
    vat: Ints
    exempted: Ints

    @property
    def total(self) -> Ints:
        """All taxes before exemption, VND."""
        return self.duty + self.excise + self.vat

    @property
    def payable(self) -> Ints:
        """All taxes after exemption, VND."""
        return self.total - self.exempted


def assess(value: Ints, rates: tuple[Ints, Ints, Ints], is_exempted: Ints) -> Assessment:
    """Return the taxes of items.

    Args:
        value: Customs value, VND.
        rates: Duty, special consumption and value-added tax, hundredths of a percent.
        is_exempted: 1 where the duty is computed and then forgiven, else 0.
    """
    duty_bp, excise_bp, vat_bp = rates
    duty = half_up(value * duty_bp, _FULL_BP)
    excise = half_up((value + duty) * excise_bp, _FULL_BP)
    vat = half_up((value + duty + excise) * vat_bp, _FULL_BP)
    return Assessment(duty_bp, excise_bp, vat_bp, duty, excise, vat, np.where(is_exempted, duty, 0))
