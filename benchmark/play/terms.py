"""What policies may read and use in a contest: a round commits to it, as to its nations."""

from dataclasses import dataclass

from simulator.arguments import MOST_DAYS

HISTORY_WEEKS, MOST_HISTORY_WEEKS = 26, MOST_DAYS // 7
SECONDS_A_WEEK, LEAST_SECONDS, MOST_SECONDS = 10.0, 0.1, 1_000_000_000.0
# Threads reserve far more addresses than they use.
MEMORY_GIB, MOST_MEMORY_GIB = 16, 1_000_000_000
GIB = 2**30


@dataclass(frozen=True, slots=True)
class Terms:
    """The same for every policy of a contest.

    Attributes:
        history_weeks: Weeks of the warm-up that a policy may read, from 1.
        policy_seconds: Time that a policy of others has a week; the first one ten times as much.
        policy_memory: Addresses that each process of a policy of others may have, GiB.
    """

    history_weeks: int = HISTORY_WEEKS
    policy_seconds: float = SECONDS_A_WEEK
    policy_memory: int = MEMORY_GIB
