"""From margin to lane: thresholds that fill the configured capacity, set on recent declarations."""

import hashlib
from datetime import date, timedelta
from typing import Literal

import msgspec

from data_contracts.errors import CustomsDataError, SourceUnavailableError
from ml.extraction import Connection
from ml.lanes.settings import ServingSettings
from ml.lanes.statement import statement

Lane = Literal["green", "yellow", "red"]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Two thresholds on the margin of a declaration, which is that of its riskiest item.

    Attributes:
        model_id: Model whose margins they are set on; margins of another mean something else.
        red_margin: From here a declaration is examined physically, log-odds.
        yellow_margin: From here its documents are checked, log-odds.
        red_share: Share of declarations that was asked for.
        yellow_share: The same for yellow.
        measured_red_share: Share of the measured declarations at or above it, ties included.
        measured_yellow_share: The same for yellow.
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
    declaration_count: int
    first_date: date
    last_date: date

    @property
    def policy_id(self) -> str:
        """Identity of the policy: the same thresholds of the same model have the same."""
        deciding = f"{self.model_id} {self.red_margin!r} {self.yellow_margin!r}"
        return f"capacity-{hashlib.sha256(deciding.encode()).hexdigest()[:12]}"

    def lane(self, margin: float) -> Lane:
        """Return the lane of a declaration with this margin."""
        if margin >= self.red_margin:
            return "red"
        return "yellow" if margin >= self.yellow_margin else "green"


def set_policy(
    connection: Connection, model_id: str, last_date: date, serving: ServingSettings
) -> Policy:
    """Set the thresholds on the scored declarations of the last days.

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
    [row] = connection.execute(
        statement("lane_thresholds"),
        {
            "model_id": model_id,
            "first_date": first_date,
            "last_date": last_date,
            "red_share": serving.red_share,
            "yellow_share": serving.yellow_share,
        },
    ).fetchall()
    count, red_margin, yellow_margin, red_count, yellow_count = row
    if not count:
        message = (
            f"the analyst release holds no scores of model {model_id} from {first_date} to "
            f"{last_date}: run customs score, build and publish first"
        )
        raise SourceUnavailableError(message)
    return Policy(
        model_id=model_id,
        red_margin=red_margin,
        yellow_margin=yellow_margin,
        red_share=serving.red_share,
        yellow_share=serving.yellow_share,
        measured_red_share=red_count / count,
        measured_yellow_share=yellow_count / count,
        declaration_count=count,
        first_date=first_date,
        last_date=last_date,
    )
