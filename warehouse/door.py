"""The one guarded door for SQL over a release: `customs sql` and Superset both stand before it.

A statement waits for a place among those of who shares them, is judged, written into the audit
record, and runs in a process of its own that is killed when it takes too long. Whoever is refused
again and again waits longer each time. The release it reads holds only what the role may see, so
neither the gate nor a setting is what keeps an identity in.

Only the standard library and this project's errors are imported: Superset loads this very module.
"""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from data_contracts.errors import CustomsDataError
from warehouse import locks
from warehouse.audit import AuditLog, account
from warehouse.guard_bounds import text_problem
from warehouse.query_call import Answer, QueryCall, QueryEndedError, query_call

# Defaults of the settings `queries_per_role` and `refusal_delay_seconds`.
QUERIES_PER_ROLE = 4
REFUSAL_DELAY_SECONDS = 2.0

_HEAD_CHARACTERS = 1_000
_LONGEST_SECONDS = 3_600
_MOST_ROWS = 10_000_000
# Typing errors come in threes; whoever tries doors comes in hundreds.
_FREE_REFUSALS = 5
_REFUSALS_WITHIN = timedelta(minutes=10)
_FIRST_DELAY_SECONDS = 0.125
_LONGEST_WAIT_SECONDS = 15.0
_POLL_SECONDS = 0.02


class QueryRefusedError(CustomsDataError):
    """The statement did not pass the gate, or its answer would break a limit of the door."""


class WrongLimitError(QueryRefusedError):
    """The limits that were asked for cannot be."""


class BusyDoorError(QueryRefusedError):
    """As many statements run as may at once; the same one may pass later."""

    retryable = True


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLimits:
    """What one statement may take.

    Attributes:
        seconds: Longest time until the answer, waiting for a place included.
        maximum_rows: Most rows it may return; more is refused, never cut off silently.
        maximum_mb: Largest result, in MiB as the caller holds it, every cell unpacked.
        memory_mb: Memory that the statement may take, in MB, however it takes it; there is no
            spilling: the process writes no file.
        enough_rows: Stop here without a fault, for a caller that says so itself.
    """

    seconds: int = 60
    maximum_rows: int = 250_000
    maximum_mb: int = 256
    memory_mb: int = 2048
    enough_rows: int | None = None


DEFAULT_LIMITS = QueryLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The door to one role's release, as one asker meets it.

    Attributes:
        log: The audit record.
        locks: Folder of the lock files; each statement that runs holds one.
        role: Whose release is read.
        release: The release's real folder; None when nothing was published.
        threads: Threads of a statement.
        queries_per_role: How many statements may run at once of those who share places.
        sharing: Who shares places with the asker, as part of a file name; None is whoever reads
            this role's release.
        refusal_delay_seconds: Longest wait of who is refused repeatedly; 0 turns waiting off.
        asker: What the record says of who asks: `door`, and `user` where it is not the account.
    """

    log: AuditLog
    locks: Path
    role: str
    release: Path | None
    threads: int
    queries_per_role: int = QUERIES_PER_ROLE
    sharing: str | None = None
    refusal_delay_seconds: float = REFUSAL_DELAY_SECONDS
    asker: Mapping[str, str] = field(default_factory=dict)

    def ask(self, sql: str, limits: QueryLimits = DEFAULT_LIMITS) -> Answer:
        """Run one statement.

        Raises:
            QueryRefusedError: It is not one question over published tables, or breaks a limit.
            CustomsDataError: There is no release, or the record cannot be written.
        """
        started = time.monotonic()
        with self._admitted(sql, limits) as (call, tables):
            entry = self.log.append(
                "statement", **self._facts(), sql=sql, admitted=True, tables=list(tables)
            )
            try:
                answer = call.answered()
            except QueryEndedError as ended:
                facts = {"done": False, "reason": str(ended), "ms": _milliseconds(started)}
                self.log.append("outcome", of=entry, **self.asker, **facts)
                raise QueryRefusedError(str(ended)) from ended
            except (KeyboardInterrupt, SystemExit):
                facts = {"done": False, "reason": "interrupted", "ms": _milliseconds(started)}
                self.log.append("outcome", of=entry, **self.asker, **facts)
                raise
            facts = {"done": True, "rows": len(answer.rows), "ms": _milliseconds(started)}
            self.log.append("outcome", of=entry, **self.asker, **facts)
        return answer

    def judge(self, sql: str, limits: QueryLimits = DEFAULT_LIMITS) -> None:
        """Judge a statement without running it; it waits for a place, a refusal is recorded.

        Raises:
            QueryRefusedError: It would be refused.
        """
        with self._admitted(sql, limits):
            pass

    def turn_away(
        self, sql: str, reason: str, kind: type[CustomsDataError] = QueryRefusedError
    ) -> NoReturn:
        """Record an attempt that cannot even be judged, and refuse it.

        Raises:
            CustomsDataError: Always, of that kind.
        """
        # A busy door and a missing release are nobody's fault: whoever met one is not slowed down.
        fault = issubclass(kind, QueryRefusedError) and not issubclass(kind, BusyDoorError)
        facts = {**self._facts(), **_recorded_refusal(sql), "admitted": False, "fault": fault}
        self.log.append("statement", **facts, reason=reason)
        raise kind(reason)

    @contextmanager
    def _admitted(self, sql: str, limits: QueryLimits) -> Iterator[tuple[QueryCall, list[str]]]:
        if problem := _limit_problem(limits):
            self.turn_away(sql, problem, WrongLimitError)
        if self.release is None:
            reason = f"there is no release for {self.role} yet; run customs publish"
            self.turn_away(sql, reason, CustomsDataError)
        if problem := text_problem(sql):
            self._refuse(sql, problem)
        started = time.monotonic()
        with self._place(sql, limits) as waited:
            job = {
                "release": str(self.release),
                "sql": sql,
                "seconds": max(0.1, limits.seconds - (waited - started)),
                "maximum_rows": limits.maximum_rows,
                "maximum_mb": limits.maximum_mb,
                "memory_mb": limits.memory_mb,
                "threads": self.threads,
                "enough_rows": limits.enough_rows,
            }
            with query_call(job) as call:
                verdict = _verdict(call)
                if "tables" in verdict:
                    yield call, verdict["tables"]
                    return
        # The place is free again: who waits here keeps nobody else waiting.
        self._refuse(sql, verdict["refused"])

    def _refuse(self, sql: str, reason: str) -> NoReturn:
        try:
            self.turn_away(sql, reason)
        finally:
            self._slow_down()

    def _slow_down(self) -> None:
        user = self.asker.get("user", account())
        surplus = self.log.refusals(user, _REFUSALS_WITHIN) - _FREE_REFUSALS
        if surplus > 0 and self.refusal_delay_seconds:
            # Doubled each time, and 2 ** 10 times the first is beyond every setting.
            delay = _FIRST_DELAY_SECONDS * 2.0 ** min(surplus, 10)
            time.sleep(min(delay, self.refusal_delay_seconds))

    @contextmanager
    def _place(self, sql: str, limits: QueryLimits) -> Iterator[float]:
        """Hold a place, yield since when; the lock goes with its process."""
        deadline = time.monotonic() + min(_LONGEST_WAIT_SECONDS, limits.seconds / 2)
        self.locks.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            for kind, (most, whose) in self._places().items():
                while (descriptor := self._free_place(kind, most)) is None:
                    if time.monotonic() > deadline:
                        reason = (
                            f"{most} statements of {whose} are running, as many as may; "
                            "ask again when one has ended"
                        )
                        # Users of a server do not set it.
                        if "user" not in self.asker:
                            reason += ", or raise CUSTOMS_QUERIES_PER_ROLE"
                        self.turn_away(sql, reason, BusyDoorError)
                    time.sleep(_POLL_SECONDS)
                held.callback(os.close, descriptor)
            yield time.monotonic()

    def _places(self) -> dict[str, tuple[int, str]]:
        """Return of which kinds a place must be held, in this order: how many, and whose."""
        sharing = self.sharing or self.role
        places = {sharing: (self.queries_per_role, sharing)}
        if user := self.asker.get("user"):
            # One user leaves a place to the others, and waits here while they do not.
            digest = hashlib.sha256(user.encode()).hexdigest()[:16]
            places = {f"user_{digest}": (max(1, self.queries_per_role - 1), "yours")} | places
        return places

    def _free_place(self, kind: str, most: int) -> int | None:
        for number in range(1, most + 1):
            path = self.locks / f"sql_{kind}_{number}.lock"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            if locks.taken(descriptor):
                return descriptor
            os.close(descriptor)
        return None

    def _facts(self) -> dict[str, Any]:
        release = int(self.release.name) if self.release else None
        return {**self.asker, "role": self.role, "release": release}


def _recorded_refusal(sql: str) -> dict[str, Any]:
    """Return a refused statement as the record holds it: whole, or its head and hash.

    It saw nothing, so refusals need not fill the record nor push each other out of the count.
    """
    if len(sql) <= _HEAD_CHARACTERS:
        return {"sql": sql}
    digest = hashlib.sha256(sql.encode("utf-8", "surrogatepass")).hexdigest()
    return {"sql": sql[:_HEAD_CHARACTERS], "sql_characters": len(sql), "sql_sha256": digest}


def _verdict(call: QueryCall) -> dict[str, Any]:
    try:
        return call.judged()
    except QueryEndedError as ended:
        return {"refused": f"the statement could not be judged: {ended}"}


def _limit_problem(limits: QueryLimits) -> str:
    if not 1 <= limits.seconds <= _LONGEST_SECONDS:
        return f"a statement may run from 1 to {_LONGEST_SECONDS} s, not {limits.seconds}"
    if not 1 <= limits.maximum_rows <= _MOST_ROWS:
        return f"a statement may return from 1 to {_MOST_ROWS} rows, not {limits.maximum_rows}"
    return ""


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
