"""Where everything lies under the lake's home; what the warehouse keeps is joined here only.

A home belongs to one account: whoever else is on the machine can neither read it nor hold a lock in
it. It carries the number of its format, and one of another format is refused.
"""

import os
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path

from data_contracts.errors import CustomsDataError
from warehouse import durable

FORMAT = 2
"""Number of the format of a home: raised when a lake of before cannot be read as one of now."""

# The engines read these in a path as escapes, options or patterns.
_UNUSABLE = frozenset("#%?*[")
# May lie in a home before there is a lake in it; another process may be making the same one.
_INBOX = "inbox"
_SOURCES = "sources"
_DRAFT = ".format."
_OWNER_ONLY = 0o700
_OWNER_AND_GROUP = 0o770
# What lets others see something. To pass through is not enough: release groups are given that.
_OTHERS_SEE = 0o066


def keep_private() -> None:
    """Keep other accounts from what this process and its children write; for entry points."""
    os.umask(0o077)


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
        """The DuckDB file that dbt built; disposable."""
        return self.home / "build" / "customs.duckdb"

    @property
    def build_draft_path(self) -> Path:
        """The one that is being built; views in it name it, so that it is called alike."""
        return self.build_path.parent / "draft" / self.build_path.name

    @property
    def published_root(self) -> Path:
        """The releases of all roles."""
        return self.home / "published"

    def published(self, role: str) -> Path:
        """Return the folder of one role's releases."""
        return self.published_root / role

    @property
    def secrets(self) -> Path:
        """Keys of the pseudonyms, tokens and passwords; mode 0700, backed up separately."""
        return self.home / "secrets"

    @property
    def models(self) -> Path:
        """Model bundles: `<name>/<fingerprint>/`."""
        return self.home / "models"

    @property
    def sources(self) -> Path:
        """Files of sources that this lake alone takes: `<source>.yaml`."""
        return self.home / _SOURCES

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

    @property
    def reports(self) -> Path:
        """Lists for people; they hold names."""
        return self.home / "reports"

    @property
    def nation(self) -> Path:
        """The outside files of the nation that a demo simulated."""
        return self.home / "nation"

    @property
    def format_path(self) -> Path:
        """The file with the number of the home's format."""
        return self.home / "format"

    @property
    def format_number(self) -> int | None:
        """The format of the lake that lies here, None where there is none.

        Raises:
            CustomsDataError: The file that says so cannot be read.
        """
        parts = (self.ledger_path, self.landing, self.lake_root, self.build_path.parent)
        try:
            if self.format_path.exists():
                return int(self.format_path.read_text(encoding="ascii"))
            # The first format had no file.
            return 1 if any(part.exists() for part in parts) else None
        except ValueError as error:
            message = (
                f"{self.format_path}: expected the number of the lake's format, found another "
                f"text; write {FORMAT} into it if this program made the lake"
            )
            raise CustomsDataError(message) from error
        except OSError as error:
            raise _unusable(self.home, error) from error

    def enter(self) -> None:
        """Check that a lake of this format lies here, and close it to other accounts.

        Raises:
            CustomsDataError: There is no lake, it is of another format, or cannot be closed.
        """
        number = self.format_number
        if number is None:
            message = (
                f"there is no lake in {self.home}; customs land SOURCE PATH begins one, "
                "make demo makes one to look at, --home or CUSTOMS_HOME names another"
            )
            raise CustomsDataError(message)
        self._refuse_format(number)
        try:
            self._close()
        except OSError as error:
            raise _unusable(self.home, error) from error

    def ensure(self) -> None:
        """Enter the lake, make it where there is none, and make the folders of every operation.

        Raises:
            CustomsDataError: The home cannot be written, holds something else or a lake of another
                format.
        """
        needed = (
            self.landing,
            self.lake_root,
            self.build_path.parent,
            self.scratch,
            self.locks,
            self.logs,
            self.secrets,
            self.reports,
        )
        if self.format_number is None:
            self._begin()
        self.enter()
        try:
            for folder in needed:
                folder.mkdir(mode=_OWNER_ONLY, exist_ok=True)
        except OSError as error:
            raise _unusable(self.home, error) from error

    def close_beside_releases(self) -> None:
        """Close to other accounts each entry of the home but the releases.

        Where the home may be passed through, each has to be closed by itself, and so has what a
        person put there. A release is for its owner and the group it was given to at most.
        """
        for entry in self.home.iterdir():
            if entry != self.published_root:
                _keep(entry, _OWNER_ONLY)
        for entry in self.published_root.iterdir() if self.published_root.is_dir() else ():
            _keep(entry, _OWNER_AND_GROUP if entry.is_dir() else _OWNER_ONLY)

    def _begin(self) -> None:
        try:
            self.home.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
            others = [entry for entry in self.home.iterdir() if not _is_before(entry.name)]
            if others and self.format_number is None:
                message = (
                    f"{self.home} holds other files and no lake; give a new or an empty folder as "
                    "--home"
                )
                raise CustomsDataError(message)
            durable.point(self.format_path, f"{FORMAT}\n".encode())
        except OSError as error:
            raise _unusable(self.home, error) from error

    def _refuse_format(self, number: int) -> None:
        if number == FORMAT:
            return
        message = f"the lake in {self.home} has format {number}, this program works with {FORMAT}; "
        home = shlex.quote(str(self.home))
        if number > FORMAT:
            message += "use the program that made it"
        elif self.nation.is_dir():
            # Its first format did not say which files were simulated.
            message += f"it is a demo: move it away and make it again: customs demo --home {home}"
        else:
            message += f"make it anew from its landing: customs rebuild {home} --home NEW"
        raise CustomsDataError(message)

    def _close(self) -> None:
        """Take from other accounts what they may see; the home last, so that a break is mended."""
        if not self.home.stat().st_mode & _OTHERS_SEE:
            self.close_beside_releases()
            return
        for folder, _, files in os.walk(self.home, topdown=False):
            for path in (*(Path(folder, name) for name in files), Path(folder)):
                if not path.is_symlink():
                    path.chmod(stat.S_IMODE(path.stat().st_mode) & _OWNER_ONLY)


def _keep(place: Path, kept: int) -> None:
    try:
        mode = stat.S_IMODE(place.lstat().st_mode)
        if mode & ~kept and not place.is_symlink():
            place.chmod(mode & kept)
    except FileNotFoundError:
        # A file of another process that is gone by now.
        return


def _is_before(name: str) -> bool:
    return name in {_INBOX, _SOURCES} or name.startswith(_DRAFT)


def _unusable(home: Path, error: OSError) -> CustomsDataError:
    return CustomsDataError(
        f"the lake's home {home} cannot be used: {error.strerror}; "
        "give another --home, or its folder to this account"
    )
