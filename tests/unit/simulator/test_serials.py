"""Numbers that tell papers and boxes apart do not repeat, at the size of the whole country."""

import numpy as np
import pytest

from simulator.actors.carriers import draw_carriers
from simulator.cargo import markings
from simulator.kernel import keyed
from simulator.kernel.glyphs import hexes

ROOT = keyed.root(5, "serials")
# Declarations of a year at scale 1 (published: 13.7 million).
A_YEAR = 13_700_000


def unique(shown):
    """How many different numbers there are."""
    return len(np.unique(np.ascontiguousarray(shown).view(f"S{shown.shape[1]}")))


def some(most, count=200_000):
    """Different numbers below `most`: a run of them, as a busy week has, and some from afar."""
    near = np.arange(count // 2) + most // 3
    far = np.random.default_rng(1).integers(0, most // 3, count // 2)
    return np.concatenate([near, np.unique(far)])


@pytest.mark.parametrize("sides", [(2, 3), (7, 5), (290, 500), (1, 40)])
def test_an_order_has_each_number_once(sides):
    every = np.arange(sides[0] * sides[1])
    assert np.array_equal(np.sort(keyed.permuted(ROOT, every, sides)), every)


def test_an_order_tells_nothing_of_the_number():
    every = np.arange(100_000)
    order = keyed.permuted(ROOT, every, (50_000, 100_000))
    assert abs(np.corrcoef(every, order)[0, 1]) < 0.02
    assert abs(np.corrcoef(every % 10, order % 10)[0, 1]) < 0.02


@pytest.mark.parametrize(
    "numbers",
    [
        lambda serials: markings.house_bills(ROOT, serials),
        lambda serials: markings.land_bills(ROOT, serials, "VD"),
        lambda serials: markings.sea_bills(ROOT, serials)[:, 4:],
        lambda serials: markings.sea_bills(ROOT, serials, is_master=True)[:, 4:],
    ],
)
def test_bills_do_not_repeat(numbers):
    serials = some(markings.MOST_BILLS)
    assert unique(numbers(serials)) == len(serials)


def test_waybills_do_not_repeat_within_a_year_of_the_country():
    bills_of_a_declaration = 6
    assert bills_of_a_declaration * A_YEAR < markings.MOST_WAYBILLS
    serials = some(markings.MOST_WAYBILLS)
    own, masters = (
        markings.air_waybills(ROOT, serials, is_master=is_master) for is_master in (False, True)
    )
    assert unique(np.concatenate([own, masters])) == 2 * len(serials)


def test_a_bill_is_never_one_of_those_above_it():
    serials = np.arange(50_000)
    direct = markings.sea_bills(ROOT, serials)[:, 4]
    above = markings.sea_bills(ROOT, serials, is_master=True)[:, 4]
    assert direct.max() < above.min()


def test_seals_of_boxes_do_not_repeat():
    own = markings.seal_numbers(ROOT, some(8 * 10**9))
    shared = markings.shared_seal_numbers(ROOT, some(2 * 10**9))
    assert unique(np.concatenate([own, shared])) == len(own) + len(shared)


def test_other_seals_repeat_less_than_once_in_a_century():
    a_year = 1_000_000
    assert a_year**2 / 2 / 16**12 < 1 / 100
    assert unique(markings.other_seal_numbers(keyed.identities(ROOT, 200_000))) == 200_000


def test_plates_and_papers_of_drivers_do_not_repeat_in_the_whole_country():
    fleets = draw_carriers(5, 100_000)
    for fleet in (fleets.home, *fleets.neighbours):
        assert len(set(fleet.plates.to_pylist())) == len(fleet) > 1_000
        assert len(set(fleet.documents.to_pylist())) == len(fleet)


def test_what_is_printed_of_a_key_is_the_published_hash_of_it():
    # The eighth example of SipHash-2-4: the message 00 01 … 07.
    example = np.array([0x0706050403020100], dtype=np.uint64)
    assert keyed.one_way(example).tolist() == [0x93F5F5799A932462]
    assert hexes(example).tobytes() == b"93f5f5799a932462".upper()
    many = np.arange(40_000, dtype=np.uint64)
    assert (keyed.one_way(many)[-9:] == keyed.one_way(many[-9:])).all()


def unmixed(words):
    """Return what `keyed.mixed` made these words of."""
    for by, factor in ((31, 0x94D049BB133111EB), (27, 0xBF58476D1CE4E5B9), (30, 1)):
        shifted = words >> np.uint64(by)
        while shifted.any():
            words, shifted = words ^ shifted, shifted >> np.uint64(by)
        words = words * np.uint64(pow(factor, -1, 2**64))
    return words - np.uint64(0x9E3779B97F4A7C15)


def test_nothing_drawn_is_undone_to_what_it_was_drawn_of():
    parent = keyed.root(1, "numbers")
    position = np.arange(1_000, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    keys = keyed.identities(parent, 1_000)
    assert (unmixed(keyed.mixed(keys.copy())) == keys).all()
    assert not ((unmixed(keys) ^ position) == parent).any()
    # Undone, all children would lie by the same word, the name's, from their owners.
    assert len(np.unique(unmixed(unmixed(keyed.derive(keys, "child"))) ^ keys)) == len(keys)
    shown = (keyed.uniform(keys, "size") * 2**53).astype(np.uint64) << np.uint64(11)
    high = np.uint64(0xFFFFFFFFFFFFF800)
    salted = keys ^ keyed._salt("size")
    assert not ((keyed.mixed(salted) & high) == shown).any()


def test_a_wide_number_does_not_tell_the_key_that_it_was_drawn_of():
    keys = keyed.identities(keyed.root(1, "numbers"), 1_000)
    width = 2**50
    drawn = keyed.integers(keys, "wide", 0, width) / width
    assert not np.isclose(drawn, keyed.uniform(keys, "wide"), atol=1e-9).any()
    assert np.isclose(drawn, keyed.uniform(keyed.one_way(keys), "wide"), atol=1e-9).all()
