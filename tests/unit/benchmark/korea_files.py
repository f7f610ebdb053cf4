"""Small files in the form of the public Korean declarations."""

from collections.abc import Sequence
from pathlib import Path

HEADER = (
    "Declaration ID,Date,HS6 Code,Country of Departure,Country of Origin,"
    "Tax Rate,Tax Type,Net Mass,Importer ID,Fraud"
)


GOODS = {
    "hs6": "440890",
    "departure": "CN",
    "origin": "CN",
    "tax_rate": "8.0",
    "tax_type": "A",
    "net_mass": "108.0",
}


def line(number: int, day: str, *, irregular: object = 0, **changed: str) -> str:
    """Return one row of the file; `changed` replaces fields of `GOODS`."""
    goods = GOODS | changed
    assert goods.keys() == GOODS.keys()
    return ",".join((str(number), day, *goods.values(), "QLRUBN9", str(irregular)))


def write(path: Path, lines: Sequence[str], header: str = HEADER) -> Path:
    """Write the rows under the header."""
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path
