"""Options that several commands of `customs bench` take."""

import re
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.output import FOLDER, MANY

_MEMORY = re.compile(r"([1-9]\d{0,9})\s?([KMGT])(i?)B", re.IGNORECASE)
# With less the engine cannot even open a nation; it would blame the machine.
_LEAST, _LEAST_BYTES = "64MB", 64_000_000

TruthOption = Annotated[
    Path,
    typer.Option(
        "--truth", help="Folder of the truth, as --truth of `simulate run` named it.", **FOLDER
    ),
]
WorldOption = Annotated[
    Path | None,
    typer.Option(
        "--world",
        help="Folder of the outside files (default: the one that world.json in TRUTH names).",
        **FOLDER,
    ),
]


def _memory(text: str) -> str:
    found = _MEMORY.fullmatch(text)
    if found is None:
        message = f"expected an amount such as 2GB, found {text}"
        raise typer.BadParameter(message)
    number, unit, binary = found.groups()
    step = 1024 if binary else 1000
    if int(number) * step ** (1 + "KMGT".index(unit.upper())) < _LEAST_BYTES:
        message = f"expected {_LEAST} at least, found {text}"
        raise typer.BadParameter(message)
    return text


MemoryOption = Annotated[
    str, typer.Option("--memory", help="Memory for reading, such as 2GB.", callback=_memory)
]
SpillOption = Annotated[
    Path | None,
    typer.Option(
        "--spill",
        help="Folder for what does not fit into memory (default: the system's for temporary "
        "files).",
        **FOLDER,
    ),
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, max=MANY, help="Seed of lots and resampling.")
]
