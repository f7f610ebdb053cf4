"""Classification in a lower-duty sibling: the goods get a code of the same chapter that costs less.

Actors: importers whose goods have such a sibling. Motive: the gap between the rates. Method: the
code of the sibling, of the same heading where that has one, with a description that fits both.
Evaded: duties on what is true less those on what is declared.
"""

from typing import ClassVar

import numpy as np

from simulator.mechanisms.declaring import takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes, truthful
from simulator.mechanisms.planning import draw_schemes, imports_lines, leaning_of, plan_of
from simulator.setting import Setting


class Misclassification(Mechanism):
    """Declares the code of a cheaper sibling."""

    name: ClassVar[str] = "misclassification"
    visible_by = ("documents", "physical", "audit")
    warned_of: ClassVar[str] = "codes"

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of traders whose lines have a cheaper sibling."""
        leaning = leaning_of(setting) * imports_lines(setting, setting.goods.sibling >= 0)
        return draw_schemes(setting, plan_of(self.name, leaning))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare the sibling line, of the same unit."""
        sibling = setting.goods.sibling[case.line]
        takes = takes_part(case, self.name, taxed_imports(case) & (sibling >= 0))
        return truthful(case, takes, line=np.where(sibling >= 0, sibling, case.line))
