"""Checks offline what Superset is made of: pages, metrics and roles, against the contracts."""

from pathlib import Path

from dashboards.page_spec import PAGES
from dashboards.superset.security import SecurityFileError, load_security
from dashboards.superset_files import superset_files
from data_contracts.errors import ContractViolationError


def broken_references(pages: Path = PAGES) -> list[str]:
    """Return a sentence for what each file first refers to and is not there.

    Args:
        pages: Folder of the pages.
    """
    broken = []
    for check in (lambda: superset_files(pages), load_security):
        try:
            check()
        except (ContractViolationError, SecurityFileError) as error:
            broken.append(str(error))
    return broken
