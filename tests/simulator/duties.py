"""All duties and taxes computed anew from the tariff files alone, and compared line by line.

The order of law and the formulas are those of section 3.9 of the customs reference: import duty by
the schedule claimed, defence by origin, special consumption on value and duties, environment by
quantity, VAT on all of them. Amounts are exact decimals. Taxes rest on the duty before exemption.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.simulator.outside_world import OutsideWorld

TABLES = ("tk", "hang", "thue", "bieuthue", "vat", "giamvat", "ttdb", "bvmt", "pvtm", "tygia")
_STEPS = ("rates", "applied", "recomputed", "compared")


@dataclass(frozen=True, slots=True)
class DutyComparison:
    """How the tax lines of a world compare with those computed anew.

    Attributes:
        compared: Tax lines compared, by tax letter.
        different: Those that differ in amount, base, rate or quantity, or that one side lacks.
        examples: Some of them, as text.
    """

    compared: dict[str, int]
    different: dict[str, int]
    examples: tuple[str, ...]


def compare_duties(world: OutsideWorld) -> DutyComparison:
    """Compute every tax line anew and compare; tables without a file count as empty."""
    world.load(TABLES)
    for step in _STEPS:
        path = Path(__file__).parent / "duty_steps" / f"{step}.sql"
        world.connection.execute(path.read_text(encoding="utf-8"))
    compared = world.connection.table("compared")
    counted = compared.aggregate("tax, count(*), count(*) filter (where is_different)", "tax")
    counts = sorted(counted.fetchall())
    different = compared.filter("is_different").order("SO_TK, STT, tax").limit(5)
    names = different.columns
    return DutyComparison(
        compared={tax: lines for tax, lines, _ in counts},
        different={tax: wrong for tax, _, wrong in counts if wrong},
        examples=tuple(
            ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True))
            for row in different.fetchall()
        ),
    )
