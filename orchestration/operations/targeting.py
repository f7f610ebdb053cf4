"""The list of post-clearance audit targets for auditors, with real names.

Traders are ranked by pseudonym, as everything that learns; only those on the list are looked up in
the restricted release, by the pseudonyms of its tax codes. The audit record says so beforehand.
"""

from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dashboards.reports.target_list import write_target_list
from dashboards.reports.target_rows import ListedItem, ListedReason, ListedTrader, ListFacts
from data_contracts.errors import CustomsDataError
from ml import bundle as bundles
from ml import extraction
from ml.bundle import Bundle
from ml.learning import last_known_date
from ml.targets.evidence import EvidenceItem
from ml.targets.expected import Target, TargetRule, list_targets
from ml.targets.money import MoneyReason
from orchestration.operations.learning import analyst_release
from orchestration.operations.target_notes import notes
from warehouse.audit import AuditLog
from warehouse.layout import Layout
from warehouse.masking import Pseudonymiser
from warehouse.reading import open_release
from warehouse.release import Manifest
from warehouse.settings import LakeSettings

_STATEMENTS = Path(__file__).parent / "statements"


@dataclass(frozen=True, slots=True)
class TargetReport:
    """A list and where it lies.

    Attributes:
        file: The workbook.
        model_id: The model whose scores it rests on.
        release: Analyst release that was read.
        as_of: The day from which the five years are counted back.
        simulated_sources: Sources with simulated deliveries, of the release or of the model's.
        traders: The list, highest expected amount first.
        notes: (label, text) about the list.
    """

    file: str
    model_id: str
    release: int
    as_of: date
    simulated_sources: tuple[str, ...]
    traders: tuple[ListedTrader, ...]
    notes: tuple[tuple[str, str], ...]


def make_target_list(
    settings: LakeSettings,
    file: Path,
    *,
    rule: TargetRule | None = None,
) -> TargetReport:
    """Rank traders, look up the listed ones and write the workbook.

    Args:
        settings: The lake and its caps.
        file: Workbook to write; its folder exists.
        rule: Length of the list and collectable share.

    Raises:
        CustomsDataError: No model or release is there, or the release holds no scores of the model.
    """
    rule = rule or TargetRule()
    layout = Layout(settings.home)
    folder = bundles.current_folder(layout.models, rule.model)
    bundle = bundles.load(folder, threads=settings.threads)
    with analyst_release(layout, settings) as (connection, manifest):
        _refuse_unscored(bundle, manifest)
        systems = bundle.facts.source_systems
        as_of = last_known_date(connection, systems)
        # What was examined is settled at once, whether or not it is old enough to learn from.
        extraction.label_items(connection, bundle.facts.label_rule.without_delay(), systems, as_of)
        targets = list_targets(connection, bundle, as_of, rule)
    AuditLog.of(layout).append(
        "target_list", file=str(file), model_id=bundle.model_id, traders=len(targets)
    )
    names = _names(layout, settings, targets)
    report = TargetReport(
        file=str(file),
        model_id=bundle.model_id,
        release=manifest.release,
        as_of=as_of,
        simulated_sources=_simulated(bundle, manifest),
        traders=tuple(_listed(rank, target, names) for rank, target in enumerate(targets, 1)),
        notes=notes(bundle, manifest, as_of, rule),
    )
    write_target_list(
        file,
        report.traders,
        ListFacts(datetime.now(UTC), as_of, report.simulated_sources, report.notes),
    )
    return report


def as_payload(report: TargetReport) -> dict[str, Any]:
    """Return the report as plain values for JSON."""
    return asdict(report)


def _simulated(bundle: Bundle, manifest: Manifest) -> tuple[str, ...]:
    """Return the sources of which the model or the list has seen simulated deliveries."""
    return tuple(sorted({*bundle.facts.simulated_sources, *manifest.simulated_sources}))


def _refuse_unscored(bundle: Bundle, manifest: Manifest) -> None:
    if bundle.model_id not in manifest.model_ids:
        message = (
            f"the analyst release {manifest.release} holds no scores of {bundle.model_id}: run "
            f"customs score {bundle.facts.name}, build and publish first"
        )
        raise CustomsDataError(message)


def _names(
    layout: Layout, settings: LakeSettings, targets: tuple[Target, ...]
) -> dict[str, tuple[str, str | None]]:
    """Return (tax code, name) of the listed traders by pseudonym."""
    listed = {target.trader_id for target in targets}
    opened = open_release(
        layout, "restricted", memory_mb=settings.memory_limit_mb, threads=settings.threads
    )
    with closing(opened) as connection:
        text = (_STATEMENTS / "trader_names.sql").read_text(encoding="utf-8")
        traders = connection.sql(text).to_arrow_table()
    pseudonyms = Pseudonymiser.load(layout).pseudonyms(
        "trader", traders.column("trader_id").combine_chunks()
    )
    return {
        pseudonym: (trader_id, name)
        for pseudonym, trader_id, name in zip(
            pseudonyms.to_pylist(),
            traders.column("trader_id").to_pylist(),
            traders.column("trader_name").to_pylist(),
            strict=True,
        )
        if pseudonym in listed
    }


def _listed(rank: int, target: Target, names: dict[str, tuple[str, str | None]]) -> ListedTrader:
    # A release that is newer than the restricted one may name a trader that is not in that yet.
    trader_id, trader_name = names.get(target.trader_id, (target.trader_id, None))
    return ListedTrader(
        rank=rank,
        trader_id=trader_id,
        trader_name=trader_name,
        expected_vnd=target.expected_vnd,
        low_vnd=target.low_vnd,
        high_vnd=target.high_vnd,
        found_vnd=target.found_vnd,
        finding_count=target.finding_count,
        paying_finding_count=target.paying_finding_count,
        examined_declaration_count=target.examined_declaration_count,
        expiring_vnd=target.expiring_vnd,
        item_count=target.item_count,
        declaration_count=target.declaration_count,
        customs_value_vnd=int(target.customs_value_vnd),
        first_registered_date=target.first_registered_date,
        last_registered_date=target.last_registered_date,
        reasons=_listed_reasons(target.reasons),
        evidence=tuple(_listed_item(item) for item in target.evidence),
    )


def _listed_item(item: EvidenceItem) -> ListedItem:
    return ListedItem(
        declaration_number=item.declaration_number,
        item_number=item.item_number,
        registered_date=item.registered_date,
        tariff_line_code=item.tariff_line_code,
        country_of_origin_code=item.country_of_origin_code,
        customs_value_vnd=int(item.customs_value_vnd),
        probability=item.probability,
        expected_vnd=item.expected_vnd,
        reasons=_listed_reasons(item.reasons),
    )


def _listed_reasons(reasons: tuple[MoneyReason, ...]) -> tuple[ListedReason, ...]:
    return tuple(ListedReason(r.code, r.text_vi, r.text_en, r.amount_vnd) for r in reasons)
