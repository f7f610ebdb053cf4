"""What an error means to Dagster: tried again when that may help, failed at once when it cannot.

An error of ours that is not `retryable` fails the step whatever retry policy stands above it:
thousands of attempts at a file that is broken help nobody. An error that is not ours is a fault of
the program and goes through as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from data_contracts.errors import CustomsDataError
from orchestration.settings import OrchestrationSettings


@contextmanager
def mapped(orchestration: OrchestrationSettings) -> Iterator[None]:
    """Turn the errors of an operation into what Dagster acts upon.

    Args:
        orchestration: How often and after which wait a step is tried again.

    Raises:
        dagster.RetryRequested: The error is retryable.
        dagster.Failure: It is not; its text is the description, and it is never retried.
    """
    try:
        yield
    except CustomsDataError as error:
        if error.retryable:
            raise dg.RetryRequested(
                max_retries=orchestration.max_retries,
                seconds_to_wait=orchestration.retry_wait_seconds,
            ) from error
        raise dg.Failure(
            description=str(error),
            metadata={"error": type(error).__name__},
            allow_retries=False,
        ) from error
