"""Exemption overrun: equipment beyond the exempted list is imported under it.

Actors: firms with an exemption list for their project (A43). Motive: the duty that the list
forgives. Method: when a line of the list is taken up, others have it supplemented first, some on
paper that nobody enters; these import under it all the same. Evaded: WHOLE, of what goes beyond.
"""

from typing import ClassVar

from simulator.actors.projects import has_project
from simulator.mechanisms.declaring import duty_of
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes, truthful
from simulator.mechanisms.planning import business_of, draw_schemes, leaning_of, plan_of
from simulator.setting import Setting


class ExemptionOverrun(Mechanism):
    """Imports more than its exemption list allows."""

    name: ClassVar[str] = "exemption_overrun"
    visible_by = ("documents", "audit")
    warned_of: ClassVar[str] = "exemptions"
    overruns_lists: ClassVar[bool] = True

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of firms with an exemption list."""
        leaning = (0.2 + leaning_of(setting)) * business_of(setting) * has_project(setting.traders)
        plan = plan_of(self.name, leaning * setting.traders.is_ordinary)
        return draw_schemes(setting, plan)

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare under the list what goes beyond it."""
        takes = case.beyond_list > 0
        return truthful(case, takes, hidden_vnd=duty_of(setting, case, case.beyond_list))
