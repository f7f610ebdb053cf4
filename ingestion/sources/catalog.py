"""The outside formats that can be landed: one YAML file each, here or in the lake's own folder."""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from data_contracts.errors import ContractViolationError, CustomsDataError
from ingestion.sources.outside_tables import OutsideSource
from ingestion.sources.reading import Reading, Source
from ingestion.sources.source_files import SUFFIX, check, problems, read_source
from ingestion.sources.tables import meaning_of, names_of, read_file
from warehouse.layout import Layout


class UnknownSourceError(CustomsDataError):
    """No file describes a source of this name."""


def find_source(name: str, home: Path | None = None) -> Source:
    """Return the source with this name.

    Args:
        name: Name of its file.
        home: Of a lake that may have sources of its own.

    Raises:
        UnknownSourceError: There is none.
        ContractViolationError: The file of one is not of its form, or names what is not there.
    """
    own = {path.stem: path for path in _own_files(home)}
    if name in own:
        return _own_source(own[name], _changed(own[name]))
    if name in FAULTS:
        raise FAULTS[name]
    if name not in SOURCES:
        message = f"there is no source {name!r}; known: {', '.join(sorted({*SOURCES, *own}))}"
        raise UnknownSourceError(message)
    return SOURCES[name]


def source_problems(home: Path | None = None) -> list[str]:
    """Return what is wrong with the files of the house, and of a lake where one is named."""
    told = [str(fault) for fault in FAULTS.values()]
    told += [one for source in SOURCES.values() for one in problems(source.outside)]
    for path in _own_files(home):
        try:
            told += problems(_read_own(path))
        except ContractViolationError as error:
            told.append(str(error))
    return told


def _own_files(home: Path | None) -> list[Path]:
    return [] if home is None else sorted(Layout(home).sources.glob(f"*{SUFFIX}"))


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        message = f"{path.name}: cannot be read: {type(error).__name__}"
        raise ContractViolationError(message) from error


@cache
def _own_source(path: Path, _changed: int) -> Source:
    outside = _read_own(path)
    check(outside)
    return _source(outside)


def _read_own(path: Path) -> OutsideSource:
    if path.stem in {*SOURCES, *FAULTS}:
        message = f"{path}: a source is called so already"
        raise ContractViolationError(message)
    try:
        return read_source(path)
    except (OSError, ValueError, RecursionError) as error:
        message = f"{path.name}: cannot be read: {type(error).__name__}"
        raise ContractViolationError(message) from error


def sources_in(
    folder: Traversable,
) -> tuple[dict[str, Source], dict[str, ContractViolationError]]:
    """Return the sources of a folder by name, and what is wrong with the files that are none."""
    sources, faults = {}, {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        name = file.name.removesuffix(SUFFIX)
        if name == file.name:
            continue
        try:
            sources[name] = _source(read_source(file))
        except ContractViolationError as error:
            faults[name] = error
    return sources, faults


def _source(outside: OutsideSource) -> Source:
    def read(path: Path, name: str) -> Reading:
        return read_file(path, name, outside)

    def meaning(name: str) -> str:
        return meaning_of(outside, name)

    return Source(
        name=outside.name,
        time_zone=outside.zone,
        read=read,
        is_message="wco_dec" in outside.forms,
        meaning=meaning,
        names=names_of(outside),
        outside=outside,
    )


SOURCES, FAULTS = sources_in(resources.files("ingestion.sources"))
"""Those of the house; the file of one that is broken stops no other."""
