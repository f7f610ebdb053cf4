"""What is written of each trader: names, addresses, industry, in the register's order."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.kinds import FIRM, INDUSTRIES, PERSON, SECTORS
from simulator.actors.names import addresses, firm_names
from simulator.actors.people import make_people, person_keys
from simulator.actors.provinces import CODES, NAMES
from simulator.actors.traders import Traders
from simulator.kernel.arrays import Ints, texts


@dataclass(frozen=True, slots=True)
class TraderTexts:
    """Texts of traders, shape (n,) each, by position.

    Attributes:
        tax_codes: As in Traders.
        names: In Vietnamese; of a branch, the head's with the branch before it.
        names_en: Without marks; null for persons.
        addresses: Head office in one line.
        sites: Production site of who makes things.
        industry: Class of VSIC.
        order: Positions in the order of the tax codes.
    """

    tax_codes: pa.StringArray
    names: pa.StringArray
    names_en: pa.StringArray
    addresses: pa.StringArray
    sites: pa.StringArray
    industry: pa.StringArray
    order: Ints


def _of_branches(traders: Traders, names: pa.StringArray, words: tuple[str, str]) -> pa.StringArray:
    """Return names in which a branch has its head's name, with words round its province."""
    head = pa.array(np.where(traders.head >= 0, traders.head, np.arange(len(traders))))
    place = texts(NAMES, traders.province)
    of_branch = pc.binary_join_element_wise(words[0], names.take(head), words[1], place, " ")
    return pc.if_else(pa.array(traders.head >= 0), of_branch, names)


def trader_texts(seed: int, traders: Traders) -> TraderTexts:
    """Return the texts of all traders, slots included.

    Args:
        seed: Seed of the world.
        traders: All traders.
    """
    is_foreign = traders.home >= 0
    home = np.array(CODES).astype(np.int64)[traders.province]
    nobody = np.full(len(traders), -1, dtype=np.int64)
    people = make_people(seed, person_keys(seed, len(traders)), home, nobody)
    names = firm_names(traders.key, traders.company, traders.sector, is_foreign)
    names = pc.if_else(pa.array(traders.kind == PERSON), people.names, names)
    english = firm_names(traders.key, traders.company, traders.sector, is_foreign, in_english=True)
    nameless = pa.array(traders.kind != FIRM)
    key, province = traders.key[traders.address_of], traders.province[traders.address_of]
    in_zone = (traders.is_maker & (traders.kind == FIRM))[traders.address_of]
    codes = pa.array(traders.tax_codes, pa.string())
    class_of = traders.sector + np.where(traders.is_maker, 0, len(SECTORS))
    return TraderTexts(
        tax_codes=codes,
        names=_of_branches(traders, names, ("Chi nhánh", "tại")),
        names_en=pc.if_else(nameless, pa.scalar(None, pa.string()), english),
        addresses=addresses(key, province, in_zone),
        sites=addresses(traders.key, traders.province, np.ones(len(traders), dtype=bool)),
        industry=texts(INDUSTRIES, class_of),
        order=np.asarray(pc.sort_indices(codes)).astype(np.int64),
    )
