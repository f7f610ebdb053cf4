"""Whether mechanisms do what they claim: actors, motive, method, window and money, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from benchmark.mechanisms.stories import STORIES
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
_GROUND = ("deed", "parent", "deal", "list_use", "heir", "diverted")
ACTORS, MOTIVE, METHOD, WINDOW, MONEY = "actors", "motive", "method", "window", "money"


@dataclass(frozen=True, slots=True)
class Claim:
    """What some mechanisms claim of themselves.

    Attributes:
        kind: actors, motive, method, window or money.
        statement: Its SQL, which returns `mechanism, holds` row by row.
        mechanisms: Who claims it; none for every mechanism that is meant.
        least: Share of the rows for which it must hold.
        chance: Share of the rows for which it would hold if nobody meant it.
    """

    kind: str
    statement: str
    mechanisms: tuple[str, ...] = ()
    least: float = 1.0
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """How a claim of one mechanism stands in a nation.

    Attributes:
        mechanism: Whose.
        kind: Of the claim.
        statement: Which claim.
        least: Share of the rows for which it must hold, but for luck.
        rows: Rows that it is about; 0 where the nation has none to judge it by.
        holds: Those for which it holds.
        is_kept: Whether they are enough; None where there are too few rows to tell.
    """

    mechanism: str
    kind: str
    statement: str
    least: float
    rows: int
    holds: int
    is_kept: bool | None


_CHEAPER = (
    "phoenix", "vanishing_firm", "broker_ring", "broker_cartel", "consignment_splitting",
    "related_party_pricing", "undervaluation",
)  # fmt: skip
_BY_THE_LIST = tuple(name for name in _CHEAPER if name not in {"broker_ring", "broker_cartel"})
_LESS = ("short_quantity", "lane_shopping", "officer_collusion")
_ON_DECLARED = (
    *_CHEAPER, *_LESS, "transshipment", "false_certificate", "misclassification", "mistake",
)  # fmt: skip

# What should be nought in binary fractions.
_ROUNDING = 1e-9

CLAIMS: Sequence[Claim] = (
    Claim(WINDOW, "since_it_began"),
    Claim(WINDOW, "until_it_ended"),
    Claim(WINDOW, "after_its_founding"),
    Claim(WINDOW, "until_its_closing"),
    Claim(ACTORS, "own_trader"),
    Claim(MOTIVE, "duty_is_saved", least=0.99),
    Claim(METHOD, "dearer_truth", _CHEAPER),
    Claim(METHOD, "at_the_list", _BY_THE_LIST, 0.6),
    Claim(METHOD, "more_came", _LESS),
    Claim(
        ACTORS, "taxed_import",
        (*_CHEAPER, *_LESS, "transshipment", "false_certificate", "misclassification",
         "concealed_goods", "second_declaration"),
    ),
    Claim(MOTIVE, "cheaper_sibling", ("misclassification",), 0.98),
    Claim(MOTIVE, "other_origin", ("transshipment", "false_certificate"), 0.98),
    Claim(METHOD, "by_certificate", ("false_certificate",)),
    Claim(METHOD, "number_of_others", ("false_certificate",), 0.9),
    Claim(METHOD, "through_the_third", ("transshipment",), 0.95),
    Claim(WINDOW, "after_month_14", ("transshipment",)),
    Claim(ACTORS, "related_deal", ("related_party_pricing",)),
    Claim(METHOD, "one_item", ("concealed_goods", "second_declaration")),
    Claim(ACTORS, "no_scheme", ("mistake",)),
    # The truth does not say by which schedule goods of another code or origin would be taxed.
    Claim(MONEY, "formula_holds", _ON_DECLARED, 0.995),
    Claim(ACTORS, "friends_office", ("officer_collusion",)),
    Claim(ACTORS, "friends_broker", ("officer_collusion", "broker_ring")),
    Claim(ACTORS, "friend_looks", ("officer_collusion",), 0.8),
    Claim(METHOD, "friend_finds_nothing", ("officer_collusion",)),
    Claim(METHOD, "friend_releases", ("officer_collusion",), 0.98),
    Claim(ACTORS, "ring_of_one_broker", ("broker_ring",), 0.8),
    Claim(ACTORS, "several_brokers", ("broker_cartel",), 0.9),
    Claim(METHOD, "one_price_list", ("broker_ring", "broker_cartel"), 0.85, 0.5),
    Claim(ACTORS, "young_firm", ("vanishing_firm",)),
    Claim(WINDOW, "gone_for_good", ("vanishing_firm",)),
    Claim(WINDOW, "closed_is_closed", ("phoenix",)),
    Claim(METHOD, "heir_goes_on", ("phoenix",), 0.8),
    Claim(ACTORS, "heir_is_kin", ("phoenix",)),
    Claim(METHOD, "red_is_answered", ("lane_shopping",), 0.3),
    Claim(METHOD, "parent_hid", ("second_declaration",)),
    Claim(METHOD, "declared_again", ("second_declaration",)),
    Claim(MONEY, "loss_is_gone", ("second_declaration",)),
    Claim(METHOD, "several_pieces", ("consignment_splitting",), 0.9),
    Claim(MOTIVE, "under_a_threshold", ("consignment_splitting",), 0.85),
    Claim(ACTORS, "under_seal", ("transit_diversion",)),
    Claim(METHOD, "scale_tells", ("transit_diversion",), 0.9),
    Claim(METHOD, "off_the_route", ("transit_diversion",), 0.6),
    Claim(METHOD, "all_never_arrives", ("transit_diversion",), 0.95),
    Claim(METHOD, "a_fifth_takes_all", ("transit_diversion",)),
    Claim(ACTORS, "under_temporary_regime", ("temporary_import_kept",)),
    Claim(METHOD, "stays", ("temporary_import_kept",)),
    Claim(WINDOW, "deadline_passes", ("temporary_import_kept",)),
    Claim(ACTORS, "under_a_list", ("exemption_overrun",)),
    Claim(MONEY, "beyond_the_list", ("exemption_overrun",), 0.95),
    Claim(ACTORS, "for_processing", ("norm_abuse",)),
    Claim(METHOD, "needs_more_than_peers", ("norm_abuse",), 0.8, 0.5),
    Claim(METHOD, "dearer_than_true", ("vat_refund_export",)),
    Claim(MONEY, "refund", ("vat_refund_export",)),
    Claim(MONEY, "all_of_it", ("temporary_import_kept",)),
    Claim(MONEY, "diverted_share", ("norm_abuse",)),
    Claim(MONEY, "taken_off", ("transit_diversion",)),
    Claim(MONEY, "hidden_worth", ("concealed_goods", "second_declaration")),
    Claim(ACTORS, "owners_gate", ("quota_stacking",)),
    Claim(ACTORS, "residents_cross", ("quota_stacking",), 0.95),
    # By chance: of the loads of the other owners (seed 21).
    Claim(ACTORS, "owners_chapter", ("quota_stacking",), 0.35, 0.2),
    Claim(ACTORS, "owner_imports_there", ("quota_stacking",), 0.35, 0.1),
    Claim(METHOD, "below_the_quota", ("quota_stacking",)),
    Claim(METHOD, "quotas_filled", ("quota_stacking",)),
    Claim(METHOD, "on_many_papers", ("quota_stacking",)),
    Claim(METHOD, "in_one_van", ("quota_stacking",)),
    Claim(MONEY, "quota_tax", ("quota_stacking",)),
)  # fmt: skip


def judge_claims(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Return how every claim of every mechanism stands.

    Args:
        connection: With the tables of `ground` and `signs`.
    """
    for step in _GROUND:
        connection.execute(_SQL[step])
    told = connection.execute(_SQL["meant"]).fetchall()
    meant = tuple(name for (name,) in told)
    return [finding for claim in CLAIMS for finding in _findings(connection, claim, meant)]


def _findings(
    connection: duckdb.DuckDBPyConnection, claim: Claim, meant: tuple[str, ...]
) -> list[Finding]:
    rows = connection.sql(_SQL[claim.statement])
    counted = rows.aggregate(
        "mechanism, count(*), count(*) filter (coalesce(holds, false))", "mechanism"
    ).fetchall()
    counts = {name: (int(every), int(good)) for name, every, good in counted}
    # A mechanism of others claims what all do.
    known = tuple(name for name, story in STORIES.items() if story.is_meant)
    return [
        finding_of(claim, name, *counts.get(name, (0, 0)))
        for name in claim.mechanisms or tuple(dict.fromkeys((*known, *meant)))
    ]


def finding_of(claim: Claim, mechanism: str, rows: int, holds: int) -> Finding:
    """Return what is found of a claim that holds for some of the rows it is about."""
    # What holds for a share only may hold for less of few: two standard errors.
    luck = 2.0 * (claim.least * (1.0 - claim.least) * rows) ** 0.5
    bar = claim.least * rows - luck
    is_kept = holds >= bar if bar > claim.chance * rows + _ROUNDING else None
    return Finding(mechanism, claim.kind, claim.statement, claim.least, rows, holds, is_kept)
