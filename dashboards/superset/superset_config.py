"""Superset's configuration: runs in Superset's own environment, never imported by the project.

Everything that differs from one place to another comes from the environment that
`dashboards.server` sets: CUSTOMS_RELEASES (the folder `published/`), SUPERSET_DATA_DIR,
SUPERSET_SECRET_KEY.
"""

import os
import sys
from pathlib import Path

from flask_caching.backends.filesystemcache import FileSystemCache

sys.path.insert(0, str(Path(__file__).parent))

import release_connection  # found through the line above

DATA_DIR = Path(os.environ["SUPERSET_DATA_DIR"])
SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{DATA_DIR / 'superset.db'}"
WTF_CSRF_ENABLED = True
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}

CACHE_CONFIG = {
    "CACHE_TYPE": "FileSystemCache",
    "CACHE_DIR": str(DATA_DIR / "cache" / "metadata"),
    "CACHE_DEFAULT_TIMEOUT": 300,
}
DATA_CACHE_CONFIG = {**CACHE_CONFIG, "CACHE_DIR": str(DATA_DIR / "cache" / "data")}
FILTER_STATE_CACHE_CONFIG = {**CACHE_CONFIG, "CACHE_DIR": str(DATA_DIR / "cache" / "filter")}
EXPLORE_FORM_DATA_CACHE_CONFIG = {**CACHE_CONFIG, "CACHE_DIR": str(DATA_DIR / "cache" / "explore")}
RESULTS_BACKEND = FileSystemCache(str(DATA_DIR / "cache" / "results"))
# No message queue: queries run inside the request.
CELERY_CONFIG = None
RATELIMIT_STORAGE_URI = "memory://"

FEATURE_FLAGS = {"DASHBOARD_RBAC": True}
PREVENT_UNSAFE_DB_CONNECTIONS = False
SQLLAB_TIMEOUT = 60
SQL_MAX_ROW = 100_000
BABEL_DEFAULT_LOCALE = "en"

# Charts, SQL Lab and the catalogue: every statement goes to the door of the project.
SQL_QUERY_MUTATOR = release_connection.as_typed
MUTATE_AFTER_SPLIT = False
DB_CONNECTION_MUTATOR = release_connection.point_at_release
release_connection.register_dialect()


def FLASK_APP_MUTATOR(app):  # noqa: N802  Superset's name for the hook
    """Put the gate in front of SQL Lab as well, where the text is still whole."""
    app.before_request(release_connection.refuse_in_sql_lab)
    release_connection.keep_written_limits()
