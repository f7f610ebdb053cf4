"""Operators of ports and warehouses, as the registry ranks them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.actors.fitting import chances
from simulator.actors.identifiers import OPERATORS, firm_codes, tax_numbers
from simulator.actors.names import port_names
from simulator.actors.provinces import CODES, TAX_PREFIXES
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.reference.offices import Offices

_OPERATORS_AN_OFFICE = 2


@dataclass(frozen=True, slots=True)
class Operators:
    """Operators, one position each.

    Attributes:
        tax_codes, names: Text.
        office: Office under whose eyes it works, position in offices.
        compliance: Latent compliance in (0, 1).
    """

    tax_codes: pa.StringArray
    names: pa.StringArray
    office: Ints
    compliance: Floats

    def __len__(self) -> int:
        """Return the number of operators."""
        return len(self.office)


def draw_operators(seed: int, offices: Offices) -> Operators:
    """Return the operators of ports and warehouses beside the offices that handle goods."""
    office = np.repeat(np.flatnonzero(offices.handles), _OPERATORS_AN_OFFICE)
    key = keyed.identities(keyed.root(seed, "operators"), len(office))
    known = {code: position for position, code in enumerate(CODES)}
    province = np.array([known.get(code, 0) for code in offices.province], dtype=np.int64)[office]
    numbers = tax_numbers(seed, TAX_PREFIXES[province], OPERATORS)
    odds = 2.0 + keyed.normal(key, "compliance")
    return Operators(
        tax_codes=firm_codes(numbers, np.zeros(len(office), dtype=np.int64)),
        names=port_names(key),
        office=office,
        compliance=chances(odds),
    )
