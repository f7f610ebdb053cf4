"""Transshipment: goods of one country get the papers and labels of another on the way.

Actors: importers of dutiable goods, above all those under trade-defence duties. Motive: the defence
duty or the preferential rate. Method: routing through a third country that issues a genuine-looking
certificate; it first appears after month 14, when a route has been found. Evaded: duties on what is
true less those on what is declared. Trade-defence duties count.
"""

from typing import ClassVar

import numpy as np

from simulator.kernel.arrays import Floats
from simulator.mechanisms.declaring import takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes, truthful
from simulator.mechanisms.planning import (
    draw_schemes,
    imports_lines,
    merchants,
    one_of,
    plan_of,
)
from simulator.reference.certificates import certificate_of
from simulator.setting import Setting

# How much more those lean to it all of whose lines bear a trade-defence duty (assumption).
_DEFENDED = 60.0


class Transshipment(Mechanism):
    """Sends goods through a country they are not from."""

    name: ClassVar[str] = "transshipment"
    visible_by = ("physical", "audit")
    warned_of: ClassVar[str] = "origin"
    collectable_share: ClassVar[float] = 0.5
    passes_through: ClassVar[bool] = True

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of importers of dutiable goods, late."""
        leaning = merchants(setting, dutiable_bp=500) * (1.0 + _DEFENDED * _under_defence(setting))
        return draw_schemes(setting, plan_of(self.name, leaning))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Claim the third country as origin, with its certificate."""
        routes = np.flatnonzero(setting.countries.asean & setting.countries.by_land)
        routes = routes if len(routes) else np.flatnonzero(setting.countries.asean)
        third = one_of(routes, case.parameters[:, 0])
        best = setting.tariff.best_preference(case.line, third, case.day)
        takes = takes_part(case, self.name, taxed_imports(case) & (third != case.origin))
        own = certificate_of(case.deal_key, best, third)
        return truthful(
            case,
            takes,
            origin=third,
            schedule=np.where(best >= 0, best, setting.tariff.general(third)),
            certificate=np.where(best >= 0, own, np.uint64(0)),
        )


def _under_defence(setting: Setting) -> Floats:
    """Return which share of each trader's import lines bears a defence duty, from some country."""
    tariff, lines = setting.tariff, np.arange(len(setting.goods.codes))
    cell = tariff.cell(lines, np.full_like(lines, setting.last_day))
    _, rates = tariff.defence_at(cell[:, None], np.arange(len(setting.countries.codes)))
    return imports_lines(setting, np.any(rates > 0, axis=1))
