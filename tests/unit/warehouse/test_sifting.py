"""New, repeated or contradictory: judged against the batch and the lake, in any order."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from tests.unit.warehouse.rows import Event, Rate, delivery, events, rates
from warehouse import engine, lake, sifting
from warehouse.layout import Layout
from warehouse.ledger import Ledger, Outcome, TableCount
from warehouse.load_transaction import Load
from warehouse.settings import LakeSettings
from warehouse.sifting import Incoming, Sifted


class Shore:
    """Lands conformed records batch by batch and tells what the lake then holds."""

    def __init__(self, settings: LakeSettings, layout: Layout, ledger: Ledger) -> None:
        self.settings = settings
        self.layout = layout
        self.ledger = ledger

    def land(self, incoming: Incoming, withdrawn: Sequence[int] = ()) -> Sifted:
        numbers = incoming.accepted["receipt_number"].to_pylist()
        numbers += incoming.rejected["receipt_number"].to_pylist()
        deliveries = {number: delivery(number) for number in sorted(set(numbers))}
        known = self.ledger.by_receipt(deliveries)
        self.ledger.add(found for number, found in deliveries.items() if number not in known)
        sifted = sifting.sift(self.settings, self.layout, incoming, withdrawn)
        load = Load.begin(self.layout, self.ledger, [incoming.contract])
        load.write(incoming.contract, sifted, deliveries)
        outcomes = [
            Outcome(
                receipt_number=number,
                state="accepted",
                counts={incoming.contract.name: sifted.counts.get(number, TableCount())},
            )
            for number in deliveries
        ]
        load.close(outcomes)
        return sifted

    def contents(self, table: str) -> list[str]:
        return self._hashes("bronze", table)

    def quarantined(self) -> list[str]:
        return self._hashes("quarantine", "record")

    def counts(self) -> tuple[int, int, int]:
        (count,) = self.ledger.table_counts().values()
        return count.accepted, count.quarantined, count.repeated

    def _hashes(self, layer: str, table: str) -> list[str]:
        version = lake.cut(self.layout).get(f"{layer}/{table}", -1)
        files = lake.live_files(self.layout, layer, table, version)
        with engine.memory_connection(self.settings) as connection:
            found = connection.read_parquet(files).fetchnumpy()["content_hash"] if files else []
        return sorted(map(str, found))


@pytest.fixture
def shore(settings: LakeSettings, layout: Layout, ledger: Ledger) -> Shore:
    return Shore(settings, layout, ledger)


def test_a_numbered_change_with_the_same_content_is_a_repetition(shore: Shore) -> None:
    shore.land(events([("A", 1, "x", 1, 1), ("A", 1, "x", 1, 2), ("A", 2, "y", 1, 3)]))
    shore.land(events([("A", 1, "x", 2, 1), ("A", 3, "z", 2, 2)]))
    assert shore.contents("declaration_event") == ["x", "y", "z"]
    assert shore.counts() == (3, 0, 2)


def test_a_number_with_two_contents_sends_both_to_quarantine(shore: Shore) -> None:
    sifted = shore.land(events([("A", 1, "x", 1, 1), ("A", 1, "y", 1, 2), ("A", 1, "y", 1, 3)]))
    assert shore.contents("declaration_event") == []
    assert shore.quarantined() == ["x", "y", "y"]
    assert sifted.counts[1] == TableCount(accepted=0, quarantined=3, repeated=0, conflicted=3)


def test_a_conflict_takes_the_record_accepted_earlier_out_of_bronze(shore: Shore) -> None:
    shore.land(events([("A", 1, "x", 1, 1), ("B", 1, "b", 1, 2)]))
    sifted = shore.land(events([("A", 1, "y", 2, 1)]))
    assert sifted.moved == [(1, 1)]
    assert shore.contents("declaration_event") == ["b"]
    assert shore.quarantined() == ["x", "y"]
    assert shore.counts() == (1, 2, 0)


CONFLICTS: list[Event] = [
    ("A", 1, "x", 1, 1),
    ("A", 1, "y", 2, 1),
    ("A", 1, "x", 3, 1),
    ("A", 1, "z", 4, 1),
    ("A", 2, "later", 5, 1),
    ("A", 2, "later", 6, 1),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(6)))[::191])
def test_conflicts_end_alike_in_whatever_order_they_come(
    shore: Shore, order: tuple[int, ...]
) -> None:
    for position in order:
        shore.land(events([CONFLICTS[position]]))
    assert shore.contents("declaration_event") == ["later"]
    # What had counted as repeated before the contradiction came stays counted so.
    assert sorted(set(shore.quarantined())) == ["x", "y", "z"]
    accepted, quarantined, repeated = shore.counts()
    assert (accepted, quarantined + repeated) == (1, 5)


def test_one_batch_or_many_give_the_same(shore: Shore) -> None:
    shore.land(events(CONFLICTS))
    assert shore.contents("declaration_event") == ["later"]
    assert sorted(set(shore.quarantined())) == ["x", "y", "z"]
    assert shore.counts() == (1, 4, 1)


def test_a_record_of_a_conflict_is_counted_each_time_it_comes(shore: Shore) -> None:
    shore.land(events([("A", 1, "x", 1, 1), ("A", 1, "y", 1, 2)]))
    for number, content in enumerate(("x", "y", "z"), start=2):
        assert shore.land(events([("A", 1, content, number, 1)])).counts[number].quarantined == 1
    assert shore.counts() == (0, 5, 0)


RATES: list[tuple[list[list[Rate]], list[str], tuple[int, int, int]]] = [
    # A newer receipt with another content is a newer record, an equal one a repetition.
    ([[("USD", "x", 1, 1)], [("USD", "x", 2, 1)], [("USD", "y", 3, 1)]], ["x", "y"], (2, 0, 1)),
    # An earlier content that comes again says nothing new: it is taken back by withdrawing.
    ([[("USD", "x", 1, 1)], [("USD", "y", 2, 1)], [("USD", "x", 3, 1)]], ["x", "y"], (2, 0, 1)),
    # The same in one batch of three files.
    ([[("USD", "x", 1, 1), ("USD", "y", 2, 1), ("USD", "x", 3, 1)]], ["x", "y"], (2, 0, 1)),
    # Of two contents inside one file the later one counts; both are accepted.
    ([[("USD", "x", 1, 1), ("USD", "y", 1, 2), ("EUR", "e", 1, 3)]], ["e", "x", "y"], (3, 0, 0)),
    ([[("USD", "x", 1, 1)], [("USD", "y", 2, 1), ("USD", "z", 2, 2)]], ["x", "y", "z"], (3, 0, 0)),
    # The same record twice in one file.
    ([[("USD", "x", 1, 1), ("USD", "x", 1, 2)]], ["x"], (1, 0, 1)),
]


@pytest.mark.parametrize(("batches", "contents", "counts"), RATES)
def test_without_a_number_the_receipt_is_the_order(
    shore: Shore,
    batches: list[list[Rate]],
    contents: list[str],
    counts: tuple[int, int, int],
) -> None:
    for batch in batches:
        shore.land(rates(batch))
    assert shore.contents("exchange_rate") == contents
    assert shore.counts() == counts


def test_a_message_may_not_name_a_key_twice(shore: Shore) -> None:
    shore.land(rates([("USD", "x", 1, 1)], message=True))
    shore.land(rates([("USD", "x", 2, 1), ("EUR", "e", 2, 2), ("EUR", "e", 2, 3)], message=True))
    assert shore.contents("exchange_rate") == ["x"]
    assert shore.counts() == (1, 2, 1)


def test_withdrawn_records_are_as_if_they_had_not_come(shore: Shore) -> None:
    shore.land(events([("A", 1, "x", 1, 1)]))
    assert shore.land(events([("A", 1, "x", 2, 1)]), withdrawn=[1]).counts[2].accepted == 1
    shore.land(rates([("USD", "x", 3, 1)]))
    assert shore.land(rates([("USD", "x", 4, 1)]), withdrawn=[3]).counts[4].accepted == 1


def test_a_withdrawn_conflict_does_not_count_as_content(shore: Shore) -> None:
    shore.land(events([("A", 1, "x", 1, 1), ("A", 1, "y", 1, 2)]))
    assert shore.land(events([("A", 1, "z", 2, 1)]), withdrawn=[1]).counts[2].accepted == 1


def test_a_rejected_record_is_counted_each_time_it_comes(shore: Shore) -> None:
    shore.land(events([], rejected=[(1, 1, "bad"), (1, 2, "bad"), (1, 3, "worse")]))
    shore.land(events([("A", 1, "x", 2, 9)], rejected=[(2, 1, "worse"), (2, 2, "new")]))
    assert shore.counts() == (1, 5, 0)


def test_a_rejected_record_does_not_stop_its_correction(shore: Shore) -> None:
    shore.land(events([], rejected=[(1, 1, "A, 1, broken")]))
    shore.land(events([("A", 1, "x", 2, 1)]))
    assert shore.contents("declaration_event") == ["x"]


def test_what_orders_the_records_is_no_part_of_their_key(shore: Shore) -> None:
    """A message is one act: it may not name a thing twice, whatever it says came later."""
    incoming = rates([("USD", "x", 1, 1), ("USD", "y", 1, 2)], message=True)
    days = pa.array([date(2025, 3, 1), date(2025, 3, 2)])
    place = incoming.accepted.schema.get_field_index("valid_from_date")
    accepted = incoming.accepted.set_column(place, "valid_from_date", days)
    contract = replace(
        incoming.contract,
        grain=("source_system", "currency_code"),
        order_by=("valid_from_date",),
    )
    sifted = shore.land(replace(incoming, contract=contract, accepted=accepted))
    assert sifted.counts[1] == TableCount(quarantined=2, conflicted=2)
