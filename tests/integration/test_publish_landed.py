"""From raw files to the analyst release: what the sources say of persons and firms stays behind."""

import pytest

from ingestion.land import land_files
from orchestration.operations.build import build
from tests.builders import hang, sukien, thue, tk, write_csv
from tests.integration.test_publish_identities import every_text, found_in
from tests.unit.ingestion.messages import HEAD, declaration, message
from warehouse.layout import Layout
from warehouse.publish import publish
from warehouse.reading import open_release
from warehouse.release import current_release
from warehouse.settings import LakeSettings

TRADER = "0312345678"
PRINCIPAL = "0398765432"
EARLIER_CODE = "0377777777"
PERSONAL = {
    TRADER: "tax code",
    PRINCIPAL: "tax code of the principal",
    EARLIER_CODE: "earlier tax code",
    "DL777": "broker",
    "SAO BIỂN": "name of the trader",
    "NORTH STAR SHIPPING": "name in English",
    "12 Phố Huế": "address",
    "ĐẠI LÝ MẶT TRỜI": "name of the broker",
    "BEIJING LUCKY": "foreign partner",
    "88 Chaoyang": "address of the partner",
    "29C-77123": "plate",
    "MAEU992233": "bill",
    "YMLU445566": "second bill",
    "INV-2025-0042": "invoice",
    "BL-990011": "guarantee",
    "CBHQ4711": "officer",
    "Trỗi": "person in a free text",
    "NHÀ MÁY HOA SEN": "producer",
    "CO-E-558899": "certificate",
}
DOCUMENT = {"SO_TK": "300000000010", "STT_CT": 1, "SEQ_NO": 1, "OP": "I", "LOAI_CT": "BOL"}
INSPECTION = {"MA_KT": "KT1", "STT_KT": 1, "SEQ_NO": 1, "OP": "I", "SO_TK_GOC": "30000000001"}
CORRECTION = {"SO_KBS": "KBS1", "STT": 1, "MA_SAC_THUE": "N", "SEQ_NO": 1, "OP": "I"}


def written(folder):
    head = tk(
        MA_DN=TRADER,
        TEN_DN="CÔNG TY SAO BIỂN",
        DIA_CHI_DN="12 Phố Huế, Hà Nội",
        MA_DL="DL777",
        TEN_DL="ĐẠI LÝ MẶT TRỜI",
        MA_UT=PRINCIPAL,
        TEN_DT="BEIJING LUCKY CO",
        DIA_CHI_DT="88 Chaoyang Road",
        SO_HIEU_PTVT="29C-77123",
        SO_VD1="MAEU992233",
        SO_VD2="YMLU445566",
        SO_HD="INV-2025-0042",
        SO_BAO_LANH="BL-990011",
        GHI_CHU=f"Xe 29C-77123 chở hàng của {TRADER}, cán bộ CBHQ4711, ông Nguyễn Văn Trỗi",
    )
    item = hang(
        TEN_HANG=f"Bơm nước, vận đơn MAEU992233, MST {TRADER}, gọi ông Trỗi",
        NHA_SX="NHÀ MÁY HOA SEN",
        SO_CO="CO-E-558899",
    )
    event = sukien(MA_CB="CBHQ4711", LY_DO="Ông Trỗi xin chuyển, xe 29C-77123")
    document = {**DOCUMENT, "SO_CT": "MAEU992233", "NOI_CAP": "BEIJING LUCKY"}
    inspection = {
        **INSPECTION,
        "HINH_THUC": "3",
        "TU": "2025-03-02 09:00:00",
        "DEN": "2025-03-02 10:00:00",
        "KET_QUA": "1",
        "THUE_TANG": "100",
        "MA_CB": "CBHQ4711",
    }
    correction = {
        **CORRECTION,
        "SO_TK_GOC": "30000000001",
        "NGAY": "2025-03-09 09:00:00",
        "LOAI": "TN",
        "TRUOC": "1",
        "SAU": "2",
        "NGUOI_KHAI": f"ông Trỗi, {TRADER}",
    }
    tables = {
        "tk": head,
        "hang": item,
        "thue": thue(),
        "sukien": event,
        "chungtu": document,
        "kiemtra": inspection,
        "khaibosung": correction,
    }
    return [write_csv(folder / f"{name}_20250301_1.csv", [row]) for name, row in tables.items()]


def registered(folder):
    trader = {
        "MA_DN": TRADER,
        "LOAI_DN": "DN",
        "TEN_DN": "CÔNG TY SAO BIỂN",
        "TEN_EN": "NORTH STAR SHIPPING",
        "NGAY_TL": "2011-01-02",
        "DIA_CHI": "12 Phố Huế, Hà Nội",
        "MA_CU": EARLIER_CODE,
    }
    return [write_csv(folder / "dn_202503.csv", [trader])]


PARTIES = {
    "alpha": ("GB111111111000", "Alpha Trading Ltd"),
    "sen": ("0101234567", "Công ty Sen"),
    "person": ("012345678901", "Nguyễn Văn An"),
    "branch": ("0101234567-001", "Chi nhánh Hoa Mai"),
}
# A reference made of a tax code or a name, as its sender writes it, and the party of its message.
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
def layout(tmp_path_factory):
    folder = tmp_path_factory.mktemp("landed")
    settings = LakeSettings(home=folder / "home", memory_limit_mb=1024)
    landed = land_files(settings, "vcis_extract", written(folder))
    landed_traders = land_files(settings, "trader_registry", registered(folder))
    texts = [_message(reference, party) for reference, party in {**TELLING, **PLAIN}.items()]
    # A delta of an original that is here, and one of an original that never came.
    texts.append(_message("SEN-001", "sen", "COR", "13"))
    texts.append(_message("5GB111111111000-AMD1", "alpha", "COR", "13"))
    for number, text in enumerate(texts):
        (folder / f"{number:02}.xml").write_text(text, encoding="utf-8")
    landed_messages = land_files(settings, "wco_dec_xml", sorted(folder.glob("*.xml")))
    for report in (landed, landed_traders, landed_messages):
        counts = report.records.values()
        assert sum(count.quarantined for count in counts) == 0
    build(settings)
    publish(settings)
    return Layout(settings.home)


def test_the_files_did_reach_the_restricted_release(layout):
    texts = every_text(layout, "restricted")
    found = {identity for _, identity in found_in(texts, PERSONAL)}
    assert {TRADER, "DL777", "SAO BIỂN", "CBHQ4711", "Trỗi", EARLIER_CODE} <= found
    assert texts["fct_goods_item"]


@pytest.mark.parametrize("role", ["analyst", "management"])
def test_nothing_personal_reaches_the_other_releases(layout, role):
    assert found_in(every_text(layout, role), PERSONAL) == set()
    for file in current_release(layout, role).rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert [text for text in PERSONAL if text.encode() in content] == []


def _numbers(layout, role, table):
    with open_release(layout, role) as reader:
        query = (
            f"select declaration_number from marts.{table} "  # noqa: S608
            "where source_system = 'wco_dec_xml' order by all"
        )
        return [number for (number,) in reader.execute(query).fetchall()]


def test_the_restricted_release_holds_every_number(layout):
    found = _numbers(layout, "restricted", "fct_declaration")
    assert found == sorted([*TELLING, *PLAIN])


@pytest.mark.parametrize("table", ["fct_declaration", "fct_declaration_version", "fct_goods_item"])
def test_an_analyst_sees_only_numbers_that_tell_nobody(layout, table):
    found = _numbers(layout, "analyst", table)
    shown = [number for number in found if not number.startswith("de_")]
    assert shown == sorted(PLAIN)
    assert len(set(found)) == len(TELLING) + len(PLAIN)


def test_a_delta_tells_no_more_than_its_original(layout):
    found = _numbers(layout, "analyst", "fct_declaration_amendment")
    assert [number[:3] for number in found] == ["de_", "de_"]
    with open_release(layout, "analyst") as reader:
        joined = reader.execute(
            "select count(*) from marts.fct_declaration_amendment "
            "join marts.fct_declaration using (declaration_number) "
            "join marts.fct_goods_item using (declaration_number) "
            "where fct_declaration.source_system = 'wco_dec_xml'"
        ).fetchone()
    assert joined == (1,)


@pytest.mark.parametrize("role", ["analyst", "management"])
def test_no_word_of_a_party_is_in_any_table(layout, role):
    texts = {table: text.lower() for table, text in every_text(layout, role).items()}
    assert texts
    assert found_in(texts, WORDS) == set()


def test_the_words_are_there_to_be_found(layout):
    texts = {name: text.lower() for name, text in every_text(layout, "restricted").items()}
    assert {word for _, word in found_in(texts, WORDS)} == set(WORDS)
