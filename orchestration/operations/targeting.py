"""The list of post-clearance audit targets for auditors, with real names.

Traders are ranked by pseudonym, as everything that learns; only those on the list are looked up in
the restricted release, by the pseudonyms of its tax codes. The audit record says so beforehand.
"""

from contextlib import closing
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dashboards.reports.target_list import ListFacts, write_target_list
from data_contracts.errors import CustomsDataError
from data_contracts.loading import load_contract
from data_contracts.statements import statements_beside
from ml import bundle as bundles
from ml import extraction
from ml.bundle import Bundle
from ml.learning import last_known_date
from ml.targets.evidence import EvidenceItem
from ml.targets.expected import Target, TargetRule, list_targets
from orchestration.operations.learning import analyst_release
from orchestration.operations.target_notes import notes
from warehouse.audit import AuditLog
from warehouse.layout import Layout
from warehouse.masking import Pseudonymiser
from warehouse.reading import open_release
from warehouse.release import Manifest
from warehouse.settings import LakeSettings

_SQL = statements_beside(__file__)


@dataclass(frozen=True, slots=True)
class TargetReport:
    """A list and where it lies.

    Attributes:
        file: The workbook.
        model_id: The model whose scores it rests on.
        release: Analyst release that was read.
        as_of: The day from which the five years are counted back.
        simulated_sources: Sources with simulated deliveries, of the release or of the model's.
        traders: Answers of the contract `audit_target`, highest expected amount first.
        notes: (label, text) about the list.
    """

    file: str
    model_id: str
    release: int
    as_of: date
    simulated_sources: tuple[str, ...]
    traders: tuple[dict[str, Any], ...]
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
        systems = bundle.model.source_systems
        as_of = last_known_date(connection, systems)
        # What was examined is settled at once, whether or not it is old enough to learn from.
        extraction.label_items(connection, bundle.model.labels.without_delay(), systems, as_of)
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
            f"customs score {bundle.model.name}, build and publish first"
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
        traders = connection.sql(_SQL["trader_names"]).to_arrow_table()
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


def _listed(rank: int, target: Target, names: dict[str, tuple[str, str | None]]) -> dict[str, Any]:
    # A release that is newer than the restricted one may name a trader that is not in that yet.
    trader_id, trader_name = names.get(target.trader_id, (target.trader_id, None))
    return load_contract("audit_target").answered({
        **_facts(target),
        "rank": rank,
        "trader_id": trader_id,
        "trader_name": trader_name,
        "evidence": [
            load_contract("audit_target_item").answered(_facts(item)) for item in target.evidence
        ],
    })  # fmt: skip


def _facts(found: Target | EvidenceItem) -> dict[str, Any]:
    """Return what a contract of the list asks for, by column."""
    return {field.name: getattr(found, field.name) for field in fields(found)} | {
        "customs_value_vnd": int(found.customs_value_vnd),
        "reasons": [
            load_contract("audit_target_part").answered({**asdict(one), "feature_code": one.code})
            for one in found.reasons
        ],
    }
