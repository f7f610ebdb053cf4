"""The weeks of a game: whole ones, from a Monday on."""

from dataclasses import replace
from datetime import timedelta

from data_contracts.errors import WrongUseError
from measures.counted import counted
from simulator.arguments import SimulationArguments
from simulator.reference.calendar import WEEK_DAYS


def whole_weeks(arguments: SimulationArguments) -> SimulationArguments:
    """Return the arguments of a game: from a Monday on, days and warm-up cut to whole weeks.

    Raises:
        WrongUseError: No whole week is left to play, or to live before.
        ContractViolationError: The Monday lies too late to be simulated from.
    """
    weeks, warm = arguments.days // WEEK_DAYS, arguments.warmup_days // WEEK_DAYS
    if not weeks:
        message = f"a game: expected a week at least, found {counted(arguments.days, 'day')}"
        raise WrongUseError(message)
    if not warm:
        message = "history: expected a warm-up of one week at least, found none"
        raise WrongUseError(message)
    late = -arguments.first_date.weekday() % WEEK_DAYS
    return replace(
        arguments,
        first_date=arguments.first_date + timedelta(days=late),
        days=weeks * WEEK_DAYS,
        warmup_days=warm * WEEK_DAYS,
    )
