"""`customs bench page`: the results of contests as one page."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark.results_page import read_contest, render
from orchestration.cli.output import JsonOption, UnusedHomeOption, WrongUseError, emit


def page_command(
    results: Annotated[
        list[Path],
        typer.Option(
            "--results",
            help="Contests as `customs bench play --json` prints them: one or more files. The "
            "name of each is its title.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The page to write.")],
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Write the results of contests, with intervals, as a page that needs nothing but itself."""
    titles = [path.stem.replace("_", " ") for path in results]
    if len(set(titles)) < len(titles):
        message = f"--results: expected files of different names, found {', '.join(titles)}"
        raise WrongUseError(message)
    told = {title: read_contest(path) for title, path in zip(titles, results, strict=True)}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(render(told), encoding="utf-8")
    payload = {"page": out, "contests": titles}
    emit(payload, json_output=json_output, render=lambda to: to.print(f"written to {out}"))
