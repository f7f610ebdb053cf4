"""Messages that state whole declarations: which is which, and what a later one leaves."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ingestion.land import land_files
from ingestion.withdraw import withdraw
from orchestration.operations.build import build
from tests.unit.ingestion.messages import HEAD, ITEM, declaration, message
from warehouse import engine
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings

FEE = (
    "<DutyTaxFee><TypeCode>{kind}</TypeCode><Payment>"
    '<TaxAssessedAmount currencyID="VND">{amount}</TaxAssessedAmount></Payment></DutyTaxFee>'
)


def _item(number: int, amount: int) -> str:
    fee = FEE.format(kind="A00", amount=amount)
    text = ITEM.replace("<SequenceNumeric>1<", f"<SequenceNumeric>{number}<")
    return text.replace("1000.25", str(amount)).replace("<GoodsMeasure>", fee + "<GoodsMeasure>")


def _original(
    reference: str,
    amounts: Sequence[int],
    *,
    number: str = "",
    importer: str = "GB-ALPHA",
    accepted: str = "20250326112200+01",
) -> str:
    head = HEAD.replace("LRN-1", reference).replace("20250326112200+01", accepted)
    head = head.replace("<GoodsItemQuantity>1", f"<GoodsItemQuantity>{len(amounts)}")
    if number:
        head = head.replace("<TypeCode>", f"<ID>{number}</ID><TypeCode>")
    items = "".join(_item(place, amount) for place, amount in enumerate(amounts, start=1))
    return message(declaration(head, items)).replace("GB-IMPORTER", importer)


def _delta(kind: str, reference: str, *, number: str = "", importer: str = "GB-ALPHA") -> str:
    registered = f"<ID>{number}</ID>" if number else ""
    head = (
        "<FunctionCode>13</FunctionCode>"
        f"<FunctionalReferenceID>{reference}</FunctionalReferenceID>{registered}"
        f"<TypeCode>{kind}</TypeCode>"
    )
    return message(declaration(head, "")).replace("GB-IMPORTER", importer)


def _one_file(*texts: str) -> str:
    """Return one message around the declarations of several."""
    inside = [text[text.index("<Declaration") : text.index("</md:MetaData>")] for text in texts]
    return message(*inside)


# In the order of receipt. Each reference is a story of its own.
MESSAGES = {
    # One reference of two importers, with and without numbers of customs.
    "shared_a": _original("SHARED", [100], number="MRN-A"),
    "shared_b": _original("SHARED", [250], number="MRN-B", importer="GB-BETA"),
    "bare_a": _original("BARE", [10, 20]),
    "bare_b": _original("BARE", [30], importer="GB-BETA"),
    # Of three importers: the first one to arrive is not the first by name, one is taken back.
    "late_withdrawn": _original("LATE", [70], importer="GB-BETA"),
    "late_first": _original("LATE", [71], importer="GB-GAMMA"),
    "late_second": _original("LATE", [72]),
    # A later original of fewer items; then the same in other bytes, which says nothing new.
    "fewer_1": _original("FEWER", [100, 200, 300], number="MRN-F"),
    "fewer_2": _original("FEWER", [100], number="MRN-F"),
    "fewer_3": _original("FEWER", [100], number="MRN-F").replace("><", ">\n<"),
    "own_1": _original("OWN", [1, 2, 3]),
    "own_2": _original("OWN", [3, 1]),
    # Lodged once, numbered twice.
    "twice_1": _original("TWICE", [5, 6], number="MRN-T1"),
    "twice_2": _original("TWICE", [7], number="MRN-T2"),
    # A reference that its trader uses for another consignment.
    "again_1": _original("AGAIN", [8], number="MRN-R1"),
    "again_2": _original("AGAIN", [9], number="MRN-R2", accepted="20250426112200+01"),
    # What was taken back replaces nothing.
    "kept_1": _original("KEPT", [40, 50], number="MRN-K"),
    "kept_2": _original("KEPT", [60], number="MRN-K"),
    # Originals of one declaration in one file: the last one counts, in all its tables.
    "batch": _one_file(
        _original("BATCH", [1, 2], number="MRN-B1"),
        _original("BATCH", [3], importer="GB-BETA"),
        _original("BATCH", [4, 5, 6], number="MRN-B1"),
        _original("BATCH", [7], number="MRN-B2"),
        _original("BATCH", [8, 9], importer="GB-BETA"),
    ),
    # A value that the last message leaves out: of this source no item with a value is left.
    "valued_1": _original("VALUED", [11], number="MRN-V").replace(
        "<GovernmentProcedure>",
        '<CustomsValueAmount currencyID="VND">500</CustomsValueAmount><GovernmentProcedure>',
    ),
    # Deltas by number, by reference, by a reference of another trader, of two declarations.
    "inv_number": _delta("INV", "X-1", number="MRN-A"),
    "inv_reference": _delta("INV", "BARE", importer="GB-BETA"),
    "inv_stranger": _delta("INV", "OWN", importer="GB-GAMMA"),
    "inv_unclear": _delta("INV", "AGAIN"),
    "cor_early": _delta("COR", "TWICE", number="MRN-T1"),
    "valued_2": _original("VALUED", [12], number="MRN-V"),
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> LakeSettings:
    return built_of_messages(tmp_path_factory.mktemp("messages"))


def built_of_messages(folder: Path) -> LakeSettings:
    """Land the messages, take two deliveries back, build."""
    settings = LakeSettings(home=folder / "home", memory_limit_mb=1024, threads=2)
    paths = [folder / f"{name}.xml" for name in MESSAGES]
    for path, text in zip(paths, MESSAGES.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    repeated = 0
    # What was known before the last one came is history.
    for received in (paths[:-1], paths[-1:]):
        counts = land_files(settings, "wco_dec_xml", received).records.values()
        assert sum(count.quarantined for count in counts) == 0
        repeated += sum(count.repeated for count in counts)
    # Of the batch three headers, six items and six tax lines; of fewer_3 one each.
    assert repeated == 18
    with Ledger(Layout(settings.home).ledger_path) as ledger:
        hashes = {one.name: one.sha256 for one in ledger.deliveries("accepted")}
    for name in ("late_withdrawn", "kept_2"):
        withdraw(settings, hashes[f"{name}.xml"])
    build(settings)
    return settings


def _rows(settings: LakeSettings, query: str) -> list[tuple[object, ...]]:
    with engine.build_connection(Layout(settings.home), settings, read_only=True) as connection:
        return connection.sql(query).fetchall()


def test_each_declaration_stands_once_under_its_number(settings: LakeSettings) -> None:
    found = _rows(
        settings,
        "select declaration_number, trader_id, goods_item_count, is_complete, is_cancelled "
        "from marts.fct_declaration order by all",
    )
    assert found == [
        ("BARE", "GB-ALPHA", 2, True, False),
        ("BARE (2)", "GB-BETA", 1, True, True),
        ("BATCH", "GB-BETA", 2, True, False),
        ("LATE", "GB-GAMMA", 1, True, False),
        ("LATE (2)", "GB-ALPHA", 1, True, False),
        ("MRN-A", "GB-ALPHA", 1, True, True),
        ("MRN-B", "GB-BETA", 1, True, False),
        ("MRN-B2", "GB-ALPHA", 1, True, False),
        ("MRN-F", "GB-ALPHA", 1, True, False),
        ("MRN-K", "GB-ALPHA", 2, True, False),
        ("MRN-R1", "GB-ALPHA", 1, True, False),
        ("MRN-R2", "GB-ALPHA", 1, True, False),
        ("MRN-T2", "GB-ALPHA", 1, True, False),
        ("MRN-V", "GB-ALPHA", 1, True, False),
        ("OWN", "GB-ALPHA", 2, True, False),
    ]


def test_a_declaration_keeps_its_number_when_another_trader_lands(settings: LakeSettings) -> None:
    found = _rows(
        settings,
        "select declaration_number, trader_id, is_withdrawn from marts.fct_declaration_version"
        " where declaration_number like 'LATE%' order by all",
    )
    # What was taken back takes no number from those that stand, and shares none with them.
    assert found == [
        ("LATE", "GB-GAMMA", False),
        ("LATE (2)", "GB-ALPHA", False),
        ("LATE (3)", "GB-BETA", True),
    ]


def test_the_items_and_taxes_of_a_declaration_are_those_of_its_last_message(
    settings: LakeSettings,
) -> None:
    expected = {
        "BARE": [10, 20],
        "BARE (2)": [30],
        "BATCH": [8, 9],
        "LATE": [71],
        "LATE (2)": [72],
        "MRN-A": [100],
        "MRN-B": [250],
        "MRN-B2": [7],
        "MRN-F": [100],
        "MRN-K": [40, 50],
        "MRN-R1": [8],
        "MRN-R2": [9],
        "MRN-T2": [7],
        "MRN-V": [12],
        "OWN": [3, 1],
    }
    for table, column in (("fct_goods_item", "invoice_amount"), ("fct_duty_tax", "assessed_vnd")):
        found = _rows(
            settings,
            f"select declaration_number, list({column}::int order by item_number) "  # noqa: S608
            f"from marts.{table} where has_declaration group by all order by all",
        )
        assert dict(found) == expected, table


def test_a_source_whose_values_were_all_replaced_is_built(settings: LakeSettings) -> None:
    ends = _rows(
        settings, "select item_count from marts.profile_unit_value_day order by as_of_date"
    )
    assert ends == [(1,), (0,)]


def test_what_a_message_replaced_stays_as_history(settings: LakeSettings) -> None:
    found = _rows(
        settings,
        "select item_number, invoice_amount::int, recorded_to is null, is_withdrawn "
        "from marts.fct_goods_item_version where declaration_number in ('MRN-F', 'MRN-K') "
        "order by declaration_number, recorded_from, item_number",
    )
    assert found == [
        (1, 100, False, False),
        (2, 200, False, False),
        (3, 300, False, False),
        (1, 100, True, False),
        (1, 40, True, False),
        (2, 50, True, False),
        (1, 60, True, True),
    ]


def test_a_delta_is_linked_where_its_target_is_known(settings: LakeSettings) -> None:
    found = _rows(
        settings,
        "select function_name, declaration_number, is_orphan "
        "from marts.fct_declaration_amendment order by all",
    )
    assert found == [
        ("COR", "MRN-T2", False),
        ("INV", "AGAIN", True),
        ("INV", "BARE (2)", False),
        ("INV", "MRN-A", False),
        ("INV", "OWN", True),
    ]


def test_the_order_of_the_files_in_one_landing_is_the_order_of_receipt(tmp_path: Path) -> None:
    home = LakeSettings(home=tmp_path / "home", memory_limit_mb=512, threads=1)
    for name in ("fewer_1", "fewer_2", "shared_a", "shared_b"):
        (tmp_path / f"{name}.xml").write_text(MESSAGES[name], encoding="utf-8")
    report = land_files(home, "wco_dec_xml", sorted(tmp_path.glob("*.xml")))
    assert report.records["declaration"].accepted == 4
    assert report.records["goods_item"].accepted == 6
