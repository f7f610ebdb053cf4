"""Which variables of the environment are ours: one that is mistyped must not be ignored."""

import difflib
from collections.abc import Iterable

from data_contracts.errors import CustomsDataError

PREFIX = "CUSTOMS_"
HOME = "CUSTOMS_HOME"
TRACE = "CUSTOMS_TRACE"
"""Set, it shows the trace of a fault of the program."""

_OF_TESTS = "CUSTOMS_TEST_"
# What nearly every call has is known without loading the settings, which takes longer.
_USUAL = frozenset({HOME, TRACE})


class UnknownVariableError(CustomsDataError):
    """The environment sets a variable that nothing reads."""


def check_environment(names: Iterable[str]) -> None:
    """Refuse variables with our prefix that nothing reads.

    Args:
        names: Names of the variables that are set; upper and lower case are the same.

    Raises:
        UnknownVariableError: With the nearest name that is read.
    """
    ours = {name for name in names if name.upper().startswith(PREFIX)}
    unsure = {name for name in ours if name.upper() not in _USUAL}
    unsure = {name for name in unsure if not name.upper().startswith(_OF_TESTS)}
    if not unsure:
        return
    known = known_variables()
    unknown = sorted(name for name in unsure if name.upper() not in known)
    if unknown:
        raise UnknownVariableError("; ".join(_told(name, known) for name in unknown))


def known_variables() -> frozenset[str]:
    """Return the names of all variables that are read."""
    # Only here, where they are needed.
    from dashboards.server import DOOR_SETTINGS  # noqa: PLC0415
    from ml.lanes.settings import ServingSettings  # noqa: PLC0415
    from orchestration.settings import OrchestrationSettings  # noqa: PLC0415
    from warehouse.settings import LakeSettings  # noqa: PLC0415

    settings = (LakeSettings, ServingSettings, OrchestrationSettings)
    named = (
        f"{one.model_config['env_prefix']}{field}".upper()
        for one in settings
        for field in one.model_fields
    )
    return frozenset({*_USUAL, *DOOR_SETTINGS, *named})


def _told(name: str, known: frozenset[str]) -> str:
    # All begin alike; what follows tells them apart.
    rests = sorted(one.removeprefix(PREFIX) for one in known)
    near = difflib.get_close_matches(name.upper().removeprefix(PREFIX), rests, n=1)
    remedy = f"did you mean {PREFIX}{near[0]}?" if near else "unset it"
    return f"the environment sets {name}, which nothing reads; {remedy}"
