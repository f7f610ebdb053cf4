"""Counts and times of one service process, in the text form that Prometheus reads."""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date
from typing import Any, get_args

from ml.lanes.grounds import HistoryAge
from ml.lanes.policy import Lane
from ml.lanes.snapshot import Snapshot

# Seconds. A lane is promised within 3 s; a decision takes milliseconds.
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)
_SECONDS_PER_DAY = 86_400
_EPOCH = date(1970, 1, 1)


@dataclass(slots=True)
class Metrics:
    """What happened since the process started."""

    answers: dict[int, int] = field(default_factory=dict)
    lanes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(get_args(Lane), 0))
    stale_decisions: int = 0
    reload_failures: int = 0
    _buckets: list[int] = field(default_factory=lambda: [0] * (len(_BOUNDS) + 1))
    _seconds: float = 0.0

    def observe(self, status: int, seconds: float, answer: dict[str, Any] | None) -> None:
        """Count one answer to a request for a lane."""
        self.answers[status] = self.answers.get(status, 0) + 1
        self._buckets[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds += seconds
        if answer is not None and "lane" in answer:
            self.lanes[answer["lane"]] += 1
            self.stale_decisions += answer["is_history_stale"]

    def as_text(self, snapshot: Snapshot, history: HistoryAge) -> str:
        """Return the exposition text; every process of the service counts for itself.

        Args:
            snapshot: The one that answers.
            history: How old its history is for what is registered now.
        """
        through = (snapshot.manifest.last_date - _EPOCH).days * _SECONDS_PER_DAY
        identity = (
            f'snapshot_id="{snapshot.snapshot_id}",model_id="{snapshot.bundle.model_id}",'
            f'policy_id="{snapshot.policy.policy_id}"'
        )
        answers = [
            f'customs_lane_requests_total{{status="{status}"}} {count}'
            for status, count in sorted(self.answers.items())
        ]
        lanes = [
            f'customs_lane_decisions_total{{lane="{lane}"}} {count}'
            for lane, count in self.lanes.items()
        ]
        lines = [
            *_head("customs_lane_requests_total", "counter", "Answers by HTTP status."),
            *answers,
            *_head("customs_lane_decisions_total", "counter", "Decisions by lane."),
            *lanes,
            *self._histogram(),
            *_head("customs_lane_reload_failures_total", "counter", "Snapshots not taken over."),
            f"customs_lane_reload_failures_total {self.reload_failures}",
            *_head("customs_lane_snapshot_info", "gauge", "The snapshot that answers."),
            f"customs_lane_snapshot_info{{{identity}}} 1",
            *_head("customs_lane_history_through_timestamp_seconds", "gauge", "Last known day."),
            f"customs_lane_history_through_timestamp_seconds {through}",
            *_head("customs_lane_history_age_days", "gauge", "From that day to today."),
            f"customs_lane_history_age_days {history.days}",
            *_head("customs_lane_history_is_stale", "gauge", "1 where that is over the limit."),
            f"customs_lane_history_is_stale {history.is_stale:d}",
            *_head("customs_lane_stale_decisions_total", "counter", "Decisions on stale history."),
            f"customs_lane_stale_decisions_total {self.stale_decisions}",
        ]
        return "\n".join(lines) + "\n"

    def _histogram(self) -> list[str]:
        name = "customs_lane_request_seconds"
        lines = _head(name, "histogram", "Time from the whole request to the answer.")
        total = 0
        for bound, count in zip((*_BOUNDS, "+Inf"), self._buckets, strict=True):
            total += count
            lines.append(f'{name}_bucket{{le="{bound}"}} {total}')
        return [*lines, f"{name}_sum {self._seconds:.6f}", f"{name}_count {total}"]


def _head(name: str, kind: str, meaning: str) -> list[str]:
    return [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]
