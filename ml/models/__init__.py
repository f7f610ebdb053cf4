"""The models of the house by name: a module each, which holds the value `MODEL`."""

import importlib
import pkgutil
import reprlib
import traceback
from pathlib import PurePath

from pydantic import ValidationError

from data_contracts.errors import CustomsDataError
from ml.model import NAME, Model

DEFAULT = "risk"
"""What people mean who name no model."""


def model_names() -> tuple[str, ...]:
    """Return the names of all models, sorted; their modules are not read, so one may be broken."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def find_model(name: str) -> Model:
    """Return the model of a name.

    Raises:
        CustomsDataError: There is none, or its module is not named as a model is, cannot be read,
            or holds none, another one or one that is refused; with file and line.
    """
    if name not in model_names():
        message = f"no model is named {name}; there is {', '.join(model_names())}"
        raise CustomsDataError(message)
    file = f"ml/models/{name}.py"
    if not NAME.fullmatch(name):
        message = f"{file}: a model's file is named with small letters, digits and _"
        raise CustomsDataError(message)
    try:
        module = importlib.import_module(f"{__name__}.{name}")
    # The module is an author's: whatever it raises is theirs to read.
    except Exception as error:
        message = f"{_place(file, error)}: {_told(error)}"
        raise CustomsDataError(message) from error
    model = getattr(module, "MODEL", None)
    if not isinstance(model, Model):
        message = f"{file}: expected MODEL, a value of ml.model.Model, found {reprlib.repr(model)}"
        raise CustomsDataError(message)
    if model.name != name:
        message = f"{file}: expected the model {name}, found {model.name}"
        raise CustomsDataError(message)
    return model


def _place(file: str, error: Exception) -> str:
    """Return the last place of the model's file, or of one that it imports, with its line."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return f"{_short(error.filename)}: line {error.lineno}"
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        module = frame.f_globals["__name__"]
        is_authors = module.startswith((f"{__name__}.", "ml.features."))
        if is_authors and frame.f_code.co_name == "<module>":
            return f"{_short(frame.f_code.co_filename)}: line {line}"
    return file


def _short(path: str) -> str:
    """Return a path from the house on: `ml/models/x.py`."""
    parts = PurePath(path).parts
    at = max((place for place, part in enumerate(parts) if part == "ml"), default=0)
    return str(PurePath(*parts[at:]))


def _told(error: Exception) -> str:
    if isinstance(error, CustomsDataError):
        return str(error)
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, (error.title, *one['loc'])))}: {one['msg']}, "
            f"found {reprlib.repr(one['input'])}"
            for one in error.errors(include_url=False)
        )
    told = error.msg if isinstance(error, SyntaxError) else error
    return f"{type(error).__name__}: {told}"
