"""VAT-refund export fraud: cheap exports are declared dear, and input VAT is claimed back.

Actors: exporters, young ones more often. Motive: the refund of 10 % of the declared value. Method:
prices far above the level of others. Evaded: a tenth of declared less true value. The claim itself
goes to the tax authority: no table here has it.
"""

from typing import ClassVar

import numpy as np

from simulator.actors.kinds import COMMERCIAL, EXPORT_PRODUCTION
from simulator.kernel import keyed
from simulator.mechanisms.declaring import takes_part
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes, truthful
from simulator.mechanisms.planning import depth_of, draw_schemes, leaning_of, plan_of, trades_as
from simulator.reference.regimes import EXPORT, position
from simulator.setting import Setting

# Share of the declared value claimed back: the usual VAT, whatever the line's own (assumption).
_REFUNDED = 0.1


class VatRefundExport(Mechanism):
    """Declares exports far too dear."""

    name: ClassVar[str] = "vat_refund_export"
    visible_by = ("documents", "physical", "audit")
    warned_of: ClassVar[str] = "exemptions"
    collectable_share: ClassVar[float] = 0.3

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of commercial firms and of makers for export, by how much they export."""
        exports = 1.0 - setting.traders.import_share
        leaning = leaning_of(setting) * exports * trades_as(setting, COMMERCIAL, EXPORT_PRODUCTION)
        return draw_schemes(setting, plan_of(self.name, leaning))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare 1.4 to 3 times the price."""
        fitting = (case.direction == EXPORT) & (case.regime == position("B11"))
        takes = takes_part(case, self.name, fitting)
        factor = np.exp(
            depth_of(self.name, case.parameters[:, 0]) + 0.12 * keyed.normal(case.key, self.name)
        )
        price = np.rint(case.unit_price_e4 * np.maximum(factor, 1.2)).astype(np.int64)
        rate_e2 = setting.rates.on(case.declared_day, case.currency)
        gain = case.quantity_e2 / 100 * ((price - case.unit_price_e4) / 10_000) * (rate_e2 / 100)
        refund = np.rint(gain * _REFUNDED).astype(np.int64)
        return truthful(case, takes, unit_price_e4=price, hidden_vnd=refund)
