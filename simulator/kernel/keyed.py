"""Keyed randomness: each fact is a pure function of what it is about and of its own name.

Everything that exists has a key of 64 bits. A draw mixes the key with the name of the fact, so no
generator with a state is handed around: any subset, in any order, in any process, gives the same
values. The mixing is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable
pseudorandom number generators"). It can be undone, and a printed amount would give away the key it
was drawn of, the keys that one was derived of, and with them the nation. So nothing is mixed alone:
what went in is added to what comes out, as Davies and Meyer make one-way functions of ciphers.
What is printed with all of its 64 bits goes `one_way` besides.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from simulator.kernel.arrays import Bools, Floats, Ints

Keys = npt.NDArray[np.uint64]

GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_BY_30, _BY_27, _BY_31, _BY_11 = (np.uint64(shift) for shift in (30, 27, 31, 11))
_UNIT = 2.0**-53
_MIXINGS = 4
# From so many possible values on a whole number says nearly all of what it was drawn of.
_WIDE = 1 << 20
# SipHash-2-4 (Aumasson and Bernstein 2012): "somepseudorandomlygeneratedbytes", and the key of its
# published examples.
_SIP = tuple(
    np.uint64(word)
    for word in (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
)
_SIP_KEY = np.uint64(0x0706050403020100), np.uint64(0x0F0E0D0C0B0A0908)
_SIP_END, _SIP_LAST, _SIP_KEYS = np.uint64(8 << 56), np.uint64(0xFF), 1 << 14
_LEAST = 2.0**-54


def mixed(bits: Keys) -> Keys:
    """Return each word scrambled, which can be undone; the argument is overwritten."""
    bits += GAMMA
    bits ^= bits >> _BY_30
    bits *= _FIRST
    bits ^= bits >> _BY_27
    bits *= _SECOND
    bits ^= bits >> _BY_31
    return bits


def unit(bits: Keys) -> Floats:
    """Return a number in [0, 1) for each word."""
    drawn: Floats = ((mixed(bits.copy()) ^ bits) >> _BY_11).astype(np.float64)
    drawn *= _UNIT
    return drawn


@lru_cache(maxsize=4096)
def _salt(name: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()))


def root(seed: int, *names: str | int) -> np.uint64:
    """Return the key of a part of the world, such as `root(seed, "traders")`."""
    text = "/".join(str(part) for part in (seed, *names))
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()))


def one_way(keys: Keys) -> Keys:
    """Return words from which nobody finds the keys but by trying them all, shape (n,)."""
    parts = np.array_split(keys, range(_SIP_KEYS, len(keys), _SIP_KEYS))
    return np.concatenate([_sip(part) for part in parts])


def _sip(keys: Keys) -> Keys:
    state = [np.full_like(keys, word ^ _SIP_KEY[at % 2]) for at, word in enumerate(_SIP)]
    for block in (keys, np.full_like(keys, _SIP_END)):
        state[3] = state[3] ^ block
        state = _sip_round(_sip_round(state))
        state[0] = state[0] ^ block
    state[2] = state[2] ^ _SIP_LAST
    for _ in range(4):
        state = _sip_round(state)
    hashed: Keys = state[0] ^ state[1] ^ state[2] ^ state[3]
    return hashed


def _sip_round(state: list[Keys]) -> list[Keys]:
    first, second, third, fourth = state
    first, third = first + second, third + fourth
    second, fourth = _turned(second, 13) ^ first, _turned(fourth, 16) ^ third
    first, third = _turned(first, 32) + fourth, third + second
    fourth, second = _turned(fourth, 21) ^ first, _turned(second, 17) ^ third
    return [first, second, _turned(third, 32), fourth]


def _turned(words: Keys, by: int) -> Keys:
    turned: Keys = (words << np.uint64(by)) | (words >> np.uint64(64 - by))
    return turned


def identities(parent: np.uint64, count: int) -> Keys:
    """Return the keys of `count` things that are told apart by their position."""
    own: Keys = np.arange(count, dtype=np.uint64) * GAMMA ^ parent
    return mixed(own.copy()) ^ own


def derive(keys: Keys | np.uint64, name: str, number: Ints | int = 0) -> Keys:
    """Return the keys of things that belong to others: item `number` of declaration `key`.

    Args:
        keys: Keys of the owners, shape (n,), or one key.
        name: What kind of thing it is.
        number: Which one of the owner's, shape (n,) or one for all.
    """
    own = np.atleast_1d(np.asarray(keys, dtype=np.uint64)) ^ _salt(name)
    which = np.atleast_1d(np.asarray(number)).astype(np.uint64) * _SECOND
    return mixed(mixed(own.copy()) ^ which) ^ own


def uniform(keys: Keys, name: str) -> Floats:
    """Return one number in [0, 1) for each key."""
    return unit(keys ^ _salt(name))


def normal(keys: Keys, name: str) -> Floats:
    """Return one standard normal number for each key."""
    drawn: Floats = ndtri(uniform(keys, name) + _LEAST)
    return drawn


def exponential(keys: Keys, name: str, mean: float | Floats) -> Floats:
    """Return one exponential number with this mean for each key."""
    drawn: Floats = -np.log1p(-uniform(keys, name)) * mean
    return drawn


def happens(keys: Keys, name: str, chance: float | Floats) -> Bools:
    """Return for each key whether something of this chance happens."""
    drawn: Bools = uniform(keys, name) < chance
    return drawn


def integers(keys: Keys, name: str, low: int | Ints, high: int | Ints) -> Ints:
    """Return one whole number in [low, high) for each key; `high` must be above `low`."""
    is_wide = isinstance(low, int) and isinstance(high, int) and high - low > _WIDE
    width = np.asarray(high) - low
    drawn_by = one_way(keys) if is_wide else keys
    drawn: Ints = low + np.floor(uniform(drawn_by, name) * width).astype(np.int64)
    return drawn


def choose(keys: Keys, name: str, weights: Floats | Sequence[float]) -> Ints:
    """Return one position for each key, with probability proportional to `weights`."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn: Ints = np.searchsorted(edges, uniform(keys, name) * edges[-1], side="right")
    return drawn


def stacked(weights: Floats) -> Floats:
    """Return weights of shape (rows, positions) as the cumulative shares `choose_row` needs.

    Row r runs from r to r + 1, so that one search over the flat array finds row and position.
    """
    sums = np.cumsum(weights, axis=1)
    shares: Floats = sums / sums[:, -1:]
    shares[:, -1] = 1.0
    return (shares + np.arange(len(weights))[:, None]).ravel()


def choose_row(keys: Keys, name: str, cumulative: Floats, row: Ints, positions: int) -> Ints:
    """Return one position for each key by the weights of its row.

    Args:
        keys: Keys, shape (n,).
        name: Name of the fact.
        cumulative: What `stacked` returned.
        row: Row of each key, shape (n,).
        positions: Positions in a row.
    """
    wanted = row + uniform(keys, name)
    drawn: Ints = np.searchsorted(cumulative, wanted, side="right") - row * positions
    return np.minimum(drawn, positions - 1)


def permuted(root: np.uint64, number: Ints, sides: tuple[int, int]) -> Ints:
    """Return whole numbers below the product of two sides in another order, each once.

    A Feistel network: each side in turn is moved by what the other one is. So serials differ for
    certain, and their order says nothing.

    Args:
        root: Of this order.
        number: From 0 to below the product, shape (n,).
        sides: The two sides.
    """
    left, right = np.divmod(number, sides[1])
    for turn in range(_MIXINGS):
        drawn = derive(root, "mixing left", right * _MIXINGS + turn)
        left = (left + integers(drawn, "by", 0, sides[0])) % sides[0]
        drawn = derive(root, "mixing right", left * _MIXINGS + turn)
        right = (right + integers(drawn, "by", 0, sides[1])) % sides[1]
    result: Ints = left * sides[1] + right
    return result


def poisson(keys: Keys, name: str, mean: Floats | float) -> Ints:
    """Return one count for each key, Poisson for small means and its normal limit from 50 on."""
    expected = np.broadcast_to(np.asarray(mean, dtype=np.float64), keys.shape)
    shown = uniform(keys, name)
    count = np.zeros(keys.shape, dtype=np.int64)
    large = expected >= 50.0  # noqa: PLR2004
    spread = np.sqrt(expected[large])
    count[large] = np.rint(expected[large] + spread * ndtri(shown[large] + _LEAST)).astype(np.int64)
    term = np.exp(-expected)
    total = term.copy()
    for step in range(1, 200):
        beyond = ~large & (shown >= total)
        if not beyond.any():
            break
        count[beyond] += 1
        term = term * expected / step
        total = total + term
    return np.maximum(count, 0)
