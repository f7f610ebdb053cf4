"""Commands that are imported when they are called: none waits for what another needs."""

import importlib
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup

from orchestration.cli.held import hold


def command_in(module: str, name: str) -> Any:
    """Import a module of this folder, and return a command that its `register(app)` adds.

    Args:
        module: Name of the module.
        name: Name of the command, or of the group of commands.
    """
    app = typer.Typer(add_completion=False)
    # With one command Typer would take its name for an argument.
    app.callback()(lambda: None)
    importlib.import_module(f"orchestration.cli.{module}").register(app)
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    for one in _imported(command):
        for parameter in one.params:
            hold(parameter)
    return command


def _imported(command: Any) -> Iterator[Any]:
    """Yield a command and, of a group, those below it that are not yet to be imported."""
    yield command
    if isinstance(command, TyperGroup):
        late: Any = command.commands
        inner = late.there if isinstance(late, _Commands) else late
        for one in inner.values():
            yield from _imported(one)


class LateGroup(TyperGroup):
    """A group that knows of some commands their names and modules alone, until they are called."""

    modules: ClassVar[Mapping[str, str]] = {}
    """Module of each such command, behind those that the group has at once."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        # Typer only reads it.
        self.commands: Any = _Commands(self.commands, self.modules)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Return the names in their order."""
        return list(self.commands)


class _Commands(Mapping[str, Any]):
    def __init__(self, at_once: Mapping[str, Any], modules: Mapping[str, str]) -> None:
        self.there, self._modules = dict(at_once), modules
        self._names = (*at_once, *modules)

    def __getitem__(self, name: str) -> Any:
        if name not in self.there:
            self.there[name] = command_in(self._modules[name], name)
        return self.there[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
