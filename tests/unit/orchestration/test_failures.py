"""What an error means to Dagster: tried again when that may help, never when it cannot."""

import dagster as dg
import pytest

from data_contracts.errors import ContractViolationError, SourceUnavailableError
from orchestration import failures
from orchestration.settings import OrchestrationSettings


@pytest.fixture
def orchestration() -> OrchestrationSettings:
    return OrchestrationSettings(max_retries=2, retry_wait_seconds=0.0)


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        yield instance


def events(result, kind: dg.DagsterEventType) -> int:
    return sum(event.event_type == kind for event in result.all_events)


def materialise(asset: dg.AssetsDefinition, instance: dg.DagsterInstance):
    return dg.materialize([asset], instance=instance, raise_on_error=False)


def test_a_source_that_comes_back_is_landed_by_the_second_attempt(instance, orchestration):
    @dg.asset
    def fickle(context: dg.AssetExecutionContext) -> None:
        with failures.mapped(orchestration):
            if context.retry_number == 0:
                raise SourceUnavailableError

    result = materialise(fickle, instance)
    assert result.success
    assert events(result, dg.DagsterEventType.STEP_RESTARTED) == 1


def test_an_error_that_will_not_pass_is_never_retried(instance, orchestration):
    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=3))
    def broken() -> None:
        with failures.mapped(orchestration):
            message = "file 7 holds no table"
            raise ContractViolationError(message)

    result = materialise(broken, instance)
    assert not result.success
    assert events(result, dg.DagsterEventType.STEP_RESTARTED) == 0
    (failed,) = result.get_failed_step_keys()
    data = result.failure_data_for_node(failed)
    assert data.user_failure_data.description == "file 7 holds no table"
    assert data.user_failure_data.metadata["error"].value == "ContractViolationError"
