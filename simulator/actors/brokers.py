"""Customs brokers: who declares for others.

Published shape (declarants of a foreign administration): the top 1 % of brokers make about 17 % and
the top 10 % about half of all declarations.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.special import ndtri

from simulator.actors import names as wording
from simulator.actors.fitting import chances
from simulator.actors.identifiers import BROKERS, firm_codes, tax_numbers
from simulator.actors.provinces import BY_TRADERS, PARTS, TAX_PREFIXES
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, numbered
from simulator.kernel.keyed import Keys

# Number, sizes and habits of brokers: assumptions.
_BROKERS_A_TRADER, _FEWEST_BROKERS = 0.012, 60
_SIGMA = 1.13
_OTHER_PART = 0.06
# The largest twentieth works in all parts of the nation.
_NATIONAL_SHARE, _NATIONAL = 0.05, 0.5
_BY_ITSELF, _BY_ITSELF_LARGE = 0.28, 0.45
_CODES, _STRIDE = 100_000, 61_803
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Brokers:
    """Brokers, one position each, the largest first.

    Attributes:
        key: Identity.
        codes: Five characters, MA_DL; shape (n,).
        tax_codes, names: Text, shape (n,).
        province: Position in PROVINCES.
        weight: Share of brokered declarations; sums to 1.
        compliance: Latent compliance in (0, 1), which no file shows.
    """

    key: Keys
    codes: pa.StringArray
    tax_codes: pa.StringArray
    names: pa.StringArray
    province: Ints
    weight: Floats
    compliance: Floats

    def __len__(self) -> int:
        """Return the number of brokers."""
        return len(self.weight)


def broker_count(traders: int) -> int:
    """Return how many brokers a nation of so many traders has."""
    return max(_FEWEST_BROKERS, round(_BROKERS_A_TRADER * traders))


def broker_weights(brokers: int) -> Floats:
    """Return shares of brokered declarations, the largest first: a log-normal by its quantiles."""
    rank = (np.arange(brokers) + 0.5) / brokers
    weights: Floats = np.exp(-_SIGMA * ndtri(rank))
    weights /= weights.sum()
    return weights


def _provinces(seed: int, brokers: int) -> Ints:
    key = keyed.identities(keyed.root(seed, "brokers"), brokers)
    return keyed.choose(key, "province", BY_TRADERS)


def draw_brokers(seed: int, traders: int) -> Brokers:
    """Return the brokers of a nation of so many traders."""
    count = broker_count(traders)
    parent = keyed.root(seed, "brokers")
    key = keyed.identities(parent, count)
    province = _provinces(seed, count)
    numbers = tax_numbers(seed, TAX_PREFIXES[province], BROKERS)
    shift = int(parent % np.uint64(_CODES))
    odds = 1.9 + keyed.normal(key, "compliance")
    return Brokers(
        key=key,
        codes=numbered("", (np.arange(count) * _STRIDE + shift) % _CODES, 5),
        tax_codes=firm_codes(numbers, np.zeros(count, dtype=np.int64)),
        names=wording.broker_names(key),
        province=province,
        weight=broker_weights(count),
        compliance=chances(odds),
    )


def usual_brokers(
    seed: int, keys: Keys, province: Ints, large: Bools, never: Bools, traders: int
) -> Ints:
    """Return each trader's usual broker, -1 for who declares by itself.

    Args:
        seed: Seed of the world.
        keys: Identities of the traders, shape (n,).
        province: Their provinces.
        large: Whether they are large enough to have clerks of their own.
        never: Who always declares by itself.
        traders: Number of ordinary traders of the nation.
    """
    count = broker_count(traders)
    part = PARTS[_provinces(seed, count)]
    rows = np.where(part[None, :] == np.arange(_PARTS)[:, None], 1.0, _OTHER_PART)
    national = max(1, round(count * _NATIONAL_SHARE))
    rows[:, :national] = np.maximum(rows[:, :national], _NATIONAL)
    stacked = keyed.stacked(rows * broker_weights(count))
    drawn = keyed.choose_row(keys, "broker", stacked, PARTS[province], count)
    alone = keyed.happens(keys, "no broker", np.where(large, _BY_ITSELF_LARGE, _BY_ITSELF))
    return np.where(alone | never, -1, drawn)
