"""The models of the house by name: a module each, which holds the value `MODEL`."""

import importlib
import pkgutil

from data_contracts.errors import CustomsDataError
from ml.model import Model

DEFAULT = "risk"
"""What people mean who name no model."""


def model_names() -> tuple[str, ...]:
    """Return the names of all models, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def find_model(name: str) -> Model:
    """Return the model of a name.

    Raises:
        CustomsDataError: There is none, or its module holds another one.
    """
    if name not in model_names():
        message = f"no model is named {name}; there is {', '.join(model_names())}"
        raise CustomsDataError(message)
    model: Model = importlib.import_module(f"{__name__}.{name}").MODEL
    if model.name != name:
        message = f"ml/models/{name}.py: expected the model {name}, found {model.name}"
        raise CustomsDataError(message)
    return model
