"""Which mechanisms a nation has: those of this package, and those of a folder from outside."""

from difflib import get_close_matches
from pathlib import Path

from data_contracts.errors import ContractViolationError
from simulator.mechanisms.broker_cartel import BrokerCartel
from simulator.mechanisms.broker_ring import BrokerRing
from simulator.mechanisms.concealed_goods import ConcealedGoods
from simulator.mechanisms.consignment_splitting import ConsignmentSplitting
from simulator.mechanisms.exemption_overrun import ExemptionOverrun
from simulator.mechanisms.false_certificate import FalseCertificate
from simulator.mechanisms.lane_shopping import LaneShopping
from simulator.mechanisms.mechanism import Mechanism
from simulator.mechanisms.misclassification import Misclassification
from simulator.mechanisms.mistake import Mistake
from simulator.mechanisms.norm_abuse import NormAbuse
from simulator.mechanisms.officer_collusion import OfficerCollusion
from simulator.mechanisms.phoenix import Phoenix
from simulator.mechanisms.private import load_mechanism
from simulator.mechanisms.quota_stacking import QuotaStacking
from simulator.mechanisms.related_party_pricing import RelatedPartyPricing
from simulator.mechanisms.second_declaration import SecondDeclaration
from simulator.mechanisms.short_quantity import ShortQuantity
from simulator.mechanisms.temporary_import_kept import TemporaryImportKept
from simulator.mechanisms.transit_diversion import TransitDiversion
from simulator.mechanisms.transshipment import Transshipment
from simulator.mechanisms.undervaluation import Undervaluation
from simulator.mechanisms.vanishing_firm import VanishingFirm
from simulator.mechanisms.vat_refund_export import VatRefundExport

MECHANISMS: tuple[Mechanism, ...] = (
    Phoenix(), VanishingFirm(), BrokerRing(), BrokerCartel(), OfficerCollusion(),
    LaneShopping(), SecondDeclaration(), ConcealedGoods(), ConsignmentSplitting(),
    TransitDiversion(), TemporaryImportKept(), ExemptionOverrun(), NormAbuse(),
    VatRefundExport(), Transshipment(),
    FalseCertificate(), Misclassification(), ShortQuantity(), RelatedPartyPricing(),
    Undervaluation(), QuotaStacking(), Mistake(),
)  # fmt: skip
NAMES = tuple(mechanism.name for mechanism in MECHANISMS)
NONE = "none"


class UnknownMechanismError(ContractViolationError):
    """A mechanism is asked for that there is not, or beside none at all."""


def load_folder(folder: Path) -> tuple[Mechanism, ...]:
    """Return the mechanisms of a folder: each module says `INTERFACE = 3` and `MECHANISM = …`.

    Raises:
        ContractViolationError: There is no such folder or no module in it, a module cannot be
            read, was written for another interface or has no mechanism, or its name is taken.
    """
    loaded: list[Mechanism] = []
    paths = sorted(folder.glob("*.py")) if folder.is_dir() else []
    if not paths:
        message = f"{folder}: expected a folder with modules that say MECHANISM, found none"
        raise ContractViolationError(message)
    for path in paths:
        mechanism = load_mechanism(path)
        if mechanism.name in {*NAMES, *(one.name for one in loaded)}:
            message = f"{path}: mechanism {mechanism.name} exists already"
            raise ContractViolationError(message)
        loaded.append(mechanism)
    return tuple(loaded)


def choose_mechanisms(wanted: tuple[str, ...], folder: Path | None) -> tuple[Mechanism, ...]:
    """Return the mechanisms of a nation.

    Args:
        wanted: Names; empty for all; `none` for a null world (mistakes are none either).
        folder: Folder with more of them; None for no more.

    Raises:
        UnknownMechanismError: A name is unknown, or stands beside `none`.
        ContractViolationError: The folder is not what it should be (`load_folder`).
    """
    known = (*(load_folder(folder) if folder else ()), *MECHANISMS)
    if wanted == (NONE,):
        return ()
    if NONE in wanted:
        message = f"mechanisms: {NONE} stands alone, without names beside it"
        raise UnknownMechanismError(message)
    names = [mechanism.name for mechanism in known]
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        near = [one for name in unknown for one in get_close_matches(name, (*names, NONE), n=1)]
        message = f"mechanisms: expected {NONE}, or names that --help lists or the folder holds; "
        message += f"found {', '.join(unknown)}"
        message += f" (is {', '.join(near)} meant?)" if near else ""
        raise UnknownMechanismError(message)
    return tuple(one for one in known if not wanted or one.name in wanted)
