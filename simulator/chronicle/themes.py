"""What an audit is about: which side of a declaration is wrong, told by the item itself.

Published focus of audits: codes, values, certificates and agreed rates, exemption and refund,
settlement of processing. The letters are an open list (CHU_DE), our own.
"""

import numpy as np

from simulator.chronicle.ledger import Ledger
from simulator.kernel.arrays import Ints
from simulator.reference.regimes import EXPORT, IS_EXEMPTED, IS_PROCESSING, IS_TEMPORARY
from simulator.trade import irregularities

THEMES = (
    "TRI_GIA", "MA_HS", "XUAT_XU", "SO_LUONG", "GIA_CONG", "MIEN_THUE", "HOAN_THUE", "TUAN_THU",
)  # fmt: skip
(VALUE, CLASSIFICATION, ORIGIN, QUANTITY, PROCESSING, EXEMPTION, REFUND, EVERYTHING) = range(8)
NO_THEME = -1
# Theme of what differs (`trade.irregularities`): NOTHING to LINE.
THEME_OF_DIFFERENCE = np.array([NO_THEME, VALUE, QUANTITY, ORIGIN, CLASSIFICATION])


def themes_of(ledger: Ledger) -> Ints:
    """Return the theme to which each item of the ledger belongs, a position in THEMES."""
    theme = np.full(len(ledger), VALUE)
    is_exempt = IS_TEMPORARY[ledger.regime] | IS_EXEMPTED[ledger.regime]
    says_true = ledger.true_value_vnd == ledger.declared_value_vnd
    theme = np.where(says_true & is_exempt, EXEMPTION, theme)
    theme = np.where(says_true & IS_PROCESSING[ledger.regime], PROCESSING, theme)
    theme = np.where(ledger.direction == EXPORT, REFUND, theme)
    is_named = ledger.differs > irregularities.VALUE
    result: Ints = np.where(is_named, THEME_OF_DIFFERENCE[ledger.differs], theme)
    return result
