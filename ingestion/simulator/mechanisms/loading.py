"""Which mechanisms a nation has: those of this package, and those of a folder from outside."""

import importlib.util
from pathlib import Path

from data_contracts.errors import ContractViolationError
from ingestion.simulator.mechanisms.broker_ring import BrokerRing
from ingestion.simulator.mechanisms.concealed_goods import ConcealedGoods
from ingestion.simulator.mechanisms.consignment_splitting import ConsignmentSplitting
from ingestion.simulator.mechanisms.exemption_overrun import ExemptionOverrun
from ingestion.simulator.mechanisms.false_certificate import FalseCertificate
from ingestion.simulator.mechanisms.lane_shopping import LaneShopping
from ingestion.simulator.mechanisms.mechanism import Mechanism
from ingestion.simulator.mechanisms.misclassification import Misclassification
from ingestion.simulator.mechanisms.mistake import Mistake
from ingestion.simulator.mechanisms.norm_abuse import NormAbuse
from ingestion.simulator.mechanisms.officer_collusion import OfficerCollusion
from ingestion.simulator.mechanisms.phoenix import Phoenix
from ingestion.simulator.mechanisms.related_party_pricing import RelatedPartyPricing
from ingestion.simulator.mechanisms.second_declaration import SecondDeclaration
from ingestion.simulator.mechanisms.short_quantity import ShortQuantity
from ingestion.simulator.mechanisms.temporary_import_kept import TemporaryImportKept
from ingestion.simulator.mechanisms.transit_diversion import TransitDiversion
from ingestion.simulator.mechanisms.transshipment import Transshipment
from ingestion.simulator.mechanisms.undervaluation import Undervaluation
from ingestion.simulator.mechanisms.vanishing_firm import VanishingFirm
from ingestion.simulator.mechanisms.vat_refund_export import VatRefundExport

MECHANISMS: tuple[Mechanism, ...] = (
    Phoenix(), VanishingFirm(), BrokerRing(), OfficerCollusion(), LaneShopping(),
    SecondDeclaration(), ConcealedGoods(), ConsignmentSplitting(), TransitDiversion(),
    TemporaryImportKept(), ExemptionOverrun(), NormAbuse(), VatRefundExport(), Transshipment(),
    FalseCertificate(), Misclassification(), ShortQuantity(), RelatedPartyPricing(),
    Undervaluation(), Mistake(),
)  # fmt: skip
NAMES = tuple(mechanism.name for mechanism in MECHANISMS)
NONE = "none"


def load_folder(folder: Path) -> tuple[Mechanism, ...]:
    """Return the mechanisms of a folder: each module there says `MECHANISM = …`.

    Raises:
        ContractViolationError: There is no such folder or no module in it, a module cannot be
            read or has no mechanism, or its name is taken.
    """
    loaded: list[Mechanism] = []
    paths = sorted(folder.glob("*.py")) if folder.is_dir() else []
    if not paths:
        message = f"{folder}: expected a folder with modules that say MECHANISM, found none"
        raise ContractViolationError(message)
    for path in paths:
        spec = importlib.util.spec_from_file_location(f"private_mechanism_{path.stem}", path)
        module = importlib.util.module_from_spec(spec) if spec else None
        if spec is None or spec.loader is None or module is None:
            continue
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            message = f"{path.name}: the module itself fails: {type(error).__name__}: {error}"
            raise ContractViolationError(message) from error
        found = getattr(module, "MECHANISM", None)
        if not isinstance(found, Mechanism):
            message = f"{path.name}: expected MECHANISM, an instance of Mechanism; found {found!r}"
            raise ContractViolationError(message)
        if found.name in NAMES or found.name in {one.name for one in loaded}:
            message = f"{path.name}: mechanism {found.name} exists already"
            raise ContractViolationError(message)
        loaded.append(found)
    return tuple(loaded)


def choose_mechanisms(wanted: tuple[str, ...], folder: Path | None) -> tuple[Mechanism, ...]:
    """Return the mechanisms of a nation.

    Args:
        wanted: Names; empty for all; `none` for a null world (mistakes are none either).
        folder: Folder with more of them; None for no more.

    Raises:
        ContractViolationError: A name is unknown.
    """
    known = (*(load_folder(folder) if folder else ()), *MECHANISMS)
    if wanted == (NONE,):
        return ()
    if NONE in wanted:
        message = f"mechanisms: {NONE} stands alone, without names beside it"
        raise ContractViolationError(message)
    unknown = sorted(set(wanted) - {mechanism.name for mechanism in known})
    if unknown:
        names = ", ".join(mechanism.name for mechanism in known)
        message = f"no mechanism {', '.join(unknown)}; known are {names} and none"
        raise ContractViolationError(message)
    return tuple(one for one in known if not wanted or one.name in wanted)
