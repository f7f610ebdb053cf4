"""What each mechanism says of itself: its module the story, `stories.yaml` how it shows.

Of a module only the docstring is read, as text: "Actors: … Motive: … Method: … Evaded: …".
"""

import ast
import re
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

import yaml

from benchmark.mechanisms.signs import SIGNS

_TOLD = re.compile(r"Actors: (.+?)\. Motive: (.+?)\. Method: (.+?)\. Evaded: (.+?)\.(?: |$)")


@dataclass(frozen=True, slots=True)
class Story:
    """What a mechanism says of itself.

    Attributes:
        actors: Who does it.
        motive: What for.
        method: What they do.
        money: How the duty evaded is computed.
        signs: Signs by which it shows, of `signs.SIGNS`.
        silent: Outside tables in which nothing shows.
        is_meant: Whether anybody means it.
    """

    actors: str
    motive: str
    method: str
    money: str
    signs: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    is_meant: bool = True

    @property
    def tables(self) -> tuple[str, ...]:
        """Outside tables in which it shows."""
        return tuple(dict.fromkeys(table for sign in self.signs for table in SIGNS[sign]))


def told_by(module: str) -> dict[str, str]:
    """Return actors, motive, method and money, as the text of a mechanism's module tells them.

    Raises:
        ValueError: Its docstring does not tell them.
    """
    words = " ".join((ast.get_docstring(ast.parse(module)) or "").split())
    found = _TOLD.search(words)
    if not found:
        message = f'expected "Actors: … Motive: … Method: … Evaded: …", found {words!r}'
        raise ValueError(message)
    return dict(zip(("actors", "motive", "method", "money"), found.groups(), strict=True))


def _load() -> dict[str, Story]:
    text = resources.files("benchmark.mechanisms").joinpath("stories.yaml").read_text("utf-8")
    modules = resources.files("simulator.mechanisms")
    stories = {}
    for name, shown in yaml.safe_load(text).items():
        told = told_by(modules.joinpath(f"{name}.py").read_text("utf-8"))
        lists = {key: tuple(shown.get(key, ())) for key in ("signs", "silent")}
        stories[name] = Story(**(told | shown | lists))
    return stories


STORIES = MappingProxyType(_load())
