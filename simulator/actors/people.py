"""Natural persons: name, sex, year of birth and document."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.identifiers import birth_years, citizen_numbers, scattered
from simulator.actors.names import foreign_person_names, person_names
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, numbered, texts
from simulator.kernel.keyed import Keys

# An assumption.
_WOMEN_SHARE = 0.34
_PASSPORT_SERIALS, _PASSPORT_STRIDE = 100_000_000, 61_803_399
_PASSPORT_LETTERS = ("M", "E", "T", "G", "P", "K", "L", "C")


@dataclass(frozen=True, slots=True)
class People:
    """Natural persons, one position each.

    Attributes:
        key: Identity.
        names: Full name; foreigners in Latin capitals.
        documents: Citizen's number of twelve digits, or a passport number.
        birth_year: Year.
    """

    key: Keys
    names: pa.StringArray
    documents: pa.StringArray
    birth_year: Ints

    def __len__(self) -> int:
        """Return the number of persons."""
        return len(self.key)


def women(keys: Keys) -> Bools:
    """Return who is a woman; a good third of those who own firms."""
    return keyed.happens(keys, "woman", _WOMEN_SHARE)


def person_keys(seed: int, count: int) -> Keys:
    """Return the identities of persons; position i of the first is who owns trader i."""
    return keyed.identities(keyed.root(seed, "people"), count)


def make_people(
    seed: int, keys: Keys, province_code: Ints, style: Ints, *, first_serial: int = 0
) -> People:
    """Return persons.

    Args:
        seed: Seed of the world.
        keys: Identities, shape (n,).
        province_code: Province of birth in the statistics, as a number, shape (n,).
        style: Position in standing.HOMES for foreigners, -1 for citizens, shape (n,).
        first_serial: Where the serial digits of documents begin, so that two lists differ.
    """
    place = scattered(seed, np.arange(len(keys)) + first_serial)
    is_woman = women(keys)
    letter = texts(_PASSPORT_LETTERS, np.maximum(style, 0) % len(_PASSPORT_LETTERS))
    serial = place * _PASSPORT_STRIDE % _PASSPORT_SERIALS
    passport = pc.binary_join_element_wise(letter, numbered("", serial, 8), "")
    citizen = citizen_numbers(keys, place, province_code, is_woman)
    mask = pa.array(style >= 0)
    return People(
        key=keys,
        names=pc.if_else(mask, foreign_person_names(keys, style), person_names(keys, is_woman)),
        documents=pc.if_else(mask, passport, citizen),
        birth_year=birth_years(keys),
    )
