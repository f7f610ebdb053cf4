"""The models as the command line names them."""

from typing import Annotated

import typer

from ml.models import model_names


def _known(name: str) -> str:
    if name not in model_names():
        message = f"expected {' or '.join(model_names())}, found {name!r}"
        raise typer.BadParameter(message)
    return name


ModelArgument = Annotated[str, typer.Argument(help="Which model.", callback=_known)]
ModelOption = Annotated[str, typer.Option("--model", help="Which model.", callback=_known)]
