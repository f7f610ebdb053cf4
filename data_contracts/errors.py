"""The errors of the customs lakehouse: one family, told apart by what the caller can do.

A message says what, where, what was expected and what was found; it never carries personal data.
"""

from typing import ClassVar


class CustomsDataError(Exception):
    """Base of every error that this project raises on purpose; trying again does not help."""

    retryable: ClassVar[bool] = False
    keeps_lines: ClassVar[bool] = False
    """Whether its message has lines that are told as lines, such as a trace of somebody's code."""


class ContractViolationError(CustomsDataError):
    """A contract is malformed, or something does not keep the contract it claims."""


class WrongUseError(CustomsDataError):
    """What was asked for cannot be done, whatever the data are: it is to be asked otherwise."""


class UnknownCodeError(CustomsDataError):
    """A code is in no list that could give it a meaning."""


class SourceUnavailableError(CustomsDataError):
    """A source cannot be reached now; the same call may succeed later."""

    retryable: ClassVar[bool] = True


class BundleMismatchError(CustomsDataError):
    """A model bundle does not fit the features, contracts or data it is used with."""
