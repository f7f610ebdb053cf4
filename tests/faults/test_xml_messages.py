"""XML that is broken or hostile: refused with a reason, never repaired, never a traceback."""

import codecs
import gzip
import random
from pathlib import Path

import pytest

from ingestion.sources.catalog import SOURCES
from tests.unit.ingestion.files import land, reasons
from tests.unit.ingestion.messages import HEAD, ITEM, declaration, message

SOURCE = SOURCES["wco_dec_xml"]
GOOD = message()
NO_PROLOGUE = GOOD.partition("?>")[2]
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">'
    '<!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;&y;&y;&y;&y;&y;&y;">]>'
    "<a>&z;&z;&z;</a>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
DEEP = "<a>" * 5_000 + "</a>" * 5_000

MALFORMED = {
    "empty": b"",
    "blank": b"  \n",
    "truncated": GOOD.encode()[: len(GOOD) // 2],
    "two roots": (GOOD + NO_PROLOGUE).encode(),
    "text after the root": (GOOD + "end").encode(),
    "no XML": b"SO_TK,SO_DONG\n1,2\n",
    "zeros": bytes(200),
    "packed": gzip.compress(GOOD.encode()),
    "wrong encoding": GOOD.replace("Straw Makers", "Đại Việt").encode("cp1258", "replace"),
    "says UTF-16 and is not": GOOD.replace("UTF-8", "UTF-16").encode(),
    "unknown encoding": GOOD.replace("UTF-8", "TCVN-9999").encode(),
    "unbound prefix": GOOD.replace(' xmlns:md="', ' xmlns:dm="').encode(),
    "unclosed element": GOOD.replace("</Commodity>", "").encode(),
    "unknown entity": GOOD.replace("Straw Makers", "&straw;").encode(),
}
UNSAFE = {
    "entities in entities": BOMB,
    "a file from outside": OUTSIDE,
    "a document type": GOOD.replace("?>", "?><!DOCTYPE md:MetaData>"),
    "depth": DEEP,
    "an endless text": GOOD.replace("Straw Makers", "a" * 11_000_000),
}
SOUND = {
    "UTF-16 with BOM": GOOD.replace("UTF-8", "UTF-16").encode("utf-16"),
    "UTF-8 with BOM": codecs.BOM_UTF8 + GOOD.encode(),
    "windows-1258": GOOD.replace("UTF-8", "windows-1258").encode("cp1258"),
    "no prologue": NO_PROLOGUE.encode(),
    "comments in values": GOOD.replace("<FunctionCode>9", "<FunctionCode><!-- 9 -->9").encode(),
    "CDATA": GOOD.replace("LRN-1", "<![CDATA[LRN-1]]>").encode(),
    "blanks": GOOD.replace("<TypeCode>IMA", "<TypeCode>\n  IMA\n").encode(),
}


def _read(folder: Path, content: bytes):
    path = folder / "message"
    path.write_bytes(content)
    return SOURCE.read(path, "message.xml")


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_well_formed_is_refused_whole(tmp_path, content):
    found = _read(tmp_path, content)
    assert (found.status, found.reason_code) == ("refused", "E_XML_MALFORMED")
    assert dict(found.tables) == {}


@pytest.mark.parametrize("text", UNSAFE.values(), ids=UNSAFE)
def test_what_is_unsafe_is_refused_before_it_costs_anything(tmp_path, text):
    found = _read(tmp_path, text.encode())
    assert (found.status, found.reason_code) == ("refused", "E_XML_UNSAFE")
    assert "root:" not in (found.reason_text or "")


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND)
def test_the_same_message_in_other_bytes_is_the_same_message(tmp_path, content):
    found = land(tmp_path, SOURCE, "message.xml", content)
    header = found["declaration"].accepted.to_pylist()[0]
    assert (header["declaration_number"], header["direction_code"]) == ("LRN-1", "import")
    assert found["goods_item"].accepted.num_rows == 1


def test_a_message_cut_anywhere_or_with_a_changed_byte_never_raises(tmp_path):
    rng = random.Random(5)
    whole = GOOD.encode()
    for cut in range(0, len(whole), 61):
        found = _read(tmp_path, whole[:cut])
        assert (found.status, dict(found.tables)) == ("refused", {})
    for _ in range(150):
        changed = bytearray(whole)
        changed[rng.randrange(len(whole))] = rng.randrange(256)
        assert _read(tmp_path, bytes(changed)).status in {"accepted", "refused", "not_applicable"}


def test_two_items_with_one_number_are_both_handed_on_for_the_conflict_to_be_seen(tmp_path):
    text = message(declaration(items=ITEM + ITEM.replace("1000.25", "5")))
    found = land(tmp_path, SOURCE, "message.xml", text)["goods_item"]
    assert found.accepted["item_number"].to_pylist() == [1, 1]


def test_a_bad_header_leaves_its_items_alone(tmp_path):
    text = message(declaration(HEAD.replace("20250326112200+01", "yesterday")))
    found = land(tmp_path, SOURCE, "message.xml", text)
    assert reasons(found["declaration"].rejected) == {1: ["E_TYPE:registered_at"]}
    assert found["goods_item"].accepted.num_rows == 1


def test_a_missing_file_is_refused(tmp_path):
    found = SOURCE.read(tmp_path / "nowhere", "nowhere.xml")
    assert (found.status, found.reason_code) == ("refused", "E_FILE_CORRUPT")


def test_many_declarations_stream_in_little_memory(tmp_path):
    text = message(*[declaration(HEAD.replace("LRN-1", f"LRN-{i}")) for i in range(2_000)])
    found = _read(tmp_path, text.encode())
    assert found.status == "accepted"
    assert found.tables["declaration"].num_rows == 2_000


@pytest.mark.parametrize("place", ["<r>{many}</r>", "{message}"])
def test_endless_elements_are_refused_soon(tmp_path, place):
    many = "<a/>" * 250_000
    inside = message(declaration(items=ITEM + many))
    found = _read(tmp_path, place.format(many=many, message=inside).encode())
    assert (found.status, found.reason_code) == ("refused", "E_XML_UNSAFE")
