"""Checks offline what Superset is made of: pages, metrics and roles, against the contracts."""

from pathlib import Path

from dashboards.page_spec import PAGES
from dashboards.superset.security import SECURITY, SecurityFileError, load_security
from dashboards.superset_files import superset_files
from data_contracts.errors import ContractViolationError
from data_contracts.yaml_files import read_yaml


def broken_references(pages: Path = PAGES, security: Path = SECURITY) -> list[str]:
    """Return a sentence for what each file first refers to and is not there.

    Args:
        pages: Folder of the pages.
        security: File of the roles.
    """
    broken = []
    checks = (
        lambda: superset_files(pages),
        # Superset's environment reads it by PyYAML alone, which takes the last of two keys.
        lambda: read_yaml(security),
        lambda: load_security(security),
    )
    for check in checks:
        try:
            check()
        except (ContractViolationError, SecurityFileError) as error:
            broken.append(str(error))
    return broken
