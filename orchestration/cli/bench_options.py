"""Options that several commands of `customs bench` take."""

import re
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.output import FOLDER, MANY

_MEMORY = re.compile(r"[1-9]\d{0,9}\s?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)", re.IGNORECASE)

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
    if not _MEMORY.fullmatch(text):
        message = f"expected an amount such as 2GB, found {text}"
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
