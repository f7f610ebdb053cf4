"""A module beside those of a package, as if its file lay in the package's folder, for one test."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def add_module(monkeypatch: pytest.MonkeyPatch, package: ModuleType, file: Path) -> ModuleType:
    """Import a file as a module of `package`, which finds it by name from then on.

    Args:
        monkeypatch: Takes it away again.
        package: The package.
        file: The Python file; its name is the module's.
    """
    name = f"{package.__name__}.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(file.parent)])
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module
