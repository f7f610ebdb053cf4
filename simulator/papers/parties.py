"""Who stands on the other side of a declaration: a foreign firm, or on the spot one of our own."""

import numpy as np
import pyarrow as pa

from simulator.actors.partners import partner_names
from simulator.kernel.arrays import Bools, Ints
from simulator.nation import Nation
from simulator.trade.deals import Deals


def other_names(nation: Nation, deals: Deals, spelling: Ints) -> pa.Array:
    """Return the other party's name as typed, dictionary text.

    Args:
        nation: The nation.
        deals: The deals.
        spelling: How names of foreign firms are typed, shape (n,).
    """
    names = partner_names(nation.partners, deals.partner, spelling).dictionary_encode()
    index = np.asarray(names.indices).astype(np.int64)
    return _one_of((names.dictionary, index), nation.actors.texts.names, deals)


def other_addresses(nation: Nation, deals: Deals, mask: Bools) -> pa.Array:
    """Return the other party's address, dictionary text, null where `mask` is true."""
    told = nation.partners.addresses, deals.partner
    return _one_of(told, nation.actors.texts.addresses, deals, mask)


def _one_of(
    foreign: tuple[pa.Array, Ints], own: pa.Array, deals: Deals, mask: Bools | None = None
) -> pa.Array:
    texts, index = foreign
    place = np.where(deals.at_home < 0, index, len(texts) + deals.at_home)
    return pa.DictionaryArray.from_arrays(
        pa.array(place.astype(np.int32), mask=mask), pa.concat_arrays([texts, own])
    )
