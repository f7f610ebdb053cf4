"""What an honest single rule can look at: one number an item or slip, from all outside tables.

Each is a sign somebody would think of: a higher number is more suspicious. What is null says
nothing of the item. Those of OF_INSPECTION look at how the declaration itself was inspected; what
is on file of a trader is counted without what came of the declaration itself.
"""

import duckdb

from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
# The outside tables that each sign is about; what they only help to compare by is not named.
SIGNS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("price_under_reference", "price_just_over_reference"), ("ruirotg",)),
    **dict.fromkeys(
        (
            "price_under_peers", "price_under_line", "export_over_peers", "price_under_own",
            "price_under_seller", "trader_gap", "trader_steady", "item_value", "mass_each",
            "light_each", "mass_off", "name_of_other_code", "code_of_other_names",
            "name_of_other_heading", "name_is_rare", "own_codes_differ", "certificate_again",
            "beside_defence", "unusual_origin", "is_preferred", "not_re_exported",
            "re_export_late", "exempt_without_list",
        ),
        ("hang",),
    ),
    **dict.fromkeys(
        (
            "freight_share", "freight_over_route", "freight_of_trader", "is_related", "tax_share",
            "loaded_elsewhere", "exported_elsewhere", "sold_elsewhere", "gross_over_net",
            "kg_a_package", "redeclared", "redeclared_elsewhere", "legalised", "trader_legalises",
            "pieces", "piece_of_more", "on_one_invoice", "pieces_below_sum", "own_office_share",
            "broker_of_office", "total_value", "few_declarations", "brokers_of_trader",
            "by_other_broker",
        ),
        ("tk",),
    ),
    **dict.fromkeys(
        ("related_under_others", "related_trader_gap", "broker_gap", "same_price_clients"),
        ("tk", "hang"),
    ),
    "cheaper_than_named": ("bieuthue", "hang"),
    **dict.fromkeys(("certificates_lacking", "certificate_of_others"), ("co_form",)),
    "over_mirror": ("partner_statistics", "hang"),
    **dict.fromkeys(
        (
            "bill_over_declared", "bill_over_net", "bill_packages", "heading_differs",
            "bill_of_other_origin", "becomes_transit",
        ),
        ("manifest",),
    ),
    "scale_over_declared": ("weighbridge",),
    "port_over_declared": ("port_message",),
    "gate_over_declared": ("lang_son_gate", "lao_cai_gate"),
    **dict.fromkeys(("seal_alarms", "stop_hours"), ("seal_stream",)),
    **dict.fromkeys(("off_route_km", "stop_off_km"), ("seal_stream", "tuyen")),
    "trip_late": ("vanchuyen",),
    "arrives_lighter": ("weighbridge", "vanchuyen"),
    **dict.fromkeys(("list_used", "line_used"), ("dmmt", "hang")),
    **dict.fromkeys(
        (
            "lane", "lane_lowered", "pair_releases", "redeclared_after_red", "trader_redeclares",
        ),
        ("sukien",),
    ),
    **dict.fromkeys(
        (
            "officer_finds_little", "officer_of_broker", "pair_finds_little", "quick_look",
            "papers_by_inspectors", "past_rate",
        ),
        ("kiemtra",),
    ),
    "trader_rank": ("phanluong",),
    "scan_suspects": ("scan_result",),
    **dict.fromkeys(("young", "struck_off", "inactive", "came_from_another"), ("dn",)),
    "kin_closes": ("chusohuu", "dn"),
    "debt_of_tax": ("no",),
    "fined": ("vipham",),
    "licence_used": ("licence",),
    "warned_of": ("intelligence",),
    **dict.fromkeys(("audited", "audit_assessed"), ("ktstq",)),
    "audit_lines": ("ktstqct",),
    **dict.fromkeys(("corrected", "corrected_on_request"), ("khaibosung",)),
    "assessed_anew": ("andinh",),
    "other_laws": ("vpkhac",),
    "visited_by_others": ("kehoachkt",),
    "claims": ("hoanthue",),
    "guarantees": ("baolanh",),
    "cases_of_trader": ("cases",),
    **dict.fromkeys(("few_papers", "image_share"), ("chungtu",)),
    "broker_level": ("xephang",),
    "no_site": ("cosx",),
    "no_contract": ("hopdonggc",),
    "held_at_gate": ("nsw_gate",),
    "not_as_ruled": ("xdtruoc",),
    **dict.fromkeys(("need_over_peers", "waste_pct", "mean_waste_pct"), ("dmtt",)),
    **dict.fromkeys(("stock", "destroyed"), ("qtnvl",)),
    "need_over_used": ("qtnvl", "dmtt", "qtsp"),
    **dict.fromkeys(
        (
            "quotas_in_van", "loads_alike", "seldom_together", "paper_again", "van_slips",
            "slip_value",
        ),
        ("cudan",),
    ),
}  # fmt: skip
OF_INSPECTION = frozenset(
    {
        "officer_finds_little", "officer_of_broker", "pair_finds_little", "papers_by_inspectors",
        "quick_look", "scan_suspects",
    }
)  # fmt: skip
_STEPS = (
    "words", "goods", "price_signs", "ring_signs", "related_signs", "name_signs", "origin_signs",
    "certificate_signs", "bill", "weight", "cargo_signs", "trip", "trip_signs", "paper_signs",
    "report_signs", "firm_signs", "heads", "officer_signs", "control_signs",
    "trader_history", "paper_history", "ruling_signs", "slip_signs", "sign",
)  # fmt: skip


def make_signs(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `sign`, a row an item or slip: base, stt, trader, client and the columns of SIGNS."""
    for step in _STEPS:
        connection.execute(_SQL[step])
