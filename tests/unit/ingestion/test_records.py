import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.sources.records import MAX_RECORD_BYTES, find_records
from tests.unit.ingestion.files import csv_text


def found(text: bytes, *, is_last: bool = True) -> list[tuple[bytes, bool, int]]:
    records = find_records(np.frombuffer(text, np.uint8), is_last=is_last)
    places = zip(
        records.starts, records.ends, records.is_misquoted, records.field_counts, strict=True
    )
    return [(text[start:end], bool(bad), int(width)) for start, end, bad, width in places]


def test_a_line_break_and_a_comma_inside_quotes_end_nothing():
    assert found(b'a,b\r\n1,"x, y\r\n2"\r\n') == [
        (b"a,b", False, 2),
        (b'1,"x, y\r\n2"', False, 2),
    ]


def test_a_doubled_quote_is_a_letter():
    assert found(b'1,"a ""q"", b"\n2,""""\n') == [
        (b'1,"a ""q"", b"', False, 2),
        (b'2,""""', False, 2),
    ]


def test_empty_lines_are_no_records():
    assert found(b"\n1\r\n\r\n2\n\n") == [(b"1", False, 1), (b"2", False, 1)]


@pytest.mark.parametrize(
    "crooked",
    [b'2,"unclosed', b'2,un"quoted', b'2,"closed"late', b'"', b'2,"a""', b'2," x" '],
)
def test_a_crooked_quote_costs_its_own_line_only(crooked):
    text = b'1,"fine"\n' + crooked + b'\n3,plain\n4,"fine, too"\n'
    assert found(text) == [
        (b'1,"fine"', False, 2),
        (crooked, True, 0),
        (b"3,plain", False, 2),
        (b'4,"fine, too"', False, 2),
    ]


def test_an_unclosed_quote_waits_for_more_text_until_a_record_cannot_be_that_long():
    assert found(b'1,a\n2,"open\n', is_last=False) == [(b"1,a", False, 2)]
    endless = b'2,"open\n' + b"3,x\n" * (MAX_RECORD_BYTES // 4)
    assert found(endless, is_last=False)[:2] == [(b'2,"open', True, 0), (b"3,x", False, 2)]


def test_many_crooked_lines_cost_one_record_each():
    text = b'1,"open\n' * 2_001
    assert [bad for _, bad, _ in found(text)] == [True] * 2_001


@given(st.lists(st.lists(st.text('ab,"\n é', max_size=6), min_size=3, max_size=3), min_size=1))
def test_every_record_that_a_strict_writer_wrote_is_found_whole(rows):
    text = csv_text(
        [{"x": "h", "y": "h", "z": "h"}, *[dict(zip("xyz", r, strict=True)) for r in rows]]
    )
    records = found(text.encode())
    assert [(bad, width) for _, bad, width in records] == [(False, 3)] * (len(rows) + 2)


@given(st.binary(max_size=80).map(lambda text: bytes(b'ab,"\n\r'[byte % 6] for byte in text)))
def test_whatever_the_text_every_byte_belongs_to_a_record_or_a_line_end(text):
    records = find_records(np.frombuffer(text, np.uint8), is_last=True)
    assert records.consumed == len(text)
    inside = bytearray(text)
    for start, end in zip(records.starts, records.ends, strict=True):
        inside[start:end] = b""[:0].ljust(end - start, b"\n")
    assert set(inside) <= set(b"\r\n")
