"""From a declaration to its lane: what no margin decides, then thresholds that fill the capacity.

Two things are decided before the model, and no margin makes such a declaration green: another law
asks for an inspection (`other_law_codes`), or no trader is named, so that there is no history to
judge by. Their documents are checked for that reason, so they take nothing of the capacity that is
filled by risk.
"""

import hashlib
from datetime import date, timedelta
from typing import Any, Literal

import msgspec

from data_contracts.errors import CustomsDataError, SourceUnavailableError
from data_contracts.statements import statements_beside
from ml.extraction import Connection
from ml.lanes.settings import ServingSettings

_SQL = statements_beside(__file__)

Lane = Literal["green", "yellow", "red"]

# Part of a policy's identity: the same margins under another rule are another policy.
_RULES = "specialised control is yellow at least; no trader is yellow at least"


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Two thresholds on the margin of a declaration, which is that of its riskiest item.

    Attributes:
        model_id: Model whose margins they are set on; margins of another mean something else.
        red_margin: From here a declaration is examined physically, log-odds.
        yellow_margin: From here its documents are checked, log-odds.
        red_share: Share of declarations that was asked for.
        yellow_share: The same for yellow by risk.
        measured_red_share: Share of the measured declarations that get red, ties included.
        measured_yellow_share: The same for yellow, by risk or by rule.
        measured_ruled_share: Share of them that is yellow by rule alone: another law asks for a
            control, or no trader is named.
        history_stale_days: Age from which the history of an answer is called stale.
        declaration_count: Scored declarations that they are set on.
        first_date: First day of registration of those.
        last_date: Last day of registration of those.
    """

    model_id: str
    red_margin: float
    yellow_margin: float
    red_share: float
    yellow_share: float
    measured_red_share: float
    measured_yellow_share: float
    measured_ruled_share: float
    history_stale_days: int
    declaration_count: int
    first_date: date
    last_date: date

    @property
    def policy_id(self) -> str:
        """Identity of the policy: the same rules and thresholds of the same model have the same."""
        deciding = f"{_RULES}; {self.model_id} {self.red_margin!r} {self.yellow_margin!r}"
        return f"capacity-{hashlib.sha256(deciding.encode()).hexdigest()[:12]}"

    def lane(self, margin: float, *, is_specialised: bool, has_trader: bool) -> Lane:
        """Return the lane of a declaration.

        `declaration_lanes` in `policy.sql` says the same of many at once.

        Args:
            margin: Highest margin of its items.
            is_specialised: Whether another law asks for a control of its goods.
            has_trader: Whether somebody answers for the goods whose history can be looked up.
        """
        by_risk = self.lane_by_risk(margin)
        is_held = is_specialised or not has_trader
        return "yellow" if is_held and by_risk == "green" else by_risk

    def lane_by_risk(self, margin: float) -> Lane:
        """Return the lane that the margin alone would give."""
        if margin >= self.red_margin:
            return "red"
        return "yellow" if margin >= self.yellow_margin else "green"


def set_policy(
    connection: Connection, model_id: str, last_date: date, serving: ServingSettings
) -> Policy:
    """Set the thresholds on the scored declarations of the last days.

    Leaves the table `declaration_lane` with the lane that each of them gets.

    Args:
        connection: To the analyst release, which holds the scores.
        model_id: The model whose scores count.
        last_date: Last day the release knows.
        serving: Shares, and how many days.

    Raises:
        CustomsDataError: The shares add up to 1 or more.
        SourceUnavailableError: The release holds no score of this model in those days.
    """
    if serving.red_share + serving.yellow_share >= 1:
        message = "red and yellow share together must leave something green (below 1)"
        raise CustomsDataError(message)
    first_date = last_date - timedelta(days=serving.capacity_days - 1)
    scored: dict[str, Any] = {
        "model_id": model_id,
        "first_date": first_date,
        "last_date": last_date,
    }
    shares: dict[str, Any] = {"red_share": serving.red_share, "yellow_share": serving.yellow_share}
    connection.execute(_SQL["scored_declarations"], scored)
    [row] = connection.execute(_SQL["lane_thresholds"], shares).fetchall()
    count, red_margin, yellow_margin = row
    if not count:
        message = (
            f"the analyst release holds no scores of model {model_id} from {first_date} to "
            f"{last_date}: run customs score, build and publish first"
        )
        raise SourceUnavailableError(message)
    margins: dict[str, Any] = {"red_margin": red_margin, "yellow_margin": yellow_margin}
    connection.execute(_SQL["declaration_lanes"], margins)
    wanted = {"yellow_margin": yellow_margin}
    [measured] = connection.execute(_SQL["lane_shares"], wanted).fetchall()
    return Policy(
        model_id=model_id,
        **margins,
        **shares,
        first_date=first_date,
        last_date=last_date,
        measured_red_share=measured[0],
        measured_yellow_share=measured[1],
        measured_ruled_share=measured[2],
        history_stale_days=serving.history_stale_days,
        declaration_count=count,
    )
