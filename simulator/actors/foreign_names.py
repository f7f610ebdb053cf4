"""Names and addresses of foreign firms in the manner of their country, and their misspellings.

`foreign_words.json` beside this module is our own writing: halves of invented brands by style of
name, words of each sector, legal forms, cities.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, digits, group_starts, texts
from simulator.kernel.keyed import Keys
from simulator.reference.countries import Countries

SPELLINGS = 6
_CHINESE, _OTHERS = 0, 5
_CITY_IN_NAME_SHARE = 0.1
_SHORTEST_TYPO = 4
# Coprime to the numbers of words: neighbouring positions get different names, and few repeat.
_STRIDE = 618_041
Lists = list[list[str]]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Parts of names as text, one position a firm each; `wrong` and `short` are misspelt."""

    head: pa.StringArray
    first: pa.StringArray
    second: pa.StringArray
    wrong: pa.StringArray
    word: pa.StringArray
    short: pa.StringArray
    form: pa.StringArray
    long_form: pa.StringArray
    bare_form: pa.StringArray
    city: pa.StringArray


@cache
def _words() -> dict[str, Any]:
    text = files(__package__).joinpath("foreign_words.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _typo(word: str) -> str:
    """Return a word with two neighbouring letters swapped, or one doubled where it is short."""
    if len(word) < _SHORTEST_TYPO:
        return word + word[-1]
    return word[:1] + word[2] + word[1] + word[3:]


def _styles(codes: list[str]) -> Ints:
    """Return the style of names of each country."""
    lists: Lists = _words()["countries_by_style"]
    style = {code: number for number, group in enumerate(lists) for code in group}
    return np.array([style.get(code, _OTHERS) for code in codes], dtype=np.int64)


def _cities(keys: Keys, country: Ints, countries: Countries) -> pa.StringArray:
    known = _words()["cities"]
    names = zip(countries.codes, countries.names_en, strict=True)
    lists = [known.get(code, [name]) for code, name in names]
    count = np.array([len(group) for group in lists], dtype=np.int64)
    start = group_starts(count)
    position = start[country] + keyed.integers(keys, "city", 0, count[country])
    return texts([city for group in lists for city in group], position)


def _from(lists: Lists, group: Ints, position: Ints) -> pa.StringArray:
    """Return `lists[group][position]`; all lists are of one length."""
    return texts([word for words in lists for word in words], group * len(lists[0]) + position)


def _parts(key: Keys, country: Ints, sector: Ints, countries: Countries) -> _Parts:
    known = _words()
    style = _styles(countries.codes)[country]
    halves = len(known["first"][0])
    serial = np.arange(len(key)) * _STRIDE
    rest = serial // halves
    word_at, form_at = rest // halves % 4, rest // halves // 4 % 2
    wrong = [[_typo(half) for half in halves] for halves in known["second"]]
    short = [[known["short_words"].get(word, word) for word in group] for group in known["words"]]
    city = _cities(key, country, countries)
    in_front = (style == _CHINESE) | keyed.happens(key, "city in name", _CITY_IN_NAME_SHARE)
    return _Parts(
        head=pc.if_else(pa.array(in_front), pc.binary_join_element_wise(city, "", " "), ""),
        first=_from(known["first"], style, serial % halves),
        second=_from(known["second"], style, rest % halves),
        wrong=_from(wrong, style, rest % halves),
        word=_from(known["words"], sector, word_at),
        short=_from(short, sector, word_at),
        form=_from(known["forms"], style, form_at),
        long_form=_from(known["long_forms"], style, form_at),
        bare_form=_from(known["bare_forms"], style, form_at),
        city=city,
    )


def _joined(*parts: pa.StringArray) -> pa.StringArray:
    return pc.binary_join_element_wise(*parts, " ")


def _brand(parts: _Parts, second: pa.StringArray) -> pa.StringArray:
    return pc.binary_join_element_wise(parts.head, parts.first, second, "")


def spelled_names(key: Keys, country: Ints, sector: Ints, countries: Countries) -> pa.StringArray:
    """Return every spelling of each firm's name, shape (n * SPELLINGS,), the right one first.

    The spellings: as registered; all capitals; the form written out; letters swapped; bare and
    abbreviated; with the city behind it.

    Args:
        key: Identities of the firms, shape (n,).
        country: Positions in `countries`, shape (n,).
        sector: Positions in SECTORS, shape (n,).
        countries: All countries.
    """
    parts = _parts(key, country, sector, countries)
    brand = _brand(parts, parts.second)
    right = _joined(brand, parts.word, parts.form)
    mistyped = pc.replace_substring(parts.form, ", ", ",")
    columns = [
        right,
        pc.utf8_upper(pc.utf8_rtrim(right, ".")),
        pc.utf8_upper(_joined(brand, parts.word, parts.long_form)),
        _joined(_brand(parts, parts.wrong), parts.word, mistyped),
        pc.utf8_upper(_joined(brand, parts.short, parts.bare_form)),
        pc.binary_join_element_wise(right, " (", parts.city, ")", ""),
    ]
    order = np.arange(len(key) * SPELLINGS)
    by_firm = order % SPELLINGS * len(key) + order // SPELLINGS
    return pa.concat_arrays(columns).take(pa.array(by_firm))


def foreign_addresses(key: Keys, country: Ints, countries: Countries) -> pa.StringArray:
    """Return an address in one line for each foreign firm, shape (n,)."""
    streets = _words()["streets"]
    number = digits(keyed.integers(key, "house", 1, 999))
    street = texts(streets, keyed.integers(key, "street", 0, len(streets)))
    city = _cities(key, country, countries)
    house = _joined(pc.binary_join_element_wise("No.", number, ""), street)
    return pc.binary_join_element_wise(house, city, texts(countries.names_en, country), ", ")
