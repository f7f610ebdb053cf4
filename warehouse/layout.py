"""Where everything lies under the lake's home; the only place that joins these paths."""

from dataclasses import dataclass
from pathlib import Path

from data_contracts.errors import CustomsDataError

# The engines read these in a path as escapes, options or patterns.
_UNUSABLE = frozenset("#%?*[")


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders and files of one lake. `home` is made absolute.

    Raises:
        CustomsDataError: The engines cannot read the path of the home.
    """

    home: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "home", Path(self.home).expanduser().absolute())
        if bad := _UNUSABLE.intersection(str(self.home)):
            message = (
                f"the lake's home may not have {' '.join(sorted(bad))} in its path: {self.home}; "
                "give another --home"
            )
            raise CustomsDataError(message)

    @property
    def landing(self) -> Path:
        """Raw bytes exactly as received, by content: `<aa>/<sha256>` and `<sha256>.json`."""
        return self.home / "landing"

    @property
    def ledger_path(self) -> Path:
        """The SQLite record of what happened to each file."""
        return self.home / "ledger.sqlite"

    @property
    def lake_root(self) -> Path:
        """All Delta tables: `<layer>/<table>`."""
        return self.home / "lake"

    def lake(self, layer: str, table: str) -> Path:
        """Return the folder of one Delta table."""
        return self.lake_root / layer / table

    @property
    def build_path(self) -> Path:
        """The DuckDB file where dbt builds; disposable."""
        return self.home / "build" / "customs.duckdb"

    def published(self, role: str) -> Path:
        """Return the folder of one role's releases."""
        return self.home / "published" / role

    @property
    def secrets(self) -> Path:
        """Keys of the pseudonyms; mode 0700, backed up separately."""
        return self.home / "secrets"

    @property
    def models(self) -> Path:
        """Model bundles: `<name>/<fingerprint>/`."""
        return self.home / "models"

    @property
    def lanes(self) -> Path:
        """Snapshots of the lane service and `CURRENT`."""
        return self.home / "lanes"

    @property
    def scratch(self) -> Path:
        """Spill and half-made files; may be emptied when nothing runs."""
        return self.home / "scratch"

    @property
    def locks(self) -> Path:
        """Lock files of the writers."""
        return self.home / "locks"

    @property
    def logs(self) -> Path:
        """Logs of dbt and of the services."""
        return self.home / "logs"

    def ensure(self) -> None:
        """Make the folders that every operation needs; those that exist stay as they are.

        Raises:
            CustomsDataError: The home cannot be written.
        """
        needed = (
            self.landing,
            self.lake_root,
            self.build_path.parent,
            self.scratch,
            self.locks,
            self.logs,
        )
        try:
            for folder in needed:
                folder.mkdir(parents=True, exist_ok=True)
            self.secrets.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            message = (
                f"cannot write the lake's home {self.home}: {error.strerror}; "
                "give another --home or free the folder"
            )
            raise CustomsDataError(message) from error
