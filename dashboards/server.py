"""Starts Superset in its own environment, ready to use, beside a lake.

What is here: finding the environment, its secrets and data folder, bringing it up and down.
Superset itself is never imported: it runs as a program of `.venv-superset`. The port is taken here
and handed to the server, so whoever answers on it is that server; and the server is tethered, so it
does not outlive this process.
"""

import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from dashboards.superset.security import SECURITY
from dashboards.superset_files import superset_files
from data_contracts.errors import CustomsDataError, SourceUnavailableError
from data_contracts.yaml_files import read_yaml
from warehouse import durable, locks
from warehouse.layout import Layout
from warehouse.tethered import tethered

PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = PROJECT / ".venv-superset"
# What the door in Superset takes from the environment, beside its own bounds.
DOOR_SETTINGS = (
    "CUSTOMS_QUERIES_PER_ROLE",
    "CUSTOMS_QUERY_SECONDS",
    "CUSTOMS_REFUSAL_DELAY_SECONDS",
)
DASHBOARD_PATH = "/superset/dashboard/clearance-and-revenue/"
_PROGRAMS = PROJECT / "dashboards" / "superset"
_HOST = "127.0.0.1"
_START_SECONDS = 120
_STOP_SECONDS = 10

Progress = Callable[[str], None]


class Account(msgspec.Struct, frozen=True):
    """A first user, as the bootstrap reports it.

    Attributes:
        user: Name to log in with.
        role: What it may do: a role of `security.yaml`.
        password_path: File (mode 0600) that holds the password.
        holds: Whether that password still holds; its user may have changed it in Superset.
    """

    user: str
    role: str
    password_path: Path
    holds: bool


class _Prepared(msgspec.Struct, frozen=True):
    users: list[Account]
    told: list[str]


@dataclass(frozen=True, slots=True)
class RunningSuperset:
    """A Superset that answers, and how to log in.

    Attributes:
        url: Root address, `http://host:port`.
        accounts: The first users.
    """

    url: str
    accounts: Sequence[Account]
    _server: subprocess.Popen[bytes]
    _log_path: Path

    @property
    def dashboard_url(self) -> str:
        """Address of the management dashboard."""
        return self.url + DASHBOARD_PATH

    def account(self, role: str) -> Account:
        """Return the first user that has `role`."""
        return next(account for account in self.accounts if account.role == role)

    def wait(self) -> None:
        """Wait as long as the server runs.

        Raises:
            SourceUnavailableError: It ended without being told to.
        """
        status = self._server.wait()
        message = f"Superset ended by itself (status {status}); see {self._log_path}"
        raise SourceUnavailableError(message)


@contextmanager
def superset_server(
    layout: Layout, *, port: int, progress: Progress, overwrite_edits: bool = False
) -> Iterator[RunningSuperset]:
    """Bring Superset up on the loopback address; take it down at the end of the block.

    Args:
        layout: The lake's places; `published/management/current` must exist.
        port: TCP port on 127.0.0.1.
        progress: Called with one line per step, and per thing that people changed in Superset.
        overwrite_edits: Import the dashboards over what people changed in them.

    Raises:
        BusyError: Superset runs beside this lake already.
        CustomsDataError: No management release, the port is taken, or Superset's environment is not
            installed.
        SourceUnavailableError: Superset could not be prepared or did not answer in time; its log is
            named.
    """
    if not (layout.published("management") / "current").exists():
        message = (
            "no management release is published yet; run `customs publish` "
            "(or `make demo`, and `customs dashboards serve --home customs-demo`)"
        )
        raise CustomsDataError(message)
    alone = locks.held(superset_folder(layout) / "serve.lock", "Superset")
    with alone, _own_port(port) as listening:
        environment = superset_environment(layout)
        progress("preparing Superset (schema, roles and users, dashboards)")
        prepared = _run_bootstrap(layout, environment, overwrite_edits=overwrite_edits)
        for line in prepared.told:
            progress(line)
        progress("starting Superset")
        log_path = superset_folder(layout) / "superset.log"
        with log_path.open("ab") as log:
            server = subprocess.Popen(
                tethered(server_command(listening.fileno())),
                env=environment,
                cwd=superset_folder(layout),
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[listening.fileno()],
                # What is typed at the terminal is for this process, which then ends the server.
                start_new_session=True,
            )
        try:
            # From here on the port is the server's alone.
            listening.close()
            url = f"http://{_HOST}:{port}"
            _wait_until_healthy(server, url, log_path)
            yield RunningSuperset(url, prepared.users, server, log_path)
        finally:
            server.terminate()
            try:
                server.wait(timeout=2 * _STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def superset_folder(layout: Layout) -> Path:
    """Return the folder of Superset's own state (rebuilt when lost), made if needed."""
    folder = layout.home / "superset"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def superset_environment(layout: Layout) -> dict[str, str]:
    """Return the environment variables of Superset's processes.

    Raises:
        CustomsDataError: Superset's environment is not installed.
    """
    if not (ENVIRONMENT / "bin" / "superset").exists():
        message = "Superset's environment is not installed; run `make dashboards`"
        raise CustomsDataError(message)
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    return kept | {
        "SUPERSET_CONFIG_PATH": str(_PROGRAMS / "superset_config.py"),
        "SUPERSET_DATA_DIR": str(superset_folder(layout)),
        "SUPERSET_SECRET_KEY": _secret_key(layout),
        "CUSTOMS_RELEASES": str(layout.published("management").parent.resolve()),
        **{name: os.environ[name] for name in DOOR_SETTINGS if name in os.environ},
        "FLASK_APP": "superset.app:create_app()",
        "CUSTOMS_DASHBOARD": DASHBOARD_PATH,
        "SCARF_ANALYTICS": "false",
        "PYTHONWARNINGS": "ignore",
    }


@contextmanager
def _own_port(port: int) -> Iterator[socket.socket]:
    """Take the port before anything is done; who connects meanwhile waits for the server."""
    try:
        listening = socket.create_server((_HOST, port))
    except OSError as error:
        message = (
            f"port {port} of {_HOST} cannot be taken: {error.strerror}; "
            "stop the program that has it, or give another --port"
        )
        raise CustomsDataError(message) from error
    with listening:
        yield listening


def server_command(listening: int) -> list[str]:
    """Return the command over the socket of this number; its last word is what it serves."""
    return [
        str(ENVIRONMENT / "bin" / "gunicorn"),
        "--bind", f"fd://{listening}",
        # One: wrong logins are counted in its memory.
        "--workers", "1",
        "--pythonpath", str(_PROGRAMS),
        "--worker-class", "timed_worker.TimedWorker",
        # More than may wait for a slow other side or after a wrong login.
        "--threads", "64",
        "--keep-alive", "5",
        # It would lie in the home of the account, one for all lakes.
        "--no-control-socket",
        "--timeout", "120",
        "--graceful-timeout", str(_STOP_SECONDS),
        "superset.app:create_app()",
    ]  # fmt: skip


def _run_bootstrap(
    layout: Layout, environment: dict[str, str], *, overwrite_edits: bool
) -> _Prepared:
    command = [
        str(ENVIRONMENT / "bin" / "python"),
        str(_PROGRAMS / "bootstrap.py"),
        str(_written_files(layout)),
        str(layout.secrets.absolute()),
        *(["--overwrite-edits"] if overwrite_edits else []),
    ]
    log_path = superset_folder(layout) / "bootstrap.log"
    with log_path.open("wb") as log:
        done = subprocess.run(
            tethered(command),
            env=environment,
            cwd=superset_folder(layout),
            stdout=subprocess.PIPE,
            stderr=log,
            check=False,
            start_new_session=True,
        )
        log.write(done.stdout)
    if done.returncode:
        message = f"Superset could not be prepared; see {log_path}"
        raise SourceUnavailableError(message)
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=_Prepared, dec_hook=_path)


def _written_files(layout: Layout) -> Path:
    """Return the folder of what Superset imports, made anew, if its roles are said once each."""
    read_yaml(SECURITY)
    folder = superset_folder(layout) / "files"
    shutil.rmtree(folder, ignore_errors=True)
    for name, asset in superset_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(asset, allow_unicode=True, sort_keys=False), "utf-8")
    return folder


def _path(kind: type, value: object) -> object:
    return kind(value)


def _wait_until_healthy(server: subprocess.Popen[bytes], url: str, log_path: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310  loopback
                if answer.status == 200:  # noqa: PLR2004
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    message = f"Superset did not answer within {_START_SECONDS} s; see {log_path}"
    raise SourceUnavailableError(message)


def _secret_key(layout: Layout) -> str:
    path = layout.secrets / "superset_secret_key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.make_once(path, secrets.token_urlsafe(48).encode())
    return path.read_text().strip()
