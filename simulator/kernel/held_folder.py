"""A folder held for one run: what two write at once could not be told apart."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data_contracts.errors import CustomsDataError


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder for this run alone; it is made where it is not.

    Raises:
        CustomsDataError: Another run holds it.
        OSError: It cannot be made or opened.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"another simulation is writing into {folder}; wait, or choose another folder"
            raise CustomsDataError(message) from error
        yield
    finally:
        os.close(descriptor)
