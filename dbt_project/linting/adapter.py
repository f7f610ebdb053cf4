"""What sqlfluff knows of dbt's adapter: what it dispatches reads as a function of a value."""

from collections.abc import Callable


def dispatch(name: str, package: str) -> Callable[..., str]:  # noqa: ARG001
    """Return a macro that stands for the one of any engine."""
    return lambda *values: f"{name}({''.join(values[:1])})"
