"""A reference made of a tax code or a name stays behind, in whatever form its sender writes it."""

import pytest

from ingestion.delivery import deliver
from orchestration.operations.build import build
from tests.integration.test_publish_identities import every_text, found_in
from tests.unit.ingestion.messages import HEAD, declaration, message
from warehouse.layout import Layout
from warehouse.publish import publish
from warehouse.reading import open_release
from warehouse.settings import LakeSettings

PARTIES = {
    "alpha": ("GB111111111000", "Alpha Trading Ltd"),
    "sen": ("0101234567", "Công ty Sen"),
    "person": ("012345678901", "Nguyễn Văn An"),
    "branch": ("0101234567-001", "Chi nhánh Hoa Mai"),
}
# Reference and the party of its message; each says who it is.
TELLING = {
    "5GB111111111000-INV77": "alpha",
    "111111111000/7": "alpha",
    "alpha-2025-1": "alpha",
    "GB111111-111000-9": "alpha",
    "LRN-0101234567-001": "sen",
    "0101234567": "sen",
    "0101234567/2025/7": "sen",
    "SEN-001": "sen",
    "NGUYEN-VAN-AN": "person",
    "nguyenvanan.3": "person",
    "X012345678901": "person",
    "0101234567.77": "branch",
    "HOAMAI-1": "branch",
}
PLAIN = {"JOB-1001": "alpha", "Q2025-0001": "sen", "LRN7": "person"}
WORDS = ("111111111000", "0101234567", "012345678901", "alpha", "nguyen", "hoamai", "sen-001")


def _message(reference: str, party: str, kind: str = "IMA", function: str = "9") -> str:
    identity, name = PARTIES[party]
    head = HEAD.replace("LRN-1", reference).replace("<TypeCode>IMA", f"<TypeCode>{kind}")
    head = head.replace("<FunctionCode>9", f"<FunctionCode>{function}")
    head = head.replace("GB-DECLARANT", identity)
    importer = f"<Importer><Name>{name}</Name><ID>{identity}</ID></Importer>"
    return message(declaration(head)).replace("<Importer><ID>GB-IMPORTER</ID></Importer>", importer)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    folder = tmp_path_factory.mktemp("references")
    settings = LakeSettings(home=folder / "home", memory_limit_mb=1024, threads=2)
    texts = [_message(reference, party) for reference, party in {**TELLING, **PLAIN}.items()]
    # A delta of an original that is here, and one of an original that never came.
    texts.append(_message("SEN-001", "sen", "COR", "13"))
    texts.append(_message("5GB111111111000-AMD1", "alpha", "COR", "13"))
    for number, text in enumerate(texts):
        (folder / f"{number:02}.xml").write_text(text, encoding="utf-8")
    report = deliver(settings, "wco_dec_xml", sorted(folder.glob("*.xml")))
    assert report.quarantined_records == 0
    build(settings)
    publish(settings)
    return Layout(settings.home)


def _numbers(layout: Layout, role: str, table: str) -> list[str]:
    with open_release(layout, role) as reader:
        query = f"select declaration_number from marts.{table} order by all"  # noqa: S608
        return [number for (number,) in reader.execute(query).fetchall()]


def test_the_restricted_release_holds_every_number(layout: Layout) -> None:
    found = _numbers(layout, "restricted", "fct_declaration")
    assert found == sorted([*TELLING, *PLAIN])


@pytest.mark.parametrize("table", ["fct_declaration", "fct_declaration_version", "fct_goods_item"])
def test_an_analyst_sees_only_numbers_that_tell_nobody(layout: Layout, table: str) -> None:
    found = _numbers(layout, "analyst", table)
    shown = [number for number in found if not number.startswith("de_")]
    assert shown == sorted(PLAIN)
    assert len(set(found)) == len(TELLING) + len(PLAIN)


def test_a_delta_tells_no_more_than_its_original(layout: Layout) -> None:
    found = _numbers(layout, "analyst", "fct_declaration_amendment")
    assert [number[:3] for number in found] == ["de_", "de_"]
    with open_release(layout, "analyst") as reader:
        joined = reader.execute(
            "select count(*) from marts.fct_declaration_amendment "
            "join marts.fct_declaration using (declaration_number) "
            "join marts.fct_goods_item using (declaration_number)"
        ).fetchone()
    assert joined == (1,)


@pytest.mark.parametrize("role", ["analyst", "management"])
def test_no_word_of_a_party_is_in_any_table(layout: Layout, role: str) -> None:
    texts = {table: text.lower() for table, text in every_text(layout, role).items()}
    assert texts
    assert found_in(texts, WORDS) == set()


def test_the_words_are_there_to_be_found(layout: Layout) -> None:
    texts = {name: text.lower() for name, text in every_text(layout, "restricted").items()}
    assert {word for _, word in found_in(texts, WORDS)} == set(WORDS)
