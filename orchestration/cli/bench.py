"""`customs bench`: judge selections on a simulated nation, and hold rounds that nobody can fit."""

from typing import ClassVar

import typer

from orchestration.cli.later import LateGroup


class _Bench(LateGroup):
    modules: ClassVar = {
        "score": "bench_score",
        "play": "bench_play",
        "page": "bench_page",
        "ceiling": "bench_ceiling",
        "select": "bench_select",
        "compare": "bench_compare",
        "commit": "bench_rounds",
        "reveal": "bench_rounds",
        "mechanisms": "bench_mechanisms",
    }


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(typer.Typer(no_args_is_help=True, cls=_Bench), name="bench")
