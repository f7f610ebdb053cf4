"""Declarations as WCO messages: originals, what follows them, what customs answers."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from ingestion.conform import conform
from ingestion.sources.catalog import SOURCES
from simulator.control.lifecycle import NEVER
from simulator.exchange.wco_follow_ups import put_follow_ups
from simulator.exchange.wco_messages import put_messages, sample_of
from simulator.kernel.arrays import pick
from tests.unit.ingestion.files import settings


@pytest.fixture
def followed(nation, block, outbox):
    """Every thirtieth declaration and all that are cancelled, with what follows them."""
    is_cancelled = block.lives.cancelled != NEVER
    chosen = is_cancelled | (np.arange(len(block.batch)) % 30 == 0)
    rows = np.flatnonzero(chosen & ~block.decisions.is_refused)
    put_follow_ups(outbox, nation, block, sample_of(block, rows))
    return rows, outbox.rows("wco_dec_xml")


def _read(found, folder):
    """Return what the adapter makes of each message."""
    read = SOURCES["wco_dec_xml"].read
    for row in found:
        path = folder / f"declaration_{row['name']}.xml"
        path.write_text(row["text"], encoding="utf-8")
        yield read(path, path.name)


def test_messages_are_accepted_by_the_adapter(nation, block, outbox, tmp_path):
    sample = put_messages(outbox, nation, block)
    found = outbox.rows("wco_dec_xml")
    assert len(found) == len(sample.rows) >= 5
    (tmp_path / "lake").mkdir()
    conformed = conform(
        settings(tmp_path / "lake"), "wco_dec_xml", list(enumerate(_read(found, tmp_path), 1))
    )
    assert all(one.rejected.num_rows == 0 for one in conformed.values())
    assert conformed["declaration"].accepted.num_rows == len(found)
    share = min(1 / 200, 2_000 / (13_700_000 * nation.scale))
    assert len(found) < 4 * share * len(block.batch) + 10


def test_what_follows_is_read_as_amendments_and_answers(followed, block, tmp_path):
    rows, found = followed
    names = [row["name"] for row in found]
    assert len(set(names)) == len(names)
    kinds = [re.sub(r"^VN\d+-", "", name) for name in names]
    assert set(kinds) == {"COR1", "GPR1", "INV1", "RES01", "RES09", "RES10"}
    for kind, row, reading in zip(kinds, found, _read(found, tmp_path), strict=True):
        if kind.startswith("RES"):
            assert (reading.status, reading.reason_code) == ("not_applicable", "RESPONSE")
            continue
        (amendment,) = reading.tables["declaration_amendment"].to_pylist()
        assert (amendment["function_code"], amendment["function_name"]) == ("13", kind[:3])
        assert amendment["declaration_number"] == row["name"].split("-")[0]
    is_cancelled = block.lives.cancelled[rows] != NEVER
    assert kinds.count("INV1") == kinds.count("RES10") == is_cancelled.sum() > 0
    assert kinds.count("RES01") == len(rows)


def test_goods_are_presented_after_they_came(followed, block):
    rows, found = followed
    number = {f"{one:011d}": place for place, one in enumerate(block.shipments.number.tolist())}
    presented = [row for row in found if "-GPR" in row["name"]]
    assert len(presented) > 10
    for row in presented:
        place = number[row["name"].removeprefix("VN").split("-")[0]]
        assert place in set(rows.tolist())
        assert block.batch.deals.direction[place] == 0
        assert row["_moment"] >= block.consignments.arrived[place]
        assert block.consignments.arrived[place] > block.batch.roster.registered[place]


def test_a_message_says_what_the_declaration_says(nation, block, outbox):
    put_messages(outbox, nation, block)
    number = {
        f"VN{way}{one:010d}": place
        for place, (way, one) in enumerate(
            zip(
                np.array([1, 3])[block.batch.deals.direction],
                block.batch.roster.number,
                strict=True,
            )
        )
    }
    name = "{urn:wco:datamodel:WCO:DEC-DMS:2}"
    for row in outbox.rows("wco_dec_xml"):
        root = ET.fromstring(row["text"])  # noqa: S314 - our own text
        place = number[root.findtext(f".//{name}Declaration/{name}ID")]
        own = pick(block.batch.declared, block.batch.owner == place)
        codes = [one.findtext(f"{name}ID") for one in root.iter(f"{name}Classification")]
        assert codes == [nation.goods.codes[line] for line in own.line]
