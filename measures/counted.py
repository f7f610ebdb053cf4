"""Counts in words: one of a thing, or several."""


def counted(number: float, thing: str, things: str = "") -> str:
    """Return a number with what it counts, such as `1 nation` and `1,200 nations`.

    Args:
        number: How many.
        thing: What one of them is called.
        things: What several are called; `thing` with an s where it is not told.
    """
    told = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{told} {thing if number == 1 else things or f'{thing}s'}"
