"""The outside formats that can be landed: one YAML file each, here or in the lake's own folder."""

from functools import cache
from importlib import resources
from pathlib import Path

from data_contracts.errors import ContractViolationError, CustomsDataError
from ingestion.sources.outside_tables import OutsideSource
from ingestion.sources.reading import Reading, Source
from ingestion.sources.source_files import SUFFIX, check, read_source
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
    if name in own and name in SOURCES:
        message = f"{own[name]}: a source is called so already"
        raise ContractViolationError(message)
    if name in own:
        return _own_source(own[name], own[name].stat().st_mtime_ns)
    if name not in SOURCES:
        message = f"there is no source {name!r}; known: {', '.join(sorted({*SOURCES, *own}))}"
        raise UnknownSourceError(message)
    return SOURCES[name]


def _own_files(home: Path | None) -> list[Path]:
    return [] if home is None else sorted(Layout(home).sources.glob(f"*{SUFFIX}"))


@cache
def _own_source(path: Path, _changed: int) -> Source:
    outside = read_source(path)
    check(outside)
    return _source(outside)


def _packaged() -> dict[str, Source]:
    files = resources.files("ingestion.sources").iterdir()
    named = {file.name: file for file in files if file.name.endswith(SUFFIX)}
    sources = (_source(read_source(named[name])) for name in sorted(named))
    return {source.name: source for source in sources}


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


SOURCES = _packaged()
