"""TCVN3 (ABC): the single-byte Vietnamese encoding of files from before Unicode.

Source: TCVN 5712:1993, third set (VN3), as the .VnTime fonts use it; at the positions that VN3
defines it equals iconv's TCVN5712-1. Capitals other than Ă Â Ê Ô Ơ Ư Đ share the bytes of their
small letters (the font draws them large), so they come back small. Not here: VN1 and VN2.
"""

import re
from collections.abc import Iterable, Iterator

from ingestion.sources.reading import RefusedFileError

_LETTERS: dict[int, str] = {
    first + offset: letter
    for first, letters in (
        (0xA1, "ĂÂÊÔƠƯĐăâêôơưđ"),
        (0xB5, "àảãáạ"),
        (0xBB, "ằẳẵắ"),
        (0xC6, "ặầẩẫấậè"),
        (0xCE, "ẻẽéẹềểễếệìỉ"),
        (0xDC, "ĩíịò"),
        (0xE1, "ỏõóọồổỗốộờởỡớợù"),
        (0xF1, "ủũúụừửữứựỳỷỹýỵ"),
    )
    for offset, letter in enumerate(letters)
}
# A byte that TCVN3 does not have stays what it is, and the record fails later as no UTF-8.
_TO_TEXT = {byte: _LETTERS.get(byte, chr(0xDC00 + byte)) for byte in range(0x80, 0x100)}

_HIGH = re.compile(rb"[\x80-\xff]")
_FOREIGN = re.compile(b"[" + bytes(set(range(0x80, 0x100)) - set(_LETTERS)) + b"]")
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def to_utf8(text: bytes) -> bytes:
    """Return TCVN3 text as UTF-8; bytes that TCVN3 does not have stay as they are."""
    return text.decode("latin-1").translate(_TO_TEXT).encode("utf-8", "surrogateescape")


def is_tcvn3(chunks: Iterable[bytes]) -> bool:
    """Tell whether a file is TCVN3 (else it is UTF-8).

    A line speaks for UTF-8 if it is that with a letter beyond ASCII, for TCVN3 if all its bytes
    beyond ASCII are TCVN3 letters and none of them form UTF-8. Any other line is damaged and speaks
    for neither.

    Raises:
        RefusedFileError: Lines speak for both, or what speaks for UTF-8 could be TCVN3 as well
            (E_ENCODING_AMBIGUOUS).
    """
    heard = {voice for block in _whole_lines(chunks) for voice in _voices(block)}
    if heard & {"utf8", "either"} and heard not in ({"utf8"}, {"utf8", "either"}):
        message = "the text may be TCVN3 or UTF-8, in whole or in part"
        raise RefusedFileError(message, reason_code="E_ENCODING_AMBIGUOUS")
    return "tcvn3" in heard


def _voices(block: bytes) -> Iterator[str]:
    """Yield what each line beyond ASCII speaks for; a block of one kind speaks once."""
    if _HIGH.search(block) is None:
        return
    if _decodes(block):
        yield _utf8_voice(block)
        return
    for line in _speaking_lines(block):
        if _decodes(line):
            yield _utf8_voice(line)
        elif _FOREIGN.search(line) is None and _UTF8_SEQUENCE.search(line) is None:
            yield "tcvn3"


def _utf8_voice(text: bytes) -> str:
    return "utf8" if _FOREIGN.search(text) else "either"


def _speaking_lines(block: bytes) -> Iterator[bytes]:
    """Yield the lines beyond ASCII; one is enough where the whole block is plainly TCVN3."""
    if _UTF8_SEQUENCE.search(block) is None and _FOREIGN.search(block) is None:
        yield block
        return
    yield from (line for line in block.splitlines() if _HIGH.search(line))


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        head, separator, tail = chunk.rpartition(b"\n")
        if separator:
            yield rest + head
            rest = tail
        else:
            rest += chunk
    yield rest


def _decodes(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
