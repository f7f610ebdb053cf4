"""Identities of certificates of origin: of one deal, or standing for all goods of some weeks."""

from ingestion.simulator import keyed
from ingestion.simulator.arrays import Bools, Ints
from ingestion.simulator.keyed import Keys

STANDING_DAYS = 60
_COUNTRIES, _SCHEDULES, _STANDING_SHARE = 1_000, 100, 0.1


def certificate_of(deal_key: Keys, schedule: Ints, origin: Ints) -> Keys:
    """Return the certificate that proves this origin for the goods of a deal under a schedule.

    A false one gets the number that a true one of the same words would have had, so that numbers
    do not tell them apart.

    Args:
        deal_key: Identity of each item's deal, shape (n,).
        schedule: Position of the tariff schedule, shape (n,).
        origin: Position of the country, shape (n,).
    """
    return keyed.derive(deal_key, "certificate", schedule * _COUNTRIES + origin)


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
    return keyed.derive(trader_key, "standing certificate", words)


def stands(trader_key: Keys, origin: Ints) -> Bools:
    """Return for which goods an honest trader has standing certificates (a tenth; our figure)."""
    return keyed.happens(
        keyed.derive(trader_key, "certificates from", origin), "standing", _STANDING_SHARE
    )
