"""The caller's end: only cells are made of what comes, and a process that ends is told from one
that answers.
"""

import io
import os
import pickle
import time
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as clock
from decimal import Decimal
from uuid import uuid4

import pytest
import pytz

from warehouse.query_call import QueryEndedError, _CellReader, query_call

JOB = {
    "sql": "select 1",
    "release": "/nowhere/1",
    "seconds": 30,
    "memory_mb": 256,
    "threads": 1,
    "maximum_rows": 10,
    "maximum_mb": 1,
    "enough_rows": None,
}


def test_every_kind_of_cell_is_read():
    cells = [1, 2**100, 1.5, "đ", b"x", True, None, Decimal("1.50"), uuid4(), [1], (1,), {"a": [1]}]
    cells += [date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), clock(1), timedelta(1)]
    cells += [pytz.UTC.localize(datetime(2026, 1, 1)), timezone(timedelta(hours=7))]  # noqa: DTZ001
    assert _CellReader(io.BytesIO(pickle.dumps(cells, protocol=5))).load() == cells


@pytest.mark.parametrize("what", [os.system, eval, Exception, time.sleep])
def test_nothing_else_is_made_of_what_comes(what):
    with pytest.raises(pickle.UnpicklingError, match="values of "):
        _CellReader(io.BytesIO(pickle.dumps(what, protocol=5))).load()


def test_a_verdict_comes_before_anything_is_opened():
    with query_call(JOB) as call:
        assert call.judged() == {"tables": []}
    with query_call(JOB | {"sql": "drop table t"}) as call:
        assert "found DROP" in call.judged()["refused"]


def test_what_cannot_be_opened_is_told_without_more_than_its_kind():
    with query_call(JOB) as call:
        call.judged()
        with pytest.raises(QueryEndedError, match="the query failed with IOException"):
            call.answered()


def test_a_process_that_ended_is_told():
    with query_call(JOB | {"sql": None}) as call, pytest.raises(QueryEndedError, match="stopped"):
        call.judged()
