"""Superset's configuration: runs in Superset's own environment, never imported by the project.

Everything that differs from one place to another comes from the environment that
`dashboards.server` sets: CUSTOMS_RELEASES (the folder `published/`), SUPERSET_DATA_DIR,
SUPERSET_SECRET_KEY, CUSTOMS_DASHBOARD (where who only looks lands).
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

from flask_caching.backends.filesystemcache import FileSystemCache

sys.path.insert(0, str(Path(__file__).parent))

# found through the line above
import release_connection
import access
import chart_bounds
import logins
import request_bounds
import rights

from data_contracts.code_lists import code_list

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


def _cache(name: str, kind: str) -> dict[str, object]:
    folder = str(DATA_DIR / "cache" / name)
    return {"CACHE_TYPE": kind, "CACHE_DIR": folder, "CACHE_DEFAULT_TIMEOUT": 300}


CACHE_CONFIG = _cache("metadata", "release_cache.ReleaseCache")
DATA_CACHE_CONFIG = _cache("data", "release_cache.ReleaseCache")
FILTER_STATE_CACHE_CONFIG = _cache("filter", "FileSystemCache")
EXPLORE_FORM_DATA_CACHE_CONFIG = _cache("explore", "FileSystemCache")
RESULTS_BACKEND = FileSystemCache(str(DATA_DIR / "cache" / "results"))
# No message queue: queries run inside the request.
CELERY_CONFIG = None

# One way in: a name and its password. Wrong ones are slowed down by `logins`; the limit of Flask
# AppBuilder counts by address alone, so one attacker would lock out whoever shares it, and does not
# count at the API.
CUSTOM_SECURITY_MANAGER = rights.CustomsSecurityManager
AUTH_RATE_LIMITED = False
# A session lies here, not in its cookie: logging out ends it, and so does a working day.
SESSION_SERVER_SIDE = True
SESSION_TYPE = "cachelib"
SESSION_CACHELIB = FileSystemCache(str(DATA_DIR / "sessions"), threshold=10_000, mode=0o600)
PERMANENT_SESSION_LIFETIME = timedelta(hours=12)
# Else what was asked before a logout, and is answered after it, would write the session anew.
SESSION_REFRESH_EACH_REQUEST = False
EXTRA_RELATED_QUERY_FILTERS = {"user": rights.seen_users}
CUSTOMS_DASHBOARD = os.environ["CUSTOMS_DASHBOARD"]
SQLLAB_TIMEOUT = 60
SQL_MAX_ROW = 100_000
# So no answer is streamed (`request_bounds.stream_nothing`), and no page asks for a stream.
CSV_STREAMING_ROW_THRESHOLD = SQL_MAX_ROW + 1
# What the server reads of one request; what is no file is far smaller (`request_bounds`).
MAX_CONTENT_LENGTH = 1 << 24
MAX_FORM_MEMORY_SIZE = request_bounds.MAXIMUM_BYTES
BABEL_DEFAULT_LOCALE = "en"
# Vietnamese figures, 1.234,5, and days, 31/12/2026.
D3_FORMAT = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]}
D3_TIME_FORMAT = {"dateTime": "%d/%m/%Y %H:%M", "date": "%d/%m/%Y", "time": "%H:%M:%S"}
# A red declaration is red in every view: series of these charts come in the order of the lanes.
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "customsLanes",
        "label": "Luồng / Lanes",
        "description": "green, yellow, red",
        "isDefault": False,
        "colors": [code.colour for code in code_list("control_channel")],
    }
]

# Charts, SQL Lab and the catalogue: every statement goes to the door of the project.
SQL_QUERY_MUTATOR = release_connection.as_typed
MUTATE_AFTER_SPLIT = False
DB_CONNECTION_MUTATOR = release_connection.point_at_release
release_connection.register_dialect()


def FLASK_APP_MUTATOR(app):  # noqa: N802  Superset's name for the hook
    """Put what must hold for every request in front of it."""
    # Before Superset's own, which lead to the login page, or refuse what else came in this thread.
    first = [access.begin_request, rights.log_nothing_of_nobody]
    app.before_request_funcs.setdefault(None, [])[:0] = first
    app.before_request(rights.answer_in_json)
    app.before_request(request_bounds.take_turn)
    app.teardown_request(request_bounds.end_turn)
    app.before_request(request_bounds.refuse_large_body)
    app.before_request(rights.refuse_import)
    app.before_request(rights.refuse_other_ways)
    app.before_request(rights.lead_to_password_form)
    app.before_request(rights.lead_to_dashboard)
    # The gate stands in front of SQL Lab as well, where the text is still whole.
    app.before_request(release_connection.refuse_in_sql_lab)
    app.after_request(logins.say_to_wait)
    # The last is the first to see an answer.
    app.after_request(rights.explain_closed_page)
    app.after_request(access.answer_refusal)
    request_bounds.bound_parser()
    request_bounds.stream_nothing()
    chart_bounds.bound_tables()
    rights.keep_owners()
    rights.hide_others()
    release_connection.keep_written_limits()
