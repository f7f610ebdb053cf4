"""XML joined column by column: one text for each row, without a tree for any of them."""

import pyarrow as pa
import pyarrow.compute as pc

from simulator.kernel.arrays import Ints
from simulator.kernel.glyphs import gathered, joined

_MARKS = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"))
HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'


def safe(values: pa.Array) -> pa.Array:
    """Return text that somebody typed so that it may stand inside an element."""
    plain = values.cast(pa.string())
    for mark, shown in _MARKS:
        plain = pc.replace_substring(plain, mark, shown)
    return plain


def element(name: str, content: pa.Array | str, attributes: pa.Array | str = "") -> pa.Array:
    """Return `<name attributes>content</name>` for each row, empty text where content is null.

    Args:
        name: Name of the element.
        content: Codes, numbers, dates, safe text or inner elements.
        attributes: With a blank before each, such as ` unit="KGM"`.
    """
    shown = content if isinstance(content, str) else content.cast(pa.string())
    whole = joined(f"<{name}", attributes, ">", shown, f"</{name}>")
    return whole if isinstance(whole, pa.Scalar) else pc.fill_null(whole, "")


def attribute(name: str, values: pa.Array) -> pa.Array:
    """Return ` name="code"` for each row."""
    return joined(f' {name}="', values.cast(pa.string()), '"')


def inside(parts: pa.Array, counts: Ints) -> pa.Array:
    """Return runs of elements as one text each; run i has `counts[i]` rows."""
    return gathered(parts, counts, "")
