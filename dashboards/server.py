"""Starts Superset in its own environment, ready to use, beside a lake.

What is here: finding the environment, its secrets and data folder, bringing it up and down.
Superset itself is never imported: it runs as a program of `.venv-superset`.
"""

import os
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data_contracts.errors import CustomsDataError, SourceUnavailableError
from warehouse.layout import Layout

PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = PROJECT / ".venv-superset"
ASSETS = PROJECT / "dashboards" / "assets"
ADMINISTRATOR = "admin"
# What the door in Superset takes from the environment, beside its own bounds.
DOOR_SETTINGS = (
    "CUSTOMS_QUERIES_PER_ROLE",
    "CUSTOMS_QUERY_SECONDS",
    "CUSTOMS_REFUSAL_DELAY_SECONDS",
)
DASHBOARD_PATH = "/superset/dashboard/clearance-and-revenue/"
_START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class SupersetAddress:
    """Where a running Superset is, and how to log in.

    Attributes:
        url: Root address, `http://host:port`.
        user: Name to log in with.
        password_path: File (mode 0600) that holds the password.
    """

    url: str
    user: str
    password_path: Path

    @property
    def dashboard_url(self) -> str:
        """Address of the management dashboard."""
        return self.url + DASHBOARD_PATH


@contextmanager
def superset_server(
    layout: Layout, *, port: int, progress: Callable[[str], None]
) -> Iterator[SupersetAddress]:
    """Bring Superset up on the loopback address; take it down at the end of the block.

    Args:
        layout: The lake's places; `published/management/current` must exist.
        port: TCP port on 127.0.0.1.
        progress: Called with one line per step.

    Raises:
        CustomsDataError: No management release, or Superset's environment is not installed.
        SourceUnavailableError: Superset did not answer in time; its log is named.
    """
    if not (layout.published("management") / "current").exists():
        message = (
            "no management release is published yet; run `customs publish` "
            "(or `make demo`, and `customs dashboards serve --home customs-demo`)"
        )
        raise CustomsDataError(message)
    environment = superset_environment(layout)
    progress("preparing Superset (schema, administrator, dashboards)")
    _run_bootstrap(layout, environment)
    progress("starting Superset")
    log_path = superset_folder(layout) / "superset.log"
    with log_path.open("ab") as log:
        server = subprocess.Popen(
            _server_command(port),
            env=environment,
            cwd=superset_folder(layout),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(server, url, log_path)
        yield SupersetAddress(url, ADMINISTRATOR, _password_path(layout))
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def superset_folder(layout: Layout) -> Path:
    """Return the folder of Superset's own state (rebuilt when lost), made if needed."""
    folder = layout.home / "superset"
    folder.mkdir(parents=True, exist_ok=True)
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
        "SUPERSET_CONFIG_PATH": str(PROJECT / "dashboards" / "superset" / "superset_config.py"),
        "SUPERSET_DATA_DIR": str(superset_folder(layout)),
        "SUPERSET_SECRET_KEY": _secret(layout, "superset_secret_key", length=48),
        "SUPERSET_ADMIN_PASSWORD": _secret(layout, _password_path(layout).name, length=12),
        "CUSTOMS_RELEASES": str(layout.published("management").parent.resolve()),
        **{name: os.environ[name] for name in DOOR_SETTINGS if name in os.environ},
        "FLASK_APP": "superset.app:create_app()",
        "SCARF_ANALYTICS": "false",
        "PYTHONWARNINGS": "ignore",
    }


def _server_command(port: int) -> list[str]:
    return [
        str(ENVIRONMENT / "bin" / "gunicorn"),
        "--bind", f"127.0.0.1:{port}",
        "--workers", "1",
        "--worker-class", "gthread",
        "--threads", "8",
        "--timeout", "120",
        "superset.app:create_app()",
    ]  # fmt: skip


def _run_bootstrap(layout: Layout, environment: dict[str, str]) -> None:
    script = PROJECT / "dashboards" / "superset" / "bootstrap.py"
    log_path = superset_folder(layout) / "bootstrap.log"
    with log_path.open("wb") as log:
        done = subprocess.run(
            [str(ENVIRONMENT / "bin" / "python"), str(script), str(ASSETS)],
            env=environment,
            cwd=superset_folder(layout),
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        message = f"Superset could not be prepared; see {log_path}"
        raise SourceUnavailableError(message)


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


def _password_path(layout: Layout) -> Path:
    return layout.secrets / "superset_admin_password"


def _secret(layout: Layout, name: str, *, length: int) -> str:
    path = layout.secrets / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(length))
    return path.read_text().strip()
