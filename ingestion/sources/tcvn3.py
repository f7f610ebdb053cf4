"""TCVN3 (ABC): the single-byte Vietnamese encoding of files from before Unicode.

Source: TCVN 5712:1993, third set (VN3), as the .VnTime fonts use it; at the positions that VN3
defines it equals iconv's TCVN5712-1. Capitals other than Ă Â Ê Ô Ơ Ư Đ share the bytes of their
small letters (the font draws them large), so they come back small. Not here: VN1 and VN2.

Text of other single-byte code pages consists of the same bytes, so letters alone say nothing: a
line is TCVN3 where its words are Vietnamese when they are read so.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

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
_VIETNAMESE = frozenset("".join(_LETTERS.values()) + "".join(_LETTERS.values()).upper())
# Grave, acute, tilde, hook above and dot below; the other marks make a letter of its own.
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"[^\W\d_]+")
# A syllable without its tone, or letters without a vowel, as in an abbreviation.
_SYLLABLE = re.compile(
    "(?:ngh?|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?"
    "(?:"
    "(?:[aăâeêioôơuưy]|ia|iê|oa|oă|oe|oo|ua|uâ|uă|ue|uê|uô|uơ|uy|uya|uyê|ưa|ươ|yê)"
    "(?:ch|ng|nh|[ckmnpt])?"
    "|[aâou]i|[aoôơuư]i|[aeioư]u|[aâ]y|[ae]o|âu|êu|iêu|yêu|oai|oao|oay|oeo|uai|uao|uay|uây|uôi|uyu"
    "|ươi|ươu"
    ")"
    "|[bcdđghklmnpqrstvx]+"
)


def to_utf8(text: bytes) -> bytes:
    """Return TCVN3 text as UTF-8; bytes that TCVN3 does not have stay as they are."""
    return text.decode("latin-1").translate(_TO_TEXT).encode("utf-8", "surrogateescape")


def is_tcvn3(chunks: Iterable[bytes]) -> bool:
    """Tell whether a file is TCVN3 (else it is UTF-8).

    A line speaks for UTF-8 if it is that, with Vietnamese letters beyond ASCII, for TCVN3 if all
    its bytes beyond ASCII are TCVN3 letters and make Vietnamese words, and for either if it is
    UTF-8 of bytes that TCVN3 has as well. Any other line speaks for none.

    Raises:
        RefusedFileError: Lines speak for both, what speaks for UTF-8 could be TCVN3 as well, or no
            line beyond ASCII speaks, or most speak for none (E_ENCODING_AMBIGUOUS).
    """
    heard: Counter[str] = Counter()
    for block in _whole_lines(chunks):
        heard.update(_voices(block))
    is_utf8 = heard["utf8"] > 0 and heard["tcvn3"] == 0
    is_legacy = heard["tcvn3"] >= max(heard["none"], 1) and heard["utf8"] + heard["either"] == 0
    if heard and not is_utf8 and not is_legacy:
        message = "the text may be TCVN3 or UTF-8, in whole or in part, or is neither"
        raise RefusedFileError(message, reason_code="E_ENCODING_AMBIGUOUS")
    return is_legacy


def _voices(block: bytes) -> Iterator[str]:
    """Yield what each line beyond ASCII speaks for; a block that is UTF-8 speaks once."""
    if _HIGH.search(block) is None:
        return
    if (text := _decoded(block)) is not None and _is_vietnamese(text):
        yield _utf8_voice(block)
        return
    for line in block.splitlines():
        if _HIGH.search(line) is not None:
            yield _voice(line)


def _voice(line: bytes) -> str:
    if (text := _decoded(line)) is not None:
        return _utf8_voice(line) if _is_vietnamese(text) else "none"
    if _FOREIGN.search(line) is not None:
        return "none"
    words = _WORD.findall(to_utf8(line).decode("utf-8"))
    is_legacy = all(map(_is_syllable, (word for word in words if not word.isascii())))
    return "tcvn3" if is_legacy else "none"


def _utf8_voice(text: bytes) -> str:
    return "utf8" if _FOREIGN.search(text) else "either"


def _is_vietnamese(text: str) -> bool:
    """Whether letters beyond ASCII are of the Vietnamese alphabet, none with two tones."""
    letters = {letter for letter in set(text) if not letter.isascii() and letter.isalpha()}
    if not {*unicodedata.normalize("NFC", "".join(letters))} <= _VIETNAMESE:
        return False
    if _TONES.search(text) is None:
        return True
    composed = unicodedata.normalize("NFC", text)
    return _TONES.search(composed) is None


@lru_cache(maxsize=65_536)
def _is_syllable(word: str) -> bool:
    """Whether a word with letters beyond ASCII can be one Vietnamese syllable, with one tone."""
    parts = unicodedata.normalize("NFD", word.lower())
    toneless, tones = _TONES.subn("", parts)
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", toneless)) is not None


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


def _decoded(text: bytes) -> str | None:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return None
