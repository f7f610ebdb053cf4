"""Sources for tests that only a YAML file knows: weighings, passages of a gate, bills, rates."""

import json

WEIGHED = """
delimiter: ;
encoding: utf-16
decimal: ','
tables:
  can:
    contract: goods_item
    constants: {declaration_version: '0'}
    columns:
      Số tờ khai!: declaration_number
      Dòng!: item_number
      Khối lượng (tấn): {net_mass_kg: {mass: TNE}}
      Trị giá: invoice_amount
"""
GATE = """
# The single window: what happened at a gate, with the declarations it was about.
forms: [jsonl]
file: any
tables:
  passage:
    contract: declaration_event
    columns:
      MsgId!: sequence_number
      SentAt!: occurred_at
      Step!: {event_code: {crosswalk: {'12': QKVGS, '5': YC_KIEM}}}
      Vehicle.Plate: value_text
      DeclarationNo!: {declaration_number: {take: base_number, exploded: ','}}
      Notes: {reason_text: {joined: '; '}}
"""
MANIFEST = """
forms: [jsonl]
tables:
  manifest:
    contract: declaration_event
    constants: {event_code: IDC}
    columns:
      id!: declaration_number
      revision!: sequence_number
      arrival!: {occurred_at: epoch_ms}
  bill:
    file: manifest
    contract: supporting_document
    rows: bills
    constants: {declaration_version: '0', document_type_code: BOL}
    columns:
      id!: declaration_number
      revision!: sequence_number
      bills.n!: document_sequence_number
      bills.no: document_number
  box:
    file: manifest
    contract: goods_item
    rows: bills.containers
    constants: {declaration_version: '0', invoice_currency_code: USD}
    columns:
      id!: declaration_number
      bills.no: material_code
      bills.containers.n!: item_number
      bills.containers.kg: net_mass_kg
"""
RATES = """
forms: [jsonl]
tables:
  rates:
    contract: exchange_rate
    rows: days.rates
    columns:
      days.d!: valid_from_date
      days.rates.cur!: currency_code
      days.rates.vnd!: rate_vnd
"""

PASSAGE = {
    "MsgId": 1, "SentAt": "2025-03-01T08:15:00+07:00", "Step": 12, "Vehicle": {"Plate": "29C-1"},
    "DeclarationNo": ["300000000010", "300000000020"], "Notes": ["một", "hai"],
}  # fmt: skip


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
