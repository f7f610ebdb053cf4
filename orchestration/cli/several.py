"""Options that take several values: `--only A B` says the same as `--only A --only B`."""

from collections.abc import Iterator, Sequence
from typing import Any

from typer.core import TyperCommand


class TakesSeveral(TyperCommand):
    """A command whose repeatable options take one value or more each; it has no arguments."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words of a command line."""
        repeatable = {
            name for option in self.params if getattr(option, "multiple", False)
            for name in option.opts
        }  # fmt: skip
        return super().parse_args(ctx, list(_repeated(args, repeatable)))


def _repeated(words: Sequence[str], repeatable: set[str]) -> Iterator[str]:
    """Yield the words, with the name of a repeatable option before each of its values."""
    name, has_value = "", False
    for word in words:
        if word.startswith("-"):
            option, equals, _ = word.partition("=")
            name, has_value = (option, bool(equals)) if option in repeatable else ("", False)
        elif name and has_value:
            yield name
        else:
            has_value = True
        yield word
