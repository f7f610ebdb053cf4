"""The models as the command line names them."""

from enum import StrEnum

from orchestration.operations.learning import RISK_MODEL


class Model(StrEnum):
    """What can be learned."""

    RISK = RISK_MODEL
