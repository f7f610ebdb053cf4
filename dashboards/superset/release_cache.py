"""A cache that belongs to the current releases: with a new one, nothing that is in it is found.

Which releases are current is looked up once a request. So what a request began to read before a new
release came is kept under the old name, never under the new one.
"""

import os
from pathlib import Path

from flask import g, has_request_context
from flask_caching.backends.filesystemcache import FileSystemCache

RELEASES = Path(os.environ["CUSTOMS_RELEASES"])


class ReleaseCache(FileSystemCache):
    """Files in a folder, named by key and current releases."""

    def _get_filename(self, key: str) -> str:
        return super()._get_filename(f"{_current_releases()} {key}")


def _current_releases() -> str:
    if not has_request_context():
        return _read_links()
    if "current_releases" not in g:
        g.current_releases = _read_links()
    return g.current_releases


def _read_links() -> str:
    return " ".join(str(link.resolve()) for link in sorted(RELEASES.glob("*/current")))
