"""What sort of trader each one is: kind, trade, company, province, owners' home, compliance."""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import (
    BUSINESS_HOUSEHOLD,
    COMMERCIAL,
    EXPORT_ZONE,
    FIRM,
    FOREIGN,
    LIMITED,
    SHARES,
    ZONE,
)
from simulator.actors.provinces import BY_EXPORTS, BY_TRADERS
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.reference.countries import Countries

# All shares are typical figures of our own.
_KIND_WEIGHTS = (0.97, 0.02, 0.01)
_TRADE_WEIGHTS = (0.70, 0.08, 0.13, 0.09)
_FOREIGN_SHARE_BY_TRADE = np.array([0.07, 0.5, 0.55, 1.0])
_SHARES_COMPANY_SHARE, _MAKER_SHARE = 0.32, 0.3
_COMMERCIAL_PART_OF_EXPORTS, _LEAST_PART = 0.4, 0.15
_COMPLIANCE_MIDDLE, _COMPLIANCE_SPREAD = 1.7, 0.95
HOMES = ("KR", "JP", "CN", "TW", "HK", "SG", "US", "TH", "DE")
_HOME_WEIGHTS = (27, 20, 18, 15, 6, 5, 3, 3, 3)


@dataclass(frozen=True, slots=True)
class Standing:
    """What sort of trader each one is, one position a trader.

    Attributes:
        kind: FIRM, HOUSEHOLD or PERSON.
        trade: COMMERCIAL, PROCESSING, EXPORT_PRODUCTION or EXPORT_ZONE.
        company: Position in COMPANY_TYPES.
        is_maker: Makes things itself, whether for export or for the home market.
        province: Position in PROVINCES.
        home: Position in HOMES of the owners' country; -1 for domestic firms.
        log_odds: ln odds of latent compliance.
    """

    kind: Ints
    trade: Ints
    company: Ints
    is_maker: Bools
    province: Ints
    home: Ints
    log_odds: Floats


def _maker_weights() -> Floats:
    """Return provinces' weights for makers, so that all exports together fit the published ones."""
    all_exports = BY_EXPORTS / BY_EXPORTS.sum()
    of_commerce = _COMMERCIAL_PART_OF_EXPORTS * BY_TRADERS / BY_TRADERS.sum()
    weights: Floats = np.maximum(all_exports - of_commerce, _LEAST_PART * all_exports)
    return weights


def home_countries(countries: Countries) -> Ints:
    """Return the positions of HOMES in the list of countries."""
    return np.array([countries.position(code) for code in HOMES], dtype=np.int64)


def draw_standing(key: Keys) -> Standing:
    """Return what sort of trader each key is, shape (n,)."""
    kind = keyed.choose(key, "kind", _KIND_WEIGHTS)
    is_firm = kind == FIRM
    trade = np.where(is_firm, keyed.choose(key, "trade", _TRADE_WEIGHTS), COMMERCIAL)
    is_foreign = is_firm & keyed.happens(key, "foreign", _FOREIGN_SHARE_BY_TRADE[trade])
    company = np.where(keyed.happens(key, "shares", _SHARES_COMPANY_SHARE), SHARES, LIMITED)
    company = np.where(is_foreign, np.where(trade == EXPORT_ZONE, ZONE, FOREIGN), company)
    provinces = np.where(
        trade == COMMERCIAL,
        keyed.choose(key, "province", BY_TRADERS),
        keyed.choose(key, "maker's province", _maker_weights()),
    )
    odds = _COMPLIANCE_MIDDLE + _COMPLIANCE_SPREAD * keyed.normal(key, "compliance")
    return Standing(
        kind=kind,
        trade=trade,
        company=np.where(is_firm, company, BUSINESS_HOUSEHOLD),
        is_maker=(trade != COMMERCIAL) | (is_firm & keyed.happens(key, "maker", _MAKER_SHARE)),
        province=provinces,
        home=np.where(is_foreign, keyed.choose(key, "home", _HOME_WEIGHTS), -1),
        log_odds=odds,
    )


def is_rebirth_fit(standing: Standing, is_priority: Bools) -> Bools:
    """Return who may be re-born under another name: commercial firms of domestic owners."""
    fit: Bools = (standing.kind == FIRM) & (standing.trade == COMMERCIAL) & ~is_priority
    fit &= standing.home < 0
    return fit
