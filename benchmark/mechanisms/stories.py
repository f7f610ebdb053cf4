"""What each mechanism says of itself: who, why, how, what is evaded, and where it shows.

The judge measures these; the page of the docs is made of them. Patterns follow the published ones
(customs fraud patterns of the WCO and of national press); shares and figures are our own.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """What a mechanism says of itself.

    Attributes:
        actors: Who does it.
        motive: What for.
        method: What they do.
        money: How the duty evaded is computed.
        evidence: Outside tables in which it shows.
        absent: Outside tables in which nothing shows.
        intent: Whether anybody means it.
    """

    actors: str
    motive: str
    method: str
    money: str
    evidence: tuple[str, ...]
    absent: tuple[str, ...] = ()
    intent: bool = True


_GAP = "duties on what is true less those on what is declared"
_WHOLE = "((1 + MFN) (1 + VAT) - 1) of the invoice value"

STORIES: dict[str, Story] = {
    "phoenix": Story(
        "young firm with a successor that shares owner or address", "debts die with the firm",
        "undervalues without caution; closes when caught; the successor goes on", _GAP,
        ("hang", "ruirotg", "dn", "chusohuu"), ("manifest", "weighbridge", "seal_stream"),
    ),
    "vanishing_firm": Story(
        "firm founded within the year", "nobody can collect any more",
        "undervalues deeply for some months and is gone", _GAP,
        ("hang", "ruirotg", "dn", "no"), ("manifest", "weighbridge", "seal_stream"),
    ),
    "broker_ring": Story(
        "a broker and several of its clients", "the broker sells cheap clearance",
        "prices of the ring's own list, one discount for all", _GAP,
        ("hang", "ruirotg", "tk"), ("manifest", "weighbridge", "seal_stream"),
    ),
    "officer_collusion": Story(
        "an officer, a broker and its client", "a share of the gain",
        "less is declared, at the friend's office, by the friend's broker; the friend finds nothing",
        _GAP, ("kiemtra", "manifest", "weighbridge"), ("seal_stream", "co_form"),
    ),
    "lane_shopping": Story(
        "importer that knows several offices", "to keep the gain of a short declaration",
        "a red lane is cancelled and the bill declared elsewhere", _GAP,
        ("sukien", "tk", "manifest", "weighbridge"), ("seal_stream", "co_form"),
    ),
    "second_declaration": Story(
        "importer that hides goods", "a find becomes a late declaration",
        "once a check is announced a non-trade declaration follows for what was hidden",
        f"1,000,000 VND and 0.2 to 1 times {_WHOLE}; nothing once it is legalised",
        ("tk", "sukien", "scan_result"), ("co_form", "seal_stream"),
    ),
    "concealed_goods": Story(
        "importer of cheap, bulky goods", "the whole duty on dear goods",
        "goods on no paper lie behind declared ones",
        f"1,000,000 VND and 0.3 to 2 times {_WHOLE}", ("scan_result",), ("co_form", "ruirotg"),
    ),
    "consignment_splitting": Story(
        "small importer", "checks look at large declarations",
        "a deal comes in pieces that stay below what is looked at, each with a shaded price",
        _GAP, ("tk", "hang", "ruirotg"), ("weighbridge", "seal_stream"),
    ),
    "transit_diversion": Story(
        "firm that moves goods under seal", "duty and VAT on goods that never left",
        "stops off the route, opens the seal, arrives lighter or not at all",
        f"0.3 to 0.9 times {_WHOLE}, the part that is taken off",
        ("seal_stream", "vanchuyen", "weighbridge"), ("co_form", "ruirotg"),
    ),
    "temporary_import_kept": Story(
        "firm that imports for a time (G11 to G14)", "duty and VAT",
        "nothing is re-exported", _WHOLE, ("tk", "hang", "vipham"), ("manifest", "co_form"),
    ),
    "exemption_overrun": Story(
        "firm with an exemption list", "duty and VAT",
        "the line of a list is used beyond its quantity", f"{_WHOLE}, of what goes beyond",
        ("dmmt", "hang"), ("manifest", "weighbridge", "seal_stream"),
    ),
    "norm_abuse": Story(
        "processing or export-production firm", "material without duty on the home market",
        "norms in the settlement report are above the real ones",
        f"0.03 to 0.15 times {_WHOLE}, less after catches",
        ("dmtt", "qtnvl"), ("manifest", "weighbridge", "seal_stream", "co_form"),
    ),
    "vat_refund_export": Story(
        "young exporter", "a refund of a tenth of the value",
        "exports are declared far too dear", "a tenth of declared less true value",
        ("hang", "tk"), ("manifest", "seal_stream", "ruirotg"),
    ),
    "transshipment": Story(
        "importer of goods under defence or without preference",
        "the defence duty or the preference", "goods pass through a third country's papers",
        _GAP, ("hang", "tk", "co_form", "partner_statistics"), ("weighbridge", "seal_stream"),
    ),
    "false_certificate": Story(
        "importer of dutiable goods without a right to preference", "the preferential rate",
        "a forged certificate, or an honest one's number again", _GAP,
        ("hang", "co_form"), ("weighbridge", "seal_stream"),
    ),
    "misclassification": Story(
        "importer whose goods have a cheaper sibling", "the gap between the rates",
        "the code of the sibling, in the same heading", _GAP,
        ("hang", "bieuthue"), ("weighbridge", "seal_stream", "co_form"),
    ),
    "short_quantity": Story(
        "importer of dutiable goods", "duty and VAT on what is left out",
        "less quantity and mass is declared than comes", _GAP,
        ("manifest", "weighbridge", "port_message"), ("co_form", "seal_stream"),
    ),
    "related_party_pricing": Story(
        "buyer and seller of one group", "profit moves, and duty falls with it",
        "transfer prices below the level on deals with valuation code 7", _GAP,
        ("hang", "tk"), ("manifest", "weighbridge", "seal_stream"),
    ),
    "undervaluation": Story(
        "importer of dutiable goods", "duty and VAT are shares of the value",
        "prices hug the published reference, the rest is paid aside", _GAP,
        ("hang", "ruirotg", "tk"), ("manifest", "weighbridge", "seal_stream"),
    ),
    "mistake": Story(
        "anybody", "none", "a slip in code, quantity, price or origin",
        f"{_GAP}; half of them cost the trader money", (), intent=False,
    ),
}  # fmt: skip
