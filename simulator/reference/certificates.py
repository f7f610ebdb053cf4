"""Identities of certificates of origin: of one deal, or standing for all goods of some weeks."""

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints
from simulator.kernel.keyed import Keys

STANDING_DAYS = 60
# Room for countries and schedules; share of pairs with a certificate that stands: assumption.
_COUNTRIES, _SCHEDULES, _STANDING_SHARE = 1_000, 100, 0.1
_MOST_DAYS_BEFORE = 20
# The last bit of an identity says that the certificate stands for many deals; no text shows it.
_STANDING = np.uint64(1)


def certificate_of(deal_key: Keys, schedule: Ints, origin: Ints) -> Keys:
    """Return the certificate that proves this origin for the goods of a deal under a schedule.

    A false one gets the number that a true one of the same words would have had, so that numbers
    do not tell them apart.

    Args:
        deal_key: Identity of each item's deal, shape (n,).
        schedule: Position of the tariff schedule, shape (n,).
        origin: Position of the country, shape (n,).
    """
    return keyed.derive(deal_key, "certificate", schedule * _COUNTRIES + origin) & ~_STANDING


def standing_certificate(trader_key: Keys, day: Ints, schedule: Ints, origin: Ints) -> Keys:
    """Return the certificate that a trader shows for all its goods of two months.

    Honest ones are issued back to back for goods that come in parts; others are used again.

    Args:
        trader_key: Identity of each item's trader, shape (n,).
        day: Day of the deal, shape (n,).
        schedule: Position of the tariff schedule, shape (n,).
        origin: Position of the country, shape (n,).
    """
    words = (day // STANDING_DAYS * _SCHEDULES + schedule) * _COUNTRIES + origin
    return keyed.derive(trader_key, "standing certificate", words) | _STANDING


def is_standing(certificate: Keys) -> Bools:
    """Return which certificates are shown for all goods of two months; none is where it is 0."""
    marked: Bools = (certificate & _STANDING) == _STANDING
    return marked


def issued_days(certificate: Keys, deal_key: Keys, deal_day: Ints) -> Ints:
    """Return the day on which each certificate was issued, days since 1970.

    One of a deal up to a month before it; a standing one before its two months, whichever deal
    shows it.

    Args:
        certificate: Identities, shape (n,).
        deal_key: Identity of the deal that shows each, shape (n,).
        deal_day: Day of that deal, shape (n,).
    """
    own = deal_day - keyed.integers(deal_key, "certificate age", 1, 30)
    begins = deal_day // STANDING_DAYS * STANDING_DAYS
    before = begins - keyed.integers(certificate, "issued before", 0, _MOST_DAYS_BEFORE)
    return np.where(is_standing(certificate), before, own)


def stands(trader_key: Keys, origin: Ints) -> Bools:
    """Return for which goods an honest trader has standing certificates (a tenth; our figure)."""
    return keyed.happens(
        keyed.derive(trader_key, "certificates from", origin), "standing", _STANDING_SHARE
    )
