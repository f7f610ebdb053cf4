"""What each mechanism says of itself, as `stories.yaml` tells it."""

from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

import yaml

from benchmark.mechanisms.signs import SIGNS


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


def _load() -> dict[str, Story]:
    text = resources.files("benchmark.mechanisms").joinpath("stories.yaml").read_text("utf-8")
    lists = ("signs", "silent")
    return {
        name: Story(**(told | {key: tuple(told.get(key, ())) for key in lists}))
        for name, told in yaml.safe_load(text).items()
    }


STORIES = MappingProxyType(_load())
