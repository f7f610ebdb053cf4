"""Names of firms and persons and their addresses, in Vietnamese, built from lists of syllables.

`names.json` beside this module is our own writing. A firm's brand comes from its position by a
permutation, so that no two are alike; everything else of a name is drawn from its key.
"""

import json
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.provinces import NAMES as PROVINCE_NAMES
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, digits, texts
from simulator.kernel.keyed import Keys

# Prime, so coprime to every product of list lengths below it.
_STRIDE = 60_013


@cache
def _words() -> dict[str, Any]:
    text = files(__package__).joinpath("names.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _latin(words: list[str]) -> list[str]:
    """Return words without marks, as in English names."""
    plain = [
        unicodedata.normalize("NFD", word.replace("đ", "d").replace("Đ", "D")) for word in words
    ]
    return ["".join(sign for sign in word if not unicodedata.combining(sign)) for word in plain]


def _joined(*parts: pa.StringArray) -> pa.StringArray:
    return pc.binary_join_element_wise(*parts, " ")


def _drawn(keys: Keys, name: str, words: list[str]) -> pa.StringArray:
    return texts(words, keyed.integers(keys, name, 0, len(words)))


def _from(lists: list[list[str]], group: Ints, position: Ints) -> pa.StringArray:
    return texts([word for words in lists for word in words], group * len(lists[0]) + position)


def _brands(position: Ints, *, in_latin: bool) -> pa.StringArray:
    """Return a different brand of two or three syllables for each position."""
    first, second, third = (_words()[name] for name in ("brand_a", "brand_b", "brand_c"))
    if in_latin:
        first, second, third = _latin(first), _latin(second), _latin(third)
    room = len(first) * len(second) * len(third)
    serial = position * _STRIDE % room
    rest = serial // len(third)
    return _joined(
        texts(first, rest % len(first)),
        texts(second, rest // len(first)),
        texts(third, serial % len(third)),
    )


def _foreign_brands(position: Ints) -> pa.StringArray:
    first, second = _words()["foreign_a"], _words()["foreign_b"]
    serial = position * _STRIDE
    head = texts(first, serial % len(first))
    return pc.binary_join_element_wise(
        head,
        texts(second, serial // len(first) % len(second)),
        pc.binary_join_element_wise(
            " ", texts(_latin(_words()["brand_c"]), serial // 900 % 28), ""
        ),
        "",
    )


def firm_names(
    keys: Keys, company: Ints, sector: Ints, is_foreign: Bools, *, in_english: bool = False
) -> pa.StringArray:
    """Return the name of each firm or household, by position.

    Args:
        keys: Identities, shape (n,).
        company: Position in COMPANY_TYPES, shape (n,).
        sector: Position in SECTORS of its goods, shape (n,).
        is_foreign: Owned from abroad: a foreign brand and `Việt Nam` behind it, shape (n,).
        in_english: For foreign trade, without marks and with the form behind.
    """
    known, position = _words(), np.arange(len(keys))
    form_at = keyed.integers(keys, "form", 0, len(known["forms"][0]))
    word_at = keyed.integers(keys, "word", 0, len(known["sectors"][0]))
    brand = pc.if_else(
        pa.array(is_foreign), _foreign_brands(position), _brands(position, in_latin=in_english)
    )
    if in_english:
        land = pc.if_else(pa.array(is_foreign), " Vietnam", "")
        word = _from(known["sectors_en"], sector, word_at)
        form = _from(known["forms_en"], company, form_at)
        return _joined(pc.binary_join_element_wise(brand, land, ""), word, form)
    land = pc.if_else(pa.array(is_foreign), " Việt Nam", "")
    word = _from(known["sectors"], sector, word_at)
    form = _from(known["forms"], company, form_at)
    return pc.binary_join_element_wise(_joined(form, word, brand), land, "")


def _service_names(keys: Keys, words: list[str]) -> pa.StringArray:
    """Return names of firms that serve trade; they begin at another place of the permutation."""
    position = np.arange(len(keys)) + 500_000
    form = _from(
        _words()["forms"][:2], keyed.integers(keys, "company", 0, 2), np.zeros(1, np.int64)
    )
    return _joined(form, _drawn(keys, "word", words), _brands(position, in_latin=False))


def broker_names(keys: Keys) -> pa.StringArray:
    """Return the name of each customs broker, shape (n,)."""
    return _service_names(keys, _words()["broker_words"])


def carrier_names(keys: Keys) -> pa.StringArray:
    """Return the name of each domestic carrier, shape (n,)."""
    return _service_names(keys, _words()["carrier_words"])


def port_names(keys: Keys) -> pa.StringArray:
    """Return the name of each operator of a port or warehouse, shape (n,)."""
    return _service_names(keys, _words()["port_words"])


def person_names(keys: Keys, is_woman: Bools) -> pa.StringArray:
    """Return a full name for each person, shape (n,)."""
    known = _words()
    family = texts(known["family"], keyed.choose(keys, "family", known["family_weights"]))
    sex = is_woman.astype(np.int64)
    middle_at = keyed.integers(keys, "middle name", 0, len(known["male_middle"]))
    given_at = keyed.integers(keys, "given name", 0, len(known["male"]))
    middle = _from([known["male_middle"], known["female_middle"]], sex, middle_at)
    return _joined(family, middle, _from([known["male"], known["female"]], sex, given_at))


def foreign_person_names(keys: Keys, style: Ints) -> pa.StringArray:
    """Return a full name in capitals for each foreigner; `style` is a position in HOMES."""
    known, group = _words(), np.maximum(style, 0)
    family, given = known["foreign_family"], known["foreign_given"]
    family_at = keyed.integers(keys, "family name", 0, len(family[0]))
    given_at = keyed.integers(keys, "given name", 0, len(given[0]))
    return pc.utf8_upper(_joined(_from(family, group, family_at), _from(given, group, given_at)))


def addresses(keys: Keys, province: Ints, in_zone: Bools) -> pa.StringArray:
    """Return an address in one line; the same for the same key, province and kind of place.

    Args:
        keys: Keys of the places, shape (n,).
        province: Position in PROVINCES, shape (n,).
        in_zone: A lot in an industrial zone instead of a house in a street, shape (n,).
    """
    known = _words()
    house = digits(keyed.integers(keys, "house number", 1, 990))
    street = _drawn(keys, "street", known["streets"])
    ward = _drawn(keys, "ward", known["wards"])
    home = pc.binary_join_element_wise("Số ", house, " ", street, ", Phường ", ward, "")
    letter = texts(list("ABCDEFGHKLMN"), keyed.integers(keys, "lot", 0, 12))
    lot = digits(keyed.integers(keys, "lot number", 1, 60))
    zone = _drawn(keys, "zone", known["zones"])
    plot = pc.binary_join_element_wise("Lô ", letter, lot, ", KCN ", zone, "")
    place = pc.if_else(pa.array(in_zone), plot, home)
    return pc.binary_join_element_wise(place, texts(PROVINCE_NAMES, province), ", ")
